//! What can be checked of a database afterwards: its digests against the chain,
//! and letters that only a later version can read.

use crate::cluster::{Database, Indexer, count, eventually, quick};
use crate::events::Events;
use crate::fake_node::FakeNode;
use crate::faults::{free_address, health_state};
use crate::projections::{commit, open};
use crate::truth::{assert_same_events, projections};
use crate::world::{World, address};
use rand::SeedableRng;
use rand::rngs::StdRng;
use tributary_core::position::Slot;
use tributary_indexer::Config;
use tributary_indexer::collect::events_of_range;
use tributary_indexer::event::DeadLetter;
use tributary_indexer::machine::Commit;
use tributary_indexer::source::ChainSource;
use tributary_indexer::source::rpc::RpcSource;
use tributary_indexer::store::Store;
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
    let indexer = Indexer::follow(database.url(), &node.url);
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
    let (store, mut session) = open(database.url()).await;
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

    let another = database.another().await;
    let (url, pool) = (another.url(), &another.pool);
    let (_, mut other) = open(url).await;
    commit(&mut other, &events).await;
    other.commit(&complete).await.unwrap();
    assert_eq!(projections(pool).await, projections(&database.pool).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_letter_is_redeemed_by_the_version_that_reads_it_and_what_waited_goes_on() {
    let database = Database::start().await;
    let node = FakeNode::start(World::new(42)).await;
    let vault = address("vault");
    node.world.vault_created(vault);
    for amount in 1..=9 {
        node.world.pass(2);
        node.world.deposited(vault, amount);
    }
    let end = node.world.settle();
    let source = RpcSource::new(&node.url);

    // What an older version left behind: it read all but the fourth deposit.
    let mut events = events_of_range(&source, Slot(0), end).await.unwrap();
    let unread = events.remove(4);
    let letter = DeadLetter {
        id: unread.id,
        slot: unread.slot,
        program: unread.program,
        data: unread.data.clone(),
        reason: "unknown event".to_owned(),
    };
    let store = Store::new(database.url(), Slot(0)).unwrap();
    let genesis = source.genesis().await.unwrap();
    let (mut session, _) = store.open(genesis).await.unwrap().unwrap();
    let left = Commit {
        events,
        dead_letters: vec![letter],
        through: Some(end),
        verified: Some(end),
        confirmed_through: Some(end),
        ..Commit::default()
    };
    let committed = session.commit(&left).await.unwrap();
    assert_eq!((committed.finalised, committed.dead_letters), (Slot(0), 1));
    assert_eq!(count(&database.pool, "SELECT sum(amount)::bigint FROM chain.deposits").await, 1 + 2 + 3);
    drop(session);

    // The runbook: install the version that reads it, and start it.
    let indexer =
        Config { settings: quick(), health_addr: Some(free_address()), ..Config::new(database.url(), &node.url) };
    let health = format!("http://{}/health", indexer.health_addr.unwrap());
    let indexer = Indexer::start(indexer);
    node.until_final(&database.pool, end).await;
    eventually("a healthy answer", async || health_state(&health).await == (200, "live".to_owned())).await;
    assert_eq!(count(&database.pool, "SELECT count(*) FROM chain.dead_letters").await, 0);
    assert_eq!(count(&database.pool, "SELECT sum(amount)::bigint FROM chain.deposits").await, 45);
    assert_eq!(assert_same_events(&database.pool, &source, end).await, 10);
    assert!(verify(&database.pool, &source, Slot(0), end).await.unwrap().outcome.is_ok());
    // What happens next goes on as ever.
    node.world.deposited(vault, 10);
    let end = node.world.settle();
    node.until_final(&database.pool, end).await;
    indexer.stop().await;
    assert_eq!(count(&database.pool, "SELECT sum(amount)::bigint FROM chain.deposits").await, 55);
}
