//! One writer at a time, on the right database, for the right chain.

use crate::cluster::{Database, Indexer, count, eventually, finalised};
use crate::fake_node::{FakeNode, genesis};
use crate::world::{World, address};
use std::error::Error;
use std::time::Duration;
use tributary_core::id::Genesis;
use tributary_core::position::Slot;
use tributary_indexer::machine::Commit;
use tributary_indexer::store::{Store, StoreError};

/// Nothing happened up to a slot, and that is proven.
fn complete(slot: u64) -> Commit {
    Commit { through: Some(Slot(slot)), verified: Some(Slot(slot)), ..Commit::default() }
}

fn said(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(&format!(": {inner}"));
        cause = inner.source();
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_indexer_stands_by_and_takes_over() {
    let database = Database::start().await;
    let node = FakeNode::start(World::new(31)).await;
    let first = Indexer::follow(database.url(), &node.url);
    node.until_final(&database.pool, node.world.settle()).await;
    let second = Indexer::follow(database.url(), &node.url);
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(count(&database.pool, "SELECT writer FROM chain.status").await, 1);
    first.kill().await;
    node.world.vault_created(address("vault"));
    node.until_final(&database.pool, node.world.settle()).await;
    assert_eq!(count(&database.pool, "SELECT writer FROM chain.status").await, 2);
    assert_eq!(count(&database.pool, "SELECT count(*) FROM chain.vaults").await, 1);
    second.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_writer_that_was_replaced_without_noticing_can_not_write() {
    let database = Database::start().await;
    let store = Store::new(database.url(), Slot(0)).unwrap();
    let (mut session, _) = store.open(Genesis([1; 32])).await.unwrap().unwrap();
    session.commit(&complete(9)).await.unwrap();
    sqlx::query("UPDATE chain.status SET writer = writer + 1").execute(&database.pool).await.unwrap();
    let refused = session.commit(&complete(10)).await;
    assert!(matches!(refused, Err(StoreError::Superseded)));
    assert_eq!(finalised(&database.pool).await, Slot(9));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_commit_twice_changes_nothing_and_the_cursor_never_goes_back() {
    let database = Database::start().await;
    let store = Store::new(database.url(), Slot(0)).unwrap();
    let (mut session, _) = store.open(Genesis([1; 32])).await.unwrap().unwrap();
    for slot in [9, 9, 5] {
        session.commit(&complete(slot)).await.unwrap();
        assert_eq!(finalised(&database.pool).await, Slot(9));
    }
    drop(session);
    // Postgres takes a moment to notice that the old session is gone.
    let mut cursor = None;
    eventually("the lock to be free", async || {
        cursor = store.open(Genesis([1; 32])).await.unwrap().map(|(_, resume)| resume.cursor);
        cursor.is_some()
    })
    .await;
    assert_eq!(cursor, Some(Slot(9)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_another_chain_is_refused() {
    let database = Database::start().await;
    let store = Store::new(database.url(), Slot(0)).unwrap();
    drop(store.open(Genesis([1; 32])).await.unwrap());
    let node = FakeNode::start(World::new(32)).await;
    let error = Indexer::follow(database.url(), &node.url).end().await.unwrap_err();
    let text = said(&error);
    assert!(text.contains("belongs to the chain") && text.contains(&genesis().to_string()), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_can_not_be_used_is_named_with_what_to_do() {
    let database = Database::start().await;
    let node = FakeNode::start(World::new(33)).await;
    let nowhere = "postgres://nobody:secret@127.0.0.1:1/nothing";
    let text = said(&Indexer::follow(nowhere, &node.url).end().await.unwrap_err());
    assert!(text.contains("cannot connect to the database") && text.contains("DATABASE_URL"), "{text}");
    assert!(!text.contains("secret"), "{text}");
    let text = said(&Indexer::follow("not a url", &node.url).end().await.unwrap_err());
    assert!(text.contains("the database URL is not valid"), "{text}");
    let empty = database.empty().await;
    let text = said(&Indexer::follow(&empty, &node.url).end().await.unwrap_err());
    assert!(text.contains("run `tributary migrate`"), "{text}");
}
