//! Building trees and proofs, off-chain.

use super::{FRONTIER_DEPTH, LEAVES_MAX, Node, SIBLING_BYTES, locate, split};
use std::vec::Vec;

/// All nodes of a tree, level by level from the leaves: level `k` holds the
/// subtrees of 2ᵏ leaves, the last one possibly smaller. In RFC 6962's shape a
/// node without a sibling rises unchanged, so these levels hold every node.
#[derive(Clone, Debug)]
pub struct Tree {
    levels: Vec<Vec<Node>>,
}

impl Tree {
    /// `None` without leaves, with more than 2²⁴, or when a sum overflows.
    pub fn build(leaves: Vec<Node>) -> Option<Self> {
        if leaves.is_empty() || leaves.len() > LEAVES_MAX as usize {
            return None;
        }
        let mut levels = Vec::new();
        let mut level = leaves;
        while level.len() > 1 {
            let mut above = Vec::with_capacity(level.len().div_ceil(2));
            for pair in level.chunks(2) {
                above.push(match pair {
                    [left, right] => Node::join(left, right)?,
                    [single] => *single,
                    _ => return None,
                });
            }
            levels.push(level);
            level = above;
        }
        levels.push(level);
        Some(Self { levels })
    }

    /// Number of leaves.
    pub fn count(&self) -> u32 {
        self.levels[0].len() as u32
    }

    /// The top node.
    pub fn root(&self) -> Node {
        self.levels[self.levels.len() - 1][0]
    }

    /// The subtrees of 2ˡᵉᵛᵉˡ leaves, from the left; the top where the tree is
    /// smaller than that.
    pub fn level(&self, level: usize) -> &[Node] {
        &self.levels[level.min(self.levels.len() - 1)]
    }

    /// The node over `count` leaves from `start`, which must be a subtree.
    fn subtree(&self, start: u32, count: u32) -> Node {
        let level = count.next_power_of_two().trailing_zeros();
        self.levels[level as usize][(start >> level) as usize]
    }

    /// What a posted root shows: see [`super::root_of_frontier`].
    pub fn frontier(&self) -> Vec<Node> {
        fn walk(tree: &Tree, start: u32, count: u32, depth: u32, out: &mut Vec<Node>) {
            if count == 1 || depth == 0 {
                return out.push(tree.subtree(start, count));
            }
            let left = split(count);
            walk(tree, start, left, depth - 1, out);
            walk(tree, start + left, count - left, depth - 1, out);
        }
        let mut out = Vec::new();
        walk(self, 0, self.count(), FRONTIER_DEPTH, &mut out);
        out
    }

    /// The siblings of a leaf from the bottom up to its frontier node, as
    /// [`super::verify`] takes them. `None` when there is no such leaf.
    pub fn proof(&self, index: u32) -> Option<Vec<u8>> {
        let place = locate(index, self.count())?;
        let (mut start, mut at, mut count) = (index - place.index, place.index, place.count);
        let mut from_top = Vec::new();
        while count > 1 {
            let left = split(count);
            if at < left {
                from_top.push(self.subtree(start + left, count - left));
                count = left;
            } else {
                from_top.push(self.subtree(start, left));
                start += left;
                at -= left;
                count -= left;
            }
        }
        let mut bytes = Vec::with_capacity(from_top.len() * SIBLING_BYTES);
        for node in from_top.iter().rev() {
            bytes.extend_from_slice(&node.hash);
            bytes.extend_from_slice(&node.sum.to_le_bytes());
        }
        Some(bytes)
    }
}
