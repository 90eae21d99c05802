//! `attest_root`: who confirms a root, and how often.

use solana_address::Address;
use solana_signer::Signer;
use tributary_client::ChainEvent;
use tributary_client::rewards::{self, RewardsEvent};
use tributary_core::id::RootId;
use tributary_program_tests::chain::assert_refused;
use tributary_program_tests::stage::{Published, Stage, earned};

fn posted() -> (Stage, Published) {
    let mut stage = Stage::token();
    stage.payer(1_000);
    let published = stage.build(&[earned(&Address::new_from_array([3; 32]), 10)]);
    stage.post(&published.root).unwrap();
    (stage, published)
}

#[test]
fn attestations_are_counted() {
    let (mut stage, published) = posted();
    for (watcher, count) in [(0, 1), (2, 2), (1, 3)] {
        let receipt = stage.attest(watcher, &published).unwrap();
        let [ChainEvent::Rewards(RewardsEvent::RootAttested(event))] = receipt.events.as_slice() else {
            panic!("expected one RootAttested event, found {:?}", receipt.events);
        };
        assert_eq!(event.watcher, stage.watchers[watcher].pubkey());
        assert_eq!((event.attestations, event.root_id), (count, published.id().0));
    }
    assert_eq!((stage.root(0).attestations, stage.root(0).attested), (3, 0b111));
}

#[test]
fn a_watcher_attests_once() {
    let (mut stage, published) = posted();
    stage.attest(0, &published).unwrap();
    assert_refused(stage.attest(0, &published), "AlreadyAttested");
    assert_eq!(stage.root(0).attestations, 1);
}

#[test]
fn nobody_but_a_watcher_attests() {
    let (mut stage, published) = posted();
    let outsider = stage.chain.person();
    for other in [outsider, stage.poster.insecure_clone(), stage.chain.admin.insecure_clone()] {
        let attest = rewards::attest_root(&other.pubkey(), &stage.vault, 0, &published.id());
        assert_refused(stage.chain.send(&[attest], &[&other]), "NotWatcher");
    }
    let mut unsigned = rewards::attest_root(&stage.watchers[0].pubkey(), &stage.vault, 0, &published.id());
    unsigned.accounts[0].is_signer = false;
    assert_refused(stage.chain.send(&[unsigned], &[]), "MissingRequiredSignature");
}

#[test]
fn an_attestation_names_its_root() {
    let (mut stage, _) = posted();
    let watcher = stage.watchers[0].insecure_clone();
    let attest = rewards::attest_root(&watcher.pubkey(), &stage.vault, 0, &RootId([9; 32]));
    assert_refused(stage.chain.send(&[attest], &[&watcher]), "WrongRoot");
}

#[test]
fn an_attestation_after_the_window_still_counts() {
    let (mut stage, published) = posted();
    stage.pass_window();
    stage.attest(0, &published).unwrap();
    stage.attest(1, &published).unwrap();
    stage.activate(&published).unwrap();
}

#[test]
fn an_active_root_takes_no_more_attestations() {
    let (mut stage, published) = posted();
    stage.attest(0, &published).unwrap();
    stage.attest(1, &published).unwrap();
    stage.pass_window();
    stage.activate(&published).unwrap();
    assert_refused(stage.attest(2, &published), "NotPending");
}

#[test]
fn attestations_do_not_carry_over_to_the_next_root_in_a_place() {
    let (mut stage, published) = posted();
    stage.attest(0, &published).unwrap();
    let watcher = stage.watchers[2].insecure_clone();
    let veto =
        rewards::veto_root(&watcher.pubkey(), &stage.vault, 0, &published.id(), rewards::VetoReason::Unavailable);
    stage.chain.send(&[veto], &[&watcher]).unwrap();
    let next = stage.build(&[earned(&Address::new_from_array([3; 32]), 9)]);
    assert_eq!(next.root.place, 0);
    stage.post(&next.root).unwrap();
    assert_eq!((stage.root(0).attestations, stage.root(0).attested), (0, 0));
    assert_refused(stage.attest(0, &published), "WrongRoot");
}
