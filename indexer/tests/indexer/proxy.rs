//! A TCP proxy that cuts, delays and truncates what passes through it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// Nothing is limited.
const NEVER: u64 = u64::MAX;

struct Rules {
    /// Connections are refused.
    away: AtomicBool,
    /// What each piece waits for before it is passed on, in milliseconds.
    delay_ms: AtomicU64,
    /// After so many more pieces from the client a connection is cut.
    pieces: AtomicU64,
    /// After so many more bytes from the server a connection is cut.
    bytes: AtomicU64,
    /// Ends all connections.
    cut: Notify,
}

/// A proxy.
pub struct Proxy {
    pub address: SocketAddr,
    rules: Arc<Rules>,
    task: JoinHandle<()>,
}

impl Proxy {
    /// In front of this address.
    pub async fn start(target: &str) -> Self {
        let rules = Arc::new(Rules {
            away: AtomicBool::new(false),
            delay_ms: AtomicU64::new(0),
            pieces: AtomicU64::new(NEVER),
            bytes: AtomicU64::new(NEVER),
            cut: Notify::new(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let task = tokio::spawn(accept(listener, target.to_owned(), rules.clone()));
        Self { address, rules, task }
    }

    /// Takes the server off the network: connections end and none begins.
    pub fn leave(&self) {
        self.rules.away.store(true, Ordering::SeqCst);
        self.rules.cut.notify_waiters();
    }

    /// Puts it back, with nothing in the way.
    pub fn come_back(&self) {
        self.rules.away.store(false, Ordering::SeqCst);
        self.rules.delay_ms.store(0, Ordering::SeqCst);
        self.rules.pieces.store(NEVER, Ordering::SeqCst);
        self.rules.bytes.store(NEVER, Ordering::SeqCst);
    }

    /// Ends the connections there are.
    pub fn cut(&self) {
        self.rules.cut.notify_waiters();
    }

    pub fn delay(&self, delay: Duration) {
        self.rules.delay_ms.store(delay.as_millis() as u64, Ordering::SeqCst);
    }

    /// Cuts the connection on which the client sends its next piece but `pieces`.
    pub fn cut_after_pieces(&self, pieces: u64) {
        self.rules.pieces.store(pieces, Ordering::SeqCst);
    }

    /// Cuts answers off after so many bytes more.
    pub fn truncate_after(&self, bytes: u64) {
        self.rules.bytes.store(bytes, Ordering::SeqCst);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
        self.rules.cut.notify_waiters();
    }
}

async fn accept(listener: TcpListener, target: String, rules: Arc<Rules>) {
    while let Ok((client, _)) = listener.accept().await {
        if rules.away.load(Ordering::SeqCst) {
            continue;
        }
        let (rules, target) = (rules.clone(), target.clone());
        tokio::spawn(async move {
            let Ok(server) = TcpStream::connect(&target).await else { return };
            let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
            // Whichever ends first ends both.
            tokio::select! {
                () = rules.cut.notified() => {}
                () = pass(from_client, to_server, &rules, |_| take(&rules.pieces, 1) == 1) => {}
                () = pass_bytes(from_server, to_client, &rules) => {}
            }
        });
    }
}

/// Takes up to `wanted` of what is left, and says how much that was.
fn take(left: &AtomicU64, wanted: u64) -> u64 {
    let rest = |left: u64| if left == NEVER { NEVER } else { left.saturating_sub(wanted) };
    let before = left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| Some(rest(left)));
    before.unwrap_or_default().min(wanted)
}

async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, rules: &Rules, may: impl Fn(usize) -> bool) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        tokio::time::sleep(Duration::from_millis(rules.delay_ms.load(Ordering::SeqCst))).await;
        if !may(count) || to.write_all(&buffer[..count]).await.is_err() {
            return;
        }
    }
}

async fn pass_bytes(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, rules: &Rules) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        tokio::time::sleep(Duration::from_millis(rules.delay_ms.load(Ordering::SeqCst))).await;
        let passed = take(&rules.bytes, count as u64) as usize;
        if to.write_all(&buffer[..passed]).await.is_err() || passed < count {
            return;
        }
    }
}
