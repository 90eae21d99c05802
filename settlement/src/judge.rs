//! Is a posted root right? Recomputes it from what was published and from the
//! chain's own events, and says in a sentence what differs. Used by watcher and
//! `verify`; it sends nothing and trusts neither settler nor database.

mod lines;

use crate::bundle::{
    Attempt, Bundle, InputFiles, LoadError, Opening, engine_name, lay_out, load_inputs_after, load_manifest,
    load_opening,
};
use crate::compute::{EpochInputs, EpochOutput, Scope, compute};
use crate::files::chain::ChainRow;
use crate::settler::chain_of_causes;
use crate::store::{Store, StoreError};
use tributary_attribution::engine::ENGINES;
use tributary_client::ClientError;
use tributary_client::rewards::RewardsEvent;
use tributary_core::id::{FileHash, MintId, RootId, VaultId};
use tributary_core::leaf::{CLASSES, Leaf};
use tributary_core::leaf_file::LeafFile;
use tributary_core::manifest::Manifest;
use tributary_core::position::Slot;
use tributary_core::root::RootHeader;
use tributary_indexer::event::IndexedEvent;

/// A root as it stands on the chain.
#[derive(Clone, Debug)]
pub struct Posted {
    /// Of which vault.
    pub scope: Scope,
    /// The vault's mint.
    pub mint: MintId,
    /// What it was posted with.
    pub header: RootHeader,
    /// The state that its parent closed with; zeros for the first root.
    pub parent_closing: FileHash,
    /// What it declares as paid above true entitlements, by class.
    pub overpaid: [u64; CLASSES],
    /// When roots of the vault were disabled last before it was posted, if they were since its finalised slot.
    pub disabled_after: Option<Slot>,
}

/// The slot of the newest disabling in (after, up_to], if there was one.
pub fn disabled_between(
    rows: &[ChainRow],
    vault: &VaultId,
    after: Slot,
    up_to: Slot,
) -> Result<Option<Slot>, ClientError> {
    let mut newest = None;
    let inside = |row: &&ChainRow| row.slot > after && row.slot <= up_to && row.stream.to_bytes() == vault.0;
    for row in rows.iter().filter(inside) {
        if matches!(RewardsEvent::decode(&row.data)?, RewardsEvent::RootsDisabled(_)) {
            newest = newest.max(Some(row.slot));
        }
    }
    Ok(newest)
}

/// What a root turned out to be.
#[derive(Debug)]
pub enum Verdict {
    /// Every byte follows from what was published and from the chain.
    Right(Box<Judged>),
    /// Something differs: what, and how.
    Wrong(String),
    /// Something it was computed from can't be fetched: what.
    Unavailable(String),
}

/// A root that is right, with what was recomputed.
#[derive(Debug)]
pub struct Judged {
    /// The manifest.
    pub manifest: Manifest,
    /// What it names.
    pub inputs: EpochInputs,
    /// The root, laid out again.
    pub bundle: Bundle,
    /// What the epoch comes to.
    pub output: EpochOutput,
}

/// An event of the chain as a line of the chain file.
pub fn chain_row(event: IndexedEvent) -> ChainRow {
    ChainRow {
        slot: event.slot,
        program: event.program,
        stream: event.stream,
        sequence: event.sequence,
        signature: event.id.signature.into(),
        outer: event.id.outer,
        inner: event.id.inner,
        data: event.data,
    }
}

/// Fetches the manifest of a root: the part of judging that must come first,
/// because it says which chain events are needed. `Err` is out of reach for now.
pub async fn manifest_of(store: &Store, posted: &Posted) -> Result<Result<Manifest, Verdict>, StoreError> {
    match load_manifest(store, &posted.header.manifest).await {
        Ok(manifest) => Ok(match manifest_difference(&manifest, posted) {
            Some(difference) => Err(Verdict::Wrong(difference)),
            None => Ok(manifest),
        }),
        Err(error) => verdict_on(error).map(Err),
    }
}

