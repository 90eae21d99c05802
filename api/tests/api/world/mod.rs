//! A running API over a database and a store that a whole history filled.

pub mod database;
pub mod feed;
pub mod history;
pub mod redis;
pub mod server;

use history::Made;
use reqwest::{Response, StatusCode};
use serde_json::Value;
use server::Database;
use sqlx::{Connection, PgConnection};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use tributary_api::{ApiError, Config, Limits};

/// A served API; ends when dropped.
pub struct Served {
    pub address: SocketAddr,
    shutdown: CancellationToken,
    task: Option<tokio::task::JoinHandle<Result<(), ApiError>>>,
    client: reqwest::Client,
}

impl Drop for Served {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

impl Served {
    /// Serves on a free port.
    pub async fn start(config: Config) -> Self {
        let listener = tokio::net::TcpListener::bind(config.listen).await.unwrap();
        let address = listener.local_addr().unwrap();
        let shutdown = CancellationToken::new();
        let task = Some(tokio::spawn(tributary_api::serve(config, listener, shutdown.clone())));
        Self { address, shutdown, task, client: reqwest::Client::new() }
    }

    /// Ends it and waits for that.
    pub async fn stop(mut self) -> Result<(), ApiError> {
        self.shutdown.cancel();
        self.task.take().unwrap().await.unwrap()
    }

    /// Waits until it ends by itself.
    pub async fn finished(mut self) -> Result<(), ApiError> {
        self.task.take().unwrap().await.unwrap()
    }

    pub fn request(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        self.client.request(method, format!("http://{}{path}", self.address))
    }

    pub async fn get(&self, path: &str) -> Response {
        self.request(reqwest::Method::GET, path).send().await.unwrap()
    }

    /// A good answer's body.
    pub async fn json(&self, path: &str) -> Value {
        let response = self.get(path).await;
        let status = response.status();
        let body: Value = response.json().await.unwrap();
        assert_eq!(status, StatusCode::OK, "{path}: {body}");
        body
    }

    /// A problem's body, checked for everything a problem has.
    pub async fn problem(&self, path: &str, status: u16) -> Value {
        problem_of(self.get(path).await, status).await
    }
}

/// Checks that an answer is a whole problem.
pub async fn problem_of(response: Response, status: u16) -> Value {
    assert_eq!(response.headers()["content-type"], "application/problem+json");
    let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
    let retry = response.headers().contains_key("retry-after");
    assert_eq!(response.status().as_u16(), status, "{response:?}");
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["status"], status);
    assert_eq!(body["request_id"], id);
    assert_eq!(body["retryable"].as_bool().unwrap(), retry, "{body}");
    for member in ["type", "title", "detail", "code"] {
        assert!(!body[member].as_str().unwrap().is_empty(), "{member} of {body}");
    }
    assert!(body["type"].as_str().unwrap().ends_with(body["code"].as_str().unwrap()));
    assert!(body["errors"].is_array());
    body
}

/// What a test serves unless it says otherwise.
pub fn config(database_url: &str, store: &Path) -> Config {
    Config {
        database_url: database_url.into(),
        listen: ([127, 0, 0, 1], 0).into(),
        store: store.into(),
        rpc_url: "http://127.0.0.1:8899".into(),
        gateway_url: None,
        lookup_tables: Vec::new(),
        cors_origins: Vec::new(),
        sign_in_origins: Vec::new(),
        private_webhooks: false,
        page_dir: None,
        redis_url: None,
        limits: Limits { burst: 100_000, per_second: 100_000, ..Limits::default() },
    }
}

/// Keeps bytes in a store's folder.
pub fn keep(store: &Path, bytes: &[u8]) -> String {
    let name = tributary_core::leaf_file::file_hash(bytes).to_string();
    let folder = store.join(&name[..2]);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(&name), bytes).unwrap();
    name
}

/// A database, a store and an API over both.
pub struct World {
    pub api: Served,
    pub database: Database,
    pub store: tempfile::TempDir,
    pub epochs: Arc<[Made; 3]>,
}

impl World {
    /// Everything filled.
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// The same with another configuration.
    pub async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        Self::over(Database::shared().await, server::epochs(), change).await
    }

    /// The same with another history.
    pub async fn filled_with(epochs: [Made; 3], change: impl FnOnce(&mut Config)) -> Self {
        let database = Database::filled_with(&epochs).await;
        Self::over(database, Arc::new(epochs), change).await
    }

    /// The same on a server of its own, which may be stopped.
    pub async fn alone() -> Self {
        Self::over(Database::alone().await, server::epochs(), |_| {}).await
    }

    async fn over(database: Database, epochs: Arc<[Made; 3]>, change: impl FnOnce(&mut Config)) -> Self {
        let store = tempfile::tempdir().unwrap();
        for bytes in epochs.iter().flat_map(|made| made.files.iter().chain([&made.waterfall])) {
            keep(store.path(), bytes);
        }
        for record in history::records() {
            keep(store.path(), &record.content);
            keep(store.path(), &record.metadata());
        }
        keep(store.path(), history::WATERS.as_bytes());
        let mut config = config(&database.url, store.path());
        change(&mut config);
        Self { api: Served::start(config).await, database, store, epochs }
    }

    /// A connection that writes, as the other rooms do.
    pub async fn writer(&self) -> PgConnection {
        PgConnection::connect(&self.database.url).await.unwrap()
    }

    /// All entries of a list, read in pages of `limit`.
    pub async fn all(&self, path: &str, limit: usize) -> Vec<Value> {
        let join = if path.contains('?') { '&' } else { '?' };
        let mut url = format!("{path}{join}limit={limit}");
        let mut entries = Vec::new();
        for _ in 0..1_000 {
            let page = self.api.json(&url).await;
            let data = page["data"].as_array().unwrap();
            assert!(data.len() <= limit);
            entries.extend(data.iter().cloned());
            let Some(cursor) = page["next_cursor"].as_str() else {
                assert_eq!(page["has_more"], false);
                return entries;
            };
            assert_eq!(page["has_more"], true);
            url = format!("{path}{join}limit={limit}&cursor={cursor}");
        }
        panic!("{path} has no last page");
    }
}
