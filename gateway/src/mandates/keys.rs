//! Further keys of a mandate, each with a budget and a rate of its own. The
//! mandate's first key makes, lists and revokes them; they cannot.

use super::Holder;
use crate::database::{DatabaseError, amount, key};
use sqlx::{PgPool, Row};
use tributary_core::amount::BaseUnits;
use tributary_core::hash::sha256;
use tributary_core::id::MandateId;

/// Keys of one mandate.
const KEYS_MAX: i64 = 1_000;
/// No label is longer, in bytes.
pub const LABEL_BYTES_MAX: usize = 128;

/// What a further key may do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// What its maker calls it.
    pub label: String,
    /// The most it may spend, in base units; `None` for the mandate's maximum.
    pub budget: Option<BaseUnits>,
    /// Requests a second; `None` for the gateway's limit.
    pub rate: Option<u32>,
}

/// A key as its mandate's first key sees it.
#[derive(Clone, Debug)]
pub struct Listed {
    /// SHA-256 of the key.
    pub id: [u8; 32],
    /// What it may do.
    pub terms: Terms,
    /// How much of its budget was spent, or is about to be.
    pub taken: BaseUnits,
    /// Whether it is revoked.
    pub revoked: bool,
}

/// Why there is no further key.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// Only the first key of a mandate has keys.
    #[error("this key was made by another: use the mandate's first key")]
    NotFirst,
    /// As many as may be.
    #[error("the mandate has {KEYS_MAX} keys, which is the limit: sign another mandate")]
    Full,
    /// No such key of this mandate.
    #[error("the mandate has no such key: GET /v1/keys lists them")]
    Unknown,
    /// Postgres.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl From<sqlx::Error> for KeysError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

/// Makes a key and returns it; nobody can read it again.
pub async fn make(pool: &PgPool, first: &Holder, terms: &Terms) -> Result<([u8; 32], String), KeysError> {
    let made = format!("{}{}", super::KEY_PREFIX, bs58::encode(rand::random::<[u8; 32]>()).into_string());
    let id = sha256(&[made.as_bytes()]);
    let done = sqlx::query(
        "INSERT INTO usage.api_keys (key_hash, mandate, made_by, label, budget, rate)
         SELECT $1, $2, $3, $4, $5::text::numeric, $6
         WHERE (SELECT count(*) FROM usage.api_keys WHERE mandate = $2) < $7",
    )
    .bind(&id[..])
    .bind(&first.id.0[..])
    .bind(&first.key_hash[..])
    .bind(&terms.label)
    .bind(terms.budget.map(|budget| budget.to_string()))
    .bind(terms.rate.map(i64::from))
    .bind(KEYS_MAX)
    .execute(pool)
    .await?;
    if done.rows_affected() == 1 { Ok((id, made)) } else { Err(KeysError::Full) }
}

/// The further keys of a mandate, oldest first.
pub async fn list(pool: &PgPool, mandate: MandateId) -> Result<Vec<Listed>, KeysError> {
    let rows = sqlx::query(
        "SELECT key_hash, label, budget::text AS budget, rate, taken::text AS taken, revoked_at IS NOT NULL AS revoked
         FROM usage.api_keys WHERE mandate = $1 AND made_by IS NOT NULL ORDER BY created_at, key_hash LIMIT $2",
    )
    .bind(&mandate.0[..])
    .bind(KEYS_MAX)
    .fetch_all(pool)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Listed {
                id: key(row, "key_hash")?,
                terms: terms(row)?,
                taken: amount(row, "taken")?,
                revoked: row.try_get("revoked")?,
            })
        })
        .collect()
}

/// What a key may do, from its row.
pub(super) fn terms(row: &sqlx::postgres::PgRow) -> Result<Terms, DatabaseError> {
    let budget: Option<String> = row.try_get("budget")?;
    let budget = budget.map(|text| text.parse().map(BaseUnits)).transpose();
    let rate: Option<i64> = row.try_get("rate")?;
    Ok(Terms {
        label: row.try_get::<Option<String>, _>("label")?.unwrap_or_default(),
        budget: budget.map_err(|_| DatabaseError::Value("budget"))?,
        rate: rate.map(u32::try_from).transpose().map_err(|_| DatabaseError::Value("rate"))?,
    })
}

/// Revokes a further key of a mandate.
pub async fn revoke(pool: &PgPool, mandate: MandateId, id: [u8; 32]) -> Result<(), KeysError> {
    let done = sqlx::query(
        "UPDATE usage.api_keys SET revoked_at = coalesce(revoked_at, now())
         WHERE key_hash = $1 AND mandate = $2 AND made_by IS NOT NULL",
    )
    .bind(&id[..])
    .bind(&mandate.0[..])
    .execute(pool)
    .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(KeysError::Unknown) }
}
