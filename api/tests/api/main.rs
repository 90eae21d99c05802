//! The API as its callers meet it: over HTTP, on a real Postgres, with a real
//! history behind it.
#![allow(clippy::unwrap_used)]

mod access;
mod answers;
mod bucket;
mod cache;
mod changes;
mod client;
mod description;
mod explorer;
mod failures;
mod files;
mod limits;
mod pages;
mod pending;
mod receipts;
mod registry;
mod search;
#[path = "../../../settlement/store/tests/store/server.rs"]
#[allow(dead_code, reason = "the store's own tests use all of it")]
mod server;
mod statements;
mod webhooks;
mod world;
