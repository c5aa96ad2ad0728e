//! Files named by their content, and every reference to them.

use anyhow::{Result, bail};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Every file Trunk wrote but the page itself, by its path.
pub struct Assets {
    files: BTreeMap<String, Vec<u8>>,
}

/// The same files under their final names, with references between them made right.
pub struct NamedAssets {
    names: BTreeMap<String, String>,
    files: BTreeMap<String, Vec<u8>>,
}

impl Assets {
    /// Reads a folder, recursively.
    pub fn read(folder: &Path) -> Result<Self> {
        let mut files = BTreeMap::new();
        collect(folder, folder, &mut files)?;
        files.remove("index.html");
        Ok(Self { files })
    }

    /// The files by path, to be joined before they are named.
    pub fn files_mut(&mut self) -> &mut BTreeMap<String, Vec<u8>> {
        &mut self.files
    }

    /// Names each file by its content, those first that refer to none unnamed.
    pub fn named(mut self) -> Result<NamedAssets> {
        let mut named = NamedAssets { names: BTreeMap::new(), files: BTreeMap::new() };
        while !self.files.is_empty() {
            let ready = self.files.keys().find(|path| !self.refers_to_unnamed(path)).cloned();
            let Some(path) = ready else {
                let stuck: Vec<_> = self.files.keys().collect();
                bail!("these files refer to each other in a circle, so none can be named first: {stuck:?}");
            };
            let bytes = self.files.remove(&path).unwrap_or_default();
            let bytes = match String::from_utf8(bytes) {
                Ok(text) if is_text(&path) => named.rewrite(&path, &text).into_bytes(),
                Ok(text) => text.into_bytes(),
                Err(error) => error.into_bytes(),
            };
            let name = final_name(&path, &bytes);
            named.files.insert(name.clone(), bytes);
            named.names.insert(path, name);
        }
        Ok(named)
    }

    fn refers_to_unnamed(&self, path: &str) -> bool {
        let Some(Ok(text)) =
            self.files.get(path).filter(|_| is_text(path)).map(|bytes| std::str::from_utf8(bytes))
        else {
            return false;
        };
        self.files
            .keys()
            .filter(|other| *other != path)
            .any(|other| references(path, other).iter().any(|reference| text.contains(reference.as_str())))
    }
}

impl NamedAssets {
    /// Final paths below dist/ and their bytes.
    pub fn finished(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
    }

    /// The page with every reference made right, and without Trunk's integrities: they stand on hints only, what is then fetched
    /// carries none, and browsers either warn about that or take the two for different files. For the same reason without
    /// `crossorigin`: WebKit downloads twice what is hinted so (public/boot.js).
    pub fn rewrite_page(&self, html: &str) -> Result<String> {
        const ATTRIBUTE: &str = " integrity=\"";
        let page = self.rewrite("index.html", html).replace(" crossorigin=\"anonymous\"", "");
        let mut parts = page.split(ATTRIBUTE);
        let mut out = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let Some((_, after)) = part.split_once('"') else { bail!("an integrity without end") };
            out.push_str(after);
        }
        Ok(out)
    }

    fn rewrite(&self, from: &str, text: &str) -> String {
        let mut text = text.to_owned();
        for (old, new) in &self.names {
            let beside = new.trim_start_matches("assets/");
            for reference in references(from, old) {
                let quote = &reference[..1];
                let end = &reference[reference.len() - 1..];
                let target =
                    if reference[1..].starts_with('/') { format!("/{new}") } else { format!("./{beside}") };
                text = text.replace(&reference, &format!("{quote}{target}{end}"));
            }
        }
        text
    }
}

/// The ways in which a file names another, each with the characters that close it in: a reference never stands bare.
fn references(from: &str, to: &str) -> Vec<String> {
    let folder = from.rfind('/').map_or("", |end| &from[..=end]);
    let mut paths = vec![format!("/{to}")];
    if let Some(relative) = to.strip_prefix(folder).filter(|_| from != "index.html") {
        paths.extend([format!("./{relative}"), relative.to_owned()]);
    }
    let closed = [('"', '"'), ('\'', '\''), ('`', '`'), ('(', ')')];
    paths.iter().flat_map(|path| closed.map(|(open, close)| format!("{open}{path}{close}"))).collect()
}

