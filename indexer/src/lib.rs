//! From the chain to Postgres: follows both programs and writes the schema
//! `chain`, which everything else reads.
//!
//! Log notifications and polls only wake it. It lists signatures, fetches
//! transactions and decodes the events that the programs sent by calling
//! themselves; it stores each with its identity, the projections made of them
//! and its cursor in one database transaction. Every stream of events is dense,
//! so a missing one is noticed and looked for, and nothing counts as final
//! beyond it.
//!
//! It is the only writer of that schema, and it never writes to the chain.

pub mod collect;
pub mod decode;
pub mod event;
pub mod health;
pub mod machine;
pub mod source;
pub mod store;
pub mod verify;

mod error;
mod follow;
mod read;

pub use error::IndexerError;
pub use follow::Follower;
pub use read::{SlotDigest, StoredEvent, digest_at, digests_between, events_between, finalised_slot};

use machine::Settings;
use source::rpc::RpcSource;
use std::net::SocketAddr;
use std::sync::Arc;
use store::Store;
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;
use tributary_core::position::Slot;

/// What the indexer needs to know.
#[derive(Clone)]
pub struct Config {
    /// The database; its schema comes from `tributary migrate`.
    pub database_url: String,
    /// JSON-RPC of a node.
    pub rpc_url: String,
    /// The node's WebSocket. Without it the indexer only polls.
    pub ws_url: Option<String>,
    /// A database that holds nothing yet is followed from here on. Nothing of
    /// the programs may be older; 0 is always right.
    pub start_slot: Slot,
    /// Where to serve `GET /health`; port 0 picks a free one.
    pub health_addr: Option<SocketAddr>,
    /// Its pace; [`Settings::default`] suits a local chain and a real one.
    pub settings: Settings,
}

impl Config {
    /// With the defaults for everything else.
    pub fn new(database_url: impl Into<String>, rpc_url: impl Into<String>) -> Self {
        Self {
            database_url: database_url.into(),
            rpc_url: rpc_url.into(),
            ws_url: None,
            start_slot: Slot(0),
            health_addr: None,
            settings: Settings::default(),
        }
    }
}

/// Follows the chain until `shutdown`. Ends earlier only when the database can't
/// be used and waiting will not help; a node that is away is waited for.
pub async fn run(config: Config, shutdown: CancellationToken) -> Result<(), IndexerError> {
    let store = Store::new(&config.database_url, config.start_slot)?;
    let source = RpcSource::new(&config.rpc_url);
    let wake = Arc::new(Notify::new());
    let (facts, watcher) = watch::channel(health::Facts::default());
    // Ends the helpers when the follower ends, and the other way round.
    let end = shutdown.child_token();

    let listener = config.ws_url.map(|url| tokio::spawn(source::wake::run(url, wake.clone(), end.clone())));
    let follower = Follower {
        source: &source,
        store: &store,
        settings: config.settings,
        wake: &wake,
        facts: &facts,
        shutdown: &end,
    };
    let following = async {
        let ended = follower.run().await;
        end.cancel();
        ended
    };
    let serving = async {
        match config.health_addr {
            Some(address) => {
                let ended = health::serve(address, watcher, end.clone()).await;
                end.cancel();
                ended
            }
            None => Ok(()),
        }
    };
    let (followed, served) = tokio::join!(following, serving);
    if let Some(listener) = listener {
        // It only ends; what it was told it has told on.
        let _ = listener.await;
    }
    followed.and(served)
}
