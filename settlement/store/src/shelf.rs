//! A folder for whoever reads files as files: the store itself, or copies of what is
//! used of a bucket. It blocks: call it off the async threads.

use crate::location::Location;
use crate::{Store, StoreError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use tokio::runtime::Handle;
use tributary_core::id::FileHash;

/// See the module's head.
#[derive(Clone, Debug)]
pub struct Shelf {
    folder: PathBuf,
    bucket: Option<(Store, Handle)>,
}

impl From<&Path> for Shelf {
    fn from(folder: &Path) -> Self {
        Self { folder: folder.into(), bucket: None }
    }
}

impl From<PathBuf> for Shelf {
    fn from(folder: PathBuf) -> Self {
        Self { folder, bucket: None }
    }
}

impl Shelf {
    /// Of a store; a bucket's copies lie in a folder of their own, which may be lost at
    /// any time. To be called in a runtime, which asks the bucket later.
    pub fn open(location: &Location, copies: PathBuf) -> Result<Self, StoreError> {
        match location {
            Location::Folder(folder) => Ok(Self::from(folder.as_path())),
            Location::Bucket(_) => {
                std::fs::create_dir_all(&copies).map_err(|source| StoreError::Open { path: copies.clone(), source })?;
                Ok(Self { folder: copies, bucket: Some((Store::open(location)?, Handle::current())) })
            }
        }
    }

    /// Where files lie on this machine.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The store that it is of.
    pub fn store(&self) -> Result<Store, StoreError> {
        match &self.bucket {
            Some((store, _)) => Ok(store.clone()),
            None => Store::in_folder(&self.folder),
        }
    }

    /// Where a file lies on this machine, if it does.
    pub fn path(&self, hash: &FileHash) -> PathBuf {
        let name = hash.to_string();
        self.folder.join(&name[..2]).join(name)
    }

    /// Gets a file that is not on this machine; says whether the store has it.
    pub fn fetch(&self, hash: &FileHash) -> Result<bool, StoreError> {
        let Some((store, runtime)) = &self.bucket else { return Ok(false) };
        match runtime.block_on(store.get(hash)) {
            Ok(bytes) => runtime.block_on(Store::in_folder(&self.folder)?.put(bytes)).map(|_| true),
            Err(StoreError::Missing(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Puts a file that is on this machine where everybody finds it.
    pub fn hand_on(&self, bytes: &[u8]) -> Result<(), StoreError> {
        let Some((store, runtime)) = &self.bucket else { return Ok(()) };
        runtime.block_on(store.put(bytes.to_vec())).map(drop)
    }

    /// Removes a file from the store and from this machine. It need not be there.
    pub fn remove(&self, hash: &FileHash) -> Result<(), StoreError> {
        if let Some((store, runtime)) = &self.bucket {
            runtime.block_on(store.remove(hash))?;
        }
        let path = self.path(hash);
        match std::fs::remove_file(&path) {
            Err(source) if source.kind() != ErrorKind::NotFound => Err(StoreError::Open { path, source }),
            _ => Ok(()),
        }
    }
}
