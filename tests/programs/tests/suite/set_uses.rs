//! `set_uses`: what is taken away ends at once, what is added waits.

use solana_keypair::Keypair;
use solana_signer::Signer;
use tributary_client::registry::{self, RegistryEvent};
use tributary_core::content::uses::{ALL, DISPLAY, GROUND, TRAIN};
use tributary_core::id::AssetId;
use tributary_core::position::Slot;
use tributary_program_tests::chain::{Chain, Outcome, assert_refused};
use tributary_program_tests::misuse::{assert_accounts_are_checked, assert_only_signer};
use tributary_program_tests::registrations::*;

fn set(chain: &mut Chain, owner: &Keypair, asset: &AssetId, uses: u8) -> Outcome {
    chain.send(&[registry::set_uses(&owner.pubkey(), 0, asset, uses)], &[owner])
}

#[test]
fn what_is_taken_away_ends_at_once_and_what_is_added_waits() {
    let (mut chain, owner, dataset) = with_dataset();
    let receipt = set(&mut chain, &owner, &dataset, TRAIN).unwrap();
    let RegistryEvent::UsesSet(event) = only_event(&receipt) else { panic!("another event") };
    assert_eq!((event.uses, event.next_uses, event.effective_slot), (TRAIN, TRAIN, chain.slot()));
    assert_eq!((record(&chain, &dataset).uses, record(&chain, &dataset).next_uses), (TRAIN, None));

    // Display is added and training taken away.
    let receipt = set(&mut chain, &owner, &dataset, DISPLAY).unwrap();
    let later = chain.slot() + TERMS_DELAY;
    let RegistryEvent::UsesSet(event) = only_event(&receipt) else { panic!("another event") };
    assert_eq!((event.uses, event.next_uses, event.effective_slot), (0, DISPLAY, later));
    let found = record(&chain, &dataset);
    assert_eq!((found.uses, found.next_uses), (0, Some((DISPLAY, Slot(later)))));
    assert_eq!(found.settled(Slot(later)).uses, DISPLAY);

    // What has come by then counts as permitted.
    chain.pass(TERMS_DELAY, 8);
    set(&mut chain, &owner, &dataset, DISPLAY | GROUND).unwrap();
    let found = record(&chain, &dataset);
    assert_eq!((found.uses, found.next_uses), (DISPLAY, Some((DISPLAY | GROUND, Slot(chain.slot() + TERMS_DELAY)))));
    // And what has not come yet can be taken back.
    set(&mut chain, &owner, &dataset, DISPLAY).unwrap();
    assert_eq!((record(&chain, &dataset).uses, record(&chain, &dataset).next_uses), (DISPLAY, None));
}

#[test]
fn a_second_addition_waits_anew() {
    let (mut chain, owner, dataset) = with_dataset();
    set(&mut chain, &owner, &dataset, 0).unwrap();
    set(&mut chain, &owner, &dataset, ALL).unwrap();
    chain.pass(TERMS_DELAY - 1, 8);
    set(&mut chain, &owner, &dataset, ALL).unwrap();
    let found = record(&chain, &dataset);
    assert_eq!((found.uses, found.next_uses), (0, Some((ALL, Slot(chain.slot() + TERMS_DELAY)))));
}

#[test]
fn unknown_uses_and_strangers_are_refused() {
    let (mut chain, owner, dataset) = with_dataset();
    for unknown in [8, 15, 255] {
        assert_refused(set(&mut chain, &owner, &dataset, unknown), "BadUses");
    }
    let right = registry::set_uses(&owner.pubkey(), 0, &dataset, 0);
    assert_only_signer(&mut chain, &right, 0, &[], "NotOwner");
    assert_accounts_are_checked(&mut chain, &right, &[&owner]);
    chain.send(&[right], &[&owner]).unwrap();
}
