//! The tree a second time, from the definition in `docs/formats.md` alone:
//! recursive over slices, slow and plain. It shares no code with `core`, so that
//! both can be compared.

use sha2::{Digest, Sha256};

/// A hash and the sum of the leaves below.
pub type Node = ([u8; 32], u64);

fn hash(parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// The leaf of a claimant.
pub fn leaf(domain: &[u8; 32], class: u8, claimant: &[u8; 32], cumulative: u64) -> Node {
    (hash(&[&[0, 1], domain, &[class], claimant, &cumulative.to_le_bytes()]), cumulative)
}

/// The node over two others; none when the sum overflows.
pub fn node(left: &Node, right: &Node) -> Option<Node> {
    let sum = left.1.checked_add(right.1)?;
    Some((hash(&[&[1, 1], &left.0, &left.1.to_le_bytes(), &right.0, &right.1.to_le_bytes()]), sum))
}

/// The largest power of two below `count`.
fn left_of(count: usize) -> usize {
    let mut k = 1;
    while k * 2 < count {
        k *= 2;
    }
    k
}

/// The top of a tree.
pub fn top(leaves: &[Node]) -> Option<Node> {
    if let [leaf] = leaves {
        return Some(*leaf);
    }
    let (left, right) = leaves.split_at(left_of(leaves.len()));
    node(&top(left)?, &top(right)?)
}

/// The nodes at a depth, or leaves where the tree ends above it.
pub fn frontier(leaves: &[Node], depth: u32) -> Vec<Node> {
    if leaves.len() == 1 || depth == 0 {
        return vec![top(leaves).unwrap()];
    }
    let (left, right) = leaves.split_at(left_of(leaves.len()));
    [frontier(left, depth - 1), frontier(right, depth - 1)].concat()
}

/// The siblings of a leaf up to the top of a tree that starts at a depth of the
/// whole one; those above depth 4 are not part of a proof.
pub fn siblings(leaves: &[Node], index: usize, depth: u32) -> Vec<Node> {
    if leaves.len() == 1 {
        return Vec::new();
    }
    let (left, right) = leaves.split_at(left_of(leaves.len()));
    let (mut below, sibling) = if index < left.len() {
        (siblings(left, index, depth + 1), right)
    } else {
        (siblings(right, index - left.len(), depth + 1), left)
    };
    if depth >= 4 {
        below.push(top(sibling).unwrap());
    }
    below
}

/// Whether a leaf is at an index of a tree of `count` leaves with this frontier.
pub fn verify(frontier: &[Node], leaf: &Node, index: u64, count: u64, proof: &[u8]) -> bool {
    if index >= count || count > 1 << 24 || !proof.len().is_multiple_of(40) {
        return false;
    }
    let siblings: Vec<Node> = proof
        .chunks(40)
        .map(|bytes| (bytes[..32].try_into().unwrap(), u64::from_le_bytes(bytes[32..].try_into().unwrap())))
        .collect();
    let (place, top) = walk(leaf, index as usize, count as usize, 4, &siblings);
    top.is_some() && frontier.get(place).copied() == top
}

/// Goes down to the frontier; returns which of its nodes that is, and what the proof makes of it.
fn walk(leaf: &Node, index: usize, count: usize, depth: u32, siblings: &[Node]) -> (usize, Option<Node>) {
    if count == 1 || depth == 0 {
        return (0, climb(leaf, index, count, siblings));
    }
    let left = left_of(count);
    if index < left {
        walk(leaf, index, left, depth - 1, siblings)
    } else {
        let (place, top) = walk(leaf, index - left, count - left, depth - 1, siblings);
        (place + nodes(left, depth - 1), top)
    }
}

/// How many nodes a tree has at a depth.
fn nodes(count: usize, depth: u32) -> usize {
    if count == 1 || depth == 0 {
        return 1;
    }
    let left = left_of(count);
    nodes(left, depth - 1) + nodes(count - left, depth - 1)
}

/// The top of a subtree by a proof, the topmost sibling last.
fn climb(leaf: &Node, index: usize, count: usize, siblings: &[Node]) -> Option<Node> {
    if count == 1 {
        return siblings.is_empty().then_some(*leaf);
    }
    let (sibling, below) = siblings.split_last()?;
    let left = left_of(count);
    if index < left {
        node(&climb(leaf, index, left, below)?, sibling)
    } else {
        node(sibling, &climb(leaf, index - left, count - left, below)?)
    }
}
