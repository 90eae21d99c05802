//! `disable_root`: a wrong root that served goes, with all that was built on it,
//! and nobody who is owed something is stranded.

use solana_address::Address;
use solana_keypair::Keypair;
use solana_signer::Signer;
use tributary_client::ChainEvent;
use tributary_client::rewards::{self, Change, Relatives, RewardsEvent, RootStatus, VetoReason};
use tributary_core::id::RootId;
use tributary_core::leaf::LeafClass;
use tributary_core::position::Slot;
use tributary_program_tests::chain::{Outcome, assert_refused};
use tributary_program_tests::claims::claimed;
use tributary_program_tests::stage::{Published, SETTINGS, Stage, earned, guardian, leaf};

fn disable(stage: &mut Stage, who: &Keypair, root: &Published, relatives: &Relatives) -> Outcome {
    let vault = stage.vault;
    let disable =
        rewards::disable_root(&who.pubkey(), &vault, root.root.place, &root.id(), VetoReason::Wrong, relatives);
    stage.chain.send(&[disable], &[who])
}

fn relatives(later: &[&Published], pending: Option<&Published>, parent: Option<&Published>) -> Relatives {
    let place = |root: &Published| root.root.place;
    Relatives {
        later: later.iter().map(|root| place(root)).collect(),
        pending: pending.map(place),
        parent: parent.map(place),
    }
}

/// A stage with a watcher, and a governor, who can pay fees.
fn staged() -> (Stage, Keypair, Keypair) {
    let mut stage = Stage::token();
    stage.payer(10_000);
    let (watcher, governor) = (stage.watchers[0].insecure_clone(), stage.chain.admin.insecure_clone());
    (stage, watcher, governor)
}

#[test]
fn a_wrong_root_that_was_claimed_from_is_disabled_and_everybody_is_paid_in_the_end() {
    // Threat 3.
    let (mut stage, watcher, _) = staged();
    let (alice, bob) = (stage.chain.person(), stage.chain.person());
    let (a, b) = (alice.pubkey(), bob.pubkey());
    let parent = stage.serve(&[earned(&a, 60), earned(&b, 40)]);
    let wrong = stage.serve(&[earned(&a, 100), earned(&b, 40)]);
    stage.claim(&alice, &wrong, wrong.index(LeafClass::Earned, &a)).unwrap();

    let receipt = disable(&mut stage, &watcher, &wrong, &relatives(&[], None, Some(&parent))).unwrap();

    let [ChainEvent::Rewards(RewardsEvent::RootsDisabled(event))] = receipt.events.as_slice() else {
        panic!("expected one RootsDisabled event, found {:?}", receipt.events);
    };
    assert_eq!(event.roots, [wrong.id().0]);
    assert_eq!((event.head_root, event.head_epoch), (parent.id().0, 1));
    assert_eq!((event.by, event.reason, event.paid), (watcher.pubkey(), 1, [100, 0, 0]));
    assert_eq!(event.sequence + 1, stage.vault().sequence);
    assert_eq!(stage.root(wrong.root.place).status, RootStatus::Disabled);
    let vault = stage.vault();
    assert_eq!((vault.head_root, vault.head_epoch.0, vault.head_class_totals), (parent.id(), 1, [100, 0, 0]));
    assert_eq!((vault.allowance, vault.overpaid.0, vault.attempt), ([100, 0, 0], 100, 1));

    // The parent serves: Bob is paid, and Alice has nothing more to get; nothing underflows.
    assert_refused(stage.claim(&alice, &wrong, wrong.index(LeafClass::Earned, &a)), "NotClaimable");
    assert_eq!(claimed(&stage.claim(&bob, &parent, parent.index(LeafClass::Earned, &b)).unwrap()).paid, 40);
    assert_eq!(claimed(&stage.claim(&alice, &parent, parent.index(LeafClass::Earned, &a)).unwrap()).paid, 0);

    // The next root books what Alice has too much, and pays her again beyond it.
    stage.chain.pass(1, 1);
    let mut next = stage.build(&[earned(&a, 70), earned(&b, 90)]);
    next.root.overpaid = [30, 0, 0];
    serve(&mut stage, &next);
    assert_eq!((stage.vault().overpaid.0, stage.vault().allowance), (30, [30, 0, 0]));
    assert_eq!(claimed(&stage.claim(&bob, &next, next.index(LeafClass::Earned, &b)).unwrap()).paid, 50);
    assert_eq!(claimed(&stage.claim(&alice, &next, next.index(LeafClass::Earned, &a)).unwrap()).paid, 0);
    let last = stage.serve(&[earned(&a, 130), earned(&b, 90)]);
    assert_eq!(claimed(&stage.claim(&alice, &last, last.index(LeafClass::Earned, &a)).unwrap()).paid, 30);
    assert_eq!((stage.balance(&a), stage.balance(&b), stage.vault().paid[0]), (130, 90, 220));
}

