//! What the settler leans on is away for a while: the watcher, the store, Postgres.

use crate::disk::Disk;
use crate::drill::books_are_in_order;
use crate::epochs::report;
use crate::faults::with_lease;
use crate::network::WINDOW_SLOTS;
use crate::world::World;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tributary_core::position::Slot;

/// Everything in the store, by its path in it.
fn files(store: &Path) -> Vec<PathBuf> {
    let inside =
        |folder: &Path| std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    inside(store).iter().filter(|path| path.is_dir()).flat_map(|shelf| inside(shelf)).collect()
}

/// Each file is what its name says; what was begun lies beside, under another name.
fn files_are_whole(store: &Path) -> usize {
    let named: Vec<PathBuf> = files(store).into_iter().filter(|path| path.file_name().unwrap().len() == 64).collect();
    for path in &named {
        let hash = tributary_core::leaf_file::file_hash(&std::fs::read(path).unwrap());
        assert_eq!(path.file_name().unwrap().to_str().unwrap(), hash.to_string());
    }
    named.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_epoch_goes_on_where_watcher_store_or_postgres_had_been_away() {
    let mut world = World::start().await;
    let call = with_lease(&mut world).await;
    // The store on a disk of its own, with what owners published.
    let store = world.folder.path().join("disk");
    let disk = Disk::mounted_at(&store, 2 << 20);
    for path in files(&world.store) {
        let copy = store.join(path.strip_prefix(&world.store).unwrap());
        std::fs::create_dir_all(copy.parent().unwrap()).unwrap();
        std::fs::copy(path, copy).unwrap();
    }
    world.store.clone_from(&store);
    let settler = world.settler(world.settler_config());

    // "the root is late" of docs/settlement.md: the watcher is down. Nothing serves that nobody attested to.
    world.gateway.serve(&call, &[1_000]).await;
    world.until_step(1, 0, "posted").await;
    let now = world.network.chain.slot().await.unwrap();
    world.until_final(Slot(now.0 + WINDOW_SLOTS)).await;
    assert_eq!(world.number("SELECT count(*) FROM ledger.epochs WHERE step = 'posted'").await, 1);
    let watcher = world.watcher(world.watcher_config());
    world.until_step(1, 0, "active").await;

    // The disk is full while the epoch is published: after none of its files, then after the first ones.
    let empty = disk.fill_but(0);
    world.gateway.serve(&call, &[2_000]).await;
    world.until_step(2, 0, "built").await;
    let before = files_are_whole(&store);
    for room in [0, 8 * 1_024] {
        std::fs::remove_file(&empty).unwrap();
        disk.fill_but(room);
        tokio::time::sleep(Duration::from_millis(900)).await;
        assert_eq!(world.number("SELECT count(*) FROM ledger.epochs WHERE epoch = 2 AND step = 'built'").await, 1);
        assert!(!settler.has_ended(), "it waits for room");
        assert!(files_are_whole(&store) >= before);
    }
    std::fs::remove_file(&empty).unwrap();
    world.until_step(2, 0, "active").await;
    assert!(files_are_whole(&store) > before);

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
