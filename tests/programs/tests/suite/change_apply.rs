//! `apply_change`: what each change does, when it is too early, and what it refuses.

use solana_address::Address;
use solana_signer::Signer;
use tributary_client::rewards::{self, Change, RewardsEvent};
use tributary_client::{ChainEvent, pda};
use tributary_core::id::FileHash;
use tributary_core::position::Slot;
use tributary_program_tests::chain::assert_refused;
use tributary_program_tests::stage::{Stage, TIMELOCK_SECONDS, TIMELOCK_SLOTS, earned};
use tributary_program_tests::tokens;

const KEY: Address = Address::new_from_array([0x31; 32]);

#[test]
fn anyone_makes_a_change_whose_timelock_has_passed() {
    let mut stage = Stage::token();
    let change = Change::Poster(KEY);
    stage.propose(0, &change).unwrap();
    stage.pass_timelock();
    let stranger = stage.chain.person();
    let apply = rewards::apply_change(None, 0, &stage.chain.admin.pubkey());
    let receipt = stage.chain.send_as(&stranger, &[apply], &[]).unwrap();

    assert_eq!(stage.config().poster, KEY);
    assert!(stage.chain.account(&pda::change(&pda::rewards_config(), 0)).is_none());
    let [ChainEvent::Rewards(RewardsEvent::ChangeApplied(event))] = receipt.events.as_slice() else {
        panic!("expected one ChangeApplied event, found {:?}", receipt.events);
    };
    assert_eq!((event.vault, event.sequence, event.nonce, event.change), (pda::rewards_config(), 2, 0, change));
}

/// Threat 14: a halted cluster eats seconds, a slow one eats slots.
#[test]
fn both_slots_and_seconds_must_pass() {
    let change = Change::Poster(KEY);
    for (slots, seconds) in [(TIMELOCK_SLOTS, TIMELOCK_SECONDS - 1), (TIMELOCK_SLOTS - 1, TIMELOCK_SECONDS)] {
        let mut stage = Stage::token();
        stage.propose(0, &change).unwrap();
        stage.chain.pass(slots, seconds as i64);
        assert_refused(stage.apply(0, &change), "ChangeNotReady");
        stage.chain.pass(1, 1);
        stage.apply(0, &change).unwrap();
    }
}

#[test]
fn a_change_is_made_once() {
    let mut stage = Stage::token();
    stage.change(0, &Change::Poster(KEY)).unwrap();
    assert!(stage.apply(0, &Change::Poster(KEY)).is_err());
}

#[test]
fn roles_change() {
    let mut stage = Stage::token();
    let watchers: Vec<_> = stage.watchers.iter().map(Signer::pubkey).collect();
    stage.change(0, &Change::Guardian(KEY)).unwrap();
    assert_eq!(stage.config().guardian, KEY);
    stage.change(1, &Change::AddWatcher(KEY)).unwrap();
    assert_eq!(stage.config().watchers, [&watchers[..], &[KEY]].concat());
    stage.change(2, &Change::RemoveWatcher(watchers[0])).unwrap();
    assert_eq!(stage.config().watchers, [watchers[1], watchers[2], KEY]);
    assert_eq!(stage.config().watchers_epoch, 2);
    stage.change(3, &Change::Threshold(1)).unwrap();
    stage.change(4, &Change::Timelock { slots: 3, seconds: 2 }).unwrap();
    let config = stage.config();
    assert_eq!((config.threshold, config.timelock_slots, config.timelock_seconds), (1, 3, 2));
}

#[test]
fn a_vaults_settings_change() {
    let mut stage = Stage::token();
    stage.change(0, &Change::Window { slots: 9, seconds: 8 }).unwrap();
    stage.change(1, &Change::Growth { per_slot: [1, 2, 3], burst: [10, 20, 30] }).unwrap();
    stage.change(2, &Change::Outflow { per_slot: 4, burst: 40 }).unwrap();
    stage.change(3, &Change::PolicySet([5; 32])).unwrap();
    let vault = stage.vault();
    assert_eq!((vault.challenge_slots, vault.challenge_seconds), (9, 8));
    assert_eq!((vault.growth_per_slot, vault.growth_burst), (1, 10));
    assert_eq!((vault.refund_fee_growth.per_slot, vault.refund_fee_growth.burst), ([2, 3], [20, 30]));
    // What was saved up is cut to the new burst.
    assert_eq!((vault.headroom, vault.outflow.saved), (10, 40));
    assert_eq!((vault.outflow.per_slot, vault.outflow.burst), (4, 40));
    assert_eq!(vault.next_policy_set, Some((FileHash([5; 32]), Slot(stage.chain.slot()))));
}

#[test]
fn a_policy_set_that_is_in_force_stays_until_its_successor_is() {
    let mut stage = Stage::token();
    stage.change(0, &Change::PolicySet([5; 32])).unwrap();
    // No root has a parent that late: the first one is dropped, and none before it was set.
    let before = stage.vault().policy_set;
    stage.change(1, &Change::PolicySet([6; 32])).unwrap();
    assert_eq!((stage.vault().policy_set, stage.vault().next_policy_set.unwrap().0), (before, FileHash([6; 32])));

    let payer = stage.payer(100);
    stage.chain.pass(40, 1);
    stage.serve(&[earned(&payer.pubkey(), 10)]);
    stage.change(2, &Change::PolicySet([7; 32])).unwrap();
    let vault = stage.vault();
    assert_eq!((vault.policy_set, vault.next_policy_set.unwrap().0), (FileHash([6; 32]), FileHash([7; 32])));
}

