//! Datasets on their way, in Postgres: the only place that writes `intake`. A
//! dataset moves on in the transaction that writes the event of the step, and
//! only from the step it was read at, so that doing a step twice is harmless.

use super::declaration::Declaration;
use super::{Facts, IntakeError, Step};
use crate::database::{DatabaseError, key, position};
use serde_json::Value;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, PgPool, Row};
use std::time::Duration;
use tributary_core::hash::sha256;
use tributary_core::id::{FileHash, GatewayId};

/// Datasets that may be on their way at a time.
const OPEN_MAX: i64 = 10_000;
/// Datasets of one owner that may be, before its score lowers it.
pub const OPEN_OF_ONE_MAX: u64 = 64;
/// Datasets looked at in one round.
const DUE_MAX: i64 = 16;
/// Events read at a time.
const EVENTS_MAX: i64 = 256;
/// What every key of a dataset begins with.
const KEY_PREFIX: &str = "tri_";

/// How a dataset stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// For its owner.
    Waiting,
    /// For the worker, at its time.
    Due,
    /// Stopped, until its owner says otherwise.
    Parked,
    /// Registered and indexed.
    Done,
    /// Taken back.
    Withdrawn,
}

impl State {
    /// As it is stored.
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Due => "due",
            Self::Parked => "parked",
            Self::Done => "done",
            Self::Withdrawn => "withdrawn",
        }
    }

    fn named(name: &str) -> Option<Self> {
        [Self::Waiting, Self::Due, Self::Parked, Self::Done, Self::Withdrawn]
            .into_iter()
            .find(|state| state.name() == name)
    }
}

/// A dataset on its way.
#[derive(Clone, Debug)]
pub struct Record {
    /// SHA-256 of its declaration.
    pub dataset: [u8; 32],
    /// What its owner signed.
    pub declaration: Declaration,
    /// Keeps the commitment from being guessed; secret until revealed.
    pub salt: [u8; 32],
    /// What is to be done.
    pub step: Step,
    /// How it stands.
    pub state: State,
    /// What was found out.
    pub facts: Facts,
    /// How often the present step has failed.
    pub attempts: u32,
    /// Why it waits or is parked.
    pub reason: Option<String>,
}

/// Something that happened.
#[derive(Clone, Debug)]
pub struct Event {
    /// Its place, from 0.
    pub sequence: u64,
    /// What.
    pub kind: String,
    /// The particulars.
    pub body: Value,
}

fn record(row: &PgRow) -> Result<Record, DatabaseError> {
    let (step, state): (String, String) = (row.try_get("step")?, row.try_get("state")?);
    let attempts: i32 = row.try_get("attempts")?;
    Ok(Record {
        dataset: key(row, "dataset")?,
        declaration: serde_json::from_value(row.try_get("declaration")?)
            .map_err(|_| DatabaseError::Value("declaration"))?,
        salt: key(row, "salt")?,
        step: Step::named(&step).ok_or(DatabaseError::Value("step"))?,
        state: State::named(&state).ok_or(DatabaseError::Value("state"))?,
        facts: serde_json::from_value(row.try_get("facts")?).map_err(|_| DatabaseError::Value("facts"))?,
        attempts: u32::try_from(attempts).map_err(|_| DatabaseError::Value("attempts"))?,
        reason: row.try_get("reason")?,
    })
}

