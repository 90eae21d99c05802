//! Redis, when there is one: copies of what Postgres has, so that Postgres is asked
//! less. Nothing is here alone, and answers are the same without it.
//!
//! A copy must never be older than what it is a copy of. Whoever changes Postgres
//! puts the new copy here; when that fails, however it does, every name that was
//! used so far is given up for good ([`Cache::begin_anew`]): old copies may lie in
//! Redis, and nobody asks for them. A process begins with names of its own.
//!
//! What may be old for a stated while has names that stay ([`Cache::recent`],
//! [`Cache::put_recent`]): Redis drops it in time, and what runs beside this process
//! or after it finds it.

use rand::random;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{AsyncCommands, Client, RedisError};
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How long Redis may take: then Postgres is asked.
const PATIENCE: Duration = Duration::from_millis(150);

/// Why there is no cache.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    /// The address. It stays out of the message: it may hold a password.
    #[error("the address of Redis is none: write one like redis://127.0.0.1:6379, or leave it out")]
    Url(#[source] RedisError),
}

/// See the module's head.
pub struct Cache {
    redis: Option<ConnectionManager>,
    /// Stands before every name.
    names: Mutex<u128>,
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache").field("redis", &self.redis.is_some()).finish_non_exhaustive()
    }
}

impl Cache {
    /// At an address, or none. Connects when it is first used, and again after an
    /// outage.
    pub fn open(url: Option<&str>) -> Result<Self, CacheError> {
        let patience = ConnectionManagerConfig::new()
            .set_response_timeout(Some(PATIENCE))
            .set_connection_timeout(Some(PATIENCE))
            .set_number_of_retries(0);
        let connect = |url| ConnectionManager::new_lazy_with_config(Client::open(url)?, patience);
        let redis = url.map(connect).transpose().map_err(CacheError::Url)?;
        Ok(Self { redis, names: Mutex::new(random()) })
    }

    fn name(&self, id: &[u8; 32]) -> String {
        let names = *self.names.lock().unwrap_or_else(PoisonError::into_inner);
        format!("tributary:{names:032x}:{}", hex::encode(id))
    }

    /// The copy, if it is there and Redis says so in time.
    pub async fn get(&self, id: &[u8; 32]) -> Option<Vec<u8>> {
        self.read(self.name(id)).await
    }

    /// Puts the copy of what Postgres has now.
    pub async fn put(&self, id: &[u8; 32], copy: &[u8], kept: Duration) {
        if !self.write(self.name(id), copy, kept).await {
            tracing::debug!("Redis takes no copy: those that it has are not asked for any more");
            self.begin_anew();
        }
    }

    /// What was put under this name no longer ago than it was to be kept.
    pub async fn recent(&self, name: &str) -> Option<Vec<u8>> {
        self.read(name.to_owned()).await
    }

    /// Puts what may be as old as it is kept.
    pub async fn put_recent(&self, name: &str, copy: &[u8], kept: Duration) {
        self.write(name.to_owned(), copy, kept).await;
    }

    async fn read(&self, name: String) -> Option<Vec<u8>> {
        let mut redis = self.redis.clone()?;
        match tokio::time::timeout(PATIENCE, redis.get::<_, Option<Vec<u8>>>(name)).await {
            Ok(Ok(copy)) => copy,
            Ok(Err(error)) => {
                tracing::debug!(error = &error as &dyn std::error::Error, "Redis does not answer: Postgres is asked");
                None
            }
            Err(_) => None,
        }
    }

    /// Whether what is there is surely this now, or there is no Redis.
    async fn write(&self, name: String, copy: &[u8], kept: Duration) -> bool {
        let Some(mut redis) = self.redis.clone() else { return true };
        let kept = u64::try_from(kept.as_millis()).unwrap_or(u64::MAX).max(1);
        let put = tokio::time::timeout(PATIENCE, redis.pset_ex::<_, _, ()>(name, copy, kept));
        matches!(put.await, Ok(Ok(())))
    }

    /// Gives up every copy: nobody knows whether Postgres changed.
    pub fn begin_anew(&self) {
        *self.names.lock().unwrap_or_else(PoisonError::into_inner) = random();
    }
}
