//! What the ledger records when the chain went another way than it knew: roots
//! that were disabled after they served, and roots that serve and are not in it.
//! Part of [`Ledger`], under the same fence.

use super::books;
use super::error::SettlerError;
use super::ledger::{AttemptId, Ledger, insert_position};
use super::snapshot::big;
use crate::compute::State;
use crate::judge::Judged;
use tributary_core::id::RootId;
use tributary_core::position::Epoch;

impl Ledger {
    /// Records that an attempt that served, and everything built on it, was disabled: entries that reverse theirs,
    /// and the entitlements that its parent had closed with.
    pub async fn record_disabled(&self, id: &AttemptId, parent: &State) -> Result<(), SettlerError> {
        let mut tx = self.begin().await?;
        books::reverse(&mut tx, id).await?;
        sqlx::query(
            "UPDATE ledger.epochs SET step = 'disabled', changed_at = now()
             WHERE vault = $1 AND ((epoch = $2 AND attempt = $3) OR epoch > $2)",
        )
        .bind(&id.vault.0[..])
        .bind(big(id.epoch.0, "epoch")?)
        .bind(i32::from(id.attempt))
        .execute(&mut *tx)
        .await?;
        sqlx::query("DELETE FROM ledger.entitlements WHERE vault = $1").bind(&id.vault.0[..]).execute(&mut *tx).await?;
        let epoch = Epoch(id.epoch.0.saturating_sub(1));
        books::write_entitlements(&mut tx, &id.vault, epoch, parent).await?;
        Ok(tx.commit().await?)
    }

    /// Records a root that serves and was not known here, as it was judged.
    pub async fn record_adopted(
        &self,
        id: &AttemptId,
        root: RootId,
        signature: &[u8; 64],
        judged: &Judged,
    ) -> Result<(), SettlerError> {
        let (manifest, output) = (&judged.manifest, &judged.output);
        let mut tx = self.begin().await?;
        sqlx::query(
            "INSERT INTO ledger.epochs (vault, epoch, attempt, step, parent, finalised_slot, credit_end, opening_state,
                manifest, leaf_file, root_id, tree_hash, leaf_count, events, void_events, signature)
             VALUES ($1, $2, $3, 'active', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
             ON CONFLICT (vault, epoch, attempt) DO UPDATE SET (step, parent, finalised_slot, credit_end, opening_state,
                manifest, leaf_file, root_id, tree_hash, leaf_count, events, void_events, signature, changed_at)
             = ('active', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, now())",
        )
        .bind(&id.vault.0[..])
        .bind(big(id.epoch.0, "epoch")?)
        .bind(i32::from(id.attempt))
        .bind(&manifest.parent.0[..])
        .bind(big(manifest.finalised_slot.0, "finalised_slot")?)
        .bind(big(manifest.credit_end.0, "credit_end")?)
        .bind(&manifest.opening_state.0[..])
        .bind(&manifest.hash().0[..])
        .bind(&manifest.leaf_file.0[..])
        .bind(&root.0[..])
        .bind(&manifest.tree_hash.0[..])
        .bind(i64::from(manifest.leaf_count))
        .bind(big(output.events, "events")?)
        .bind(big(output.voids.len() as u64, "void_events")?)
        .bind(&signature[..])
        .execute(&mut *tx)
        .await?;
        sqlx::query("DELETE FROM ledger.epoch_positions WHERE vault = $1 AND epoch = $2 AND attempt = $3")
            .bind(&id.vault.0[..])
            .bind(big(id.epoch.0, "epoch")?)
            .bind(i32::from(id.attempt))
            .execute(&mut *tx)
            .await?;
        for segment in &manifest.usage {
            let range = (segment.first, segment.end);
            insert_position(&mut tx, id, segment.gateway, segment.generation, range).await?;
        }
        books::write(&mut tx, id, output).await?;
        books::write_entitlements(&mut tx, &id.vault, id.epoch, &output.closing).await?;
        Ok(tx.commit().await?)
    }
}
