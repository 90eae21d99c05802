//! `claim`: proofs that do not lead to the root, one class of malformation a
//! test. Leaves and trees are real; only what is sent is wrong.

use solana_address::Address;
use solana_keypair::Keypair;
use solana_signer::Signer;
use tributary_core::amount::BaseUnits;
use tributary_core::domain::Domain;
use tributary_core::id::{Claimant, VaultId};
use tributary_core::leaf::{Leaf, LeafClass};
use tributary_core::tree::{SIBLING_BYTES, locate};
use tributary_program_tests::chain::assert_refused;
use tributary_program_tests::malformed::{self, Shown};
use tributary_program_tests::stage::{Published, Stage, earned, leaf};

/// Enough leaves that proofs below the frontier have two or three siblings.
const LEAVES: u32 = 100;

fn claimant(n: u32) -> Address {
    let mut bytes = [0x11; 32];
    bytes[..4].copy_from_slice(&n.to_le_bytes());
    Address::new_from_array(bytes)
}

/// A stage with a root over many leaves of all classes, and somebody to send claims.
fn staged() -> (Stage, Published, Keypair) {
    let mut stage = Stage::token();
    stage.payer(1_000_000);
    let leaves: Vec<_> =
        (0..LEAVES).map(|n| leaf(LeafClass::ALL[n as usize % 3], &claimant(n), 1_000 + u64::from(n))).collect();
    let published = stage.serve(&leaves);
    let sender = stage.chain.person();
    (stage, published, sender)
}

#[test]
fn every_leaf_of_every_class_can_be_claimed() {
    let (mut stage, published, sender) = staged();
    for index in (0..LEAVES).step_by(7).chain([LEAVES - 1]) {
        stage.claim(&sender, &published, index).unwrap();
        let leaf = published.leaves[index as usize];
        assert_eq!(stage.balance(&Address::new_from_array(leaf.claimant.0)), leaf.cumulative.0);
    }
}

#[test]
fn another_amount_is_refused() {
    let (mut stage, published, sender) = staged();
    let proof = published.tree.proof(5).unwrap();
    let right = published.leaves[5];
    for cumulative in [0, right.cumulative.0 - 1, right.cumulative.0 + 1, u64::MAX] {
        let wrong = Leaf { cumulative: BaseUnits(cumulative), ..right };
        assert_refused(stage.claim_with(&sender, 0, &wrong, 5, &proof), "BadProof");
    }
}

#[test]
fn another_class_is_refused() {
    let (mut stage, published, sender) = staged();
    let proof = published.tree.proof(5).unwrap();
    let right = published.leaves[5];
    for class in LeafClass::ALL.into_iter().filter(|class| *class != right.class) {
        assert_refused(stage.claim_with(&sender, 0, &Leaf { class, ..right }, 5, &proof), "BadProof");
    }
}

#[test]
fn an_unknown_class_is_refused() {
    let (mut stage, published, sender) = staged();
    let proven = tributary_client::rewards::ProvenLeaf {
        place: 0,
        class: published.leaves[0].class,
        claimant: published.leaves[0].claimant,
        cumulative: published.leaves[0].cumulative,
        index: 0,
        proof: &published.tree.proof(0).unwrap(),
    };
    let mut claim = tributary_client::rewards::claim(
        &sender.pubkey(),
        &stage.mint,
        &stage.token_program,
        &proven,
        &tributary_client::rewards::Payout::default(),
    );
    claim.data[8] = 3;
    assert_refused(stage.chain.send(&[claim], &[&sender]), "BadClass");
}

#[test]
fn another_claimant_is_refused() {
    let (mut stage, published, sender) = staged();
    let proof = published.tree.proof(5).unwrap();
    let thief = Leaf { claimant: Claimant(sender.pubkey().to_bytes()), ..published.leaves[5] };
    assert_refused(stage.claim_with(&sender, 0, &thief, 5, &proof), "BadProof");
}

#[test]
fn another_index_is_refused() {
    let (mut stage, published, sender) = staged();
    let proof = published.tree.proof(5).unwrap();
    let right = published.leaves[5];
    for index in [4, 6, 5 + 64, LEAVES, LEAVES + 5, u32::MAX] {
        assert_refused(stage.claim_with(&sender, 0, &right, index, &proof), "BadProof");
    }
}

#[test]
fn a_proof_with_any_bit_flipped_is_refused() {
    let (mut stage, published, sender) = staged();
    let proof = published.tree.proof(5).unwrap();
    let right = published.leaves[5];
    for byte in 0..proof.len() {
        let mut wrong = proof.clone();
        wrong[byte] ^= 1 << (byte % 8);
        assert_refused(stage.claim_with(&sender, 0, &right, 5, &wrong), "BadProof");
    }
}

#[test]
fn a_proof_of_another_length_is_refused() {
    let (mut stage, published, sender) = staged();
    let proof = published.tree.proof(5).unwrap();
    let right = published.leaves[5];
    let longer = [&proof[..], &[0; SIBLING_BYTES]].concat();
    let lengths = [
        &proof[..0],
        &proof[..1],
        &proof[..proof.len() - 1],
        &proof[SIBLING_BYTES..],
        &longer[..],
        &longer[..proof.len() + 1],
    ];
    for wrong in lengths {
        assert_refused(stage.claim_with(&sender, 0, &right, 5, wrong), "BadProof");
    }
}

