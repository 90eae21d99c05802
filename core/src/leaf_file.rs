//! Leaf files: the entitlements of a root, laid out so that a reader can fetch
//! a few ranges and rebuild one proof.
//!
//! Header, then the leaves in order, then one entry for each block of
//! [`BLOCK`] leaves. Blocks are subtrees, so a proof needs one block of leaves
//! and the list of blocks, nothing else.

use crate::amount::BaseUnits;
use crate::bytes::{DecodeError, Put, Reader};
use crate::domain::Domain;
use crate::hash::sha256;
use crate::id::{Claimant, FileHash};
use crate::leaf::{CLASSES, Leaf, LeafClass};
use crate::position::Epoch;
use crate::tree::{LEAVES_MAX, Node, Tree};
use std::vec::Vec;

pub mod ranges;
pub mod write;

/// First bytes of a leaf file.
pub const MAGIC: &[u8; 4] = b"TRBL";
/// Leaves in a block.
pub const BLOCK: usize = 1 << BLOCK_LEVEL;
/// A block is a subtree of 2¹⁰ leaves.
pub const BLOCK_LEVEL: usize = 10;
/// Bytes before the first leaf.
pub const HEADER_BYTES: usize = 4 + 1 + 32 + 8 + 2 + 4 + 8 * CLASSES;
/// Bytes of a leaf: class, claimant, cumulative u64.
pub const LEAF_BYTES: usize = 1 + 32 + 8;
/// Bytes of a block's entry: its first leaf's class and claimant, its hash and sum.
pub const BLOCK_BYTES: usize = 1 + 32 + 32 + 8;

/// The entitlements of one root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeafFile {
    /// The vault's domain.
    pub domain: Domain,
    /// The epoch.
    pub epoch: Epoch,
    /// The attempt.
    pub attempt: u16,
    /// Strictly ascending by class, then claimant; no zero amounts.
    leaves: Vec<Leaf>,
}

/// Why there can be no leaf file of these leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LeafFileError {
    /// There must be at least one.
    #[error("a root needs at least one leaf")]
    Empty,
    /// More than 2²⁴.
    #[error("{0} leaves are more than the 16,777,216 a root can have")]
    TooMany(usize),
    /// Two leaves of the same class and claimant, or unsorted.
    #[error("leaf {0} does not come after the one before it")]
    Order(usize),
    /// A leaf of nothing.
    #[error("leaf {0} is zero")]
    Zero(usize),
    /// The sum does not fit 64 bits.
    #[error("the leaves sum to more than 2^64 - 1 base units")]
    Overflow,
    /// A stream that was asked twice told different things.
    #[error("the leaves changed while they were written; write them from a source that stands still")]
    Unsteady,
}

impl LeafFile {
    /// Checks order, bounds and sum.
    pub fn new(domain: Domain, epoch: Epoch, attempt: u16, leaves: Vec<Leaf>) -> Result<Self, LeafFileError> {
        write::count(leaves.iter().copied())?;
        Ok(Self { domain, epoch, attempt, leaves })
    }

    /// The leaves in order.
    pub fn leaves(&self) -> &[Leaf] {
        &self.leaves
    }

    /// Where a claimant's leaf stands.
    pub fn find(&self, class: LeafClass, claimant: &Claimant) -> Option<(u32, &Leaf)> {
        let at = self.leaves.binary_search_by(|leaf| (leaf.class, leaf.claimant).cmp(&(class, *claimant))).ok()?;
        Some((at as u32, &self.leaves[at]))
    }

    /// Sums by class.
    pub fn class_totals(&self) -> [u64; CLASSES] {
        let mut totals = [0; CLASSES];
        for leaf in &self.leaves {
            totals[leaf.class as usize] += leaf.cumulative.0; // cannot overflow: `new` checked the sum of all
        }
        totals
    }

