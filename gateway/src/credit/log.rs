//! The credit log in Postgres: entries follow one another under one advisory
//! lock, each with the balances it changes. Grants and refunds are here, leases
//! and their closes in [`super::leases`].
//!
//! Only this room writes `credit`. Decisions rest on what the indexer calls
//! finalised. Every function is one transaction and may be repeated.

use crate::database::{DatabaseError, amount, key, position};
use sqlx::{PgConnection, PgPool, Row};
use std::collections::BTreeSet;
use tributary_core::amount::BaseUnits;
use tributary_core::id::{PayerId, VaultId};
use tributary_core::position::{CreditSeq, Generation, Slot};

/// The advisory lock of everyone who writes the log: "tribcred".
const LOCK: i64 = 0x7472_6962_6372_6564;
/// Deposits granted in one transaction.
const GRANTS_MAX: i64 = 1_000;

/// Why credit does not move.
#[derive(Debug, thiserror::Error)]
pub enum CreditError {
    /// Postgres.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// Too little is available, or the mandate allows too little.
    #[error("{needed} base units are needed; {available} are available and the mandate allows {mandate_left} more")]
    Short {
        /// The price to be covered.
        needed: BaseUnits,
        /// Of the payer's deposit.
        available: BaseUnits,
        /// Of the mandate's maximum.
        mandate_left: BaseUnits,
    },
    /// The payer asked for a refund.
    #[error("the payer asked for its credit back: withdraw the request to spend again")]
    RefundRequested,
    /// The mandate's last slot has passed, or nobody stored it.
    #[error("the mandate has expired or is unknown: sign a new one with `tributary mandate`")]
    MandateOver,
    /// A newer generation of this gateway took over.
    #[error("generation {0} of this gateway is fenced: another process took over; stop this one")]
    Fenced(Generation),
    /// The log and the events disagree on what a lease spent.
    #[error("lease {lease}: the book says {expected} base units are unspent, the events say {actual}; not closed")]
    Mismatch {
        /// Which.
        lease: CreditSeq,
        /// By the book.
        expected: BaseUnits,
        /// By the events in Postgres, as decimal text.
        actual: String,
    },
}

impl From<sqlx::Error> for CreditError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error.into())
    }
}

pub(super) async fn serialise(tx: &mut PgConnection) -> Result<(), DatabaseError> {
    sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(LOCK).execute(tx).await?;
    Ok(())
}

pub(super) async fn finalised(tx: &mut PgConnection) -> Result<Slot, DatabaseError> {
    let row = sqlx::query("SELECT finalised_slot FROM chain.status").fetch_optional(tx).await?;
    row.map_or(Ok(Slot(0)), |row| position(&row, "finalised_slot").map(Slot))
}

pub(super) async fn next_position(tx: &mut PgConnection) -> Result<i64, DatabaseError> {
    let row = sqlx::query("SELECT coalesce(max(position), 0) + 1 AS next FROM credit.log").fetch_one(tx).await?;
    Ok(row.try_get("next")?)
}

pub(super) async fn grant_within(tx: &mut PgConnection) -> Result<u64, DatabaseError> {
    let done = sqlx::query(
        "WITH due AS (
            SELECT d.vault, d.sequence, d.payer, d.amount, d.slot
            FROM chain.deposits d
            WHERE d.slot <= (SELECT finalised_slot FROM chain.status)
              AND NOT EXISTS (SELECT 1 FROM credit.log l WHERE l.vault = d.vault AND l.deposit_sequence = d.sequence)
            ORDER BY d.slot, d.vault, d.sequence
            LIMIT $1
        ), granted AS (
            INSERT INTO credit.log (position, kind, vault, payer, amount, deposit_sequence, chain_slot)
            SELECT (SELECT coalesce(max(position), 0) FROM credit.log)
                     + row_number() OVER (ORDER BY slot, vault, sequence),
                   'grant', vault, payer, amount, sequence, slot
            FROM due
            RETURNING vault, payer, amount
        )
        INSERT INTO credit.accounts (vault, payer, available, leased)
        SELECT vault, payer, sum(amount), 0 FROM granted GROUP BY vault, payer
        ON CONFLICT (vault, payer) DO UPDATE SET available = accounts.available + EXCLUDED.available",
    )
    .bind(GRANTS_MAX)
    .execute(tx)
    .await?;
    Ok(done.rows_affected())
}

