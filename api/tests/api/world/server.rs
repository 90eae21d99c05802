//! One Postgres for all tests of the process, and a database for each: a copy of
//! one that was migrated and filled once. A test that stops its server has its own.

use super::database;
use super::history::{self, Made};
use sqlx::{Connection, PgConnection};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock, Weak};
use tokio::sync::Mutex;
use tributary_postgres::{Options, PrivateCluster};

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../tools/tributary/migrations");
/// The filled database that others are copies of.
const TEMPLATE: &str = "filled";
/// Enough for as many tests at once as a machine has cores.
const CONNECTIONS_MAX: u16 = 1_000;

/// The server while any test uses it: the last one stops it, so that nothing is
/// left behind. (What a static owns is never dropped.)
static SERVER: Mutex<Weak<PrivateCluster>> = Mutex::const_new(Weak::new());
static DATABASES: AtomicU32 = AtomicU32::new(0);

/// A test's database.
pub struct Database {
    /// Its connection string.
    pub url: String,
    /// The server it is on; alone on it, the test may stop it.
    pub server: Arc<PrivateCluster>,
}

/// The history that every database is filled with, computed once.
pub fn epochs() -> Arc<[Made; 3]> {
    static EPOCHS: OnceLock<Arc<[Made; 3]>> = OnceLock::new();
    EPOCHS.get_or_init(|| Arc::new(history::epochs())).clone()
}

impl Database {
    /// On the server that tests share.
    pub async fn shared() -> Self {
        let server = shared().await;
        let url = server.create_database_like(&another(), TEMPLATE).await.unwrap();
        Self { url, server }
    }

    /// The same with another history.
    pub async fn filled_with(epochs: &[Made; 3]) -> Self {
        let server = shared().await;
        let url = server.create_database(&another()).await.unwrap();
        fill(&url, epochs).await;
        Self { url, server }
    }

    /// On a server of its own.
    pub async fn alone() -> Self {
        let server = filled().await;
        let url = server.create_database_like("own", TEMPLATE).await.unwrap();
        Self { url, server: Arc::new(server) }
    }

    /// The server, to stop it.
    pub fn server(&mut self) -> &mut PrivateCluster {
        Arc::get_mut(&mut self.server).expect("a server of its own")
    }
}

/// The server that tests share; the first one starts it.
async fn shared() -> Arc<PrivateCluster> {
    let mut known = SERVER.lock().await;
    match known.upgrade() {
        Some(server) => server,
        None => {
            let server = Arc::new(filled().await);
            *known = Arc::downgrade(&server);
            server
        }
    }
}

/// A name that no other test has.
fn another() -> String {
    format!("test_{}", DATABASES.fetch_add(1, Ordering::Relaxed))
}

/// A server with the database that others are copies of.
async fn filled() -> PrivateCluster {
    let options = Options { max_connections: CONNECTIONS_MAX, durable: false, ..Options::default() };
    let cluster = PrivateCluster::start_with(options).await.unwrap();
    let url = cluster.create_database(TEMPLATE).await.unwrap();
    fill(&url, &epochs()).await;
    cluster
}

async fn fill(url: &str, epochs: &[Made; 3]) {
    let mut connection = PgConnection::connect(url).await.unwrap();
    MIGRATIONS.run(&mut connection).await.unwrap();
    database::fill(&mut connection, epochs).await.unwrap();
    connection.close().await.unwrap();
}
