//! The ledger comes back from a backup, or not at all, while the chain has gone on.

use crate::drill::books_are_in_order;
use crate::epochs::report;
use crate::faults::with_lease;
use crate::world::World;

const TABLES: [&str; 6] = ["epochs", "epoch_positions", "entries", "identity", "credits", "entitlements"];

/// Runs statements as whoever restores a database does: without the ledger's triggers.
async fn as_operator(world: &World, statements: Vec<String>) {
    let mut tx = world.pool.begin().await.unwrap();
    sqlx::raw_sql("SET LOCAL session_replication_role = replica").execute(&mut *tx).await.unwrap();
    for statement in statements {
        sqlx::raw_sql(&statement).execute(&mut *tx).await.unwrap();
    }
    tx.commit().await.unwrap();
}

async fn back_up(world: &World) {
    let mut statements = vec!["CREATE SCHEMA backup".to_owned()];
    statements.extend(TABLES.map(|table| format!("CREATE TABLE backup.{table} AS TABLE ledger.{table}")));
    as_operator(world, statements).await;
}

async fn lose(world: &World) {
    as_operator(world, TABLES.iter().rev().map(|table| format!("DELETE FROM ledger.{table}")).collect()).await;
}

async fn restore(world: &World) {
    lose(world).await;
    let insert = |table: &&str| format!("INSERT INTO ledger.{table} SELECT * FROM backup.{table}");
    as_operator(world, TABLES.iter().map(insert).collect()).await;
}

/// What the ledger says of every root, apart from times and from how it was posted.
async fn roots(world: &World) -> Vec<(i64, i32, String, Vec<u8>)> {
    sqlx::query_as("SELECT epoch, attempt, step, root_id::bytea FROM ledger.epochs ORDER BY epoch, attempt")
        .fetch_all(&world.pool)
        .await
        .unwrap()
}

async fn entitlements(world: &World) -> Vec<(i16, Vec<u8>, String)> {
    sqlx::query_as("SELECT class, claimant::bytea, cumulative::text FROM ledger.entitlements ORDER BY class, claimant")
        .fetch_all(&world.pool)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ledger_restored_from_a_backup_or_lost_learns_the_roots_that_serve_and_goes_on() {
    let mut world = World::start().await;
    let call = with_lease(&mut world).await;
    let watcher = world.watcher(world.watcher_config());
    let settler = world.settler(world.settler_config());
    world.gateway.serve(&call, &[1_000]).await;
    world.until_step(1, 0, "active").await;
    world.gateway.serve(&call, &[2_000]).await;
    let on_its_way = "SELECT count(*) FROM ledger.epochs WHERE epoch = 2 AND step IN ('published', 'posted')";
    world.until("epoch 2 on its way", async || world.number(on_its_way).await == 1).await;
    settler.kill().await;
    back_up(&world).await;
    let settler = world.settler(world.settler_config());
    for epoch in [2, 3] {
        world.until_step(epoch, 0, "active").await;
        world.gateway.serve(&call, &[3_000]).await;
    }
    world.until_step(4, 0, "active").await;
    settler.stop().await;
    let (before, owed) = (roots(&world).await, entitlements(&world).await);

    // The backup knows one root that serves, and one that was on its way.
    restore(&world).await;
    assert_eq!(world.number("SELECT count(*) FROM ledger.epochs WHERE step = 'active'").await, 1);
    let settler = world.settler(world.settler_config());
    world.until_step(4, 0, "active").await;
    assert_eq!((roots(&world).await, entitlements(&world).await), (before.clone(), owed.clone()));
    books_are_in_order(&world).await;
    settler.stop().await;

    // Nothing is left of it.
    lose(&world).await;
    let settler = world.settler(world.settler_config());
    world.until_step(4, 0, "active").await;
    assert_eq!((roots(&world).await, entitlements(&world).await), (before, owed));
    world.gateway.serve(&call, &[500]).await;
    world.until_step(5, 0, "active").await;
    settler.stop().await;
    watcher.stop().await;
    books_are_in_order(&world).await;
    let report = report(&world).await;
    assert!(report.holds(), "{:?}", report.roots);
    assert_eq!(report.roots.len(), 5);
    world.end().await;
}
