//! One claimant's leaf and its proof out of a published leaf file, by ranges.
//!
//! Reads the header, the list of blocks and one block, never the whole file, and
//! believes none of it: what was read must hash to the tree that the chain
//! shows. It does not know what the leaf is worth by now; claims do.

use super::{BLOCK, BLOCK_BYTES, HEADER_BYTES, LEAF_BYTES, MAGIC};
use crate::amount::BaseUnits;
use crate::bytes::{DecodeError, Reader};
use crate::domain::Domain;
use crate::id::Claimant;
use crate::leaf::{CLASSES, Leaf, LeafClass};
use crate::tree::{LEAVES_MAX, Node, SIBLING_BYTES, locate, path_len};
use std::io::{Read, Seek, SeekFrom};
use std::vec::Vec;

/// A claimant's leaf in a root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entitlement {
    /// The leaf's place among the leaves.
    pub index: u32,
    /// How many leaves there are.
    pub leaf_count: u32,
    /// Base units since the vault's beginning.
    pub cumulative: BaseUnits,
    /// The siblings up to the frontier, as the program takes them.
    pub proof: Vec<u8>,
}

/// Why a leaf file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LeafReadError {
    /// The file system failed, or the file is shorter than it says.
    #[error("the leaf file cannot be read to its end")]
    Io(#[from] std::io::Error),
    /// Not a leaf file.
    #[error("{0}")]
    Form(#[from] DecodeError),
    /// It is another root's.
    #[error("its leaves do not hash to the tree that the chain shows")]
    OtherTree,
}

/// What the chain says about the root whose leaf file it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The vault's domain.
    pub domain: Domain,
    /// Hash of the tree's top node.
    pub tree_hash: [u8; 32],
    /// Number of leaves.
    pub leaf_count: u32,
}

/// A block's first key and its subtree.
struct Block {
    first: (LeafClass, Claimant),
    node: Node,
}

/// Finds a leaf. `None`, just as surely, when the root has none for this
/// claimant in this class.
pub fn find(
    file: &mut (impl Read + Seek),
    expected: &Expected,
    class: LeafClass,
    claimant: &Claimant,
) -> Result<Option<Entitlement>, LeafReadError> {
    let count = expected.leaf_count;
    check_header(&read(file, 0, HEADER_BYTES)?, expected)?;
    let blocks = read_blocks(file, count)?;
    let nodes: Vec<Node> = blocks.iter().map(|block| block.node).collect();
    let at = blocks.partition_point(|block| block.first <= (class, *claimant)).saturating_sub(1);
    let (above, top) = siblings(nodes, at).ok_or(LeafReadError::OtherTree)?;
    if top.hash != expected.tree_hash {
        return Err(LeafReadError::OtherTree);
    }

    let start = at * BLOCK;
    let length = BLOCK.min(count as usize - start);
    let bytes = read(file, (HEADER_BYTES + start * LEAF_BYTES) as u64, length * LEAF_BYTES)?;
    let leaves = read_leaves(&bytes)?;
    let hashed = |leaf: &Leaf| Node { hash: leaf.hash(&expected.domain), sum: leaf.cumulative.0 };
    let found = leaves.binary_search_by(|leaf| (leaf.class, leaf.claimant).cmp(&(class, *claimant)));
    // The block is checked even when the leaf is not in it.
    let (below, node) =
        siblings(leaves.iter().map(hashed).collect(), found.unwrap_or(0)).ok_or(LeafReadError::OtherTree)?;
    if Some(&node) != blocks.get(at).map(|block| &block.node) {
        return Err(LeafReadError::OtherTree);
    }
    let Ok(within) = found else { return Ok(None) };
    // Both fit: the count was checked to be at most 2²⁴.
    let index = (start + within) as u32;
    let depth = locate(index, count).map(|place| path_len(place.index, place.count)).unwrap_or_default();
    let mut proof = Vec::with_capacity(depth as usize * SIBLING_BYTES);
    for sibling in below.iter().chain(&above).take(depth as usize) {
        proof.extend_from_slice(&sibling.hash);
        proof.extend_from_slice(&sibling.sum.to_le_bytes());
    }
    Ok(Some(Entitlement { index, leaf_count: count, cumulative: leaves[within].cumulative, proof }))
}

fn read(file: &mut (impl Read + Seek), at: u64, length: usize) -> Result<Vec<u8>, std::io::Error> {
    let mut bytes = std::vec![0; length];
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn check_header(bytes: &[u8], expected: &Expected) -> Result<(), LeafReadError> {
    let mut r = Reader::new(bytes);
    r.magic(MAGIC, "leaf file")?;
    let domain = Domain(r.array("domain")?);
    r.u64("epoch")?;
    r.u16("attempt")?;
    let count = r.u32("number of leaves")?;
    r.take(8 * CLASSES, "class totals")?;
    r.end()?;
    if count == 0 || count > LEAVES_MAX || count != expected.leaf_count || domain != expected.domain {
        return Err(LeafReadError::OtherTree);
    }
    Ok(())
}

fn read_blocks(file: &mut (impl Read + Seek), count: u32) -> Result<Vec<Block>, LeafReadError> {
    let leaves = count as usize;
    let blocks = leaves.div_ceil(BLOCK);
    let bytes = read(file, (HEADER_BYTES + leaves * LEAF_BYTES) as u64, blocks * BLOCK_BYTES)?;
    let mut r = Reader::new(&bytes);
    let mut out = Vec::with_capacity(blocks);
    for _ in 0..blocks {
        let class = class(&mut r)?;
        out.push(Block {
            first: (class, Claimant(r.array("claimant")?)),
            node: Node { hash: r.array("block hash")?, sum: r.u64("block sum")? },
        });
    }
    Ok(out)
}

fn read_leaves(bytes: &[u8]) -> Result<Vec<Leaf>, DecodeError> {
    let mut r = Reader::new(bytes);
    let mut leaves = Vec::with_capacity(bytes.len() / LEAF_BYTES);
    while r.left() > 0 {
        let class = class(&mut r)?;
        leaves.push(Leaf {
            class,
            claimant: Claimant(r.array("claimant")?),
            cumulative: BaseUnits(r.u64("cumulative amount")?),
        });
    }
    Ok(leaves)
}

fn class(r: &mut Reader<'_>) -> Result<LeafClass, DecodeError> {
    LeafClass::from_code(r.u8("class")?).ok_or(DecodeError::Value("class"))
}

/// The siblings of node `at` from the bottom up, and the top node. `None` when
/// there is no such node or a sum overflows.
fn siblings(mut level: Vec<Node>, mut at: usize) -> Option<(Vec<Node>, Node)> {
    let mut path = Vec::new();
    while level.len() > 1 {
        path.extend(level.get(at ^ 1));
        at /= 2;
        let mut above = Vec::with_capacity(level.len().div_ceil(2));
        for pair in level.chunks(2) {
            above.push(match pair {
                [left, right] => Node::join(left, right)?,
                [single] => *single,
                _ => return None,
            });
        }
        level = above;
    }
    level.first().map(|top| (path, *top))
}

#[cfg(test)]
mod tests;
