//! Finds the installed server and the user it can run as. Postgres refuses to
//! run as root, so root drops to `postgres` or `nobody` through setpriv.

use crate::PostgresError;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where Debian and its kin keep the versions.
const VERSIONS: &str = "/usr/lib/postgresql";

/// The programs of one installed version.
pub struct Install {
    /// Makes a cluster.
    pub initdb: PathBuf,
    /// The server.
    pub postgres: PathBuf,
}

impl Install {
    /// The newest under /usr/lib/postgresql, else what PATH has.
    pub fn find() -> Result<Self, PostgresError> {
        let mut folders = versions(Path::new(VERSIONS));
        folders.extend(std::env::var_os("PATH").iter().flat_map(std::env::split_paths).collect::<Vec<_>>());
        Self::find_in(&folders)
    }

    fn find_in(folders: &[PathBuf]) -> Result<Self, PostgresError> {
        folders
            .iter()
            .map(|folder| Self { initdb: folder.join("initdb"), postgres: folder.join("postgres") })
            .find(|install| install.initdb.is_file() && install.postgres.is_file())
            .ok_or(PostgresError::NotInstalled)
    }
}

/// `<folder>/<number>/bin`, newest first.
fn versions(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .collect();
    found.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    found.into_iter().map(|(_, path)| path).collect()
}

/// Who the server runs as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunAs {
    /// Whoever we are.
    Ourselves,
    /// Another user, because we are root.
    Other {
        /// User id.
        uid: u32,
        /// Group id.
        gid: u32,
    },
}

impl RunAs {
    /// Ourselves unless root.
    pub fn choose() -> Result<Self, PostgresError> {
        if !rustix::process::geteuid().is_root() {
            return Ok(Self::Ourselves);
        }
        if !Path::new("/usr/bin/setpriv").is_file() {
            return Err(PostgresError::CannotDropRoot("setpriv is missing"));
        }
        let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
        ["postgres", "nobody"]
            .iter()
            .find_map(|name| account(&users, name))
            .map(|(uid, gid)| Self::Other { uid, gid })
            .ok_or(PostgresError::CannotDropRoot("there is no user postgres or nobody"))
    }

    /// A command that runs `program` as this user.
    pub fn command(&self, program: &Path) -> Command {
        match self {
            Self::Ourselves => Command::new(program),
            Self::Other { uid, gid } => {
                let mut command = Command::new("/usr/bin/setpriv");
                command
                    .arg(format!("--reuid={uid}"))
                    .arg(format!("--regid={gid}"))
                    .args(["--clear-groups", "--"])
                    .arg(program);
                command
            }
        }
    }

    /// Gives a file or folder to this user.
    pub fn own(&self, path: &Path) -> Result<(), PostgresError> {
        match self {
            Self::Ourselves => Ok(()),
            Self::Other { uid, gid } => std::os::unix::fs::chown(path, Some(*uid), Some(*gid)).map_err(|source| {
                PostgresError::File { doing: "cannot change the owner of", path: path.into(), source }
            }),
        }
    }
}

/// User and group id of a name in the text of /etc/passwd.
fn account(users: &str, name: &str) -> Option<(u32, u32)> {
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next()? == name).then_some(())?;
        Some((fields.nth(1)?.parse().ok()?, fields.next()?.parse().ok()?))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_newest_version_comes_first() {
        let root = tempfile::tempdir().unwrap();
        for version in ["9", "15", "16", "notes"] {
            std::fs::create_dir_all(root.path().join(version).join("bin")).unwrap();
        }
        let found = versions(root.path());
        let names: Vec<_> = found.iter().map(|p| p.parent().unwrap().file_name().unwrap().to_str().unwrap()).collect();
        assert_eq!(names, ["16", "15", "9"]);
    }

    #[test]
    fn a_folder_without_a_server_is_not_an_install() {
        let root = tempfile::tempdir().unwrap();
        std::fs::write(root.path().join("initdb"), "").unwrap();
        let error = Install::find_in(&[root.path().into()]).err().unwrap();
        assert!(matches!(error, PostgresError::NotInstalled));
        assert!(error.to_string().contains("apt-get install postgresql"));
    }

    #[test]
    fn ids_are_read_from_the_line_with_exactly_that_name() {
        let users = "postgres-exporter:x:1:2::/:/bin/sh\npostgres:x:101:104:admin,,,:/var/lib/postgresql:/bin/bash\n";
        assert_eq!(account(users, "postgres"), Some((101, 104)));
        assert_eq!(account(users, "nobody"), None);
    }
}
