//! Closing, building and publishing an epoch: from the database to files.

use super::error::SettlerError;
use super::gather::{arrived, cited_mandates, cut, is_worth_posting, total};
use super::ledger::{AttemptId, AttemptRow};
use super::{Settler, snapshot};
use crate::bundle::{Attempt, Bundle, bundle, load_graph, load_manifest, load_state};
use crate::closing::{Arrived, Closing, close};
use crate::compute::{EpochInputs, EpochOutput, Scope, State, compute};
use crate::machine::Step;
use snapshot::{Health, chain_rows, credit, groups, health, mandates};
use solana_commitment_config::CommitmentConfig;
use sqlx::{Connection, PgConnection};
use std::collections::BTreeSet;
use std::time::Duration;
use tributary_attribution::Graph;
use tributary_client::rewards::Vault;
use tributary_core::id::{FileHash, MandateId, MintId, RootId, VaultId};

/// What was computed for an attempt.
#[derive(Debug)]
pub(super) struct Work {
    id: AttemptId,
    inputs: EpochInputs,
    output: EpochOutput,
}

/// What an epoch opens with.
struct Opening {
    parent: RootId,
    hash: FileHash,
    state: State,
    graph: Graph,
}

impl Settler {
    /// Starts the next attempt, if there is anything to post. Whether it did.
    pub(super) async fn close(&mut self, scope: &Scope) -> Result<bool, SettlerError> {
        let vault = self.chain.vault(&scope.vault, CommitmentConfig::confirmed()).await?;
        let opening = self.opening(&scope.vault).await?;
        if vault.head_root != opening.parent {
            let (on_chain, in_ledger) = (vault.head_root, opening.parent);
            return Err(SettlerError::ForeignRoot { vault: scope.vault, on_chain, in_ledger });
        }
        if vault.pending.is_some() {
            self.say_wait(&scope.vault, "a root that is not ours is pending on-chain".into());
            return Ok(false);
        }
        let Some(epoch) = vault.head_epoch.next() else { return Ok(false) };
        let id = AttemptId { vault: scope.vault, epoch, attempt: vault.attempt };

        let mut connection = self.pool.acquire().await?;
        let mut snapshot = connection.begin().await?;
        sqlx::query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY").execute(&mut *snapshot).await?;
        let Some(health) = health(&mut snapshot).await? else {
            self.say_wait(&scope.vault, "the indexer has never run".into());
            return Ok(false);
        };
        if let Some(reason) = self.indexer_problem(scope, &health)? {
            self.say_wait(&scope.vault, reason);
            return Ok(false);
        }
        let arrived = arrived(&mut snapshot, &opening.state, health.finalised_slot).await?;
        let closing = close(&opening.state, &arrived, usize::MAX);
        if health.finalised_slot <= opening.state.finalised_slot || !self.is_due(&scope.vault, &closing).await? {
            return Ok(false);
        }
        let Some((closing, work)) = self.fitting(&mut snapshot, scope, &vault, id, &opening, &arrived, closing).await?
        else {
            return Ok(false);
        };
        drop(snapshot);
        if !is_worth_posting(&opening.state, &work.output) {
            return Ok(false);
        }
        for error in &closing.broken {
            tracing::error!(vault = %scope.vault, "a gateway's events stop counting: {error}");
        }
        if let Some(position) = closing.waiting_close {
            tracing::warn!(vault = %scope.vault, %position, "a close waits for the events of its lease");
        }
        self.ledger.record_closing(&id, opening.parent, opening.hash, arrived.finalised_slot, &closing).await?;
        tracing::info!(
            vault = %scope.vault, %epoch, attempt = id.attempt, slot = %arrived.finalised_slot,
            credit_end = %closing.credit_end, events = work.output.events, "epoch closed"
        );
        self.waits.remove(&scope.vault);
        self.work.insert(scope.vault, work);
        Ok(true)
    }

    /// The state and graph that the newest active root closed with.
    async fn opening(&self, vault: &VaultId) -> Result<Opening, SettlerError> {
        let active = self.ledger.newest_active(vault).await?;
        let parent = active.as_ref().and_then(|row| row.root).unwrap_or_default();
        let hash = match active.and_then(|row| row.manifest) {
            Some(manifest) => load_manifest(&self.store, &manifest).await?.closing_state,
            None => FileHash::default(),
        };
        let state = load_state(&self.store, &hash).await?;
        let graph = load_graph(&self.store, &state).await?;
        Ok(Opening { parent, hash, state, graph })
    }

    fn indexer_problem(&self, scope: &Scope, health: &Health) -> Result<Option<String>, SettlerError> {
        if health.genesis != scope.genesis {
            return Err(SettlerError::Cluster("the database"));
        }
        let age = Duration::from_secs(u64::try_from(health.age_seconds).unwrap_or_default());
        Ok(if health.has_gap {
            Some("the indexer knows of missing chain events (chain.gaps)".into())
        } else if health.has_dead_letters {
            Some("the indexer could not decode some chain events (chain.dead_letters)".into())
        } else if age > self.config.stale_after {
            Some("the indexer lags: its finalised slot is stale".into())
        } else {
            None
        })
    }

    /// Enough events wait, or enough time has passed.
    async fn is_due(&self, vault: &VaultId, closing: &Closing) -> Result<bool, SettlerError> {
        let waiting: u64 = closing.events.values().map(|(first, end)| end.0.saturating_sub(first.0)).sum();
        if waiting > 0 && waiting >= self.config.min_events {
            return Ok(true);
        }
        let newest = self.ledger.newest(vault).await?;
        if newest.as_ref().is_some_and(|row| row.step == Step::Vetoed) {
            return Ok(true);
        }
        let since = match newest {
            Some(row) => Duration::from_secs(u64::try_from(row.age_seconds).unwrap_or_default()),
            None => self.started.elapsed(),
        };
        Ok(since >= self.config.interval)
    }

