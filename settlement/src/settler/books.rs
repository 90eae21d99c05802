//! The rows that go with an attempt: double entries, the identity, receipts and
//! entitlements. Part of the ledger's transactions; opens none of its own.

use super::error::SettlerError;
use super::ledger::AttemptId;
use super::snapshot::{big, count};
use crate::compute::{Account, EpochOutput, State};
use sqlx::{Postgres, Row, Transaction};
use tributary_core::id::VaultId;
use tributary_core::position::Epoch;

/// Rows that one statement inserts; bounds the size of a message.
const ROWS_AT_ONCE: usize = 4096;

/// Writes an attempt's entries, identity and receipts, and checks that the first explain the second. Entries are
/// never changed: those of an earlier computation of the attempt are reversed.
pub(super) async fn write(
    tx: &mut Transaction<'_, Postgres>,
    id: &AttemptId,
    output: &EpochOutput,
) -> Result<(), SettlerError> {
    reverse_attempt(tx, id, "computed again").await?;
    // What an epoch comes to and its receipts follow from the attempt; they are no entries.
    for statement in [
        "DELETE FROM ledger.identity WHERE vault = $1 AND epoch = $2 AND attempt = $3",
        "DELETE FROM ledger.credits WHERE vault = $1 AND epoch = $2 AND attempt = $3",
    ] {
        sqlx::query(statement)
            .bind(&id.vault.0[..])
            .bind(big(id.epoch.0, "epoch")?)
            .bind(i32::from(id.attempt))
            .execute(&mut **tx)
            .await?;
    }
    for entry in &output.entries {
        sqlx::query(
            "INSERT INTO ledger.entries (vault, epoch, attempt, line, reason, debit, credit, amount)
             SELECT $1, $2, $3, (SELECT coalesce(max(line) + 1, 0) FROM ledger.entries
                                 WHERE vault = $1 AND epoch = $2 AND attempt = $3), $4, $5, $6, $7::text::numeric",
        )
        .bind(&id.vault.0[..])
        .bind(big(id.epoch.0, "epoch")?)
        .bind(i32::from(id.attempt))
        .bind(entry.reason)
        .bind(entry.debit.as_str())
        .bind(entry.credit.as_str())
        .bind(entry.amount.to_string())
        .execute(&mut **tx)
        .await?;
    }
    write_identity(tx, id, output).await?;
    write_credits(tx, id, output).await?;
    check(tx, id).await
}

