//! Every way in which a root can be wrong, against the judge that watchers and
//! `verify` share. The files are real ones in a real store; only the chain's
//! side of a root is made up.
#![allow(clippy::unwrap_used)]

use super::{Posted, Verdict, disabled_between, judge, manifest_of};
use crate::bundle::{Attempt, Bundle, InputFiles, lay_out};
use crate::compute::tests::history::{History, address, scope};
use crate::compute::{ComputeError, EpochInputs, EpochOutput, VoidReason};
use crate::files::chain::ChainRow;
use crate::store::Store;
use std::ops::Deref;
use tributary_client::rewards::{RewardsEvent, RootsDisabled};
use tributary_core::amount::{BaseUnits, BasisPoints};
use tributary_core::id::{Claimant, FileHash, MintId, RootId};
use tributary_core::leaf::{Leaf, LeafClass};
use tributary_core::leaf_file::file_hash;
use tributary_core::position::{Epoch, Slot};

const DEPOSIT: u64 = 1 << 30;
const MINT: MintId = MintId([5; 32]);

/// A root with the bytes of its files.
struct Laid {
    bundle: Bundle,
    files: Vec<Vec<u8>>,
}

impl Deref for Laid {
    type Target = Bundle;

    fn deref(&self) -> &Bundle {
        &self.bundle
    }
}

/// Lays a root out without the builder's own checks.
fn bundle(
    inputs: &EpochInputs,
    output: &EpochOutput,
    attempt: &Attempt,
    leaves: Vec<Leaf>,
) -> Result<Laid, ComputeError> {
    let mut files = Vec::new();
    let mut keep = |file| files.push(file);
    let written = InputFiles::write(inputs, attempt.parent, &mut keep)?;
    let bundle = lay_out(inputs, &written, output, attempt, &leaves, &mut keep)?;
    Ok(Laid { bundle, files })
}

/// A published root and its parent.
struct Case {
    folder: tempfile::TempDir,
    store: Store,
    inputs: EpochInputs,
    output: EpochOutput,
    attempt: Attempt,
    /// What the parent's leaves were.
    before: Vec<Leaf>,
}

impl Case {
    /// Two epochs of paid calls; the second one's events may be changed.
    async fn of(second: impl FnOnce(&mut History, tributary_core::id::MandateId)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::in_folder(folder.path()).unwrap();
        let mut history = History::new();
        let mandate = history.mandate("pat", 5_000_000, 10_000);
        history.deposit("pat", DEPOSIT);
        history.grant();
        history.lease("pat", mandate, DEPOSIT / 2);
        history.serve(vec![history.event("pat", mandate, 1_000_000)]);
        let (inputs, output) = history.settle_all();
        let attempt = Attempt { mint: MINT, epoch: Epoch(1), attempt: 0, parent: RootId::default() };
        let first = bundle(&inputs, &output, &attempt, output.leaves.clone()).unwrap();
        let before = output.leaves;
        let parent = first.root_id();
        keep(&store, first).await;
        second(&mut history, mandate);
        let (inputs, output) = history.settle_all();
        let attempt = Attempt { mint: MINT, epoch: Epoch(2), attempt: 0, parent };
        Self { folder, store, inputs, output, attempt, before }
    }

    async fn plain() -> Self {
        Self::of(|history, mandate| history.serve(vec![history.event("pat", mandate, 2_000_000)])).await
    }

    fn bundle(&self, leaves: Vec<Leaf>) -> Laid {
        bundle(&self.inputs, &self.output, &self.attempt, leaves).unwrap()
    }

    fn posted(&self, bundle: &Bundle) -> Posted {
        Posted {
            scope: scope(),
            mint: MINT,
            header: bundle.header,
            parent_closing: file_hash(&self.inputs.opening.encode().unwrap()),
            overpaid: [0; 3],
            disabled_after: None,
        }
    }

    async fn judge_posted(&self, posted: &Posted) -> Verdict {
        let mut chain = self.inputs.chain.clone();
        chain.sort_by_key(ChainRow::key);
        match manifest_of(&self.store, posted).await.unwrap() {
            Ok(manifest) => judge(&self.store, posted, manifest, &chain).await.unwrap(),
            Err(verdict) => verdict,
        }
    }

    /// Publishes a root with these leaves and judges it.
    async fn judge_leaves(&self, leaves: Vec<Leaf>) -> Verdict {
        let bundle = self.bundle(leaves);
        let posted = self.posted(&bundle);
        keep(&self.store, bundle).await;
        self.judge_posted(&posted).await
    }
}

