//! `propose_governor`, `accept_governor`, `cancel_governor` of the rewards program: the hand-over in two steps.

use solana_address::Address;
use solana_signer::Signer;
use tributary_client::ChainEvent;
use tributary_client::rewards::{self, RewardsEvent};
use tributary_program_tests::chain::assert_refused;
use tributary_program_tests::stage::{Stage, TIMELOCK_SECONDS, TIMELOCK_SLOTS, guardian};

#[test]
fn the_next_governor_takes_over_once_the_timelock_has_passed() {
    let mut stage = Stage::token();
    let (old, next) = (stage.chain.admin.pubkey(), stage.chain.person());
    stage.chain.send(&[rewards::propose_governor(&old, &next.pubkey())], &[]).unwrap();
    assert_eq!((stage.config().governor, stage.config().next_governor), (old, Some(next.pubkey())));
    stage.pass_timelock();
    let receipt = stage.chain.send(&[rewards::accept_governor(&next.pubkey())], &[&next]).unwrap();

    assert_eq!((stage.config().governor, stage.config().next_governor), (next.pubkey(), None));
    let [ChainEvent::Rewards(RewardsEvent::GovernorAccepted(event))] = receipt.events.as_slice() else {
        panic!("expected one GovernorAccepted event, found {:?}", receipt.events);
    };
    assert_eq!((event.previous, event.governor), (old, next.pubkey()));
    // The old one can do nothing more, the new one can, and nobody accepts twice.
    let tighten = rewards::Change::Threshold(3);
    assert_refused(stage.tighten(&tighten), "NotGovernor");
    stage.chain.send(&[rewards::tighten(&next.pubkey(), None, &tighten)], &[&next]).unwrap();
    assert_refused(stage.chain.send(&[rewards::accept_governor(&next.pubkey())], &[&next]), "NoNextGovernor");
}

#[test]
fn a_hand_over_waits_for_slots_and_seconds() {
    for (slots, seconds) in [(TIMELOCK_SLOTS, TIMELOCK_SECONDS - 1), (TIMELOCK_SLOTS - 1, TIMELOCK_SECONDS)] {
        let mut stage = Stage::token();
        let (old, next) = (stage.chain.admin.pubkey(), stage.chain.person());
        stage.chain.send(&[rewards::propose_governor(&old, &next.pubkey())], &[]).unwrap();
        stage.chain.pass(slots, seconds as i64);
        assert_refused(stage.chain.send(&[rewards::accept_governor(&next.pubkey())], &[&next]), "ChangeNotReady");
    }
}

#[test]
fn nobody_but_the_proposed_governor_accepts() {
    let mut stage = Stage::token();
    let (old, next, thief) = (stage.chain.admin.pubkey(), stage.chain.person(), stage.chain.person());
    assert_refused(stage.chain.send(&[rewards::accept_governor(&thief.pubkey())], &[&thief]), "NoNextGovernor");
    stage.chain.send(&[rewards::propose_governor(&old, &next.pubkey())], &[]).unwrap();
    stage.pass_timelock();
    assert_refused(stage.chain.send(&[rewards::accept_governor(&thief.pubkey())], &[&thief]), "NotNextGovernor");
}

#[test]
fn nobody_but_the_governor_proposes_a_governor() {
    let mut stage = Stage::token();
    for by in [stage.chain.person(), guardian()] {
        let propose = rewards::propose_governor(&by.pubkey(), &by.pubkey());
        assert_refused(stage.chain.send(&[propose], &[&by]), "NotGovernor");
    }
    let nobody = rewards::propose_governor(&stage.chain.admin.pubkey(), &Address::default());
    assert_refused(stage.chain.send(&[nobody], &[]), "ZeroRole");
}

#[test]
fn a_second_proposal_waits_anew() {
    let mut stage = Stage::token();
    let (old, first, second) = (stage.chain.admin.pubkey(), stage.chain.person(), stage.chain.person());
    stage.chain.send(&[rewards::propose_governor(&old, &first.pubkey())], &[]).unwrap();
    stage.pass_timelock();
    stage.chain.send(&[rewards::propose_governor(&old, &second.pubkey())], &[]).unwrap();
    assert_refused(stage.chain.send(&[rewards::accept_governor(&first.pubkey())], &[&first]), "NotNextGovernor");
    assert_refused(stage.chain.send(&[rewards::accept_governor(&second.pubkey())], &[&second]), "ChangeNotReady");
}

#[test]
fn governor_and_guardian_call_a_hand_over_off() {
    let mut stage = Stage::token();
    let (old, next) = (stage.chain.admin.insecure_clone(), stage.chain.person());
    for by in [old.insecure_clone(), guardian()] {
        assert_refused(stage.chain.send(&[rewards::cancel_governor(&by.pubkey())], &[&by]), "NoNextGovernor");
        stage.chain.send(&[rewards::propose_governor(&old.pubkey(), &next.pubkey())], &[]).unwrap();
        assert_refused(stage.chain.send(&[rewards::cancel_governor(&next.pubkey())], &[&next]), "NotGuardian");
        stage.chain.send(&[rewards::cancel_governor(&by.pubkey())], &[&by]).unwrap();
        stage.pass_timelock();
        assert_refused(stage.chain.send(&[rewards::accept_governor(&next.pubkey())], &[&next]), "NoNextGovernor");
    }
}
