//! Writes the ledger schema, whose only writer this is. Every transaction first
//! checks the fence, so that a settler that was replaced can't write any more.

use super::error::SettlerError;
use super::snapshot::{big, count, key, optional_count, optional_key};
use crate::bundle::Bundle;
use crate::closing::Closing;
use crate::compute::{EpochOutput, State};
use crate::machine::Step;
use sqlx::postgres::PgRow;
use sqlx::{PgPool, Postgres, Row, Transaction};
use tributary_core::id::{FileHash, GatewayId, RootId, VaultId};
use tributary_core::position::{CreditSeq, Epoch, EventSeq, Generation, Slot};

/// Which attempt of which epoch of which vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttemptId {
    /// The vault.
    pub vault: VaultId,
    /// The epoch.
    pub epoch: Epoch,
    /// The attempt.
    pub attempt: u16,
}

/// What is known of a posting transaction before it is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Journalled {
    /// Its signature, by which the chain knows it.
    pub signature: [u8; 64],
    /// The blockhash it was signed with, to make the same bytes again.
    pub blockhash: [u8; 32],
    /// The last block height at which it can land.
    pub last_height: u64,
}

/// An attempt as recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttemptRow {
    /// Which.
    pub id: AttemptId,
    /// How far.
    pub step: Step,
    /// The root it builds on.
    pub parent: RootId,
    /// Where it closes.
    pub finalised_slot: Slot,
    /// The last credit position included.
    pub credit_end: CreditSeq,
    /// What it opens with; zeros at the beginning.
    pub opening_state: FileHash,
    /// Once built.
    pub manifest: Option<FileHash>,
    /// Once built.
    pub root: Option<RootId>,
    /// The posting transaction, journalled before it was sent.
    pub posting: Option<Journalled>,
    /// Seconds since it was started.
    pub age_seconds: i64,
}

/// The ledger as its newest writer.
#[derive(Clone, Debug)]
pub struct Ledger {
    pool: PgPool,
    fence: i64,
}

impl Ledger {
    /// Becomes the writer: whoever wrote before is fenced off.
    pub async fn take(pool: PgPool) -> Result<Self, SettlerError> {
        let fence =
            sqlx::query_scalar("UPDATE ledger.writer SET fence = fence + 1 RETURNING fence").fetch_one(&pool).await?;
        Ok(Self { pool, fence })
    }

    /// To read: reading asks for no fence.
    pub(super) fn pool(&self) -> &PgPool {
        &self.pool
    }

