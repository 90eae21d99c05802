//! Settlement against a real Postgres, a real local chain and the real indexer.
//! Only the gateway is played by the test, which signs groups and keeps the
//! credit log by SQL.
#![allow(clippy::unwrap_used)]

mod backup;
mod books;
mod bucket;
mod disabled;
mod disk;
mod disputes;
mod drill;
mod epochs;
mod faults;
mod gateway;
mod kills;
mod network;
mod outages;
mod posting;
mod process;
mod proxy;
mod second;
#[path = "../../store/tests/store/server.rs"]
#[allow(dead_code, reason = "the store's own tests use all of it")]
mod server;
mod thin;
mod world;
