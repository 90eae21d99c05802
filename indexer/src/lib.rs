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
pub mod machine;
pub mod source;
pub mod store;
pub mod verify;

mod error;
mod facts;
mod follow;
mod health;
mod read;
mod witness;

pub use error::IndexerError;
pub use facts::{Facts, Health, HealthState, ProviderFacts, STALLED_AFTER, Spent};
pub use read::{SlotDigest, StoredEvent, digest_at, digests_between, events_between, finalised_slot};

use follow::Follower;
use machine::Settings;
use source::ChainSource;
use source::rpc::RpcSource;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use store::Store;
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;
use tributary_core::position::Slot;
use witness::Witnessing;

/// What the indexer needs to know.
#[derive(Clone)]
pub struct Config {
    /// The database; its schema comes from `tributary migrate`.
    pub database_url: String,
    /// JSON-RPC of a node.
    pub rpc_url: String,
    /// JSON-RPC of other nodes, of other operators if possible: they are asked when
    /// the first one fails or lags, and nothing becomes final before one of them
    /// says the same as the one that was asked.
    pub more_rpc_urls: Vec<String>,
    /// A node's WebSocket. Without it the indexer only polls.
    pub ws_url: Option<String>,
    /// A database that holds nothing yet is followed from here on. Nothing of
    /// the programs may be older; 0 is always right.
    pub start_slot: Slot,
    /// Where to serve `GET /health` and `GET /metrics`; port 0 picks a free one.
    pub health_addr: Option<SocketAddr>,
    /// Without a new finalised slot or a commit for so long, it is stalled.
    pub stalled_after: Duration,
    /// Its pace; [`Settings::default`] suits a local chain and a real one.
    pub settings: Settings,
}

impl Config {
    /// With the defaults for everything else.
    pub fn new(database_url: impl Into<String>, rpc_url: impl Into<String>) -> Self {
        Self {
            database_url: database_url.into(),
            rpc_url: rpc_url.into(),
            more_rpc_urls: Vec::new(),
            ws_url: None,
            start_slot: Slot(0),
            health_addr: None,
            stalled_after: STALLED_AFTER,
            settings: Settings::default(),
        }
    }
}

/// Follows the chain until `shutdown`. Ends earlier only when the database can't
/// be used and waiting will not help; a node that is away is waited for.
pub async fn run(config: Config, shutdown: CancellationToken) -> Result<(), IndexerError> {
    let store = Store::new(&config.database_url, config.start_slot)?;
    let urls = std::iter::once(&config.rpc_url).chain(&config.more_rpc_urls);
    let sources: Vec<RpcSource> = urls.map(|url| RpcSource::new(url)).collect();
    let wake = Arc::new(Notify::new());
    let (facts, watcher) = watch::channel(Facts::new(sources.len()));
    // Ends the helpers when the follower ends, and the other way round.
    let end = shutdown.child_token();

    let listener = config.ws_url.map(|url| tokio::spawn(source::wake::run(url, wake.clone(), end.clone())));
    let following = async {
        let ended = follow(&sources, &store, config.settings, &wake, &facts, &end).await;
        end.cancel();
        ended
    };
    let serving = async {
        match config.health_addr {
            Some(address) => {
                let ended = health::serve(address, watcher, config.stalled_after, end.clone()).await;
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

/// Follows the chain through `sources`, of which the first is asked first and the
/// others are witnesses, until `shutdown`: what [`run`] does once it has connected.
/// `wake` ends a rest early, and `facts` tell how it goes.
pub async fn follow<S: ChainSource>(
    sources: &[S],
    store: &Store,
    settings: Settings,
    wake: &Notify,
    facts: &watch::Sender<Facts>,
    shutdown: &CancellationToken,
) -> Result<(), IndexerError> {
    let (asked, questions) = watch::channel(witness::Asked::default());
    let (answers, heard) = watch::channel(witness::Heard::default());
    let end = shutdown.child_token();
    let follower = Follower { sources, store, settings, wake, facts, asked: &asked, heard, shutdown: &end };
    let following = async {
        let ended = follower.run().await;
        end.cancel();
        ended
    };
    let witnessing = async {
        if sources.len() > 1 {
            Witnessing { sources, settings, facts }.run(questions, &answers, &end).await;
        }
    };
    tokio::join!(following, witnessing).0
}
