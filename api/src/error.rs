//! Why the API cannot run at all. What a single request meets is [`crate::problem`].

use std::net::SocketAddr;

/// Why the API does not start or stops.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// Not a connection string.
    #[error("DATABASE_URL is not a Postgres connection string; write postgres://user:password@host:port/database")]
    DatabaseUrl(#[source] sqlx::Error),
    /// Not an origin.
    #[error("{0:?} is not an origin; write scheme and host, such as https://app.example.org")]
    Origin(String),
    /// The pool of connections has no runtime to run on.
    #[error("the pool of connections to Postgres cannot be made")]
    Readers(#[source] deadpool::managed::BuildError),
    /// Not the address of a Redis.
    #[error("the Redis URL cannot be used; write redis://host:port, or leave it out: answers are the same without")]
    Redis(#[source] redis::RedisError),
    /// Limits that allow nothing.
    #[error("the limits allow no requests; burst, per second, concurrent and connections must be at least 1")]
    Limits,
    /// The content store is not there.
    #[error("there is no content store at {path}; name the folder that settlement publishes to")]
    Store {
        /// Where it should be.
        path: String,
        /// What the file system says.
        #[source]
        source: std::io::Error,
    },
    /// The content store cannot be opened.
    #[error("the content store cannot be used")]
    Published(#[source] tributary_settlement::store::StoreError),
    /// The port is taken or not ours.
    #[error("cannot listen on {address}; choose a free port, or 0 for any")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// The listener failed while serving.
    #[error("the HTTP server stopped")]
    Serve(#[source] std::io::Error),
    /// The OpenAPI document could not be written as JSON.
    #[error("the OpenAPI document is not JSON")]
    Document(#[source] serde_json::Error),
}
