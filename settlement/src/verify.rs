//! Recomputes every active root of a vault from what is published and from the
//! chain, byte for byte, on any machine. Changes nothing and needs no key.

mod active;

use crate::bundle::{LoadError, Opening, load_graph, load_manifest};
use crate::chain::{Chain, ChainError};
use crate::compute::{Identity, Scope, State};
use crate::files::FileError;
use crate::files::chain::ChainRow;
use crate::judge::{Posted, Verdict, chain_row, disabled_between, judge, judge_after, manifest_of};
use crate::store::{Store, StoreError};
use active::active_roots;
use solana_commitment_config::CommitmentConfig;
use std::ops::RangeInclusive;
use tributary_client::pda;
use tributary_client::rewards::RootPosted;
use tributary_core::id::{FileHash, MintId, RootId, VaultId};
use tributary_core::leaf::CLASSES;
use tributary_core::leaf_file::file_hash;
use tributary_core::manifest::Manifest;
use tributary_core::position::{Epoch, Slot};
use tributary_core::root::RootHeader;
use tributary_indexer::collect::{CollectError, events_of_range};
use tributary_indexer::source::rpc::RpcSource;

/// Why evidence is not part of what `verify` recomputes.
pub const EVIDENCE: &str = "evidence not checked: answers are not kept, and the sidecars with their positions are not \
                            published; the weights in the events are taken as their gateways signed them";

