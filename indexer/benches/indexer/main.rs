//! What `make bench-indexer` runs: prints one `name=value` a line, ratios beside
//! a baseline of the same run, on the same cluster with the same durability. It
//! judges nothing, and nothing here is a test.
//!
//! Sizes come from the environment, full by default: INDEXER_EVENTS (1,000,000).
#![allow(clippy::unwrap_used)]

mod copy;
mod history;

#[allow(dead_code)]
#[path = "../../tests/indexer/cluster.rs"]
mod cluster;

/// A size from the environment.
fn size(name: &str, full: u64) -> u64 {
    std::env::var(name).map_or(full, |text| text.parse().unwrap())
}

#[tokio::main]
async fn main() {
    copy::run(size("INDEXER_EVENTS", 1_000_000)).await;
}
