//! One claimant's leaf and its proof out of a published leaf file, by ranges.
//!
//! Reads the header, the list of blocks and one block, never the whole file, and
//! believes none of it: what was read must hash to the tree that the chain
//! shows. Who asks often keeps [`Checked`] and reads less. It does not know what the leaf is worth by now; claims do.

use super::{BLOCK, BLOCK_BYTES, HEADER_BYTES, LEAF_BYTES, MAGIC};
use crate::amount::BaseUnits;
use crate::bytes::{DecodeError, Reader};
use crate::domain::Domain;
use crate::id::Claimant;
use crate::leaf::{CLASSES, Leaf, LeafClass};
use crate::tree::{LEAVES_MAX, Node, SIBLING_BYTES, locate, path_len};
use std::io::{Read, Seek, SeekFrom};
use std::sync::OnceLock;
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

/// A subtree and its first leaf's key.
struct Subtree {
    first: (LeafClass, Claimant),
    node: Node,
}

/// Leaves that are read for one proof once their block has been checked.
const PART: usize = 64;

/// A block whose leaves were hashed: its parts, and the nodes from them up to its own.
struct Parts {
    firsts: Vec<(LeafClass, Claimant)>,
    levels: Vec<Vec<Node>>,
}

/// A root's leaf file that many ask about: what was hashed up to the chain's tree
/// is remembered, a few bytes a leaf, so that a proof costs the hashing of
/// [`PART`] leaves. The leaves themselves stay in the file, and whatever is read
/// there is hashed each time.
pub struct Checked {
    expected: Expected,
    blocks: Vec<Subtree>,
    levels: Vec<Vec<Node>>,
    parts: Vec<OnceLock<Parts>>,
}

/// Finds a leaf. `None`, just as surely, when the root has none for this
/// claimant in this class.
pub fn find(
    file: &mut (impl Read + Seek),
    expected: &Expected,
    class: LeafClass,
    claimant: &Claimant,
) -> Result<Option<Entitlement>, LeafReadError> {
    Checked::open(file, expected)?.find(file, class, claimant)
}

impl Checked {
    /// Reads header and list of blocks.
    pub fn open(file: &mut (impl Read + Seek), expected: &Expected) -> Result<Self, LeafReadError> {
        check_header(&read(file, 0, HEADER_BYTES)?, expected)?;
        let blocks = read_blocks(file, expected.leaf_count)?;
        let levels = levels(blocks.iter().map(|block| block.node).collect()).ok_or(LeafReadError::OtherTree)?;
        if top(&levels).is_none_or(|top| top.hash != expected.tree_hash) {
            return Err(LeafReadError::OtherTree);
        }
        let parts = blocks.iter().map(|_| OnceLock::new()).collect();
        Ok(Self { expected: *expected, blocks, levels, parts })
    }

    /// Finds a leaf in the same file, as [`find`] does.
    pub fn find(
        &self,
        file: &mut (impl Read + Seek),
        class: LeafClass,
        claimant: &Claimant,
    ) -> Result<Option<Entitlement>, LeafReadError> {
        let key = (class, *claimant);
        let count = self.expected.leaf_count;
        let block = self.blocks.partition_point(|block| block.first <= key).saturating_sub(1);
        let parts = self.parts(file, block)?;
        let part = parts.firsts.partition_point(|first| *first <= key).saturating_sub(1);
        let start = block * BLOCK + part * PART;
        let leaves = leaves_at(file, start, PART.min(self.end(block) - start))?;
        let within = levels(self.hashed(&leaves)).ok_or(LeafReadError::OtherTree)?;
        // The part is checked even when the leaf is not in it.
        if top(&within) != parts.levels.first().and_then(|level| level.get(part)) {
            return Err(LeafReadError::OtherTree);
        }
        let Ok(at) = leaves.binary_search_by(|leaf| (leaf.class, leaf.claimant).cmp(&key)) else { return Ok(None) };
        // Both fit: the count was checked to be at most 2²⁴.
        let index = (start + at) as u32;
        let siblings = path(&within, at).chain(path(&parts.levels, part)).chain(path(&self.levels, block));
        let depth = locate(index, count).map(|place| path_len(place.index, place.count)).unwrap_or_default();
        let mut proof = Vec::with_capacity(depth as usize * SIBLING_BYTES);
        for sibling in siblings.take(depth as usize) {
            proof.extend_from_slice(&sibling.hash);
            proof.extend_from_slice(&sibling.sum.to_le_bytes());
        }
        Ok(Some(Entitlement { index, leaf_count: count, cumulative: leaves[at].cumulative, proof }))
    }

