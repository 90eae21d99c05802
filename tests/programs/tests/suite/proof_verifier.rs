//! The proof verifier that the program runs, against a second one written from
//! the definition, on random trees and on every class of malformed proof.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use tributary_core::hash::sha256;
use tributary_core::tree::{self, Tree};
use tributary_program_tests::malformed::{self, Shown};
use tributary_program_tests::naive_tree::{self, Node};

fn core_node(node: &Node) -> tree::Node {
    tree::Node { hash: node.0, sum: node.1 }
}

/// Leaves that depend on `seed`, with sums from tiny to large.
fn leaves(seed: u64, count: usize) -> Vec<Node> {
    (0..count as u64)
        .map(|n| {
            let hash = sha256(&[&seed.to_le_bytes(), &n.to_le_bytes()]);
            (hash, u64::from_le_bytes(hash[..8].try_into().unwrap()) >> (25 + hash[8] % 30))
        })
        .collect()
}

/// Both verifiers' answer, which must be the same.
#[track_caller]
fn both(frontier: &[Node], shown: &Shown, name: &str) -> bool {
    let ours: Vec<_> = frontier.iter().map(core_node).collect();
    let holds = tree::verify(&ours, core_node(&shown.leaf), shown.index, shown.count, &shown.proof);
    let (index, count) = (u64::from(shown.index), u64::from(shown.count));
    let expected = naive_tree::verify(frontier, &shown.leaf, index, count, &shown.proof);
    assert_eq!(holds, expected, "{name}: {shown:?}");
    holds
}

/// The right proof of a leaf holds, as both build it, and no malformed one does.
fn check(leaves: &[Node], tree: &Tree, frontier: &[Node], index: u32, noise: u64) {
    let right =
        Shown { leaf: leaves[index as usize], index, count: leaves.len() as u32, proof: tree.proof(index).unwrap() };
    assert!(both(frontier, &right, "the right proof"));
    for (name, wrong) in malformed::of(&right, noise) {
        assert!(!both(frontier, &wrong, name), "{name} of index {index} among {}", leaves.len());
    }
}

fn built(leaves: &[Node]) -> (Tree, Vec<Node>) {
    let tree = Tree::build(leaves.iter().map(core_node).collect()).unwrap();
    let frontier = tree.frontier().iter().map(|node| (node.hash, node.sum)).collect();
    (tree, frontier)
}

#[test]
fn every_leaf_of_every_small_tree_is_proven_and_nothing_malformed_is() {
    for count in 1..=70 {
        let leaves = leaves(count as u64, count);
        let (tree, frontier) = built(&leaves);
        assert_eq!(frontier, naive_tree::frontier(&leaves, 4));
        assert_eq!(tree.root(), core_node(&naive_tree::top(&leaves).unwrap()));
        for index in 0..count as u32 {
            let bytes: Vec<u8> = naive_tree::siblings(&leaves, index as usize, 0)
                .iter()
                .flat_map(|(hash, sum)| [&hash[..], &sum.to_le_bytes()].concat())
                .collect();
            assert_eq!(tree.proof(index).unwrap(), bytes);
            check(&leaves, &tree, &frontier, index, u64::from(index) * 31 + count as u64);
        }
    }
}

#[test]
fn random_trees_of_up_to_thousands_of_leaves_agree() {
    let mut runner = TestRunner::new(Config { cases: 120, failure_persistence: None, ..Config::default() });
    let inputs = (any::<u64>(), 1usize..5_000, proptest::collection::vec(any::<(u32, u64)>(), 20));
    runner
        .run(&inputs, |(seed, count, picks)| {
            let leaves = leaves(seed, count);
            let (tree, frontier) = built(&leaves);
            for (index, noise) in picks {
                check(&leaves, &tree, &frontier, index % count as u32, noise);
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn trees_around_a_million_leaves_agree() {
    for count in [1_000_000, (1 << 19) + 1] {
        let leaves = leaves(7, count);
        let (tree, frontier) = built(&leaves);
        assert_eq!(tree.root(), core_node(&naive_tree::top(&leaves).unwrap()));
        let picks = (0..40u64).map(|n| u64::from_le_bytes(sha256(&[&n.to_le_bytes()])[..8].try_into().unwrap()));
        for noise in picks {
            check(&leaves, &tree, &frontier, (noise >> 20) as u32 % count as u32, noise);
        }
        for index in [0, 1, count as u32 / 2, count as u32 - 2, count as u32 - 1] {
            check(&leaves, &tree, &frontier, index, u64::from(index));
        }
    }
}

#[test]
fn a_top_whose_sum_wrapped_around_is_reached_by_no_proof() {
    // The hash would be right; the sum that both leaves together wrap around to is what the root shows.
    let leaves: Vec<Node> = (0..32u8).map(|n| ([n; 32], if n < 2 { u64::MAX / 2 + 1 } else { 0 })).collect();
    let hash = sha256(&[&[1, 1], &leaves[0].0, &leaves[0].1.to_le_bytes(), &leaves[1].0, &leaves[1].1.to_le_bytes()]);
    let frontier = vec![(hash, 0); 16];
    let proof = [&leaves[1].0[..], &leaves[1].1.to_le_bytes()].concat();
    let shown = Shown { leaf: leaves[0], index: 0, count: 32, proof };
    assert!(!both(&frontier, &shown, "an overflowing pair"));
}

#[test]
fn a_proof_of_another_vault_or_cluster_proves_nothing_here() {
    for (n, foreign) in (0..64u8).map(|n| (n, [n + 1; 32])) {
        let claimant = [n; 32];
        let here = naive_tree::leaf(&[0; 32], n % 3, &claimant, 1_000);
        let there = naive_tree::leaf(&foreign, n % 3, &claimant, 1_000);
        let mut leaves = leaves(9, 100);
        leaves[usize::from(n)] = there;
        let (tree, frontier) = built(&leaves);
        let right = Shown { leaf: there, index: n.into(), count: 100, proof: tree.proof(n.into()).unwrap() };
        assert!(both(&frontier, &right, "there"));
        assert!(!both(&frontier, &Shown { leaf: here, ..right }, "here"));
    }
}

#[test]
fn proofs_of_one_tree_hold_in_no_other() {
    let (one, other) = (leaves(1, 300), leaves(2, 300));
    let ((tree, _), (_, frontier)) = (built(&one), built(&other));
    for index in 0..300 {
        let proof = tree.proof(index).unwrap();
        for leaf in [one[index as usize], other[index as usize]] {
            assert!(!both(&frontier, &Shown { leaf, index, count: 300, proof: proof.clone() }, "another tree"));
        }
    }
}
