//! Leaf files from a stream of leaves, byte by byte as [`super::LeafFile`] would
//! write them, in memory that hardly grows with their number.

use super::{BLOCK, LeafFileError, put_block, put_header, put_leaf};
use crate::domain::Domain;
use crate::id::Claimant;
use crate::leaf::{CLASSES, Leaf, LeafClass};
use crate::position::Epoch;
use crate::tree::{LEAVES_MAX, Node, Outline, OutlineBuilder};
use std::io::Write;
use std::vec::Vec;

/// Bytes that are collected before they are written.
const BUFFER: usize = 1 << 16;

/// What a written leaf file holds.
#[derive(Clone, Debug)]
pub struct Written {
    /// Top, frontier and number of leaves.
    pub outline: Outline,
    /// Sums by class.
    pub class_totals: [u64; CLASSES],
}

/// Why a leaf file cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// There is no tree of these leaves.
    #[error(transparent)]
    Leaves(#[from] LeafFileError),
    /// The sink failed.
    #[error("the leaf file cannot be written; check the disk")]
    Sink(#[from] std::io::Error),
}

/// Writes the leaves that `leaves` streams; it is asked twice, because the
/// header that comes first counts and sums them, and must tell the same twice.
pub fn write<I: Iterator<Item = Leaf>>(
    domain: &Domain,
    epoch: Epoch,
    attempt: u16,
    leaves: impl Fn() -> I,
    out: &mut impl Write,
) -> Result<Written, WriteError> {
    let (count, class_totals) = count(leaves())?;
    let mut buffer = Vec::with_capacity(BUFFER + BLOCK);
    put_header(&mut buffer, domain, epoch, attempt, count, &class_totals);
    let mut outline = OutlineBuilder::new();
    let mut firsts: Vec<(LeafClass, Claimant)> = Vec::with_capacity(count as usize / BLOCK + 1);
    for (n, leaf) in leaves().enumerate() {
        if n % BLOCK == 0 {
            firsts.push((leaf.class, leaf.claimant));
        }
        let node = Node { hash: leaf.hash(domain), sum: leaf.cumulative.0 };
        outline.push(node).ok_or(LeafFileError::Overflow)?;
        put_leaf(&mut buffer, &leaf);
        if buffer.len() >= BUFFER {
            out.write_all(&buffer)?;
            buffer.clear();
        }
    }
    let outline = outline.finish().ok_or(LeafFileError::Overflow)?;
    if outline.count() != count {
        return Err(LeafFileError::Unsteady.into());
    }
    for (first, node) in firsts.into_iter().zip(outline.blocks()) {
        put_block(&mut buffer, first, node);
    }
    out.write_all(&buffer)?;
    Ok(Written { outline, class_totals })
}

/// Counts and sums leaves; refuses what no leaf file may hold.
pub(super) fn count(leaves: impl Iterator<Item = Leaf>) -> Result<(u32, [u64; CLASSES]), LeafFileError> {
    let (mut count, mut sum) = (0usize, 0u64);
    let mut totals = [0u64; CLASSES];
    let mut last: Option<(LeafClass, Claimant)> = None;
    for leaf in leaves {
        if leaf.cumulative.0 == 0 {
            return Err(LeafFileError::Zero(count));
        }
        if last.is_some_and(|last| last >= (leaf.class, leaf.claimant)) {
            return Err(LeafFileError::Order(count));
        }
        last = Some((leaf.class, leaf.claimant));
        sum = sum.checked_add(leaf.cumulative.0).ok_or(LeafFileError::Overflow)?;
        totals[leaf.class as usize] += leaf.cumulative.0; // no more than the sum of all
        count += 1;
    }
    match u32::try_from(count) {
        Ok(0) => Err(LeafFileError::Empty),
        Ok(count) if count <= LEAVES_MAX => Ok((count, totals)),
        _ => Err(LeafFileError::TooMany(count)),
    }
}
