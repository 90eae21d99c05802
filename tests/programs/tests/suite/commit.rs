//! `commit`: what precedes a registration.

use solana_signer::Signer;
use tributary_client::registry::{self, CommitmentRecord, RegistryEvent};
use tributary_client::{ChainEvent, pda};
use tributary_core::id::Commitment;
use tributary_program_tests::chain::{Chain, assert_refused};
use tributary_program_tests::registrations::open_registry;

#[test]
fn a_commitment_is_recorded_with_slot_and_payer() {
    let mut chain = Chain::new();
    open_registry(&mut chain);
    let payer = chain.person();
    let hash = Commitment([5; 32]);
    let receipt = chain.send(&[registry::commit(&payer.pubkey(), 0, &hash)], &[&payer]).unwrap();

    let record = CommitmentRecord::decode(&chain.data(&pda::commitment(&hash.0))).unwrap();
    assert_eq!((record.payer, record.commitment, record.slot.0), (payer.pubkey(), hash, chain.slot()));
    let [ChainEvent::Registry(RegistryEvent::Committed(event))] = receipt.events.as_slice() else {
        panic!("expected one Committed event, found {:?}", receipt.events);
    };
    assert_eq!((event.shard, event.sequence, event.commitment), (0, 1, hash.0));
}

#[test]
fn a_commitment_is_recorded_once_so_that_its_slot_cannot_move() {
    let mut chain = Chain::new();
    open_registry(&mut chain);
    let (payer, other) = (chain.person(), chain.person());
    let hash = Commitment([5; 32]);
    chain.send(&[registry::commit(&payer.pubkey(), 0, &hash)], &[&payer]).unwrap();
    for who in [&payer, &other] {
        assert!(chain.send(&[registry::commit(&who.pubkey(), 0, &hash)], &[who]).is_err());
    }
}

#[test]
fn a_commitment_at_another_address_is_refused() {
    let mut chain = Chain::new();
    open_registry(&mut chain);
    let payer = chain.person();
    let mut commit = registry::commit(&payer.pubkey(), 0, &Commitment([5; 32]));
    commit.accounts[2].pubkey = pda::commitment(&[6; 32]);
    assert_refused(chain.send(&[commit], &[&payer]), "InvalidSeeds");
}

#[test]
fn only_a_shard_numbers_events() {
    let mut chain = Chain::new();
    open_registry(&mut chain);
    let payer = chain.person();
    // A shard that is not open, and an account of another kind.
    for other in [pda::shard(1), pda::registry_config(), payer.pubkey()] {
        let mut commit = registry::commit(&payer.pubkey(), 0, &Commitment([5; 32]));
        commit.accounts[1].pubkey = other;
        assert!(chain.send(&[commit], &[&payer]).is_err());
    }
}
