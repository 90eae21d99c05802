//! `offer_transfer` and `accept_transfer`: control moves at once, shares later.

use solana_address::Address;
use solana_keypair::Keypair;
use solana_signer::Signer;
use tributary_client::registry::{self, RegistryEvent, SetTerms};
use tributary_core::content::AssetKind;
use tributary_core::id::{AssetId, FileHash};
use tributary_program_tests::chain::{Chain, Outcome, assert_refused};
use tributary_program_tests::misuse::{assert_accounts_are_checked, assert_only_signer};
use tributary_program_tests::registrations::*;

const NOBODY: Address = Address::new_from_array([0; 32]);

fn offer(chain: &mut Chain, owner: &Keypair, asset: &AssetId, to: &Address) -> Outcome {
    chain.send(&[registry::offer_transfer(&owner.pubkey(), 0, asset, to)], &[owner])
}

fn accept(chain: &mut Chain, who: &Keypair, asset: &AssetId) -> Outcome {
    chain.send(&[registry::accept_transfer(&who.pubkey(), &who.pubkey(), 0, asset)], &[who])
}

#[test]
fn control_moves_at_once_and_the_share_with_the_delay() {
    let (mut chain, owner, dataset) = with_dataset();
    let buyer = chain.person();
    let receipt = offer(&mut chain, &owner, &dataset, &buyer.pubkey()).unwrap();
    let RegistryEvent::TransferOffered(event) = only_event(&receipt) else { panic!("another event") };
    assert_eq!((event.owner, event.to), (owner.pubkey(), buyer.pubkey()));
    assert_eq!(record(&chain, &dataset).offered_to, Some(buyer.pubkey()));

    let receipt = accept(&mut chain, &buyer, &dataset).unwrap();
    let effective = chain.slot() + TERMS_DELAY;
    let found = record(&chain, &dataset);
    assert_eq!((found.owner, found.offered_to), (buyer.pubkey(), None));
    // What the asset earns until then is the old owner's.
    assert_eq!(found.co_owners, [share(&owner.pubkey(), 10_000)]);
    let next = found.next_terms.unwrap();
    assert_eq!((next.effective_slot.0, &next.co_owners[..]), (effective, &[share(&buyer.pubkey(), 10_000)][..]));
    let RegistryEvent::Transferred(event) = only_event(&receipt) else { panic!("another event") };
    assert_eq!((event.previous_owner, event.owner), (owner.pubkey(), buyer.pubkey()));
    assert_eq!((event.effective_slot, &event.co_owners), (effective, &next.co_owners));
    assert_refused(offer(&mut chain, &owner, &dataset, &owner.pubkey()), "NotOwner");
}

#[test]
fn shares_merge_and_what_was_pending_comes_along() {
    let mut chain = Chain::new();
    open_registry(&mut chain);
    let (owner, buyer, friend) = (chain.person(), chain.person(), chain.person());
    let (o, b, f) = (owner.pubkey(), buyer.pubkey(), friend.pubkey());
    let mut what = asset(&owner, AssetKind::Model, "model");
    what.co_owners = vec![share(&o, 5_000), share(&f, 3_000), share(&b, 2_000)];
    let model = registered(&mut chain, &owner, &what);
    let mix_bps = [10_000, 0, 0, 0, 0];
    let terms = SetTerms {
        payer: o,
        owner: o,
        shard: 0,
        asset: model,
        co_owners: vec![share(&o, 4_000), share(&f, 4_000), share(&b, 2_000)],
        mix_bps,
        consenting: vec![],
    };
    chain.send(&[registry::set_terms(&terms)], &[&owner]).unwrap();
    chain.pass(TERMS_DELAY - 1, 8);
    offer(&mut chain, &owner, &model, &b).unwrap();
    accept(&mut chain, &buyer, &model).unwrap();
    let next = record(&chain, &model).next_terms.unwrap();
    assert_eq!(next.co_owners, [share(&f, 4_000), share(&b, 6_000)]);
    assert_eq!((next.mix_bps, next.effective_slot.0), (mix_bps, chain.slot() + TERMS_DELAY));
}

