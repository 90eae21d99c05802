//! `initialize` of the rewards program: who may, once, with which roles.

use solana_address::Address;
use solana_signer::Signer;
use tributary_client::rewards::{self, Initialize, RewardsConfig, RewardsEvent};
use tributary_client::{ChainEvent, pda};
use tributary_program_tests::chain::{Chain, GENESIS, assert_refused};
use tributary_program_tests::stage::{Stage, roles};

fn cast() -> (Chain, Initialize) {
    let mut chain = Chain::new();
    let poster = chain.person();
    let watchers: Vec<_> = (0..3).map(|_| chain.person()).collect();
    let roles = roles(&chain, &poster.pubkey(), &watchers);
    (chain, roles)
}

#[test]
fn the_configuration_names_the_roles() {
    let (mut chain, roles) = cast();
    let receipt = chain.send(&[rewards::initialize(&roles)], &[]).unwrap();

    let config = RewardsConfig::decode(&chain.data(&pda::rewards_config())).unwrap();
    assert_eq!(config.governor, chain.admin.pubkey());
    assert_eq!((config.poster, config.guardian, config.registry), (roles.poster, roles.guardian, roles.registry));
    assert_eq!((config.genesis, config.threshold), (GENESIS, 2));
    assert_eq!((&config.watchers, config.sequence), (&roles.watchers, 1));
    assert_eq!((config.timelock_slots, config.timelock_seconds), (roles.timelock_slots, roles.timelock_seconds));
    assert_eq!((config.next_governor, config.watchers_epoch), (None, 0));
    let [ChainEvent::Rewards(RewardsEvent::RewardsInitialized(event))] = receipt.events.as_slice() else {
        panic!("expected one RewardsInitialized event, found {:?}", receipt.events);
    };
    assert_eq!((event.vault, event.sequence), (pda::rewards_config(), 0));
    assert_eq!((&event.watchers, event.threshold), (&roles.watchers, 2));
}

#[test]
fn a_squatter_cannot_initialise_first() {
    let (mut chain, roles) = cast();
    let squatter = chain.person();
    let steal = rewards::initialize(&Initialize { authority: squatter.pubkey(), ..roles });
    assert_refused(chain.send(&[steal], &[&squatter]), "NotUpgradeAuthority");
}

#[test]
fn a_forged_program_data_account_names_no_authority() {
    let (mut chain, roles) = cast();
    let squatter = chain.person();
    let mut forged = chain.data(&pda::program_data(&pda::REWARDS));
    forged[13..45].copy_from_slice(squatter.pubkey().as_ref());
    let location = Address::new_from_array([0x5a; 32]);
    chain.place(location, squatter.pubkey(), forged);
    for other in [location, pda::program_data(&pda::REGISTRY)] {
        let mut steal = rewards::initialize(&Initialize { authority: squatter.pubkey(), ..roles.clone() });
        steal.accounts[2].pubkey = other;
        assert_refused(chain.send(&[steal], &[&squatter]), "NotUpgradeAuthority");
    }
}

#[test]
fn it_is_initialised_once() {
    let (mut chain, roles) = cast();
    chain.send(&[rewards::initialize(&roles)], &[]).unwrap();
    assert!(chain.send(&[rewards::initialize(&roles)], &[]).is_err());
}

#[test]
fn roles_that_make_no_sense_are_refused() {
    let (mut chain, roles) = cast();
    let zero = Address::default();
    let many: Vec<_> = (0..9).map(|n| Address::new_from_array([n + 1; 32])).collect();
    let first = roles.watchers[0];
    let cases: [(&str, Initialize); 12] = [
        ("ZeroRole", Initialize { poster: zero, ..roles.clone() }),
        ("ZeroRole", Initialize { guardian: zero, ..roles.clone() }),
        ("ZeroRole", Initialize { registry: zero, ..roles.clone() }),
        ("ZeroRole", Initialize { watchers: vec![first, zero], ..roles.clone() }),
        ("BadWatchers", Initialize { watchers: vec![], ..roles.clone() }),
        ("BadWatchers", Initialize { watchers: many, ..roles.clone() }),
        ("BadWatchers", Initialize { watchers: vec![first, first], ..roles.clone() }),
        ("PosterWatches", Initialize { watchers: vec![first, roles.poster], ..roles.clone() }),
        ("BadThreshold", Initialize { threshold: 0, ..roles.clone() }),
        ("BadThreshold", Initialize { threshold: 4, ..roles.clone() }),
        ("BadTimelock", Initialize { timelock_slots: 6_480_001, ..roles.clone() }),
        ("BadTimelock", Initialize { timelock_seconds: 2_592_001, ..roles.clone() }),
    ];
    for (reason, roles) in cases {
        assert_refused(chain.send(&[rewards::initialize(&roles)], &[]), reason);
    }
    let eight: Vec<_> = (0..8).map(|n| Address::new_from_array([n + 1; 32])).collect();
    chain.send(&[rewards::initialize(&Initialize { watchers: eight, threshold: 8, ..roles })], &[]).unwrap();
}

#[test]
fn an_event_cannot_be_forged_from_outside() {
    let mut stage = Stage::token();
    let payer = stage.payer(10);
    let event = RewardsEvent::RefundRequested(Box::new(rewards::RefundRequested {
        vault: stage.vault_address(),
        sequence: 99,
        payer: payer.pubkey(),
        slot: 1,
    }));
    let data = [&tributary_client::EVENT_TAG[..], &event.encode()].concat();
    // Without the event authority's signature, and with somebody else's.
    let unsigned = solana_instruction::AccountMeta::new_readonly(pda::rewards_event_authority(), false);
    let other = solana_instruction::AccountMeta::new_readonly(payer.pubkey(), true);
    for (authority, signers) in [(unsigned, vec![]), (other, vec![&payer])] {
        let forged =
            solana_instruction::Instruction { program_id: pda::REWARDS, accounts: vec![authority], data: data.clone() };
        assert!(stage.chain.send(&[forged], &signers).is_err());
    }
}
