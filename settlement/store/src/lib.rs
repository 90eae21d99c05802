//! The content store: files named by the SHA-256 of their bytes, at
//! `<first 2 hex digits>/<64 hex digits>`. Written beside, fsynced, then renamed;
//! read back and hashed again by every reader. It knows nothing of formats.
//! [`location`] says where a store can be.

mod connection;
pub mod location;
pub mod shelf;

use futures::TryStreamExt;
use location::Location;
use object_store::local::LocalFileSystem;
use object_store::path::Path as ObjectPath;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tributary_core::id::FileHash;
use tributary_core::leaf_file::file_hash;

/// No published file is read that is longer, in bytes.
pub const FILE_BYTES_MAX: u64 = 1 << 30;

/// Why a file could not be kept or fetched.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The folder cannot be used.
    #[error("the content store {path} cannot be opened; check that the folder can be created and written")]
    Open {
        /// Where.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The folder is not a store.
    #[error("the content store {path} cannot be opened")]
    Folder {
        /// Where.
        path: PathBuf,
        /// What the store said.
        #[source]
        source: object_store::Error,
    },
    /// The settings of a bucket.
    #[error(
        "the content store {location} cannot be used as it is set up; check AWS_ENDPOINT_URL, AWS_REGION and the other AWS_ settings"
    )]
    Settings {
        /// Which.
        location: String,
        /// What is wrong.
        #[source]
        source: object_store::Error,
    },
    /// Nobody published it, or it was deleted.
    #[error("file {0} is not in the content store; whoever published the root must publish it again")]
    Missing(FileHash),
    /// Something is there under this name, but not the file.
    #[error("what the content store holds under {0} has another hash; it is damaged or forged")]
    Damaged(FileHash),
    /// Longer than anything that is published.
    #[error("file {hash} is {bytes} bytes long, more than the {FILE_BYTES_MAX} that are read")]
    TooLong {
        /// Which.
        hash: FileHash,
        /// How long.
        bytes: u64,
    },
    /// The disk or network failed.
    #[error("file {hash} could not be read or written")]
    Access {
        /// Which.
        hash: FileHash,
        /// What the store said.
        #[source]
        source: object_store::Error,
    },
}

impl StoreError {
    /// Whether the file is not there as it should be, rather than out of reach
    /// for a moment.
    pub fn is_absence(&self) -> bool {
        matches!(self, Self::Missing(_) | Self::Damaged(_) | Self::TooLong { .. })
    }
}

/// A content store.
#[derive(Clone, Debug)]
pub struct Store {
    objects: Arc<dyn ObjectStore>,
    /// Whether it is reached over a network, where "not found" can be said of more
    /// than a file.
    is_remote: bool,
}

fn place(hash: &FileHash) -> ObjectPath {
    let name = hash.to_string();
    ObjectPath::from_iter([&name[..2], &name[..]])
}

impl Store {
    /// Opens a store. Whether a bucket is there shows when it is first used.
    pub fn open(location: &Location) -> Result<Self, StoreError> {
        match location {
            Location::Folder(folder) => Self::in_folder(folder),
            Location::Bucket(bucket) => match bucket.open() {
                Ok(objects) => Ok(Self { objects, is_remote: true }),
                Err(source) => Err(StoreError::Settings { location: location.to_string(), source }),
            },
        }
    }

    /// Opens a folder, which is made if it is not there.
    pub fn in_folder(folder: &Path) -> Result<Self, StoreError> {
        std::fs::create_dir_all(folder).map_err(|source| StoreError::Open { path: folder.into(), source })?;
        let local = LocalFileSystem::new_with_prefix(folder)
            .map_err(|source| StoreError::Folder { path: folder.into(), source })?;
        Ok(Self { objects: Arc::new(local.with_fsync(true)), is_remote: false })
    }

    /// Keeps bytes under their hash and reads them back. Doing it again changes
    /// nothing.
    pub async fn put(&self, bytes: Vec<u8>) -> Result<FileHash, StoreError> {
        let hash = file_hash(&bytes);
        match self.get(&hash).await {
            Ok(_) => return Ok(hash),
            Err(StoreError::Missing(_) | StoreError::Damaged(_)) => {}
            Err(error) => return Err(error),
        }
        let payload = PutPayload::from(bytes);
        self.objects.put(&place(&hash), payload).await.map_err(|source| StoreError::Access { hash, source })?;
        self.get(&hash).await?;
        Ok(hash)
    }

    /// The bytes with this hash.
    pub async fn get(&self, hash: &FileHash) -> Result<Vec<u8>, StoreError> {
        let failed = |source| StoreError::Access { hash: *hash, source };
        let found = match self.objects.get(&place(hash)).await {
            Ok(found) => found,
            Err(object_store::Error::NotFound { .. }) => return Err(self.not_found(hash).await),
            Err(source) => return Err(failed(source)),
        };
        if found.meta.size > FILE_BYTES_MAX {
            return Err(StoreError::TooLong { hash: *hash, bytes: found.meta.size });
        }
        let bytes = found.bytes().await.map_err(failed)?;
        if file_hash(&bytes) != *hash {
            return Err(StoreError::Damaged(*hash));
        }
        Ok(bytes.into())
    }

    /// Forgets a file. It need not be there.
    pub async fn remove(&self, hash: &FileHash) -> Result<(), StoreError> {
        match self.objects.delete(&place(hash)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(source) => Err(StoreError::Access { hash: *hash, source }),
        }
    }

    /// A missing file, unless the whole bucket is: a watcher must not veto for that.
    /// Only a listing tells them apart.
    async fn not_found(&self, hash: &FileHash) -> StoreError {
        if self.is_remote
            && let Err(source) = self.objects.list(Some(&place(hash))).try_next().await
        {
            return StoreError::Access { hash: *hash, source };
        }
        StoreError::Missing(*hash)
    }
}
