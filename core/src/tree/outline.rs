//! A tree's upper nodes from a stream of leaves, in little memory: top, frontier
//! and the blocks of a leaf file. For proofs see [`super::Tree`].

use super::{FRONTIER_DEPTH, LEAVES_MAX, Node, Tree, split};
use std::vec::Vec;

/// Leaves in a block are 2¹⁰.
const BLOCK_LEVEL: u32 = 10;
/// Below a block at depth 1, the frontier lies at most three levels down.
const KEPT_LEVEL: u32 = BLOCK_LEVEL + 1 - FRONTIER_DEPTH;
/// Leaves below a node that is kept.
const KEPT_LEAVES: usize = 1 << KEPT_LEVEL;

/// Takes leaves in order and keeps one node of every 128 and the last block's
/// leaves: 40 bytes each, so 0.3 MiB for a million leaves, and as much again
/// for the nodes above when it is finished.
#[derive(Clone, Debug, Default)]
pub struct OutlineBuilder {
    kept: Vec<Node>,
    /// The last 1 to 1,024 leaves, once there are any.
    tail: Vec<Node>,
    count: u32,
}

/// The upper nodes of a tree, and all nodes of its last block.
#[derive(Clone, Debug)]
pub struct Outline {
    upper: Tree,
    tail: Tree,
    count: u32,
}

impl OutlineBuilder {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the next leaf. `None` past 2²⁴ leaves or when a sum overflows.
    pub fn push(&mut self, leaf: Node) -> Option<()> {
        if self.count == LEAVES_MAX {
            return None;
        }
        if self.tail.len() == 1 << BLOCK_LEVEL {
            self.keep_tail()?;
            self.tail.clear();
        }
        self.count += 1;
        self.tail.push(leaf);
        Some(())
    }

    fn keep_tail(&mut self) -> Option<()> {
        for leaves in self.tail.chunks(KEPT_LEAVES) {
            self.kept.push(top(leaves)?);
        }
        Some(())
    }

    /// The outline; `None` without leaves or when a sum overflows.
    pub fn finish(mut self) -> Option<Outline> {
        self.keep_tail()?;
        Some(Outline { upper: Tree::build(self.kept)?, tail: Tree::build(self.tail)?, count: self.count })
    }
}

/// The top over a few leaves, in place.
fn top(leaves: &[Node]) -> Option<Node> {
    match leaves {
        [] => None,
        [leaf] => Some(*leaf),
        _ => {
            // At most 128, so the conversion is exact.
            let (left, right) = leaves.split_at(split(leaves.len() as u32) as usize);
            Node::join(&top(left)?, &top(right)?)
        }
    }
}

impl Outline {
    /// Number of leaves.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// The top node.
    pub fn root(&self) -> Node {
        self.upper.root()
    }

    /// The blocks' nodes, from the left.
    pub fn blocks(&self) -> &[Node] {
        self.upper.level((BLOCK_LEVEL - KEPT_LEVEL) as usize)
    }

    /// What a posted root shows: see [`super::root_of_frontier`].
    pub fn frontier(&self) -> Vec<Node> {
        let mut out = Vec::new();
        self.walk(0, self.count, FRONTIER_DEPTH, &mut out);
        out
    }

    fn walk(&self, start: u32, count: u32, depth: u32, out: &mut Vec<Node>) {
        if count == 1 || depth == 0 {
            return out.push(self.subtree(start, count));
        }
        let left = split(count);
        self.walk(start, left, depth - 1, out);
        self.walk(start + left, count - left, depth - 1, out);
    }

    /// The node over `count` leaves from `start`, which must be a subtree that
    /// is kept: so small a one lies in the last block.
    fn subtree(&self, start: u32, count: u32) -> Node {
        let level = count.next_power_of_two().trailing_zeros();
        if level >= KEPT_LEVEL {
            return self.upper.level((level - KEPT_LEVEL) as usize)[(start >> level) as usize];
        }
        let within = start - (self.count - self.tail.count());
        self.tail.level(level as usize)[(within >> level) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::leaves;
    use super::*;

    #[test]
    fn an_outline_of_any_size_shows_what_the_whole_tree_shows() {
        let sizes = (1..=260).chain((261..3_200).step_by(61)).chain([
            1_023, 1_024, 1_025, 1_048, 2_049, 4_095, 4_096, 4_097, 9_000, 16_383, 16_384, 16_385, 17_433, 20_000,
        ]);
        for count in sizes {
            let leaves = leaves(count);
            let tree = Tree::build(leaves.clone()).unwrap();
            let mut stream = OutlineBuilder::new();
            leaves.iter().for_each(|leaf| stream.push(*leaf).unwrap());
            let outline = stream.finish().unwrap();
            assert_eq!(outline.root(), tree.root(), "{count} leaves");
            assert_eq!(outline.frontier(), tree.frontier(), "{count} leaves");
            assert_eq!(outline.blocks(), tree.level(BLOCK_LEVEL as usize), "{count} leaves");
        }
    }

    #[test]
    fn no_leaves_make_no_outline() {
        assert!(OutlineBuilder::new().finish().is_none());
    }
}
