//! Posting and activating: the only place where the settler sends transactions.
//! A posting is journalled before it is sent; another one is signed only when
//! the first provably can't land any more.

use super::error::SettlerError;
use super::ledger::{AttemptRow, Journalled};
use super::{Settler, chain_of_causes};
use crate::bundle::{load_manifest, load_state};
use crate::chain::sign;
use crate::compute::Scope;
use crate::machine::{OnChain, Posting, Step};
use solana_commitment_config::CommitmentConfig;
use solana_instruction::Instruction;
use solana_sdk::hash::Hash;
use solana_sdk::signature::Signature;
use solana_sdk::signer::Signer;
use tributary_client::rewards::{PostRoot, RootStatus, activate_root, post_root};
use tributary_core::id::RootId;
use tributary_core::leaf_file::LeafFile;
use tributary_core::root::RootHeader;

impl Settler {
    /// What the chain says about an attempt's root.
    pub(super) async fn on_chain(&self, row: &AttemptRow) -> Result<OnChain, SettlerError> {
        let vault = self.chain.vault(&row.id.vault, CommitmentConfig::confirmed()).await?;
        let ours = row.root.unwrap_or_default();
        let is_ours = |root: RootId| row.root.is_some() && root == ours;
        if is_ours(vault.head_root) {
            let final_vault = self.chain.vault(&row.id.vault, CommitmentConfig::finalized()).await?;
            let is_final = is_ours(final_vault.head_root);
            return Ok(if is_final { OnChain::Active } else { OnChain::Pending { ripe: false } });
        }
        if let Some(pending) = vault.pending {
            if !is_ours(pending) {
                return Ok(OnChain::Overtaken);
            }
            let root = self.chain.root(&row.id.vault, vault.next_place()).await?;
            let Some(root) = root.filter(|root| root.id == ours) else { return Ok(OnChain::Pending { ripe: false }) };
            let (clock, config) = (self.chain.clock().await?, self.chain.config().await?);
            let ripe =
                clock.slot >= root.opens_slot && clock.unix >= root.opens_at && root.attestations >= config.threshold;
            return Ok(OnChain::Pending { ripe });
        }
        let here = self.chain.root(&row.id.vault, vault.next_place()).await?;
        match here.filter(|root| is_ours(root.id)).map(|root| root.status) {
            Some(RootStatus::Vetoed) => return Ok(OnChain::Vetoed),
            // It served and was struck down before anybody here had seen it serve.
            Some(RootStatus::Disabled) => return Ok(OnChain::Disabled),
            _ => {}
        }
        let is_past = vault.head_epoch >= row.id.epoch || vault.attempt > row.id.attempt;
        Ok(if is_past { OnChain::Overtaken } else { OnChain::Absent })
    }

    /// Whether a root that was recorded as active is still the head or behind it, by what can't be taken back.
    pub(super) async fn still_serves(&self, row: &AttemptRow) -> Result<OnChain, SettlerError> {
        let vault = self.chain.vault(&row.id.vault, CommitmentConfig::finalized()).await?;
        Ok(if vault.head_epoch < row.id.epoch { OnChain::Disabled } else { OnChain::Active })
    }

    /// What became of the journalled posting.
    pub(super) async fn posting(&self, row: &AttemptRow) -> Result<Posting, SettlerError> {
        let Some(posting) = row.posting else { return Ok(Posting::None) };
        // The height first, of what is final: past it and then not seen landed, it never lands. A node that does not
        // know a new blockhash yet, or any more, says the same of both; heights do not lie.
        let is_past = self.chain.finalised_height().await? > posting.last_height;
        Ok(match self.chain.fate(&Signature::from(posting.signature)).await? {
            Some(true) => Posting::Landed,
            Some(false) => Posting::Failed,
            None if is_past => Posting::Expired,
            None => Posting::InFlight,
        })
    }

