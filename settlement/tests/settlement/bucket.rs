//! Epochs whose files lie in a bucket.

use crate::drill::books_are_in_order;
use crate::epochs::report;
use crate::faults::with_lease;
use crate::server::{SECRET, Server};
use crate::world::World;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn epochs_are_published_and_watched_through_a_bucket_and_wait_while_it_is_away() {
    let mut world = World::start().await;
    let call = with_lease(&mut world).await;
    // The world's store as a bucket: what owners published is there as well.
    let server = Server::over(world.folder.path()).await;
    let location = server.location("s3://store", SECRET);
    let settler =
        world.settler(tributary_settlement::settler::Config { store: location.clone(), ..world.settler_config() });
    let watcher = world.watcher(tributary_settlement::watch::Config { store: location, ..world.watcher_config() });
    world.gateway.serve(&call, &[1_000]).await;
    world.until_step(1, 0, "active").await;

    // The bucket is gone for a while, and is there again under its name.
    let (store, away) = (&world.store, world.folder.path().join("elsewhere"));
    std::fs::rename(store, &away).unwrap();
    world.gateway.serve(&call, &[2_000]).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    let done = "SELECT count(*) FROM ledger.epochs WHERE epoch = 2 AND step IN ('published', 'posted', 'active')";
    assert_eq!(world.number(done).await, 0, "nothing is posted that nobody can fetch");
    assert!(!settler.has_ended() && !watcher.has_ended(), "they wait for it");
    std::fs::rename(&away, store).unwrap();
    world.until_step(2, 0, "active").await;

    settler.stop().await;
    watcher.stop().await;
    books_are_in_order(&world).await;
    assert_eq!(world.number("SELECT count(*) FROM ledger.epochs").await, 2, "no attempt was wasted");
    let report = report(&world).await;
    assert!(report.holds(), "what went through the bucket is what a folder has: {:?}", report.roots);
    world.end().await;
}
