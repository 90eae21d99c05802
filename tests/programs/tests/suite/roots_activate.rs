//! `activate_root`: when a root begins to serve.

use solana_address::Address;
use tributary_client::ChainEvent;
use tributary_client::rewards::{self, RewardsEvent, RootStatus};
use tributary_core::id::RootId;
use tributary_program_tests::chain::assert_refused;
use tributary_program_tests::stage::{Published, SETTINGS, Stage, earned};

fn attested() -> (Stage, Published) {
    let mut stage = Stage::token();
    stage.payer(1_000);
    let published = stage.build(&[earned(&Address::new_from_array([3; 32]), 10)]);
    stage.post(&published.root).unwrap();
    stage.attest(0, &published).unwrap();
    stage.attest(1, &published).unwrap();
    (stage, published)
}

#[test]
fn an_activated_root_becomes_the_vaults_newest() {
    let (mut stage, published) = attested();
    stage.pass_window();
    let receipt = stage.activate(&published).unwrap();

    let vault = stage.vault();
    assert_eq!(stage.root(0).status, RootStatus::Active);
    assert_eq!(stage.root(0).activated_slot.unwrap().0, stage.chain.slot());
    assert_eq!((vault.head_root, vault.head_epoch.0, vault.head_place), (published.id(), 1, 0));
    assert_eq!((vault.head_class_totals, vault.pending, vault.pending_growth), ([10, 0, 0], None, 0));
    assert_eq!(vault.head_finalised_slot, published.root.header.finalised_slot);
    let [ChainEvent::Rewards(RewardsEvent::RootActivated(event))] = receipt.events.as_slice() else {
        panic!("expected one RootActivated event, found {:?}", receipt.events);
    };
    assert_eq!((event.root_id, event.epoch), (published.id().0, 1));
}

#[test]
fn both_slots_and_seconds_of_the_window_must_pass() {
    let (mut stage, published) = attested();
    assert_refused(stage.activate(&published), "WindowOpen");
    stage.chain.pass(SETTINGS.challenge_slots * 10, SETTINGS.challenge_seconds as i64 - 1);
    assert_refused(stage.activate(&published), "WindowOpen");
    stage.chain.pass(0, 1);
    stage.activate(&published).unwrap();

    let (mut stage, published) = attested();
    stage.chain.pass(SETTINGS.challenge_slots - 1, SETTINGS.challenge_seconds as i64 * 10);
    assert_refused(stage.activate(&published), "WindowOpen");
    stage.chain.pass(1, 0);
    stage.activate(&published).unwrap();
}

#[test]
fn too_few_attestations_keep_a_root_waiting() {
    let mut stage = Stage::token();
    stage.payer(1_000);
    let published = stage.build(&[earned(&Address::new_from_array([3; 32]), 10)]);
    stage.post(&published.root).unwrap();
    stage.pass_window();
    assert_refused(stage.activate(&published), "TooFewAttestations");
    stage.attest(2, &published).unwrap();
    assert_refused(stage.activate(&published), "TooFewAttestations");
    stage.attest(1, &published).unwrap();
    stage.activate(&published).unwrap();
}

#[test]
fn a_root_is_activated_once_and_by_its_name() {
    let (mut stage, published) = attested();
    stage.pass_window();
    let wrong = rewards::activate_root(&stage.vault, 0, &RootId([9; 32]));
    assert_refused(stage.chain.send(&[wrong], &[]), "WrongRoot");
    stage.activate(&published).unwrap();
    assert_refused(stage.activate(&published), "NotPending");
}

#[test]
fn a_root_of_another_vault_is_refused() {
    let (mut stage, published) = attested();
    stage.pass_window();
    let vault = stage.vault;
    stage.mint = tributary_program_tests::tokens::mint(&mut stage.chain, &tributary_client::pda::TOKEN, &[], false);
    stage.vault = tributary_client::pda::vault(&stage.mint);
    stage.create_vault(&SETTINGS).unwrap();
    let mut activate = rewards::activate_root(&vault, 0, &published.id());
    activate.accounts[1].pubkey = stage.vault_address();
    assert_refused(stage.chain.send(&[activate], &[]), "WrongVault");
}
