//! Proofs that must not hold: from a right one, one of each class of mistake or
//! forgery that we could think of.

use crate::naive_tree::Node;

/// What a verifier is shown.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The leaf.
    pub leaf: Node,
    /// Its index.
    pub index: u32,
    /// The tree's number of leaves.
    pub count: u32,
    /// Siblings from the leaf upwards, 40 bytes each.
    pub proof: Vec<u8>,
}

/// Bytes of a sibling.
const SIBLING: usize = 40;

/// All malformed variants of a right proof, by name. `noise` picks bytes and
/// bits, so that many calls cover many of them.
pub fn of(right: &Shown, noise: u64) -> Vec<(&'static str, Shown)> {
    let mut out: Vec<(&'static str, Shown)> = Vec::new();
    let mut add = |name, change: &dyn Fn(&mut Shown)| {
        let mut wrong = right.clone();
        change(&mut wrong);
        out.push((name, wrong));
    };
    let pick = |below: usize| (noise % below.max(1) as u64) as usize;
    add("a larger amount", &|s| s.leaf.1 = s.leaf.1.wrapping_add(1));
    add("a smaller amount", &|s| s.leaf.1 = s.leaf.1.wrapping_sub(1));
    add("another leaf hash", &|s| s.leaf.0[pick(32)] ^= 1 << (noise % 8));
    add("the next index", &|s| s.index = s.index.wrapping_add(1));
    add("the previous index", &|s| s.index = s.index.wrapping_sub(1));
    add("the sibling's index", &|s| s.index ^= 1);
    add("an index past the end", &|s| s.index = s.count);
    add("the greatest index", &|s| s.index = u32::MAX);
    add("no leaves", &|s| s.count = 0);
    add("too many leaves", &|s| s.count = (1 << 24) + 1);
    add("the greatest count", &|s| s.count = u32::MAX);
    add("one sibling too many", &|s| s.proof.extend([noise as u8; SIBLING]));
    add("one byte too many", &|s| s.proof.push(0));
    add("many siblings too many", &|s| s.proof.extend([0; 30 * SIBLING]));
    let siblings = right.proof.len() / SIBLING;
    if siblings == 0 {
        return out;
    }
    let at = pick(siblings) * SIBLING;
    add("a flipped bit", &|s| s.proof[pick(siblings * SIBLING)] ^= 1 << (noise % 8));
    add("a sibling's sum raised", &|s| s.proof[at + 32] = s.proof[at + 32].wrapping_add(1));
    add("a sibling's sum that overflows", &|s| s.proof[at + 32..at + 40].fill(0xff));
    add("sums swapped between leaf and sibling", &|s| {
        let sibling = u64::from_le_bytes(s.proof[32..40].try_into().unwrap());
        s.proof[32..40].copy_from_slice(&s.leaf.1.to_le_bytes());
        s.leaf.1 = if sibling == s.leaf.1 { sibling + 1 } else { sibling };
    });
    add("truncated by a sibling at the end", &|s| s.proof.truncate(s.proof.len() - SIBLING));
    add("truncated by a sibling at the start", &|s| drop(s.proof.drain(..SIBLING)));
    add("truncated by a byte", &|s| s.proof.truncate(s.proof.len() - 1));
    add("no proof", &|s| s.proof.clear());
    add("the lowest sibling twice", &|s| {
        let first = s.proof[..SIBLING].to_vec();
        s.proof.splice(..0, first);
    });
    add("a node as leaf", &|s| {
        // What the first sibling and the leaf make, one level up, with the proof that it has there.
        let sibling: Node =
            (s.proof[..32].try_into().unwrap(), u64::from_le_bytes(s.proof[32..40].try_into().unwrap()));
        let pair = if s.index & 1 == 0 { (s.leaf, sibling) } else { (sibling, s.leaf) };
        if let Some(node) = crate::naive_tree::node(&pair.0, &pair.1) {
            s.leaf = node;
        }
        s.index /= 2;
        s.proof.drain(..SIBLING);
    });
    add("a leaf as node", &|s| {
        // The sibling where the leaf should be, and the leaf as its sibling.
        let sibling: Node =
            (s.proof[..32].try_into().unwrap(), u64::from_le_bytes(s.proof[32..40].try_into().unwrap()));
        let leaf = s.leaf;
        s.proof[..32].copy_from_slice(&leaf.0);
        s.proof[32..40].copy_from_slice(&leaf.1.to_le_bytes());
        s.leaf = sibling;
    });
    if siblings >= 2 {
        add("siblings in another order", &|s| s.proof.rotate_left(SIBLING));
        add("siblings from the top down", &|s| {
            let reversed: Vec<u8> = s.proof.chunks(SIBLING).rev().flatten().copied().collect();
            s.proof = reversed;
        });
    }
    out
}
