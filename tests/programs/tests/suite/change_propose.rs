//! `propose_change`: what it keeps, and what it refuses.

use solana_address::Address;
use solana_signer::Signer;
use tributary_client::rewards::{self, Change, PendingChange, RewardsEvent};
use tributary_client::{ChainEvent, pda};
use tributary_program_tests::chain::assert_refused;
use tributary_program_tests::stage::{Stage, TIMELOCK_SECONDS, TIMELOCK_SLOTS};

const KEY: Address = Address::new_from_array([0x31; 32]);

#[test]
fn a_proposal_waits_for_slots_and_seconds() {
    let mut stage = Stage::token();
    let change = Change::Poster(KEY);
    let receipt = stage.propose(7, &change).unwrap();

    let ready_slot = stage.chain.slot() + TIMELOCK_SLOTS;
    let ready_at = stage.chain.second() + TIMELOCK_SECONDS as i64;
    let address = pda::change(&pda::rewards_config(), 7);
    let pending = PendingChange::decode(&stage.chain.data(&address)).unwrap();
    assert_eq!((pending.nonce, pending.ready_slot.0, pending.ready_at), (7, ready_slot, ready_at));
    assert_eq!((pending.target, pending.payer), (pda::rewards_config(), stage.chain.admin.pubkey()));
    assert_eq!(pending.change, change);
    assert_ne!(stage.config().poster, KEY);
    let [ChainEvent::Rewards(RewardsEvent::ChangeProposed(event))] = receipt.events.as_slice() else {
        panic!("expected one ChangeProposed event, found {:?}", receipt.events);
    };
    assert_eq!((event.vault, event.sequence, event.change), (pda::rewards_config(), 1, change));
    assert_eq!((event.ready_slot, event.ready_at), (ready_slot, ready_at));
}

#[test]
fn a_vaults_change_stands_in_the_vaults_sequence() {
    let mut stage = Stage::token();
    let sequence = stage.vault().sequence;
    let receipt = stage.propose(0, &Change::PolicySet([5; 32])).unwrap();
    let ChainEvent::Rewards(event) = &receipt.events[0] else { panic!("another program's event") };
    assert_eq!(event.position(), (stage.vault_address(), sequence));
    assert_eq!((stage.vault().sequence, stage.config().sequence), (sequence + 1, 1));
}

#[test]
fn nobody_but_the_governor_proposes() {
    let mut stage = Stage::token();
    let stranger = stage.chain.person();
    let change = Change::Poster(stranger.pubkey());
    let propose = rewards::propose_change(&stranger.pubkey(), None, 0, &change);
    assert_refused(stage.chain.send(&[propose], &[&stranger]), "NotGovernor");
}

#[test]
fn a_proposal_is_never_overwritten() {
    let mut stage = Stage::token();
    stage.propose(0, &Change::Poster(KEY)).unwrap();
    assert!(stage.propose(0, &Change::Threshold(1)).is_err());
    stage.propose(1, &Change::Threshold(1)).unwrap();
}

#[test]
fn a_change_and_its_target_must_fit() {
    let mut stage = Stage::token();
    let governor = stage.chain.admin.pubkey();
    let vault = stage.vault;
    // A role with a vault, and a vault's setting without one.
    for (target, change) in [(Some(&vault), Change::Threshold(1)), (None, Change::PolicySet([5; 32]))] {
        let propose = rewards::propose_change(&governor, target, 0, &change);
        assert_refused(stage.chain.send(&[propose], &[]), "WrongTarget");
    }
    // Kept where another target's changes are.
    let mut elsewhere = rewards::propose_change(&governor, None, 0, &Change::Threshold(1));
    elsewhere.data[8..40].copy_from_slice(&vault.0);
    elsewhere.accounts[3].pubkey = pda::change(&stage.vault_address(), 0);
    assert_refused(stage.chain.send(&[elsewhere], &[]), "WrongTarget");
}

#[test]
fn changes_that_make_no_sense_are_refused() {
    let mut stage = Stage::token();
    let zero = Address::default();
    let cases = [
        ("ZeroRole", Change::Poster(zero)),
        ("ZeroRole", Change::AddWatcher(zero)),
        ("BadThreshold", Change::Threshold(0)),
        ("BadThreshold", Change::Threshold(9)),
        ("BadTimelock", Change::Timelock { slots: u64::MAX, seconds: 1 }),
        ("BadTimelock", Change::Timelock { slots: 1, seconds: 2_592_001 }),
        ("BadWindow", Change::Window { slots: 0, seconds: 1 }),
        ("BadWindow", Change::Window { slots: 1, seconds: u64::MAX }),
        ("BadGrowth", Change::Growth { per_slot: [1; 3], burst: [1, 0, 1] }),
        ("BadOutflow", Change::Outflow { per_slot: 0, burst: 1 }),
        ("BadOutflow", Change::Outflow { per_slot: 1, burst: 0 }),
        ("BadPolicySet", Change::PolicySet([0; 32])),
    ];
    for (reason, change) in cases {
        assert_refused(stage.propose(0, &change), reason);
    }
}

#[test]
fn bytes_that_are_no_change_are_refused() {
    let mut stage = Stage::token();
    let mut unknown = rewards::propose_change(&stage.chain.admin.pubkey(), None, 0, &Change::Threshold(1));
    unknown.data[48] = 99;
    assert!(stage.chain.send(&[unknown.clone()], &[]).is_err());
    unknown.data.truncate(48);
    assert!(stage.chain.send(&[unknown], &[]).is_err());
}