/// Posts a root that was built, lets its window pass and activates it.
fn serve(stage: &mut Stage, published: &Published) {
    stage.post(&published.root).unwrap();
    stage.attest(0, published).unwrap();
    stage.attest(1, published).unwrap();
    stage.pass_window();
    stage.activate(published).unwrap();
}

#[test]
fn a_vault_that_paid_too_much_owes_the_rest_only_with_a_reserve() {
    let (mut stage, watcher, _) = staged();
    let alice = stage.chain.person();
    let a = alice.pubkey();
    let parent = stage.serve(&[earned(&a, 1)]);
    let wrong = stage.serve(&[earned(&a, 9_000)]);
    stage.claim(&alice, &wrong, 0).unwrap();
    disable(&mut stage, &watcher, &wrong, &relatives(&[], None, Some(&parent))).unwrap();
    stage.chain.pass(1, 1);
    let other = stage.chain.person().pubkey();
    // 10,000 were deposited; of these 8,999 are gone for nothing.
    let mut honest = stage.build(&[earned(&a, 1), earned(&other, 2_000)]);
    honest.root.overpaid = [8_999, 0, 0];
    assert_refused(stage.post(&honest.root), "Insolvent");
    let giver = stage.holder(1_000);
    let add = rewards::recapitalise(
        &giver.pubkey(),
        &stage.mint,
        &stage.token_program,
        tributary_core::amount::BaseUnits(1_000),
    );
    stage.chain.send(&[add], &[&giver]).unwrap();
    serve(&mut stage, &honest);
    let index = honest.index(LeafClass::Earned, &other);
    assert_eq!(claimed(&stage.claim(&alice, &honest, index).unwrap()).paid, 2_000);
    assert_eq!(stage.vault_balance(), 0);
    let more = stage.build(&[earned(&a, 1), earned(&other, 2_000)]);
    let mut above = more.root;
    above.overpaid = [9_000, 0, 0];
    assert_refused(stage.post(&above), "BadOverpaid");
}

#[test]
fn everything_built_on_a_disabled_root_goes_with_it() {
    // Threat 4.
    let (mut stage, watcher, _) = staged();
    stage.tighten(&Change::Growth { per_slot: [0; 3], burst: [SETTINGS.growth_burst; 3] }).unwrap();
    let alice = stage.chain.person();
    let roots: Vec<_> = (1..=5).map(|n| stage.serve(&[earned(&alice.pubkey(), n * 100)])).collect();
    stage.chain.pass(1, 1);
    let pending = stage.build(&[earned(&alice.pubkey(), 600)]);
    stage.post(&pending.root).unwrap();
    let before = stage.vault().headroom_at(Slot(stage.chain.slot()));

    let all = relatives(&[&roots[3], &roots[4]], Some(&pending), Some(&roots[1]));
    disable(&mut stage, &watcher, &roots[2], &all).unwrap();

    for root in [&roots[2], &roots[3], &roots[4], &pending] {
        assert_eq!(stage.root(root.root.place).status, RootStatus::Disabled);
    }
    let vault = stage.vault();
    assert_eq!((vault.head_root, vault.pending, vault.head_epoch.0), (roots[1].id(), None, 2));
    assert_eq!(vault.headroom_at(Slot(stage.chain.slot())), before + 400);
    assert_refused(stage.activate(&pending), "NotPending");
    assert_eq!(claimed(&stage.claim(&alice, &roots[1], 0).unwrap()).paid, 200);

    // Epochs are settled again under attempts that were never used, up to the one that was pending.
    let again: Vec<_> = (3..=7).map(|n| stage.serve(&[earned(&alice.pubkey(), n * 100)])).collect();
    let named: Vec<_> = again.iter().map(|root| (root.root.header.epoch.0, root.root.header.attempt)).collect();
    assert_eq!(named, [(3, 1), (4, 1), (5, 1), (6, 1), (7, 0)]);
    assert_eq!(claimed(&stage.claim(&alice, &again[4], 0).unwrap()).paid, 500);
}

