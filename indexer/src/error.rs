//! Why the indexer ended although nobody asked it to.

use crate::store::StoreError;

/// Why the indexer ended.
#[derive(Debug, thiserror::Error)]
pub enum IndexerError {
    /// The database can't be used, and waiting will not change that.
    #[error("the indexer cannot use its database")]
    Store(#[from] StoreError),
    /// The health endpoint's address is taken.
    #[error("cannot listen on {address}: choose another address for /health, or stop what listens there")]
    Listen {
        /// Where.
        address: std::net::SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The health endpoint stopped.
    #[error("the health endpoint failed")]
    Serve(#[source] std::io::Error),
}
