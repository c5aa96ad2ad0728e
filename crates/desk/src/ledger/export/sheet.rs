//! The row of a spreadsheet.

use super::Row;

const HEADER: [&str; 8] = ["n", "at", "actor", "by", "kind", "link", "patient", "what"];

/// Writes rows, one after the other, into a buffer that is handed out and used again.
pub(super) struct Sheet {
    buffer: Vec<u8>,
}

impl Sheet {
    pub(super) fn new() -> Self {
        Self { buffer: Vec::new() }
    }

    pub(super) fn header(&mut self) -> &[u8] {
        self.write(HEADER.map(str::to_owned))
    }

    pub(super) fn row(&mut self, row: &Row) -> &[u8] {
        let actor = serde_json::to_value(row.actor).ok();
        let actor = actor.as_ref().and_then(|actor| actor.as_str()).unwrap_or_default();
        self.write([
            row.n.to_string(),
            row.at.clone(),
            actor.to_owned(),
            inert(&row.by),
            row.kind.clone(),
            inert(row.lid.as_deref().unwrap_or_default()),
            inert(row.patient.as_deref().unwrap_or_default()),
            row.what.to_string(),
        ])
    }

    fn write(&mut self, cells: [String; 8]) -> &[u8] {
        self.buffer.clear();
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(std::mem::take(&mut self.buffer));
        writer.write_record(&cells).expect("memory takes every row of eight cells");
        self.buffer = writer.into_inner().expect("memory takes every row of eight cells");
        &self.buffer
    }
}

/// A spreadsheet takes a cell that begins like a formula for one: an apostrophe before it keeps it a text.
fn inert(cell: &str) -> String {
    match cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{cell}"),
        false => cell.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Actor;
    use serde_json::json;

    #[test]
    fn a_cell_with_commas_quotes_and_lines_stays_one_and_a_formula_stays_a_text() {
        let row = Row {
            n: 7,
            at: "2026-11-22T10:00:00.000Z".into(),
            actor: Actor::Desk,
            by: "=HYPERLINK(\"https://evil.example\")".into(),
            kind: "number-suppressed".into(),
            lid: Some("-abc".into()),
            patient: Some("p,1".into()),
            what: json!({ "reason": "said \"stop\",\nloudly" }),
        };
        let mut sheet = Sheet::new();
        let text = String::from_utf8([sheet.header().to_vec(), sheet.row(&row).to_vec()].concat()).unwrap();
        assert!(text.starts_with("n,at,actor,by,kind,link,patient,what\r\n7,2026"), "{text}");
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let read = reader.records().next().unwrap().unwrap();
        assert_eq!(&read[3], "'=HYPERLINK(\"https://evil.example\")");
        assert_eq!((&read[5], &read[6]), ("'-abc", "p,1"));
        assert_eq!(serde_json::from_str::<serde_json::Value>(&read[7]).unwrap(), row.what);
    }
}
