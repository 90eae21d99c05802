//! What a root must fit: the headroom of each leaf class, the policy set in
//! force, and what disabled roots had paid.

use solana_address::Address;
use tributary_client::pda;
use tributary_client::rewards::{Change, VaultSettings};
use tributary_core::id::FileHash;
use tributary_core::leaf::LeafClass;
use tributary_program_tests::chain::assert_refused;
use tributary_program_tests::stage::{SETTINGS, Stage, earned, leaf};

fn key(n: u8) -> Address {
    Address::new_from_array([n; 32])
}

fn slow() -> Stage {
    let mut stage = Stage::without_vault(pda::TOKEN, &[]);
    stage.create_vault(&VaultSettings { growth_per_slot: 10, growth_burst: 1_000, ..SETTINGS }).unwrap();
    stage.payer(1_000_000);
    stage
}

#[test]
fn a_whales_refund_leaves_what_others_earn_its_headroom() {
    // Threat 8.
    let mut stage = slow();
    let whale = stage.build(&[leaf(LeafClass::Refund, &key(9), 1_001)]);
    assert_refused(stage.post(&whale.root), "NoHeadroom");
    stage.serve(&[leaf(LeafClass::Refund, &key(9), 1_000)]);
    // The refunds' headroom is used up; what was earned and the fee have theirs.
    let all = [earned(&key(1), 1_000), leaf(LeafClass::Refund, &key(9), 1_000), leaf(LeafClass::Fee, &key(2), 1_000)];
    stage.serve(&all);
    let saved = stage.vault().refund_fee_growth.headroom;
    assert!(saved[0] < 1_000 && saved[1] == 0, "{saved:?}");
}

#[test]
fn a_backlog_is_worked_off_in_steps_and_not_refused_for_ever() {
    // Threat 8, the other side.
    let mut stage = slow();
    let mut owed = 0;
    for _ in 0..20 {
        let room = stage.vault().headroom_at(tributary_core::position::Slot(stage.chain.slot() + 1));
        owed += room;
        stage.serve(&[earned(&key(1), owed)]);
    }
    assert!(owed >= 1_000 + 19 * 10 * SETTINGS.challenge_slots);
}

#[test]
fn a_root_uses_the_policy_set_in_force_at_its_parent() {
    let mut stage = Stage::token();
    stage.payer(1_000);
    let mut other = stage.build(&[earned(&key(1), 10)]);
    other.root.header.policy_set = FileHash([9; 32]);
    assert_refused(stage.post(&other.root), "WrongPolicySet");
    stage.serve(&[earned(&key(1), 10)]);

    stage.change(0, &Change::PolicySet([9; 32])).unwrap();
    // The parent was computed before the change: its successor still uses the first set.
    let mut early = stage.build(&[earned(&key(1), 20)]);
    assert_eq!(early.root.header.policy_set, SETTINGS.policy_set);
    early.root.header.policy_set = FileHash([9; 32]);
    assert_refused(stage.post(&early.root), "WrongPolicySet");
    stage.chain.pass(40, 20);
    stage.serve(&[earned(&key(1), 20)]);
    // Now the parent was computed after it.
    let late = stage.build(&[earned(&key(1), 30)]);
    assert_eq!(late.root.header.policy_set, FileHash([9; 32]));
    stage.serve(&[earned(&key(1), 30)]);
}

#[test]
fn nothing_is_overpaid_while_nothing_was_disabled() {
    let mut stage = Stage::token();
    stage.payer(1_000);
    for class in 0..3 {
        let mut root = stage.build(&[earned(&key(1), 10)]);
        root.root.overpaid[class] = 1;
        assert_refused(stage.post(&root.root), "BadOverpaid");
    }
}

#[test]
fn vaults_need_a_policy_set_and_an_outflow_that_lets_something_leave() {
    let mut stage = Stage::without_vault(pda::TOKEN, &[]);
    for (settings, reason) in [
        (VaultSettings { policy_set: FileHash([0; 32]), ..SETTINGS }, "BadPolicySet"),
        (VaultSettings { outflow_per_slot: 1, ..SETTINGS }, "BadOutflow"),
        (VaultSettings { outflow_burst: 1, ..SETTINGS }, "BadOutflow"),
    ] {
        assert_refused(stage.create_vault(&settings), reason);
    }
    stage.create_vault(&VaultSettings { outflow_per_slot: 3, outflow_burst: 50, ..SETTINGS }).unwrap();
    let outflow = stage.vault().outflow;
    assert_eq!((outflow.per_slot, outflow.burst, outflow.saved), (3, 50, 50));
}
