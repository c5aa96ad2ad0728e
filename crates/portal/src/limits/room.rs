use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How much may be under way at once: what bounds the portal's memory whatever comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    /// Connections; the next ones wait at the door.
    pub connections: usize,
    /// Calls, from their first byte to the last of their answer.
    pub calls: usize,
    /// Of these, calls whose body is or may be larger than 64 KiB.
    pub large_calls: usize,
    /// Calls of desks that wait for news, beside the others.
    pub waits: usize,
}

impl Default for Sizes {
    fn default() -> Self {
        Self { connections: 4096, calls: 512, large_calls: 64, waits: 1024 }
    }
}

/// A place taken; free again when dropped.
pub struct Place {
    _permits: Vec<OwnedSemaphorePermit>,
}

/// Which places a call takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// A small body.
    Small,
    /// A body that is or may be large.
    Large,
    /// It may wait for a long time.
    Wait,
}

/// The places.
pub struct Room {
    calls: Arc<Semaphore>,
    large_calls: Arc<Semaphore>,
    waits: Arc<Semaphore>,
}

/// Every place is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Full;

impl Room {
    /// All of it free.
    pub fn new(sizes: Sizes) -> Self {
        let places = |count: usize| Arc::new(Semaphore::new(count.min(Semaphore::MAX_PERMITS)));
        Self {
            calls: places(sizes.calls),
            large_calls: places(sizes.large_calls),
            waits: places(sizes.waits),
        }
    }

    /// Takes a place, at once or not at all: who waits in line takes memory too.
    ///
    /// # Errors
    /// [`Full`].
    pub fn enter(&self, weight: Weight) -> Result<Place, Full> {
        let lines: &[&Arc<Semaphore>] = match weight {
            Weight::Small => &[&self.calls],
            Weight::Large => &[&self.calls, &self.large_calls],
            Weight::Wait => &[&self.waits],
        };
        let permits = lines.iter().map(|line| (*line).clone().try_acquire_owned());
        permits.collect::<Result<_, _>>().map(|permits| Place { _permits: permits }).map_err(|_| Full)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_room_refuses_and_a_place_left_is_free_again() {
        let room = Room::new(Sizes { connections: 1, calls: 3, large_calls: 1, waits: 1 });
        let large = room.enter(Weight::Large).unwrap();
        assert!(room.enter(Weight::Large).is_err());
        let small = [room.enter(Weight::Small).unwrap(), room.enter(Weight::Small).unwrap()];
        assert!(room.enter(Weight::Small).is_err(), "a refused large call kept no place");
        let wait = room.enter(Weight::Wait).unwrap();
        assert!(room.enter(Weight::Wait).is_err());
        drop((large, small, wait));
        assert!(room.enter(Weight::Large).is_ok());
        assert!(room.enter(Weight::Wait).is_ok());
    }
}
