//! A root with everything it was computed from, as files: from inputs and
//! output to bytes and manifest, and from a manifest back to inputs. Posts and
//! decides nothing.

use crate::compute::{ComputeError, EpochInputs, EpochOutput, Published, Scope, Segment, State, publish};
use crate::files::{FileError, chain, credit, mandates, usage};
use crate::store::{Store, StoreError};
use solana_address::Address;
use tributary_attribution::graph::{Graph, GraphFileError};
use tributary_core::bytes::DecodeError;
use tributary_core::id::{FileHash, MintId, ProgramId, RootId};
use tributary_core::leaf::Leaf;
use tributary_core::leaf_file::file_hash;
use tributary_core::manifest::{MANIFEST_VERSION, Manifest, UsageSegment};
use tributary_core::policy::PolicySet;
use tributary_core::position::Epoch;
use tributary_core::root::RootHeader;

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

/// A root, ready to be published and posted.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// The manifest.
    pub manifest: Manifest,
    /// What the root's identity is made of.
    pub header: RootHeader,
    /// Leaves and tree.
    pub published: Published,
    /// All files, the manifest last.
    pub files: Vec<Vec<u8>>,
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

/// Lays out all files of a root. `leaves` are the output's, unless a drill asks
/// for a wrong root.
pub fn bundle(
    inputs: &EpochInputs,
    output: &EpochOutput,
    attempt: &Attempt,
    leaves: Vec<Leaf>,
) -> Result<Bundle, ComputeError> {
    let scope = &inputs.scope;
    let published = publish(scope, attempt.epoch, attempt.attempt, leaves)?;
    let mut files: Vec<Vec<u8>> = Vec::new();
    let mut keep = |bytes: Vec<u8>| {
        let hash = file_hash(&bytes);
        files.push(bytes);
        hash
    };
    let mut chain_rows = inputs.chain.clone();
    chain_rows.sort_by_key(chain::ChainRow::key);
    let mut credit_entries = inputs.credit.clone();
    credit_entries.sort_by_key(|entry| entry.position);
    let mut signed = inputs.mandates.clone();
    signed.sort_by_key(|signed| signed.mandate.id());
    let mut segments: Vec<&Segment> = inputs.usage.iter().filter(|segment| !segment.groups.is_empty()).collect();
    segments.sort_by_key(|segment| (segment.gateway, segment.generation));

    let is_first = attempt.parent == RootId::default();
    let opening_state = if is_first { FileHash::default() } else { keep(inputs.opening.encode()?) };
    let usage = segments.iter().map(|segment| usage_entry(segment, inputs, output, &mut keep)).collect();
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
        policy_set: keep(inputs.policy.encode()),
        opening_state,
        chain: keep(chain::encode(&chain_rows)?),
        chain_digest: FileHash(output.closing.chain_digest.0),
        graph: keep(output.graph.encode()),
        mandates: keep(mandates::encode(&signed)?),
        credit: keep(credit::encode(&credit_entries)?),
        credit_end: inputs.credit_end,
        usage,
        closing_state: keep(output.closing.encode()?),
        leaf_file: keep(published.bytes.clone()),
        tree_hash: FileHash(published.tree.root().hash),
        total: published.tree.root().sum.to_string(),
        leaf_count: published.tree.count(),
    };
    let manifest_bytes = manifest.encode();
    let header = header(&manifest, scope, &published, file_hash(&manifest_bytes));
    files.push(manifest_bytes);
    Ok(Bundle { manifest, header, published, files })
}

/// Name and version of the engine that a policy set asks for, as manifests spell it.
pub fn engine_name(version: u16) -> String {
    format!("tributary-attribution/{version}")
}

fn usage_entry(
    segment: &Segment,
    inputs: &EpochInputs,
    output: &EpochOutput,
    keep: &mut impl FnMut(Vec<u8>) -> FileHash,
) -> UsageSegment {
    let (gateway, generation) = (segment.gateway, segment.generation);
    let (opening, closing) = (inputs.opening.head(gateway, generation), output.closing.head(gateway, generation));
    UsageSegment {
        gateway,
        generation,
        first: opening.next,
        end: closing.next,
        previous: opening.head,
        head: closing.head,
        file: keep(usage::encode(&segment.groups)),
    }
}

fn header(manifest: &Manifest, scope: &Scope, published: &Published, hash: FileHash) -> RootHeader {
    RootHeader {
        domain: scope.domain(),
        epoch: manifest.epoch,
        attempt: manifest.attempt,
        parent: manifest.parent,
        finalised_slot: manifest.finalised_slot,
        tree_hash: manifest.tree_hash.0,
        class_totals: published.file.class_totals(),
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

/// Fetches everything a manifest names, as inputs to recompute it.
pub async fn load_inputs(store: &Store, manifest: &Manifest) -> Result<EpochInputs, LoadError> {
    let opening = load_state(store, &manifest.opening_state).await?;
    let graph = load_graph(store, &opening).await?;
    let mut segments = Vec::with_capacity(manifest.usage.len());
    for entry in &manifest.usage {
        let groups = usage::decode(&store.get(&entry.file).await?)?;
        segments.push(Segment { gateway: entry.gateway, generation: entry.generation, groups });
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