    pub(super) async fn begin(&self) -> Result<Transaction<'static, Postgres>, SettlerError> {
        let mut tx = self.pool.begin().await?;
        let newest: i64 = sqlx::query_scalar("SELECT fence FROM ledger.writer FOR SHARE").fetch_one(&mut *tx).await?;
        if newest != self.fence {
            return Err(SettlerError::Fenced { newest, ours: self.fence });
        }
        Ok(tx)
    }

    /// The newest attempt of a vault's newest epoch. What was disabled belongs to the past, whatever its epoch.
    pub async fn newest(&self, vault: &VaultId) -> Result<Option<AttemptRow>, SettlerError> {
        let row = sqlx::query(
            "SELECT *, extract(epoch FROM now() - started_at)::bigint AS age FROM ledger.epochs
             WHERE vault = $1 AND step <> 'disabled' ORDER BY epoch DESC, attempt DESC LIMIT 1",
        )
        .bind(&vault.0[..])
        .fetch_optional(&self.pool)
        .await?;
        row.as_ref().map(attempt_row).transpose()
    }

    /// The newest attempt that became active.
    pub async fn newest_active(&self, vault: &VaultId) -> Result<Option<AttemptRow>, SettlerError> {
        let row = sqlx::query(
            "SELECT *, extract(epoch FROM now() - started_at)::bigint AS age FROM ledger.epochs
             WHERE vault = $1 AND step = 'active' ORDER BY epoch DESC LIMIT 1",
        )
        .bind(&vault.0[..])
        .fetch_optional(&self.pool)
        .await?;
        row.as_ref().map(attempt_row).transpose()
    }

    /// The event positions an attempt closes at.
    pub async fn positions(
        &self,
        id: &AttemptId,
    ) -> Result<Vec<(GatewayId, Generation, EventSeq, EventSeq)>, SettlerError> {
        let rows = sqlx::query(
            "SELECT gateway, generation, first_sequence, end_sequence FROM ledger.epoch_positions
             WHERE vault = $1 AND epoch = $2 AND attempt = $3 ORDER BY gateway, generation",
        )
        .bind(&id.vault.0[..])
        .bind(big(id.epoch.0, "epoch")?)
        .bind(i32::from(id.attempt))
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| {
                let generation =
                    u32::try_from(count(row, "generation")?).map_err(|_| SettlerError::Row("generation"))?;
                Ok((
                    GatewayId(key(row, "gateway")?),
                    Generation(generation),
                    EventSeq(count(row, "first_sequence")?),
                    EventSeq(count(row, "end_sequence")?),
                ))
            })
            .collect()
    }

    /// Records where a new attempt closes.
    pub async fn record_closing(
        &self,
        id: &AttemptId,
        parent: RootId,
        opening_state: FileHash,
        finalised_slot: Slot,
        closing: &Closing,
    ) -> Result<(), SettlerError> {
        let mut tx = self.begin().await?;
        sqlx::query(
            "INSERT INTO ledger.epochs
                (vault, epoch, attempt, step, parent, finalised_slot, credit_end, opening_state)
             VALUES ($1, $2, $3, 'closing', $4, $5, $6, $7)",
        )
        .bind(&id.vault.0[..])
        .bind(big(id.epoch.0, "epoch")?)
        .bind(i32::from(id.attempt))
        .bind(&parent.0[..])
        .bind(big(finalised_slot.0, "finalised_slot")?)
        .bind(big(closing.credit_end.0, "credit_end")?)
        .bind(&opening_state.0[..])
        .execute(&mut *tx)
        .await?;
        for ((gateway, generation), (first, end)) in &closing.events {
            insert_position(&mut tx, id, *gateway, *generation, (*first, *end)).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Records what was computed, with its entries, identity and receipts. A
    /// second time replaces the first: nothing of it has been published.
    pub async fn record_built(
        &self,
        id: &AttemptId,
        output: &EpochOutput,
        bundle: &Bundle,
    ) -> Result<(), SettlerError> {
        let mut tx = self.begin().await?;
        let manifest = bundle.header.manifest;
        sqlx::query(
            "UPDATE ledger.epochs SET step = 'built', manifest = $4, leaf_file = $5, root_id = $6, tree_hash = $7,
                leaf_count = $8, events = $9, void_events = $10, changed_at = now()
             WHERE vault = $1 AND epoch = $2 AND attempt = $3",
        )
        .bind(&id.vault.0[..])
        .bind(big(id.epoch.0, "epoch")?)
        .bind(i32::from(id.attempt))
        .bind(&manifest.0[..])
        .bind(&bundle.manifest.leaf_file.0[..])
        .bind(&bundle.root_id().0[..])
        .bind(&bundle.manifest.tree_hash.0[..])
        .bind(i64::from(bundle.manifest.leaf_count))
        .bind(big(output.events, "events")?)
        .bind(big(output.voids.len() as u64, "void_events")?)
        .execute(&mut *tx)
        .await?;
        super::books::write(&mut tx, id, output).await?;
        Ok(tx.commit().await?)
    }

    /// Records which waterfall was published with an attempt's root.
    pub async fn record_waterfall(&self, id: &AttemptId, root: &RootId, file: &FileHash) -> Result<(), SettlerError> {
        let mut tx = self.begin().await?;
        sqlx::query(
            "INSERT INTO ledger.waterfalls (vault, epoch, attempt, root_id, file) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (vault, epoch, attempt) DO UPDATE SET root_id = excluded.root_id, file = excluded.file",
        )
        .bind(&id.vault.0[..])
        .bind(big(id.epoch.0, "epoch")?)
        .bind(i32::from(id.attempt))
        .bind(&root.0[..])
        .bind(&file.0[..])
        .execute(&mut *tx)
        .await?;
        Ok(tx.commit().await?)
    }

    /// Records a step.
    pub async fn record_step(&self, id: &AttemptId, step: Step) -> Result<(), SettlerError> {
        let mut tx = self.begin().await?;
        set_step(&mut tx, id, step).await?;
        Ok(tx.commit().await?)
    }

    /// Records that an attempt serves, with the entitlements it closes with.
    pub async fn record_active(&self, id: &AttemptId, closing: &State) -> Result<(), SettlerError> {
        let mut tx = self.begin().await?;
        set_step(&mut tx, id, Step::Active).await?;
        super::books::write_entitlements(&mut tx, &id.vault, id.epoch, closing).await?;
        Ok(tx.commit().await?)
    }

    /// Journals the posting transaction before it is sent, if the books are in order.
    pub async fn journal(&self, id: &AttemptId, posting: &Journalled) -> Result<(), SettlerError> {
        let mut tx = self.begin().await?;
        super::books::check(&mut tx, id).await?;
        sqlx::query(
            "UPDATE ledger.epochs SET signature = $4, blockhash = $5, last_height = $6, changed_at = now()
             WHERE vault = $1 AND epoch = $2 AND attempt = $3",
        )
        .bind(&id.vault.0[..])
        .bind(big(id.epoch.0, "epoch")?)
        .bind(i32::from(id.attempt))
        .bind(&posting.signature[..])
        .bind(&posting.blockhash[..])
        .bind(big(posting.last_height, "last_height")?)
        .execute(&mut *tx)
        .await?;
        Ok(tx.commit().await?)
    }

    /// Why a vault posts nothing, if an operator must look at it first.
    pub async fn halt_reason(&self, vault: &VaultId) -> Result<Option<String>, SettlerError> {
        Ok(sqlx::query_scalar("SELECT reason FROM ledger.halts WHERE vault = $1")
            .bind(&vault.0[..])
            .fetch_optional(&self.pool)
            .await?)
    }

    /// Stops a vault's posting, and nothing else. The first reason stays.
    pub async fn halt(&self, vault: &VaultId, reason: &str) -> Result<(), SettlerError> {
        let mut tx = self.begin().await?;
        sqlx::query("INSERT INTO ledger.halts (vault, reason) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(&vault.0[..])
            .bind(reason)
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }
}

/// Records how far an attempt takes a generation.
pub(super) async fn insert_position(
    tx: &mut Transaction<'_, Postgres>,
    id: &AttemptId,
    gateway: GatewayId,
    generation: Generation,
    (first, end): (EventSeq, EventSeq),
) -> Result<(), SettlerError> {
    sqlx::query("INSERT INTO ledger.epoch_positions VALUES ($1, $2, $3, $4, $5, $6, $7)")
        .bind(&id.vault.0[..])
        .bind(big(id.epoch.0, "epoch")?)
        .bind(i32::from(id.attempt))
        .bind(&gateway.0[..])
        .bind(i64::from(generation.0))
        .bind(big(first.0, "first_sequence")?)
        .bind(big(end.0, "end_sequence")?)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

async fn set_step(tx: &mut Transaction<'_, Postgres>, id: &AttemptId, step: Step) -> Result<(), SettlerError> {
    sqlx::query(
        "UPDATE ledger.epochs SET step = $4, changed_at = now() WHERE vault = $1 AND epoch = $2 AND attempt = $3",
    )
    .bind(&id.vault.0[..])
    .bind(big(id.epoch.0, "epoch")?)
    .bind(i32::from(id.attempt))
    .bind(step.as_str())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

fn attempt_row(row: &PgRow) -> Result<AttemptRow, SettlerError> {
    let signature: Option<&[u8]> = row.try_get("signature")?;
    let signature: Option<[u8; 64]> =
        signature.map(|bytes| bytes.try_into().map_err(|_| SettlerError::Row("signature"))).transpose()?;
    let blockhash = optional_key(row, "blockhash")?;
    let last_height = optional_count(row, "last_height")?;
    let posting = match (signature, blockhash, last_height) {
        (Some(signature), Some(blockhash), Some(last_height)) => Some(Journalled { signature, blockhash, last_height }),
        _ => None,
    };
    let attempt = u16::try_from(row.try_get::<i32, _>("attempt")?).map_err(|_| SettlerError::Row("attempt"))?;
    Ok(AttemptRow {
        id: AttemptId { vault: VaultId(key(row, "vault")?), epoch: Epoch(count(row, "epoch")?), attempt },
        step: Step::parse(row.try_get("step")?).ok_or(SettlerError::Row("step"))?,
        parent: RootId(key(row, "parent")?),
        finalised_slot: Slot(count(row, "finalised_slot")?),
        credit_end: CreditSeq(count(row, "credit_end")?),
        opening_state: FileHash(key(row, "opening_state")?),
        manifest: optional_key(row, "manifest")?.map(FileHash),
        root: optional_key(row, "root_id")?.map(RootId),
        posting,
        age_seconds: row.try_get("age")?,
    })
}
