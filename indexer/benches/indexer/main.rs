//! What `make bench-indexer` runs: prints one `name=value` a line, ratios beside
//! a baseline of the same run, on the same cluster with the same durability. It
//! judges nothing, and nothing here is a test.
//!
//! Sizes come from the environment, full by default, and 0 leaves a part out:
//! INDEXER_EVENTS (1,000,000), INDEXER_TRANSACTIONS (100,000) of a recorded chain,
//! INDEXER_LIVE_SECONDS (120).
#![allow(clippy::unwrap_used)]

mod backfill;
mod copy;
mod history;
mod live;
mod recorded;

#[allow(dead_code)]
#[path = "../../tests/indexer/cluster.rs"]
mod cluster;
#[allow(dead_code)]
#[path = "../../tests/indexer/local_network.rs"]
mod local_network;

/// A size from the environment.
fn size(name: &str, full: u64) -> u64 {
    std::env::var(name).map_or(full, |text| text.parse().unwrap())
}

#[tokio::main]
async fn main() {
    let events = size("INDEXER_EVENTS", 1_000_000);
    if events > 0 {
        copy::run(events).await;
    }
    let transactions = size("INDEXER_TRANSACTIONS", 100_000);
    if transactions > 0 {
        backfill::run(transactions).await;
    }
    let seconds = size("INDEXER_LIVE_SECONDS", 120);
    if seconds > 0 {
        live::run(seconds).await;
    }
}