#[test]
fn a_change_that_does_not_fit_the_other_roles_is_refused() {
    let mut stage = Stage::token();
    let (poster, watcher) = (stage.poster.pubkey(), stage.watchers[0].pubkey());
    let cases = [
        ("PosterWatches", Change::Poster(watcher)),
        ("PosterWatches", Change::AddWatcher(poster)),
        ("BadWatchers", Change::AddWatcher(watcher)),
        ("NotWatcher", Change::RemoveWatcher(KEY)),
        ("BadThreshold", Change::Threshold(4)),
    ];
    for (nonce, (reason, change)) in cases.into_iter().enumerate() {
        assert_refused(stage.change(nonce as u64, &change), reason);
    }
    stage.tighten(&Change::Threshold(3)).unwrap();
    assert_refused(stage.change(9, &Change::RemoveWatcher(watcher)), "BadThreshold");
}

#[test]
fn there_are_at_most_eight_watchers() {
    let mut stage = Stage::token();
    for n in 0..5 {
        stage.change(n, &Change::AddWatcher(Address::new_from_array([0x40 + n as u8; 32]))).unwrap();
    }
    assert_refused(stage.change(5, &Change::AddWatcher(KEY)), "BadWatchers");
}

#[test]
fn attestations_of_another_list_of_watchers_do_not_count() {
    let mut stage = Stage::token();
    let payer = stage.payer(100);
    let root = stage.build(&[earned(&payer.pubkey(), 10)]);
    stage.post(&root.root).unwrap();
    stage.attest(0, &root).unwrap();
    stage.attest(1, &root).unwrap();
    let removed = stage.watchers[0].pubkey();
    stage.tighten(&Change::RemoveWatcher(removed)).unwrap();
    stage.pass_window();
    assert_refused(stage.activate(&root), "TooFewAttestations");
    assert_refused(stage.attest(0, &root), "NotWatcher");
    // The bit of the one removed is now another's, who has not attested by it.
    stage.attest(1, &root).unwrap();
    assert_eq!((stage.root(0).attested, stage.root(0).attestations), (1, 1));
    assert_refused(stage.activate(&root), "TooFewAttestations");
    stage.attest(2, &root).unwrap();
    stage.activate(&root).unwrap();
}

#[test]
fn a_change_is_made_of_nothing_but_its_target() {
    let mut stage = Stage::token();
    let (mint, token_program, admin) = (stage.mint, stage.token_program, stage.chain.admin.pubkey());
    stage.mint = tokens::mint(&mut stage.chain, &token_program, &[], false);
    stage.create_vault(&tributary_program_tests::stage::SETTINGS).unwrap();
    let other = pda::vault(&stage.mint);
    stage.mint = mint;
    stage.propose(0, &Change::PolicySet([5; 32])).unwrap();
    stage.propose(0, &Change::Threshold(1)).unwrap();
    stage.pass_timelock();

    // Another vault, no vault, and a vault for a change of the configuration's.
    let mut wrong = rewards::apply_change(Some(&stage.vault), 0, &admin);
    wrong.accounts[1].pubkey = Address::new_from_array(other.0);
    assert_refused(stage.chain.send(&[wrong], &[]), "WrongTarget");
    let mut none = rewards::apply_change(None, 0, &admin);
    none.accounts[2].pubkey = pda::change(&stage.vault_address(), 0);
    assert_refused(stage.chain.send(&[none], &[]), "WrongTarget");
    let mut some = rewards::apply_change(Some(&stage.vault), 0, &admin);
    some.accounts[2].pubkey = pda::change(&pda::rewards_config(), 0);
    assert_refused(stage.chain.send(&[some], &[]), "WrongTarget");
}

#[test]
fn the_rent_goes_to_who_paid_it_and_forged_accounts_are_refused() {
    let mut stage = Stage::token();
    let thief = stage.chain.person();
    let change = Change::Threshold(1);
    stage.propose(0, &change).unwrap();
    stage.pass_timelock();
    let steal = rewards::apply_change(None, 0, &thief.pubkey());
    assert_refused(stage.chain.send(&[steal], &[]), "WrongChangePayer");

    // The same bytes, but made by somebody else.
    let location = Address::new_from_array([0x5a; 32]);
    let bytes = stage.chain.data(&pda::change(&pda::rewards_config(), 0));
    stage.chain.place(location, thief.pubkey(), bytes);
    let mut forged = rewards::apply_change(None, 0, &stage.chain.admin.pubkey());
    forged.accounts[2].pubkey = location;
    assert!(stage.chain.send(&[forged], &[]).is_err());
    // An account of ours, but of another type.
    let mut typed = rewards::apply_change(None, 0, &stage.chain.admin.pubkey());
    typed.accounts[2].pubkey = stage.vault_address();
    assert!(stage.chain.send(&[typed], &[]).is_err());
    stage.apply(0, &change).unwrap();
}
