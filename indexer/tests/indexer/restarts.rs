//! Crashes of the indexer and of Postgres, and a node at its worst, all at once.

use crate::cluster::{Database, Indexer, count, finalised, own_server};
use crate::fake_node::FakeNode;
use crate::truth::{assert_same_events, digest, projections};
use crate::world::{Chaos, World, address};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use std::time::Duration;
use tributary_indexer::source::rpc::RpcSource;

/// Two vaults and a registry are used while everything fails now and then; what
/// is stored in the end is what is on the chain, and what a calm run stores.
async fn storm(seed: u64) {
    println!("seed {seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let database = Database::start().await;
    let node = FakeNode::start(World::new(seed)).await;
    let vaults = [address("vault a"), address("vault b")];
    node.world.registry_initialized();
    for vault in vaults {
        node.world.vault_created(vault);
    }
    let calm = Indexer::follow(database.url(), &node.url);
    node.until_final(&database.pool, node.world.settle()).await;
    calm.stop().await;

    node.world.with(|state| state.chaos = Chaos { percent: 15, forgetful: true });
    for _ in 0..12 {
        let indexer = Indexer::follow(database.url(), &node.url);
        for _ in 0..random.random_range(1..25) {
            node.world.pass(random.random_range(0..4));
            for _ in 0..random.random_range(0..4) {
                let vault = vaults[random.random_range(0..2)];
                let sent = node.world.deposited(vault, random.random_range(1..1_000));
                if random.random_range(0..10) == 0 {
                    // On a fork that loses, seen or not.
                    tokio::time::sleep(Duration::from_millis(random.random_range(0..30))).await;
                    node.world.remove(&sent, &vault);
                }
            }
            if random.random_range(0..3) == 0 {
                node.world.committed();
            }
            tokio::time::sleep(Duration::from_millis(random.random_range(0..15))).await;
        }
        indexer.kill().await;
    }
    node.world.with(|state| state.chaos = Chaos::default());
    let end = node.world.settle();
    let last = Indexer::follow(database.url(), &node.url);
    node.until_final(&database.pool, end).await;
    last.stop().await;
    assert_same_events(&database.pool, &RpcSource::new(&node.url), end).await;
    assert_eq!(count(&database.pool, "SELECT count(*) FROM chain.dead_letters").await, 0);

    let another = database.another().await;
    let (url, pool) = (another.url(), &another.pool);
    let calm = Indexer::follow(url, &node.url);
    node.until_final(pool, end).await;
    calm.stop().await;
    assert_eq!(digest(pool, end).await, digest(&database.pool, end).await);
    assert_eq!(projections(pool).await, projections(&database.pool).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storm_of_crashes_faults_and_forks_loses_and_doubles_nothing() {
    storm(2_026).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nor_does_one_that_nobody_has_seen_before() {
    storm(rand::random::<u32>().into()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_of_postgres_is_outlived() {
    let (mut cluster, pool) = own_server().await;
    let node = FakeNode::start(World::new(21)).await;
    let vault = address("vault");
    node.world.vault_created(vault);
    let indexer = Indexer::follow(cluster.url(), &node.url);
    node.until_final(&pool, node.world.settle()).await;
    let before = finalised(&pool).await;
    node.world.deposited(vault, 1);
    cluster.crash().await.unwrap();
    node.world.deposited(vault, 2);
    let end = node.world.settle();
    tokio::time::sleep(Duration::from_millis(500)).await;
    cluster.resume().await.unwrap();
    // The pool's old connections are gone with the server.
    let pool = sqlx::PgPool::connect(cluster.url()).await.unwrap();
    assert!(finalised(&pool).await >= before);
    node.until_final(&pool, end).await;
    assert_eq!(count(&pool, "SELECT sum(amount)::bigint FROM chain.deposits").await, 3);
    indexer.stop().await;
}
