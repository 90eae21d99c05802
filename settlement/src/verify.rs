//! Recomputes every active root of a vault from what is published and from the
//! chain, byte for byte, on any machine. Changes nothing and needs no key.

use crate::bundle::{LoadError, load_manifest};
use crate::chain::{Chain, ChainError};
use crate::compute::{Identity, Scope};
use crate::files::chain::ChainRow;
use crate::judge::{Posted, Verdict, chain_row, disabled_between, judge, manifest_of};
use crate::store::{Store, StoreError};
use solana_commitment_config::CommitmentConfig;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::Path;
use tributary_client::pda;
use tributary_client::rewards::{RewardsEvent, RootPosted};
use tributary_core::id::{FileHash, MintId, RootId, VaultId};
use tributary_core::leaf::CLASSES;
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

/// Recomputes the active roots of a vault whose epochs lie in `epochs`.
pub async fn verify(
    rpc_url: &str,
    store: &Path,
    vault: &VaultId,
    epochs: RangeInclusive<u64>,
) -> Result<Report, VerifyError> {
    let (chain, source, store) = (Chain::new(rpc_url), RpcSource::new(rpc_url), Store::open(store)?);
    let settings = chain.config().await?;
    if chain.genesis().await? != settings.genesis {
        return Err(VerifyError::Cluster);
    }
    let account = chain.vault(vault, CommitmentConfig::confirmed()).await?;
    let scope = Scope { genesis: settings.genesis, registry: pda::REGISTRY, rewards: pda::REWARDS, vault: *vault };
    let mint = MintId(account.mint.to_bytes());

    let finalised_slot = chain.finalised_slot().await?;
    let events = events_of_range(&source, Slot(0), finalised_slot).await?;
    let rows: Vec<ChainRow> = events.into_iter().map(chain_row).collect();
    let active = active_roots(&rows, vault)?;

    let mut roots = Vec::new();
    let mut parent: Option<(Epoch, FileHash, Slot)> = None;
    for posted in active {
        let (epoch, manifest) = (Epoch(posted.epoch), FileHash(posted.manifest));
        let before = parent.replace((epoch, manifest, Slot(posted.finalised_slot)));
        if !epochs.contains(&posted.epoch) {
            continue;
        }
        let (parent_closing, opening_slot) = match before {
            None => (FileHash::default(), Slot(0)),
            Some((epoch, manifest, slot)) => {
                let manifest = load_manifest(&store, &manifest).await;
                (manifest.map_err(|source| VerifyError::Parent { epoch, source })?.closing_state, slot)
            }
        };
        let claimed = Posted {
            scope,
            mint,
            header: header(&scope, &posted),
            parent_closing,
            overpaid: posted.overpaid,
            disabled_after: disabled_between(&rows, vault, Slot(posted.finalised_slot), Slot(posted.slot))?,
        };
        let in_range = |row: &&ChainRow| row.slot > opening_slot && row.slot.0 <= posted.finalised_slot;
        let of_range: Vec<ChainRow> = rows.iter().filter(in_range).cloned().collect();
        let verdict = match manifest_of(&store, &claimed).await? {
            Ok(manifest) => judge(&store, &claimed, manifest, &of_range).await?,
            Err(verdict) => verdict,
        };
        roots.push(RootReport {
            epoch,
            attempt: posted.attempt,
            root: RootId(posted.root_id),
            finalised_slot: Slot(posted.finalised_slot),
            manifest,
            class_totals: posted.class_totals,
            outcome: outcome(verdict),
        });
    }
    Ok(Report { finalised_slot, roots })
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

/// The roots of a vault that became active and were not disabled since, ascending by epoch.
fn active_roots(rows: &[ChainRow], vault: &VaultId) -> Result<Vec<RootPosted>, VerifyError> {
    let mut posted: BTreeMap<[u8; 32], RootPosted> = BTreeMap::new();
    let mut active = BTreeMap::new();
    for row in rows.iter().filter(|row| row.program == pda::REWARDS && row.stream.to_bytes() == vault.0) {
        match RewardsEvent::decode(&row.data)? {
            RewardsEvent::RootPosted(event) => {
                posted.insert(event.root_id, *event);
            }
            RewardsEvent::RootActivated(event) => {
                if let Some(root) = posted.get(&event.root_id) {
                    active.insert(event.epoch, root.clone());
                }
            }
            // They were struck down for being wrong; what is verified is what serves or served.
            RewardsEvent::RootsDisabled(event) => active.retain(|_, root| !event.roots.contains(&root.root_id)),
            _ => {}
        }
    }
    Ok(active.into_values().collect())
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use solana_address::Address;
    use tributary_client::rewards::{RootActivated, RootsDisabled};

    const VAULT: [u8; 32] = [7; 32];

    fn posted(epoch: u64, attempt: u16) -> RootPosted {
        RootPosted {
            vault: Address::new_from_array(VAULT),
            sequence: 0,
            place: 0,
            root_id: [epoch as u8 * 16 + attempt as u8; 32],
            epoch,
            attempt,
            parent: [0; 32],
            finalised_slot: epoch,
            tree_hash: [0; 32],
            class_totals: [0; 3],
            overpaid: [0; 3],
            leaf_count: 1,
            manifest: [0; 32],
            policy_set: [0; 32],
            opens_slot: 0,
            opens_at: 0,
            slot: epoch,
        }
    }

    fn row(event: &RewardsEvent) -> ChainRow {
        ChainRow {
            slot: Slot(1),
            program: pda::REWARDS,
            stream: Address::new_from_array(VAULT),
            sequence: 0,
            signature: [0; 64],
            outer: 0,
            inner: 0,
            data: event.encode(),
        }
    }

    fn served(root: &RootPosted) -> [ChainRow; 2] {
        let (vault, root_id, epoch) = (root.vault, root.root_id, root.epoch);
        let activated = RootActivated { vault, sequence: 0, root_id, epoch, slot: 2 };
        [row(&RewardsEvent::RootPosted(Box::new(root.clone()))), row(&RewardsEvent::RootActivated(Box::new(activated)))]
    }

    #[test]
    fn disabled_roots_are_not_verified_and_what_replaced_them_is() {
        let (first, second, third, again) = (posted(1, 0), posted(2, 0), posted(3, 0), posted(2, 1));
        let disabled = RootsDisabled {
            vault: first.vault,
            sequence: 0,
            head_root: first.root_id,
            head_epoch: 1,
            by: Address::new_from_array([9; 32]),
            reason: 1,
            slot: 3,
            paid: [0; 3],
            roots: vec![second.root_id, third.root_id],
        };
        let mut rows: Vec<ChainRow> = [&first, &second, &third].into_iter().flat_map(served).collect();
        assert_eq!(active_roots(&rows, &VaultId(VAULT)).unwrap(), [first.clone(), second, third]);
        rows.push(row(&RewardsEvent::RootsDisabled(Box::new(disabled))));
        assert_eq!(active_roots(&rows, &VaultId(VAULT)).unwrap(), std::slice::from_ref(&first));
        rows.extend(served(&again));
        assert_eq!(active_roots(&rows, &VaultId(VAULT)).unwrap(), [first, again]);
    }
}