#[test]
fn relatives_must_be_complete_and_right() {
    let (mut stage, watcher, _) = staged();
    let alice = stage.chain.person();
    let roots: Vec<_> = (1..=5).map(|n| stage.serve(&[earned(&alice.pubkey(), n * 100)])).collect();
    stage.chain.pass(1, 1);
    let pending = stage.build(&[earned(&alice.pubkey(), 600)]);
    stage.post(&pending.root).unwrap();
    let (third, fourth, fifth) = (&roots[2], &roots[3], &roots[4]);
    for wrong in [
        relatives(&[], Some(&pending), Some(&roots[1])),
        relatives(&[fourth], Some(&pending), Some(&roots[1])),
        relatives(&[fifth], Some(&pending), Some(&roots[1])),
        relatives(&[fifth, fourth], Some(&pending), Some(&roots[1])),
        relatives(&[fourth, fifth, &pending], None, Some(&roots[1])),
        relatives(&[fourth, fifth], None, Some(&roots[1])),
        relatives(&[fourth, fifth], Some(&pending), None),
    ] {
        assert_refused(disable(&mut stage, &watcher, third, &wrong), "WrongRelatives");
    }
    let grandparent = relatives(&[fourth, fifth], Some(&pending), Some(&roots[0]));
    assert_refused(disable(&mut stage, &watcher, third, &grandparent), "WrongRoot");
    let twice = relatives(&[fourth, fifth, fifth], Some(&pending), Some(&roots[1]));
    assert_refused(disable(&mut stage, &watcher, third, &twice), "ConstraintDuplicateMutableAccount");
    disable(&mut stage, &watcher, third, &relatives(&[fourth, fifth], Some(&pending), Some(&roots[1]))).unwrap();
}

#[test]
fn only_the_governor_strikes_the_oldest_live_root_and_nobody_walks_below_it() {
    // Threat 16.
    let (mut stage, watcher, governor) = staged();
    let thief = guardian();
    stage.chain.fund(&thief.pubkey());
    let alice = stage.chain.person();
    let roots: Vec<_> = (1..=5).map(|n| stage.serve(&[earned(&alice.pubkey(), n * 100)])).collect();
    let at = |n: usize| (n, &roots[n]);
    // Live are the epochs 2 to 5. The stolen key strikes what it may, one after the other.
    for (n, root) in [at(4), at(3), at(2)] {
        let parent = relatives(&[], None, Some(&roots[n - 1]));
        disable(&mut stage, &thief, root, &parent).unwrap();
    }
    for who in [&thief, &watcher] {
        let parent = relatives(&[], None, Some(&roots[0]));
        assert_refused(disable(&mut stage, who, &roots[1], &parent), "OldestLive");
    }
    assert_eq!(claimed(&stage.claim(&alice, &roots[1], 0).unwrap()).paid, 200);
    disable(&mut stage, &governor, &roots[1], &relatives(&[], None, Some(&roots[0]))).unwrap();
    assert_refused(disable(&mut stage, &watcher, &roots[0], &Relatives::default()), "OldestLive");
    disable(&mut stage, &governor, &roots[0], &Relatives::default()).unwrap();

    // No root serves, everything paid is allowed for, and the next one begins anew.
    let vault = stage.vault();
    assert_eq!((vault.head_epoch.0, vault.head_root, vault.allowance), (0, RootId([0; 32]), [200, 0, 0]));
    stage.chain.pass(1, 1);
    let mut first = stage.build(&[earned(&alice.pubkey(), 150)]);
    assert_eq!((first.root.header.epoch.0, first.root.header.attempt), (1, 1));
    first.root.overpaid = [50, 0, 0];
    serve(&mut stage, &first);
    assert_eq!(claimed(&stage.claim(&alice, &first, 0).unwrap()).paid, 0);
}

