//! The Merkle-sum tree: shape, node hashing and proofs.
//!
//! The shape is RFC 6962's: n leaves split at the largest power of two below n,
//! and nothing is duplicated, so index and leaf count fix sides and depth. Each
//! node carries the sum of its leaves. A posted root shows its *frontier*: the
//! nodes at depth 4, or leaves that lie higher; a proof starts at a leaf and
//! ends at its frontier node.

use crate::hash::{Digest, VERSION, sha256, sha256_of_two_blocks, tag};

#[cfg(feature = "std")]
mod build;
#[cfg(feature = "std")]
mod outline;
#[cfg(feature = "std")]
pub use build::Tree;
#[cfg(feature = "std")]
pub use outline::{Outline, OutlineBuilder};

/// Depth at which the frontier lies.
pub const FRONTIER_DEPTH: u32 = 4;
/// The most nodes a frontier can have.
pub const FRONTIER_MAX: usize = 1 << FRONTIER_DEPTH;
/// The most leaves a tree can have.
pub const LEAVES_MAX: u32 = 1 << 24;
/// The most siblings in a proof: from a leaf to its frontier node.
pub const PROOF_MAX: usize = 20;
/// Bytes of one sibling in a proof: hash, then sum.
pub const SIBLING_BYTES: usize = 40;

/// A subtree: its hash and the sum of its leaves in base units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Node {
    /// Hash of the leaf or node.
    pub hash: Digest,
    /// Sum of the leaves below, in base units.
    pub sum: u64,
}

impl Node {
    /// `H(0x01 ‖ version ‖ left hash ‖ left sum ‖ right hash ‖ right sum)` and the
    /// sum of both; `None` when the sum overflows.
    #[inline(always)]
    pub fn join(left: &Self, right: &Self) -> Option<Self> {
        let sum = left.sum.checked_add(right.sum)?;
        let hash = sha256_of_two_blocks(&[
            &[tag::NODE, VERSION],
            &left.hash,
            &left.sum.to_le_bytes(),
            &right.hash,
            &right.sum.to_le_bytes(),
        ]);
        Some(Self { hash, sum })
    }
}

/// The number of leaves on the left of a tree of `count` ≥ 2 leaves: the
/// largest power of two below `count`.
#[inline(always)]
pub const fn split(count: u32) -> u32 {
    1 << (31 - (count - 1).leading_zeros())
}

/// Where a leaf lies below the frontier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Which frontier node, from the left.
    pub slot: usize,
    /// The leaf's index among that node's leaves.
    pub index: u32,
    /// That node's number of leaves.
    pub count: u32,
}

/// Number of frontier nodes of a tree of `count` leaves at `depth` levels above.
const fn frontier_len_at(count: u32, depth: u32) -> usize {
    if count == 1 || depth == 0 {
        return 1;
    }
    let left = split(count);
    frontier_len_at(left, depth - 1) + frontier_len_at(count - left, depth - 1)
}

/// Number of frontier nodes of a tree of `count` leaves; 0 when there can be
/// no such tree.
pub const fn frontier_len(count: u32) -> usize {
    if count == 0 || count > LEAVES_MAX { 0 } else { frontier_len_at(count, FRONTIER_DEPTH) }
}

/// Finds the frontier node above a leaf. `None` unless `index < count ≤ 2²⁴`.
#[inline(always)]
pub fn locate(mut index: u32, mut count: u32) -> Option<Place> {
    if index >= count || count > LEAVES_MAX {
        return None;
    }
    let (mut slot, mut depth) = (0, FRONTIER_DEPTH);
    // Left of a split lies a full subtree, so that only the right edge needs these steps.
    while depth > 0 && !count.is_power_of_two() {
        let left = split(count);
        depth -= 1;
        if index < left {
            count = left;
        } else {
            // A full subtree has as many nodes there as it has leaves, or all that the depth can hold.
            slot += left.min(1 << depth) as usize;
            index -= left;
            count -= left;
        }
    }
    // In a full subtree, an index's bits are its path.
    if depth > 0 {
        let levels = count.trailing_zeros();
        let below = levels.saturating_sub(depth);
        slot += (index >> below) as usize;
        count = 1 << below;
        index &= count - 1;
    }
    Some(Place { slot, index, count })
}

fn fold(frontier: &[Node], count: u32, depth: u32) -> Option<(Node, &[Node])> {
    if count == 1 || depth == 0 {
        let (first, rest) = frontier.split_first()?;
        return Some((*first, rest));
    }
    let left_count = split(count);
    let (left, rest) = fold(frontier, left_count, depth - 1)?;
    let (right, rest) = fold(rest, count - left_count, depth - 1)?;
    Some((Node::join(&left, &right)?, rest))
}

