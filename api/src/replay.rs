//! An epoch computed again from its published files, so that a receipt rests on
//! nothing but them.
//!
//! The arithmetic is settlement's and attribution's own; this only keeps what
//! receipts need, for the few epochs that are asked about, one at a time.

use crate::problem::ReadError;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use tributary_attribution::{AttributionError, CreditLine, Graph, attribute};
use tributary_core::event::{EventPosition, UsageEvent};
use tributary_core::id::{Claimant, FileHash};
use tributary_core::leaf_file::file_hash;
use tributary_core::policy::PolicySet;
use tributary_settlement::bundle::{LoadError, load_inputs, load_manifest};
use tributary_settlement::compute::{ComputeError, EpochInputs, EpochOutput, compute};
use tributary_settlement::statement::receipts::{Receipt, ReceiptError, ReceiptKey, Receipts, counted};
use tributary_settlement::statement::year::{Opened, Year, YearError};
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
    /// It leads to another state than the one that was published.
    #[error("the files of manifest {0} lead to another closing state than the one it names")]
    ClosingState(FileHash),
    /// It has no receipts.
    #[error("the receipts under manifest {manifest} cannot be told")]
    Receipts {
        /// Whose.
        manifest: FileHash,
        /// What is wrong with them.
        #[source]
        source: ReceiptError,
    },
    /// A year's statement cannot be written.
    #[error("the statement of the year cannot be written")]
    Year(#[from] YearError),
    /// Too many events.
    #[error(
        "that is {events} events, more than the {max} this API recomputes on request; run `tributary verify`, or \
         `tributary statement`"
    )]
    TooLarge {
        /// How many there are.
        events: u64,
        /// How many there may be.
        max: u64,
    },
    /// Too many roots.
    #[error("those are more than {max} roots, the most this API recomputes on request; run `tributary statement year`")]
    TooManyRoots {
        /// How many there may be.
        max: usize,
    },
}

impl ReplayError {
    /// Whether the store is out of reach, which says nothing of its files.
    pub fn is_away(&self) -> bool {
        matches!(self, Self::Load { source, .. } if matches!(source.as_ref(), LoadError::Store(error) if !error.is_absence()))
    }

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

/// An epoch's events and what they credited.
#[derive(Debug)]
pub struct Replay {
    manifest: FileHash,
    graph: Graph,
    policy: PolicySet,
    /// Those that count, ascending by position.
    events: Vec<UsageEvent>,
    receipts: Receipts,
}

impl Replay {
    /// A claimant's receipts, ascending.
    pub fn receipts(&self, claimant: Claimant) -> impl Iterator<Item = (ReceiptKey, Receipt)> + '_ {
        self.receipts.of_claimant(claimant)
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
        let epoch = self.load(hash).await?;
        Ok(tokio::task::spawn_blocking(move || replay(&epoch)).await??)
    }

    /// Reads an epoch's files and computes it again; it must close with the state
    /// that was published.
    async fn load(&self, hash: FileHash) -> Result<Epoch, ReadError> {
        let failed = |source| ReplayError::Load { manifest: hash, source: Box::new(source) };
        let manifest = load_manifest(&self.store, &hash).await.map_err(failed)?;
        // All vaults' events of the segments, before anything large is read.
        let events =
            manifest.usage.iter().fold(0u64, |sum, part| sum.saturating_add(part.end.0.saturating_sub(part.first.0)));
        if events > self.events_max {
            return Err(ReplayError::TooLarge { events, max: self.events_max }.into());
        }
        let inputs = load_inputs(&self.store, &manifest).await.map_err(failed)?;
        let computed = tokio::task::spawn_blocking(move || {
            let failed = |source| ReplayError::Compute { manifest: hash, source: Box::new(source) };
            let output = compute(&inputs).map_err(failed)?;
            let closing = output.closing.encode().map_err(|error| failed(error.into()))?;
            if file_hash(&closing) != manifest.closing_state {
                return Err(ReplayError::ClosingState(hash));
            }
            Ok(Epoch { manifest: hash, inputs, output })
        });
        Ok(computed.await??)
    }

    /// A claimant's statement over some roots, each with its manifest, as CSV.
    pub async fn statement(&self, claimant: Claimant, roots: Vec<(Opened, FileHash)>) -> Result<Vec<u8>, ReadError> {
        let _turn = self.turn.lock().await;
        let mut year = Year::begin(claimant, Vec::new()).map_err(ReplayError::from)?;
        for (about, manifest) in roots {
            let epoch = self.load(manifest).await?;
            let added = tokio::task::spawn_blocking(move || {
                year.add(&about, &epoch.inputs, &epoch.output)?;
                Ok::<_, YearError>(year)
            });
            year = added.await?.map_err(ReplayError::from)?;
        }
        Ok(year.end().map_err(ReplayError::from)?)
    }

    /// The most events that are computed again for one request.
    pub fn events_max(&self) -> u64 {
        self.events_max
    }
}

/// An epoch, computed again.
struct Epoch {
    manifest: FileHash,
    inputs: EpochInputs,
    output: EpochOutput,
}

fn replay(epoch: &Epoch) -> Result<Replay, ReplayError> {
    let Epoch { manifest, inputs, output } = epoch;
    let receipts =
        Receipts::of(inputs, output).map_err(|source| ReplayError::Receipts { manifest: *manifest, source })?;
    let mut events: Vec<UsageEvent> = counted(inputs, output).cloned().collect();
    events.sort_by_key(|event| event.position);
    let (graph, policy) = (output.terms().clone(), inputs.policy.clone());
    Ok(Replay { manifest: *manifest, graph, policy, events, receipts })
}
