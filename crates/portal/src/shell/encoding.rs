//! One content in the encodings a browser may take, made ahead.

use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use std::io::{self, Write};

/// A content with what it compresses to.
#[derive(Clone)]
pub struct Compressed {
    identity: Bytes,
    brotli: Option<Bytes>,
    gzip: Option<Bytes>,
}

impl Compressed {
    /// Compresses, at the best quality.
    ///
    /// # Errors
    /// Only where memory fails.
    pub fn compress(identity: Vec<u8>) -> io::Result<Self> {
        let mut brotli = Vec::new();
        let parameters = brotli::enc::BrotliEncoderParams { quality: 11, ..Default::default() };
        brotli::BrotliCompress(&mut identity.as_slice(), &mut brotli, &parameters)?;
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gzip.write_all(&identity)?;
        let gzip = gzip.finish()?;
        Ok(Self { identity: identity.into(), brotli: Some(brotli.into()), gzip: Some(gzip.into()) })
    }

    /// What a build compressed.
    pub fn ready(identity: Vec<u8>, brotli: Option<Vec<u8>>, gzip: Option<Vec<u8>>) -> Self {
        Self { identity: identity.into(), brotli: brotli.map(Bytes::from), gzip: gzip.map(Bytes::from) }
    }

    /// The content in the smallest encoding that `Accept-Encoding` takes.
    pub fn response(&self, headers: &HeaderMap) -> Response {
        let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
        let accepted = accepted.unwrap_or_default();
        let (body, encoding) = match (&self.brotli, &self.gzip) {
            (Some(brotli), _) if accepts(accepted, "br") => (brotli, Some("br")),
            (_, Some(gzip)) if accepts(accepted, "gzip") => (gzip, Some("gzip")),
            _ => (&self.identity, None),
        };
        let mut response = body.clone().into_response();
        let headers = response.headers_mut();
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        if let Some(encoding) = encoding {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        response
    }
}

fn accepts(accepted: &str, encoding: &str) -> bool {
    accepted.split(',').any(|one| {
        let (name, quality) = one.split_once(';').unwrap_or((one, ""));
        let refused = quality
            .trim()
            .strip_prefix("q=")
            .is_some_and(|quality| quality.parse::<f32>().is_ok_and(|quality| quality == 0.0));
        name.trim().eq_ignore_ascii_case(encoding) && !refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoding_that_is_refused_is_not_taken() {
        assert!(accepts("gzip, deflate, br", "br"));
        assert!(accepts("BR;q=0.5", "br"));
        assert!(!accepts("br;q=0, gzip", "br"));
        assert!(!accepts("brotli", "br"));
        assert!(!accepts("", "gzip"));
    }

    #[test]
    fn what_is_served_compressed_is_smaller_and_opens_to_the_same() {
        let words = "the same words again and again ".repeat(100).into_bytes();
        let compressed = Compressed::compress(words.clone()).unwrap();
        let mut opened = Vec::new();
        brotli::BrotliDecompress(&mut &compressed.brotli.unwrap()[..], &mut opened).unwrap();
        assert_eq!(opened, words);
        let gzip = compressed.gzip.unwrap();
        assert!(gzip.len() < words.len());
        let mut opened = Vec::new();
        io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&gzip[..]), &mut opened).unwrap();
        assert_eq!(opened, words);
    }
}
