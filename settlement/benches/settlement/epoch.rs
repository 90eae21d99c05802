//! An epoch from its inputs to posted bytes, and back again by `verify`.

use crate::made;
use crate::memory::{Step, step};
use tributary_core::id::{FileHash, MintId, RootId};
use tributary_core::position::Epoch;
use tributary_settlement::bundle::{Attempt, bundle};
use tributary_settlement::compute::compute;
use tributary_settlement::judge::{Posted, Verdict, judge, manifest_of};
use tributary_settlement::store::Store;

/// What an epoch took.
pub struct Measured {
    pub verify: Step,
    pub steps: Vec<Step>,
}

const ATTEMPT: Attempt = Attempt { mint: MintId([3; 32]), epoch: Epoch(1), attempt: 0, parent: RootId([0; 32]) };

pub fn run(events: u32, claimants: u32) -> Measured {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let store = Store::in_folder(folder.path()).unwrap();

    let inputs = made::epoch(events, claimants);
    let chain = inputs.chain.clone();
    let (computed, output) = step("compute", || compute(&inputs).unwrap());
    assert!(output.voids.is_empty() && output.events == u64::from(events));
    assert!(output.leaves.len() >= claimants as usize, "{} leaves", output.leaves.len());
    let mut files = Vec::new();
    let (built, bundle) = step("build", || bundle(&inputs, &output, &ATTEMPT, &mut |file| files.push(file)).unwrap());
    let header = bundle.header;
    let (published, ()) = step("publish", || {
        runtime.block_on(async {
            for file in files {
                store.put(file).await.unwrap();
            }
        });
    });
    // A verifier starts with nothing but the chain's events and the store.
    drop((inputs, output));
    let posted = Posted {
        scope: made::scope(),
        mint: ATTEMPT.mint,
        header,
        parent_closing: FileHash::default(),
        overpaid: [0; 3],
        disabled_after: None,
    };
    let (verified, verdict) = step("verify", || {
        runtime.block_on(async {
            let manifest = manifest_of(&store, &posted).await.unwrap().unwrap();
            judge(&store, &posted, manifest, &chain).await.unwrap()
        })
    });
    assert!(matches!(verdict, Verdict::Right(_)), "{verdict:?}");
    Measured { verify: verified.clone(), steps: vec![computed, built, published, verified] }
}
