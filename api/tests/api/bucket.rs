//! Published files that lie in a bucket.

use crate::server::{SECRET, Server};
use crate::world::World;
use crate::world::history::{claimant, vault};
use std::path::Path;
use tributary_settlement::store::shelf::Shelf;

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        match entry.path() {
            path if path.is_dir() => copy(&path, &to.join(entry.file_name())),
            path => drop(std::fs::copy(path, to.join(entry.file_name())).unwrap()),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_from_a_bucket_are_those_from_a_folder() {
    let root = tempfile::tempdir().unwrap();
    let server = Server::over(root.path()).await;
    let location = server.location("s3://published/main", SECRET);
    let of_folder = World::start().await;
    let of_bucket = World::start_with(|config| {
        copy(config.store.folder(), &root.path().join("published/main"));
        config.store = Shelf::open(&location, root.path().join("copies")).unwrap();
    })
    .await;
    let (ada, vault, made) = (claimant("ada"), vault(), &of_folder.epochs[0]);
    let manifest = made.bundle.header.manifest;
    for path in [
        format!("/v1/roots/{}", made.bundle.root_id()),
        format!("/v1/roots/{}/waterfall", made.bundle.root_id()),
        format!("/v1/claimants/{ada}/proof?vault={vault}"),
        format!("/v1/claimants/{ada}/receipts?vault={vault}&epoch=1"),
    ] {
        assert_eq!(of_bucket.api.json(&path).await, of_folder.api.json(&path).await, "{path}");
    }
    let file = of_bucket.api.get(&format!("/v1/files/{manifest}")).await;
    assert_eq!(tributary_core::leaf_file::file_hash(&file.bytes().await.unwrap()), manifest);
    of_bucket.api.problem(&format!("/v1/files/{}", "07".repeat(32)), 404).await;

    // What was read lies here, and only what was not is out of reach.
    drop(server);
    assert_eq!(of_bucket.api.get(&format!("/v1/files/{manifest}")).await.status(), 200);
    let problem = of_bucket.api.problem(&format!("/v1/files/{}", "07".repeat(32)), 503).await;
    assert_eq!(problem["code"], "file_unavailable");
    of_folder.api.stop().await.unwrap();
    of_bucket.api.stop().await.unwrap();
}
