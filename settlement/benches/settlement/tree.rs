//! The Merkle-sum tree over the bare compressions it needs, and a proof from the
//! leaf file.

use crate::say;
use sha2::digest::generic_array::GenericArray;
use std::hint::black_box;
use std::time::Instant;
use tributary_core::amount::BaseUnits;
use tributary_core::domain::Domain;
use tributary_core::hash::sha256;
use tributary_core::id::Claimant;
use tributary_core::leaf::{Leaf, LeafClass};
use tributary_core::leaf_file::LeafFile;
use tributary_core::leaf_file::ranges::{Expected, find};
use tributary_core::position::Epoch;
use tributary_core::tree::{Node, verify};

/// Both a leaf (76 bytes) and a node (82) fill two blocks of SHA-256.
const BLOCKS_PER_HASH: usize = 2;
/// How often each side runs; the fastest counts.
const ROUNDS: usize = 5;

fn fastest<T>(mut run: impl FnMut() -> T) -> (f64, T) {
    let timed = |run: &mut dyn FnMut() -> T| {
        let started = Instant::now();
        let result = run();
        (started.elapsed().as_secs_f64(), result)
    };
    let mut best = timed(&mut run);
    for _ in 1..ROUNDS {
        let next = timed(&mut run);
        if next.0 < best.0 {
            best = next;
        }
    }
    best
}

pub fn run(count: u32) {
    let mut leaves: Vec<Leaf> = (0..count)
        .map(|n| Leaf {
            class: LeafClass::Earned,
            claimant: Claimant(sha256(&[&n.to_le_bytes()])),
            cumulative: BaseUnits(u64::from(n) + 1),
        })
        .collect();
    leaves.sort();
    let file = LeafFile::new(Domain([7; 32]), Epoch(1), 0, leaves).unwrap();

    let hashes = 2 * count - 1;
    let (bare, _) = fastest(|| {
        let mut state = [1u32; 8];
        let blocks = black_box([GenericArray::from([7u8; 64]); BLOCKS_PER_HASH]);
        for _ in 0..hashes {
            sha2::compress256(&mut state, &blocks);
        }
        black_box(state)
    });
    let (built, tree) = fastest(|| file.tree().unwrap());
    say("compressions_s", format!("{bare:.3}"));
    say("merkle_s", format!("{built:.3}"));
    say("merkle_ratio", format!("{:.2}", built / bare));

    let (written, bytes) = fastest(|| file.encode(&tree));
    say("leaf_file_write_s", format!("{written:.3}"));
    say("leaf_file_mb", bytes.len() / (1 << 20));

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("leaves");
    std::fs::write(&path, bytes).unwrap();
    let (index, domain, frontier) = (count / 3, file.domain, tree.frontier());
    let wanted = file.leaves()[index as usize];
    let expected = Expected { domain, tree_hash: tree.root().hash, leaf_count: count };
    let (proved, ()) = fastest(|| {
        let mut opened = std::fs::File::open(&path).unwrap();
        let found = find(&mut opened, &expected, wanted.class, &wanted.claimant).unwrap().unwrap();
        let leaf = Node { hash: wanted.hash(&domain), sum: found.cumulative.0 };
        assert!(verify(&frontier, leaf, index, count, &found.proof));
    });
    say("proof_ms", format!("{:.2}", proved * 1000.0));
}
