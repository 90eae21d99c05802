//! Databases for tests. Those of a process share one server, which ends with
//! the last of them; each is a copy of a template that was migrated once, so
//! that a test waits for neither `initdb` nor the migrations.

use crate::{PostgresError, PrivateCluster};
use sqlx::migrate::Migrator;
use sqlx::{Connection, Executor, PgConnection};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use tokio::sync::Mutex;

/// What every database of a server is a copy of.
const TEMPLATE: &str = "template_of_tests";

/// The server, while a database of it is in use.
static SERVER: Mutex<Weak<Server>> = Mutex::const_new(Weak::new());

struct Server {
    cluster: PrivateCluster,
    made: AtomicU64,
    /// Postgres copies a template for one at a time.
    copying: Mutex<()>,
}

/// A database of its own, with the schema in place and without rows.
pub struct TestDatabase {
    server: Arc<Server>,
    url: String,
}

impl TestDatabase {
    /// Makes one. `migrator` must be the same for all tests of a process.
    pub async fn start(migrator: &Migrator) -> Result<Self, PostgresError> {
        let server = {
            // Held while the first one starts the server; the others wait for it.
            let mut shared = SERVER.lock().await;
            match shared.upgrade() {
                Some(server) => server,
                None => {
                    let server = Arc::new(Server::start(migrator).await?);
                    *shared = Arc::downgrade(&server);
                    server
                }
            }
        };
        Self::copied(server).await
    }

    /// Another one on the same server, to compare with.
    pub async fn another(&self) -> Result<Self, PostgresError> {
        Self::copied(self.server.clone()).await
    }

    /// The connection string of an empty database on the same server, without a schema.
    pub async fn empty(&self) -> Result<String, PostgresError> {
        self.server.cluster.create_database(&self.server.name()).await
    }

    /// Its connection string, for a superuser.
    pub fn url(&self) -> &str {
        &self.url
    }

    async fn copied(server: Arc<Server>) -> Result<Self, PostgresError> {
        let name = server.name();
        let url = server.cluster.url_of(&name);
        let copying = server.copying.lock().await;
        let mut connection = PgConnection::connect(server.cluster.url()).await?;
        // Names can't be bound; both are ours.
        let statement = format!("CREATE DATABASE {name} TEMPLATE {TEMPLATE}");
        connection.execute(statement.as_str()).await?;
        connection.close().await?;
        drop(copying);
        Ok(Self { server, url })
    }
}

impl Server {
    async fn start(migrator: &Migrator) -> Result<Self, PostgresError> {
        let cluster = PrivateCluster::start().await?;
        let mut connection = PgConnection::connect(&cluster.create_database(TEMPLATE).await?).await?;
        migrator.run(&mut connection).await.map_err(sqlx::Error::from)?;
        // A template that somebody is connected to can't be copied.
        connection.close().await?;
        Ok(Self { cluster, made: AtomicU64::new(0), copying: Mutex::new(()) })
    }

    fn name(&self) -> String {
        format!("test_{}", self.made.fetch_add(1, Ordering::Relaxed))
    }
}
