//! Where binaries, programs and a run's files are, checked before anything starts.

use std::path::{Path, PathBuf};

/// Why a run cannot start.
#[derive(Debug, thiserror::Error)]
pub enum LayoutError {
    /// Something that must have been built is not there.
    #[error("{} is missing: run `{next}`", path.display())]
    Missing {
        /// What.
        path: PathBuf,
        /// What makes it.
        next: &'static str,
    },
    /// A built program is older than its sources.
    #[error("{} is older than {}: run `make programs`", built.display(), source_file.display())]
    Stale {
        /// What was built.
        built: PathBuf,
        /// What changed since.
        source_file: PathBuf,
    },
    /// A folder cannot be used.
    #[error("cannot use the folder {}", path.display())]
    Folder {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// Where things are.
#[derive(Clone, Debug)]
pub struct Layout {
    /// The checkout.
    pub checkout: PathBuf,
    /// The run's own folder: logs, keys, content store, spool.
    pub work: PathBuf,
    /// The `tributary` binary.
    pub tributary: PathBuf,
    /// The `tributary-localnet` binary.
    pub localnet: PathBuf,
    /// Where the `tributary-embedding` binary is, if it was built.
    pub embedding: PathBuf,
    /// The folder with registry.so and rewards.so.
    pub deploy: PathBuf,
    /// The cache of texts and builds.
    pub cache: PathBuf,
}

impl Layout {
    /// Finds everything for a run in `work`, which is emptied.
    pub fn find(work: PathBuf) -> Result<Self, LayoutError> {
        let checkout = checkout();
        let cache = std::env::var_os("TRIBUTARY_CACHE").map_or_else(
            || PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cache/tributary"),
            PathBuf::from,
        );
        let services = binaries().unwrap_or_else(|| cache.join("target/services/debug"));
        let layout = Self {
            tributary: services.join("tributary"),
            localnet: cache.join("target/localnet/release/tributary-localnet"),
            embedding: cache.join("target/embedding/release/tributary-embedding"),
            deploy: checkout.join("target/deploy"),
            checkout,
            work,
            cache,
        };
        layout.check()?;
        layout.empty()?;
        Ok(layout)
    }

    /// A file of the run.
    pub fn file(&self, name: &str) -> PathBuf {
        self.work.join(name)
    }

    /// The content store.
    pub fn store(&self) -> PathBuf {
        self.file("store")
    }

    /// When each program was built.
    pub fn built_at(&self) -> Vec<Option<std::time::SystemTime>> {
        let time = |name: &str| self.deploy.join(name).metadata().and_then(|data| data.modified()).ok();
        vec![time("registry.so"), time("rewards.so")]
    }

    fn check(&self) -> Result<(), LayoutError> {
        let needed = [
            (self.tributary.clone(), "make services"),
            (self.localnet.clone(), "make localnet"),
            (self.deploy.join("registry.so"), "make programs"),
            (self.deploy.join("rewards.so"), "make programs"),
        ];
        for (path, next) in needed {
            if !path.is_file() {
                return Err(LayoutError::Missing { path, next });
            }
        }
        for program in ["registry", "rewards"] {
            let built = self.deploy.join(program).with_extension("so");
            if let Some(source_file) = newest_above(&self.checkout.join("programs").join(program).join("src"), &built) {
                return Err(LayoutError::Stale { built, source_file });
            }
        }
        Ok(())
    }

    fn empty(&self) -> Result<(), LayoutError> {
        let failed = |source| LayoutError::Folder { path: self.work.clone(), source };
        if self.work.exists() {
            std::fs::remove_dir_all(&self.work).map_err(failed)?;
        }
        for folder in ["logs", "keys", "store", "spool"] {
            std::fs::create_dir_all(self.work.join(folder)).map_err(failed)?;
        }
        Ok(())
    }
}

/// The checkout this was built from, unless the current folder is one.
fn checkout() -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    let found = here.ancestors().find(|folder| folder.join("Anchor.toml").is_file()).map(Path::to_owned);
    found.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
}

/// The folder of the running binary, or its parent for a test binary in `deps`.
fn binaries() -> Option<PathBuf> {
    let folder = std::env::current_exe().ok()?.parent()?.to_owned();
    let folder = if folder.ends_with("deps") { folder.parent()?.to_owned() } else { folder };
    folder.join("tributary").is_file().then_some(folder)
}

/// A source file that changed after `built`.
fn newest_above(folder: &Path, built: &Path) -> Option<PathBuf> {
    let limit = built.metadata().and_then(|data| data.modified()).ok()?;
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).ok()?.flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if entry.metadata().and_then(|data| data.modified()).is_ok_and(|changed| changed > limit) {
                return Some(path);
            }
        }
    }
    None
}
