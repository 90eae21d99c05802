//! The content store in a bucket.
#![allow(clippy::unwrap_used)]

mod server;

use server::{SECRET, Server};
use std::time::{Duration, Instant};
use tributary_core::id::FileHash;
use tributary_store::shelf::Shelf;
use tributary_store::{Store, StoreError};

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_keeps_files_and_says_what_is_missing_apart_from_what_is_out_of_reach() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("bucket")).unwrap();
    let server = Server::over(folder.path()).await;
    for address in ["s3://bucket", "s3://bucket/with/prefix"] {
        let store = server.open(address, SECRET);
        // More than one packet.
        let bytes: Vec<u8> = (0..3_000_000u32).map(|n| (n % 251) as u8).collect();
        let hash = store.put(bytes.clone()).await.unwrap();
        assert_eq!(store.put(bytes.clone()).await.unwrap(), hash, "again changes nothing");
        assert_eq!(store.get(&hash).await.unwrap(), bytes);
        let nobody = store.get(&FileHash([7; 32])).await.unwrap_err();
        assert!(matches!(nobody, StoreError::Missing(_)) && nobody.is_absence(), "{nobody:?}");
    }
    let name = tributary_core::leaf_file::file_hash(b"a file").to_string();
    let store = server.open("s3://bucket", SECRET);
    let hash = store.put(b"a file".to_vec()).await.unwrap();
    let path = folder.path().join("bucket").join(&name[..2]).join(&name);
    std::fs::write(&path, b"another").unwrap();
    assert!(matches!(store.get(&hash).await, Err(StoreError::Damaged(_))));
    assert_eq!(store.put(b"a file".to_vec()).await.unwrap(), hash, "publishing mends it");
    assert_eq!(std::fs::read(&path).unwrap(), b"a file");

    // Nobody may take these for files that were withheld.
    for (address, secret) in [("s3://another", SECRET), ("s3://bucket", "a wrong key")] {
        let error = server.open(address, secret).get(&hash).await.unwrap_err();
        assert!(matches!(error, StoreError::Access { .. }) && !error.is_absence(), "{address}: {error:?}");
        assert!(!format!("{error:?}").contains(secret), "{error:?}");
    }
    let location = server.location("s3://bucket", SECRET);
    drop(server);
    let start = Instant::now();
    let error = Store::open(&location).unwrap().get(&hash).await.unwrap_err();
    assert!(matches!(error, StoreError::Access { .. }), "{error:?}");
    assert!(start.elapsed() < Duration::from_secs(60), "it gives up in a while");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shelf_has_copies_of_what_is_used_of_a_bucket() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("bucket")).unwrap();
    let server = Server::over(folder.path()).await;
    let hash = server.open("s3://bucket", SECRET).put(b"a file".to_vec()).await.unwrap();
    let shelf = Shelf::open(&server.location("s3://bucket", SECRET), folder.path().join("copies")).unwrap();
    let bucket = folder.path().join("bucket");
    let in_bucket = move |hash: &FileHash| {
        let name = hash.to_string();
        bucket.join(&name[..2]).join(name)
    };
    tokio::task::spawn_blocking(move || {
        assert!(!shelf.path(&hash).exists());
        assert!(shelf.fetch(&hash).unwrap());
        assert_eq!(std::fs::read(shelf.path(&hash)).unwrap(), b"a file");
        assert!(!shelf.fetch(&FileHash([7; 32])).unwrap(), "nobody published that");
        shelf.hand_on(b"another").unwrap();
        assert!(in_bucket(&tributary_core::leaf_file::file_hash(b"another")).exists());
        shelf.remove(&hash).unwrap();
        shelf.remove(&hash).unwrap();
        assert!(!shelf.path(&hash).exists() && !in_bucket(&hash).exists());
        drop(server);
        assert!(matches!(shelf.fetch(&hash), Err(StoreError::Access { .. })), "out of reach is not missing");
    })
    .await
    .unwrap();
}
