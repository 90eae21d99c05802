//! A disk of a test's own, small enough to be filled.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Mounted where it is asked for, until it is dropped.
pub struct Disk {
    path: PathBuf,
}

/// As root, or by `sudo` where that asks for nothing, as for the set-up's packages.
fn as_root(arguments: &[&str]) -> bool {
    let runs = |command: &mut Command| command.output().is_ok_and(|output| output.status.success());
    runs(Command::new(arguments[0]).args(&arguments[1..])) || runs(Command::new("sudo").arg("-n").args(arguments))
}

impl Disk {
    /// A disk of so many bytes, for everybody.
    pub fn mounted_at(path: &Path, bytes: u64) -> Self {
        std::fs::create_dir(path).unwrap();
        let options = format!("size={bytes},mode=1777");
        let text = path.to_str().unwrap();
        assert!(
            as_root(&["mount", "-t", "tmpfs", "-o", &options, "tmpfs", text]),
            "a disk can be mounted by root here"
        );
        Self { path: path.into() }
    }

    /// Takes all its room but so many bytes; giving the file back makes room.
    pub fn fill_but(&self, bytes: usize) -> PathBuf {
        let ballast = self.path.join("ballast");
        let mut file = std::fs::File::create(&ballast).unwrap();
        let mut length = 0;
        let full = loop {
            match file.write(&[1; 4_096]) {
                Ok(written) => length += written,
                Err(error) => break error,
            }
        };
        assert_eq!(full.kind(), ErrorKind::StorageFull);
        file.set_len(length.saturating_sub(bytes) as u64).unwrap();
        ballast
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily: what is still open on it ends with the test.
        as_root(&["umount", "-l", self.path.to_str().unwrap_or_default()]);
    }
}
