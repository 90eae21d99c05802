//! Fuzzing with the corpus in `tests/programs/corpus`: a short run from a fixed
//! seed, and with `FUZZ_SECONDS` (`make fuzz`) a long one from a new seed.

use std::time::{Duration, Instant, SystemTime};
use tributary_core::hash::sha256;
use tributary_core::tree::{self, Tree};
use tributary_program_tests::fuzz::{Mutator, Target, fuzz};
use tributary_program_tests::malformed::{self, Shown};
use tributary_program_tests::naive_tree;

/// Inputs of a short run.
const INPUTS: usize = 3_000;

/// How long to run, and from which seed.
fn asked() -> (usize, Duration, u64) {
    match std::env::var("FUZZ_SECONDS") {
        Ok(seconds) => {
            let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
            (usize::MAX, Duration::from_secs(seconds.parse().unwrap()) / 2, now.as_secs())
        }
        Err(_) => (INPUTS, Duration::MAX, 1),
    }
}

#[test]
fn no_instruction_breaks_the_program_or_takes_more_than_a_leaf() {
    let (inputs, time, seed) = asked();
    println!("fuzz_seed={seed}");
    assert!(fuzz(seed, inputs, time) > 0);
}

#[test]
fn the_seeds_of_the_corpus_reach_a_payment() {
    // Otherwise the fuzzer could not find one that is too large.
    let mut target = Target::new();
    let (feeling, units) = target.run(&[0]).unwrap();
    assert_eq!(feeling, "ok");
    assert!(units > 5_000);
}

#[test]
fn both_verifiers_agree_about_proofs_changed_at_random() {
    let (inputs, time, seed) = asked();
    let (start, mut mutator, mut ran) = (Instant::now(), Mutator::new(seed), 0);
    let trees: Vec<_> = [1usize, 2, 15, 16, 17, 33, 1_000, 1_025]
        .map(|count| {
            let leaves: Vec<_> =
                (0..count as u64).map(|n| (sha256(&[&n.to_le_bytes(), &[count as u8]]), n * 3 + 1)).collect();
            let nodes = leaves.iter().map(|(hash, sum)| tree::Node { hash: *hash, sum: *sum });
            (Tree::build(nodes.collect()).unwrap(), leaves)
        })
        .into();
    while ran < inputs && start.elapsed() < time {
        ran += 1;
        let (tree, leaves) = &trees[mutator.below(trees.len())];
        let index = mutator.below(leaves.len());
        let (leaf, count) = (leaves[index], leaves.len() as u32);
        let mut shown = Shown { leaf, index: index as u32, count, proof: tree.proof(index as u32).unwrap() };
        for _ in 0..mutator.below(4) {
            let noise = u64::from(mutator.byte()) << 8 | u64::from(mutator.byte());
            let all = malformed::of(&shown, noise);
            shown = all[mutator.below(all.len())].1.clone();
        }
        let frontier = tree.frontier();
        let plain: Vec<_> = frontier.iter().map(|node| (node.hash, node.sum)).collect();
        let node = tree::Node { hash: shown.leaf.0, sum: shown.leaf.1 };
        assert_eq!(
            tree::verify(&frontier, node, shown.index, shown.count, &shown.proof),
            naive_tree::verify(&plain, &shown.leaf, shown.index.into(), shown.count.into(), &shown.proof),
            "{shown:?}"
        );
    }
    println!("fuzz_proofs={ran}");
}
