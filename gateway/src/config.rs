//! What a gateway is told when it starts, and its bounds. Reads no environment:
//! the binary parses flags and fills this in.

use crate::clock::Clocks;
use crate::upstream::config::{Upstream, Upstreams};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tributary_core::amount::BaseUnits;
use tributary_core::id::{GatewayId, VaultId};
use tributary_store::shelf::Shelf;

/// Everything a gateway is told.
#[derive(Clone, Debug)]
pub struct Config {
    /// Postgres. May hold a password; never logged.
    pub database_url: String,
    /// Where to listen; port 0 picks a free one, which is printed.
    pub listen: SocketAddr,
    /// The spool's folder: one per gateway, on a disk that honours fsync.
    pub spool_dir: PathBuf,
    /// The gateway key that signs group commits: a Solana keypair file, a JSON
    /// array of 64 numbers.
    pub key_file: PathBuf,
    /// Where uploaded datasets lie until they are published.
    pub uploads: PathBuf,
    /// This gateway's record in the registry.
    pub gateway: GatewayId,
    /// Vaults whose mandates are accepted; empty for every vault on the chain.
    pub vaults: Vec<VaultId>,
    /// The content store, where texts and manifests lie under their hashes.
    pub store: Shelf,
    /// The policy set file, whose weights evidence is computed with.
    pub policy_file: PathBuf,
    /// Where time comes from.
    pub clocks: Clocks,
    /// Where the models are that answer elsewhere.
    pub upstreams: Upstreams,
    /// The server for embeddings of registered texts and of answers; without it
    /// events carry no evidence of similarity.
    pub embedding: Option<Arc<Upstream>>,
    /// Redis, for copies of what Postgres has. May hold a password; never logged.
    pub redis: Option<String>,
    /// Bounds and intervals.
    pub limits: Limits,
}

/// Bounds and intervals, each with a default that suits one machine.
#[derive(Clone, Debug)]
pub struct Limits {
    /// How much a lease takes when it is available, in base units.
    pub lease_size: BaseUnits,
    /// How often chain, credit and agents are looked at.
    pub poll: Duration,
    /// Consent older than this allows no new uses.
    pub staleness: Duration,
    /// What the spool may hold that Postgres does not have yet, in bytes.
    pub spool_pending_bytes: u64,
    /// What stays free on the spool's disk, in bytes: new work is refused before.
    pub disk_free_min: u64,
    /// Paid requests remembered one by one: of older ones Postgres is asked.
    pub recent_requests: usize,
    /// How long an idempotency key is remembered at least.
    pub remember: Duration,
    /// How long evidence sidecars are kept.
    pub sidecar_days: u16,
    /// How long turns of sessions are kept.
    pub session_days: u16,
    /// Completions computed at a time.
    pub concurrency: usize,
    /// Completions that may wait for their turn.
    pub waiting: usize,
    /// Requests a second and key, and as many at once after a pause.
    pub key_rate: u32,
    /// Paid calls a second of an agent whose score is low, before the score lowers it.
    pub agent_rate: u32,
    /// How old a reputation may be.
    pub reputation: Duration,
    /// Mandates a second from everybody together, and as many at once after a pause.
    pub mandate_rate: u32,
    /// A request that takes longer is answered 504.
    pub request: Duration,
    /// How long the end may take: requests, then the drain, then the closes.
    pub shutdown: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            lease_size: BaseUnits(5_000_000),
            poll: Duration::from_millis(400),
            staleness: Duration::from_secs(2 * 60 * 60),
            spool_pending_bytes: 1 << 30,
            disk_free_min: 256 << 20,
            recent_requests: 65_536,
            remember: Duration::from_secs(24 * 60 * 60),
            sidecar_days: 30,
            session_days: 30,
            concurrency: 4,
            waiting: 512,
            key_rate: 500,
            agent_rate: 500,
            reputation: Duration::from_secs(60),
            mandate_rate: 50,
            request: Duration::from_secs(120),
            shutdown: Duration::from_secs(20),
        }
    }
}