/// Adds entries that take an attempt's back, so that its balance is nothing.
async fn reverse_attempt(tx: &mut Transaction<'_, Postgres>, id: &AttemptId, reason: &str) -> Result<(), SettlerError> {
    sqlx::query(
        "INSERT INTO ledger.entries (vault, epoch, attempt, line, reason, debit, credit, amount)
         SELECT vault, epoch, attempt,
            (SELECT max(line) FROM ledger.entries WHERE vault = $1 AND epoch = $2 AND attempt = $3)
                + row_number() OVER (ORDER BY debit, credit),
            $4, credit, debit, amount
         FROM ledger.balances WHERE vault = $1 AND epoch = $2 AND attempt = $3",
    )
    .bind(&id.vault.0[..])
    .bind(big(id.epoch.0, "epoch")?)
    .bind(i32::from(id.attempt))
    .bind(reason)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Adds entries that take back an attempt that served, and all that served behind it.
pub(super) async fn reverse(tx: &mut Transaction<'_, Postgres>, id: &AttemptId) -> Result<(), SettlerError> {
    let rows = sqlx::query(
        "SELECT epoch, attempt FROM ledger.epochs
         WHERE vault = $1 AND ((epoch = $2 AND attempt = $3) OR epoch > $2) ORDER BY epoch, attempt",
    )
    .bind(&id.vault.0[..])
    .bind(big(id.epoch.0, "epoch")?)
    .bind(i32::from(id.attempt))
    .fetch_all(&mut **tx)
    .await?;
    for row in &rows {
        let attempt = u16::try_from(row.try_get::<i32, _>("attempt")?).map_err(|_| SettlerError::Row("attempt"))?;
        let each = AttemptId { vault: id.vault, epoch: Epoch(count(row, "epoch")?), attempt };
        reverse_attempt(tx, &each, "root disabled").await?;
    }
    Ok(())
}

/// Refuses an attempt whose identity does not follow, in the database's own sums, from its parent's and its entries.
pub(super) async fn check(tx: &mut Transaction<'_, Postgres>, id: &AttemptId) -> Result<(), SettlerError> {
    let wrong = sqlx::query(
        "SELECT account, expected::text AS expected, found::text AS found FROM ledger.unexplained($1, $2, $3) LIMIT 1",
    )
    .bind(&id.vault.0[..])
    .bind(big(id.epoch.0, "epoch")?)
    .bind(i32::from(id.attempt))
    .fetch_optional(&mut **tx)
    .await?;
    match wrong {
        None => Ok(()),
        Some(row) => Err(SettlerError::Books {
            vault: id.vault,
            account: row.try_get("account")?,
            expected: row.try_get("expected")?,
            found: row.try_get("found")?,
        }),
    }
}

async fn write_identity(
    tx: &mut Transaction<'_, Postgres>,
    id: &AttemptId,
    output: &EpochOutput,
) -> Result<(), SettlerError> {
    let amounts: Vec<String> =
        Account::ALL.into_iter().map(|account| output.identity.get(account).to_string()).collect();
    sqlx::query(
        "INSERT INTO ledger.identity (vault, epoch, attempt, deposited, recapitalised, shortfall, entitled_earned,
            entitled_refund, entitled_fee, available, leased, refunds_pending, unsettled, held, residue, overpaid,
            reserve)
         SELECT $1, $2, $3, a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10], a[11], a[12], a[13], a[14]
         FROM (SELECT $4::text[]::numeric[] AS a) AS amounts",
    )
    .bind(&id.vault.0[..])
    .bind(big(id.epoch.0, "epoch")?)
    .bind(i32::from(id.attempt))
    .bind(amounts)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn write_credits(
    tx: &mut Transaction<'_, Postgres>,
    id: &AttemptId,
    output: &EpochOutput,
) -> Result<(), SettlerError> {
    let all: Vec<_> = output.credits.iter().collect();
    for rows in all.chunks(ROWS_AT_ONCE) {
        sqlx::query(
            "INSERT INTO ledger.credits (vault, epoch, attempt, claimant, asset, policy, amount)
             SELECT $1, $2, $3, claimant, asset, policy, amount::numeric
             FROM unnest($4::bytea[], $5::bytea[], $6::text[], $7::text[]) AS t (claimant, asset, policy, amount)",
        )
        .bind(&id.vault.0[..])
        .bind(big(id.epoch.0, "epoch")?)
        .bind(i32::from(id.attempt))
        .bind(rows.iter().map(|((claimant, _, _), _)| &claimant.0[..]).collect::<Vec<_>>())
        .bind(rows.iter().map(|((_, asset, _), _)| &asset.0[..]).collect::<Vec<_>>())
        .bind(rows.iter().map(|((_, _, policy), _)| policy.as_str()).collect::<Vec<_>>())
        .bind(rows.iter().map(|(_, amount)| amount.to_string()).collect::<Vec<_>>())
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// Writes the entitlements that the root which serves closes with, over those of before, and what it holds for
/// disputes, instead of what was held before.
pub(super) async fn write_entitlements(
    tx: &mut Transaction<'_, Postgres>,
    vault: &VaultId,
    epoch: Epoch,
    closing: &State,
) -> Result<(), SettlerError> {
    let all: Vec<_> = closing.entitlements.iter().collect();
    for rows in all.chunks(ROWS_AT_ONCE) {
        sqlx::query(
            "INSERT INTO ledger.entitlements (vault, class, claimant, epoch, cumulative, published)
             SELECT $1, class, claimant, $2, cumulative::numeric, published::numeric
             FROM unnest($3::smallint[], $4::bytea[], $5::text[], $6::text[])
                AS t (class, claimant, cumulative, published)
             ON CONFLICT (vault, class, claimant) DO UPDATE
             SET epoch = excluded.epoch, cumulative = excluded.cumulative, published = excluded.published",
        )
        .bind(&vault.0[..])
        .bind(big(epoch.0, "epoch")?)
        .bind(rows.iter().map(|((class, _), _)| i16::from(*class as u8)).collect::<Vec<_>>())
        .bind(rows.iter().map(|((_, claimant), _)| &claimant.0[..]).collect::<Vec<_>>())
        .bind(rows.iter().map(|(_, e)| e.cumulative.to_string()).collect::<Vec<_>>())
        .bind(rows.iter().map(|(_, e)| e.published.to_string()).collect::<Vec<_>>())
        .execute(&mut **tx)
        .await?;
    }
    write_held(tx, vault, epoch, closing).await
}

async fn write_held(
    tx: &mut Transaction<'_, Postgres>,
    vault: &VaultId,
    epoch: Epoch,
    closing: &State,
) -> Result<(), SettlerError> {
    sqlx::query("DELETE FROM ledger.held WHERE vault = $1").bind(&vault.0[..]).execute(&mut **tx).await?;
    let all: Vec<_> = closing.held.iter().collect();
    for rows in all.chunks(ROWS_AT_ONCE) {
        sqlx::query(
            "INSERT INTO ledger.held (vault, asset, claimant, policy, epoch, amount)
             SELECT $1, asset, claimant, policy, $2, amount::numeric
             FROM unnest($3::bytea[], $4::bytea[], $5::text[], $6::text[]) AS t (asset, claimant, policy, amount)",
        )
        .bind(&vault.0[..])
        .bind(big(epoch.0, "epoch")?)
        .bind(rows.iter().map(|((asset, _, _), _)| &asset.0[..]).collect::<Vec<_>>())
        .bind(rows.iter().map(|((_, claimant, _), _)| &claimant.0[..]).collect::<Vec<_>>())
        .bind(rows.iter().map(|((_, _, policy), _)| policy.as_str()).collect::<Vec<_>>())
        .bind(rows.iter().map(|(_, amount)| amount.to_string()).collect::<Vec<_>>())
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}
