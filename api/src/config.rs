//! What the API is told at its start.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Where the API reads from and whom it serves.
#[derive(Clone)]
pub struct Config {
    /// Postgres, with at least the rights of `tributary_reader`. Holds a
    /// password: never logged.
    pub database_url: String,
    /// Where to listen; port 0 picks a free one.
    pub listen: SocketAddr,
    /// The content store's folder.
    pub store: PathBuf,
    /// The RPC node that browsers should use; the API itself calls none.
    pub rpc_url: String,
    /// Origins that browsers may call from; empty for any, which is safe because
    /// no answer depends on who asks.
    pub cors_origins: Vec<String>,
    /// The built claim page, served at `/`.
    pub page_dir: Option<PathBuf>,
    /// Bounds.
    pub limits: Limits,
}

/// Bounds on what one caller, or all of them, can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Requests an address may make at once before it has to wait.
    pub burst: u32,
    /// Requests an address may make in a second, in the long run; at least 1.
    pub per_second: u32,
    /// Requests served at the same time; the rest are told to come back.
    pub concurrent: usize,
    /// Connections to Postgres.
    pub connections: u32,
    /// How long a request may take.
    pub request: Duration,
    /// How long a statement may take; less than `request`.
    pub statement: Duration,
    /// The most usage events an epoch may hold for its receipts to be
    /// recomputed on request.
    pub replay_events: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            burst: 300,
            per_second: 100,
            concurrent: 256,
            connections: 16,
            request: Duration::from_secs(15),
            statement: Duration::from_secs(5),
            replay_events: 50_000,
        }
    }
}
