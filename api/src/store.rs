//! The content store: files named by the SHA-256 of their bytes.
//!
//! Read only. Whatever is read here is hashed again before anyone relies on it.

use crate::problem::ReadError;
use solana_sha256_hasher::Hasher;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;
use tributary_core::id::FileHash;
use tributary_settlement::store::shelf::Shelf;

/// How many checked files are remembered.
const CHECKED_MAX: usize = 65_536;
/// Bytes read at once while hashing.
const CHUNK_BYTES: usize = 1 << 17;

/// Why a stored file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The bytes do not have the hash they are stored under.
    #[error("the file stored as {0} has other bytes than its name says; publish it again")]
    Damaged(FileHash),
    /// A file longer than the reader is ready to hold.
    #[error("file {hash} has {bytes} bytes, more than the {max} that are read at once")]
    TooLarge {
        /// Which.
        hash: FileHash,
        /// How long it is.
        bytes: u64,
        /// How long it may be.
        max: u64,
    },
    /// The bucket is out of reach.
    #[error("the bucket of published files is out of reach at the moment")]
    Away(#[source] tributary_settlement::store::StoreError),
    /// The file system failed.
    #[error("file {hash} cannot be read")]
    Io {
        /// Which.
        hash: FileHash,
        /// What the file system says.
        #[source]
        source: std::io::Error,
    },
}

/// A folder of files by content address.
#[derive(Clone)]
pub struct Store {
    shelf: Arc<Shelf>,
    checked: Arc<Mutex<Checked>>,
}

/// Files whose bytes were hashed, as they were then.
type Checked = BTreeMap<FileHash, (u64, Option<SystemTime>)>;

impl Store {
    /// The files of this folder, or of the bucket that it has copies of.
    pub fn new(shelf: Shelf) -> Self {
        Self { shelf: Arc::new(shelf), checked: Arc::default() }
    }

    /// Where a file would lie.
    pub fn path(&self, hash: &FileHash) -> PathBuf {
        self.shelf.path(hash)
    }

    /// Opens a file; `None` when it is not there. Its bytes are not checked. Blocks,
    /// for as long as a bucket takes when it has to be fetched from one.
    pub fn open(&self, hash: &FileHash) -> Result<Option<(File, u64)>, StoreError> {
        let failed = |source| StoreError::Io { hash: *hash, source };
        let file = match File::open(self.path(hash)) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                if !self.shelf.fetch(hash).map_err(StoreError::Away)? {
                    return Ok(None);
                }
                File::open(self.path(hash)).map_err(failed)?
            }
            Err(error) => return Err(failed(error)),
        };
        let length = file.metadata().map_err(failed)?.len();
        Ok(Some((file, length)))
    }

    /// How long a file is; `None` when it is not there.
    pub async fn length(&self, hash: FileHash) -> Result<Option<u64>, ReadError> {
        let store = self.clone();
        let opened = tokio::task::spawn_blocking(move || store.open(&hash)).await??;
        Ok(opened.map(|(_, length)| length))
    }

    /// Reads and hashes a file of at most `max` bytes; `None` when it is not there.
    pub fn read_blocking(&self, hash: &FileHash, max: u64) -> Result<Option<Vec<u8>>, StoreError> {
        let Some((mut file, length)) = self.open(hash)? else { return Ok(None) };
        if length > max {
            return Err(StoreError::TooLarge { hash: *hash, bytes: length, max });
        }
        let mut bytes = Vec::with_capacity(length as usize);
        file.read_to_end(&mut bytes).map_err(|source| StoreError::Io { hash: *hash, source })?;
        if tributary_core::leaf_file::file_hash(&bytes) == *hash {
            Ok(Some(bytes))
        } else {
            Err(StoreError::Damaged(*hash))
        }
    }

    /// The same, off the async threads.
    pub async fn read(&self, hash: FileHash, max: u64) -> Result<Option<Vec<u8>>, ReadError> {
        let store = self.clone();
        Ok(tokio::task::spawn_blocking(move || store.read_blocking(&hash, max)).await??)
    }

    /// Hashes a file of any length, once as long as its length and time of
    /// change stay; says whether it is there.
    pub async fn check(&self, hash: FileHash) -> Result<bool, ReadError> {
        let store = self.clone();
        Ok(tokio::task::spawn_blocking(move || store.check_blocking(&hash)).await??)
    }

    fn check_blocking(&self, hash: &FileHash) -> Result<bool, StoreError> {
        let failed = |source| StoreError::Io { hash: *hash, source };
        let Some((mut file, length)) = self.open(hash)? else { return Ok(false) };
        let now = (length, file.metadata().map_err(failed)?.modified().ok());
        // A poisoned lock only means that a thread died between two whole states.
        if self.checked.lock().unwrap_or_else(PoisonError::into_inner).get(hash) == Some(&now) {
            return Ok(true);
        }
        let mut hasher = Hasher::default();
        let mut chunk = vec![0; CHUNK_BYTES];
        loop {
            match file.read(&mut chunk).map_err(failed)? {
                0 => break,
                read => hasher.hash(&chunk[..read]),
            }
        }
        if hasher.result().to_bytes() != hash.0 {
            return Err(StoreError::Damaged(*hash));
        }
        let mut checked = self.checked.lock().unwrap_or_else(PoisonError::into_inner);
        if checked.len() >= CHECKED_MAX {
            checked.clear();
        }
        checked.insert(*hash, now);
        Ok(true)
    }
}
