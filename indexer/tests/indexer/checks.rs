//! What can be checked of a database afterwards: its digests against the chain,
//! and letters that only a later version can read.

use crate::cluster::{Database, Indexer, count};
use crate::events::Events;
use crate::fake_node::FakeNode;
use crate::projections::{commit, open};
use crate::truth::projections;
use crate::world::{World, address};
use rand::SeedableRng;
use rand::rngs::StdRng;
use tributary_core::position::Slot;
use tributary_indexer::event::DeadLetter;
use tributary_indexer::machine::Commit;
use tributary_indexer::source::rpc::RpcSource;
use tributary_indexer::verify::{Difference, VerifyError, Wrong, verify};

#[tokio::test(flavor = "multi_thread")]
async fn the_first_slot_that_differs_from_the_chain_is_named() {
    let database = Database::start().await;
    let node = FakeNode::start(World::new(41)).await;
    let vault = address("vault");
    node.world.vault_created(vault);
    for amount in 1..=5 {
        node.world.pass(2);
        node.world.deposited(vault, amount);
    }
    let indexer = Indexer::follow(database.cluster.url(), &node.url);
    let end = node.world.settle();
    node.until_final(&database.pool, end).await;
    indexer.stop().await;
    let (pool, source) = (&database.pool, RpcSource::new(&node.url));
    let right = verify(pool, &source, Slot(0), end).await.unwrap();
    assert_eq!((right.slots, right.events), (6, 6));
    assert_eq!(right.outcome, Ok(tributary_indexer::digest_at(pool, end).await.unwrap()));
    // A part of it agrees just as well, whatever went before.
    assert_eq!(verify(pool, &source, Slot(105), end).await.unwrap().outcome, right.outcome);
    let later = Slot(end.0 + 1_000);
    assert!(matches!(verify(pool, &source, Slot(0), later).await, Err(VerifyError::NotFinal { .. })));

    let differing = async || match verify(pool, &source, Slot(0), end).await.unwrap().outcome {
        Err(Difference { slot, wrong, .. }) => (slot, wrong),
        Ok(_) => panic!("it should differ"),
    };
    sqlx::query("UPDATE chain.events SET data = data || 'x'::bytea WHERE sequence = 3").execute(pool).await.unwrap();
    assert_eq!(differing().await, (Slot(106), Wrong::Events));
    sqlx::query("UPDATE chain.slot_digests SET events = 7 WHERE slot = 104").execute(pool).await.unwrap();
    assert_eq!(differing().await, (Slot(104), Wrong::Digest));
    sqlx::query("DELETE FROM chain.slot_digests WHERE slot = 100").execute(pool).await.unwrap();
    assert_eq!(differing().await, (Slot(100), Wrong::Digest));
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_a_later_version_can_read_are_replayed_and_old_projections_rebuilt_at_its_start() {
    let database = Database::start().await;
    let (store, mut session) = open(database.cluster.url()).await;
    let mut random = StdRng::seed_from_u64(3);
    let mut history = Events::default();
    let events: Vec<_> = (0..60).map(|nth| history.any(1 + nth / 10, &mut random)).collect();
    // What an older version could not read: it has its bytes, and all after it waits.
    let (unread, read) = (events[7].clone(), [&events[..7], &events[8..]].concat());
    let letter = DeadLetter {
        id: unread.id,
        slot: unread.slot,
        program: unread.program,
        data: unread.data.clone(),
        reason: "unknown event".to_owned(),
    };
    let through = Some(Slot(20));
    let dead_letters = vec![letter];
    let incomplete = Commit { events: read, dead_letters, through, verified: through, ..Commit::default() };
    let committed = session.commit(&incomplete).await.unwrap();
    assert_eq!((committed.finalised, committed.dead_letters), (Slot(0), 1));
    drop(session);
    sqlx::query("UPDATE chain.status SET projections = 0").execute(&database.pool).await.unwrap();
    sqlx::query("DELETE FROM chain.assets").execute(&database.pool).await.unwrap();

    let mut session = loop {
        // Postgres takes a moment to notice that the old session is gone.
        match store.open(tributary_core::id::Genesis([1; 32])).await.unwrap() {
            Some((session, _)) => break session,
            None => tokio::time::sleep(std::time::Duration::from_millis(20)).await,
        }
    };
    assert_eq!(count(&database.pool, "SELECT count(*) FROM chain.dead_letters").await, 0);
    let complete = Commit { through, verified: through, ..Commit::default() };
    assert_eq!(session.commit(&complete).await.unwrap().finalised, Slot(20));

    let (url, pool) = database.another("never_blind").await;
    let (_, mut other) = open(&url).await;
    commit(&mut other, &events).await;
    other.commit(&complete).await.unwrap();
    assert_eq!(projections(&pool).await, projections(&database.pool).await);
}