/// Recomputes a root. `chain` must hold the chain's own events of the manifest's
/// range, fetched by whoever judges. `Err` is out of reach for now.
pub async fn judge(
    store: &Store,
    posted: &Posted,
    manifest: Manifest,
    chain: &[ChainRow],
) -> Result<Verdict, StoreError> {
    match load_opening(store, &manifest.opening_state).await {
        Ok(opening) => judge_after(store, posted, manifest, chain, opening).await,
        Err(error) => verdict_on(error),
    }
}

/// The same for who knows the opening that the manifest names.
pub async fn judge_after(
    store: &Store,
    posted: &Posted,
    manifest: Manifest,
    chain: &[ChainRow],
    opening: Opening,
) -> Result<Verdict, StoreError> {
    let inputs = match load_inputs_after(store, &manifest, opening).await {
        Ok(inputs) => inputs,
        Err(error) => return verdict_on(error),
    };
    if let Some(difference) = chain_difference(&inputs.chain, chain) {
        return Ok(Verdict::Wrong(difference));
    }
    let claimed = match store.get(&manifest.leaf_file).await {
        Ok(bytes) => bytes,
        Err(error) => return verdict_on(error.into()),
    };
    let attempt = Attempt {
        mint: posted.mint,
        epoch: posted.header.epoch,
        attempt: posted.header.attempt,
        parent: posted.header.parent,
    };
    let files = InputFiles::of(&manifest);
    // Minutes of hashing in a large epoch must not keep other tasks waiting.
    let computed = tokio::task::spawn_blocking(move || {
        let output = compute(&inputs)?;
        let rebuilt = lay_out(&inputs, &files, &output, &attempt, &output.leaves, &mut drop)?;
        Ok::<_, crate::compute::ComputeError>((inputs, output, rebuilt))
    })
    .await;
    let (inputs, output, rebuilt) = match computed {
        Ok(Ok(computed)) => computed,
        Ok(Err(error)) => {
            return Ok(Verdict::Wrong(format!("no root follows from its files: {}", chain_of_causes(&error))));
        }
        // Only a defect of this software ends the task; no verdict follows from it.
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    };
    if rebuilt.root_id() != posted.header.id() {
        let line = lines::difference(store, &manifest, &rebuilt.manifest, &output).await?;
        let other = || difference(&manifest, &claimed, &rebuilt, &output.leaves, &posted.header);
        return Ok(Verdict::Wrong(line.unwrap_or_else(other)));
    }
    Ok(match overpaid_difference(posted, &output) {
        Some(difference) => Verdict::Wrong(difference),
        None => Verdict::Right(Box::new(Judged { manifest, inputs, bundle: rebuilt, output })),
    })
}

/// Where the root's word on overpayments, which is not part of its identity, is wrong.
fn overpaid_difference(posted: &Posted, output: &EpochOutput) -> Option<String> {
    if let Some(slot) = posted.disabled_after {
        return Some(format!(
            "roots were disabled in slot {slot}, after the slot {} it was computed at: it cannot know what was claimed \
             under them",
            posted.header.finalised_slot
        ));
    }
    let ours = match output.closing.overpaid_by_class() {
        Ok(ours) => ours,
        Err(error) => return Some(chain_of_causes(&error)),
    };
    (ours != posted.overpaid).then(|| {
        format!("it declares {:?} as overpaid (earned, refund, fee), recomputing gives {ours:?}", posted.overpaid)
    })
}
fn verdict_on(error: LoadError) -> Result<Verdict, StoreError> {
    match error {
        LoadError::Store(error) if error.is_absence() => Ok(Verdict::Unavailable(error.to_string())),
        LoadError::Store(error) => Err(error),
        error => Ok(Verdict::Wrong(chain_of_causes(&error))),
    }
}

