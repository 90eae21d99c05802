//! What was confirmed and did not become final.

use crate::cluster::{Database, Indexer, count, eventually};
use crate::events::Events;
use crate::fake_node::FakeNode;
use crate::projections::open;
use crate::truth::{assert_same_events, digest, projections};
use crate::world::{World, address};
use rand::SeedableRng;
use rand::rngs::StdRng;
use tributary_client::pda;
use tributary_core::position::Slot;
use tributary_indexer::machine::Commit;
use tributary_indexer::source::Head;
use tributary_indexer::source::rpc::RpcSource;

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_vanishes_before_it_is_final_takes_its_rows_along() {
    let database = Database::start().await;
    let node = FakeNode::start(World::new(11)).await;
    let vault = address("vault");
    node.world.vault_created(vault);
    node.world.deposited(vault, 1);
    until_final_after(&database, &node).await;
    let indexer = Indexer::follow(database.url(), &node.url);
    let lost = node.world.deposited(vault, 100);
    eventually("the deposit to be shown", async || {
        count(&database.pool, "SELECT count(*) FROM chain.deposits").await == 2
    })
    .await;
    node.world.remove(&lost, &vault);
    node.until_final(&database.pool, node.world.settle()).await;
    assert_eq!(count(&database.pool, "SELECT count(*) FROM chain.events").await, 2);
    assert_eq!(count(&database.pool, "SELECT sum(amount)::bigint FROM chain.deposits").await, 1);
    indexer.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_event_with_the_same_sequence_replaces_the_one_that_lost() {
    let database = Database::start().await;
    let node = FakeNode::start(World::new(12)).await;
    let vault = address("vault");
    node.world.vault_created(vault);
    until_final_after(&database, &node).await;
    let indexer = Indexer::follow(database.url(), &node.url);
    let lost = node.world.deposited(vault, 100);
    eventually("the deposit to be shown", async || {
        count(&database.pool, "SELECT count(*) FROM chain.deposits").await == 1
    })
    .await;
    node.world.remove(&lost, &vault);
    node.world.deposited(vault, 7);
    let end = node.world.settle();
    node.until_final(&database.pool, end).await;
    assert_eq!(count(&database.pool, "SELECT sum(amount)::bigint FROM chain.deposits").await, 7);
    assert_same_events(&database.pool, &RpcSource::new(&node.url), end).await;
    indexer.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_moves_to_another_slot_or_fails_there_is_stored_as_it_is() {
    let database = Database::start().await;
    let node = FakeNode::start(World::new(13)).await;
    let vault = address("vault");
    node.world.vault_created(vault);
    until_final_after(&database, &node).await;
    let indexer = Indexer::follow(database.url(), &node.url);
    let moved = node.world.deposited(vault, 4);
    node.world.pass(1);
    let failing = node.world.deposited(vault, 9);
    eventually("both deposits to be shown", async || {
        count(&database.pool, "SELECT count(*) FROM chain.deposits").await == 2
    })
    .await;
    node.world.pass(3);
    node.world.change(&moved, |entry| entry.slot += 2);
    node.world.change(&failing, |entry| entry.failed = true);
    let end = node.world.settle();
    node.until_final(&database.pool, end).await;
    indexer.stop().await;
    assert_same_events(&database.pool, &RpcSource::new(&node.url), end).await;
    assert_eq!(count(&database.pool, "SELECT sum(amount)::bigint FROM chain.deposits").await, 4);

    // Who never saw the fork has the same.
    let another = database.another().await;
    let (url, pool) = (another.url(), &another.pool);
    let other = Indexer::follow(url, &node.url);
    node.until_final(pool, end).await;
    other.stop().await;
    assert_eq!(digest(pool, end).await, digest(&database.pool, end).await);
    assert_eq!(projections(pool).await, projections(&database.pool).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_is_not_reached_by_an_event_that_is_stored_above_the_cursor() {
    let database = Database::start().await;
    let (_, mut session) = open(database.url()).await;
    let (mut events, mut random) = (Events::default(), StdRng::seed_from_u64(1));
    let mut of_shard = std::iter::repeat_with(|| events.any(10, &mut random)).filter(|e| e.stream == pda::shard(0));
    let (first, mut moved) = (of_shard.next().unwrap(), of_shard.next().unwrap());
    // Final accounts count both at slot 20, but one of them is stored where it was
    // before a fork, and the listing did not say where it is now.
    moved.slot = Slot(30);
    let commit = Commit {
        events: vec![first, moved.clone()],
        through: Some(Slot(20)),
        verified: Some(Slot(20)),
        heads: vec![Head { stream: pda::shard(0), next_sequence: 2 }],
        ..Commit::default()
    };
    let committed = session.commit(&commit).await.unwrap();
    assert_eq!((committed.finalised, committed.gaps.len()), (Slot(0), 0));

    moved.slot = Slot(15);
    let fetched = vec![moved.id.signature];
    let committed = session.commit(&Commit { events: vec![moved], fetched, ..commit }).await.unwrap();
    assert_eq!((committed.finalised, committed.gaps.len()), (Slot(20), 0));
}

/// Follows until what is on the chain so far is final, then stops.
async fn until_final_after(database: &Database, node: &FakeNode) {
    let indexer = Indexer::follow(database.url(), &node.url);
    node.until_final(&database.pool, node.world.settle()).await;
    indexer.stop().await;
}