/// Takes a checked declaration in and returns the key for it. Declaring the same
/// again goes on with the same dataset under a new key.
pub async fn declare(
    pool: &PgPool,
    gateway: GatewayId,
    declaration: &Declaration,
    signature: [u8; 64],
) -> Result<(Record, String), IntakeError> {
    let open: i64 = sqlx::query(
        "SELECT count(*) AS open FROM intake.datasets
         WHERE gateway = $1 AND state IN ('waiting', 'due', 'parked') AND step <> 'embed'",
    )
    .bind(&gateway.0[..])
    .fetch_one(pool)
    .await?
    .try_get("open")?;
    if open >= OPEN_MAX {
        return Err(IntakeError::Full(open));
    }
    let secret = format!("{KEY_PREFIX}{}", bs58::encode(rand::random::<[u8; 32]>()).into_string());
    let json = serde_json::to_value(declaration).map_err(|_| DatabaseError::Value("declaration"))?;
    let mut tx = pool.begin().await?;
    let row = sqlx::query(
        "INSERT INTO intake.datasets AS d
            (dataset, gateway, owner, declaration, signature, key_hash, salt, step, state, reason)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'upload', 'waiting', 'send the file')
         ON CONFLICT (dataset) DO UPDATE SET key_hash = $6
         RETURNING dataset, declaration, salt, step, state, facts, attempts, reason, (d.events = 0) AS fresh",
    )
    .bind(&declaration.id()[..])
    .bind(&gateway.0[..])
    .bind(&declaration.owner.0[..])
    .bind(json)
    .bind(&signature[..])
    .bind(&sha256(&[secret.as_bytes()])[..])
    .bind(&rand::random::<[u8; 32]>()[..])
    .fetch_one(&mut *tx)
    .await?;
    let known = record(&row)?;
    if row.try_get("fresh")? {
        event(&mut tx, &known.dataset, "declared", &serde_json::json!({"owner": declaration.owner})).await?;
    }
    tx.commit().await?;
    Ok((known, secret))
}

/// Datasets of an owner on their way, not counting the one that is declared.
pub async fn open_of(pool: &PgPool, gateway: GatewayId, declaration: &Declaration) -> Result<u64, DatabaseError> {
    let row = sqlx::query(
        "SELECT count(*) AS open FROM intake.datasets
         WHERE owner = $1 AND gateway = $2 AND state IN ('waiting', 'due', 'parked') AND step <> 'embed'
           AND dataset <> $3",
    )
    .bind(&declaration.owner.0[..])
    .bind(&gateway.0[..])
    .bind(&declaration.id()[..])
    .fetch_one(pool)
    .await?;
    position(&row, "open")
}

/// The dataset that a key is for.
pub async fn by_key(pool: &PgPool, dataset: [u8; 32], secret: &str) -> Result<Record, IntakeError> {
    let row = sqlx::query(
        "SELECT dataset, declaration, salt, step, state, facts, attempts, reason FROM intake.datasets
         WHERE dataset = $1 AND key_hash = $2",
    )
    .bind(&dataset[..])
    .bind(&sha256(&[secret.as_bytes()])[..])
    .fetch_optional(pool)
    .await?
    .ok_or(IntakeError::Unknown)?;
    Ok(record(&row)?)
}

/// Datasets whose step is to be done now, the longest due first.
pub async fn due(pool: &PgPool, gateway: GatewayId) -> Result<Vec<Record>, DatabaseError> {
    let rows = sqlx::query(
        "SELECT dataset, declaration, salt, step, state, facts, attempts, reason FROM intake.datasets
         WHERE gateway = $1 AND state = 'due' AND due_at <= now() ORDER BY due_at, dataset LIMIT $2",
    )
    .bind(&gateway.0[..])
    .bind(DUE_MAX)
    .fetch_all(pool)
    .await?;
    rows.iter().map(record).collect()
}

/// Datasets that are parked at a step, the oldest first.
pub async fn parked(pool: &PgPool, gateway: GatewayId, step: Step) -> Result<Vec<Record>, DatabaseError> {
    let rows = sqlx::query(
        "SELECT dataset, declaration, salt, step, state, facts, attempts, reason FROM intake.datasets
         WHERE gateway = $1 AND state = 'parked' AND step = $2 ORDER BY created_at, dataset LIMIT $3",
    )
    .bind(&gateway.0[..])
    .bind(step.name())
    .bind(OPEN_MAX)
    .fetch_all(pool)
    .await?;
    rows.iter().map(record).collect()
}