    /// The instruction that posts an attempt, from what was published.
    async fn posting_instruction(&self, scope: &Scope, row: &AttemptRow) -> Result<Instruction, SettlerError> {
        let hash = row.manifest.ok_or(SettlerError::Row("manifest"))?;
        let manifest = load_manifest(&self.store, &hash).await?;
        let bytes = self.store.get(&manifest.leaf_file).await?;
        let (file, tree) = LeafFile::decode(&bytes)
            .map_err(|source| crate::bundle::LoadError::Layout { what: "leaf file", source })?;
        let header = RootHeader {
            domain: scope.domain(),
            epoch: row.id.epoch,
            attempt: row.id.attempt,
            parent: row.parent,
            finalised_slot: row.finalised_slot,
            tree_hash: tree.root().hash,
            class_totals: file.class_totals(),
            leaf_count: tree.count(),
            manifest: hash,
            policy_set: manifest.policy_set,
        };
        let vault = self.chain.vault(&row.id.vault, CommitmentConfig::confirmed()).await?;
        let overpaid = load_state(&self.store, &manifest.closing_state).await?.overpaid_by_class()?;
        let root = PostRoot { place: vault.next_place(), header, overpaid, frontier: tree.frontier() };
        Ok(post_root(&self.poster.pubkey(), &row.id.vault, &root))
    }

    /// Signs with a new blockhash, journals, sends.
    pub(super) async fn post(&mut self, scope: &Scope, row: &AttemptRow) -> Result<bool, SettlerError> {
        let instruction = self.posting_instruction(scope, row).await?;
        let (blockhash, last_height) = self.chain.blockhash_and_height().await?;
        let transaction = sign(&self.poster, instruction, blockhash);
        let signature: [u8; 64] = transaction.signatures.first().copied().unwrap_or_default().into();
        let posting = Journalled { signature, blockhash: blockhash.to_bytes(), last_height };
        self.ledger.journal(&row.id, &posting).await?;
        self.chain.send(&transaction).await?;
        tracing::info!(epoch = %row.id.epoch, attempt = row.id.attempt, signature = %Signature::from(signature),
            "root sent");
        Ok(false)
    }

    /// Sends the journalled transaction again: the same bytes, so it can only
    /// land once.
    pub(super) async fn resend(&mut self, scope: &Scope, row: &AttemptRow) -> Result<bool, SettlerError> {
        let Some(posting) = row.posting else { return Ok(false) };
        let instruction = self.posting_instruction(scope, row).await?;
        let transaction = sign(&self.poster, instruction, Hash::new_from_array(posting.blockhash));
        if let Err(error) = self.chain.send(&transaction).await {
            // It may have landed meanwhile, which the next look will show.
            tracing::debug!("sending the root again: {}", chain_of_causes(&error));
        }
        Ok(false)
    }

    /// Asks the program to let a ripe root serve.
    pub(super) async fn activate(&mut self, row: &AttemptRow) -> Result<bool, SettlerError> {
        let Some(root) = row.root else { return Ok(false) };
        let vault = self.chain.vault(&row.id.vault, CommitmentConfig::confirmed()).await?;
        let instruction = activate_root(&row.id.vault, vault.next_place(), &root);
        let blockhash = self.chain.blockhash().await?;
        let signature = self.chain.send(&sign(&self.poster, instruction, blockhash)).await?;
        tracing::info!(epoch = %row.id.epoch, %signature, "activation sent");
        Ok(false)
    }

    /// Records what the chain did.
    pub(super) async fn record(&mut self, row: &AttemptRow, step: Step) -> Result<bool, SettlerError> {
        if step == Step::Disabled {
            // What the attempt opened with is what its parent closed with.
            let parent = load_state(&self.store, &row.opening_state).await?;
            self.ledger.record_disabled(&row.id, &parent).await?;
            self.work.remove(&row.id.vault);
        } else if step == Step::Active {
            let hash = row.manifest.ok_or(SettlerError::Row("manifest"))?;
            let manifest = load_manifest(&self.store, &hash).await?;
            let closing = load_state(&self.store, &manifest.closing_state).await?;
            self.ledger.record_active(&row.id, &closing).await?;
        } else {
            self.ledger.record_step(&row.id, step).await?;
        }
        match step {
            Step::Vetoed => tracing::error!(epoch = %row.id.epoch, attempt = row.id.attempt, "root struck down"),
            Step::Disabled => tracing::error!(
                vault = %row.id.vault, epoch = %row.id.epoch, attempt = row.id.attempt,
                "a root that served was disabled; its parent serves again, and the next root declares what was overpaid"
            ),
            _ => tracing::info!(epoch = %row.id.epoch, attempt = row.id.attempt, step = step.as_str(), "step recorded"),
        }
        Ok(true)
    }
}
