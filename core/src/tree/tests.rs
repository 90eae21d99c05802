#![allow(clippy::unwrap_used)]
//! The tree against its definition, and proofs that must not hold.

use super::*;
use crate::domain::Domain;
use crate::leaf::{Leaf, LeafClass};
use crate::{amount::BaseUnits, id::Claimant};
use proptest::prelude::*;
use std::vec::Vec;

pub(super) fn leaves(count: u32) -> Vec<Node> {
    (0..count)
        .map(|i| {
            let mut claimant = [0; 32];
            claimant[28..].copy_from_slice(&i.to_be_bytes());
            let cumulative = BaseUnits(u64::from(i) * 7 + 1);
            let leaf = Leaf { class: LeafClass::Earned, claimant: Claimant(claimant), cumulative };
            Node { hash: leaf.hash(&Domain([9; 32])), sum: cumulative.0 }
        })
        .collect()
}

/// RFC 6962's definition, word for word, as a second opinion.
fn by_definition(leaves: &[Node]) -> Node {
    if let [leaf] = leaves {
        return *leaf;
    }
    let mut k = 1;
    while k * 2 < leaves.len() {
        k *= 2;
    }
    Node::join(&by_definition(&leaves[..k]), &by_definition(&leaves[k..])).unwrap()
}

#[test]
fn every_small_tree_equals_the_definition_and_all_its_proofs_hold() {
    for count in 1..=130 {
        let leaves = leaves(count);
        let tree = Tree::build(leaves.clone()).unwrap();
        assert_eq!(tree.root(), by_definition(&leaves));
        let frontier = tree.frontier();
        assert_eq!(frontier.len(), frontier_len(count));
        assert_eq!(root_of_frontier(&frontier, count), Some(tree.root()));
        for index in 0..count {
            let proof = tree.proof(index).unwrap();
            assert!(verify(&frontier, leaves[index as usize], index, count, &proof));
            assert!(!verify(&frontier, leaves[index as usize], (index + 1) % (count + 1), count, &proof));
        }
        assert!(tree.proof(count).is_none());
    }
}

#[test]
fn a_frontier_of_the_wrong_length_is_refused() {
    let tree = Tree::build(leaves(40)).unwrap();
    let frontier = tree.frontier();
    assert!(root_of_frontier(&frontier[1..], 40).is_none());
    assert!(root_of_frontier(&[], 0).is_none());
    assert!(root_of_frontier(&frontier, LEAVES_MAX + 1).is_none());
}

#[test]
fn a_sum_that_overflows_has_no_node() {
    let big = Node { hash: [1; 32], sum: u64::MAX };
    assert!(Node::join(&big, &Node { hash: [2; 32], sum: 1 }).is_none());
    assert!(Tree::build(std::vec![big, big]).is_none());
}

proptest! {
    #[test]
    fn a_changed_proof_never_holds(
        count in 1u32..3000, pick in any::<u32>(), flip in any::<usize>(), bit in 0u8..8,
    ) {
        let leaves = leaves(count);
        let tree = Tree::build(leaves.clone()).unwrap();
        let index = pick % count;
        let mut proof = tree.proof(index).unwrap();
        let frontier = tree.frontier();
        let leaf = leaves[index as usize];
        prop_assert!(verify(&frontier, leaf, index, count, &proof));
        let richer = Node { sum: leaf.sum + 1, ..leaf };
        prop_assert!(!verify(&frontier, richer, index, count, &proof));
        let mut longer = proof.clone();
        longer.extend([0; SIBLING_BYTES]);
        prop_assert!(!verify(&frontier, leaf, index, count, &longer));
        if !proof.is_empty() {
            prop_assert!(!verify(&frontier, leaf, index, count, &proof[..proof.len() - SIBLING_BYTES]));
            let at = flip % proof.len();
            proof[at] ^= 1 << bit;
            prop_assert!(!verify(&frontier, leaf, index, count, &proof));
        }
    }
}
