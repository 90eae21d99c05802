//! `veto_root`: what happens to a wrong root, and to the one it was built on.

use solana_address::Address;
use solana_keypair::Keypair;
use solana_signer::Signer;
use tributary_client::ChainEvent;
use tributary_client::rewards::{self, RewardsEvent, RootStatus, VetoReason};
use tributary_core::id::RootId;
use tributary_core::position::Slot;
use tributary_program_tests::chain::{Outcome, assert_refused};
use tributary_program_tests::stage::{Published, Stage, earned};

fn veto(stage: &mut Stage, who: &Keypair, published: &Published) -> Outcome {
    let veto =
        rewards::veto_root(&who.pubkey(), &stage.vault, published.root.place, &published.id(), VetoReason::Wrong);
    stage.chain.send(&[veto], &[who])
}

fn posted() -> (Stage, Published) {
    let mut stage = Stage::token();
    stage.payer(1_000_000);
    let published = stage.build(&[earned(&Address::new_from_array([3; 32]), 10)]);
    stage.post(&published.root).unwrap();
    (stage, published)
}

#[test]
fn one_watcher_strikes_a_pending_root_down() {
    let (mut stage, published) = posted();
    let watcher = stage.watchers[1].insecure_clone();

    let receipt = veto(&mut stage, &watcher, &published).unwrap();

    let vault = stage.vault();
    assert_eq!(stage.root(0).status, RootStatus::Vetoed);
    assert_eq!((vault.pending, vault.attempt, vault.head_root), (None, 1, RootId([0; 32])));
    let [ChainEvent::Rewards(RewardsEvent::RootVetoed(event))] = receipt.events.as_slice() else {
        panic!("expected one RootVetoed event, found {:?}", receipt.events);
    };
    assert_eq!((event.root_id, event.watcher, event.reason), (published.id().0, watcher.pubkey(), 1));
}

#[test]
fn the_parent_serves_after_a_veto() {
    let mut stage = Stage::token();
    stage.payer(1_000);
    let claimant = stage.chain.person();
    let parent = stage.serve(&[earned(&claimant.pubkey(), 300)]);
    stage.chain.pass(1, 1);
    let wrong = stage.build(&[earned(&claimant.pubkey(), 301)]);
    stage.post(&wrong.root).unwrap();
    let watcher = stage.watchers[0].insecure_clone();
    veto(&mut stage, &watcher, &wrong).unwrap();

    stage.claim(&claimant, &parent, 0).unwrap();
    assert_eq!(stage.balance(&claimant.pubkey()), 300);
    assert_refused(stage.claim(&claimant, &wrong, 0), "NotClaimable");
}

#[test]
fn the_next_attempt_takes_the_vetoed_roots_place_and_epoch() {
    let (mut stage, published) = posted();
    let watcher = stage.watchers[1].insecure_clone();
    veto(&mut stage, &watcher, &published).unwrap();

    let next = stage.serve(&[earned(&Address::new_from_array([3; 32]), 10)]);
    assert_eq!((next.root.place, next.root.header.epoch.0, next.root.header.attempt), (0, 1, 1));
    assert_ne!(next.id(), published.id());
    assert_eq!(stage.vault().attempt, 0);
}

#[test]
fn many_vetoes_never_push_an_active_root_out_of_the_ring() {
    let mut stage = Stage::token();
    stage.payer(1_000);
    let claimant = stage.chain.person();
    let watcher = stage.watchers[1].insecure_clone();
    let roots: Vec<_> = (1..=4).map(|n| stage.serve(&[earned(&claimant.pubkey(), n * 100)])).collect();
    stage.chain.pass(1, 1);
    for _ in 0..20 {
        let wrong = stage.build(&[earned(&claimant.pubkey(), 500)]);
        stage.post(&wrong.root).unwrap();
        veto(&mut stage, &watcher, &wrong).unwrap();
    }
    for root in &roots {
        stage.claim(&claimant, root, 0).unwrap();
    }
    assert_eq!(stage.balance(&claimant.pubkey()), 400);
}

#[test]
fn a_veto_gives_the_growth_back() {
    let (mut stage, published) = posted();
    let before = stage.vault().headroom_at(Slot(stage.chain.slot()));
    let watcher = stage.watchers[1].insecure_clone();
    veto(&mut stage, &watcher, &published).unwrap();
    let vault = stage.vault();
    assert_eq!(vault.headroom_at(Slot(stage.chain.slot())), before + 10);
    assert_eq!(vault.pending_growth, 0);
}

#[test]
fn nobody_but_a_watcher_vetoes() {
    let (mut stage, published) = posted();
    let outsider = stage.chain.person();
    for other in [outsider, stage.poster.insecure_clone(), stage.chain.admin.insecure_clone()] {
        assert_refused(veto(&mut stage, &other, &published), "NotWatcher");
    }
}

#[test]
fn a_veto_works_until_the_activation_and_not_after() {
    let (mut stage, published) = posted();
    stage.attest(0, &published).unwrap();
    stage.attest(1, &published).unwrap();
    stage.pass_window();
    let watcher = stage.watchers[0].insecure_clone();
    stage.activate(&published).unwrap();
    assert_refused(veto(&mut stage, &watcher, &published), "NotPending");

    let wrong = stage.build(&[earned(&Address::new_from_array([3; 32]), 11)]);
    stage.post(&wrong.root).unwrap();
    stage.pass_window();
    veto(&mut stage, &watcher, &wrong).unwrap();
    assert_refused(stage.activate(&wrong), "NotPending");
    assert_refused(veto(&mut stage, &watcher, &wrong), "NotPending");
}

#[test]
fn a_veto_names_its_root_and_a_known_reason() {
    let (mut stage, published) = posted();
    let watcher = stage.watchers[0].insecure_clone();
    let other = rewards::veto_root(&watcher.pubkey(), &stage.vault, 0, &RootId([9; 32]), VetoReason::Wrong);
    assert_refused(stage.chain.send(&[other], &[&watcher]), "WrongRoot");
    for reason in [0, 3, 255] {
        let mut unknown = rewards::veto_root(&watcher.pubkey(), &stage.vault, 0, &published.id(), VetoReason::Wrong);
        *unknown.data.last_mut().unwrap() = reason;
        assert_refused(stage.chain.send(&[unknown], &[&watcher]), "BadReason");
    }
}
