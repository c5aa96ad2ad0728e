use super::encoding::Compressed;
use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use std::{collections::BTreeMap, fs, io, path::Path};

/// A file whose name carries its hash.
pub struct Asset {
    content: Compressed,
    content_type: &'static str,
}

impl Asset {
    /// The file: it never changes under its name.
    pub fn response(&self, headers: &HeaderMap) -> Response {
        let mut response = self.content.response(headers);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        headers
            .insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
        response
    }
}

/// Every file of a folder, with the `.br` and `.gz` beside it.
///
/// # Errors
/// The disk's.
pub fn read_all(folder: &Path) -> io::Result<BTreeMap<String, Asset>> {
    let mut assets = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let Some(content_type) = content_type(&name) else { continue };
        let beside = |end: &str| -> io::Result<Option<Vec<u8>>> {
            match fs::read(folder.join(format!("{name}.{end}"))) {
                Ok(bytes) => Ok(Some(bytes)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(error),
            }
        };
        let content = Compressed::ready(fs::read(&path)?, beside("br")?, beside("gz")?);
        assets.insert(name, Asset { content, content_type });
    }
    Ok(assets)
}

/// By the name's end; what is not listed is not served.
fn content_type(name: &str) -> Option<&'static str> {
    let (_, end) = name.rsplit_once('.')?;
    Some(match end {
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        _ => return None,
    })
}
