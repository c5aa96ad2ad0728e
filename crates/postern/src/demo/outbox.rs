//! The texts that the desk handed over, from its outbox folder.

use crate::failure::Failure;
use postern_desk::transport::file::OutboxFile;
use std::{fs, io, path::Path};

/// All texts, oldest first.
///
/// # Errors
/// The folder or a file in it cannot be read.
pub fn read(state: &Path) -> Result<Vec<OutboxFile>, Failure> {
    let folder = match fs::read_dir(state.join("outbox")) {
        Ok(folder) => folder,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let mut texts = Vec::new();
    for file in folder {
        let path = file?.path();
        let number =
            path.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.parse::<u64>().ok());
        if let Some(number) = number.filter(|_| path.extension().is_some_and(|extension| extension == "json"))
        {
            let text: OutboxFile = serde_json::from_slice(&fs::read(&path)?)?;
            texts.push((number, text));
        }
    }
    texts.sort_by_key(|(number, _)| *number);
    Ok(texts.into_iter().map(|(_, text)| text).collect())
}
