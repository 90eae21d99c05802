//! A private Postgres cluster: started from the installed binaries on a free
//! port, with a password of its own, and gone at the end. For the demo and the
//! tests.
//!
//! It is not for production: whoever sets `DATABASE_URL` brings a server, and
//! nothing here is used.

mod cluster;
mod error;
mod install;
mod process;
mod shared;

pub use cluster::{Options, PrivateCluster};
pub use error::PostgresError;
pub use process::{GuardedProcess, Output, ProcessError};
pub use rustix::process::Signal;
pub use shared::TestDatabase;
