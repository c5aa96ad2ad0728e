//! Bytes as rows that a person can type: Crockford's base 32 (no I, L, O, U; small letters and spaces do not matter), twelve
//! letters a row and his check letter behind them. The row's number counts in the check, so that rows that changed places are
//! noticed; any one wrong letter and any two neighbours that changed places are too.

const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// The five more that his check letter may be.
const CHECKS: &[u8; 5] = b"*~$=U";
/// Letters in a row, the check not counted.
const ROW: usize = 12;
const MODULUS: u64 = 37;

/// A row that does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowError {
    /// A letter that is none.
    Letter,
    /// Another length.
    Length,
    /// The check does not hold.
    Check,
}

/// Letters of whole bytes, five bits each; the number of bytes is a multiple of five.
pub fn letters(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 8 / 5);
    for five in bytes.chunks(5) {
        let bits = five.iter().fold(0u64, |bits, byte| bits << 8 | u64::from(*byte));
        for place in (0..8).rev() {
            text.push(char::from(LETTERS[(bits >> (place * 5) & 31) as usize]));
        }
    }
    text
}

/// The bytes of letters.
pub fn bytes(letters: &str) -> Option<Vec<u8>> {
    let values: Vec<u64> = letters.bytes().map(value).collect::<Option<_>>()?;
    let mut bytes = Vec::with_capacity(values.len() * 5 / 8);
    for eight in values.chunks(8) {
        if eight.len() != 8 {
            return None;
        }
        let bits = eight.iter().fold(0u64, |bits, value| bits << 5 | value);
        bytes.extend_from_slice(&bits.to_be_bytes()[3..]);
    }
    Some(bytes)
}

/// Rows to print: `0123-4567-89AB-C`, the last letter the check.
pub fn rows(letters: &str) -> Vec<String> {
    let row = |(n, row): (usize, &[u8])| {
        let row: String = row.iter().map(|letter| char::from(*letter)).collect();
        let check = check_letter(n, &row).unwrap_or('?');
        format!("{}-{}-{}-{check}", &row[..4], &row[4..8], &row[8..])
    };
    letters.as_bytes().chunks(ROW).enumerate().map(row).collect()
}

/// Letters of row `n` (from 0) as it was typed.
pub fn read_row(n: usize, typed: &str) -> Result<String, RowError> {
    let typed: Vec<char> = typed.chars().filter(|letter| !matches!(letter, '-' | ' ' | '\t')).collect();
    if typed.len() != ROW + 1 {
        return Err(RowError::Length);
    }
    let row: String = typed[..ROW].iter().map(|letter| usual(*letter)).collect();
    let expected = check_letter(n, &row).ok_or(RowError::Letter)?;
    // `U` is a check letter and no other; the rest may be typed as they are mistaken.
    let given = typed[ROW].to_ascii_uppercase();
    let given = if given == 'U' { given } else { usual(given) };
    if given == expected { Ok(row) } else { Err(RowError::Check) }
}

/// As the alphabet has it: capital, `O` for zero, `I` and `L` for one.
pub fn usual(letter: char) -> char {
    match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    }
}

fn check_letter(n: usize, row: &str) -> Option<char> {
    let number = u64::try_from(n).ok()? + 1;
    let sum =
        row.bytes().try_fold(number % MODULUS, |sum, letter| Some((sum * 32 + value(letter)?) % MODULUS))?;
    let sum = usize::try_from(sum).ok()?;
    LETTERS.iter().chain(CHECKS).nth(sum).map(|letter| char::from(*letter))
}

fn value(letter: u8) -> Option<u64> {
    LETTERS.iter().position(|one| *one == letter).and_then(|at| u64::try_from(at).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BYTES: [u8; 45] = {
        let mut bytes = [0; 45];
        let mut i = 0;
        while i < 45 {
            bytes[i] = (i as u8).wrapping_mul(57).wrapping_add(13);
            i += 1;
        }
        bytes
    };

    #[test]
    fn letters_read_back() {
        let text = letters(&BYTES);
        assert_eq!((text.len(), bytes(&text).unwrap()), (72, BYTES.to_vec()));
        assert_eq!(letters(&[0, 0, 0, 0, 31]), "0000000Z");
        assert_eq!(bytes("0000000U"), None);
    }

    #[test]
    fn any_wrong_letter_and_any_swap_of_neighbours_is_noticed() {
        let rows = rows(&letters(&BYTES));
        assert_eq!(rows.len(), 6);
        for (n, row) in rows.iter().enumerate() {
            assert!(read_row(n, &row.to_ascii_lowercase()).is_ok());
            assert_eq!(read_row(n + 1, row), Err(RowError::Check), "another row's place");
            let plain: Vec<char> = row.chars().filter(|letter| *letter != '-').collect();
            for at in 0..plain.len() {
                for other in LETTERS.iter().map(|letter| char::from(*letter)).filter(|one| *one != plain[at])
                {
                    let mut wrong = plain.clone();
                    wrong[at] = other;
                    assert!(read_row(n, &wrong.iter().collect::<String>()).is_err(), "{row} {at} {other}");
                }
                if at + 1 < plain.len() && plain[at] != plain[at + 1] {
                    let mut wrong = plain.clone();
                    wrong.swap(at, at + 1);
                    assert!(read_row(n, &wrong.iter().collect::<String>()).is_err(), "{row} {at} swapped");
                }
            }
        }
    }

    #[test]
    fn letters_that_look_alike_are_taken_for_each_other() {
        let row = rows(&letters(
            &[0, 0x44, 0x32, 0x14, 0xc7, 0x42, 0x54, 0xb6].iter().copied().chain([0; 7]).collect::<Vec<u8>>(),
        ))
        .remove(0);
        let mistaken: String = row
            .chars()
            .map(|one| match one {
                '0' => 'o',
                '1' => 'l',
                other => other,
            })
            .collect();
        assert_ne!(row, mistaken);
        assert_eq!(read_row(0, &mistaken), read_row(0, &row));
    }

    #[test]
    fn a_row_too_short_or_with_a_letter_that_is_none_is_refused() {
        assert_eq!(read_row(0, "0000-0000-0000"), Err(RowError::Length));
        assert_eq!(read_row(0, "000U-0000-0000-0"), Err(RowError::Letter));
    }
}
