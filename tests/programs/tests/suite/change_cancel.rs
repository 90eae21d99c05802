//! `cancel_change`: who can, and that nothing is left of it.

use solana_address::Address;
use solana_signer::Signer;
use tributary_client::rewards::{self, Change, RewardsEvent};
use tributary_client::{ChainEvent, pda};
use tributary_program_tests::chain::assert_refused;
use tributary_program_tests::stage::{Stage, guardian};

const KEY: Address = Address::new_from_array([0x31; 32]);

#[test]
fn governor_and_guardian_cancel_and_the_change_is_gone() {
    let mut stage = Stage::token();
    let governor = stage.chain.admin.insecure_clone();
    for (nonce, by) in [(0, governor), (1, guardian())] {
        let change = Change::PolicySet([5; 32]);
        stage.propose(nonce, &change).unwrap();
        let receipt = stage.cancel(&by, nonce, &change).unwrap();
        let [ChainEvent::Rewards(RewardsEvent::ChangeCancelled(event))] = receipt.events.as_slice() else {
            panic!("expected one ChangeCancelled event, found {:?}", receipt.events);
        };
        assert_eq!((event.vault, event.nonce, event.by), (stage.vault_address(), nonce, by.pubkey()));
        stage.pass_timelock();
        assert!(stage.apply(nonce, &change).is_err());
    }
    assert_eq!(stage.vault().next_policy_set, None);
}

#[test]
fn nobody_else_cancels() {
    let mut stage = Stage::token();
    let change = Change::Poster(KEY);
    stage.propose(0, &change).unwrap();
    for by in [stage.chain.person(), stage.poster.insecure_clone(), stage.watchers[0].insecure_clone()] {
        assert_refused(stage.cancel(&by, 0, &change), "NotGuardian");
    }
}

/// Threat 16: otherwise a stolen guardian key could keep its successor out for ever.
#[test]
fn a_guardian_cannot_cancel_its_own_replacement() {
    let mut stage = Stage::token();
    let change = Change::Guardian(KEY);
    stage.propose(0, &change).unwrap();
    assert_refused(stage.cancel_as_guardian(0, &change), "NotGovernor");
    stage.pass_timelock();
    stage.apply(0, &change).unwrap();
    assert_eq!(stage.config().guardian, KEY);
}

#[test]
fn a_cancelled_change_starts_again_with_a_new_timelock() {
    let mut stage = Stage::token();
    let change = Change::Poster(KEY);
    stage.propose(0, &change).unwrap();
    stage.pass_timelock();
    stage.cancel_as_guardian(0, &change).unwrap();
    stage.propose(0, &change).unwrap();
    assert_refused(stage.apply(0, &change), "ChangeNotReady");
}

#[test]
fn a_cancelled_change_gives_the_rent_to_who_paid_it_and_names_its_target() {
    let mut stage = Stage::token();
    let (thief, admin) = (stage.chain.person(), stage.chain.admin.pubkey());
    stage.propose(0, &Change::Poster(KEY)).unwrap();
    let steal = rewards::cancel_change(&admin, None, 0, &thief.pubkey());
    assert_refused(stage.chain.send(&[steal], &[]), "WrongChangePayer");
    let mut wrong = rewards::cancel_change(&admin, Some(&stage.vault), 0, &admin);
    wrong.accounts[3].pubkey = pda::change(&pda::rewards_config(), 0);
    assert_refused(stage.chain.send(&[wrong], &[]), "WrongTarget");
}
