//! A root with everything it was computed from, as files: from inputs and
//! output to bytes and manifest, and from a manifest back to inputs. Posts and
//! decides nothing.

use crate::compute::{ComputeError, EpochInputs, EpochOutput, Scope, Segment, State};
use crate::files::{FileError, chain, credit, mandates, usage};
use crate::store::{Store, StoreError};
use rayon::prelude::*;
use solana_address::Address;
use std::collections::BTreeMap;
use tributary_attribution::graph::{Graph, GraphFileError};
use tributary_core::amount::BaseUnits;
use tributary_core::bytes::DecodeError;
use tributary_core::id::{FileHash, GatewayId, MintId, ProgramId, RootId};
use tributary_core::leaf::{CLASSES, Leaf};
use tributary_core::leaf_file::file_hash;
use tributary_core::leaf_file::write::{Written, write};
use tributary_core::manifest::{MANIFEST_VERSION, Manifest, UsageSegment};
use tributary_core::policy::PolicySet;
use tributary_core::position::{Epoch, Generation};
use tributary_core::root::RootHeader;
use tributary_core::tree::Outline;

/// Usage files that are in memory, and read, at once.
const SEGMENTS_AT_ONCE: usize = 8;

/// Which root is being made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The vault's mint.
    pub mint: MintId,
    /// Which epoch.
    pub epoch: Epoch,
    /// Which attempt at it.
    pub attempt: u16,
    /// The parent's id; zeros for the first root.
    pub parent: RootId,
}

/// A root and its manifest. The files themselves were handed on while it was made.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// The manifest.
    pub manifest: Manifest,
    /// What the root's identity is made of.
    pub header: RootHeader,
    /// The tree's upper nodes, with what a posting shows of it.
    pub outline: Outline,
}

/// The hashes of the files that an epoch was computed from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputFiles {
    policy_set: FileHash,
    opening_state: FileHash,
    chain: FileHash,
    mandates: FileHash,
    credit: FileHash,
    usage: BTreeMap<(GatewayId, Generation), FileHash>,
}

