//! An epoch computed again from its published files, so that a receipt rests on
//! nothing but them.
//!
//! The arithmetic is settlement's and attribution's own; this only keeps what
//! receipts need, for the few epochs that are asked about, one at a time.

use crate::problem::ReadError;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use tributary_attribution::{AttributionError, CreditLine, Graph, PolicyLabel, attribute};
use tributary_core::amount::SubUnits;
use tributary_core::event::{EventPosition, UsageEvent};
use tributary_core::id::{AssetId, Claimant, FileHash};
use tributary_core::policy::PolicySet;
use tributary_settlement::bundle::{LoadError, load_inputs, load_manifest};
use tributary_settlement::compute::{ComputeError, EpochInputs, compute};
use tributary_settlement::store::{Store, StoreError};

/// How many epochs are kept.
const KEPT_MAX: usize = 4;

/// Why an epoch cannot be computed again.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// Its files cannot be read.
    #[error("the files of manifest {manifest} cannot be read")]
    Load {
        /// Whose.
        manifest: FileHash,
        /// What is wrong with them.
        #[source]
        source: Box<LoadError>,
    },
    /// Its files contradict each other.
    #[error("the files of manifest {manifest} lead to no root")]
    Compute {
        /// Whose.
        manifest: FileHash,
        /// What is wrong with them.
        #[source]
        source: Box<ComputeError>,
    },
    /// An event that counted cannot be attributed.
    #[error("an event that counted under manifest {manifest} cannot be attributed")]
    Attribute {
        /// Whose.
        manifest: FileHash,
        /// What is wrong with it.
        #[source]
        source: Box<AttributionError>,
    },
    /// The sums differ from the epoch's own.
    #[error("the receipts under manifest {0} do not sum to what the epoch credited")]
    Sums(FileHash),
    /// Too many events.
    #[error(
        "the epoch has {events} events, more than the {max} this API recomputes on request; run `tributary verify`"
    )]
    TooLarge {
        /// How many it has.
        events: u64,
        /// How many it may have.
        max: u64,
    },
}

impl ReplayError {
    /// The file that is not at hand, if that is why.
    pub fn missing(&self) -> Option<FileHash> {
        match self {
            Self::Load { source, .. } => match source.as_ref() {
                LoadError::Store(StoreError::Missing(hash)) => Some(*hash),
                _ => None,
            },
            _ => None,
        }
    }
}

/// For which asset, through which agent, why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReceiptKey {
    /// For which asset.
    pub asset: AssetId,
    /// Which agent was called.
    pub agent: AssetId,
    /// Why.
    pub policy: PolicyLabel,
}

/// What a receipt comes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReceiptSum {
    /// How much.
    pub amount: SubUnits,
    /// By how many events.
    pub events: u64,
}

/// An epoch's events and what they credited.
#[derive(Debug)]
pub struct Replay {
    manifest: FileHash,
    graph: Graph,
    policy: PolicySet,
    /// Those that count, ascending by position.
    events: Vec<UsageEvent>,
    sums: BTreeMap<(Claimant, ReceiptKey), ReceiptSum>,
}

impl Replay {
    /// A claimant's receipts, ascending.
    pub fn receipts(&self, claimant: Claimant) -> impl Iterator<Item = (ReceiptKey, ReceiptSum)> + '_ {
        let first = ReceiptKey { asset: AssetId([0; 32]), agent: AssetId([0; 32]), policy: PolicyLabel::Declared };
        self.sums
            .range((claimant, first)..)
            .take_while(move |((of, _), _)| *of == claimant)
            .map(|((_, key), sum)| (*key, *sum))
    }

    /// The events after a position, ascending.
    pub fn events_after(&self, after: Option<EventPosition>) -> &[UsageEvent] {
        let at = after.map_or(0, |after| self.events.partition_point(|event| event.position <= after));
        &self.events[at..]
    }

    /// The lines of one event that credit a claimant.
    pub fn lines(&self, event: &UsageEvent, claimant: &Claimant) -> Result<Vec<CreditLine>, ReplayError> {
        let credits = attribute(event, &self.graph, &self.policy)
            .map_err(|source| ReplayError::Attribute { manifest: self.manifest, source: Box::new(source) })?;
        Ok(credits.lines.into_iter().filter(|line| line.claimant == *claimant).collect())
    }
}

