//! Makes a typed function of every key in `locales/`, so that a missing, unused or mismatched key fails the build.

#[path = "build/words.rs"]
mod words;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::{env, fs, path::Path};

use words::{Text, Words};

fn main() {
    println!("cargo::rerun-if-changed=locales");
    println!("cargo::rerun-if-changed=index.html");
    println!("cargo::rerun-if-changed=build");
    let locales = Path::new("locales");
    let english = read(locales, "en");
    let mut wrong = Vec::new();
    for language in words::languages(locales).expect("locales/ is part of the package") {
        let here = words::differences(&english, &read(locales, &language));
        wrong.extend(here.into_iter().map(|line| format!("locales/{language}.json: {line}")));
    }
    let html = fs::read_to_string("index.html").expect("index.html is part of the package");
    wrong.extend(shell_mismatches(&english, &words::named_in(&html)));
    for line in &wrong {
        println!("cargo::error={line}");
    }
    let target = Path::new(&env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("words.rs");
    fs::write(target, functions(&english)).expect("OUT_DIR can be written");
}

fn read(locales: &Path, language: &str) -> Words {
    words::read(locales, language).unwrap_or_else(|error| panic!("{error}"))
}

fn shell_mismatches(english: &Words, named: &BTreeSet<String>) -> Vec<String> {
    let unknown = named.iter().filter(|name| !english.contains_key(*name));
    let unused = english.keys().filter(|name| words::of_the_shell(name) && !named.contains(*name));
    unknown
        .map(|name| format!("index.html names `{name}`, which no locale has"))
        .chain(unused.map(|name| format!("`{name}` is used nowhere in index.html")))
        .collect()
}

fn functions(english: &Words) -> String {
    let mut source = String::new();
    for (row, (name, text)) in english.iter().filter(|(name, _)| !words::of_the_shell(name)).enumerate() {
        let function = name.replace(['.', '-'], "_");
        let parameters = text.parameters();
        let plural = matches!(text, Text::Plural(_));
        let signature: Vec<String> = parameters
            .iter()
            .map(|parameter| {
                if plural && parameter == "count" {
                    "count: u32".into()
                } else {
                    format!("{parameter}: &str")
                }
            })
            .collect();
        let put_in: Vec<String> = parameters
            .iter()
            .map(|parameter| {
                if plural && parameter == "count" {
                    "(\"count\", &number(count))".into()
                } else {
                    format!("(\"{parameter}\", {parameter})")
                }
            })
            .collect();
        let (signature, put_in) = (signature.join(", "), put_in.join(", "));
        let body = match (plural, parameters.is_empty()) {
            (false, true) => format!("pub(crate) fn {function}() -> &'static str {{ row({row}) }}"),
            (false, false) => {
                format!("pub(crate) fn {function}({signature}) -> String {{ fill(row({row}), &[{put_in}]) }}")
            }
            (true, _) => format!(
                "pub(crate) fn {function}({signature}) -> String {{ fill(form(row({row}), count), &[{put_in}]) }}"
            ),
        };
        writeln!(source, "/// `{name}`\n{body}").expect("writing to a string");
    }
    source
}
