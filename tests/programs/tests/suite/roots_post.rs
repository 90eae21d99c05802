//! `post_root`: which roots a vault takes.

use solana_address::Address;
use solana_signer::Signer;
use tributary_client::rewards::{self, PostRoot, RewardsEvent, RootStatus, VaultSettings};
use tributary_client::{ChainEvent, pda};
use tributary_core::id::RootId;
use tributary_core::leaf::LeafClass;
use tributary_core::position::{Epoch, Slot};
use tributary_core::tree::Node;
use tributary_program_tests::chain::assert_refused;
use tributary_program_tests::stage::{SETTINGS, Stage, earned, leaf};

fn key(n: u32) -> Address {
    let mut bytes = [0x22; 32];
    bytes[..4].copy_from_slice(&n.to_le_bytes());
    Address::new_from_array(bytes)
}

/// A stage with credit to give away.
fn funded() -> Stage {
    let mut stage = Stage::token();
    stage.payer(1_000_000);
    stage
}

#[test]
fn a_posted_root_is_stored_as_it_was_sent() {
    let mut stage = funded();
    let published =
        stage.build(&[earned(&key(1), 10), leaf(LeafClass::Refund, &key(2), 20), leaf(LeafClass::Fee, &key(3), 30)]);
    let receipt = stage.post(&published.root).unwrap();

    let root = stage.root(0);
    let vault = stage.vault();
    assert_eq!(root.status, RootStatus::Pending);
    assert_eq!(root.header(vault.domain), published.root.header);
    assert_eq!(root.id, published.id());
    assert_eq!(root.frontier, published.root.frontier);
    assert_eq!(root.opens_slot.0, stage.chain.slot() + SETTINGS.challenge_slots);
    assert_eq!(root.opens_at, stage.chain.second() + SETTINGS.challenge_seconds as i64);
    assert_eq!(vault.pending, Some(published.id()));
    let [ChainEvent::Rewards(RewardsEvent::RootPosted(event))] = receipt.events.as_slice() else {
        panic!("expected one RootPosted event, found {:?}", receipt.events);
    };
    assert_eq!(event.root_id, published.id().0);
    assert_eq!(event.class_totals, [10, 20, 30]);
    assert_eq!((event.place, event.epoch, event.attempt, event.leaf_count), (0, 1, 0, 3));
    assert_eq!((event.opens_slot, event.opens_at), (root.opens_slot.0, root.opens_at));
}

#[test]
fn roots_of_every_shape_up_to_forty_leaves_are_taken() {
    for count in (1..=17).chain([31, 32, 33, 40]) {
        let mut stage = funded();
        let leaves: Vec<_> = (0..count).map(|n| earned(&key(n), 1 + u64::from(n))).collect();
        let published = stage.serve(&leaves);
        let payer = stage.chain.person();
        stage.claim(&payer, &published, count - 1).unwrap();
    }
}

#[test]
fn nobody_but_the_poster_posts() {
    let mut stage = funded();
    let published = stage.build(&[earned(&key(1), 10)]);
    for other in [stage.watchers[0].insecure_clone(), stage.chain.admin.insecure_clone()] {
        let post = rewards::post_root(&other.pubkey(), &stage.vault, &published.root);
        assert_refused(stage.chain.send(&[post], &[&other]), "NotPoster");
    }
}

/// Asserts that a root with one thing changed is refused.
fn refuses(stage: &mut Stage, change: impl FnOnce(&mut PostRoot), reason: &str) {
    let mut published = stage.build(&[earned(&key(1), 10), earned(&key(2), 20), earned(&key(3), 30)]);
    change(&mut published.root);
    assert_refused(stage.post(&published.root), reason);
}

#[test]
fn a_root_must_continue_the_newest_one() {
    let mut stage = funded();
    refuses(&mut stage, |root| root.header.parent = RootId([1; 32]), "WrongParent");
    let first = stage.serve(&[earned(&key(1), 5)]);
    refuses(&mut stage, |root| root.header.parent = RootId([0; 32]), "WrongParent");
    stage.serve(&[earned(&key(1), 6)]);
    let grandparent = first.id();
    refuses(&mut stage, |root| root.header.parent = grandparent, "WrongParent");
}

