//! Reads and fills the content store: files named by the SHA-256 of their bytes. What is
//! read is hashed again; a file that lies under a wrong name does not exist.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use tributary_core::hash::sha256;
use tributary_core::id::FileHash;

/// Why content is not to be had.
#[derive(Debug, thiserror::Error)]
pub enum ContentError {
    /// It is not in the store, or cannot be read.
    #[error("the content {hash} cannot be read from {}: publish it to the store", path.display())]
    Read {
        /// Its hash.
        hash: FileHash,
        /// Where it was looked for.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The bytes are others than the name says.
    #[error("the content {0} in the store is damaged: its bytes have another hash or length")]
    Other(FileHash),
    /// It is longer than this kind of content may be.
    #[error("the content {0} is longer than {1} bytes, the limit for its kind")]
    TooLong(FileHash, u64),
    /// A text is not UTF-8.
    #[error("the text {0} is not UTF-8")]
    Utf8(FileHash),
}

/// Where content lies in the store.
pub fn path(store: &Path, hash: FileHash) -> PathBuf {
    let name = hash.to_string();
    store.join(&name[..2]).join(name)
}

/// Reads content of exactly this length, at most `max` bytes.
pub fn read(store: &Path, hash: FileHash, length: u64, max: u64) -> Result<Vec<u8>, ContentError> {
    if length > max {
        return Err(ContentError::TooLong(hash, max));
    }
    let path = path(store, hash);
    let mut bytes = Vec::new();
    File::open(&path)
        .and_then(|file| file.take(length.saturating_add(1)).read_to_end(&mut bytes))
        .map_err(|source| ContentError::Read { hash, path, source })?;
    if bytes.len() as u64 != length || sha256(&[&bytes]) != hash.0 {
        return Err(ContentError::Other(hash));
    }
    Ok(bytes)
}

/// Writes a file whole and synced, or not at all.
pub fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let part = path.with_extension(format!("{:016x}.part", rand::random::<u64>()));
    let written = File::create(&part)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| std::fs::rename(&part, path))
        .and_then(|()| path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all()));
    if written.is_err() {
        // The error that counts is the first one.
        let _ = std::fs::remove_file(&part);
    }
    written
}

/// Puts content into the store under its hash; what lies there whole already
/// stays.
pub fn publish(store: &Path, bytes: &[u8]) -> std::io::Result<FileHash> {
    let hash = FileHash(sha256(&[bytes]));
    if read(store, hash, bytes.len() as u64, bytes.len() as u64).is_err() {
        let path = path(store, hash);
        path.parent().map_or(Ok(()), std::fs::create_dir_all)?;
        write(&path, bytes)?;
    }
    Ok(hash)
}

/// Reads content whose length nobody has said, at most `max` bytes.
pub fn read_named(store: &Path, hash: FileHash, max: u64) -> Result<Vec<u8>, ContentError> {
    let path = path(store, hash);
    match std::fs::metadata(&path) {
        Ok(found) => read(store, hash, found.len(), max),
        Err(source) => Err(ContentError::Read { hash, path, source }),
    }
}

/// Reads a text.
pub fn read_text(store: &Path, hash: FileHash, length: u64, max: u64) -> Result<String, ContentError> {
    String::from_utf8(read(store, hash, length, max)?).map_err(|_| ContentError::Utf8(hash))
}
