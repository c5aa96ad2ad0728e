//! Takes ways into the module that nobody calls out of it, so that the cut drops what stands behind them.
//!
//! `leptos` brings `server_fn`, and that `wasm-streams`, whose classes are exported to JavaScript whether a program uses them
//! or not: an export is a root, so no linker may drop it. This app has no server functions.

use anyhow::{Context, Result, ensure};
use std::borrow::Cow;
use wasm_encoder::{CustomSection, ExportKind, ExportSection, Module, RawSection};
use wasmparser::{ExternalKind, Parser, Payload};

/// The section in which crates tell wasm-bindgen what to bind.
const BINDINGS: &str = "__wasm_bindgen_unstable";
/// The crate as it stands in each of its own bindings there, before its version's hash.
const OWNER: &[u8] = b"wasm-streams-";
/// What the names of its exports have in common.
const EXPORTS: &str = "intounderlying";

/// `module` without the exports and bindings of `wasm-streams`. Other sections are copied byte for byte, so that relocations,
/// which count from the start of their section, stay true.
pub fn without_uncalled(module: &[u8]) -> Result<Vec<u8>> {
    let mut kept = Module::new();
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload.context("cargo left no readable module")?;
        match &payload {
            Payload::ExportSection(exports) => {
                let mut section = ExportSection::new();
                for export in exports.clone() {
                    let export = export?;
                    if !export.name.contains(EXPORTS) {
                        section.export(export.name, kind(export.kind)?, export.index);
                    }
                }
                kept.section(&section);
            }
            Payload::CustomSection(custom) if custom.name() == BINDINGS => {
                let data = Cow::Owned(without_owner(custom.data())?);
                kept.section(&CustomSection { name: BINDINGS.into(), data });
            }
            other => {
                if let Some((id, range)) = other.as_section() {
                    kept.section(&RawSection {
                        id,
                        data: &module[usize::try_from(range.start)?..usize::try_from(range.end)?],
                    });
                }
            }
        }
    }
    Ok(kept.finish())
}

fn kind(kind: ExternalKind) -> Result<ExportKind> {
    Ok(match kind {
        ExternalKind::Func | ExternalKind::FuncExact => ExportKind::Func,
        ExternalKind::Table => ExportKind::Table,
        ExternalKind::Memory => ExportKind::Memory,
        ExternalKind::Global => ExportKind::Global,
        ExternalKind::Tag => ExportKind::Tag,
    })
}

/// The bindings are pairs, each of the two behind its length in four bytes: what wrote it, and what is bound.
fn without_owner(mut bindings: &[u8]) -> Result<Vec<u8>> {
    let mut kept = Vec::with_capacity(bindings.len());
    while !bindings.is_empty() {
        let (writer, rest) = behind_length(bindings)?;
        let (bound, rest) = behind_length(rest)?;
        if !bound.windows(OWNER.len()).any(|window| window == OWNER) {
            kept.extend_from_slice(writer);
            kept.extend_from_slice(bound);
        }
        bindings = rest;
    }
    Ok(kept)
}

/// The first piece with the length before it, and what follows.
fn behind_length(bytes: &[u8]) -> Result<(&[u8], &[u8])> {
    let (length, _) = bytes.split_first_chunk::<4>().context("a binding without a length")?;
    let end = 4 + usize::try_from(u32::from_le_bytes(*length))?;
    ensure!(end <= bytes.len(), "a binding is cut off");
    Ok(bytes.split_at(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(bytes: &[u8]) -> Vec<u8> {
        let length = u32::try_from(bytes.len()).unwrap();
        [&length.to_le_bytes()[..], bytes].concat()
    }

    #[test]
    fn only_bindings_of_the_uncalled_crate_go() {
        let ours = [piece(b"version"), piece(b"app-0123")].concat();
        let theirs = [piece(b"version"), piece(b"class wasm-streams-0123")].concat();
        let kept = without_owner(&[ours.clone(), theirs, ours.clone()].concat()).unwrap();
        assert_eq!(kept, [ours.clone(), ours].concat());
    }

    #[test]
    fn bindings_that_are_cut_off_are_refused() {
        assert!(without_owner(&piece(b"version")[..9]).is_err());
    }

    #[test]
    fn an_uncalled_export_goes_and_the_others_stay() {
        let mut exports = ExportSection::new();
        exports.export("intounderlyingsink_close_0123", ExportKind::Global, 0);
        exports.export("main", ExportKind::Global, 0);
        let mut module = Module::new();
        module.section(&exports);
        let kept = without_uncalled(&module.finish()).unwrap();
        let text = String::from_utf8_lossy(&kept);
        assert!(text.contains("main") && !text.contains("sink"));
    }
}