    /// Computes the epoch, cut to the longest prefix of groups whose growth the
    /// vault's savings ever allow. `None` while they only need time to accrue.
    #[expect(clippy::too_many_arguments, reason = "all of it is read once, in one snapshot")]
    async fn fitting(
        &mut self,
        db: &mut PgConnection,
        scope: &Scope,
        vault: &Vault,
        id: AttemptId,
        opening: &Opening,
        arrived: &Arrived,
        whole: Closing,
    ) -> Result<Option<(Closing, Work)>, SettlerError> {
        let chain = chain_rows(db, opening.state.finalised_slot, arrived.finalised_slot).await?;
        let cited = mandates(db, scope, &cited_mandates(&arrived.usage)).await?;
        let attempt = |closing: &Closing| -> Result<Work, SettlerError> {
            let usage = cut(&arrived.usage, closing);
            let ids: BTreeSet<MandateId> = cited_mandates(&usage).into_iter().collect();
            let inputs = EpochInputs {
                scope: *scope,
                opening: opening.state.clone(),
                graph: opening.graph.clone(),
                finalised_slot: arrived.finalised_slot,
                chain: chain.clone(),
                credit_end: closing.credit_end,
                credit: arrived.credit.iter().copied().filter(|e| e.position <= closing.credit_end).collect(),
                mandates: cited.iter().filter(|signed| ids.contains(&signed.mandate.id())).cloned().collect(),
                usage,
                policy: self.policy.clone(),
            };
            let output = compute(&inputs)?;
            Ok(Work { id, inputs, output })
        };
        let before: u64 = vault.head_class_totals.iter().sum();
        let growth = |work: &Work| total(&work.output.leaves).saturating_sub(before);

        let mut best = Some((attempt(&whole)?, whole));
        if best.as_ref().is_some_and(|(work, _)| growth(work) > vault.growth_burst_min()) {
            best = None;
            let (mut fits, mut exceeds) = (0, arrived.usage.iter().map(|s| s.groups.len()).max().unwrap_or_default());
            while exceeds - fits > 1 {
                let middle = fits + (exceeds - fits) / 2;
                let closing = close(&opening.state, arrived, middle);
                let work = attempt(&closing)?;
                if growth(&work) > vault.growth_burst_min() {
                    exceeds = middle;
                } else {
                    (fits, best) = (middle, Some((work, closing)));
                }
            }
        }
        let Some((work, closing)) = best else {
            self.say_wait(&scope.vault, "one group of events grows the total by more than growth_burst allows".into());
            return Ok(None);
        };
        let slot = self.chain.clock().await?.slot;
        if growth(&work) > vault.headroom_at(slot) {
            self.say_wait(&scope.vault, "the growth headroom must accrue first".into());
            return Ok(None);
        }
        Ok(Some((closing, work)))
    }

    /// Computes an attempt from the ledger's record of where it closes.
    async fn work_of(&mut self, scope: &Scope, row: &AttemptRow) -> Result<Work, SettlerError> {
        if let Some(work) = self.work.remove(&scope.vault).filter(|work| work.id == row.id) {
            return Ok(work);
        }
        let state = load_state(&self.store, &row.opening_state).await?;
        let graph = load_graph(&self.store, &state).await?;
        let positions = self.ledger.positions(&row.id).await?;
        let mut connection = self.pool.acquire().await?;
        let db: &mut PgConnection = &mut connection;
        let mut usage = Vec::with_capacity(positions.len());
        for (gateway, generation, first, end) in positions {
            usage.push(groups(db, gateway, generation, first, end).await?);
        }
        let inputs = EpochInputs {
            scope: *scope,
            finalised_slot: row.finalised_slot,
            chain: chain_rows(db, state.finalised_slot, row.finalised_slot).await?,
            credit_end: row.credit_end,
            credit: credit(db, state.credit_end, row.credit_end).await?,
            mandates: mandates(db, scope, &cited_mandates(&usage)).await?,
            usage,
            opening: state,
            graph,
            policy: self.policy.clone(),
        };
        let output = compute(&inputs)?;
        Ok(Work { id: row.id, inputs, output })
    }

    async fn bundle_of(&self, work: &Work, row: &AttemptRow) -> Result<Bundle, SettlerError> {
        let vault = self.chain.vault(&row.id.vault, CommitmentConfig::confirmed()).await?;
        let mut leaves = work.output.leaves.clone();
        if let Some(sabotage) = &self.config.sabotage {
            sabotage.spoil(row.id.epoch, row.id.attempt, &mut leaves);
        }
        let attempt = Attempt {
            mint: MintId(vault.mint.to_bytes()),
            epoch: row.id.epoch,
            attempt: row.id.attempt,
            parent: row.parent,
        };
        Ok(bundle(&work.inputs, &work.output, &attempt, leaves)?)
    }

    /// Computes, checks the identity, and records the result.
    pub(super) async fn build(&mut self, scope: &Scope, row: &AttemptRow) -> Result<bool, SettlerError> {
        let work = self.work_of(scope, row).await?;
        let bundle = self.bundle_of(&work, row).await?;
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
        let bundle = self.bundle_of(&work, row).await?;
        if Some(bundle.header.manifest) != row.manifest {
            // Built with other settings, then restarted. Nothing was published yet.
            self.ledger.record_built(&row.id, &work.output, &bundle).await?;
        }
        for file in bundle.files {
            self.store.put(file).await?;
        }
        self.ledger.record_step(&row.id, Step::Published).await?;
        tracing::info!(manifest = %bundle.header.manifest, "root published");
        Ok(true)
    }
}
