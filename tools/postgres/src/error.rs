//! What can go wrong with a private cluster, and what a person does about it.

use crate::process::ProcessError;
use std::path::PathBuf;

/// Why a private cluster could not be started or used.
#[derive(Debug, thiserror::Error)]
pub enum PostgresError {
    /// No server is installed.
    #[error(
        "no Postgres server found in PATH or under /usr/lib/postgresql: install one (apt-get install postgresql) or set DATABASE_URL to a running server"
    )]
    NotInstalled,
    /// The server refuses to run as root, and nothing to drop privileges with.
    #[error("Postgres does not run as root, and {0}: install util-linux, or run as another user")]
    CannotDropRoot(&'static str),
    /// A file or directory of the cluster.
    #[error("{doing} {path}")]
    File {
        /// What was tried.
        doing: &'static str,
        /// On what.
        path: PathBuf,
        /// Why it failed.
        source: std::io::Error,
    },
    /// `initdb` did not do its work.
    #[error("initdb failed ({status}): {output}")]
    Init {
        /// How it ended.
        status: std::process::ExitStatus,
        /// What it said.
        output: String,
    },
    /// `initdb` could not be run.
    #[error("cannot run {program}")]
    Spawn {
        /// The program.
        program: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The server's process.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// The server ended while it should have started.
    #[error("the Postgres server ended while starting; the end of its log:\n{log}")]
    Died {
        /// The last lines of its log.
        log: String,
    },
    /// The server did not answer in time.
    #[error("the Postgres server did not accept connections within {seconds} s; the end of its log:\n{log}")]
    Silent {
        /// How long was waited.
        seconds: u64,
        /// The last lines of its log.
        log: String,
    },
    /// The name of a database is not a plain identifier.
    #[error("{0:?} cannot name a database: use up to 40 of a-z, 0-9 and _, starting with a letter")]
    Name(String),
    /// A statement failed.
    #[error("the private Postgres refused a statement")]
    Sql(#[from] sqlx::Error),
    /// The server is stopped; start it again first.
    #[error("the private Postgres is stopped")]
    Stopped,
}