#[test]
fn epochs_attempts_and_places_are_dense() {
    let mut stage = funded();
    for epoch in [0, 2, u64::MAX] {
        refuses(&mut stage, |root| root.header.epoch = Epoch(epoch), "WrongEpoch");
    }
    refuses(&mut stage, |root| root.header.attempt = 1, "WrongAttempt");
    for place in [1, 7, 8, 255] {
        refuses(&mut stage, |root| root.place = place, "WrongPlace");
    }
}

#[test]
fn the_finalised_slot_is_old_enough_and_moves_on() {
    let mut stage = funded();
    let now = stage.chain.slot();
    for slot in [now - 31, now, now + 1, u64::MAX] {
        refuses(&mut stage, |root| root.header.finalised_slot = Slot(slot), "BadFinalisedSlot");
    }
    stage.serve(&[earned(&key(1), 5)]);
    let parents = stage.vault().head_finalised_slot;
    for slot in [parents, Slot(parents.0 - 1), Slot(0)] {
        refuses(&mut stage, |root| root.header.finalised_slot = slot, "BadFinalisedSlot");
    }
}

#[test]
fn a_second_root_waits_for_the_first() {
    let mut stage = funded();
    let published = stage.build(&[earned(&key(1), 10)]);
    stage.post(&published.root).unwrap();
    assert_refused(stage.post(&published.root), "RootPending");
    let mut other = stage.build(&[earned(&key(1), 11)]);
    other.root.place = 1;
    assert_refused(stage.post(&other.root), "RootPending");
}

#[test]
fn the_frontier_must_fit_the_leaf_count() {
    let mut stage = funded();
    refuses(&mut stage, |root| root.header.leaf_count = 0, "BadLeafCount");
    refuses(&mut stage, |root| root.header.leaf_count = (1 << 24) + 1, "BadLeafCount");
    refuses(&mut stage, |root| root.header.leaf_count = 4, "BadFrontier");
    refuses(&mut stage, |root| root.frontier.truncate(2), "BadFrontier");
    refuses(&mut stage, |root| root.frontier.push(Node::default()), "BadFrontier");
    refuses(&mut stage, |root| root.frontier.clear(), "BadFrontier");
    refuses(&mut stage, |root| root.frontier[1].sum = u64::MAX, "BadFrontier");
}

#[test]
fn the_class_totals_must_sum_to_the_tree() {
    let mut stage = funded();
    refuses(&mut stage, |root| root.frontier[0].sum += 1, "TotalsMismatch");
    refuses(&mut stage, |root| root.header.class_totals[0] -= 1, "TotalsMismatch");
    refuses(&mut stage, |root| root.header.class_totals[1] = 1, "TotalsMismatch");
    refuses(&mut stage, |root| root.header.class_totals = [u64::MAX, u64::MAX, 62], "TotalsMismatch");
}

#[test]
fn a_root_never_promises_more_than_was_deposited() {
    let mut stage = Stage::token();
    stage.payer(100);
    let published = stage.build(&[earned(&key(1), 101)]);
    assert_refused(stage.post(&published.root), "Insolvent");
    stage.serve(&[earned(&key(1), 100)]);
}

#[test]
fn tokens_sent_past_the_deposit_do_not_count() {
    let mut stage = Stage::token();
    stage.payer(100);
    let account = stage.vault().token_account;
    let (mint, program) = (stage.mint, stage.token_program);
    tributary_program_tests::tokens::mint_to(&mut stage.chain, &account, &mint, &program, 1_000);
    let published = stage.build(&[earned(&key(1), 101)]);
    assert_refused(stage.post(&published.root), "Insolvent");
}

#[test]
fn no_class_total_ever_shrinks() {
    let mut stage = funded();
    stage.serve(&[earned(&key(1), 100), leaf(LeafClass::Fee, &key(2), 10)]);
    stage.chain.pass(1, 1);
    let less = stage.build(&[earned(&key(1), 99), leaf(LeafClass::Fee, &key(2), 10)]);
    assert_refused(stage.post(&less.root), "TotalShrank");
    let shifted = stage.build(&[earned(&key(1), 200), leaf(LeafClass::Fee, &key(2), 9)]);
    assert_refused(stage.post(&shifted.root), "TotalShrank");
    // The same totals are no growth, and fine.
    stage.serve(&[earned(&key(1), 100), leaf(LeafClass::Fee, &key(2), 10)]);
}