    /// The tree over the leaves.
    pub fn tree(&self) -> Result<Tree, LeafFileError> {
        let nodes =
            self.leaves.iter().map(|leaf| Node { hash: leaf.hash(&self.domain), sum: leaf.cumulative.0 }).collect();
        Tree::build(nodes).ok_or(LeafFileError::Overflow)
    }

    /// The bytes: magic, version, domain, epoch u64, attempt u16, leaf count
    /// u32, class totals 3 × u64; leaves; block entries.
    pub fn encode(&self, tree: &Tree) -> Vec<u8> {
        let blocks = self.leaves.len().div_ceil(BLOCK);
        let mut out = Vec::with_capacity(HEADER_BYTES + self.leaves.len() * LEAF_BYTES + blocks * BLOCK_BYTES);
        // `new` checked that there are no more than 2²⁴.
        put_header(&mut out, &self.domain, self.epoch, self.attempt, self.leaves.len() as u32, &self.class_totals());
        for leaf in &self.leaves {
            put_leaf(&mut out, leaf);
        }
        for (block, node) in self.leaves.chunks(BLOCK).zip(tree.level(BLOCK_LEVEL)) {
            put_block(&mut out, (block[0].class, block[0].claimant), node);
        }
        out
    }

    /// Reads a file, rebuilds its tree and compares every block entry.
    pub fn decode(bytes: &[u8]) -> Result<(Self, Tree), DecodeError> {
        let mut r = Reader::new(bytes);
        r.magic(MAGIC, "leaf file")?;
        let domain = Domain(r.array("domain")?);
        let epoch = Epoch(r.u64("epoch")?);
        let attempt = r.u16("attempt")?;
        let count = r.u32("number of leaves")? as usize;
        r.take(8 * CLASSES, "class totals")?;
        if count == 0 || count > LEAVES_MAX as usize {
            return Err(DecodeError::Value("number of leaves"));
        }
        if r.left() != count * LEAF_BYTES + count.div_ceil(BLOCK) * BLOCK_BYTES {
            return Err(DecodeError::Short("list of leaves and blocks"));
        }
        let mut leaves = Vec::with_capacity(count);
        for _ in 0..count {
            leaves.push(Leaf {
                class: LeafClass::from_code(r.u8("class")?).ok_or(DecodeError::Value("class"))?,
                claimant: Claimant(r.array("claimant")?),
                cumulative: BaseUnits(r.u64("cumulative amount")?),
            });
        }
        let file = Self::new(domain, epoch, attempt, leaves).map_err(|error| match error {
            LeafFileError::Order(_) => DecodeError::Order("leaves"),
            _ => DecodeError::Value("list of leaves"),
        })?;
        let tree = file.tree().map_err(|_| DecodeError::Value("sum of the leaves"))?;
        if file.encode(&tree) != bytes {
            return Err(DecodeError::Value("class totals or block entries"));
        }
        Ok((file, tree))
    }
}

fn put_header(
    out: &mut Vec<u8>,
    domain: &Domain,
    epoch: Epoch,
    attempt: u16,
    count: u32,
    class_totals: &[u64; CLASSES],
) {
    out.put(MAGIC)
        .put(&[crate::hash::VERSION])
        .put(&domain.0)
        .put(&epoch.0.to_le_bytes())
        .put(&attempt.to_le_bytes())
        .put(&count.to_le_bytes());
    for total in class_totals {
        out.put(&total.to_le_bytes());
    }
}

fn put_leaf(out: &mut Vec<u8>, leaf: &Leaf) {
    out.put(&[leaf.class as u8]).put(&leaf.claimant.0).put(&leaf.cumulative.0.to_le_bytes());
}

/// The entry of a block that begins with `first`.
fn put_block(out: &mut Vec<u8>, first: (LeafClass, Claimant), node: &Node) {
    out.put(&[first.0 as u8]).put(&first.1.0).put(&node.hash).put(&node.sum.to_le_bytes());
}

/// SHA-256 of published bytes: their name.
pub fn file_hash(bytes: &[u8]) -> FileHash {
    FileHash(sha256(&[bytes]))
}
