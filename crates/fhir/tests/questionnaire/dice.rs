//! Choices out of a list of numbers, so that a failing case shrinks with the list.

pub struct Dice<'a> {
    numbers: std::slice::Iter<'a, u32>,
    /// Goes on where the list ends, so that a short list makes a whole case.
    rest: u32,
}

impl<'a> Dice<'a> {
    pub fn new(numbers: &'a [u32]) -> Self {
        Self { numbers: numbers.iter(), rest: numbers.len() as u32 }
    }

    /// From 0 to just below `sides`.
    pub fn below(&mut self, sides: usize) -> usize {
        let number = self.numbers.next().copied().unwrap_or_else(|| {
            self.rest = self.rest.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            self.rest >> 16
        });
        number as usize % sides
    }

    /// Once in so many times.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == times - 1
    }

    pub fn pick<'t, T>(&mut self, from: &'t [T]) -> &'t T {
        &from[self.below(from.len())]
    }
}
