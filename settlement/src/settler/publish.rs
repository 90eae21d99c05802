//! Building and publishing an attempt: from what it comes to, to files in the
//! store. One file at a time is in memory. Decides nothing about money.

use super::epoch::Work;
use super::error::SettlerError;
use super::ledger::AttemptRow;
use super::sabotage::Sabotage;
use super::{Settler, chain_of_causes};
use crate::bundle::{Attempt, Bundle, InputFiles, Keep, bundle, lay_out};
use crate::compute::{ComputeError, Scope};
use crate::machine::Step;
use crate::statement::Waterfall;
use ed25519_dalek::SigningKey;
use solana_commitment_config::CommitmentConfig;
use tokio::sync::mpsc;
use tributary_core::group::MAGIC;
use tributary_core::id::MintId;

/// Files that wait to be stored while the next one is written.
const FILES_WAITING: usize = 1;

/// Writes an attempt's files one after the other. A drill's wrong root escapes
/// the builder's own checks, or no watcher would ever see one.
fn write(
    work: &Work,
    attempt: &Attempt,
    sabotage: Option<&Sabotage>,
    keep: &mut impl Keep,
) -> Result<Bundle, ComputeError> {
    let Some(sabotage) = sabotage else { return bundle(&work.inputs, &work.output, attempt, keep) };
    let mut leaves = work.output.leaves.clone();
    sabotage.spoil(attempt.epoch, attempt.attempt, &mut leaves);
    let files = InputFiles::write(&work.inputs, attempt.parent, keep)?;
    lay_out(&work.inputs, &files, &work.output, attempt, &leaves, keep)
}

impl Settler {
    async fn attempt(&self, row: &AttemptRow) -> Result<Attempt, SettlerError> {
        let vault = self.chain.vault(&row.id.vault, CommitmentConfig::confirmed()).await?;
        Ok(Attempt {
            mint: MintId(vault.mint.to_bytes()),
            epoch: row.id.epoch,
            attempt: row.id.attempt,
            parent: row.parent,
        })
    }

    /// Computes, checks the identity, and records the result.
    pub(super) async fn build(&mut self, scope: &Scope, row: &AttemptRow) -> Result<bool, SettlerError> {
        let work = self.work_of(scope, row).await?;
        let bundle = write(&work, &self.attempt(row).await?, self.config.sabotage.as_ref(), &mut drop)?;
        for void in &work.output.voids {
            let position = void.position;
            tracing::warn!(
                gateway = %position.gateway, generation = %position.generation, sequence = %position.sequence,
                "void event: {}", void.reason
            );
        }
        self.ledger.record_built(&row.id, &work.output, &bundle).await?;
        tracing::info!(root = %bundle.root_id(), leaves = bundle.manifest.leaf_count, identity = %work.output.identity,
            "root built");
        self.work.insert(scope.vault, work);
        Ok(true)
    }

    /// Keeps all files in the store, the manifest last.
    pub(super) async fn publish(&mut self, scope: &Scope, row: &AttemptRow) -> Result<bool, SettlerError> {
        let work = self.work_of(scope, row).await?;
        let (attempt, sabotage) = (self.attempt(row).await?, self.config.sabotage);
        let (sender, mut files) = mpsc::channel::<Vec<u8>>(FILES_WAITING);
        let writer = tokio::task::spawn_blocking(move || {
            // Nobody takes the files any more once one could not be stored; that error is told below.
            let mut keep = |file| sender.blocking_send(file).unwrap_or_default();
            let bundle = write(&work, &attempt, sabotage.as_ref(), &mut keep);
            (work, bundle)
        });
        while let Some(file) = files.recv().await {
            let drill = self.config.sabotage.filter(|_| file.starts_with(MAGIC));
            let is_withheld = drill.is_some_and(|drill| drill.withholds_usage(row.id.epoch, row.id.attempt));
            if !is_withheld {
                self.store.put(file).await?;
            }
        }
        let (work, bundle) = match writer.await {
            Ok((work, bundle)) => (work, bundle?),
            // Only a defect of this software ends the task.
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        };
        if Some(bundle.header.manifest) != row.manifest {
            // Built with other settings, then restarted. Nothing was published yet.
            self.ledger.record_built(&row.id, &work.output, &bundle).await?;
        }
        self.publish_waterfall(row, &work, &bundle).await?;
        self.ledger.record_step(&row.id, Step::Published).await?;
        tracing::info!(manifest = %bundle.header.manifest, "root published");
        Ok(true)
    }

    /// Keeps the signed waterfall beside the root's files. Money does not wait for
    /// it: one that does not add up is told and left out.
    async fn publish_waterfall(&self, row: &AttemptRow, work: &Work, bundle: &Bundle) -> Result<(), SettlerError> {
        let waterfall = match Waterfall::of(&work.inputs, &work.output, bundle) {
            Ok(waterfall) => waterfall,
            Err(error) => {
                tracing::error!(root = %bundle.root_id(), "no waterfall is published: {}", chain_of_causes(&error));
                return Ok(());
            }
        };
        let key = SigningKey::from_bytes(self.poster.secret_bytes());
        let bytes = waterfall.sign(&key).and_then(|signed| signed.encode()).map_err(ComputeError::from)?;
        let hash = self.store.put(bytes).await?;
        self.ledger.record_waterfall(&row.id, &bundle.root_id(), &hash).await
    }
}
