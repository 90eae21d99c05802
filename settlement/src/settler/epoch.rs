//! Closing an epoch: from the database to what it comes to. Its files are made in
//! [`super::publish`].

use super::error::SettlerError;
use super::fit::{Material, Room};
use super::gather::{arrived, cited_mandates, is_worth_posting};
use super::ledger::{AttemptId, AttemptRow};
use super::{Settler, snapshot};
use crate::bundle::{load_graph, load_manifest, load_state};
use crate::closing::{Closing, Limits, close};
use crate::compute::{EpochInputs, EpochOutput, Scope, State, compute};
use crate::machine::Step;
use crate::store::StoreError;
use snapshot::{Health, chain_rows, credit, groups, health, mandates};
use solana_commitment_config::CommitmentConfig;
use sqlx::{Connection, PgConnection};
use std::time::{Duration, Instant};
use tributary_attribution::Graph;
use tributary_client::rewards::Vault;
use tributary_core::id::{FileHash, RootId, VaultId};
use tributary_core::leaf_file::file_hash;
use tributary_core::policy::PolicySet;

/// What was computed for an attempt.
#[derive(Debug)]
pub(super) struct Work {
    pub(super) id: AttemptId,
    pub(super) inputs: EpochInputs,
    pub(super) output: EpochOutput,
}

/// What an epoch opens with.
pub(super) struct Opening {
    pub(super) parent: RootId,
    pub(super) hash: FileHash,
    pub(super) state: State,
    pub(super) graph: Graph,
}

impl Settler {
    /// Starts the next attempt, if there is anything to post. Whether it did.
    pub(super) async fn close(&mut self, scope: &Scope) -> Result<bool, SettlerError> {
        if self.resting.get(&scope.vault).is_some_and(|until| Instant::now() < *until) {
            return Ok(false);
        }
        let vault = self.chain.vault(&scope.vault, CommitmentConfig::confirmed()).await?;
        let opening = self.opening(&scope.vault).await?;
        if vault.head_root != opening.parent {
            return self.other_head(scope, &vault).await;
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
        // The vault's headroom moved last when roots were disabled, as long as none has followed them.
        let were_disabled = vault.highest_epoch > vault.head_epoch;
        if were_disabled && health.finalised_slot < vault.headroom_slot {
            self.say_wait(&scope.vault, "roots were disabled; what was claimed under them is not final yet".into());
            return Ok(false);
        }
        let policy = self.policy_for(&vault).await?;
        let arrived = arrived(&mut snapshot, &opening.state, health.finalised_slot).await?;
        let closing = close(&opening.state, &arrived, Limits::NONE);
        if health.finalised_slot <= opening.state.finalised_slot || !self.is_due(&scope.vault, &closing).await? {
            return Ok(false);
        }
        let chain = chain_rows(&mut snapshot, opening.state.finalised_slot, arrived.finalised_slot).await?;
        let cited = mandates(&mut snapshot, scope, &cited_mandates(&arrived.usage)).await?;
        drop(snapshot);
        let slot = self.chain.clock().await?.slot;
        let room = Room::of(&vault, slot);
        let material = Material { scope: *scope, id, opening: &opening, arrived: &arrived, chain, cited, policy };
        let Some((closing, work)) = material.longest_that_fits(closing, &room)? else {
            // Finding that out takes several computations: not at every look.
            self.resting.insert(scope.vault, Instant::now() + self.config.interval);
            self.say_wait(&scope.vault, material.why_nothing_fits(&room)?);
            return Ok(false);
        };
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

    /// What to do when another root serves than the ledger's newest: wait until it is final that roots were disabled,
    /// which the next look records, or book the roots that a restored ledger has missed.
    async fn other_head(&mut self, scope: &Scope, vault: &Vault) -> Result<bool, SettlerError> {
        let newest = self.ledger.newest_active(&scope.vault).await?;
        if newest.as_ref().is_some_and(|row| vault.head_epoch < row.id.epoch) {
            self.say_wait(&scope.vault, "roots were disabled; waiting until that is final".into());
            return Ok(false);
        }
        self.adopt(scope, vault, newest).await
    }

    /// The policy set in force for the next root: the file we were given, or else the one that was published.
    async fn policy_for(&self, vault: &Vault) -> Result<PolicySet, SettlerError> {
        let in_force = vault.policy_set_at(vault.head_finalised_slot);
        let ours = file_hash(&self.policy.encode());
        if ours == in_force {
            return Ok(self.policy.clone());
        }
        match self.store.get(&in_force).await {
            Ok(bytes) => PolicySet::decode(&bytes)
                .map_err(|source| crate::bundle::LoadError::Layout { what: "policy set", source }.into()),
            Err(StoreError::Missing(_)) => Err(SettlerError::PolicySet { in_force, ours }),
            Err(error) => Err(error.into()),
        }
    }

    /// The state and graph that the newest active root closed with.
    pub(super) async fn opening(&self, vault: &VaultId) -> Result<Opening, SettlerError> {
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

    /// Computes an attempt from the ledger's record of where it closes.
    pub(super) async fn work_of(&mut self, scope: &Scope, row: &AttemptRow) -> Result<Work, SettlerError> {
        if let Some(work) = self.work.remove(&scope.vault).filter(|work| work.id == row.id) {
            return Ok(work);
        }
        let vault = self.chain.vault(&row.id.vault, CommitmentConfig::confirmed()).await?;
        let policy = self.policy_for(&vault).await?;
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
            epoch: row.id.epoch,
            finalised_slot: row.finalised_slot,
            chain: chain_rows(db, state.finalised_slot, row.finalised_slot).await?,
            credit_end: row.credit_end,
            credit: credit(db, state.credit_end, row.credit_end).await?,
            mandates: mandates(db, scope, &cited_mandates(&usage)).await?,
            usage,
            opening: state,
            graph,
            policy,
        };
        let output = compute(&inputs)?;
        Ok(Work { id: row.id, inputs, output })
    }
}
