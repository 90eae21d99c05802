//! `tighten`: what need not wait, and what must.

use solana_address::Address;
use solana_signer::Signer;
use tributary_client::rewards::{self, Change, RewardsEvent};
use tributary_client::{ChainEvent, pda};
use tributary_program_tests::chain::assert_refused;
use tributary_program_tests::stage::{SETTINGS, Stage, TIMELOCK_SECONDS, TIMELOCK_SLOTS, guardian};

#[test]
fn what_only_takes_powers_away_is_made_at_once() {
    let mut stage = Stage::token();
    let watcher = stage.watchers[2].pubkey();
    let receipt = stage.tighten(&Change::RemoveWatcher(watcher)).unwrap();
    let [ChainEvent::Rewards(RewardsEvent::Tightened(event))] = receipt.events.as_slice() else {
        panic!("expected one Tightened event, found {:?}", receipt.events);
    };
    assert_eq!((event.vault, event.change), (pda::rewards_config(), Change::RemoveWatcher(watcher)));
    stage.tighten(&Change::Timelock { slots: TIMELOCK_SLOTS + 1, seconds: TIMELOCK_SECONDS }).unwrap();
    stage.tighten(&Change::Guardian(Address::default())).unwrap();
    stage.tighten(&Change::Window { slots: SETTINGS.challenge_slots + 1, seconds: 10 }).unwrap();
    stage.tighten(&Change::Outflow { per_slot: 5, burst: 50 }).unwrap();
    stage.tighten(&Change::Outflow { per_slot: 4, burst: 50 }).unwrap();
    let config = stage.config();
    assert_eq!((config.watchers.len(), config.guardian, config.timelock_slots), (2, Address::default(), 51));
    assert_eq!((stage.vault().challenge_slots, stage.vault().outflow.per_slot), (21, 4));
}

#[test]
fn what_gives_a_power_must_wait() {
    let mut stage = Stage::token();
    stage.tighten(&Change::Outflow { per_slot: 5, burst: 50 }).unwrap();
    let key = Address::new_from_array([0x31; 32]);
    let changes = [
        Change::Poster(key),
        Change::Guardian(key),
        Change::AddWatcher(key),
        Change::Threshold(1),
        Change::Timelock { slots: TIMELOCK_SLOTS - 1, seconds: u64::from(u16::MAX) },
        Change::Timelock { slots: u64::from(u16::MAX), seconds: TIMELOCK_SECONDS - 1 },
        Change::Window { slots: SETTINGS.challenge_slots - 1, seconds: 100 },
        Change::Window { slots: 100, seconds: SETTINGS.challenge_seconds - 1 },
        Change::Growth { per_slot: [SETTINGS.growth_per_slot + 1, 0, 0], burst: [1; 3] },
        Change::Growth { per_slot: [0; 3], burst: [SETTINGS.growth_burst + 1, 1, 1] },
        Change::Outflow { per_slot: 6, burst: 50 },
        Change::Outflow { per_slot: 5, burst: 51 },
        Change::Outflow { per_slot: 5, burst: u64::MAX },
        Change::PolicySet([5; 32]),
    ];
    for change in changes {
        assert_refused(stage.tighten(&change), "NotTightening");
    }
}

#[test]
fn watchers_are_not_removed_below_the_threshold() {
    let mut stage = Stage::token();
    let watchers: Vec<_> = stage.watchers.iter().map(Signer::pubkey).collect();
    stage.tighten(&Change::RemoveWatcher(watchers[0])).unwrap();
    assert_refused(stage.tighten(&Change::RemoveWatcher(watchers[1])), "NotTightening");
    assert_refused(stage.tighten(&Change::RemoveWatcher(watchers[0])), "NotTightening");
    assert_refused(stage.tighten(&Change::Threshold(3)), "BadThreshold");
}

#[test]
fn nobody_but_the_governor_tightens() {
    let mut stage = Stage::token();
    for by in [stage.chain.person(), guardian(), stage.poster.insecure_clone()] {
        let tighten = rewards::tighten(&by.pubkey(), None, &Change::Threshold(3));
        assert_refused(stage.chain.send(&[tighten], &[&by]), "NotGovernor");
    }
}

#[test]
fn a_tightening_names_the_right_target() {
    let mut stage = Stage::token();
    let (governor, vault) = (stage.chain.admin.pubkey(), stage.vault);
    for (target, change) in [(Some(&vault), Change::Threshold(3)), (None, Change::Outflow { per_slot: 1, burst: 1 })] {
        let tighten = rewards::tighten(&governor, target, &change);
        assert_refused(stage.chain.send(&[tighten], &[]), "WrongTarget");
    }
}
