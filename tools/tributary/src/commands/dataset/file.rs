//! The file on the owner's side: its format by its name, its hash, its text.

use anyhow::{Context, ensure};
use sha2::{Digest, Sha256};
use std::io::Read;
use std::path::Path;
use tributary_core::id::FileHash;
use tributary_gateway::intake::croissant::CROISSANT_BYTES_MAX;
use tributary_gateway::intake::format::{FILE_BYTES_MAX, Format};

/// A format as it is chosen on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Chosen {
    /// UTF-8, as it is
    Text,
    /// A JSON object a line
    Jsonl,
    /// Comma-separated values with a header
    Csv,
    /// Parquet
    Parquet,
}

impl From<Chosen> for Format {
    fn from(chosen: Chosen) -> Self {
        match chosen {
            Chosen::Text => Self::Text,
            Chosen::Jsonl => Self::Jsonl,
            Chosen::Csv => Self::Csv,
            Chosen::Parquet => Self::Parquet,
        }
    }
}

/// How a file of this name is usually read.
pub fn format_of(path: &Path) -> Format {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
    match ending.as_str() {
        "jsonl" | "ndjson" => Format::Jsonl,
        "csv" => Format::Csv,
        "parquet" => Format::Parquet,
        _ => Format::Text,
    }
}

/// SHA-256 and length of a file that is not too long to be taken.
pub fn hash(path: &Path) -> anyhow::Result<(FileHash, u64)> {
    let failed = || format!("cannot read {}", path.display());
    let mut file = std::fs::File::open(path).with_context(failed)?;
    let length = file.metadata().with_context(failed)?.len();
    ensure!(length > 0, "{} is empty: there is nothing to register", path.display());
    ensure!(
        length <= FILE_BYTES_MAX,
        "{} has {length} bytes and at most {FILE_BYTES_MAX} are taken: split it into several datasets",
        path.display()
    );
    let mut state = Sha256::new();
    let read = std::io::copy(&mut file, &mut Hashing(&mut state)).with_context(failed)?;
    Ok((FileHash(state.finalize().into()), read))
}

struct Hashing<'a>(&'a mut Sha256);

impl std::io::Write for Hashing<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The owner's own description, as it is.
pub fn described(path: &Path) -> anyhow::Result<String> {
    let failed = || format!("cannot read {}", path.display());
    let file = std::fs::File::open(path).with_context(failed)?;
    let mut text = String::new();
    let read = file.take(CROISSANT_BYTES_MAX as u64 + 1).read_to_string(&mut text).with_context(failed)?;
    ensure!(
        read <= CROISSANT_BYTES_MAX,
        "{} is longer than the {CROISSANT_BYTES_MAX} bytes that are taken",
        path.display()
    );
    Ok(text)
}

/// A plain file's text as it is registered: without a byte order mark.
pub fn text(path: &Path) -> anyhow::Result<Vec<u8>> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(bytes.strip_prefix("\u{feff}".as_bytes()).map(<[u8]>::to_vec).unwrap_or(bytes))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_files_name_says_how_to_read_it() {
        let cases = [("a.txt", Format::Text), ("b.NDJSON", Format::Jsonl), ("c.csv", Format::Csv), ("d", Format::Text)];
        for (name, format) in cases {
            assert_eq!(format_of(Path::new(name)), format, "{name}");
        }
    }

    #[test]
    fn an_empty_file_is_refused_before_anything_is_sent() {
        let path = std::env::temp_dir().join(format!("tributary-empty-{}", std::process::id()));
        std::fs::write(&path, "").unwrap();
        assert!(hash(&path).unwrap_err().to_string().contains("nothing to register"));
        std::fs::write(&path, "\u{feff}abc").unwrap();
        assert_eq!((hash(&path).unwrap().1, text(&path).unwrap()), (6, b"abc".to_vec()));
        std::fs::remove_file(&path).unwrap();
    }
}
