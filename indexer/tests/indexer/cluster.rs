//! A private Postgres with the schema in place, and an indexer that can be
//! started on it and killed.

use sqlx::PgPool;
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tributary_core::position::Slot;
use tributary_indexer::machine::Settings;
use tributary_indexer::{Config, IndexerError};
use tributary_postgres::PrivateCluster;

pub struct Database {
    pub cluster: PrivateCluster,
    pub pool: PgPool,
}

impl Database {
    pub async fn start() -> Self {
        let cluster = PrivateCluster::start().await.unwrap();
        let pool = migrated(cluster.url()).await;
        Self { cluster, pool }
    }

    /// Another database of the same cluster, to compare with.
    pub async fn another(&self, name: &str) -> (String, PgPool) {
        let url = self.cluster.create_database(name).await.unwrap();
        let pool = migrated(&url).await;
        (url, pool)
    }
}

async fn migrated(url: &str) -> PgPool {
    let pool = PgPool::connect(url).await.unwrap();
    sqlx::migrate!("../tools/tributary/migrations").run(&pool).await.unwrap();
    pool
}

/// Quick enough that a test need not wait.
pub fn quick() -> Settings {
    Settings {
        poll: Duration::from_millis(50),
        sweep_pause: Duration::from_millis(5),
        retry_min: Duration::from_millis(10),
        retry_max: Duration::from_millis(200),
        ..Settings::default()
    }
}

/// A running indexer.
pub struct Indexer {
    task: JoinHandle<Result<(), IndexerError>>,
    shutdown: CancellationToken,
}

impl Indexer {
    pub fn start(config: Config) -> Self {
        let shutdown = CancellationToken::new();
        let task = tokio::spawn(tributary_indexer::run(config, shutdown.clone()));
        Self { task, shutdown }
    }

    pub fn follow(database_url: &str, rpc_url: &str) -> Self {
        Self::start(Config { settings: quick(), ..Config::new(database_url, rpc_url) })
    }

    /// Ends it as a crash would: wherever it is.
    pub async fn kill(self) {
        self.task.abort();
        let _ = self.task.await;
    }

    /// Ends it in order.
    pub async fn stop(self) {
        self.shutdown.cancel();
        self.task.await.unwrap().unwrap();
    }

    /// Waits until it ends by itself.
    pub async fn end(self) -> Result<(), IndexerError> {
        tokio::time::timeout(Duration::from_secs(30), self.task).await.unwrap().unwrap()
    }
}

pub async fn finalised(pool: &PgPool) -> Slot {
    tributary_indexer::finalised_slot(pool).await.unwrap().unwrap_or_default()
}

/// Waits until everything up to a slot is final.
pub async fn until_final(pool: &PgPool, slot: Slot) {
    eventually(&format!("everything up to slot {slot} to be final"), async || finalised(pool).await >= slot).await;
}

/// Waits for something to become true.
pub async fn eventually(what: &str, mut true_now: impl AsyncFnMut() -> bool) {
    let start = Instant::now();
    while !true_now().await {
        assert!(start.elapsed() < Duration::from_secs(60), "waited in vain for {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

pub async fn count(pool: &PgPool, query: &'static str) -> i64 {
    sqlx::query_scalar(query).fetch_one(pool).await.unwrap()
}