/// Replays by manifest, newest first.
type Kept = VecDeque<(FileHash, Arc<Replay>)>;

/// Computes epochs again, one at a time, and keeps the last few.
#[derive(Clone)]
pub struct Replays {
    store: Store,
    events_max: u64,
    kept: Arc<Mutex<Kept>>,
    turn: Arc<tokio::sync::Mutex<()>>,
}

impl Replays {
    /// Over a store, for epochs of at most `events_max` events.
    pub fn new(store: Store, events_max: u64) -> Self {
        Self { store, events_max, kept: Arc::default(), turn: Arc::default() }
    }

    /// The epoch of a manifest.
    pub async fn of(&self, manifest: FileHash, events: u64) -> Result<Arc<Replay>, ReadError> {
        if events > self.events_max {
            return Err(ReplayError::TooLarge { events, max: self.events_max }.into());
        }
        if let Some(replay) = self.kept(&manifest) {
            return Ok(replay);
        }
        let _turn = self.turn.lock().await;
        // Somebody may have computed it while this one waited.
        if let Some(replay) = self.kept(&manifest) {
            return Ok(replay);
        }
        let replay = Arc::new(self.compute(manifest).await?);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.truncate(KEPT_MAX - 1);
        kept.push_front((manifest, replay.clone()));
        Ok(replay)
    }

    fn kept(&self, manifest: &FileHash) -> Option<Arc<Replay>> {
        // A poisoned lock only means that a thread died between two whole states.
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(of, _)| of == manifest).map(|(_, replay)| replay.clone())
    }

    async fn compute(&self, hash: FileHash) -> Result<Replay, ReadError> {
        let failed = |source| ReplayError::Load { manifest: hash, source: Box::new(source) };
        let manifest = load_manifest(&self.store, &hash).await.map_err(failed)?;
        // All vaults' events of the segments, before anything large is read.
        let events =
            manifest.usage.iter().fold(0u64, |sum, part| sum.saturating_add(part.end.0.saturating_sub(part.first.0)));
        if events > self.events_max {
            return Err(ReplayError::TooLarge { events, max: self.events_max }.into());
        }
        let inputs = load_inputs(&self.store, &manifest).await.map_err(failed)?;
        Ok(tokio::task::spawn_blocking(move || replay(hash, &inputs)).await??)
    }
}

fn replay(manifest: FileHash, inputs: &EpochInputs) -> Result<Replay, ReplayError> {
    let output = compute(inputs).map_err(|source| ReplayError::Compute { manifest, source: Box::new(source) })?;
    let mut events: Vec<UsageEvent> = inputs
        .usage
        .iter()
        .flat_map(|segment| &segment.groups)
        .flat_map(|group| &group.events)
        .filter(|event| event.vault == inputs.scope.vault)
        .filter(|event| output.voids.binary_search_by_key(&event.position, |void| void.position).is_err())
        .cloned()
        .collect();
    events.sort_by_key(|event| event.position);
    let mut sums: BTreeMap<(Claimant, ReceiptKey), ReceiptSum> = BTreeMap::new();
    let mut totals: BTreeMap<(Claimant, AssetId, PolicyLabel), SubUnits> = BTreeMap::new();
    for event in &events {
        let credits = attribute(event, output.terms(), &inputs.policy)
            .map_err(|source| ReplayError::Attribute { manifest, source: Box::new(source) })?;
        for line in credits.lines {
            let key = ReceiptKey { asset: line.asset, agent: event.agent, policy: line.policy };
            let sum = sums.entry((line.claimant, key)).or_default();
            let total = totals.entry((line.claimant, line.asset, line.policy)).or_default();
            sum.amount = sum.amount.checked_add(line.amount).ok_or(ReplayError::Sums(manifest))?;
            *total = total.checked_add(line.amount).ok_or(ReplayError::Sums(manifest))?;
            sum.events += 1;
        }
    }
    if totals != output.credits {
        return Err(ReplayError::Sums(manifest));
    }
    Ok(Replay { manifest, graph: output.terms.unwrap_or(output.graph), policy: inputs.policy.clone(), events, sums })
}