/// The top node of a tree of `count` leaves with this frontier. `None` when the
/// frontier has the wrong length for `count`, or a sum overflows.
pub fn root_of_frontier(frontier: &[Node], count: u32) -> Option<Node> {
    if frontier.len() != frontier_len(count) || frontier.is_empty() {
        return None;
    }
    let (top, _) = fold(frontier, count, FRONTIER_DEPTH)?;
    Some(top)
}

/// Number of siblings between a leaf and the top of a tree of `count` leaves.
pub fn path_len(index: u32, count: u32) -> u32 {
    sides(index, count).1
}

/// For each level from the top down, one bit: set where the leaf is on the
/// right. The highest level is the most significant of the `depth` bits.
#[inline(always)]
fn sides(mut index: u32, mut count: u32) -> (u32, u32) {
    let (mut bits, mut depth) = (0u32, 0u32);
    // Left of a split lies a full subtree, so that only the right edge needs these steps.
    while !count.is_power_of_two() && count > 1 {
        let left = split(count);
        bits <<= 1;
        depth += 1;
        if index < left {
            count = left;
        } else {
            bits |= 1;
            index -= left;
            count -= left;
        }
    }
    // In a full subtree, an index's bits are its path.
    let levels = count.trailing_zeros() & 31;
    (bits << levels | index, depth + levels)
}

/// A node on its way up, as it is hashed on the left of its sibling: tag and
/// version, hash, sum. Six bytes in front keep hash and sum aligned, which
/// on-chain decides whether moving them takes four steps or thirty-two.
#[repr(C, align(8))]
struct Climber([u8; 48]);

impl Climber {
    const TAG: usize = 6;
    const HASH: usize = 8;
    const SUM: usize = 40;

    #[inline(always)]
    fn new(leaf: &Node) -> Self {
        let mut bytes = [0; 48];
        bytes[Self::TAG] = tag::NODE;
        bytes[Self::TAG + 1] = VERSION;
        let mut climber = Self(bytes);
        climber.set(&leaf.hash, leaf.sum);
        climber
    }

    #[inline(always)]
    fn set(&mut self, hash: &Digest, sum: u64) {
        self.0[Self::HASH..Self::SUM].copy_from_slice(hash);
        self.0[Self::SUM..].copy_from_slice(&sum.to_le_bytes());
    }

    #[inline(always)]
    fn hash(&self) -> Digest {
        let mut hash = [0; 32];
        hash.copy_from_slice(&self.0[Self::HASH..Self::SUM]);
        hash
    }

    /// The hash of the node above, see [`Node::join`]. The sibling is hashed
    /// where it lies.
    #[inline(always)]
    fn join(&self, on_the_right: bool, sibling: &[u8; SIBLING_BYTES]) -> Digest {
        if on_the_right {
            sha256(&[&[tag::NODE, VERSION], sibling, &self.0[Self::HASH..]])
        } else {
            sha256(&[&self.0[Self::TAG..], sibling])
        }
    }
}

/// Climbs from a leaf to the top of a subtree of `count` leaves. The siblings
/// come from the leaf upwards, [`SIBLING_BYTES`] each. `None` when their number
/// is not exactly what index and count ask for, or a sum overflows.
#[inline(always)]
pub fn climb(leaf: Node, index: u32, count: u32, siblings: &[u8]) -> Option<Node> {
    if index >= count {
        return None;
    }
    let (mut bits, depth) = sides(index, count);
    let (siblings, rest) = siblings.as_chunks::<SIBLING_BYTES>();
    if !rest.is_empty() || siblings.len() != depth as usize {
        return None;
    }
    let mut climber = Climber::new(&leaf);
    let mut sum = leaf.sum;
    for sibling in siblings {
        let hash = climber.join(bits & 1 == 1, sibling);
        sum = sum.checked_add(u64::from_le_bytes(*sibling.last_chunk()?))?;
        climber.set(&hash, sum);
        bits >>= 1;
    }
    Some(Node { hash: climber.hash(), sum })
}

/// Whether a leaf belongs to the tree with this frontier.
pub fn verify(frontier: &[Node], leaf: Node, index: u32, count: u32, siblings: &[u8]) -> bool {
    let Some(place) = locate(index, count) else { return false };
    let Some(expected) = frontier.get(place.slot) else { return false };
    climb(leaf, place.index, place.count, siblings).as_ref() == Some(expected)
}

#[cfg(all(test, feature = "std"))]
mod tests;
