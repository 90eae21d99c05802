//! `initialize` and `open_shard` of the registry.

use solana_signer::Signer;
use tributary_client::registry::{self, RegistryConfig, RegistryEvent, RegistrySettings, Shard};
use tributary_client::{ChainEvent, pda};
use tributary_program_tests::chain::{Chain, GENESIS, assert_refused};
use tributary_program_tests::registrations::{open_registry, settings};

#[test]
fn the_registry_opens_with_its_first_shard() {
    let mut chain = Chain::new();
    let initialize = registry::initialize(&chain.admin.pubkey(), &GENESIS, &settings());
    let receipt = chain.send(&[initialize], &[]).unwrap();

    let config = RegistryConfig::decode(&chain.data(&pda::registry_config())).unwrap();
    assert_eq!((config.governor, config.genesis, config.shards), (chain.admin.pubkey(), GENESIS, 1));
    assert_eq!((config.settings, config.next_governor, config.next_settings), (settings(), None, None));
    let shard = Shard::decode(&chain.data(&pda::shard(0))).unwrap();
    assert_eq!((shard.index, shard.sequence), (0, 1));
    let [ChainEvent::Registry(RegistryEvent::RegistryInitialized(event))] = receipt.events.as_slice() else {
        panic!("expected one RegistryInitialized event, found {:?}", receipt.events);
    };
    assert_eq!((event.shard, event.sequence, event.genesis), (0, 0, GENESIS.0));
    assert_eq!((event.governor, event.settings), (chain.admin.pubkey(), settings()));
}

#[test]
fn a_squatter_cannot_initialise_first() {
    let mut chain = Chain::new();
    let squatter = chain.person();
    let steal = registry::initialize(&squatter.pubkey(), &GENESIS, &settings());
    assert_refused(chain.send(&[steal], &[&squatter]), "NotUpgradeAuthority");
    let mut steal = registry::initialize(&squatter.pubkey(), &GENESIS, &settings());
    steal.accounts[3].pubkey = pda::program_data(&pda::REWARDS);
    assert_refused(chain.send(&[steal], &[&squatter]), "NotUpgradeAuthority");
}

#[test]
fn it_is_initialised_once_and_with_sensible_delays() {
    let mut chain = Chain::new();
    for (min, max) in [(0, 10), (10, 10), (11, 10)] {
        let delays = RegistrySettings { reveal_min_slots: min, reveal_max_slots: max, ..settings() };
        let initialize = registry::initialize(&chain.admin.pubkey(), &GENESIS, &delays);
        assert_refused(chain.send(&[initialize], &[]), "BadDelays");
    }
    let senseless: [fn(&mut RegistrySettings); 13] = [
        |s| s.displace_slots = 0,
        |s| s.displace_slots = s.reveal_max_slots + 1,
        |s| s.reveal_max_slots = 10_000_001,
        |s| s.terms_delay_slots = 0,
        |s| s.terms_delay_slots = u64::MAX,
        |s| s.timelock_slots = 0,
        |s| s.timelock_slots = 10_000_001,
        |s| s.timelock_seconds = u64::MAX,
        |s| s.dispute_slots = 0,
        |s| s.dispute_slots = u64::MAX,
        |s| s.dispute_bond = 999_999,
        |s| s.dispute_bond = u64::MAX,
        |s| s.arbiter = pda::SYSTEM,
    ];
    for change in senseless {
        let mut changed = settings();
        change(&mut changed);
        let initialize = registry::initialize(&chain.admin.pubkey(), &GENESIS, &changed);
        assert_refused(chain.send(&[initialize], &[]), "BadSettings");
    }
    open_registry(&mut chain);
    let again = registry::initialize(&chain.admin.pubkey(), &GENESIS, &settings());
    assert!(chain.send(&[again], &[]).is_err());
}

#[test]
fn shards_open_one_after_the_other_by_the_governor() {
    let mut chain = Chain::new();
    open_registry(&mut chain);
    let admin = chain.admin.pubkey();
    let stranger = chain.person();
    assert_refused(chain.send(&[registry::open_shard(&admin, 2)], &[]), "ShardOutOfOrder");
    assert_refused(chain.send(&[registry::open_shard(&stranger.pubkey(), 1)], &[&stranger]), "NotGovernor");

    let receipt = chain.send(&[registry::open_shard(&admin, 1)], &[]).unwrap();

    assert!(matches!(
        receipt.events.as_slice(),
        [ChainEvent::Registry(RegistryEvent::ShardOpened(event))] if (event.shard, event.sequence) == (1, 0)
    ));
    assert!(chain.send(&[registry::open_shard(&admin, 1)], &[]).is_err());
    chain.send(&[registry::open_shard(&admin, 2)], &[]).unwrap();
    assert_eq!(RegistryConfig::decode(&chain.data(&pda::registry_config())).unwrap().shards, 3);
}
