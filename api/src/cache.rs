//! Answers remembered in Redis while their slot is the newest: when many ask the
//! same, Postgres is asked once. Without Redis answers are the same, only slower.
//!
//! An answer goes out again only when no newer slot is indexed than its own, when
//! it knows the slot that `min_slot` names, and within a second. How far the
//! chain is indexed is asked of Postgres, at most every tenth of a second: without
//! Postgres nothing is answered from here either. What depends on who asks, and
//! what is not framed with its slot, is never kept. Nothing here is a record.

use crate::etag::framed_slot;
use crate::fresh::MinSlot;
use crate::problem::ReadError;
use crate::readers::Readers;
use crate::rows::Columns;
use crate::server::Api;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{AsyncCommands, RedisError};
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};

/// How long an answer is kept.
const KEPT_MS: u64 = 1_000;
/// How old the newest slot may be that is known here.
const HEAD_AGE: Duration = Duration::from_millis(100);
/// From this age on it is asked for again, by one request, while it still does for
/// the others.
const HEAD_FRESH: Duration = Duration::from_millis(50);
/// How long Redis may take before the answer is worked out without it.
const PATIENCE: Duration = Duration::from_millis(50);
/// How long Redis is left alone after it failed.
const LEFT_ALONE: Duration = Duration::from_secs(1);
/// Longer answers are not kept.
const BODY_BYTES_MAX: usize = 256 << 10;
/// How many answers may be on their way to Redis.
const WRITES: usize = 64;
/// Before every key, so that one Redis can serve several.
const PREFIX: &str = "tributary:answer:";
/// What is not an answer to everybody alike, or not framed with its slot.
const NOT_KEPT: [&str; 6] = ["/v1/stream", "/v1/files", "/v1/health", "/v1/auth", "/v1/keys", "/v1/webhooks"];

/// The cache, shared by all requests.
#[derive(Clone)]
pub struct Cache(Arc<Shared>);

struct Shared {
    redis: ConnectionManager,
    start: Instant,
    /// Milliseconds after the start until which Redis is left alone.
    quiet_until: AtomicU64,
    /// The newest slot that is indexed, and when it was asked for.
    head: Mutex<Option<(Instant, u64)>>,
    /// Whoever asks for it holds this.
    asking: tokio::sync::Mutex<()>,
    writes: Arc<Semaphore>,
}

impl Cache {
    /// A cache in the Redis at `url`, which may come and go.
    pub fn new(url: &str) -> Result<Self, RedisError> {
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(PATIENCE * 4))
            .set_response_timeout(Some(PATIENCE))
            .set_number_of_retries(1);
        let redis = ConnectionManager::new_lazy_with_config(redis::Client::open(url)?, config)?;
        Ok(Self(Arc::new(Shared {
            redis,
            start: Instant::now(),
            quiet_until: AtomicU64::new(0),
            head: Mutex::default(),
            asking: tokio::sync::Mutex::default(),
            writes: Arc::new(Semaphore::new(WRITES)),
        })))
    }

    /// An answer that still holds.
    async fn find(&self, key: &str, newest: u64) -> Option<Vec<u8>> {
        let mut redis = self.0.redis.clone();
        let body: Vec<u8> = self.asked(async move { redis.get::<_, Option<Vec<u8>>>(key).await }).await??;
        framed_slot(&body).is_some_and(|slot| slot >= newest).then_some(body)
    }

    /// Keeps an answer for a moment, without making anybody wait for it.
    fn keep(&self, key: String, body: Vec<u8>) {
        let Ok(permit) = self.0.writes.clone().try_acquire_owned() else { return };
        let cache = self.clone();
        tokio::spawn(async move {
            let mut redis = cache.0.redis.clone();
            cache.asked(async move { redis.pset_ex::<_, _, ()>(key, body, KEPT_MS).await }).await;
            drop(permit);
        });
    }

    /// What Redis says, unless it fails, is slow, or was a moment ago.
    async fn asked<T>(&self, question: impl Future<Output = Result<T, RedisError>>) -> Option<T> {
        let now = self.0.start.elapsed();
        if u128::from(self.0.quiet_until.load(Ordering::Relaxed)) > now.as_millis() {
            return None;
        }
        match timeout(PATIENCE, question).await {
            Ok(Ok(value)) => return Some(value),
            Ok(Err(error)) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "Redis failed; going on without")
            }
            Err(_) => tracing::warn!("Redis is slow; going on without"),
        }
        let until = u64::try_from((now + LEFT_ALONE).as_millis()).unwrap_or(u64::MAX);
        self.0.quiet_until.store(until, Ordering::Relaxed);
        None
    }

    /// The newest slot that is indexed, as of a moment ago. One request asks for it
    /// anew; the others go on with what was known, while that is not too old.
    async fn head(&self, readers: &Readers) -> Result<u64, ReadError> {
        // A poisoned lock only means that a thread died between two whole states.
        let known = || *self.0.head.lock().unwrap_or_else(PoisonError::into_inner);
        let within = |age: Duration| known().filter(|(at, _)| at.elapsed() < age).map(|(_, slot)| slot);
        if let Some(slot) = within(HEAD_FRESH) {
            return Ok(slot);
        }
        let asking = self.0.asking.try_lock();
        if let (Err(_), Some(slot)) = (&asking, within(HEAD_AGE)) {
            return Ok(slot);
        }
        let _asking = match asking {
            Ok(asking) => asking,
            Err(_) => self.0.asking.lock().await,
        };
        // Whoever held it before may have just learnt it.
        if let Some(slot) = within(HEAD_FRESH) {
            return Ok(slot);
        }
        let asked = Instant::now();
        let row = readers.row(|| sqlx::query("SELECT confirmed_slot FROM chain.status")).await?;
        let slot = row.ok_or(ReadError::NotIndexed)?.count("confirmed_slot")?;
        *self.0.head.lock().unwrap_or_else(PoisonError::into_inner) = Some((asked, slot));
        Ok(slot)
    }
}

/// Answers from Redis what still holds there, and keeps what is answered.
pub async fn remember(State(api): State<Api>, request: Request, next: Next) -> Response {
    let Some(cache) = api.cache.clone().filter(|_| may_be_kept(&request)) else {
        return next.run(request).await;
    };
    // Whatever is wrong, the answer itself will say it.
    let Ok(newest) = cache.head(&api.readers).await else { return next.run(request).await };
    let wanted = request.extensions().get::<MinSlot>().map_or(0, |min_slot| min_slot.0);
    let key = format!("{PREFIX}{}", request.uri());
    if let Some(body) = cache.find(&key, newest.max(wanted)).await {
        return ([(CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response();
    }
    let response = next.run(request).await;
    let is_json = response.headers().get(CONTENT_TYPE).is_some_and(|value| value == "application/json");
    if response.status() != StatusCode::OK || !is_json {
        return response;
    }
    let (parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    if bytes.len() <= BODY_BYTES_MAX && framed_slot(&bytes).is_some() {
        cache.keep(key, bytes.to_vec());
    }
    Response::from_parts(parts, Body::from(bytes))
}

fn may_be_kept(request: &Request) -> bool {
    let path = request.uri().path();
    let is_under =
        |folder: &&str| path.strip_prefix(*folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    *request.method() == Method::GET && path.starts_with("/v1/") && !NOT_KEPT.iter().any(is_under)
}
