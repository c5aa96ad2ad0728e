//! Compression done once, at build time, so that it can be the slowest and smallest there is.

use anyhow::Result;
use std::io::Write;

/// Brotli at quality 11.
pub fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut small = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: bytes.len(),
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &bytes[..], &mut small, &parameters)?;
    Ok(small)
}

/// Gzip at level 9.
pub fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn what_was_compressed_comes_back_the_same() {
        let text = "the same words, the same words, and the same words again".repeat(50);
        let (small_br, small_gz) = (brotli(text.as_bytes()).unwrap(), gzip(text.as_bytes()).unwrap());
        assert!(small_br.len() < 100 && small_gz.len() < 150);
        let (mut from_br, mut from_gz) = (Vec::new(), String::new());
        brotli::BrotliDecompress(&mut &small_br[..], &mut from_br).unwrap();
        flate2::read::GzDecoder::new(&small_gz[..]).read_to_string(&mut from_gz).unwrap();
        assert_eq!(from_br, text.as_bytes());
        assert_eq!(from_gz, text);
    }
}
