//! The rows that go with an attempt: double entries, the identity, receipts and
//! entitlements. Part of the ledger's transactions; opens none of its own.

use super::error::SettlerError;
use super::ledger::AttemptId;
use super::snapshot::big;
use crate::compute::{Account, EpochOutput, State};
use sqlx::{Postgres, Transaction};

/// Rows that one statement inserts; bounds the size of a message.
const ROWS_AT_ONCE: usize = 4096;

/// Writes an attempt's entries, identity and receipts in place of any before.
pub(super) async fn write(
    tx: &mut Transaction<'_, Postgres>,
    id: &AttemptId,
    output: &EpochOutput,
) -> Result<(), SettlerError> {
    for statement in [
        "DELETE FROM ledger.entries WHERE vault = $1 AND epoch = $2 AND attempt = $3",
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
    for (line, entry) in (0i32..).zip(&output.entries) {
        sqlx::query("INSERT INTO ledger.entries VALUES ($1, $2, $3, $4, $5, $6, $7, $8::text::numeric)")
            .bind(&id.vault.0[..])
            .bind(big(id.epoch.0, "epoch")?)
            .bind(i32::from(id.attempt))
            .bind(line)
            .bind(entry.reason)
            .bind(entry.debit.as_str())
            .bind(entry.credit.as_str())
            .bind(entry.amount.to_string())
            .execute(&mut **tx)
            .await?;
    }
    write_identity(tx, id, output).await?;
    write_credits(tx, id, output).await
}

async fn write_identity(
    tx: &mut Transaction<'_, Postgres>,
    id: &AttemptId,
    output: &EpochOutput,
) -> Result<(), SettlerError> {
    let amounts: Vec<String> =
        Account::ALL.into_iter().map(|account| output.identity.get(account).to_string()).collect();
    sqlx::query(
        "INSERT INTO ledger.identity (vault, epoch, attempt, deposited, recapitalised, entitled_earned,
            entitled_refund, entitled_fee, available, leased, refunds_pending, unsettled, held, residue, overpaid)
         SELECT $1, $2, $3, a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10], a[11], a[12]
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

/// Writes the entitlements that a root which became active closes with.
pub(super) async fn write_entitlements(
    tx: &mut Transaction<'_, Postgres>,
    id: &AttemptId,
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
        .bind(&id.vault.0[..])
        .bind(big(id.epoch.0, "epoch")?)
        .bind(rows.iter().map(|((class, _), _)| i16::from(*class as u8)).collect::<Vec<_>>())
        .bind(rows.iter().map(|((_, claimant), _)| &claimant.0[..]).collect::<Vec<_>>())
        .bind(rows.iter().map(|(_, e)| e.cumulative.to_string()).collect::<Vec<_>>())
        .bind(rows.iter().map(|(_, e)| e.published.to_string()).collect::<Vec<_>>())
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}
