//! What agents remember: the last turns of a session, which a payer names. Postgres
//! is the record, Redis may hold copies. Decides nothing of money: a turn is
//! remembered after its answer was paid.
//!
//! Whoever names a session wants it kept: without one neither question nor answer
//! is. Turns of one session follow one another; whoever comes second waits.

use crate::cache::Cache;
use crate::database::DatabaseError;
use serde::{Deserialize, Serialize};
use sqlx::{PgPool, Row};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::OwnedMutexGuard;
use tributary_core::hash::sha256;
use tributary_core::id::{AssetId, GatewayId, PayerId};

/// No agent remembers more turns.
pub const TURNS_MAX: u32 = 32;
/// No name of a session is longer, in bytes.
pub const NAME_BYTES_MAX: usize = 128;
/// What is remembered of a question or an answer, in bytes.
const TEXT_BYTES_MAX: usize = 8 * 1024;
/// What a memory holds in all, in bytes: the oldest turns go first.
const MEMORY_BYTES_MAX: usize = 16 * 1024;
/// How long a copy is kept in Redis.
const COPY_KEPT: Duration = Duration::from_secs(60 * 60);

/// Which session: of one payer with one agent of one gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SessionId([u8; 32]);

/// A question and its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// What was asked.
    pub asked: String,
    /// What was answered.
    pub answered: String,
}

impl Turn {
    /// As far as it is remembered.
    pub fn of(asked: &str, answered: &str) -> Self {
        let kept = |text: &str| text[..text.floor_char_boundary(TEXT_BYTES_MAX)].to_owned();
        Self { asked: kept(asked), answered: kept(answered) }
    }

    fn bytes(&self) -> usize {
        self.asked.len() + self.answered.len()
    }
}

/// A session whose turn it is. The next one waits until this is dropped.
#[derive(Debug)]
pub struct Held {
    id: SessionId,
    _turn: OwnedMutexGuard<()>,
}

/// See the module's head.
#[derive(Debug)]
pub struct Sessions {
    pool: PgPool,
    gateway: GatewayId,
    cache: Arc<Cache>,
    held: Mutex<BTreeMap<SessionId, Arc<tokio::sync::Mutex<()>>>>,
}

impl Sessions {
    /// Of a gateway in this database, with copies in this cache.
    pub fn new(pool: PgPool, gateway: GatewayId, cache: Arc<Cache>) -> Self {
        Self { pool, gateway, cache, held: Mutex::default() }
    }

    /// Which session a payer means by a name.
    pub fn id(&self, payer: &PayerId, agent: &AssetId, name: &[u8]) -> SessionId {
        SessionId(sha256(&[b"tributary session", &self.gateway.0, &payer.0, &agent.0, name]))
    }

    /// Waits for a session's turn.
    pub async fn hold(&self, id: SessionId) -> Held {
        let turn = {
            let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
            held.retain(|_, turn| Arc::strong_count(turn) > 1);
            held.entry(id).or_default().clone()
        };
        Held { id, _turn: turn.lock_owned().await }
    }

    /// The last turns, the oldest first, as far as a memory holds them.
    pub async fn recall(&self, held: &Held, turns: u32) -> Result<Vec<Turn>, DatabaseError> {
        let all = match self.copy(held).await {
            Some(copy) => copy,
            None => {
                let read = read(&self.pool, held.id).await?;
                self.keep_copy(held, &read).await;
                read
            }
        };
        let mut left = MEMORY_BYTES_MAX;
        let mut last: Vec<Turn> = all
            .into_iter()
            .rev()
            .take(turns as usize)
            .take_while(|turn| {
                let fits = turn.bytes() <= left;
                left = left.saturating_sub(turn.bytes());
                fits
            })
            .collect();
        last.reverse();
        Ok(last)
    }

    /// Adds a turn.
    pub async fn remember(&self, held: &Held, turn: &Turn) -> Result<(), DatabaseError> {
        let written = self.write(held.id, turn).await;
        match &written {
            Ok(all) => self.keep_copy(held, all).await,
            // It may be stored all the same.
            Err(_) => self.cache.begin_anew(),
        }
        written.map(drop)
    }

    /// Forgets all turns. Returns how many there were.
    pub async fn forget(&self, held: &Held) -> Result<u64, DatabaseError> {
        let done =
            sqlx::query("DELETE FROM usage.sessions WHERE session = $1").bind(&held.id.0[..]).execute(&self.pool).await;
        self.cache.begin_anew();
        Ok(done?.rows_affected())
    }

    /// Deletes turns whose time has come. Returns how many.
    pub async fn expire(&self, days: u16) -> Result<u64, DatabaseError> {
        let done =
            sqlx::query("DELETE FROM usage.sessions WHERE gateway = $1 AND at < now() - make_interval(days => $2)")
                .bind(&self.gateway.0[..])
                .bind(i32::from(days))
                .execute(&self.pool)
                .await?;
        if done.rows_affected() > 0 {
            self.cache.begin_anew();
        }
        Ok(done.rows_affected())
    }

    /// Adds a turn, deletes those that no agent remembers, and returns what is left.
    async fn write(&self, id: SessionId, turn: &Turn) -> Result<Vec<Turn>, DatabaseError> {
        let mut tx = self.pool.begin().await?;
        sqlx::query(
            "WITH next AS (SELECT coalesce(max(turn) + 1, 0) AS turn FROM usage.sessions WHERE session = $1),
                  gone AS (DELETE FROM usage.sessions s USING next WHERE s.session = $1 AND s.turn <= next.turn - $5)
             INSERT INTO usage.sessions (session, turn, gateway, asked, answered)
             SELECT $1, next.turn, $2, $3, $4 FROM next",
        )
        .bind(&id.0[..])
        .bind(&self.gateway.0[..])
        .bind(turn.asked.as_bytes())
        .bind(turn.answered.as_bytes())
        .bind(i64::from(TURNS_MAX))
        .execute(&mut *tx)
        .await?;
        let all = read(&mut *tx, id).await?;
        tx.commit().await?;
        Ok(all)
    }

    async fn copy(&self, held: &Held) -> Option<Vec<Turn>> {
        serde_json::from_slice(&self.cache.get(&held.id.0).await?).ok()
    }

    async fn keep_copy(&self, held: &Held, all: &[Turn]) {
        match serde_json::to_vec(all) {
            Ok(copy) => self.cache.put(&held.id.0, &copy, COPY_KEPT).await,
            Err(_) => self.cache.begin_anew(),
        }
    }
}

/// All turns that are kept, the oldest first.
async fn read(pool: impl sqlx::PgExecutor<'_>, id: SessionId) -> Result<Vec<Turn>, DatabaseError> {
    let rows = sqlx::query("SELECT asked, answered FROM usage.sessions WHERE session = $1 ORDER BY turn")
        .bind(&id.0[..])
        .fetch_all(pool)
        .await?;
    let text = |row: &sqlx::postgres::PgRow, column| {
        String::from_utf8(row.try_get(column)?).map_err(|_| DatabaseError::Value(column))
    };
    rows.iter().map(|row| Ok(Turn { asked: text(row, "asked")?, answered: text(row, "answered")? })).collect()
}