#[test]
fn a_stranger_a_poster_and_a_dismissed_watcher_disable_nothing() {
    let (mut stage, _, _) = staged();
    let alice = stage.chain.person();
    let first = stage.serve(&[earned(&alice.pubkey(), 100)]);
    let second = stage.serve(&[earned(&alice.pubkey(), 200)]);
    let parent = relatives(&[], None, Some(&first));
    let dismissed = stage.watchers[2].insecure_clone();
    stage.tighten(&Change::RemoveWatcher(dismissed.pubkey())).unwrap();
    for other in [stage.chain.person(), stage.poster.insecure_clone(), dismissed] {
        assert_refused(disable(&mut stage, &other, &second, &parent), "NotWatcher");
    }
    let watcher = stage.watchers[1].insecure_clone();
    let mut unsigned = rewards::disable_root(
        &watcher.pubkey(),
        &stage.vault,
        second.root.place,
        &second.id(),
        VetoReason::Unavailable,
        &parent,
    );
    unsigned.accounts[0].is_signer = false;
    assert!(stage.chain.send(&[unsigned], &[]).is_err());
    disable(&mut stage, &watcher, &second, &parent).unwrap();
}

#[test]
fn what_does_not_serve_cannot_be_disabled() {
    let (mut stage, watcher, governor) = staged();
    let alice = stage.chain.person();
    let roots: Vec<_> = (1..=6).map(|n| stage.serve(&[earned(&alice.pubkey(), n * 100)])).collect();
    // Too old.
    let later = relatives(&[&roots[2], &roots[3], &roots[4]], None, Some(&roots[0]));
    assert_refused(disable(&mut stage, &governor, &roots[1], &later), "NotActive");
    // Pending: that is a veto's matter.
    stage.chain.pass(1, 1);
    let pending = stage.build(&[earned(&alice.pubkey(), 700)]);
    stage.post(&pending.root).unwrap();
    let parent = relatives(&[], None, Some(&roots[5]));
    assert_refused(disable(&mut stage, &watcher, &pending, &parent), "NotActive");
    // Twice, and with another name.
    let both = relatives(&[], Some(&pending), Some(&roots[4]));
    disable(&mut stage, &watcher, &roots[5], &both).unwrap();
    assert_refused(disable(&mut stage, &watcher, &roots[5], &relatives(&[], None, Some(&roots[4]))), "NotActive");
    let parent = relatives(&[], None, Some(&roots[3]));
    let vault = stage.vault;
    let named = rewards::disable_root(
        &watcher.pubkey(),
        &vault,
        roots[4].root.place,
        &roots[3].id(),
        VetoReason::Wrong,
        &parent,
    );
    assert_refused(stage.chain.send(&[named], &[&watcher]), "WrongRoot");
    let mut reason = rewards::disable_root(
        &watcher.pubkey(),
        &vault,
        roots[4].root.place,
        &roots[4].id(),
        VetoReason::Wrong,
        &parent,
    );
    *reason.data.last_mut().unwrap() = 3;
    assert_refused(stage.chain.send(&[reason], &[&watcher]), "BadReason");
}

#[test]
fn contradicting_live_roots_pay_no_more_than_one_of_them_even_after_one_was_disabled() {
    // Threat 5.
    let (mut stage, watcher, _) = staged();
    let (alice, bob, carol) = (stage.chain.person(), stage.chain.person(), stage.chain.person());
    let first = stage.serve(&[earned(&alice.pubkey(), 600)]);
    let second = stage.serve(&[earned(&bob.pubkey(), 600)]);
    let third = stage.serve(&[earned(&carol.pubkey(), 600)]);
    stage.claim(&carol, &third, 0).unwrap();
    disable(&mut stage, &watcher, &third, &relatives(&[], None, Some(&second))).unwrap();
    stage.claim(&alice, &first, 0).unwrap();
    assert_refused(stage.claim(&bob, &second, 0), "OverClaimed");
    assert_eq!(stage.vault().paid, [1_200, 0, 0]);
}

#[test]
fn every_class_is_allowed_for_apart() {
    let (mut stage, watcher, _) = staged();
    let alice = stage.chain.person();
    let who: Address = alice.pubkey();
    let first = stage.serve(&[earned(&who, 10), leaf(LeafClass::Fee, &who, 5)]);
    let second = stage.serve(&[earned(&who, 30), leaf(LeafClass::Refund, &who, 7), leaf(LeafClass::Fee, &who, 5)]);
    for index in 0..3 {
        stage.claim(&alice, &second, index).unwrap();
    }
    disable(&mut stage, &watcher, &second, &relatives(&[], None, Some(&first))).unwrap();
    assert_eq!(stage.vault().allowance, [30, 7, 5]);
}