/// Where a manifest contradicts the root it belongs to.
fn manifest_difference(manifest: &Manifest, posted: &Posted) -> Option<String> {
    let (scope, header) = (&posted.scope, &posted.header);
    let checks = [
        ("cluster", manifest.genesis == scope.genesis),
        ("registry program", manifest.registry.0 == scope.registry.to_bytes()),
        ("rewards program", manifest.rewards == scope.program()),
        ("vault", manifest.vault == scope.vault),
        ("mint", manifest.mint == posted.mint),
        ("epoch", manifest.epoch == header.epoch),
        ("attempt", manifest.attempt == header.attempt),
        ("parent", manifest.parent == header.parent),
        ("finalised slot", manifest.finalised_slot == header.finalised_slot),
        ("policy set", manifest.policy_set == header.policy_set),
        ("engine", ENGINES.into_iter().any(|version| manifest.engine == engine_name(version))),
        ("opening state", manifest.opening_state == posted.parent_closing),
        ("first opening state", header.parent != RootId::default() || manifest.opening_state == FileHash::default()),
    ];
    let (what, _) = checks.into_iter().find(|(_, holds)| !holds)?;
    Some(format!("the manifest's {what} is not that of the posted root and its parent"))
}

/// Where the published chain events differ from the chain's own.
fn chain_difference(published: &[ChainRow], chain: &[ChainRow]) -> Option<String> {
    let mut pairs = published.iter().zip(chain);
    if let Some((ours, theirs)) = pairs.find(|(published, chain)| published != chain) {
        return Some(format!(
            "the chain file has event {} of stream {} in slot {} where the chain has event {} of stream {} in slot {}",
            ours.sequence, ours.stream, ours.slot, theirs.sequence, theirs.stream, theirs.slot
        ));
    }
    (published.len() != chain.len())
        .then(|| format!("the chain file has {} events, the chain has {}", published.len(), chain.len()))
}

/// What differs between a root and its recomputation, from the money outwards.
fn difference(manifest: &Manifest, claimed: &[u8], rebuilt: &Bundle, leaves: &[Leaf], header: &RootHeader) -> String {
    if manifest.leaf_file != rebuilt.manifest.leaf_file {
        return match LeafFile::decode(claimed) {
            Ok((claimed, _)) => leaf_difference(claimed.leaves(), leaves),
            Err(error) => format!("the leaf file cannot be read: {error}"),
        };
    }
    let ours = &rebuilt.manifest;
    let fields = [
        ("closing state", manifest.closing_state == ours.closing_state),
        ("graph", manifest.graph == ours.graph),
        ("chain digest", manifest.chain_digest == ours.chain_digest),
        ("chain file", manifest.chain == ours.chain),
        ("credit file", manifest.credit == ours.credit),
        ("mandates file", manifest.mandates == ours.mandates),
        ("usage", manifest.usage == ours.usage),
        ("terms slot", manifest.terms_slot == ours.terms_slot),
        ("tree", manifest.tree_hash == ours.tree_hash && manifest.total == ours.total),
        ("leaf count", manifest.leaf_count == ours.leaf_count),
        ("totals by class", header.class_totals == rebuilt.header.class_totals),
    ];
    match fields.into_iter().find(|(_, same)| !same) {
        Some((what, _)) => format!("the manifest's {what} differs from what recomputing gives"),
        None => "the posted tree is not that of the published leaf file".into(),
    }
}

/// The first leaf that differs.
fn leaf_difference(claimed: &[Leaf], rebuilt: &[Leaf]) -> String {
    let same = claimed.iter().zip(rebuilt).take_while(|(claimed, rebuilt)| claimed == rebuilt).count();
    let show = |leaf: Option<&Leaf>| match leaf {
        Some(leaf) => format!("{} base units for {} ({:?})", leaf.cumulative, leaf.claimant, leaf.class),
        None => "no leaf".into(),
    };
    format!("leaf {same} says {}, recomputing gives {}", show(claimed.get(same)), show(rebuilt.get(same)))
}

#[cfg(test)]
mod tests;
