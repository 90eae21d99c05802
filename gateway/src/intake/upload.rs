//! Takes a file in, piece by piece: resumable, hashed while it streams, bounded.
//! What counts is what is on the disk: its length is the offset to go on from.
//! One writer a file at a time.

use axum::body::Bytes;
use futures::{Stream, StreamExt};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::fs::OpenOptions;
use tokio::io::AsyncWriteExt;
use tributary_core::id::FileHash;

/// Why bytes are not taken.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// The disk refused.
    #[error("the file cannot be written on {}", .0.display())]
    Io(PathBuf, #[source] std::io::Error),
    /// The pieces do not fit together.
    #[error("the file has {have} bytes so far: go on from there, not from {asked}")]
    Offset {
        /// What is on the disk.
        have: u64,
        /// Where the sender would go on.
        asked: u64,
    },
    /// More than was declared.
    #[error("more than the declared {0} bytes were sent: declare the file again as it is")]
    TooLong(u64),
    /// Another request is sending it.
    #[error("another request is sending this file: wait for it, then ask for the offset")]
    Busy,
    /// The sender hung up or sent badly.
    #[error("the connection broke: ask for the offset and go on from there")]
    Broken,
    /// The whole file is another than was declared.
    #[error(
        "the file's SHA-256 is {found}, {declared} was declared: it was thrown away; send the declared file from its beginning"
    )]
    Other {
        /// By what arrived.
        found: FileHash,
        /// By the declaration.
        declared: FileHash,
    },
}

/// A hash that is as far as the file.
#[derive(Clone, Debug, Default)]
struct Hashed {
    bytes: u64,
    state: Sha256,
}

/// All files that are being sent.
#[derive(Debug)]
pub struct Uploads {
    folder: PathBuf,
    hashed: Mutex<BTreeMap<[u8; 32], Arc<tokio::sync::Mutex<Hashed>>>>,
}

/// How far a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Bytes on the disk.
    pub bytes: u64,
    /// All of it, as declared.
    pub whole: bool,
}

impl Uploads {
    /// In this folder, which is made when it is needed.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.into(), hashed: Mutex::default() }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where a dataset's file lies.
    pub fn file(&self, dataset: &[u8; 32]) -> PathBuf {
        self.folder.join(format!("{}.file", hex::encode(dataset)))
    }

    /// Where its text lies until it is published.
    pub fn text(&self, dataset: &[u8; 32]) -> PathBuf {
        self.folder.join(format!("{}.text", hex::encode(dataset)))
    }

    /// Bytes of a file that are here.
    pub async fn offset(&self, dataset: &[u8; 32]) -> Result<u64, UploadError> {
        let path = self.file(dataset);
        match tokio::fs::metadata(&path).await {
            Ok(found) => Ok(found.len()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(0),
            Err(error) => Err(UploadError::Io(path, error)),
        }
    }

    /// Deletes what is here of a dataset.
    pub async fn forget(&self, dataset: &[u8; 32]) -> Result<(), UploadError> {
        self.hashed.lock().unwrap_or_else(PoisonError::into_inner).remove(dataset);
        for path in [self.file(dataset), self.text(dataset)] {
            match tokio::fs::remove_file(&path).await {
                Ok(()) => {}
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(UploadError::Io(path, error)),
            }
        }
        Ok(())
    }

    /// Takes pieces from an offset on until they end. What arrived is synced,
    /// also when the connection breaks.
    pub async fn take<E>(
        &self,
        dataset: &[u8; 32],
        (declared, bytes): (FileHash, u64),
        from: u64,
        mut pieces: impl Stream<Item = Result<Bytes, E>> + Unpin,
    ) -> Result<Progress, UploadError> {
        let turn = {
            let mut hashed = self.hashed.lock().unwrap_or_else(PoisonError::into_inner);
            hashed.retain(|_, turn| Arc::strong_count(turn) > 1 || turn.try_lock().is_ok_and(|state| state.bytes > 0));
            hashed.entry(*dataset).or_default().clone()
        };
        let mut hashed = turn.try_lock().map_err(|_| UploadError::Busy)?;
        let path = self.file(dataset);
        let failed = |error| UploadError::Io(path.clone(), error);
        let have = self.offset(dataset).await?;
        if have != from {
            return Err(UploadError::Offset { have, asked: from });
        }
        tokio::fs::create_dir_all(&self.folder).await.map_err(failed)?;
        if hashed.bytes != have {
            *hashed = rehash(&path).await?;
        }
        let mut file = OpenOptions::new().create(true).append(true).open(&path).await.map_err(failed)?;
        let mut result = Ok(());
        while let Some(piece) = pieces.next().await {
            let Ok(piece) = piece else {
                result = Err(UploadError::Broken);
                break;
            };
            if hashed.bytes + piece.len() as u64 > bytes {
                result = Err(UploadError::TooLong(bytes));
                break;
            }
            file.write_all(&piece).await.map_err(failed)?;
            hashed.state.update(&piece);
            hashed.bytes += piece.len() as u64;
        }
        file.flush().await.map_err(failed)?;
        file.sync_data().await.map_err(failed)?;
        result?;
        if hashed.bytes < bytes {
            return Ok(Progress { bytes: hashed.bytes, whole: false });
        }
        let found = FileHash(std::mem::take(&mut *hashed).state.finalize().into());
        if found != declared {
            file.set_len(0).await.map_err(failed)?;
            file.sync_data().await.map_err(failed)?;
            return Err(UploadError::Other { found, declared });
        }
        Ok(Progress { bytes, whole: true })
    }
}

/// The hash of what is on the disk already.
async fn rehash(path: &Path) -> Result<Hashed, UploadError> {
    let path = path.to_path_buf();
    let at = path.clone();
    let hash = move || {
        let mut hashed = Hashed::default();
        let mut file = match std::fs::File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(hashed),
            Err(error) => return Err(error),
        };
        let mut piece = vec![0; 256 * 1024];
        loop {
            match file.read(&mut piece)? {
                0 => return Ok(hashed),
                read => {
                    hashed.state.update(&piece[..read]);
                    hashed.bytes += read as u64;
                }
            }
        }
    };
    let result = tokio::task::spawn_blocking(hash).await.unwrap_or_else(|_| Err(std::io::Error::other("a read died")));
    result.map_err(|error| UploadError::Io(at, error))
}

#[cfg(test)]
mod tests;
