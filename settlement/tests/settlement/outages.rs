//! What the settler leans on is away for a while: the watcher, the store, Postgres.

use crate::drill::books_are_in_order;
use crate::epochs::report;
use crate::faults::with_lease;
use crate::network::WINDOW_SLOTS;
use crate::world::World;
use std::time::Duration;
use tributary_core::position::Slot;

/// Puts a file where a folder of the store would have to be, for every folder: no file can be written any more,
/// as on a full disk.
fn fill(store: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut blocked = Vec::new();
    for first in 0..=255u8 {
        let path = store.join(format!("{first:02x}"));
        if !path.exists() {
            std::fs::write(&path, b"").unwrap();
            blocked.push(path);
        }
    }
    blocked
}

#[tokio::test(flavor = "multi_thread")]
async fn an_epoch_goes_on_where_watcher_store_or_postgres_had_been_away() {
    let mut world = World::start().await;
    let call = with_lease(&mut world).await;
    let settler = world.settler(world.settler_config());

    // "the root is late" of docs/settlement.md: the watcher is down. Nothing serves that nobody attested to.
    world.gateway.serve(&call, &[1_000]).await;
    world.until_step(1, 0, "posted").await;
    let now = world.network.chain.slot().await.unwrap();
    world.until_final(Slot(now.0 + WINDOW_SLOTS)).await;
    assert_eq!(world.number("SELECT count(*) FROM ledger.epochs WHERE step = 'posted'").await, 1);
    let watcher = world.watcher(world.watcher_config());
    world.until_step(1, 0, "active").await;

    // The store takes no file while the epoch is published.
    let blocked = fill(&world.store);
    assert!(blocked.len() > 100, "most folders are not there yet");
    world.gateway.serve(&call, &[2_000]).await;
    world.until_step(2, 0, "built").await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(world.number("SELECT count(*) FROM ledger.epochs WHERE epoch = 2 AND step = 'built'").await, 1);
    assert!(!settler.has_ended(), "it waits for space");
    for path in blocked {
        std::fs::remove_file(path).unwrap();
    }
    world.until_step(2, 0, "active").await;

    // Postgres ends at once and comes back, wherever the epoch is.
    world.gateway.serve(&call, &[3_000]).await;
    for pause in [40, 150, 400] {
        tokio::time::sleep(Duration::from_millis(pause)).await;
        world.cluster.crash().await.unwrap();
        world.cluster.resume().await.unwrap();
    }
    world.until_step(3, 0, "active").await;

    settler.stop().await;
    watcher.stop().await;
    books_are_in_order(&world).await;
    assert_eq!(world.number("SELECT count(*) FROM ledger.epochs").await, 3, "no attempt was wasted");
    let report = report(&world).await;
    assert!(report.holds(), "{:?}", report.roots);
    world.end().await;
}
