//! Asks over connections that stay open, as fast as answers come or at a rate.
//! Every answer is looked at: its status, and that it is about what was asked.

use http_body_util::{BodyExt, Empty};
use hyper::Request;
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::HOST;
use hyper_util::rt::TokioIo;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio::sync::Mutex;

/// Connections and the threads that use them.
pub struct Load {
    runtime: Runtime,
    connections: Vec<Arc<Mutex<SendRequest<Empty<Bytes>>>>>,
    host: String,
}

/// How long each answer took, and all of them together.
pub struct Times {
    each: Vec<Duration>,
    whole: Duration,
}

impl Times {
    /// Answers a second.
    pub fn per_second(&self) -> f64 {
        self.each.len() as f64 / self.whole.as_secs_f64()
    }

    /// What so many of a thousand answers took at most.
    pub fn percentile_ms(&self, of_thousand: usize) -> f64 {
        let mut sorted = self.each.clone();
        sorted.sort();
        sorted[(sorted.len() * of_thousand / 1_000).min(sorted.len() - 1)].as_secs_f64() * 1_000.0
    }
}

impl Load {
    /// Connects. One thread asks on all connections, as one of pgbench does.
    pub fn start(address: SocketAddr, connections: u32) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let connect = async || {
            let stream = TcpStream::connect(address).await.unwrap();
            stream.set_nodelay(true).unwrap();
            let (sender, connection) = handshake(TokioIo::new(stream)).await.unwrap();
            tokio::spawn(connection);
            Arc::new(Mutex::new(sender))
        };
        let connections = runtime.block_on(async {
            let mut made = Vec::new();
            for _ in 0..connections {
                made.push(connect().await);
            }
            made
        });
        Self { runtime, connections, host: address.to_string() }
    }

    /// Asks on every connection as soon as it has the answer before.
    pub fn closed(&self, duration: Duration, first: u64, path: impl Fn(u64) -> String) -> Times {
        let path = Paths::new(first, path);
        let start = Instant::now();
        let ask = async |connection: &Arc<Mutex<SendRequest<_>>>| {
            let mut connection = connection.lock().await;
            let mut each = Vec::new();
            while start.elapsed() < duration {
                let (path, about) = path.next();
                let asked = Instant::now();
                self.ask(&mut connection, path, &about).await;
                each.push(asked.elapsed());
            }
            each
        };
        let each = self.runtime.block_on(futures::future::join_all(self.connections.iter().map(ask)));
        Times { each: each.into_iter().flatten().collect(), whole: start.elapsed() }
    }

    /// Asks when the clock says so, whatever became of the questions before, and
    /// times each from then: a late answer delays the next ones' times too.
    pub fn open(&self, duration: Duration, rate: f64, first: u64, path: impl Fn(u64) -> String) -> Times {
        let path = Paths::new(first, path);
        let lanes = self.connections.len() as f64;
        let count = (duration.as_secs_f64() * rate / lanes) as u32;
        let start = Instant::now();
        let ask = async |(lane, connection): (usize, &Arc<Mutex<SendRequest<_>>>)| {
            let mut connection = connection.lock().await;
            let mut each = Vec::new();
            for n in 0..count {
                let due = start + Duration::from_secs_f64((f64::from(n) * lanes + lane as f64) / rate);
                tokio::time::sleep_until(due.into()).await;
                let (path, about) = path.next();
                self.ask(&mut connection, path, &about).await;
                each.push(due.elapsed());
            }
            each
        };
        let each = self.runtime.block_on(futures::future::join_all(self.connections.iter().enumerate().map(ask)));
        Times { each: each.into_iter().flatten().collect(), whole: start.elapsed() }
    }

    async fn ask(&self, connection: &mut SendRequest<Empty<Bytes>>, path: String, about: &str) {
        let request = Request::get(path).header(HOST, &self.host).body(Empty::new()).unwrap();
        connection.ready().await.unwrap();
        let answer = connection.send_request(request).await.unwrap();
        let status = answer.status();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        let text = std::str::from_utf8(&body).unwrap();
        assert!(status.is_success() && text.contains(about), "{status}: {text}");
    }
}

/// Questions, each another.
struct Paths<F> {
    next: AtomicU64,
    of: F,
}

impl<F: Fn(u64) -> String> Paths<F> {
    fn new(first: u64, of: F) -> Self {
        Self { next: AtomicU64::new(first), of }
    }

    /// A path, and the address in it that the answer has to repeat.
    fn next(&self) -> (String, String) {
        let path = (self.of)(self.next.fetch_add(1, Ordering::Relaxed));
        let about = path.split('/').nth(3).unwrap().to_owned();
        (path, about)
    }
}
