//! `initialize` and `open_shard` of the registry.

use solana_signer::Signer;
use tributary_client::registry::{self, RegistryConfig, RegistryEvent, Shard};
use tributary_client::{ChainEvent, pda};
use tributary_program_tests::chain::{Chain, GENESIS, assert_refused};
use tributary_program_tests::registrations::{REVEAL_MAX, REVEAL_MIN, open_registry};

#[test]
fn the_registry_opens_with_its_first_shard() {
    let mut chain = Chain::new();
    let initialize = registry::initialize(&chain.admin.pubkey(), &GENESIS, REVEAL_MIN, REVEAL_MAX);
    let receipt = chain.send(&[initialize], &[]).unwrap();

    let config = RegistryConfig::decode(&chain.data(&pda::registry_config())).unwrap();
    assert_eq!((config.governor, config.genesis, config.shards), (chain.admin.pubkey(), GENESIS, 1));
    assert_eq!((config.reveal_min_slots, config.reveal_max_slots), (REVEAL_MIN, REVEAL_MAX));
    let shard = Shard::decode(&chain.data(&pda::shard(0))).unwrap();
    assert_eq!((shard.index, shard.sequence), (0, 1));
    let [ChainEvent::Registry(RegistryEvent::RegistryInitialized(event))] = receipt.events.as_slice() else {
        panic!("expected one RegistryInitialized event, found {:?}", receipt.events);
    };
    assert_eq!((event.shard, event.sequence, event.genesis), (0, 0, GENESIS.0));
}

#[test]
fn a_squatter_cannot_initialise_first() {
    let mut chain = Chain::new();
    let squatter = chain.person();
    let steal = registry::initialize(&squatter.pubkey(), &GENESIS, REVEAL_MIN, REVEAL_MAX);
    assert_refused(chain.send(&[steal], &[&squatter]), "NotUpgradeAuthority");
    let mut steal = registry::initialize(&squatter.pubkey(), &GENESIS, REVEAL_MIN, REVEAL_MAX);
    steal.accounts[3].pubkey = pda::program_data(&pda::REWARDS);
    assert_refused(chain.send(&[steal], &[&squatter]), "NotUpgradeAuthority");
}

#[test]
fn it_is_initialised_once_and_with_sensible_delays() {
    let mut chain = Chain::new();
    for (min, max) in [(0, 10), (10, 10), (11, 10)] {
        let initialize = registry::initialize(&chain.admin.pubkey(), &GENESIS, min, max);
        assert_refused(chain.send(&[initialize], &[]), "BadDelays");
    }
    open_registry(&mut chain);
    let again = registry::initialize(&chain.admin.pubkey(), &GENESIS, REVEAL_MIN, REVEAL_MAX);
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
