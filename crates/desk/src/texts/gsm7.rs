//! Segments of a text message: 3GPP TS 23.038 section 6.2.1 (alphabet, extension table) and TS 23.040 section 9.2.3.24.1
//! (a message of several parts loses room to the header that joins them).

use serde::Serialize;

/// The basic table, without the escape.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// The extension table: each takes two places.
const EXTENSION: &str = "\u{c}^{}\\[~]|€";

/// How a text is carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Alphabet {
    /// Seven bits a letter: 160 places, 153 a part.
    Gsm7,
    /// Sixteen bits a unit: 70 places, 67 a part.
    Ucs2,
}

/// What a text takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Length {
    /// The alphabet it needs.
    pub alphabet: Alphabet,
    /// Places it takes in that alphabet.
    pub places: usize,
    /// Parts it is sent in; 0 for an empty text.
    pub segments: usize,
}

/// Whether every letter is in the GSM-7 alphabet.
pub fn fits(text: &str) -> bool {
    text.chars().all(|letter| places_gsm7(letter).is_some())
}

fn places_gsm7(letter: char) -> Option<usize> {
    if BASIC.contains(letter) {
        Some(1)
    } else if EXTENSION.contains(letter) {
        Some(2)
    } else {
        None
    }
}

/// Counts places and parts. A letter of two places is never cut in two.
pub fn measure(text: &str) -> Length {
    let seven: Option<Vec<usize>> = text.chars().map(places_gsm7).collect();
    let (alphabet, sizes, single, part) = match seven {
        Some(sizes) => (Alphabet::Gsm7, sizes, 160, 153),
        None => (Alphabet::Ucs2, text.chars().map(char::len_utf16).collect(), 70, 67),
    };
    let places: usize = sizes.iter().sum();
    let segments = match places {
        0 => 0,
        places if places <= single => 1,
        _ => {
            let last = |(parts, filled): (usize, usize), size: &usize| {
                if filled + size > part { (parts + 1, *size) } else { (parts, filled + size) }
            };
            sizes.iter().fold((1, 0), last).0
        }
    };
    Length { alphabet, places, segments }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segments(text: &str) -> usize {
        measure(text).segments
    }

    #[test]
    fn the_basic_table_has_its_127_letters_and_the_extension_its_ten() {
        assert_eq!(BASIC.chars().count(), 127);
        assert_eq!(EXTENSION.chars().count(), 10);
        assert!(BASIC.chars().all(|letter| !EXTENSION.contains(letter)));
    }

    #[test]
    fn one_hundred_and_sixty_letters_are_one_part_and_one_more_are_two() {
        assert_eq!(segments(&"a".repeat(160)), 1);
        assert_eq!(segments(&"a".repeat(161)), 2);
        assert_eq!(segments(&"a".repeat(306)), 2);
        assert_eq!(segments(&"a".repeat(307)), 3);
    }

    #[test]
    fn a_letter_of_the_extension_takes_two_places_and_is_not_cut() {
        assert_eq!(measure("€").places, 2);
        assert_eq!(segments(&"€".repeat(80)), 1);
        assert_eq!(segments(&"€".repeat(81)), 2);
        let cut = "a".repeat(152) + "€" + &"a".repeat(152);
        assert_eq!(measure(&cut).places, 306);
        assert_eq!(segments(&cut), 3);
    }

    #[test]
    fn a_letter_outside_the_alphabet_halves_the_room() {
        assert_eq!(segments(&("ç".to_owned() + &"a".repeat(69))), 1);
        assert_eq!(segments(&("ç".to_owned() + &"a".repeat(70))), 2);
        assert_eq!(measure("á").alphabet, Alphabet::Ucs2);
        assert_eq!(measure("éèàñ").alphabet, Alphabet::Gsm7);
        assert_eq!(measure("😀").places, 2);
        assert_eq!(segments(&("a".repeat(66) + "😀" + &"a".repeat(66))), 3);
        assert_eq!(segments(""), 0);
    }
}
