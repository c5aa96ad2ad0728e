//! Short names for what module and script call each other by. wasm-bindgen's carry a hash of 16 digits each, in both files, and a
//! hash does not compress.

use anyhow::{Context, Result, ensure};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{ExportSection, ImportSection, Module, RawSection};
use wasmparser::{Parser, Payload};

/// Shorter names are not worth a change.
const LONG: usize = 12;
/// What the module calls the script, instead of Trunk's name with a hash of where and how it was built: two builds in different
/// folders give the same bytes.
const SCRIPT: &str = "./app.js";
/// Names that the second module uses too, or that wasm-bindgen's loader looks up by name.
const SHARED: [&str; 2] = ["__wasm_split", "__indirect_function_table"];

/// Renames imports and exports of `module` and their every mention in `script`.
pub fn shorten(module: &Path, script: &Path) -> Result<()> {
    let (bytes, text) = (fs::read(module)?, fs::read_to_string(script)?);
    let (bytes, text) = shortened(&bytes, &text)?;
    fs::write(module, bytes)?;
    fs::write(script, text).context("cannot write the bindings")
}

fn shortened(module: &[u8], script: &str) -> Result<(Vec<u8>, String)> {
    let mut names = Names { script, short: BTreeMap::new() };
    let mut written = Module::new();
    let mut called = None;
    for payload in Parser::new(0).parse_all(module) {
        match payload.context("no readable module")? {
            Payload::ImportSection(imports) => {
                let mut section = ImportSection::new();
                for import in imports.into_imports() {
                    let import = import?;
                    let entity = RoundtripReencoder.entity_type(import.ty)?;
                    let of_script = import.module.ends_with("_bg.js");
                    let from = if of_script { SCRIPT } else { import.module };
                    section.import(from, &names.short(import.name), entity);
                    called = called.or(of_script.then_some(import.module));
                }
                written.section(&section);
            }
            Payload::ExportSection(exports) => {
                let mut section = ExportSection::new();
                for export in exports {
                    let export = export?;
                    let kind = RoundtripReencoder.export_kind(export.kind)?;
                    section.export(&names.short(export.name), kind, export.index);
                }
                written.section(&section);
            }
            other => {
                if let Some((id, range)) = other.as_section() {
                    let range = usize::try_from(range.start)?..usize::try_from(range.end)?;
                    written.section(&RawSection { id, data: &module[range] });
                }
            }
        }
    }
    ensure!(!names.short.is_empty(), "wasm-bindgen's names have changed: none is long any more");
    let called = called.context("the module imports nothing from the script")?;
    ensure!(script.contains(called), "the script does not say that it is {called}");
    let script = script.replace(called, SCRIPT);
    let renamed = words(&script).map(|word| names.short.get(word).map_or(word, String::as_str)).collect();
    Ok((written.finish(), renamed))
}

/// Long names and the short ones that stand for them.
struct Names<'a> {
    script: &'a str,
    short: BTreeMap<String, String>,
}

impl Names<'_> {
    fn short(&mut self, name: &str) -> String {
        if name.len() < LONG || SHARED.iter().any(|shared| name.starts_with(shared)) {
            return name.to_owned();
        }
        if let Some(short) = self.short.get(name) {
            return short.clone();
        }
        // No word of the script may be taken.
        let mut number = self.short.len();
        let short = loop {
            let candidate = format!("w{}", in_letters(number));
            let taken = words(self.script).any(|word| word == candidate);
            if !taken && !self.short.values().any(|short| *short == candidate) {
                break candidate;
            }
            number += 1;
        };
        self.short.insert(name.to_owned(), short.clone());
        short
    }
}

fn in_letters(number: usize) -> String {
    let letter = |number: usize| char::from(b'a' + u8::try_from(number % 26).unwrap_or_default());
    match number / 26 {
        0 => letter(number).to_string(),
        more => format!("{}{}", in_letters(more - 1), letter(number)),
    }
}

/// Identifiers and what stands between them, in order; joined they are the script.
fn words(script: &str) -> impl Iterator<Item = &str> {
    let is_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '$';
    let mut rest = script;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let end = rest.find(|letter| is_word(letter) != is_word(first)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        rest = after;
        Some(word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{EntityType, ExportKind, GlobalType, ValType};

    fn module() -> Vec<u8> {
        let global = GlobalType { val_type: ValType::I32, mutable: false, shared: false };
        let mut imports = ImportSection::new();
        imports.import(
            "./app-fedcba9876543210_bg.js",
            "__wbg_remove_0123456789abcdef",
            EntityType::Global(global),
        );
        let mut exports = ExportSection::new();
        exports.export("__wasm_split_shared0", ExportKind::Global, 0);
        exports.export("__wbindgen_malloc", ExportKind::Global, 0);
        exports.export("memory", ExportKind::Global, 0);
        let mut module = Module::new();
        module.section(&imports).section(&exports);
        module.finish()
    }

    #[test]
    fn long_names_become_short_in_module_and_script_alike() {
        let script = concat!(
            "'./app-fedcba9876543210_bg.js': ",
            "{ __wbg_remove_0123456789abcdef: (wa) => wasm.__wbindgen_malloc(wa), __wasm_split_shared0 }"
        );
        let (module, script) = shortened(&module(), script).unwrap();
        assert_eq!(script, "'./app.js': { wb: (wa) => wasm.wc(wa), __wasm_split_shared0 }");
        let text = String::from_utf8_lossy(&module);
        assert!(text.contains("wb") && text.contains("wc") && text.contains("__wasm_split_shared0"));
        assert!(!text.contains("__wbg") && !text.contains("malloc"));
        assert!(text.contains("./app.js") && !text.contains("fedcba"), "where it was built leaves no trace");
    }

    #[test]
    fn words_joined_are_the_script() {
        let script = "const a = (b) => `${b} – ü`;";
        assert_eq!(words(script).collect::<String>(), script);
    }

    #[test]
    fn numbers_in_letters_never_repeat() {
        let all: std::collections::BTreeSet<_> = (0..2000).map(in_letters).collect();
        assert_eq!(all.len(), 2000);
    }
}