async fn keep(store: &Store, bundle: Laid) {
    for file in bundle.files {
        store.put(file).await.unwrap();
    }
}

fn why(verdict: Verdict) -> String {
    match verdict {
        Verdict::Wrong(why) => why,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_root_that_follows_from_its_files_and_the_chain_is_right() {
    let case = Case::plain().await;
    let verdict = case.judge_leaves(case.output.leaves.clone()).await;
    assert!(matches!(verdict, Verdict::Right(_)), "{verdict:?}");
}

#[tokio::test]
async fn a_root_wrong_by_one_unit_is_wrong_and_the_leaf_is_named() {
    let case = Case::plain().await;
    for n in 0..case.output.leaves.len() {
        let mut leaves = case.output.leaves.clone();
        leaves[n].cumulative.0 += 1;
        let why = why(case.judge_leaves(leaves).await);
        assert!(why.contains(&format!("leaf {n} says")), "{why}");
    }
}

#[tokio::test]
async fn a_root_wrong_by_one_leaf_is_wrong_whether_it_is_missing_or_too_many() {
    let case = Case::plain().await;
    let mut missing = case.output.leaves.clone();
    missing.pop();
    assert!(why(case.judge_leaves(missing).await).contains("no leaf"));
    let mut more = case.output.leaves.clone();
    let friend = Claimant(address("the poster's friend").to_bytes());
    more.push(Leaf { class: LeafClass::Earned, claimant: friend, cumulative: BaseUnits(1) });
    more.sort_by_key(|leaf| (leaf.class, leaf.claimant));
    why(case.judge_leaves(more).await);
}

#[tokio::test]
async fn a_root_computed_by_a_policy_set_that_differs_in_one_byte_is_wrong() {
    let case = Case::plain().await;
    let mut other = case.inputs.clone();
    other.policy.fee = BasisPoints::new(other.policy.fee.get() + 1).unwrap();
    let (ours, theirs) = (case.inputs.policy.encode(), other.policy.encode());
    assert_eq!(ours.iter().zip(&theirs).filter(|(a, b)| a != b).count(), 1, "one byte");
    let output = crate::compute::compute(&other).unwrap();

    // Named as what it is, it is not the set in the root, which the program takes from the vault.
    let named = bundle(&other, &output, &case.attempt, output.leaves.clone()).unwrap();
    let mut posted = case.posted(&named);
    posted.header.policy_set = file_hash(&ours);
    keep(&case.store, named).await;
    assert!(why(case.judge_posted(&posted).await).contains("policy set"));

    // Passed off as the set in force, its leaves give it away.
    assert!(why(case.judge_leaves(output.leaves).await).contains("leaf"));
}

#[tokio::test]
async fn a_root_that_starts_at_a_stale_position_and_counts_events_again_is_wrong() {
    let case = Case::plain().await;
    let mut stale = case.inputs.clone();
    for head in stale.opening.heads.values_mut() {
        *head = Default::default();
    }
    // The opening state it names is not the one its parent closed with.
    let mut output = case.output.clone();
    output.closing.heads = stale.opening.heads.clone();
    let bundle = bundle(&stale, &output, &case.attempt, output.leaves.clone()).unwrap();
    let posted = case.posted(&bundle);
    keep(&case.store, bundle).await;
    assert!(why(case.judge_posted(&posted).await).contains("opening state"));
    // With the right opening state, but a closing state that lets events be counted again.
    let mut output = case.output.clone();
    output.closing.heads = case.inputs.opening.heads.clone();
    let bundle = self::bundle(&case.inputs, &output, &case.attempt, output.leaves.clone()).unwrap();
    let posted = case.posted(&bundle);
    keep(&case.store, bundle).await;
    assert!(why(case.judge_posted(&posted).await).contains("closing state"));
}

#[tokio::test]
async fn a_root_that_takes_entitlements_away_is_wrong() {
    let case = Case::plain().await;
    let mut leaves = case.output.leaves.clone();
    let (class, claimant, had) = (case.before[0].class, case.before[0].claimant, case.before[0].cumulative);
    let leaf = leaves.iter_mut().find(|leaf| (leaf.class, leaf.claimant) == (class, claimant)).unwrap();
    assert!(leaf.cumulative >= had);
    leaf.cumulative = BaseUnits(had.0 - 1);
    assert!(why(case.judge_leaves(leaves).await).contains("leaf"));
}

#[tokio::test]
async fn a_root_that_owes_more_than_was_ever_deposited_is_wrong() {
    let case = Case::plain().await;
    let mut leaves = case.output.leaves.clone();
    leaves[0].cumulative = BaseUnits(DEPOSIT + 1);
    assert!(why(case.judge_leaves(leaves).await).contains(&format!("{} base units", DEPOSIT + 1)));
}

#[tokio::test]
async fn a_root_any_of_whose_files_is_withheld_is_unavailable() {
    let case = Case::plain().await;
    let bundle = case.bundle(case.output.leaves.clone());
    let posted = case.posted(&bundle);
    let manifest = bundle.manifest.clone();
    let own: Vec<FileHash> = bundle.files.iter().map(|bytes| file_hash(bytes)).collect();
    keep(&case.store, bundle).await;
    let mut named = vec![
        manifest.policy_set,
        manifest.opening_state,
        manifest.chain,
        manifest.mandates,
        manifest.credit,
        manifest.leaf_file,
        posted.header.manifest,
    ];
    named.extend(manifest.usage.iter().map(|segment| segment.file));
    assert!(named.len() > 7, "with usage");
    for hash in named {
        assert!(own.contains(&hash));
        let name = hash.to_string();
        let path = case.folder.path().join(&name[..2]).join(&name);
        let bytes = std::fs::read(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        let missing = case.judge_posted(&posted).await;
        assert!(matches!(missing, Verdict::Unavailable(_)), "{missing:?}");
        // Something else under its name is no better.
        std::fs::write(&path, b"something else").unwrap();
        assert!(matches!(case.judge_posted(&posted).await, Verdict::Unavailable(_)));
        std::fs::write(&path, bytes).unwrap();
    }
    assert!(matches!(case.judge_posted(&posted).await, Verdict::Right(_)), "all is back");
}

#[tokio::test]
async fn a_root_that_pays_for_an_event_beyond_its_mandate_is_wrong() {
    let price = 4_500_000;
    let case = Case::of(|history, mandate| history.serve(vec![history.event("pat", mandate, price)])).await;
    assert_eq!(case.output.voids[0].reason, VoidReason::ExceededMandate, "1,000,000 of 5,000,000 were spent before");
    let mut leaves = case.output.leaves.clone();
    leaves[0].cumulative.0 += price;
    assert!(why(case.judge_leaves(leaves).await).contains("leaf"));
    assert!(matches!(case.judge_leaves(case.output.leaves.clone()).await, Verdict::Right(_)));
}

#[tokio::test]
async fn a_root_that_leaves_out_what_the_chain_said_is_wrong() {
    let case = Case::of(|history, mandate| {
        history.serve(vec![history.event("pat", mandate, 2_000_000)]);
        history.deposit("paul", 77);
    })
    .await;
    let mut shorter = case.inputs.clone();
    shorter.chain.pop().unwrap();
    let bundle = bundle(&shorter, &case.output, &case.attempt, case.output.leaves.clone()).unwrap();
    let posted = case.posted(&bundle);
    keep(&case.store, bundle).await;
    assert!(why(case.judge_posted(&posted).await).contains("the chain has 1"));
}

#[tokio::test]
async fn a_root_that_declares_more_or_less_than_was_overpaid_is_wrong() {
    let case = Case::plain().await;
    let bundle = case.bundle(case.output.leaves.clone());
    let mut posted = case.posted(&bundle);
    keep(&case.store, bundle).await;
    posted.overpaid = [1, 0, 0];
    assert!(why(case.judge_posted(&posted).await).contains("overpaid"));
    posted.overpaid = [0; 3];
    posted.disabled_after = Some(Slot(99));
    assert!(why(case.judge_posted(&posted).await).contains("disabled in slot 99"));
}

#[test]
fn only_a_disabling_between_a_root_s_slot_and_its_posting_spoils_it() {
    let vault = address("vault");
    let event = RootsDisabled {
        vault,
        sequence: 0,
        head_root: [0; 32],
        head_epoch: 0,
        by: vault,
        reason: 1,
        slot: 20,
        paid: [0; 3],
        roots: vec![[1; 32]],
    };
    let row = ChainRow {
        slot: Slot(20),
        program: scope().rewards,
        stream: vault,
        sequence: 0,
        signature: [0; 64],
        outer: 0,
        inner: 0,
        data: RewardsEvent::RootsDisabled(Box::new(event)).encode(),
    };
    let rows = [row];
    let between = |after, up_to| disabled_between(&rows, &scope().vault, Slot(after), Slot(up_to)).unwrap();
    assert_eq!(between(19, 20), Some(Slot(20)));
    assert_eq!((between(20, 30), between(10, 19)), (None, None));
}
