//! The content store: a folder in which a file named by the SHA-256 of its bytes
//! lies at `<first two digits>/<all 64 digits>`. What is read is hashed again.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use tributary_core::id::FileHash;
use tributary_core::leaf_file::file_hash;

/// No published file is longer.
pub const FILE_BYTES_MAX: u64 = 2 << 30;

/// Why content could not be stored or read.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It is not there, or cannot be read.
    #[error("cannot read {} from the content store: check --store (TRIBUTARY_STORE), or ask the settler to publish it again", path.display())]
    Read {
        /// Where it was looked for.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The bytes are others than the name says.
    #[error("{} in the content store is damaged: its bytes have another hash; delete it and fetch it again", .0.display())]
    Damaged(PathBuf),
    /// It cannot be written.
    #[error("cannot write {} to the content store", path.display())]
    Write {
        /// Where to.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// A content store.
#[derive(Clone, Debug)]
pub struct ContentStore {
    folder: PathBuf,
}

impl ContentStore {
    /// In this folder, which is made when something is published.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where a file lies.
    pub fn path(&self, hash: &FileHash) -> PathBuf {
        let name = hash.to_string();
        self.folder.join(&name[..2]).join(name)
    }

    /// Stores bytes under their hash: whole and on the disk, or not at all.
    pub fn publish(&self, bytes: &[u8]) -> Result<FileHash, StoreError> {
        let hash = file_hash(bytes);
        let path = self.path(&hash);
        if path.exists() && self.read(&hash).is_ok() {
            return Ok(hash);
        }
        let failed = |source| StoreError::Write { path: path.clone(), source };
        let shelf = path.parent().unwrap_or(&self.folder);
        std::fs::create_dir_all(shelf).map_err(failed)?;
        let mut file = tempfile::NamedTempFile::new_in(shelf).map_err(failed)?;
        file.write_all(bytes).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
        set_readable(file.as_file()).map_err(failed)?;
        file.persist(&path).map_err(|error| failed(error.error))?;
        std::fs::File::open(shelf).and_then(|folder| folder.sync_all()).map_err(failed)?;
        Ok(hash)
    }

    /// Reads a file and checks that it is what its name says.
    pub fn read(&self, hash: &FileHash) -> Result<Vec<u8>, StoreError> {
        let path = self.path(hash);
        let failed = |source| StoreError::Read { path: path.clone(), source };
        let mut bytes = Vec::new();
        let file = std::fs::File::open(&path).map_err(failed)?;
        file.take(FILE_BYTES_MAX).read_to_end(&mut bytes).map_err(failed)?;
        if file_hash(&bytes) == *hash { Ok(bytes) } else { Err(StoreError::Damaged(path)) }
    }
}

/// What is published is for everybody; temporary files are made private.
fn set_readable(file: &std::fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_was_published_is_read_back_and_damage_is_noticed_and_repaired() {
        let folder = tempfile::tempdir().unwrap();
        let store = ContentStore::new(folder.path().join("store"));
        let hash = store.publish(b"a text").unwrap();
        assert_eq!(store.read(&hash).unwrap(), b"a text");
        std::fs::write(store.path(&hash), b"another").unwrap();
        assert!(matches!(store.read(&hash), Err(StoreError::Damaged(_))));
        assert_eq!(store.publish(b"a text").unwrap(), hash);
        assert_eq!(store.read(&hash).unwrap(), b"a text");
    }

    #[test]
    fn what_was_never_published_is_an_error_that_names_the_flag() {
        let store = ContentStore::new("/nonexistent");
        let error = store.read(&FileHash([7; 32])).unwrap_err();
        assert!(error.to_string().contains("--store"));
    }
}
