//! A content store behind S3: a real server of that protocol, over a folder.

use crate::drill::books_are_in_order;
use crate::epochs::report;
use crate::faults::with_lease;
use crate::world::World;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use s3s_fs::FileSystem;
use std::path::Path;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tributary_core::id::FileHash;
use tributary_settlement::store::location::Location;
use tributary_settlement::store::{Store, StoreError};

const KEY: &str = "an access key";
const SECRET: &str = "a secret key";

/// Serves the folders of a folder as buckets until it is dropped.
struct Server {
    url: String,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    async fn over(folder: &Path) -> Self {
        let mut service = S3ServiceBuilder::new(FileSystem::new(folder).unwrap());
        service.set_auth(SimpleAuth::from_single(KEY, SECRET));
        let service = service.build();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let task = tokio::spawn(async move {
            let mut connections = tokio::task::JoinSet::new();
            loop {
                let (socket, _) = listener.accept().await.unwrap();
                let service = service.clone();
                connections.spawn(async move {
                    let _ = Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(socket), service).await;
                });
            }
        });
        Self { url, task }
    }

    fn location(&self, address: &str, secret: &str) -> Location {
        let settings = [
            ("AWS_ENDPOINT_URL", self.url.as_str()),
            ("AWS_ALLOW_HTTP", "true"),
            ("AWS_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", KEY),
            ("AWS_SECRET_ACCESS_KEY", secret),
        ];
        Location::parse(address, settings.into_iter().map(|(name, value)| (name.into(), value.into()))).unwrap()
    }

    fn open(&self, address: &str, secret: &str) -> Store {
        Store::open(&self.location(address, secret)).unwrap()
    }
}

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
