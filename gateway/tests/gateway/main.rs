//! The gateway over HTTP and a private Postgres, with chain tables filled as
//! the indexer would fill them. No chain and no indexer here.
#![allow(clippy::unwrap_used)]

mod bucket;
mod clients;
mod clusters;
mod credit;
mod datasets;
mod drills;
mod failures;
mod keys;
mod metered;
mod paid;
mod redis;
mod refused;
mod reputation;
mod retrieval;
#[path = "../../../settlement/store/tests/store/server.rs"]
#[allow(dead_code, reason = "the store's own tests use all of it")]
mod server;
mod sessions;
mod stage;
mod steps;
mod streams;
mod tls;
mod tools;
mod upstreams;
