//! Vectors of leaves, nodes, trees and proofs.

use crate::ids::domain;
use crate::named;
use serde_json::{Value, json};
use tributary_core::amount::BaseUnits;
use tributary_core::hash::sha256;
use tributary_core::id::Claimant;
use tributary_core::leaf::{Leaf, LeafClass};
use tributary_core::tree::{Node, Tree, locate, verify};

/// Sizes at which the shape changes: alone, a pair, odd ones, a full frontier,
/// one more, and many.
const COUNTS: [u32; 9] = [1, 2, 3, 5, 16, 17, 33, 1000, 1025];

pub fn node(node: &Node) -> Value {
    json!({ "hash": hex::encode(node.hash), "sum": node.sum.to_string() })
}

pub fn leaves() -> Value {
    let one = |class: LeafClass, name: &str, cumulative: u64| {
        let leaf = Leaf { class, claimant: Claimant(named(name)), cumulative: BaseUnits(cumulative) };
        json!({
            "domain": hex::encode(domain().0),
            "class": class as u8,
            "claimant": leaf.claimant.to_string(),
            "cumulative": cumulative.to_string(),
            "hash": hex::encode(leaf.hash(&domain())),
        })
    };
    json!([
        one(LeafClass::Earned, "author", 1),
        one(LeafClass::Refund, "payer", 1_000_000),
        one(LeafClass::Fee, "treasury", u64::MAX),
    ])
}

pub fn nodes() -> Value {
    let one = |left: Node, right: Node| {
        let joined = Node::join(&left, &right);
        json!({ "left": node(&left), "right": node(&right), "joined": joined.as_ref().map(node) })
    };
    let with = |name: &str, sum: u64| Node { hash: named(name), sum };
    json!([
        one(with("left", 7), with("right", 11)),
        one(with("right", 11), with("left", 7)),
        // A sum above 64 bits has no node.
        one(with("left", u64::MAX), with("right", 1)),
    ])
}

/// Leaf `i` of a vector tree: hash `SHA-256(i as u32 little-endian)`, sum `7 i + 1`.
fn generated(count: u32) -> Vec<Node> {
    (0..count).map(|i| Node { hash: sha256(&[&i.to_le_bytes()]), sum: u64::from(i) * 7 + 1 }).collect()
}

fn tree(count: u32) -> Tree {
    Tree::build(generated(count)).unwrap()
}

fn proof(tree: &Tree, index: u32) -> Value {
    let place = locate(index, tree.count()).unwrap();
    json!({ "index": index, "frontier_slot": place.slot, "siblings": hex::encode(tree.proof(index).unwrap()) })
}

pub fn trees() -> Value {
    let one = |count: u32| {
        let tree = tree(count);
        let mut indices = vec![0, count / 2, count - 1];
        indices.dedup();
        json!({
            "leaves": "leaf i has hash SHA-256(i as u32 little-endian) and sum 7 * i + 1",
            "count": count,
            "top": node(&tree.root()),
            "frontier": tree.frontier().iter().map(node).collect::<Vec<_>>(),
            "proofs": indices.into_iter().map(|index| proof(&tree, index)).collect::<Vec<_>>(),
        })
    };
    Value::Array(COUNTS.into_iter().map(one).collect())
}

/// Proofs over the tree of 1,000 that must not hold, each with why.
pub fn refused_proofs() -> Value {
    let count = 1000;
    let tree = tree(count);
    let frontier = tree.frontier();
    let good = tree.proof(137).unwrap();
    let leaf = generated(count)[137];
    let one = |why: &str, leaf: Node, index: u32, count: u32, siblings: &[u8]| {
        assert!(!verify(&frontier, leaf, index, count, siblings), "{why}");
        json!({
            "why": why, "tree": 1000, "leaf": node(&leaf), "index": index, "count": count,
            "siblings": hex::encode(siblings),
        })
    };
    assert!(verify(&frontier, leaf, 137, count, &good));
    let mut flipped = good.clone();
    flipped[0] ^= 1;
    let mut dearer = good.clone();
    dearer[32] ^= 1;
    let longer: Vec<u8> = good.iter().copied().chain([0; 40]).collect();
    json!([
        one("a sibling's hash is changed", leaf, 137, count, &flipped),
        one("a sibling's sum is changed", leaf, 137, count, &dearer),
        one("a sibling is missing", leaf, 137, count, &good[40..]),
        one("there is a sibling too many", leaf, 137, count, &longer),
        one("the last sibling is cut short", leaf, 137, count, &good[..good.len() - 1]),
        one("the leaf is a unit richer", Node { sum: leaf.sum + 1, ..leaf }, 137, count, &good),
        one("the index is another leaf's", leaf, 136, count, &good),
        one("the index is past the last leaf", leaf, 1000, count, &good),
        one("the leaf count is another tree's", leaf, 137, 500, &good),
        one("there are no siblings", leaf, 137, count, &[]),
    ])
}