/// Why nothing could be verified.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The chain could not be asked.
    #[error("the chain could not be asked")]
    Chain(#[from] ChainError),
    /// The chain's events could not be fetched.
    #[error("the chain's events could not be fetched")]
    Collect(#[from] CollectError),
    /// The store is out of reach.
    #[error("the content store is out of reach")]
    Store(#[from] StoreError),
    /// The parent's manifest can't be read.
    #[error("the manifest of epoch {epoch}, on which the first one asked for builds, can't be read")]
    Parent {
        /// The parent's epoch.
        epoch: Epoch,
        /// What is wrong.
        #[source]
        source: LoadError,
    },
    /// No root closes with the checkpoint.
    #[error(
        "no active root of the vault closes at slot {slot} with state {state}; take the state of a root that serves"
    )]
    Checkpoint {
        /// The state's hash.
        state: FileHash,
        /// Where it says it closes.
        slot: Slot,
    },
    /// The checkpoint's graph can't be fetched.
    #[error("the graph that the checkpoint names can't be fetched")]
    Graph(#[source] Box<LoadError>),
    /// There is no such root.
    #[error("the vault has no such active root")]
    NoSuchRoot,
    /// An event of the chain can't be read.
    #[error("an event of the vault can't be read")]
    Event(#[from] tributary_client::ClientError),
    /// The node is of another cluster than the program.
    #[error("the node belongs to another cluster than the rewards program's configuration; check the URL")]
    Cluster,
}

/// What became of one root.
#[derive(Debug)]
pub enum Outcome {
    /// Every byte follows.
    Right(Box<Recomputed>),
    /// What differs.
    Wrong(String),
    /// What is missing.
    Unavailable(String),
}

/// Numbers of a recomputed epoch.
#[derive(Debug)]
pub struct Recomputed {
    /// The terms of the identity at its close, in sub-units.
    pub identity: Identity,
    /// Events of the vault, void ones included.
    pub events: u64,
    /// Void events with their reasons.
    pub voids: Vec<crate::compute::Void>,
    /// The state it closes with.
    pub closing_state: FileHash,
}

/// A root and its outcome.
#[derive(Debug)]
pub struct RootReport {
    /// Which epoch.
    pub epoch: Epoch,
    /// Which attempt became active.
    pub attempt: u16,
    /// The root.
    pub root: RootId,
    /// The slot it was computed at.
    pub finalised_slot: Slot,
    /// Its manifest.
    pub manifest: FileHash,
    /// Sums by class, in base units.
    pub class_totals: [u64; CLASSES],
    /// What recomputing gave.
    pub outcome: Outcome,
}

/// What `verify` found. Evidence is apart: see [`EVIDENCE`].
#[derive(Debug)]
pub struct Report {
    /// Up to where the chain was read.
    pub finalised_slot: Slot,
    /// The active roots asked for, ascending by epoch.
    pub roots: Vec<RootReport>,
}

impl Report {
    /// Whether every root is right. True also when none was active yet.
    pub fn holds(&self) -> bool {
        self.roots.iter().all(|root| matches!(root.outcome, Outcome::Right(_)))
    }
}

/// A state to start from instead of the beginning: what the root of some epoch
/// closed with. It is worth what that root is worth, and is checked against it.
#[derive(Clone, Debug)]
pub struct Checkpoint {
    hash: FileHash,
    state: State,
}

impl Checkpoint {
    /// Reads a state file, such as one that was published.
    pub fn read(bytes: &[u8]) -> Result<Self, FileError> {
        Ok(Self { hash: file_hash(bytes), state: State::decode(bytes)? })
    }
}

/// A vault's active roots, and all it takes to recompute them one after the other.
pub struct Verifier<'a> {
    store: &'a Store,
    scope: Scope,
    mint: MintId,
    finalised_slot: Slot,
    rows: Vec<ChainRow>,
    active: Vec<RootPosted>,
    /// What the last root that was recomputed, or the checkpoint, closed with.
    known: Option<(FileHash, Opening)>,
    /// How many of the roots come before those that can be recomputed.
    skipped: usize,
}

impl<'a> Verifier<'a> {
    /// Reads the chain, from the beginning or from where the checkpoint closed.
    pub async fn open(
        rpc_url: &str,
        store: &'a Store,
        vault: &VaultId,
        checkpoint: Option<Checkpoint>,
    ) -> Result<Self, VerifyError> {
        let (chain, source) = (Chain::new(rpc_url), RpcSource::new(rpc_url));
        let settings = chain.config().await?;
        if chain.genesis().await? != settings.genesis {
            return Err(VerifyError::Cluster);
        }
        let account = chain.vault(vault, CommitmentConfig::confirmed()).await?;
        let scope = Scope { genesis: settings.genesis, registry: pda::REGISTRY, rewards: pda::REWARDS, vault: *vault };
        let finalised_slot = chain.finalised_slot().await?;
        // The checkpoint's own root was posted after the slot it closes at.
        let after = checkpoint.as_ref().map_or(Slot(0), |checkpoint| checkpoint.state.finalised_slot);
        let events = events_of_range(&source, after, finalised_slot).await?;
        let rows: Vec<ChainRow> = events.into_iter().map(chain_row).collect();
        let active = active_roots(&rows, vault)?;
        let mut verifier = Self {
            store,
            scope,
            mint: MintId(account.mint.to_bytes()),
            finalised_slot,
            rows,
            active,
            known: None,
            skipped: 0,
        };
        if let Some(checkpoint) = checkpoint {
            verifier.start_after(checkpoint).await?;
        }
        Ok(verifier)
    }

    /// Looks for the root that closes with the checkpoint's state.
    async fn start_after(&mut self, checkpoint: Checkpoint) -> Result<(), VerifyError> {
        for (n, posted) in self.active.iter().enumerate() {
            if Slot(posted.finalised_slot) != checkpoint.state.finalised_slot {
                continue;
            }
            if self.manifest(posted).await?.closing_state == checkpoint.hash {
                let graph = load_graph(self.store, &checkpoint.state).await;
                let graph = graph.map_err(|source| VerifyError::Graph(Box::new(source)))?;
                self.known = Some((checkpoint.hash, Opening { state: checkpoint.state, graph }));
                self.skipped = n + 1;
                return Ok(());
            }
        }
        Err(VerifyError::Checkpoint { state: checkpoint.hash, slot: checkpoint.state.finalised_slot })
    }

    async fn manifest(&self, posted: &RootPosted) -> Result<Manifest, VerifyError> {
        let epoch = Epoch(posted.epoch);
        load_manifest(self.store, &FileHash(posted.manifest))
            .await
            .map_err(|source| VerifyError::Parent { epoch, source })
    }

    /// Up to where the chain was read.
    pub fn finalised_slot(&self) -> Slot {
        self.finalised_slot
    }

    /// The active roots that can be recomputed, ascending by epoch.
    pub fn roots(&self) -> &[RootPosted] {
        &self.active[self.skipped..]
    }

    /// Recomputes the nth of them. One after the other is faster than each alone.
    pub async fn recompute(&mut self, n: usize) -> Result<Verdict, VerifyError> {
        let Some(posted) = self.roots().get(n).cloned() else { return Err(VerifyError::NoSuchRoot) };
        let before = (self.skipped + n).checked_sub(1).and_then(|before| self.active.get(before)).cloned();
        let (parent_closing, opening_slot) = match (&before, &self.known) {
            (None, _) => (FileHash::default(), Slot(0)),
            (Some(before), Some((hash, opening))) if opening.state.finalised_slot.0 == before.finalised_slot => {
                (*hash, Slot(before.finalised_slot))
            }
            (Some(before), _) => (self.manifest(before).await?.closing_state, Slot(before.finalised_slot)),
        };
        let (computed, landed) = (Slot(posted.finalised_slot), Slot(posted.slot));
        let claimed = Posted {
            scope: self.scope,
            mint: self.mint,
            header: header(&self.scope, &posted),
            parent_closing,
            overpaid: posted.overpaid,
            disabled_after: disabled_between(&self.rows, &self.scope.vault, computed, landed)?,
        };
        let in_range = |row: &&ChainRow| row.slot > opening_slot && row.slot.0 <= posted.finalised_slot;
        let of_range: Vec<ChainRow> = self.rows.iter().filter(in_range).cloned().collect();
        let manifest = match manifest_of(self.store, &claimed).await? {
            Ok(manifest) => manifest,
            Err(verdict) => return Ok(verdict),
        };
        let verdict = match self.known.take().filter(|(hash, _)| *hash == manifest.opening_state) {
            Some((_, opening)) => judge_after(self.store, &claimed, manifest, &of_range, opening).await?,
            None => judge(self.store, &claimed, manifest, &of_range).await?,
        };
        if let Verdict::Right(judged) = &verdict {
            let opening = Opening { state: judged.output.closing.clone(), graph: judged.output.graph.clone() };
            self.known = Some((judged.manifest.closing_state, opening));
        }
        Ok(verdict)
    }
}

/// Recomputes the active roots of a vault whose epochs lie in `epochs`, and with a
/// checkpoint only those after it.
pub async fn verify(
    rpc_url: &str,
    store: &Store,
    vault: &VaultId,
    checkpoint: Option<Checkpoint>,
    epochs: RangeInclusive<u64>,
) -> Result<Report, VerifyError> {
    let mut verifier = Verifier::open(rpc_url, store, vault, checkpoint).await?;
    let mut roots = Vec::new();
    for n in 0..verifier.roots().len() {
        let posted = verifier.roots()[n].clone();
        if !epochs.contains(&posted.epoch) {
            continue;
        }
        let outcome = outcome(verifier.recompute(n).await?);
        roots.push(RootReport {
            epoch: Epoch(posted.epoch),
            attempt: posted.attempt,
            root: RootId(posted.root_id),
            finalised_slot: Slot(posted.finalised_slot),
            manifest: FileHash(posted.manifest),
            class_totals: posted.class_totals,
            outcome,
        });
    }
    Ok(Report { finalised_slot: verifier.finalised_slot(), roots })
}

fn outcome(verdict: Verdict) -> Outcome {
    match verdict {
        Verdict::Right(judged) => Outcome::Right(Box::new(Recomputed {
            identity: judged.output.identity,
            events: judged.output.events,
            voids: judged.output.voids,
            closing_state: judged.manifest.closing_state,
        })),
        Verdict::Wrong(why) => Outcome::Wrong(why),
        Verdict::Unavailable(what) => Outcome::Unavailable(what),
    }
}

/// What a posted root commits to.
pub(crate) fn header(scope: &Scope, posted: &RootPosted) -> RootHeader {
    RootHeader {
        domain: scope.domain(),
        epoch: Epoch(posted.epoch),
        attempt: posted.attempt,
        parent: RootId(posted.parent),
        finalised_slot: Slot(posted.finalised_slot),
        tree_hash: posted.tree_hash,
        class_totals: posted.class_totals,
        leaf_count: posted.leaf_count,
        manifest: FileHash(posted.manifest),
        policy_set: FileHash(posted.policy_set),
    }
}
