//! `propose_settings`, `apply_settings` and `cancel_settings` of the registry.

use solana_keypair::Keypair;
use solana_signer::Signer;
use tributary_client::registry::{self, Proposal, RegistryEvent, RegistrySettings};
use tributary_core::position::Slot;
use tributary_program_tests::chain::{Chain, Outcome, assert_refused};
use tributary_program_tests::misuse::{assert_accounts_are_checked, assert_only_signer};
use tributary_program_tests::registrations::*;

fn opened() -> Chain {
    let mut chain = Chain::new();
    open_registry(&mut chain);
    chain
}

fn propose(chain: &mut Chain, next: &RegistrySettings) -> Outcome {
    let governor = chain.admin.pubkey();
    chain.send(&[registry::propose_settings(&governor, 0, next)], &[])
}

fn apply(chain: &mut Chain) -> Outcome {
    let governor = chain.admin.pubkey();
    chain.send(&[registry::apply_settings(&governor, 0)], &[])
}

fn cancel(chain: &mut Chain) -> Outcome {
    let governor = chain.admin.pubkey();
    chain.send(&[registry::cancel_settings(&governor, 0)], &[])
}

/// Looser than at the beginning.
fn looser() -> RegistrySettings {
    RegistrySettings { terms_delay_slots: TERMS_DELAY - 1, ..settings() }
}

#[test]
fn tightening_takes_effect_at_once() {
    let tighter: [fn(&mut RegistrySettings); 8] = [
        |s| s.reveal_min_slots += 1,
        |s| s.reveal_max_slots += 1,
        |s| s.displace_slots += 1,
        |s| s.terms_delay_slots += 1,
        |s| s.timelock_slots += 1,
        |s| s.timelock_seconds += 1,
        |s| s.dispute_slots += 1,
        |s| s.dispute_bond += 1,
    ];
    let mut chain = opened();
    let mut expected = settings();
    for change in tighter {
        change(&mut expected);
        let receipt = propose(&mut chain, &expected).unwrap();
        let RegistryEvent::SettingsApplied(event) = only_event(&receipt) else { panic!("another event") };
        assert_eq!(event.settings, expected);
        assert_eq!((config(&chain).settings, config(&chain).next_settings), (expected, None));
    }
}

#[test]
fn loosening_anything_waits_for_the_timelock() {
    let changes: [fn(&mut RegistrySettings); 9] = [
        |s| s.reveal_min_slots -= 1,
        |s| s.reveal_max_slots -= 1,
        |s| s.displace_slots -= 1,
        |s| s.terms_delay_slots -= 1,
        |s| s.timelock_slots -= 1,
        |s| s.timelock_seconds -= 1,
        |s| s.dispute_slots -= 1,
        |s| s.dispute_bond -= 1,
        |s| s.arbiter = Keypair::new().pubkey(),
    ];
    for change in changes {
        let mut chain = opened();
        // Tightening beside it does not help.
        let mut next = RegistrySettings { dispute_bond: BOND + 10, ..settings() };
        change(&mut next);
        if next.dispute_bond != BOND + 10 {
            next.dispute_bond = BOND - 1;
        }
        let receipt = propose(&mut chain, &next).unwrap();
        let (slot, second) = (chain.slot() + TIMELOCK, chain.second() + TIMELOCK_SECONDS as i64);
        let RegistryEvent::SettingsProposed(event) = only_event(&receipt) else { panic!("another event") };
        assert_eq!((event.settings, event.ripe_slot, event.ripe_second), (next, slot, second));
        assert_eq!(config(&chain).settings, settings());
        let proposal = Proposal { what: next, ripe_slot: Slot(slot), ripe_second: second };
        assert_eq!(config(&chain).next_settings, Some(proposal));

        chain.pass(TIMELOCK - 1, TIMELOCK_SECONDS as i64);
        assert_refused(apply(&mut chain), "Timelocked");
        chain.pass(1, 0);
        let receipt = apply(&mut chain).unwrap();
        let RegistryEvent::SettingsApplied(event) = only_event(&receipt) else { panic!("another event") };
        assert_eq!(event.settings, next);
        assert_eq!((config(&chain).settings, config(&chain).next_settings), (next, None));
        assert_refused(apply(&mut chain), "NoProposal");
    }
}

#[test]
fn slots_alone_are_not_enough() {
    let mut chain = opened();
    propose(&mut chain, &looser()).unwrap();
    chain.pass(1_000, TIMELOCK_SECONDS as i64 - 1);
    assert_refused(apply(&mut chain), "Timelocked");
}

#[test]
fn a_proposal_is_replaced_cancelled_and_checked() {
    let mut chain = opened();
    assert_refused(apply(&mut chain), "NoProposal");
    assert_refused(cancel(&mut chain), "NoProposal");
    propose(&mut chain, &looser()).unwrap();
    chain.pass(TIMELOCK, TIMELOCK_SECONDS as i64);
    // A second one waits anew, and one that tightens puts the first aside.
    propose(&mut chain, &looser()).unwrap();
    assert_refused(apply(&mut chain), "Timelocked");
    let tighter = RegistrySettings { dispute_bond: BOND + 1, ..settings() };
    propose(&mut chain, &tighter).unwrap();
    assert_refused(apply(&mut chain), "NoProposal");
    propose(&mut chain, &looser()).unwrap();
    let receipt = cancel(&mut chain).unwrap();
    assert!(matches!(only_event(&receipt), RegistryEvent::SettingsCancelled(_)));
    chain.pass(TIMELOCK, TIMELOCK_SECONDS as i64);
    assert_refused(apply(&mut chain), "NoProposal");
    assert_eq!(config(&chain).settings, tighter);
    let senseless = RegistrySettings { reveal_min_slots: REVEAL_MAX, ..settings() };
    assert_refused(propose(&mut chain, &senseless), "BadDelays");
    // Not even tightening locks the registry for good.
    let for_ever = RegistrySettings { timelock_slots: u64::MAX, ..settings() };
    assert_refused(propose(&mut chain, &for_ever), "BadSettings");
}

#[test]
fn no_account_of_a_proposal_can_be_another() {
    let mut chain = opened();
    let governor = chain.admin.insecure_clone();
    let propose = registry::propose_settings(&governor.pubkey(), 0, &looser());
    assert_only_signer(&mut chain, &propose, 0, &[], "NotGovernor");
    assert_accounts_are_checked(&mut chain, &propose, &[&governor]);
    chain.send(&[propose], &[]).unwrap();
    chain.pass(TIMELOCK, TIMELOCK_SECONDS as i64);
    for instruction in [registry::apply_settings, registry::cancel_settings] {
        let right = instruction(&governor.pubkey(), 0);
        assert_only_signer(&mut chain, &right, 0, &[], "NotGovernor");
        assert_accounts_are_checked(&mut chain, &right, &[&governor]);
    }
    apply(&mut chain).unwrap();
}
