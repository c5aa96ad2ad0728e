//! The sheets of a recovery copy, to print.

use crate::recovery::{Kind, Sheet};
use maud::{Markup, PreEscaped, html};
use postern_fhir::instant;
use postern_protocol::time::Timestamp;
use qrcode::{EcLevel, QrCode, render::svg, types::QrError};

/// What stands on the sheets beside the code.
pub struct About<'a> {
    /// The clinic's name, or the portal's origin.
    pub of: &'a str,
    /// When it was printed.
    pub at: Timestamp,
}

/// All sheets, one a page.
///
/// # Errors
/// Never for a sheet: its letters fit into a picture.
pub fn page(sheets: &[Sheet], about: &About<'_>) -> Result<String, QrError> {
    let pages: Vec<Markup> =
        sheets.iter().map(|sheet| page_of(sheet, sheets.len(), about)).collect::<Result<_, _>>()?;
    Ok(super::frame(&format!("Recovery copy: {}", about.of), &html! { @for page in pages { (page) } }))
}

fn page_of(sheet: &Sheet, of: usize, about: &About<'_>) -> Result<Markup, QrError> {
    let picture = QrCode::with_error_correction_level(sheet.scanned(), EcLevel::Q)?
        .render::<svg::Color<'_>>()
        .quiet_zone(true)
        .build();
    // The picture's own XML declaration does not belong inside a page.
    let picture = picture.find("<svg").map_or("", |start| &picture[start..]).to_owned();
    let (opens, without) = match sheet.kind {
        Kind::Desk => {
            ("the vault of this clinic’s desk: every patient, message and answer in it", "desk.sqlite")
        }
        Kind::Portal => ("this portal’s long-term keys", "keys.sealed"),
    };
    Ok(html! {
        section.sheet {
            h1 { "Recovery copy " (sheet.name()) ", sheet " (sheet.number) " of " (of) }
            p { (about.of) ", " (sheet.kind.as_str()) ", printed " (instant::to_text(about.at.0)) }
            p {
                @if sheet.needed == 1 { "This sheet" } @else { "Any " (sheet.needed) " of the " (of) " sheets" }
                " together with a backup of " code { (without) } " give back " (opens) ". "
                @if sheet.needed > 1 { "One sheet alone tells nothing: keep them apart, each with a person of its own. " }
                "Keep no sheet beside the backups, and none in a computer."
            }
            table.code {
                tbody {
                    @for (row, n) in sheet.rows().iter().zip(1..) { tr { td { (n) ":" } td { (row) } } }
                }
            }
            p.soft { "No I, L, O or U among the first twelve letters of a row; the thirteenth is its check." }
            (PreEscaped(picture))
            h2 { "To restore" }
            p {
                "Put the backup into an empty folder, then run " code { "postern keys restore --state FOLDER" }
                ", and type or scan the code of " (sheet.needed) " of the sheets."
            }
        }
    })
}
