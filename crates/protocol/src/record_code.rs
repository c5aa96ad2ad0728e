//! The short code of a receipt, for the telephone: `7F3K-9QXM`. Not evidence.

use crate::digest::sha256;
use alloc::string::String;

const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// First 40 bits of the compact receipt's SHA-256 in Crockford's base 32.
pub fn of(receipt: &str) -> String {
    let digest = sha256(receipt.as_bytes()).0;
    let bits = digest[..5].iter().fold(0u64, |bits, byte| bits << 8 | u64::from(*byte));
    let mut code = String::with_capacity(9);
    for group in 0..8 {
        if group == 4 {
            code.push('-');
        }
        code.push(char::from(CROCKFORD[(bits >> (35 - 5 * group) & 31) as usize]));
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_eight_letters_in_two_groups() {
        // SHA-256("") begins e3b0c44298: 11100 01110 11000 01100 01000 10000 10100 11000
        assert_eq!(of(""), "WERC-8GMR");
    }
}
