//! A visit as a calendar file (RFC 5545), under a title that gives nothing away.

use postern_fhir::instant;
use postern_protocol::time::Timestamp;

/// What stands in the file.
pub struct Event<'a> {
    /// The title; neutral, since a calendar is shown to others.
    pub title: &'a str,
    /// When it starts.
    pub start: Timestamp,
    /// When it ends.
    pub end: Timestamp,
    /// Now.
    pub made: Timestamp,
}

/// Longest line, in bytes, without its end.
const LINE: usize = 75;

impl Event<'_> {
    /// The file. Times are in UTC, so that no zone has to be described.
    pub fn file(&self) -> String {
        let mut file = String::new();
        for (name, value) in [
            ("BEGIN", "VCALENDAR"),
            ("VERSION", "2.0"),
            ("PRODID", "-//Postern//EN"),
            ("BEGIN", "VEVENT"),
            ("UID", &[&stamp(self.start), "-", &stamp(self.made), "@postern"].concat()),
            ("DTSTAMP", &stamp(self.made)),
            ("DTSTART", &stamp(self.start)),
            ("DTEND", &stamp(self.end)),
            ("SUMMARY", &escape(self.title)),
            ("END", "VEVENT"),
            ("END", "VCALENDAR"),
        ] {
            line(&mut file, name, value);
        }
        file
    }
}

/// `20261123T153000Z`.
fn stamp(at: Timestamp) -> String {
    let text = instant::to_text(at.0);
    let seconds = text.split('.').next().unwrap_or_default();
    let mut stamp: String = seconds.chars().filter(|c| !matches!(c, '-' | ':')).collect();
    stamp.push('Z');
    stamp
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | ';' | ',' => escaped.extend(['\\', letter]),
            '\n' => escaped.push_str("\\n"),
            control if control.is_control() => {}
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// One content line, folded between letters, never inside one.
fn line(file: &mut String, name: &str, value: &str) {
    let mut length = 0;
    for letter in name.chars().chain([':']).chain(value.chars()) {
        if length + letter.len_utf8() > LINE {
            file.push_str("\r\n ");
            length = 1;
        }
        file.push(letter);
        length += letter.len_utf8();
    }
    file.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(title: &str) -> String {
        let start = Timestamp(1_795_447_800_000);
        Event { title, start, end: start.plus_seconds(1800), made: Timestamp(951_782_400_000) }.file()
    }

    #[test]
    fn the_file_says_when_and_nothing_else() {
        assert_eq!(
            file("Appointment"),
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Postern//EN\r\nBEGIN:VEVENT\r\n\
             UID:20261123T153000Z-20000229T000000Z@postern\r\nDTSTAMP:20000229T000000Z\r\n\
             DTSTART:20261123T153000Z\r\nDTEND:20261123T160000Z\r\nSUMMARY:Appointment\r\n\
             END:VEVENT\r\nEND:VCALENDAR\r\n"
        );
    }

    #[test]
    fn a_title_cannot_bring_lines_of_its_own() {
        let file = file("a,b;c\\d\r\nEND:VEVENT");
        assert!(file.contains("SUMMARY:a\\,b\\;c\\\\d\\nEND:VEVENT\r\n"));
        assert_eq!(file.matches("\r\nEND:VEVENT\r\n").count(), 1);
    }

    #[test]
    fn long_lines_are_folded_between_letters_and_unfold_to_the_same() {
        let title = "é".repeat(100);
        let file = file(&title);
        assert!(file.split("\r\n").all(|line| line.len() <= LINE));
        assert!(file.replace("\r\n ", "").contains(&title));
    }
}
