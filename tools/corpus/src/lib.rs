//! The demo's texts: licences, plays, poems and scripture, each with the people
//! who really wrote it. What a package cannot ship in Rust is fetched into the
//! cache by `tools/corpus/fetch`; this crate only reads.

mod bible;
mod licences;
mod plays;

use std::path::{Path, PathBuf};

/// What sort of text it is; each of the demo's models is made of some sorts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// The King James Bible.
    Scripture,
    /// Shakespeare's plays and sonnets.
    Stage,
    /// Milton.
    Verse,
    /// Licence texts.
    Licence,
}

/// One text, to be registered as one dataset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// Its title.
    pub title: String,
    /// Its sort.
    pub family: Family,
    /// Who wrote it and for how many basis points each stands; they sum to 10,000.
    pub authors: Vec<(&'static str, u16)>,
    /// SPDX identifier of the terms it is under.
    pub licence: &'static str,
    /// The text.
    pub body: String,
}

/// Why there is no text.
#[derive(Debug, thiserror::Error)]
pub enum CorpusError {
    /// A file of the cache cannot be read.
    #[error("cannot read {path}: run tools/corpus/fetch")]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A part that should be there is not.
    #[error("{0} is missing from the texts: delete the cached copy and run tools/corpus/fetch")]
    Missing(String),
}

/// All texts, in the order in which they are registered. `data` is the folder
/// that `tools/corpus/fetch` prints.
pub fn load(data: &Path) -> Result<Vec<Text>, CorpusError> {
    let mut texts = bible::load(data)?;
    texts.extend(plays::load(data)?);
    texts.extend(licences::load()?);
    Ok(texts)
}

/// Reads a file as text; bytes that are not UTF-8 (a few old encodings) become
/// the replacement character.
fn read(path: PathBuf) -> Result<String, CorpusError> {
    match std::fs::read(&path) {
        Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).replace('\r', "")),
        Err(source) => Err(CorpusError::Read { path, source }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licences_are_whole_and_every_text_is_shared_completely() {
        let texts = licences::load().unwrap();
        assert!(texts.len() >= 15);
        for text in &texts {
            assert_eq!(text.authors.iter().map(|(_, bps)| u32::from(*bps)).sum::<u32>(), 10_000, "{}", text.title);
            assert!(text.body.len() > 1_000, "{} is too short", text.title);
        }
    }

    #[test]
    fn a_missing_file_says_what_to_do() {
        let error = load(Path::new("/nonexistent")).unwrap_err();
        assert!(error.to_string().contains("tools/corpus/fetch"), "{error}");
    }
}