#[test]
fn growth_stays_within_what_was_saved_up() {
    let mut stage = Stage::without_vault(pda::TOKEN, &[]);
    let slow = VaultSettings { growth_per_slot: 10, growth_burst: 1_000, ..SETTINGS };
    stage.create_vault(&slow).unwrap();
    stage.payer(1_000_000);

    let published = stage.build(&[earned(&key(1), 1_001)]);
    assert_refused(stage.post(&published.root), "NoHeadroom");
    // The burst is there from the start, and used up by the first root.
    stage.serve(&[earned(&key(1), 1_000)]);
    let saved = stage.vault().headroom_at(Slot(stage.chain.slot()));
    assert_eq!(saved, 10 * SETTINGS.challenge_slots);
    let published = stage.build(&[earned(&key(1), 1_000 + saved + 1)]);
    assert_refused(stage.post(&published.root), "NoHeadroom");
    let published = stage.build(&[earned(&key(1), 1_000 + saved)]);
    stage.post(&published.root).unwrap();
}

#[test]
fn growth_saves_up_to_the_burst_and_no_further() {
    let mut stage = Stage::without_vault(pda::TOKEN, &[]);
    stage.create_vault(&VaultSettings { growth_per_slot: 10, growth_burst: 1_000, ..SETTINGS }).unwrap();
    stage.payer(1_000_000);
    stage.serve(&[earned(&key(1), 1_000)]);
    stage.chain.pass(1_000_000, 400_000);

    let published = stage.build(&[earned(&key(1), 2_001)]);
    assert_refused(stage.post(&published.root), "NoHeadroom");
    stage.serve(&[earned(&key(1), 2_000)]);
}

#[test]
fn accounts_of_another_vault_are_refused() {
    let mut stage = funded();
    let published = stage.build(&[earned(&key(1), 10)]);
    let poster = stage.poster.insecure_clone();
    let right = rewards::post_root(&poster.pubkey(), &stage.vault, &published.root);
    // The root's place in another vault's ring, and a place that is not in the arguments.
    for other in [pda::root(&tributary_core::id::VaultId([7; 32]), 0), pda::root(&stage.vault, 1)] {
        let mut post = right.clone();
        post.accounts[3].pubkey = other;
        assert_refused(stage.chain.send(&[post], &[&poster]), "InvalidSeeds");
    }
    for (account, other) in [(1, stage.vault_address()), (2, pda::rewards_config()), (1, stage.mint)] {
        let mut post = right.clone();
        post.accounts[account].pubkey = other;
        assert!(stage.chain.send(&[post], &[&poster]).is_err());
    }
}

#[test]
fn the_root_account_is_paid_for_once_a_place() {
    let mut stage = funded();
    let poster = stage.poster.pubkey();
    for n in 1..=8 {
        stage.serve(&[earned(&key(1), n)]);
    }
    let before = stage.chain.lamports(&poster);
    stage.serve(&[earned(&key(1), 9)]);
    assert_eq!(stage.chain.lamports(&poster), before);
    assert_eq!(stage.vault().head_place, 0);
}

#[test]
fn a_full_root_fits_in_a_transaction() {
    let mut stage = funded();
    let leaves: Vec<_> = (0..200).map(|n| earned(&key(n), 1)).collect();
    let published = stage.build(&leaves);
    assert_eq!(published.root.frontier.len(), 16);
    let poster = stage.poster.insecure_clone();
    let post = rewards::post_root(&poster.pubkey(), &stage.vault, &published.root);
    let message = solana_message::Message::new(std::slice::from_ref(&post), Some(&poster.pubkey()));
    let bytes = 1 + 64 + message.serialize().len();
    assert!(bytes <= 1_232, "{bytes} bytes");
    stage.chain.send_as(&poster, &[post], &[]).unwrap();
}