/// Makes finalised deposits available. Returns how many accounts grew; call
/// again until none does.
pub async fn grant(pool: &PgPool) -> Result<u64, CreditError> {
    let mut tx = pool.begin().await?;
    serialise(&mut tx).await?;
    let accounts = grant_within(&mut tx).await?;
    tx.commit().await?;
    Ok(accounts)
}

/// Pays out, as a log entry, the whole available credit of every payer whose
/// finalised request is open and none of whose leases is. Returns how many.
pub async fn refund(pool: &PgPool) -> Result<u64, CreditError> {
    let mut tx = pool.begin().await?;
    serialise(&mut tx).await?;
    grant_within(&mut tx).await?;
    let done = sqlx::query(
        "WITH request AS (
            SELECT DISTINCT ON (vault, payer) vault, payer, open, slot
            FROM chain.refund_requests
            WHERE slot <= (SELECT finalised_slot FROM chain.status)
            ORDER BY vault, payer, sequence DESC
        ), due AS (
            SELECT a.vault, a.payer, a.available, r.slot
            FROM request r JOIN credit.accounts a USING (vault, payer)
            WHERE r.open AND a.available > 0 AND a.leased = 0
        ), refunded AS (
            INSERT INTO credit.log (position, kind, vault, payer, amount, chain_slot)
            SELECT (SELECT coalesce(max(position), 0) FROM credit.log) + row_number() OVER (ORDER BY slot, vault, payer),
                   'refund', vault, payer, available, slot
            FROM due
            RETURNING vault, payer
        )
        UPDATE credit.accounts a SET available = 0
        FROM refunded r WHERE a.vault = r.vault AND a.payer = r.payer",
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(done.rows_affected())
}

pub(super) async fn refund_requests_within(
    tx: &mut PgConnection,
) -> Result<BTreeSet<(VaultId, PayerId)>, DatabaseError> {
    // A request stops its payer as soon as it is seen; only a finalised
    // withdrawal lets it go on.
    let rows = sqlx::query(
        "SELECT vault, payer FROM (
            SELECT DISTINCT ON (vault, payer) vault, payer, open FROM chain.refund_requests
            WHERE slot <= (SELECT finalised_slot FROM chain.status)
            ORDER BY vault, payer, sequence DESC) latest
         WHERE open
         UNION
         SELECT vault, payer FROM chain.refund_requests
         WHERE open AND slot > (SELECT finalised_slot FROM chain.status)",
    )
    .fetch_all(tx)
    .await?;
    rows.iter().map(|row| Ok((key(row, "vault")?, key(row, "payer")?))).collect()
}

/// Payers who asked for a refund and have not withdrawn it.
pub async fn refund_requests(pool: &PgPool) -> Result<BTreeSet<(VaultId, PayerId)>, CreditError> {
    let mut connection = pool.acquire().await?;
    Ok(refund_requests_within(&mut connection).await?)
}

/// What a payer has available with a vault, in base units.
pub async fn available(pool: &PgPool, vault: VaultId, payer: PayerId) -> Result<BaseUnits, CreditError> {
    let row = sqlx::query("SELECT available::text AS available FROM credit.accounts WHERE vault = $1 AND payer = $2")
        .bind(&vault.0[..])
        .bind(&payer.0[..])
        .fetch_optional(pool)
        .await?;
    Ok(row.map_or(Ok(BaseUnits::ZERO), |row| amount(&row, "available"))?)
}
