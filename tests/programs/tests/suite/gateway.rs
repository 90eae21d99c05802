//! Gateways and the keys they sign with.

use solana_address::Address;
use solana_instruction::Instruction;
use solana_keypair::Keypair;
use solana_signer::Signer;
use tributary_client::registry::{self, Gateway, RegistryEvent};
use tributary_client::{ChainEvent, pda};
use tributary_core::position::Slot;
use tributary_program_tests::chain::{Chain, Outcome, assert_refused};
use tributary_program_tests::registrations::open_registry;

fn key(n: u8) -> Address {
    Address::new_from_array([n; 32])
}

fn opened() -> (Chain, Keypair) {
    let mut chain = Chain::new();
    open_registry(&mut chain);
    let operator = chain.person();
    chain.send(&[registry::register_gateway(&operator.pubkey(), 0, 0)], &[&operator]).unwrap();
    (chain, operator)
}

fn add(chain: &mut Chain, operator: &Keypair, key: &Address) -> Outcome {
    chain.send(&[registry::add_gateway_key(&operator.pubkey(), 0, 0, key, Slot(0))], &[operator])
}

fn revoke(chain: &mut Chain, operator: &Keypair, key: &Address) -> Outcome {
    chain.send(&[registry::revoke_gateway_key(&operator.pubkey(), 0, 0, key)], &[operator])
}

fn record(chain: &Chain, operator: &Keypair, index: u32) -> Gateway {
    let address = Address::new_from_array(pda::gateway(&operator.pubkey(), index).0);
    Gateway::decode(&chain.data(&address)).unwrap()
}

#[test]
fn an_operator_opens_several_gateways() {
    let (mut chain, operator) = opened();
    let receipt = chain.send(&[registry::register_gateway(&operator.pubkey(), 0, 7)], &[&operator]).unwrap();
    assert_eq!(record(&chain, &operator, 7).index, 7);
    assert_eq!(record(&chain, &operator, 7).operator, operator.pubkey());
    let [ChainEvent::Registry(RegistryEvent::GatewayRegistered(event))] = receipt.events.as_slice() else {
        panic!("expected one GatewayRegistered event, found {:?}", receipt.events);
    };
    assert_eq!(event.gateway.to_bytes(), pda::gateway(&operator.pubkey(), 7).0);
    assert_eq!((event.operator, event.index), (operator.pubkey(), 7));
    assert!(chain.send(&[registry::register_gateway(&operator.pubkey(), 0, 7)], &[&operator]).is_err());
}

#[test]
fn nobody_takes_another_operators_gateway() {
    let (mut chain, operator) = opened();
    let thief = chain.person();
    let mut steal = registry::register_gateway(&thief.pubkey(), 0, 1);
    steal.accounts[2].pubkey = Address::new_from_array(pda::gateway(&operator.pubkey(), 1).0);
    assert_refused(chain.send(&[steal], &[&thief]), "InvalidSeeds");
}

#[test]
fn keys_count_from_the_slot_they_are_added_to_the_slot_they_are_revoked() {
    let (mut chain, operator) = opened();
    let added = chain.slot();
    let receipt = add(&mut chain, &operator, &key(1)).unwrap();
    assert!(matches!(
        receipt.events.as_slice(),
        [ChainEvent::Registry(RegistryEvent::GatewayKeyAdded(event))] if (event.key, event.valid_from) == (key(1), added)
    ));
    chain.pass(10, 4);
    add(&mut chain, &operator, &key(2)).unwrap();
    let revoked = chain.slot();
    let receipt = revoke(&mut chain, &operator, &key(1)).unwrap();
    assert!(matches!(
        receipt.events.as_slice(),
        [ChainEvent::Registry(RegistryEvent::GatewayKeyRevoked(event))]
            if (event.key, event.revoked_from) == (key(1), revoked)
    ));

    let keys = record(&chain, &operator, 0).keys;
    assert_eq!(keys.len(), 2);
    assert_eq!((keys[0].key, keys[0].valid_from, keys[0].revoked_from), (key(1), Slot(added), Some(Slot(revoked))));
    assert_eq!((keys[1].key, keys[1].valid_from, keys[1].revoked_from), (key(2), Slot(revoked), None));
}

#[test]
fn a_key_is_added_once_and_never_again_after_it_was_revoked() {
    let (mut chain, operator) = opened();
    add(&mut chain, &operator, &key(1)).unwrap();
    assert_refused(add(&mut chain, &operator, &key(1)), "KnownKey");
    revoke(&mut chain, &operator, &key(1)).unwrap();
    assert_refused(add(&mut chain, &operator, &key(1)), "KnownKey");
    assert_refused(revoke(&mut chain, &operator, &key(1)), "UnknownKey");
    assert_refused(revoke(&mut chain, &operator, &key(2)), "UnknownKey");
    assert_refused(revoke(&mut chain, &operator, &key(0)), "UnknownKey");
    assert_refused(add(&mut chain, &operator, &key(0)), "ZeroKey");
}

#[test]
fn a_gateway_has_at_most_eight_keys_for_life() {
    let (mut chain, operator) = opened();
    for n in 1..=8 {
        add(&mut chain, &operator, &key(n)).unwrap();
        revoke(&mut chain, &operator, &key(n)).unwrap();
    }
    assert_refused(add(&mut chain, &operator, &key(9)), "TooManyKeys");
    assert_eq!(record(&chain, &operator, 0).keys.len(), 8);
}

#[test]
fn nobody_but_the_operator_changes_keys() {
    let (mut chain, operator) = opened();
    add(&mut chain, &operator, &key(1)).unwrap();
    let thief = chain.person();
    let gateway = Address::new_from_array(pda::gateway(&operator.pubkey(), 0).0);
    let add = |who: &Address| registry::add_gateway_key(who, 0, 0, &key(2), Slot(0));
    let revoke = |who: &Address| registry::revoke_gateway_key(who, 0, 0, &key(2));
    let builders: [&dyn Fn(&Address) -> Instruction; 2] = [&add, &revoke];
    for build in builders {
        let mut steal = build(&thief.pubkey());
        steal.accounts[2].pubkey = gateway;
        assert_refused(chain.send(&[steal], &[&thief]), "NotOperator");
        let mut unsigned = build(&operator.pubkey());
        unsigned.accounts[0].is_signer = false;
        assert_refused(chain.send(&[unsigned], &[]), "MissingRequiredSignature");
    }
}

#[test]
fn a_key_can_be_announced_but_never_dated_back() {
    let (mut chain, operator) = opened();
    let now = chain.slot();
    let add = |n: u8, from: u64| registry::add_gateway_key(&operator.pubkey(), 0, 0, &key(n), Slot(from));
    assert_refused(chain.send(&[add(1, now - 1)], &[&operator]), "ValidInPast");
    assert_refused(chain.send(&[add(1, 1)], &[&operator]), "ValidInPast");
    chain.send(&[add(1, now)], &[&operator]).unwrap();
    chain.send(&[add(2, now + 100)], &[&operator]).unwrap();
    chain.send(&[add(3, u64::MAX)], &[&operator]).unwrap();
    let from: Vec<_> = record(&chain, &operator, 0).keys.iter().map(|key| key.valid_from.0).collect();
    assert_eq!(from, [now, now + 100, u64::MAX]);
}