#[test]
fn siblings_in_another_order_are_refused() {
    let (mut stage, published, sender) = staged();
    let proof = published.tree.proof(5).unwrap();
    assert!(proof.len() >= 2 * SIBLING_BYTES);
    let mut wrong = proof.clone();
    wrong.rotate_left(SIBLING_BYTES);
    assert_refused(stage.claim_with(&sender, 0, &published.leaves[5], 5, &wrong), "BadProof");
}

#[test]
fn an_inner_node_is_no_leaf() {
    // Claims with a proof cut by one level, for the node above the leaf: its sum is what two claimants have together.
    let (mut stage, published, sender) = staged();
    let place = locate(5, LEAVES).unwrap();
    let proof = published.tree.proof(5).unwrap();
    let both = published.leaves[4].cumulative.0 + published.leaves[5].cumulative.0;
    let forged = earned(&sender.pubkey(), both);
    let index = 5 - place.index + place.index / 2;
    assert_refused(stage.claim_with(&sender, 0, &forged, index, &proof[SIBLING_BYTES..]), "BadProof");
}

#[test]
fn a_leaf_of_another_vault_or_cluster_is_refused() {
    let mut stage = Stage::token();
    stage.payer(1_000_000);
    let alice = stage.chain.person();
    let foreign = Domain::of(
        &tributary_program_tests::chain::GENESIS,
        &tributary_core::id::ProgramId(tributary_client::pda::REWARDS.to_bytes()),
        &VaultId([9; 32]),
    );
    let leaf = earned(&alice.pubkey(), 500);
    // A root whose one leaf was hashed for another vault: the tree is sound, the leaf is not ours.
    let mut published = stage.build(&[leaf]);
    let node = tributary_core::tree::Node { hash: leaf.hash(&foreign), sum: 500 };
    published.root.frontier = vec![node];
    published.root.header.tree_hash = node.hash;
    stage.post(&published.root).unwrap();
    stage.attest(0, &published).unwrap();
    stage.attest(1, &published).unwrap();
    stage.pass_window();
    stage.activate(&published).unwrap();

    assert_refused(stage.claim_with(&alice, 0, &leaf, 0, &[]), "BadProof");
}

#[test]
fn a_length_that_lies_about_the_proof_is_refused() {
    let (mut stage, published, sender) = staged();
    let proof = published.tree.proof(5).unwrap();
    let proven = tributary_client::rewards::ProvenLeaf {
        place: 0,
        class: published.leaves[5].class,
        claimant: published.leaves[5].claimant,
        cumulative: published.leaves[5].cumulative,
        index: 5,
        proof: &proof,
    };
    let right = tributary_client::rewards::claim(
        &sender.pubkey(),
        &stage.mint,
        &stage.token_program,
        &proven,
        &tributary_client::rewards::Payout::default(),
    );
    let at = right.data.len() - proof.len() - 4;
    for length in [proof.len() as u32 + 1, u32::MAX] {
        let mut claim = right.clone();
        claim.data[at..at + 4].copy_from_slice(&length.to_le_bytes());
        assert_refused(stage.chain.send(&[claim], &[&sender]), "InvalidInstructionData");
    }
    // A shorter proof with bytes left behind it is a proof of the wrong length.
    let mut claim = right.clone();
    claim.data[at..at + 4].copy_from_slice(&(proof.len() as u32 - 40).to_le_bytes());
    assert!(stage.chain.send(&[claim], &[&sender]).is_err());
}

#[test]
fn no_malformed_proof_pays_in_the_virtual_machine() {
    let mut stage = Stage::token();
    stage.payer(10_000_000);
    let leaves: Vec<_> = (0..1_001).map(|n| earned(&claimant(n), 1_000 + u64::from(n))).collect();
    let published = stage.serve(&leaves);
    let sender = stage.chain.person();
    let mut sent = 0;
    for index in (0..1_001).step_by(91).chain([1_000]) {
        let leaf = published.leaves[index as usize];
        let node = (leaf.hash(&stage.vault().domain), leaf.cumulative.0);
        let right = Shown { leaf: node, index, count: 1_001, proof: published.tree.proof(index).unwrap() };
        for (_, wrong) in malformed::of(&right, u64::from(index) * 7 + 3) {
            // A claim says whose leaf it is and how much; hash and count are the chain's.
            if wrong.leaf.0 == right.leaf.0 && wrong.count == right.count {
                let shown = Leaf { cumulative: BaseUnits(wrong.leaf.1), ..leaf };
                assert_refused(stage.claim_with(&sender, 0, &shown, wrong.index, &wrong.proof), "BadProof");
                sent += 1;
            }
        }
    }
    assert!(sent > 150, "{sent}");
    assert_eq!(stage.vault().paid, [0; 3]);
}
