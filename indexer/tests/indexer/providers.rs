//! Several providers: one takes over from another, and what becomes final is what
//! two of them say.

use crate::cluster::{Database, Indexer, count, eventually, finalised, quick};
use crate::fake_node::{FakeNode, Manner};
use crate::faults::{free_address, health_state};
use crate::truth::assert_same_events;
use crate::world::{World, address};
use solana_client::client_error::reqwest;
use std::time::Duration;
use tributary_indexer::Config;
use tributary_indexer::source::rpc::RpcSource;

fn config(database: &Database, nodes: &[&FakeNode]) -> Config {
    let more = nodes[1..].iter().map(|node| node.url.clone()).collect();
    let config = Config::new(database.url(), &nodes[0].url);
    Config { settings: quick(), more_rpc_urls: more, health_addr: Some(free_address()), ..config }
}

async fn metric(config: &Config, name: &str) -> f64 {
    let url = format!("http://{}/metrics", config.health_addr.unwrap());
    let Ok(response) = reqwest::get(url).await else { return -1.0 };
    let text = String::from_utf8(response.bytes().await.unwrap().to_vec()).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix(&format!("{name} ")));
    line.map_or(-1.0, |value| value.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn when_a_provider_fails_or_lags_another_one_goes_on() {
    let database = Database::start().await;
    let mut first = FakeNode::start(World::new(41)).await;
    let second = first.beside(Manner::default()).await;
    let third = first.beside(Manner::default()).await;
    let vault = address("vault");
    first.world.vault_created(vault);
    let config = config(&database, &[&first, &second, &third]);
    let indexer = Indexer::start(config.clone());
    first.until_final(&database.pool, first.world.settle()).await;

    first.stop().await;
    second.world.deposited(vault, 5);
    let end = second.world.settle();
    second.until_final(&database.pool, end).await;
    assert!(metric(&config, "indexer_provider_switches_total").await >= 1.0);

    // The second one stays 500 slots behind: the third one and, when it is back, the
    // first one know better.
    first.resume().await;
    second.behave(Manner { lag: 500, ..Manner::default() });
    second.world.pass(600);
    second.world.deposited(vault, 6);
    let end = second.world.settle();
    first.until_final(&database.pool, end).await;
    indexer.stop().await;
    assert_eq!(count(&database.pool, "SELECT sum(amount)::bigint FROM chain.deposits").await, 11);
    assert_same_events(&database.pool, &RpcSource::new(&first.url), end).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_witness_that_contradicts_holds_back_finality_only_and_lets_go_when_they_agree() {
    let database = Database::start().await;
    let first = FakeNode::start(World::new(42)).await;
    let second = first.beside(Manner::default()).await;
    let vault = address("vault");
    first.world.vault_created(vault);
    let config = config(&database, &[&first, &second]);
    let url = format!("http://{}/health", config.health_addr.unwrap());
    let indexer = Indexer::start(config.clone());
    first.until_final(&database.pool, first.world.settle()).await;

    // Which of them is wrong, nobody can know.
    second.behave(Manner { forges: true, ..Manner::default() });
    let before = finalised(&database.pool).await;
    first.world.pass(1);
    first.world.deposited(vault, 5);
    let end = first.world.settle();
    eventually("the disagreement to be said", async || {
        first.world.pass(1);
        health_state(&url).await == (503, "providers_disagree".to_owned())
    })
    .await;
    eventually("going back to what is proven", async || metric(&config, "indexer_rewinds_total").await >= 1.0).await;
    assert_eq!(metric(&config, "indexer_providers_disagree").await, 1.0);
    let now = finalised(&database.pool).await;
    assert!(now >= before && now < end, "{before} {now} {end}");
    // What is not final is shown all the same.
    eventually("the deposit to be shown", async || {
        first.world.pass(1);
        count(&database.pool, "SELECT count(*) FROM chain.deposits").await == 1
    })
    .await;

    second.behave(Manner::default());
    first.until_final(&database.pool, end).await;
    eventually("a healthy answer", async || {
        first.world.pass(1);
        health_state(&url).await == (200, "live".to_owned())
    })
    .await;
    indexer.stop().await;
    assert_same_events(&database.pool, &RpcSource::new(&first.url), end).await;
    assert_eq!(count(&database.pool, "SELECT count(*) FROM chain.dead_letters").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_can_never_answer_is_left_for_one_that_can_and_nothing_is_skipped() {
    let database = Database::start().await;
    let first = FakeNode::start(World::new(43)).await;
    let vault = address("vault");
    first.world.vault_created(vault);
    first.world.deposited(vault, 7);
    for code in [-32_001, -32_007, -32_009, -32_011] {
        let another = database.another().await;
        let limited = first.beside(Manner { refuses: Some(code), ..Manner::default() }).await;
        let third = first.beside(Manner::default()).await;
        let more = vec![first.url.clone(), third.url.clone()];
        let config = Config { more_rpc_urls: more, settings: quick(), ..Config::new(another.url(), &limited.url) };
        let indexer = Indexer::start(config);
        first.until_final(&another.pool, first.world.settle()).await;
        indexer.stop().await;
        assert_eq!(count(&another.pool, "SELECT sum(amount)::bigint FROM chain.deposits").await, 7, "{code}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_of_another_chain_is_never_followed() {
    let database = Database::start().await;
    let mut first = FakeNode::start(World::new(44)).await;
    let other = first.beside(Manner { other_chain: true, ..Manner::default() }).await;
    let vault = address("vault");
    first.world.vault_created(vault);
    let config = config(&database, &[&first, &other]);
    let indexer = Indexer::start(config);
    eventually("the vault to be shown", async || {
        first.world.pass(1);
        count(&database.pool, "SELECT count(*) FROM chain.vaults").await == 1
    })
    .await;
    first.stop().await;
    first.world.deposited(vault, 5);
    first.world.settle();
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(count(&database.pool, "SELECT count(*) FROM chain.deposits").await, 0);
    // Nor is it a witness.
    assert_eq!(finalised(&database.pool).await.0, 0);
    indexer.stop().await;
}