/// Why a root's files cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A file is missing or damaged.
    #[error("a file of the root cannot be fetched")]
    Store(#[from] StoreError),
    /// A file is not what the manifest says it is.
    #[error("a file of the root cannot be read")]
    File(#[from] FileError),
    /// The graph cannot be read.
    #[error("the root's graph cannot be read")]
    Graph(#[from] GraphFileError),
    /// Manifest or policy set cannot be read.
    #[error("the root's {what} cannot be read")]
    Layout {
        /// Which.
        what: &'static str,
        /// What is wrong with it.
        #[source]
        source: DecodeError,
    },
}

/// Takes a file's bytes: to keep them, or to let them go once they are hashed.
pub trait Keep: FnMut(Vec<u8>) {}
impl<F: FnMut(Vec<u8>)> Keep for F {}

fn hand_on(bytes: Vec<u8>, keep: &mut impl Keep) -> FileHash {
    let hash = file_hash(&bytes);
    keep(bytes);
    hash
}

impl InputFiles {
    /// Writes the inputs as files, one after the other.
    pub fn write(inputs: &EpochInputs, parent: RootId, keep: &mut impl Keep) -> Result<Self, ComputeError> {
        let mut chain_rows: Vec<&chain::ChainRow> = inputs.chain.iter().collect();
        chain_rows.sort_by_key(|row| row.key());
        let mut credit_entries = inputs.credit.clone();
        credit_entries.sort_by_key(|entry| entry.position);
        let mut signed: Vec<_> = inputs.mandates.iter().collect();
        signed.sort_by_cached_key(|signed| signed.mandate.id());
        let is_first = parent == RootId::default();
        let opening_state = if is_first { FileHash::default() } else { hand_on(inputs.opening.encode()?, keep) };
        let mut hashes = BTreeMap::new();
        for segment in segments(inputs) {
            let hash = hand_on(usage::encode(&segment.groups), keep);
            hashes.insert((segment.gateway, segment.generation), hash);
        }
        Ok(Self {
            policy_set: hand_on(inputs.policy.encode(), keep),
            opening_state,
            chain: hand_on(chain::encode(chain_rows)?, keep),
            mandates: hand_on(mandates::encode(signed)?, keep),
            credit: hand_on(credit::encode(&credit_entries)?, keep),
            usage: hashes,
        })
    }

    /// Those that a manifest names. Readers accept canonical bytes only, so that
    /// writing what [`load_inputs`] read would give the same files again.
    pub fn of(manifest: &Manifest) -> Self {
        Self {
            policy_set: manifest.policy_set,
            opening_state: manifest.opening_state,
            chain: manifest.chain,
            mandates: manifest.mandates,
            credit: manifest.credit,
            usage: manifest.usage.iter().map(|entry| ((entry.gateway, entry.generation), entry.file)).collect(),
        }
    }
}

/// Lays out a root with all its files, the manifest last.
pub fn bundle(
    inputs: &EpochInputs,
    output: &EpochOutput,
    attempt: &Attempt,
    keep: &mut impl Keep,
) -> Result<Bundle, ComputeError> {
    refuse_decrease(&inputs.opening, &output.leaves)?;
    let files = InputFiles::write(inputs, attempt.parent, keep)?;
    lay_out(inputs, &files, output, attempt, &output.leaves, keep)
}

/// Lays out what an epoch came to: graph, closing state, leaves and manifest.
/// `leaves` are the output's, unless a drill asks for a wrong root.
pub fn lay_out(
    inputs: &EpochInputs,
    files: &InputFiles,
    output: &EpochOutput,
    attempt: &Attempt,
    leaves: &[Leaf],
    keep: &mut impl Keep,
) -> Result<Bundle, ComputeError> {
    let scope = &inputs.scope;
    let mut leaf_file = Vec::new();
    let stream = || leaves.iter().copied();
    let Written { outline, class_totals } =
        write(&scope.domain(), attempt.epoch, attempt.attempt, stream, &mut leaf_file)?;
    let manifest = Manifest {
        version: MANIFEST_VERSION,
        genesis: scope.genesis,
        registry: ProgramId(scope.registry.to_bytes()),
        rewards: scope.program(),
        vault: scope.vault,
        mint: attempt.mint,
        epoch: attempt.epoch,
        attempt: attempt.attempt,
        parent: attempt.parent,
        finalised_slot: inputs.finalised_slot,
        terms_slot: inputs.terms_slot(),
        engine: engine_name(inputs.policy.engine),
        policy_set: files.policy_set,
        opening_state: files.opening_state,
        chain: files.chain,
        chain_digest: FileHash(output.closing.chain_digest.0),
        graph: hand_on(output.graph.encode(), keep),
        mandates: files.mandates,
        credit: files.credit,
        credit_end: inputs.credit_end,
        usage: usage_entries(inputs, files, output)?,
        closing_state: hand_on(output.closing.encode()?, keep),
        leaf_file: hand_on(leaf_file, keep),
        tree_hash: FileHash(outline.root().hash),
        total: outline.root().sum.to_string(),
        leaf_count: outline.count(),
    };
    let header = header(&manifest, scope, class_totals, hand_on(manifest.encode(), keep));
    Ok(Bundle { manifest, header, outline })
}

/// No leaf may say less than the one before it, or vanish.
fn refuse_decrease(opening: &State, leaves: &[Leaf]) -> Result<(), ComputeError> {
    let mut leaves = leaves.iter().peekable();
    let published = opening.entitlements.iter().filter(|(_, entitlement)| entitlement.published > BaseUnits::ZERO);
    for ((class, claimant), entitlement) in published {
        let key = (*class, *claimant);
        while leaves.next_if(|leaf| (leaf.class, leaf.claimant) < key).is_some() {}
        let now = leaves.next_if(|leaf| (leaf.class, leaf.claimant) == key).map_or(BaseUnits::ZERO, |l| l.cumulative);
        if now < entitlement.published {
            let (class, claimant, before) = (*class, *claimant, entitlement.published);
            return Err(ComputeError::Decreased { class, claimant, before, now });
        }
    }
    Ok(())
}

/// Name and version of the engine that a policy set asks for, as manifests spell it.
pub fn engine_name(version: u16) -> String {
    format!("tributary-attribution/{version}")
}

/// Segments that hold anything, in the manifest's order.
fn segments(inputs: &EpochInputs) -> Vec<&Segment> {
    let mut segments: Vec<&Segment> = inputs.usage.iter().filter(|segment| !segment.groups.is_empty()).collect();
    segments.sort_by_key(|segment| (segment.gateway, segment.generation));
    segments
}

fn usage_entries(
    inputs: &EpochInputs,
    files: &InputFiles,
    output: &EpochOutput,
) -> Result<Vec<UsageSegment>, ComputeError> {
    let entry = |segment: &Segment| {
        let (gateway, generation) = (segment.gateway, segment.generation);
        let (opening, closing) = (inputs.opening.head(gateway, generation), output.closing.head(gateway, generation));
        // Both come from the same segments.
        let file = *files.usage.get(&(gateway, generation))?;
        let (first, end, previous, head) = (opening.next, closing.next, opening.head, closing.head);
        Some(UsageSegment { gateway, generation, first, end, previous, head, file })
    };
    segments(inputs).into_iter().map(entry).collect::<Option<_>>().ok_or(ComputeError::Negative("usage segments"))
}

fn header(manifest: &Manifest, scope: &Scope, class_totals: [u64; CLASSES], hash: FileHash) -> RootHeader {
    RootHeader {
        domain: scope.domain(),
        epoch: manifest.epoch,
        attempt: manifest.attempt,
        parent: manifest.parent,
        finalised_slot: manifest.finalised_slot,
        tree_hash: manifest.tree_hash.0,
        class_totals,
        leaf_count: manifest.leaf_count,
        manifest: hash,
        policy_set: manifest.policy_set,
    }
}

impl Bundle {
    /// The root's identity.
    pub fn root_id(&self) -> RootId {
        self.header.id()
    }
}

/// Fetches a manifest.
pub async fn load_manifest(store: &Store, hash: &FileHash) -> Result<Manifest, LoadError> {
    let bytes = store.get(hash).await?;
    Manifest::decode(&bytes).map_err(|source| LoadError::Layout { what: "manifest", source })
}

/// Fetches a state; zeros stand for the beginning.
pub async fn load_state(store: &Store, hash: &FileHash) -> Result<State, LoadError> {
    if *hash == FileHash::default() {
        return Ok(State::default());
    }
    Ok(State::decode(&store.get(hash).await?)?)
}

/// Fetches the graph a state names.
pub async fn load_graph(store: &Store, state: &State) -> Result<Graph, LoadError> {
    if state.graph == State::default().graph {
        return Ok(Graph::default());
    }
    Ok(Graph::decode(&store.get(&state.graph).await?)?)
}

/// What an epoch opens with: what its parent closed with, and the graph of then.
#[derive(Clone, Debug, Default)]
pub struct Opening {
    /// The state.
    pub state: State,
    /// The graph whose hash the state has.
    pub graph: Graph,
}

/// Fetches what an epoch opens with.
pub async fn load_opening(store: &Store, hash: &FileHash) -> Result<Opening, LoadError> {
    let state = load_state(store, hash).await?;
    let graph = load_graph(store, &state).await?;
    Ok(Opening { state, graph })
}

/// Fetches everything a manifest names, as inputs to recompute it.
pub async fn load_inputs(store: &Store, manifest: &Manifest) -> Result<EpochInputs, LoadError> {
    load_inputs_after(store, manifest, load_opening(store, &manifest.opening_state).await?).await
}

/// The same for who knows the opening already. It must be the one whose hash the
/// manifest names.
pub async fn load_inputs_after(store: &Store, manifest: &Manifest, opening: Opening) -> Result<EpochInputs, LoadError> {
    let Opening { state: opening, graph } = opening;
    let mut segments = Vec::with_capacity(manifest.usage.len());
    for entries in manifest.usage.chunks(SEGMENTS_AT_ONCE) {
        let mut files = Vec::with_capacity(entries.len());
        for entry in entries {
            files.push((entry, store.get(&entry.file).await?));
        }
        let read: Vec<_> = files.par_iter().map(|(entry, bytes)| Ok((entry, usage::decode(bytes)?))).collect();
        for segment in read {
            let (entry, groups) = segment.map_err(LoadError::File)?;
            segments.push(Segment { gateway: entry.gateway, generation: entry.generation, groups });
        }
    }
    let policy = PolicySet::decode(&store.get(&manifest.policy_set).await?)
        .map_err(|source| LoadError::Layout { what: "policy set", source })?;
    Ok(EpochInputs {
        scope: Scope {
            genesis: manifest.genesis,
            registry: Address::new_from_array(manifest.registry.0),
            rewards: Address::new_from_array(manifest.rewards.0),
            vault: manifest.vault,
        },
        epoch: manifest.epoch,
        opening,
        graph,
        finalised_slot: manifest.finalised_slot,
        chain: chain::decode(&store.get(&manifest.chain).await?)?,
        credit_end: manifest.credit_end,
        credit: credit::decode(&store.get(&manifest.credit).await?)?,
        usage: segments,
        mandates: mandates::decode(&store.get(&manifest.mandates).await?)?,
        policy,
    })
}
