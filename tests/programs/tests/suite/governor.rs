//! `propose_governor`, `accept_governor` and `cancel_governor`.

use solana_address::Address;
use solana_keypair::Keypair;
use solana_signer::Signer;
use tributary_client::registry::{self, Proposal, RegistryEvent};
use tributary_core::position::Slot;
use tributary_program_tests::chain::{Chain, Outcome, assert_refused};
use tributary_program_tests::misuse::{assert_accounts_are_checked, assert_only_signer};
use tributary_program_tests::registrations::*;

fn opened() -> (Chain, Keypair) {
    let mut chain = Chain::new();
    open_registry(&mut chain);
    let next = chain.person();
    (chain, next)
}

fn propose(chain: &mut Chain, next: &Address) -> Outcome {
    let governor = chain.admin.pubkey();
    chain.send(&[registry::propose_governor(&governor, 0, next)], &[])
}

fn accept(chain: &mut Chain, next: &Keypair) -> Outcome {
    chain.send(&[registry::accept_governor(&next.pubkey(), 0)], &[next])
}

fn cancel(chain: &mut Chain) -> Outcome {
    let governor = chain.admin.pubkey();
    chain.send(&[registry::cancel_governor(&governor, 0)], &[])
}

#[test]
fn the_next_governor_accepts_after_slots_and_seconds() {
    let (mut chain, next) = opened();
    let receipt = propose(&mut chain, &next.pubkey()).unwrap();
    let (slot, second) = (chain.slot() + TIMELOCK, chain.second() + TIMELOCK_SECONDS as i64);
    let proposal = Proposal { what: next.pubkey(), ripe_slot: Slot(slot), ripe_second: second };
    assert_eq!(config(&chain).next_governor, Some(proposal));
    let RegistryEvent::GovernorProposed(event) = only_event(&receipt) else { panic!("another event") };
    assert_eq!((event.next, event.ripe_slot, event.ripe_second), (next.pubkey(), slot, second));

    chain.pass(TIMELOCK, TIMELOCK_SECONDS as i64 - 1);
    assert_refused(accept(&mut chain, &next), "Timelocked");
    chain.pass(0, 1);
    let receipt = accept(&mut chain, &next).unwrap();
    let RegistryEvent::GovernorChanged(event) = only_event(&receipt) else { panic!("another event") };
    assert_eq!((event.previous, event.governor), (chain.admin.pubkey(), next.pubkey()));
    assert_eq!((config(&chain).governor, config(&chain).next_governor), (next.pubkey(), None));
    assert_refused(accept(&mut chain, &next), "NotNextGovernor");
    assert_refused(propose(&mut chain, &next.pubkey()), "NotGovernor");
    chain.send(&[registry::open_shard(&next.pubkey(), 1)], &[&next]).unwrap();
}

#[test]
fn seconds_alone_are_not_enough() {
    let (mut chain, next) = opened();
    propose(&mut chain, &next.pubkey()).unwrap();
    chain.pass(TIMELOCK - 1, 1_000_000);
    assert_refused(accept(&mut chain, &next), "Timelocked");
}

#[test]
fn a_proposal_is_replaced_or_cancelled_and_waits_anew() {
    let (mut chain, next) = opened();
    let other = chain.person();
    assert_refused(cancel(&mut chain), "NoProposal");
    assert_refused(propose(&mut chain, &Address::default()), "ZeroKey");
    propose(&mut chain, &other.pubkey()).unwrap();
    chain.pass(TIMELOCK, TIMELOCK_SECONDS as i64);
    propose(&mut chain, &next.pubkey()).unwrap();
    assert_refused(accept(&mut chain, &other), "NotNextGovernor");
    assert_refused(accept(&mut chain, &next), "Timelocked");
    let receipt = cancel(&mut chain).unwrap();
    let RegistryEvent::GovernorCancelled(event) = only_event(&receipt) else { panic!("another event") };
    assert_eq!(event.next, next.pubkey());
    chain.pass(TIMELOCK, TIMELOCK_SECONDS as i64);
    assert_refused(accept(&mut chain, &next), "NotNextGovernor");
    assert_eq!(config(&chain).governor, chain.admin.pubkey());
}

#[test]
fn no_account_of_a_hand_over_can_be_another() {
    let (mut chain, next) = opened();
    let governor = chain.admin.insecure_clone();
    let propose = registry::propose_governor(&governor.pubkey(), 0, &next.pubkey());
    assert_only_signer(&mut chain, &propose, 0, &[], "NotGovernor");
    assert_accounts_are_checked(&mut chain, &propose, &[&governor]);
    chain.send(&[propose], &[]).unwrap();
    let cancel = registry::cancel_governor(&governor.pubkey(), 0);
    assert_only_signer(&mut chain, &cancel, 0, &[], "NotGovernor");
    assert_accounts_are_checked(&mut chain, &cancel, &[&governor]);
    chain.pass(TIMELOCK, TIMELOCK_SECONDS as i64);
    let accept = registry::accept_governor(&next.pubkey(), 0);
    assert_only_signer(&mut chain, &accept, 0, &[], "NotNextGovernor");
    assert_accounts_are_checked(&mut chain, &accept, &[&next]);
    chain.send(&[accept], &[&next]).unwrap();
}
