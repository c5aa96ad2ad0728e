//! JSON is padded with trailing spaces before it is signed or sealed, so that its size tells little: to 4 KiB, above that
//! to the next power of two up to 64 KiB, then to a multiple of 64 KiB.

use alloc::vec::Vec;

const SMALLEST: usize = 4 * 1024;
const STEP: usize = 64 * 1024;

/// The padded length of `length` bytes.
pub fn padded_length(length: usize) -> usize {
    if length <= STEP { length.next_power_of_two().max(SMALLEST) } else { length.next_multiple_of(STEP) }
}

/// Pads JSON with spaces.
pub fn pad(mut json: Vec<u8>) -> Vec<u8> {
    json.resize(padded_length(json.len()), b' ');
    json
}

#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))] // laws by property are for the host
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_steps_are_those_of_the_protocol() {
        for (length, padded) in
            [(0, 4096), (4096, 4096), (4097, 8192), (40_000, 65_536), (65_537, 131_072), (131_073, 196_608)]
        {
            assert_eq!(padded_length(length), padded);
        }
    }

    proptest! {
        #[test]
        fn padding_never_shortens_and_is_stable(length in 0usize..1_000_000) {
            let padded = padded_length(length);
            prop_assert!(padded >= length);
            prop_assert_eq!(padded_length(padded), padded);
        }
    }
}
