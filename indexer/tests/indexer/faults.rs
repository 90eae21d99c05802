//! A node that answers wrongly, late or not at all.

use crate::cluster::{Database, Indexer, count, eventually, finalised, quick};
use crate::fake_node::FakeNode;
use crate::truth::assert_same_events;
use crate::world::{Fault, Sent, World, address, authority_of};
use solana_client::client_error::reqwest;
use std::time::Duration;
use tributary_client::{EVENT_TAG, pda};
use tributary_core::position::Slot;
use tributary_indexer::Config;
use tributary_indexer::source::rpc::RpcSource;

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_event_is_noticed_looked_for_and_found_and_nothing_is_final_before() {
    let database = Database::start().await;
    let node = FakeNode::start(World::new(1)).await;
    let vault = address("vault");
    node.world.vault_created(vault);
    node.world.pass(1);
    let missing = node.world.deposited(vault, 10);
    node.world.change(&missing, |entry| entry.hidden = true);
    node.world.pass(1);
    node.world.deposited(vault, 20);
    let end = node.world.settle();

    let indexer = Indexer::follow(database.url(), &node.url);
    let pool = &database.pool;
    eventually("the gap to be noticed", async || {
        count(
            pool,
            "SELECT count(*) FROM chain.gaps WHERE filled_at IS NULL AND first_missing = 1 AND last_missing = 1",
        )
        .await
            == 1
    })
    .await;
    // Slots pass, and still nothing counts as final; nor is what came after shown.
    node.world.pass(20);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(finalised(pool).await, Slot(0));
    assert_eq!(count(pool, "SELECT count(*) FROM chain.deposits").await, 0);
    assert_eq!(count(pool, "SELECT count(*) FROM chain.slot_digests").await, 0);

    // Now the node has it, but only in the listing of the vault itself.
    node.world.change(&missing, |entry| (entry.hidden, entry.hidden_from_programs) = (false, true));
    node.until_final(pool, end).await;
    indexer.stop().await;
    assert_eq!(count(pool, "SELECT count(*) FROM chain.gaps WHERE filled_at IS NULL").await, 0);
    assert_eq!(count(pool, "SELECT sum(amount)::bigint FROM chain.deposits").await, 30);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_event_can_not_be_lost_either_because_its_account_counts_it() {
    let database = Database::start().await;
    let node = FakeNode::start(World::new(2)).await;
    let vault = address("vault");
    node.world.vault_created(vault);
    let before = node.world.settle();
    let indexer = Indexer::follow(database.url(), &node.url);
    node.until_final(&database.pool, before).await;
    let last = node.world.deposited(vault, 10);
    // Every listing leaves it out, and no later event shows that it is missing.
    node.world.change(&last, |entry| entry.hidden = true);
    let end = node.world.settle();
    eventually("the gap to be noticed", async || {
        node.world.pass(1);
        count(&database.pool, "SELECT count(*) FROM chain.gaps WHERE filled_at IS NULL").await == 1
    })
    .await;
    assert!(finalised(&database.pool).await < end);
    node.world.change(&last, |entry| (entry.hidden, entry.hidden_from_programs) = (false, true));
    node.until_final(&database.pool, end).await;
    assert_eq!(count(&database.pool, "SELECT sum(amount)::bigint FROM chain.deposits").await, 10);
    indexer.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_nulls_and_odd_listings_are_never_read_as_nothing_there() {
    let database = Database::start().await;
    let node = FakeNode::start(World::new(3)).await;
    let vault = address("vault");
    node.world.registry_initialized();
    node.world.vault_created(vault);
    for amount in 1..=30 {
        if amount % 3 == 0 {
            node.world.pass(1);
        }
        node.world.deposited(vault, amount);
        node.world.committed();
    }
    let failed = node.world.deposited(vault, 1_000);
    // A failed transaction changes nothing, whatever its events look like.
    node.world.change(&failed, |entry| entry.failed = true);
    let faults = [Fault::Code(-32_007), Fault::Code(-32_009), Fault::Null, Fault::Broken, Fault::Garbage];
    node.world.fault("getTransaction", faults);
    node.world.fault("getSlot", [Fault::Code(-32_005)]);
    node.world.fault("getGenesisHash", [Fault::Broken, Fault::Null]);
    let odd = [Fault::Code(-32_016), Fault::Shuffled, Fault::Doubled, Fault::Null, Fault::Empty, Fault::Forgotten];
    node.world.fault("getSignaturesForAddress", odd);
    let end = node.world.settle();

    let indexer = Indexer::follow(database.url(), &node.url);
    node.until_final(&database.pool, end).await;
    indexer.stop().await;
    let events = assert_same_events(&database.pool, &RpcSource::new(&node.url), end).await;
    assert_eq!(events, 62);
    assert_eq!(count(&database.pool, "SELECT sum(amount)::bigint FROM chain.deposits").await, 465);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_event_is_ignored_and_an_unknown_one_stops_what_counts_as_final() {
    let database = Database::start().await;
    let node = FakeNode::start(World::new(4)).await;
    let vault = address("vault");
    node.world.vault_created(vault);
    let genuine = node.world.deposited(vault, 5);
    let copied = node
        .world
        .with(|state| state.entries.iter().find(|entry| entry.signature == genuine).unwrap().events[0].data.clone());
    // The right bytes, but not signed by the program's event authority.
    let forged = Sent { program: pda::REWARDS, authority: address("forger"), data: copied };
    node.world.put(vec![forged], [pda::REWARDS]);
    let first = node.world.settle();
    let health =
        Config { settings: quick(), health_addr: Some(free_address()), ..Config::new(database.url(), &node.url) };
    let url = format!("http://{}/health", health.health_addr.unwrap());
    let indexer = Indexer::start(health);
    node.until_final(&database.pool, first).await;
    assert_eq!(count(&database.pool, "SELECT sum(amount)::bigint FROM chain.deposits").await, 5);
    eventually("a healthy answer", async || health_state(&url).await == (200, "live".to_owned())).await;

    let unknown = [&EVENT_TAG[..], b"unknown!", b"fields"].concat();
    let sent = Sent { program: pda::REWARDS, authority: authority_of(&pda::REWARDS), data: unknown };
    node.world.put(vec![sent], [pda::REWARDS]);
    eventually("the dead letter", async || count(&database.pool, "SELECT count(*) FROM chain.dead_letters").await == 1)
        .await;
    let stopped = finalised(&database.pool).await;
    node.world.settle();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(finalised(&database.pool).await, stopped);
    assert_eq!(health_state(&url).await, (503, "dead_letters".to_owned()));
    indexer.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_is_away_is_waited_for() {
    let database = Database::start().await;
    let mut node = FakeNode::start(World::new(5)).await;
    node.stop().await;
    let config =
        Config { settings: quick(), health_addr: Some(free_address()), ..Config::new(database.url(), &node.url) };
    let url = format!("http://{}/health", config.health_addr.unwrap());
    let indexer = Indexer::start(config);
    eventually("an answer of the health endpoint", async || {
        health_state(&url).await == (503, "never_started".to_owned())
    })
    .await;
    node.resume().await;
    node.world.vault_created(address("vault"));
    node.until_final(&database.pool, node.world.settle()).await;
    node.stop().await;
    node.world.deposited(address("vault"), 3);
    let end = node.world.settle();
    node.resume().await;
    node.until_final(&database.pool, end).await;
    assert_eq!(count(&database.pool, "SELECT sum(amount)::bigint FROM chain.deposits").await, 3);
    indexer.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quiet_chain_is_not_asked_in_a_storm_and_a_failing_one_neither() {
    let database = Database::start().await;
    let node = FakeNode::start(World::new(6)).await;
    node.world.vault_created(address("vault"));
    let indexer = Indexer::follow(database.url(), &node.url);
    node.until_final(&database.pool, node.world.settle()).await;
    let before = node.world.calls("getSlot");
    node.world.with(|state| state.chaos.percent = 100);
    tokio::time::sleep(Duration::from_secs(2)).await;
    // Waits grow to 200 ms, plus jitter; without backing off there would be thousands.
    assert!(node.world.calls("getSlot") - before < 100);
    indexer.stop().await;
}

pub fn free_address() -> std::net::SocketAddr {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

pub async fn health_state(url: &str) -> (u16, String) {
    let Ok(response) = reqwest::get(url).await else { return (0, String::new()) };
    let status = response.status().as_u16();
    let body: serde_json::Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
    (status, body["state"].as_str().unwrap().to_owned())
}
