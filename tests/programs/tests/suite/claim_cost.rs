//! What a claim costs: compute units and bytes, under a tree of 2²⁰ leaves.
//! Prints the numbers that `docs/programs.md` quotes.

use solana_address::Address;
use solana_address_lookup_table_interface::program::ID as LOOKUP_TABLES;
use solana_address_lookup_table_interface::state::{AddressLookupTable, LookupTableMeta};
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_message::{AddressLookupTableAccount, VersionedMessage, v0};
use solana_signer::Signer;
use solana_transaction::versioned::VersionedTransaction;
use std::borrow::Cow;
use tributary_client::pda;
use tributary_client::rewards::{self, ProvenLeaf};
use tributary_core::tree::{Node, Tree};
use tributary_program_tests::chain::Receipt;
use tributary_program_tests::stage::{Published, Stage, earned};
use tributary_program_tests::tokens;

/// Leaves of the tree: proofs have 16 siblings below the frontier.
const LEAVES: usize = 1 << 20;
/// Bytes a claim's transaction may have, so that wallets can add theirs.
const CLAIM_BYTES_MAX: usize = 1_100;
/// Compute units of a claim without the token program's, events included.
const CLAIM_UNITS_MAX: u64 = 20_000;
const COMPUTE_BUDGET: Address = Address::from_str_const("ComputeBudget111111111111111111111111111111");

/// A served root over 2²⁰ leaves, of which only the first is somebody real.
fn large(stage: &mut Stage, claimant: &Address) -> Published {
    let vault = stage.vault();
    let leaf = earned(claimant, 1_000);
    let mut published = stage.build(&[leaf]);
    let mut nodes = vec![Node { hash: [0x5e; 32], sum: 0 }; LEAVES];
    nodes[0] = Node { hash: leaf.hash(&vault.domain), sum: 1_000 };
    let tree = Tree::build(nodes).unwrap();
    published.root.frontier = tree.frontier();
    published.root.header.tree_hash = tree.root().hash;
    published.root.header.leaf_count = LEAVES as u32;
    published.tree = tree;
    stage.post(&published.root).unwrap();
    stage.attest(0, &published).unwrap();
    stage.attest(1, &published).unwrap();
    stage.pass_window();
    stage.activate(&published).unwrap();
    published
}

fn claim(stage: &Stage, payer: &Address, published: &Published, proof: &[u8]) -> Instruction {
    let leaf = published.leaves[0];
    let proven = ProvenLeaf {
        place: published.root.place,
        class: leaf.class,
        claimant: leaf.claimant,
        cumulative: leaf.cumulative,
        index: 0,
        proof,
    };
    rewards::claim(payer, &stage.mint, &stage.token_program, &proven)
}

/// Units that the rewards program used itself, its own events included: what the
/// log says it consumed, less what the other programs it called consumed.
fn own_units(receipt: &Receipt) -> u64 {
    let consumed = |program: &Address| -> u64 {
        let prefix = format!("Program {program} consumed ");
        let all = receipt.logs.iter().filter_map(|line| line.strip_prefix(&prefix));
        all.map(|rest| rest.split(' ').next().unwrap().parse::<u64>().unwrap()).max().unwrap_or(0)
    };
    consumed(&pda::REWARDS) - consumed(&pda::TOKEN) - consumed(&pda::ASSOCIATED_TOKEN)
}

#[test]
fn a_claim_under_a_million_leaves_is_cheap_enough() {
    let mut stage = Stage::token();
    stage.payer(10_000);
    let claimant = Keypair::new_from_array([0x21; 32]);
    stage.chain.fund(&claimant.pubkey());
    let first = stage.serve(&[earned(&claimant.pubkey(), 10)]);
    let opening = stage.claim(&claimant, &first, 0).unwrap();
    stage.chain.pass(1, 1);
    let published = large(&mut stage, &claimant.pubkey());
    let proof = published.tree.proof(0).unwrap();
    assert_eq!(proof.len(), 16 * 40);
    let instruction = claim(&stage, &claimant.pubkey(), &published, &proof);

    let paying = stage.chain.send_as(&claimant, &[instruction], &[]).unwrap();

    assert_eq!(stage.balance(&claimant.pubkey()), 1_000);
    println!("claim_opening_cu={}", opening.units);
    println!("claim_total_cu={}", paying.units);
    println!("claim_cu={}", own_units(&paying));
    assert!(opening.units < 80_000, "{}", opening.units);
    assert!(own_units(&paying) <= CLAIM_UNITS_MAX, "{}", own_units(&paying));
}

#[test]
fn a_claim_fits_in_a_transaction_with_room_for_a_wallet() {
    let mut stage = Stage::token();
    stage.payer(10_000);
    let claimant = Keypair::new_from_array([0x21; 32]);
    stage.chain.fund(&claimant.pubkey());
    let published = large(&mut stage, &claimant.pubkey());
    let proof = published.tree.proof(0).unwrap();
    let claim = claim(&stage, &claimant.pubkey(), &published, &proof);

    // What never changes for a vault goes into a lookup table; programs that are invoked cannot.
    let vault = stage.vault();
    let mut addresses = vec![
        stage.vault_address(),
        stage.mint,
        vault.token_account,
        pda::TOKEN,
        pda::ASSOCIATED_TOKEN,
        pda::SYSTEM,
        pda::rewards_event_authority(),
    ];
    addresses.extend((0..rewards::RING).map(|place| pda::root(&stage.vault, place)));
    let table = AddressLookupTableAccount { key: Address::new_from_array([0x7a; 32]), addresses };
    let state = AddressLookupTable {
        meta: LookupTableMeta { last_extended_slot: 1, ..LookupTableMeta::new(stage.chain.admin.pubkey()) },
        addresses: Cow::Borrowed(&table.addresses),
    };
    stage.chain.place(table.key, LOOKUP_TABLES, state.serialize_for_tests().unwrap());

    let limit = Instruction {
        program_id: COMPUTE_BUDGET,
        accounts: vec![],
        data: [&[2][..], &60_000u32.to_le_bytes()].concat(),
    };
    let price = Instruction {
        program_id: COMPUTE_BUDGET,
        accounts: vec![],
        data: [&[3][..], &1_000u64.to_le_bytes()].concat(),
    };
    let instructions = [limit, price, claim];
    let blockhash = stage.chain.blockhash();
    let message = v0::Message::try_compile(&claimant.pubkey(), &instructions, &[table], blockhash).unwrap();
    let transaction = VersionedTransaction::try_new(VersionedMessage::V0(message), &[&claimant]).unwrap();
    let bytes = 1 + 64 + transaction.message.serialize().len();
    println!("claim_tx_bytes={bytes}");
    assert!(bytes <= CLAIM_BYTES_MAX, "{bytes} bytes");

    stage.chain.submit(transaction, &instructions).unwrap();
    assert_eq!(tokens::balance(&stage.chain, &stage.account_of(&claimant.pubkey())), 1_000);
}
