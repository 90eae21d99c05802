//! What the API is told at its start.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;
use tributary_settlement::store::shelf::Shelf;

/// Where the API reads from and whom it serves.
#[derive(Clone)]
pub struct Config {
    /// Postgres, with the rights of `tributary_api`: all schemas to read, `access`
    /// to write. Holds a password: never logged.
    pub database_url: String,
    /// Where to listen; port 0 picks a free one.
    pub listen: SocketAddr,
    /// The content store: its folder, or copies of a bucket's files.
    pub store: Shelf,
    /// The RPC node that browsers should use; the API itself calls none.
    pub rpc_url: String,
    /// Where payers find the gateway on the web, as clients are told.
    pub gateway_url: Option<String>,
    /// Address lookup tables with the accounts of claims, as clients are told;
    /// they make a claim's transaction shorter.
    pub lookup_tables: Vec<String>,
    /// Origins that browsers may call from; empty for any, which is safe because
    /// no answer depends on who asks.
    pub cors_origins: Vec<String>,
    /// Origins that people sign in at, such as `https://app.example.org`; empty
    /// for the address that is listened on.
    pub sign_in_origins: Vec<String>,
    /// Whether webhooks may point into one's own network, and over HTTP.
    pub private_webhooks: bool,
    /// The built claim page, served at `/`.
    pub page_dir: Option<PathBuf>,
    /// A Redis to remember answers in for a moment; none is needed. May hold a
    /// password: never logged.
    pub redis_url: Option<String>,
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
    /// The same for a token; at least 1 each.
    pub token_burst: u32,
    /// The same for a token, in the long run.
    pub token_per_second: u32,
    /// Streams open at the same time.
    pub streams: usize,
    /// How long a request waits for the slot it asks for.
    pub min_slot_wait: Duration,
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
            token_burst: 3_000,
            token_per_second: 1_000,
            streams: 512,
            min_slot_wait: Duration::from_secs(3),
            concurrent: 256,
            connections: 16,
            request: Duration::from_secs(15),
            statement: Duration::from_secs(5),
            replay_events: 50_000,
        }
    }
}
