//! Against the whole-file reader and tree of the parent module.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::leaf_file::LeafFile;
use crate::position::Epoch;
use crate::tree::{Tree, verify};
use std::io::Cursor;
use std::vec::Vec;

const DOMAIN: Domain = Domain([7; 32]);

fn claimant(n: u32) -> Claimant {
    let mut bytes = [0; 32];
    bytes[..4].copy_from_slice(&n.to_be_bytes());
    Claimant(bytes)
}

/// `count` leaves: even keys only, the last tenth of them refunds.
fn file(count: u32) -> (LeafFile, Tree, Vec<u8>, Expected) {
    let leaves = (0..count)
        .map(|n| Leaf {
            class: if n < count - count / 10 { LeafClass::Earned } else { LeafClass::Refund },
            claimant: claimant(n * 2),
            cumulative: BaseUnits(u64::from(n) * 3 + 1),
        })
        .collect();
    let file = LeafFile::new(DOMAIN, Epoch(1), 0, leaves).unwrap();
    let tree = file.tree().unwrap();
    let bytes = file.encode(&tree);
    let expected = Expected { domain: DOMAIN, tree_hash: tree.root().hash, leaf_count: count };
    (file, tree, bytes, expected)
}

#[test]
fn a_proof_read_by_ranges_is_the_trees_own_and_verifies_against_the_frontier() {
    for count in [1, 2, 3, 5, 16, 17, 1000, 1024, 1025, 2049, 5000, 20_000] {
        let (file, tree, bytes, expected) = file(count);
        let step = (count / 97).max(1);
        for n in (0..count).step_by(step as usize).chain([count - 1]) {
            let leaf = file.leaves()[n as usize];
            let found = find(&mut Cursor::new(&bytes), &expected, leaf.class, &leaf.claimant).unwrap().unwrap();
            assert_eq!(found.index, n);
            assert_eq!(found.cumulative, leaf.cumulative);
            assert_eq!(found.proof, tree.proof(n).unwrap(), "leaf {n} of {count}");
            let node = Node { hash: leaf.hash(&DOMAIN), sum: leaf.cumulative.0 };
            assert!(verify(&tree.frontier(), node, n, count, &found.proof));
        }
    }
}

#[test]
fn a_file_that_is_asked_often_gives_what_asking_once_gives() {
    for count in [1, 63, 64, 65, 1000, 1025, 5000] {
        let (file, _, bytes, expected) = file(count);
        let checked = Checked::open(&mut Cursor::new(&bytes), &expected).unwrap();
        let wanted = file.leaves().iter().map(|leaf| (leaf.class, leaf.claimant));
        for (class, claimant) in wanted.chain([(LeafClass::Fee, claimant(0)), (LeafClass::Earned, claimant(1))]) {
            let once = find(&mut Cursor::new(&bytes), &expected, class, &claimant).unwrap();
            assert_eq!(checked.find(&mut Cursor::new(&bytes), class, &claimant).unwrap(), once, "{count}");
        }
    }
}

#[test]
fn a_leaf_that_changes_after_its_block_was_checked_is_refused() {
    let (file, _, mut bytes, expected) = file(2000);
    let checked = Checked::open(&mut Cursor::new(&bytes), &expected).unwrap();
    let leaf = file.leaves()[1500];
    assert!(checked.find(&mut Cursor::new(&bytes), leaf.class, &leaf.claimant).unwrap().is_some());
    bytes[HEADER_BYTES + 1501 * LEAF_BYTES - 1] ^= 1;
    assert!(checked.find(&mut Cursor::new(&bytes), leaf.class, &leaf.claimant).is_err());
}

#[test]
fn a_claimant_without_a_leaf_is_not_found_anywhere_in_the_order() {
    for count in [1, 17, 3000] {
        let (_, _, bytes, expected) = file(count);
        for (class, n) in
            [(LeafClass::Earned, 1), (LeafClass::Fee, 0), (LeafClass::Refund, 0), (LeafClass::Earned, 7_001)]
        {
            let found = find(&mut Cursor::new(&bytes), &expected, class, &claimant(n)).unwrap();
            assert_eq!(found, None, "{class:?} {n} of {count}");
        }
    }
}

#[test]
fn a_file_with_any_byte_of_what_is_read_changed_is_refused() {
    let (file, _, bytes, expected) = file(40);
    let leaf = file.leaves()[20];
    for at in 0..bytes.len() {
        // Epoch, attempt and class totals are not what the tree hashes.
        if (37..47).contains(&at) || (51..HEADER_BYTES).contains(&at) {
            continue;
        }
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        let found = find(&mut Cursor::new(&changed), &expected, leaf.class, &leaf.claimant);
        // A block's first key only steers the search, and here there is one block.
        let steers = (bytes.len() - BLOCK_BYTES..bytes.len() - 40).contains(&at);
        assert!(found.is_err() || steers, "byte {at}");
    }
}

#[test]
fn a_file_of_another_vault_or_root_is_refused() {
    let (_, _, bytes, expected) = file(40);
    for wrong in [
        Expected { domain: Domain([8; 32]), ..expected },
        Expected { tree_hash: [0; 32], ..expected },
        Expected { leaf_count: 41, ..expected },
    ] {
        assert!(find(&mut Cursor::new(&bytes), &wrong, LeafClass::Earned, &claimant(0)).is_err());
    }
    assert!(find(&mut Cursor::new(&bytes[..bytes.len() - 1]), &expected, LeafClass::Earned, &claimant(0)).is_err());
}