    /// A block's parts; its leaves are hashed up to its node the first time.
    fn parts(&self, file: &mut (impl Read + Seek), block: usize) -> Result<&Parts, LeafReadError> {
        let (known, expected) = self.parts.get(block).zip(self.blocks.get(block)).ok_or(LeafReadError::OtherTree)?;
        if let Some(parts) = known.get() {
            return Ok(parts);
        }
        let start = block * BLOCK;
        let leaves = leaves_at(file, start, self.end(block) - start)?;
        let firsts = leaves.iter().step_by(PART).map(|leaf| (leaf.class, leaf.claimant)).collect();
        let nodes = leaves.chunks(PART).map(|part| top(&levels(self.hashed(part))?).copied());
        let levels = nodes.collect::<Option<_>>().and_then(levels).ok_or(LeafReadError::OtherTree)?;
        if top(&levels) != Some(&expected.node) {
            return Err(LeafReadError::OtherTree);
        }
        Ok(known.get_or_init(|| Parts { firsts, levels }))
    }

    /// One past a block's last leaf.
    fn end(&self, block: usize) -> usize {
        ((block + 1) * BLOCK).min(self.expected.leaf_count as usize)
    }

    fn hashed(&self, leaves: &[Leaf]) -> Vec<Node> {
        let node = |leaf: &Leaf| Node { hash: leaf.hash(&self.expected.domain), sum: leaf.cumulative.0 };
        leaves.iter().map(node).collect()
    }
}

fn leaves_at(file: &mut (impl Read + Seek), start: usize, length: usize) -> Result<Vec<Leaf>, LeafReadError> {
    let bytes = read(file, (HEADER_BYTES + start * LEAF_BYTES) as u64, length * LEAF_BYTES)?;
    Ok(read_leaves(&bytes)?)
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

fn read_blocks(file: &mut (impl Read + Seek), count: u32) -> Result<Vec<Subtree>, LeafReadError> {
    let leaves = count as usize;
    let blocks = leaves.div_ceil(BLOCK);
    let bytes = read(file, (HEADER_BYTES + leaves * LEAF_BYTES) as u64, blocks * BLOCK_BYTES)?;
    let mut r = Reader::new(&bytes);
    let mut out = Vec::with_capacity(blocks);
    for _ in 0..blocks {
        let class = class(&mut r)?;
        out.push(Subtree {
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

/// The levels above some nodes, they and the top node included. `None` when a sum
/// overflows.
fn levels(bottom: Vec<Node>) -> Option<Vec<Vec<Node>>> {
    let mut levels = std::vec![bottom];
    loop {
        let below = levels.last()?;
        if below.len() <= 1 {
            return Some(levels);
        }
        let mut above = Vec::with_capacity(below.len().div_ceil(2));
        for pair in below.chunks(2) {
            above.push(match pair {
                [left, right] => Node::join(left, right)?,
                [single] => *single,
                _ => return None,
            });
        }
        levels.push(above);
    }
}

/// The node that all levels lead to.
fn top(levels: &[Vec<Node>]) -> Option<&Node> {
    levels.last().and_then(|level| level.first())
}

/// The siblings of the lowest level's node `at`, from the bottom up.
fn path(levels: &[Vec<Node>], at: usize) -> impl Iterator<Item = &Node> {
    levels.iter().enumerate().filter_map(move |(height, level)| level.get((at >> height) ^ 1))
}

#[cfg(test)]
mod tests;
