//! Log notifications, of which only the fact that one came is used: it wakes the
//! follower. Logs can be cut off and forged, so nothing is read from them; and a
//! stream that falls silent only costs the time until the next poll.

use futures::StreamExt;
use solana_client::nonblocking::pubsub_client::{PubsubClient, PubsubClientError};
use solana_client::rpc_config::{RpcTransactionLogsConfig, RpcTransactionLogsFilter};
use solana_commitment_config::CommitmentConfig;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tributary_client::pda;

/// The longest that connecting and subscribing may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// A stream without a single notification for so long is opened anew.
const SILENCE_MAX: Duration = Duration::from_secs(60);
/// The shortest and the longest wait before connecting again.
const RETRY: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(15));

/// Wakes `wake` for every transaction of the programs until `shutdown`.
pub async fn run(ws_url: String, wake: Arc<Notify>, shutdown: CancellationToken) {
    let mut delays = backoff();
    loop {
        let listening = tokio::select! {
            () = shutdown.cancelled() => return,
            listening = listen(&ws_url, &wake) => listening,
        };
        match listening {
            Ok(heard) => {
                if heard {
                    delays = backoff();
                }
                tracing::debug!("the notification stream ended; opening it anew");
            }
            Err(error) => tracing::warn!(%error, "no notifications from the node; polling goes on"),
        }
        let delay = delays.next().unwrap_or(RETRY.1);
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(delay) => {}
        }
    }
}

fn backoff() -> impl Iterator<Item = Duration> {
    use backon::{BackoffBuilder, ExponentialBuilder};
    ExponentialBuilder::default()
        .with_min_delay(RETRY.0)
        .with_max_delay(RETRY.1)
        .with_jitter()
        .without_max_times()
        .build()
}

#[derive(Debug, thiserror::Error)]
enum WakeError {
    #[error("subscribing took longer than {} s", CONNECT_TIMEOUT.as_secs())]
    Timeout(#[from] tokio::time::error::Elapsed),
    #[error("the subscription failed: {0}")]
    Subscription(#[from] Box<PubsubClientError>),
}

impl From<PubsubClientError> for WakeError {
    fn from(error: PubsubClientError) -> Self {
        Self::Subscription(Box::new(error))
    }
}

/// Listens until the stream ends or falls silent. Whether anything was heard.
async fn listen(ws_url: &str, wake: &Notify) -> Result<bool, WakeError> {
    let client = tokio::time::timeout(CONNECT_TIMEOUT, PubsubClient::new(ws_url)).await??;
    let mut streams = Vec::new();
    let mut unsubscribes = Vec::new();
    for program in [pda::REGISTRY, pda::REWARDS] {
        let filter = RpcTransactionLogsFilter::Mentions(vec![program.to_string()]);
        let config = RpcTransactionLogsConfig { commitment: Some(CommitmentConfig::confirmed()) };
        let subscribing = client.logs_subscribe(filter, config);
        let (stream, unsubscribe) = tokio::time::timeout(CONNECT_TIMEOUT, subscribing).await??;
        streams.push(stream);
        unsubscribes.push(unsubscribe);
    }
    // Something may have happened while nobody listened.
    wake.notify_one();
    let mut notifications = futures::stream::select_all(streams);
    let mut heard = false;
    while let Ok(Some(_)) = tokio::time::timeout(SILENCE_MAX, notifications.next()).await {
        heard = true;
        wake.notify_one();
    }
    Ok(heard)
}
