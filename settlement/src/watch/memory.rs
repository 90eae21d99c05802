//! What a watcher has judged right, in a small file: the states those roots
//! closed with. Losing it costs trust in one parent, no more.

use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::io::Write;
use std::path::PathBuf;
use tributary_core::id::{FileHash, RootId};

/// How many roots are remembered: the ring of a vault, for a few vaults.
const ROOTS_MAX: usize = 256;

/// Why the memory can't be used.
#[derive(Debug, thiserror::Error)]
pub enum MemoryError {
    /// The file can't be read or written.
    #[error("the watcher's memory {path} can't be read or written; check the folder's permissions")]
    File {
        /// Where.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The file is something else.
    #[error("{path} is not a watcher's memory; delete it, and the watcher starts anew")]
    Format {
        /// Where.
        path: PathBuf,
        /// What the parser met.
        #[source]
        source: serde_json::Error,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct JudgedRoot {
    root: RootId,
    closing_state: FileHash,
}

/// Roots that were judged right.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    path: Option<PathBuf>,
    /// Oldest first.
    roots: VecDeque<JudgedRoot>,
}

impl Memory {
    /// Reads the file, if there is one. Without a path it only lasts as long as
    /// the process.
    pub fn open(path: Option<PathBuf>) -> Result<Self, MemoryError> {
        let Some(path) = path else { return Ok(Self::default()) };
        let roots = match std::fs::read(&path) {
            Ok(bytes) => {
                serde_json::from_slice(&bytes).map_err(|source| MemoryError::Format { path: path.clone(), source })?
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => VecDeque::new(),
            Err(source) => return Err(MemoryError::File { path, source }),
        };
        Ok(Self { path: Some(path), roots })
    }

    /// The state a root closed with, if it was judged right here.
    pub fn closing_of(&self, root: &RootId) -> Option<FileHash> {
        self.roots.iter().find(|judged| judged.root == *root).map(|judged| judged.closing_state)
    }

    /// Remembers a root, on disk before it returns.
    pub fn remember(&mut self, root: RootId, closing_state: FileHash) -> Result<(), MemoryError> {
        if self.closing_of(&root) == Some(closing_state) {
            return Ok(());
        }
        self.roots.push_back(JudgedRoot { root, closing_state });
        while self.roots.len() > ROOTS_MAX {
            self.roots.pop_front();
        }
        let Some(path) = &self.path else { return Ok(()) };
        let failed = |source| MemoryError::File { path: path.clone(), source };
        let bytes =
            serde_json::to_vec(&self.roots).map_err(|source| MemoryError::Format { path: path.clone(), source })?;
        let beside = path.with_extension("new");
        let mut file = std::fs::File::create(&beside).map_err(failed)?;
        file.write_all(&bytes).and_then(|()| file.sync_all()).map_err(failed)?;
        std::fs::rename(&beside, path).map_err(failed)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_was_judged_is_known_after_a_restart_and_the_oldest_is_forgotten_first() {
        let folder = tempfile::tempdir().unwrap();
        let path = Some(folder.path().join("watcher.json"));
        let mut memory = Memory::open(path.clone()).unwrap();
        for n in 0..=ROOTS_MAX as u16 {
            let mut root = RootId::default();
            root.0[..2].copy_from_slice(&n.to_le_bytes());
            memory.remember(root, FileHash([7; 32])).unwrap();
        }
        let again = Memory::open(path).unwrap();
        assert_eq!(again.roots, memory.roots);
        assert_eq!(again.closing_of(&RootId::default()), None, "the oldest is forgotten");
        let mut newest = RootId::default();
        newest.0[..2].copy_from_slice(&(ROOTS_MAX as u16).to_le_bytes());
        assert_eq!(again.closing_of(&newest), Some(FileHash([7; 32])));
    }

    #[test]
    fn a_file_of_something_else_is_refused_with_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("watcher.json");
        std::fs::write(&path, "{}").unwrap();
        let error = Memory::open(Some(path)).unwrap_err();
        assert!(matches!(error, MemoryError::Format { .. }));
        assert!(error.to_string().contains("delete it"));
    }
}