/// Events from a place on.
pub async fn events(pool: &PgPool, dataset: [u8; 32], from: u64) -> Result<Vec<Event>, DatabaseError> {
    let rows = sqlx::query(
        "SELECT sequence, kind, body FROM intake.events WHERE dataset = $1 AND sequence >= $2
         ORDER BY sequence LIMIT $3",
    )
    .bind(&dataset[..])
    .bind(crate::database::bigint(from)?)
    .bind(EVENTS_MAX)
    .fetch_all(pool)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Event { sequence: position(row, "sequence")?, kind: row.try_get("kind")?, body: row.try_get("body")? })
        })
        .collect()
}

async fn event(tx: &mut PgConnection, dataset: &[u8; 32], kind: &str, body: &Value) -> Result<(), DatabaseError> {
    sqlx::query(
        "WITH place AS (UPDATE intake.datasets SET events = events + 1 WHERE dataset = $1 RETURNING events - 1 AS at)
         INSERT INTO intake.events (dataset, sequence, kind, body) SELECT $1, at, $2, $3 FROM place",
    )
    .bind(&dataset[..])
    .bind(kind)
    .bind(body)
    .execute(tx)
    .await?;
    Ok(())
}

/// Where a dataset goes after a step.
#[derive(Clone, Debug)]
pub struct Move {
    /// To this step.
    pub step: Step,
    /// In this state.
    pub state: State,
    /// With what is known then.
    pub facts: Facts,
    /// With so many failures of the step.
    pub attempts: u32,
    /// Looked at again after this.
    pub wait: Duration,
    /// Why it waits or is parked.
    pub reason: Option<String>,
}

/// Moves a dataset from where it was read and writes what happened, together.
/// `false` when it has moved meanwhile: then nothing is written.
pub async fn go(
    pool: &PgPool,
    from: &Record,
    to: &Move,
    happened: Option<(&str, Value)>,
) -> Result<bool, DatabaseError> {
    let facts = serde_json::to_value(&to.facts).map_err(|_| DatabaseError::Value("facts"))?;
    let attempts = i32::try_from(to.attempts).map_err(|_| DatabaseError::Value("attempts"))?;
    let mut tx = pool.begin().await?;
    let moved = sqlx::query(
        "UPDATE intake.datasets
         SET step = $4, state = $5, facts = $6, attempts = $7, due_at = now() + make_interval(secs => $8), reason = $9
         WHERE dataset = $1 AND step = $2 AND state = $3",
    )
    .bind(&from.dataset[..])
    .bind(from.step.name())
    .bind(from.state.name())
    .bind(to.step.name())
    .bind(to.state.name())
    .bind(facts)
    .bind(attempts)
    .bind(to.wait.as_secs_f64())
    .bind(&to.reason)
    .execute(&mut *tx)
    .await?;
    if moved.rows_affected() != 1 {
        return Ok(false);
    }
    if let Some((kind, body)) = happened {
        event(&mut tx, &from.dataset, kind, &body).await?;
    }
    tx.commit().await?;
    Ok(true)
}

/// Whether a dataset was withdrawn.
pub async fn is_withdrawn(pool: &PgPool, dataset: [u8; 32]) -> Result<bool, DatabaseError> {
    let row = sqlx::query("SELECT 1 FROM intake.datasets WHERE dataset = $1 AND state = 'withdrawn'")
        .bind(&dataset[..])
        .fetch_optional(pool)
        .await?;
    Ok(row.is_some())
}

/// Whether somebody else needs this text: another dataset that was not
/// withdrawn, or a record of another owner.
pub async fn is_shared(pool: &PgPool, record: &Record, text: FileHash) -> Result<bool, DatabaseError> {
    let row = sqlx::query(
        "SELECT EXISTS (SELECT 1 FROM intake.datasets
                        WHERE dataset <> $1 AND state <> 'withdrawn' AND facts ->> 'text_hash' = $2)
             OR EXISTS (SELECT 1 FROM chain.assets WHERE content_hash = $3 AND owner <> $4) AS shared",
    )
    .bind(&record.dataset[..])
    .bind(text.to_string())
    .bind(&text.0[..])
    .bind(&record.declaration.owner.0[..])
    .fetch_one(pool)
    .await?;
    Ok(row.try_get("shared")?)
}