#[test]
fn an_owner_without_a_share_hands_over_control_alone() {
    let mut chain = Chain::new();
    open_registry(&mut chain);
    let (owner, buyer) = (chain.person(), chain.person());
    let friend = Address::new_from_array([9; 32]);
    let mut what = asset(&owner, AssetKind::Dataset, "text");
    what.co_owners = vec![share(&friend, 10_000)];
    let dataset = registered(&mut chain, &owner, &what);
    let before = record(&chain, &dataset);
    offer(&mut chain, &owner, &dataset, &buyer.pubkey()).unwrap();
    let receipt = accept(&mut chain, &buyer, &dataset).unwrap();
    let found = record(&chain, &dataset);
    assert_eq!((found.owner, found.next_terms), (buyer.pubkey(), None));
    let RegistryEvent::Transferred(event) = only_event(&receipt) else { panic!("another event") };
    assert_eq!((event.effective_slot, &event.co_owners), (before.effective_slot.0, &before.co_owners));
}

#[test]
fn an_owner_who_accepts_its_own_offer_changes_no_share() {
    let (mut chain, owner, dataset) = with_dataset();
    offer(&mut chain, &owner, &dataset, &owner.pubkey()).unwrap();
    accept(&mut chain, &owner, &dataset).unwrap();
    let found = record(&chain, &dataset);
    assert_eq!((found.owner, found.next_terms, found.offered_to), (owner.pubkey(), None, None));
}

#[test]
fn the_new_owner_cannot_take_the_old_ones_share_early() {
    let (mut chain, owner, dataset) = with_dataset();
    let buyer = chain.person();
    offer(&mut chain, &owner, &dataset, &buyer.pubkey()).unwrap();
    accept(&mut chain, &buyer, &dataset).unwrap();
    let terms = SetTerms {
        payer: buyer.pubkey(),
        owner: buyer.pubkey(),
        shard: 0,
        asset: dataset,
        co_owners: vec![share(&buyer.pubkey(), 10_000)],
        mix_bps: [0; 5],
        consenting: vec![],
    };
    assert_refused(chain.send(&[registry::set_terms(&terms)], &[&buyer]), "MissingConsent");
    chain.pass(TERMS_DELAY, 8);
    chain.send(&[registry::set_terms(&terms)], &[&buyer]).unwrap();
}

#[test]
fn an_offer_is_replaced_withdrawn_and_accepted_once() {
    let (mut chain, owner, dataset) = with_dataset();
    let (a, b) = (chain.person(), chain.person());
    assert_refused(accept(&mut chain, &a, &dataset), "NotOffered");
    offer(&mut chain, &owner, &dataset, &a.pubkey()).unwrap();
    offer(&mut chain, &owner, &dataset, &b.pubkey()).unwrap();
    assert_refused(accept(&mut chain, &a, &dataset), "NotOffered");
    offer(&mut chain, &owner, &dataset, &NOBODY).unwrap();
    assert_refused(accept(&mut chain, &b, &dataset), "NotOffered");
    offer(&mut chain, &owner, &dataset, &b.pubkey()).unwrap();
    accept(&mut chain, &b, &dataset).unwrap();
    assert_refused(accept(&mut chain, &b, &dataset), "NotOffered");
}

#[test]
fn nothing_is_offered_or_accepted_while_a_dispute_is_open() {
    let (mut chain, owner, dataset) = with_dataset();
    let (buyer, rival) = (chain.person(), chain.person());
    offer(&mut chain, &owner, &dataset, &buyer.pubkey()).unwrap();
    let open = registry::open_dispute(&rival.pubkey(), 0, &dataset, &FileHash([1; 32]));
    chain.send(&[open], &[&rival]).unwrap();
    assert_refused(accept(&mut chain, &buyer, &dataset), "Contested");
    assert_refused(offer(&mut chain, &owner, &dataset, &NOBODY), "Contested");
}

#[test]
fn no_account_of_a_transfer_can_be_another() {
    let (mut chain, owner, dataset) = with_dataset();
    let (buyer, sponsor) = (chain.person(), chain.person());
    let offer = registry::offer_transfer(&owner.pubkey(), 0, &dataset, &buyer.pubkey());
    assert_only_signer(&mut chain, &offer, 0, &[], "NotOwner");
    assert_accounts_are_checked(&mut chain, &offer, &[&owner]);
    chain.send(&[offer], &[&owner]).unwrap();
    let accept = registry::accept_transfer(&sponsor.pubkey(), &buyer.pubkey(), 0, &dataset);
    assert_only_signer(&mut chain, &accept, 1, &[&sponsor], "NotOffered");
    assert_accounts_are_checked(&mut chain, &accept, &[&sponsor, &buyer]);
    chain.send(&[accept], &[&sponsor, &buyer]).unwrap();
}
