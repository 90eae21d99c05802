//! What each instruction costs in compute units, printed for `docs/programs.md`,
//! with a bound that a default transaction meets. Units vary by some thousands
//! with how long the search for a bump takes.

use solana_address::Address;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_signer::Signer;
use tributary_client::{pda, registry, rewards};
use tributary_core::amount::BaseUnits;
use tributary_core::content::AssetKind;
use tributary_core::id::FileHash;
use tributary_core::position::Slot;
use tributary_program_tests::chain::{Chain, GENESIS};
use tributary_program_tests::registrations::*;
use tributary_program_tests::stage::{Stage, earned};

/// What a transaction of one instruction may use without asking for more.
const DEFAULT_UNITS: u64 = 200_000;

fn cost(chain: &mut Chain, name: &str, instruction: Instruction, signers: &[&Keypair]) {
    let units = chain.send(&[instruction], signers).unwrap().units;
    println!("{name}_cu={units}");
    assert!(units < DEFAULT_UNITS, "{name}: {units}");
}

#[test]
fn registry_instructions_fit_a_default_transaction() {
    let mut chain = Chain::new();
    open_registry(&mut chain);
    let owner = chain.person();
    let parents: Vec<_> = (0..16)
        .map(|n| (registered(&mut chain, &owner, &asset(&owner, AssetKind::Dataset, &format!("text {n}"))), 500))
        .collect();
    for count in [0, 3, 16] {
        let mut model = asset(&owner, AssetKind::Model, &format!("model {count}"));
        model.parents = parents[..count].to_vec();
        let hash = model.commitment(&GENESIS);
        cost(&mut chain, "commit", registry::commit(&owner.pubkey(), 0, &hash), &[&owner]);
        chain.pass(REVEAL_MIN, 1);
        let reveal = registry::register(&model, &GENESIS);
        cost(&mut chain, &format!("register_{count}_parents"), reveal, &[&owner]);
    }
    let mut shared = asset(&owner, AssetKind::Model, "shared");
    shared.parents = parents[..4].to_vec();
    shared.co_owners = (1..=4).map(|n| share(&Address::new_from_array([n; 32]), 2_500)).collect();
    commit(&mut chain, &owner, &shared);
    let reveal = registry::register(&shared, &GENESIS);
    cost(&mut chain, "register_4_parents_4_co_owners", reveal, &[&owner]);
    let key = Address::new_from_array([5; 32]);
    cost(&mut chain, "register_gateway", registry::register_gateway(&owner.pubkey(), 0, 0), &[&owner]);
    cost(&mut chain, "add_gateway_key", registry::add_gateway_key(&owner.pubkey(), 0, 0, &key, Slot(0)), &[&owner]);
    cost(&mut chain, "revoke_gateway_key", registry::revoke_gateway_key(&owner.pubkey(), 0, 0, &key), &[&owner]);
}

#[test]
fn rewards_instructions_fit_a_default_transaction() {
    let mut stage = Stage::token();
    let payer = stage.holder(1_000_000);
    let deposit = rewards::deposit(&payer.pubkey(), &stage.mint, &stage.token_program, BaseUnits(100_000));
    cost(&mut stage.chain, "deposit_first", deposit.clone(), &[&payer]);
    cost(&mut stage.chain, "deposit", deposit, &[&payer]);
    cost(&mut stage.chain, "request_refund", rewards::request_refund(&payer.pubkey(), &stage.vault), &[&payer]);
    let withdraw = rewards::withdraw_refund_request(&payer.pubkey(), &stage.vault);
    cost(&mut stage.chain, "withdraw_refund_request", withdraw, &[&payer]);

    let leaves: Vec<_> = (0..200u8).map(|n| earned(&Address::new_from_array([n + 1; 32]), 10)).collect();
    let (poster, watchers) = (stage.poster.insecure_clone(), [&stage.watchers[0], &stage.watchers[1]]);
    let watchers = watchers.map(Keypair::insecure_clone);
    for name in ["post_root_first", "post_root"] {
        let root = stage.build(&leaves);
        let (vault, id) = (stage.vault, root.id());
        cost(&mut stage.chain, name, rewards::post_root(&poster.pubkey(), &vault, &root.root), &[&poster]);
        for watcher in &watchers {
            let attest = rewards::attest_root(&watcher.pubkey(), &vault, 0, &id);
            cost(&mut stage.chain, "attest_root", attest, &[watcher]);
        }
        if name == "post_root_first" {
            let veto = rewards::veto_root(&watchers[0].pubkey(), &vault, 0, &id, rewards::VetoReason::Wrong);
            cost(&mut stage.chain, "veto_root", veto, &[&watchers[0]]);
        } else {
            stage.pass_window();
            cost(&mut stage.chain, "activate_root", rewards::activate_root(&vault, 0, &id), &[]);
        }
    }
}

#[test]
fn changes_of_a_record_fit_a_default_transaction() {
    let (mut chain, owner, dataset) = with_dataset();
    let (rival, o) = (chain.person(), owner.pubkey());
    let (r, governor) = (rival.pubkey(), chain.admin.pubkey());
    let older = asset(&owner, AssetKind::Model, "model");
    commit(&mut chain, &owner, &older);
    register(&mut chain, &rival, &asset(&rival, AssetKind::Model, "model")).unwrap();
    cost(&mut chain, "displace", registry::displace(&older, &GENESIS), &[&owner]);
    let terms = registry::SetTerms {
        payer: o,
        owner: o,
        shard: 0,
        asset: dataset,
        co_owners: (1..=16).map(|n| share(&Address::new_from_array([n; 32]), 625)).collect(),
        mix_bps: [0; 5],
        consenting: vec![],
    };
    cost(&mut chain, "set_terms_16_co_owners", registry::set_terms(&terms), &[&owner]);
    cost(&mut chain, "set_uses", registry::set_uses(&o, 0, &dataset, 1), &[&owner]);
    let collection = pda::collection(&r, 0);
    let hash = FileHash([1; 32]);
    cost(&mut chain, "create_collection", registry::create_collection(&r, 0, 0, 100, &hash), &[&rival]);
    let join = registry::join_collection(&o, &r, 0, &collection, &dataset);
    cost(&mut chain, "join_collection", join, &[&owner, &rival]);
    cost(&mut chain, "leave_collection", registry::leave_collection(&o, 0, &collection, &dataset), &[&owner]);
    cost(&mut chain, "offer_transfer", registry::offer_transfer(&o, 0, &dataset, &o), &[&owner]);
    cost(&mut chain, "accept_transfer", registry::accept_transfer(&o, &o, 0, &dataset), &[&owner]);
    let parties = registry::Parties { asset: dataset, challenger: r, owner: o };
    for verdict in [registry::Verdict::ForOwner, registry::Verdict::ForChallenger] {
        cost(&mut chain, "open_dispute", registry::open_dispute(&r, 0, &dataset, &hash), &[&rival]);
        let rule = registry::rule_dispute(&arbiter().pubkey(), 0, &parties, verdict);
        cost(&mut chain, "rule_dispute", rule, &[&arbiter()]);
    }
    chain.pass(TIMELOCK, TIMELOCK_SECONDS as i64);
    cost(&mut chain, "apply_reassignment", registry::apply_reassignment(0, &dataset, &r), &[]);
    cost(&mut chain, "retire", registry::retire(&r, 0, &dataset), &[&rival]);
    cost(&mut chain, "propose_governor", registry::propose_governor(&governor, 0, &o), &[]);
    cost(&mut chain, "propose_settings", registry::propose_settings(&governor, 0, &settings()), &[]);
}
