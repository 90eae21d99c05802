//! A private Postgres with the schema in place, and an indexer that can be
//! started on it and killed.

use sqlx::PgPool;
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tributary_core::position::Slot;
use tributary_indexer::machine::Settings;
use tributary_indexer::{Config, IndexerError};
use tributary_postgres::{PrivateCluster, TestDatabase};

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../tools/tributary/migrations");

/// A database of its own on the server that all tests share.
pub struct Database {
    database: TestDatabase,
    pub pool: PgPool,
}

impl Database {
    pub async fn start() -> Self {
        Self::connected(TestDatabase::start(&MIGRATIONS).await.unwrap()).await
    }

    /// Another database of the same server, to compare with.
    pub async fn another(&self) -> Self {
        Self::connected(self.database.another().await.unwrap()).await
    }

    /// A database without a schema.
    pub async fn empty(&self) -> String {
        self.database.empty().await.unwrap()
    }

    pub fn url(&self) -> &str {
        self.database.url()
    }

    async fn connected(database: TestDatabase) -> Self {
        let pool = PgPool::connect(database.url()).await.unwrap();
        Self { database, pool }
    }
}

/// A server of its own, which a test may crash.
pub async fn own_server() -> (PrivateCluster, PgPool) {
    let cluster = PrivateCluster::start().await.unwrap();
    let pool = PgPool::connect(cluster.url()).await.unwrap();
    MIGRATIONS.run(&pool).await.unwrap();
    (cluster, pool)
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