fn is_text(path: &str) -> bool {
    [".js", ".mjs", ".css", ".svg", ".json", ".webmanifest"].iter().any(|ending| path.ends_with(ending))
}

/// `name-0123456789abcdef_bg.wasm` from Trunk becomes `name_bg-<hash>.wasm`.
fn final_name(path: &str, bytes: &[u8]) -> String {
    let file = path.rsplit('/').next().unwrap_or(path);
    let (stem, extension) = file.rsplit_once('.').unwrap_or((file, "bin"));
    let hash: String = Sha256::digest(bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("assets/{}-{hash}.{extension}", without_hash(stem))
}

fn without_hash(stem: &str) -> String {
    let Some(dash) = stem.rfind('-') else { return stem.to_owned() };
    let rest = &stem[dash + 1..];
    let digits = rest.bytes().take_while(u8::is_ascii_hexdigit).count();
    // A hash of 64 bits, its leading zeros left out.
    let is_hash = (12..=16).contains(&digits) && matches!(&rest[digits..], "" | "_bg");
    if is_hash { format!("{}{}", &stem[..dash], &rest[digits..]) } else { stem.to_owned() }
}

fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, files)?;
        } else {
            let name = path.strip_prefix(root)?.to_string_lossy().replace('\\', "/");
            files.insert(name, fs::read(&path)?);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assets(files: &[(&str, &str)]) -> Assets {
        Assets {
            files: files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect(),
        }
    }

    #[test]
    fn a_file_that_names_another_changes_its_name_with_it() {
        let name_of = |module: &str| {
            let files = [
                (
                    "app-0123456789abcdef.js",
                    "fetch(new URL('app-0123456789abcdef_bg.wasm', import.meta.url))",
                ),
                ("app-0123456789abcdef_bg.wasm", module),
            ];
            let named = assets(&files).named().unwrap();
            (
                named.names["app-0123456789abcdef.js"].clone(),
                named.names["app-0123456789abcdef_bg.wasm"].clone(),
            )
        };
        let (script, module) = name_of("one");
        let (other_script, other_module) = name_of("two");
        assert!(module.starts_with("assets/app_bg-") && module.ends_with(".wasm"));
        assert!(script.starts_with("assets/app-") && script.ends_with(".js"));
        assert_ne!(script, other_script);
        assert_ne!(module, other_module);
    }

    #[test]
    fn the_page_names_the_new_files_and_promises_no_integrity() {
        let named =
            assets(&[("public/boot.js", "start()"), ("app-0123456789abcdef.js", "run()")]).named().unwrap();
        let html = concat!(
            "<link rel=\"preload\" href=\"/app-0123456789abcdef.js\" crossorigin=\"anonymous\" integrity=\"sha384-old\" as=\"fetch\">",
            "<script src=\"/public/boot.js\" data-js=\"/app-0123456789abcdef.js\"></script>"
        );
        let page = named.rewrite_page(html).unwrap();
        let (boot, app) = (&named.names["public/boot.js"], &named.names["app-0123456789abcdef.js"]);
        assert_eq!(
            page,
            format!(
                "<link rel=\"preload\" href=\"/{app}\" as=\"fetch\">\
                 <script src=\"/{boot}\" data-js=\"/{app}\"></script>"
            )
        );
        assert!(named.rewrite_page("<link integrity=\"sha384-").is_err());
    }

    #[test]
    fn trunks_hash_goes_whatever_its_length() {
        assert_eq!(without_hash("app-0123456789abcdef_bg"), "app_bg");
        assert_eq!(without_hash("app-ab8f633b6a12139"), "app");
        assert_eq!(without_hash("my-app"), "my-app");
    }

    #[test]
    fn files_that_name_each_other_in_a_circle_are_refused() {
        assert!(assets(&[("a.js", "import './b.js'"), ("b.js", "import './a.js'")]).named().is_err());
    }

    #[test]
    fn a_text_that_only_resembles_a_name_stays() {
        let named =
            assets(&[("boot.js", "x"), ("app.js", "// see boot.js and 'reboot.js'")]).named().unwrap();
        assert_eq!(named.files[&named.names["app.js"]], b"// see boot.js and 'reboot.js'");
    }
}
