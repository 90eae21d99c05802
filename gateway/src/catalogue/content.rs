//! Reads and fills the content store: files named by the SHA-256 of their bytes. What is
//! read is hashed again; a file that lies under a wrong name does not exist.

use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use tributary_core::hash::sha256;
use tributary_core::id::FileHash;
use tributary_store::shelf::Shelf;

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

/// Opens a file on this machine, where it is brought from the store if need be.
fn open(store: &Shelf, hash: FileHash) -> std::io::Result<File> {
    let path = store.path(&hash);
    match File::open(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        found => return found,
    }
    if store.fetch(&hash).map_err(std::io::Error::other)? { File::open(path) } else { Err(ErrorKind::NotFound.into()) }
}

/// Reads content of exactly this length, at most `max` bytes.
pub fn read(store: &Shelf, hash: FileHash, length: u64, max: u64) -> Result<Vec<u8>, ContentError> {
    if length > max {
        return Err(ContentError::TooLong(hash, max));
    }
    let mut bytes = Vec::new();
    open(store, hash)
        .and_then(|file| file.take(length.saturating_add(1)).read_to_end(&mut bytes))
        .map_err(|source| ContentError::Read { hash, path: store.path(&hash), source })?;
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

/// Puts content into the store under its hash, on this machine first; what lies there
/// whole already stays.
pub fn publish(store: &Shelf, bytes: &[u8]) -> std::io::Result<FileHash> {
    let hash = FileHash(sha256(&[bytes]));
    if read(store, hash, bytes.len() as u64, bytes.len() as u64).is_err() {
        let path = store.path(&hash);
        path.parent().map_or(Ok(()), std::fs::create_dir_all)?;
        write(&path, bytes)?;
    }
    store.hand_on(bytes).map_err(std::io::Error::other)?;
    Ok(hash)
}

/// Reads content whose length nobody has said, at most `max` bytes.
pub fn read_named(store: &Shelf, hash: FileHash, max: u64) -> Result<Vec<u8>, ContentError> {
    match open(store, hash).and_then(|file| file.metadata()) {
        Ok(found) => read(store, hash, found.len(), max),
        Err(source) => Err(ContentError::Read { hash, path: store.path(&hash), source }),
    }
}

/// Reads a text.
pub fn read_text(store: &Shelf, hash: FileHash, length: u64, max: u64) -> Result<String, ContentError> {
    String::from_utf8(read(store, hash, length, max)?).map_err(|_| ContentError::Utf8(hash))
}
