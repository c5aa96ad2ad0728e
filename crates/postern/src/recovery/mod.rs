//! The recovery copy: 32 secret bytes on paper, split so that some of the sheets are needed and fewer tell nothing (Shamir's
//! secret sharing over GF(256)). What the bytes open (a desk's vault, a portal's `keys.sealed`) lies in a backup: neither the
//! paper nor the backup is worth anything alone.

mod code;
mod sheet;

pub use sheet::{Sheet, read_sheets};

use blahaj::{Share, Sharks};
use postern_protocol::digest::sha256;
use rand_core::{CryptoRng, RngCore};
use zeroize::Zeroizing;

/// Whose key it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A desk's vault.
    Desk,
    /// A portal's `keys.sealed`.
    Portal,
}

/// Sheets that do not give a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JoinError {
    /// No sheet at all.
    #[error("no sheet was read: type or scan the code of each sheet, one after the other")]
    Nothing,
    /// Of two copies.
    #[error("these sheets are of different recovery copies ({0} and {1}): take those with the same name")]
    Mixed(String, String),
    /// Of the other side.
    #[error("this is the recovery copy of a {0}, and the folder is that of a {1}")]
    OtherKind(&'static str, &'static str),
    /// Too few.
    #[error("{held} of {needed} sheets were read: {} more needed", needed - held)]
    TooFew {
        /// Different sheets read.
        held: u8,
        /// Sheets needed.
        needed: u8,
    },
    /// They give another key than the one that was split.
    #[error(
        "the sheets do not give the key that was split: they are of two printings, which do not go together"
    )]
    OtherKey,
}

/// Splits a key into `sheets`, of which `needed` give it back.
pub fn split(
    rng: &mut (impl CryptoRng + RngCore),
    kind: Kind,
    key: &[u8; 32],
    needed: u8,
    sheets: u8,
) -> Vec<Sheet> {
    let name = name_of(kind, key);
    let shares = Sharks(needed).dealer_rng(key, rng);
    shares
        .take(usize::from(sheets))
        .map(|share| {
            // The number on the paper, then the share of each byte.
            let bytes = Zeroizing::new(Vec::from(&share));
            let mut part = Zeroizing::new([0; 32]);
            part.copy_from_slice(&bytes[1..]);
            Sheet { kind, name, needed, number: bytes[0], part }
        })
        .collect()
}

/// Gives the key back.
///
/// # Errors
/// See [`JoinError`].
pub fn join(kind: Kind, sheets: &[Sheet]) -> Result<Zeroizing<[u8; 32]>, JoinError> {
    let first = sheets.first().ok_or(JoinError::Nothing)?;
    if let Some(other) = sheets.iter().find(|sheet| sheet.name != first.name || sheet.needed != first.needed)
    {
        return Err(JoinError::Mixed(first.name(), other.name()));
    }
    if first.kind != kind {
        return Err(JoinError::OtherKind(first.kind.as_str(), kind.as_str()));
    }
    let mut parts: Vec<&Sheet> = sheets.iter().collect();
    parts.sort_by_key(|sheet| sheet.number);
    parts.dedup_by_key(|sheet| sheet.number);
    let held = u8::try_from(parts.len()).unwrap_or(u8::MAX);
    if held < first.needed {
        return Err(JoinError::TooFew { held, needed: first.needed });
    }
    let share = |sheet: &&Sheet| Share::try_from([&[sheet.number][..], &sheet.part[..]].concat().as_slice());
    let shares: Vec<Share> =
        parts.iter().map(share).collect::<Result<_, _>>().map_err(|_| JoinError::OtherKey)?;
    let joined = Zeroizing::new(Sharks(first.needed).recover(&shares).map_err(|_| JoinError::OtherKey)?);
    let key = Zeroizing::new(<[u8; 32]>::try_from(joined.as_slice()).map_err(|_| JoinError::OtherKey)?);
    if name_of(kind, &key) == first.name { Ok(key) } else { Err(JoinError::OtherKey) }
}

/// Four bytes that tell copies apart and a wrong key from the right one; of 2^256 keys they name one in 2^32.
fn name_of(kind: Kind, key: &[u8; 32]) -> [u8; 4] {
    let digest = sha256(&[b"postern recovery copy\0", kind.as_str().as_bytes(), b"\0", &key[..]].concat());
    [digest.0[0], digest.0[1], digest.0[2], digest.0[3]]
}

impl Kind {
    /// In words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Desk => "desk",
            Self::Portal => "portal",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_core::OsRng;

    fn three() -> ([u8; 32], Vec<Sheet>) {
        let mut key = [0; 32];
        OsRng.fill_bytes(&mut key);
        (key, split(&mut OsRng, Kind::Desk, &key, 2, 3))
    }

    #[test]
    fn any_two_of_three_sheets_give_the_key_and_one_does_not() {
        let (key, sheets) = three();
        for pair in [[0, 1], [0, 2], [2, 1]] {
            let pair = pair.map(|i: usize| sheets[i].clone());
            assert_eq!(*join(Kind::Desk, &pair).unwrap(), key);
        }
        assert_eq!(*join(Kind::Desk, &sheets).unwrap(), key);
        assert_eq!(join(Kind::Desk, &sheets[..1]), Err(JoinError::TooFew { held: 1, needed: 2 }));
        let twice = [sheets[0].clone(), sheets[0].clone()];
        assert_eq!(join(Kind::Desk, &twice), Err(JoinError::TooFew { held: 1, needed: 2 }));
        assert_eq!(join(Kind::Desk, &[]), Err(JoinError::Nothing));
    }

    #[test]
    fn sheets_of_two_copies_or_of_the_other_side_are_told_apart() {
        let ((_, one), (_, other)) = (three(), three());
        assert!(matches!(join(Kind::Desk, &[one[0].clone(), other[1].clone()]), Err(JoinError::Mixed(..))));
        assert_eq!(join(Kind::Portal, &one), Err(JoinError::OtherKind("desk", "portal")));
    }

    #[test]
    fn a_sheet_alone_says_nothing_of_the_key() {
        // Every byte of one sheet is as likely under this key as under any other: over many splits each value comes up.
        let key = [7; 32];
        let mut seen = [false; 256];
        for _ in 0..400 {
            for byte in split(&mut OsRng, Kind::Desk, &key, 2, 3)[0].part.iter() {
                seen[usize::from(*byte)] = true;
            }
        }
        assert!(seen.iter().all(|seen| *seen));
    }

    #[test]
    fn sheets_of_two_printings_do_not_go_together_and_say_so() {
        let key = [5; 32];
        let print = || split(&mut OsRng, Kind::Desk, &key, 2, 3);
        assert_eq!(join(Kind::Desk, &[print()[0].clone(), print()[1].clone()]), Err(JoinError::OtherKey));
    }

    #[test]
    fn one_sheet_can_be_the_whole_key() {
        let key = [9; 32];
        let sheets = split(&mut OsRng, Kind::Portal, &key, 1, 1);
        assert_eq!(*join(Kind::Portal, &sheets).unwrap(), key);
    }
}
