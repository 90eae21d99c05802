//! A real S3 server over a folder: each folder in it is a bucket.

use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use s3s_fs::FileSystem;
use std::path::Path;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tributary_store::Store;
use tributary_store::location::Location;

const KEY: &str = "an access key";
pub const SECRET: &str = "a secret key";

/// Serves the folders of a folder as buckets until it is dropped.
pub struct Server {
    url: String,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    pub async fn over(folder: &Path) -> Self {
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

    /// A store's address with what it takes to get in.
    pub fn location(&self, address: &str, secret: &str) -> Location {
        let settings = [
            ("AWS_ENDPOINT_URL", self.url.as_str()),
            ("AWS_ALLOW_HTTP", "true"),
            ("AWS_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", KEY),
            ("AWS_SECRET_ACCESS_KEY", secret),
        ];
        Location::parse(address, settings.into_iter().map(|(name, value)| (name.into(), value.into()))).unwrap()
    }

    pub fn open(&self, address: &str, secret: &str) -> Store {
        Store::open(&self.location(address, secret)).unwrap()
    }
}
