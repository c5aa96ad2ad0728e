//! One sheet: which copy it is of, how many are needed, its part of the key. Printed as six rows to type and as a picture to
//! scan (the same 72 letters behind `POSTERN1`).

use super::{
    Kind,
    code::{self, RowError},
};
use postern_protocol::digest::sha256;
use zeroize::Zeroizing;

const VERSION: u8 = 1;
const BYTES: usize = 40 + CHECK;
const CHECK: usize = 5;
const ROWS: usize = 6;
/// What stands before the letters in the picture.
const SCANNED: &str = "POSTERN1";

/// A sheet.
#[derive(Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Whose key.
    pub kind: Kind,
    pub(super) name: [u8; 4],
    /// Sheets needed.
    pub needed: u8,
    /// Its number.
    pub number: u8,
    pub(super) part: Zeroizing<[u8; 32]>,
}

impl std::fmt::Debug for Sheet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sheet({} {})", self.name(), self.number)
    }
}

/// What was typed is no sheet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SheetError {
    /// A row does not hold.
    #[error("sheet {sheet}, row {row}: {}", in_words(*.why))]
    Row {
        /// Which sheet of those typed, from 1.
        sheet: usize,
        /// Which of its rows, from 1.
        row: usize,
        /// What is wrong.
        why: RowError,
    },
    /// Too few rows.
    #[error("sheet {0}: six rows are needed")]
    Rows(usize),
    /// Its rows hold each for itself and not together.
    #[error("sheet {0}: its rows do not belong together, or it is of a later version of this program")]
    Together(usize),
}

fn in_words(why: RowError) -> &'static str {
    match why {
        RowError::Letter => "a letter that is on no sheet",
        RowError::Length => "thirteen letters are needed, without spaces and dashes",
        RowError::Check => "a letter is wrong, or the row stands in another's place",
    }
}

impl Sheet {
    /// The name of the copy it is of.
    pub fn name(&self) -> String {
        self.name.iter().map(|byte| format!("{byte:02X}")).collect()
    }

    fn bytes(&self) -> Zeroizing<Vec<u8>> {
        let kind = match self.kind {
            Kind::Desk => 1,
            Kind::Portal => 2,
        };
        let mut bytes = Zeroizing::new(Vec::with_capacity(BYTES));
        bytes.extend_from_slice(&[VERSION, kind]);
        bytes.extend_from_slice(&self.name);
        bytes.extend_from_slice(&[self.needed, self.number]);
        bytes.extend_from_slice(&*self.part);
        let check = sha256(&bytes);
        bytes.extend_from_slice(&check.0[..CHECK]);
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let kind = match bytes.get(1)? {
            1 => Kind::Desk,
            2 => Kind::Portal,
            _ => return None,
        };
        let mut sheet = Self {
            kind,
            name: [0; 4],
            needed: *bytes.get(6)?,
            number: *bytes.get(7)?,
            part: Zeroizing::new([0; 32]),
        };
        sheet.name.copy_from_slice(bytes.get(2..6)?);
        sheet.part.copy_from_slice(bytes.get(8..40)?);
        // Version and check too: what it would be printed as is what was read.
        (sheet.needed > 0 && sheet.number > 0 && sheet.bytes().as_slice() == bytes).then_some(sheet)
    }

    /// Rows to print and to type.
    pub fn rows(&self) -> Vec<String> {
        code::rows(&code::letters(&self.bytes()))
    }

    /// What the picture holds.
    pub fn scanned(&self) -> String {
        format!("{SCANNED}{}", code::letters(&self.bytes()))
    }
}

/// Every sheet in what was typed or scanned: six rows each, or one scanned line each. A row's number in front of it, empty lines
/// and lines that begin with `#` do not matter.
///
/// # Errors
/// The first row that does not hold.
pub fn read_sheets(text: &str) -> Result<Vec<Sheet>, SheetError> {
    let mut sheets = Vec::new();
    let mut rows: Vec<String> = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let sheet = sheets.len() + 1;
        let scanned = line.to_ascii_uppercase();
        if let Some(letters) = scanned.strip_prefix(SCANNED) {
            if !rows.is_empty() {
                return Err(SheetError::Rows(sheet));
            }
            let bytes = code::bytes(letters);
            sheets
                .push(bytes.and_then(|bytes| Sheet::from_bytes(&bytes)).ok_or(SheetError::Together(sheet))?);
            continue;
        }
        let (_, typed) = line.split_once([':', '.']).unwrap_or(("", line));
        let row = rows.len();
        rows.push(code::read_row(row, typed).map_err(|why| SheetError::Row { sheet, row: row + 1, why })?);
        if rows.len() == ROWS {
            let bytes = code::bytes(&rows.concat());
            sheets
                .push(bytes.and_then(|bytes| Sheet::from_bytes(&bytes)).ok_or(SheetError::Together(sheet))?);
            rows.clear();
        }
    }
    if rows.is_empty() { Ok(sheets) } else { Err(SheetError::Rows(sheets.len() + 1)) }
}

#[cfg(test)]
mod tests {
    use super::super::split;
    use super::*;
    use rand_core::OsRng;

    #[test]
    fn a_sheet_is_read_as_typed_and_as_scanned() {
        let sheets = split(&mut OsRng, Kind::Desk, &[3; 32], 2, 3);
        let typed: Vec<String> =
            sheets[0].rows().iter().zip(1..).map(|(row, n)| format!("{n}: {row}")).collect();
        let text = format!("# the first\n{}\n\n{}\n", typed.join("\n").to_lowercase(), sheets[2].scanned());
        assert_eq!(read_sheets(&text).unwrap(), [sheets[0].clone(), sheets[2].clone()]);
        assert_eq!(sheets[0].scanned().len(), 80);
    }

    #[test]
    fn a_wrong_row_is_named() {
        let sheet = &split(&mut OsRng, Kind::Portal, &[3; 32], 2, 3)[0];
        let mut rows = sheet.rows();
        rows.swap(1, 2);
        let why = RowError::Check;
        assert_eq!(read_sheets(&rows.join("\n")), Err(SheetError::Row { sheet: 1, row: 2, why }));
        assert_eq!(read_sheets(&sheet.rows()[..5].join("\n")), Err(SheetError::Rows(1)));
    }

    #[test]
    fn rows_of_two_sheets_do_not_make_one() {
        let sheets = split(&mut OsRng, Kind::Desk, &[3; 32], 2, 3);
        let mut rows = sheets[0].rows();
        rows[5] = sheets[1].rows()[5].clone();
        assert_eq!(read_sheets(&rows.join("\n")), Err(SheetError::Together(1)));
        let mut scanned = sheets[0].scanned();
        scanned.pop();
        assert_eq!(read_sheets(&scanned), Err(SheetError::Together(1)));
    }
}
