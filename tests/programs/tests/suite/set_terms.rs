//! `set_terms`: co-owners and mix that count from a later slot.

use solana_address::Address;
use solana_keypair::Keypair;
use solana_signer::Signer;
use tributary_client::registry::{self, CoOwner, NextTerms, RegistryEvent, SetTerms};
use tributary_core::content::AssetKind;
use tributary_core::id::AssetId;
use tributary_core::position::Slot;
use tributary_program_tests::chain::{Chain, Outcome, assert_refused};
use tributary_program_tests::misuse::{assert_accounts_are_checked, assert_only_signer};
use tributary_program_tests::registrations::*;

/// What `owner` would set alone.
fn terms(owner: &Keypair, asset: &AssetId, co_owners: &[CoOwner]) -> SetTerms {
    SetTerms {
        payer: owner.pubkey(),
        owner: owner.pubkey(),
        shard: 0,
        asset: *asset,
        co_owners: co_owners.to_vec(),
        mix_bps: [0; 5],
        consenting: vec![],
    }
}

fn set(chain: &mut Chain, terms: &SetTerms, signers: &[&Keypair]) -> Outcome {
    chain.send(&[registry::set_terms(terms)], signers)
}

/// A dataset of which a friend has a third.
fn shared() -> (Chain, Keypair, Keypair, AssetId) {
    let mut chain = Chain::new();
    open_registry(&mut chain);
    let (owner, friend) = (chain.person(), chain.person());
    let mut what = asset(&owner, AssetKind::Dataset, "text");
    what.co_owners = vec![share(&owner.pubkey(), 7_000), share(&friend.pubkey(), 3_000)];
    let dataset = registered(&mut chain, &owner, &what);
    (chain, owner, friend, dataset)
}

#[test]
fn threat_13_terms_count_from_a_slot_that_everybody_knows_before() {
    let (mut chain, owner, dataset) = with_dataset();
    let friend = chain.person().pubkey();
    let next = vec![share(&owner.pubkey(), 6_000), share(&friend, 4_000)];
    let receipt = set(&mut chain, &terms(&owner, &dataset, &next), &[&owner]).unwrap();

    let effective = chain.slot() + TERMS_DELAY;
    let found = record(&chain, &dataset);
    let RegistryEvent::TermsSet(event) = only_event(&receipt) else { panic!("another event") };
    assert_eq!((event.effective_slot, event.slot, &event.co_owners), (effective, chain.slot(), &next));
    assert_eq!((event.owner, event.asset), (owner.pubkey(), address_of(&dataset)));
    // Until then the old ones count.
    assert_eq!(found.co_owners, [share(&owner.pubkey(), 10_000)]);
    let expected = NextTerms { effective_slot: Slot(effective), mix_bps: [0; 5], co_owners: next.clone() };
    assert_eq!(found.next_terms, Some(expected));
    assert_eq!(found.clone().settled(Slot(effective - 1)).co_owners, [share(&owner.pubkey(), 10_000)]);
    assert_eq!(found.clone().settled(Slot(effective)).co_owners, next);
    let address = address_of(&dataset);
    assert_eq!(chain.lamports(&address), chain.rent(chain.data(&address).len()));
}

#[test]
fn terms_whose_slot_has_come_are_made_current_by_the_next_change() {
    let (mut chain, owner, dataset) = with_dataset();
    let friend = chain.person();
    let first = [share(&owner.pubkey(), 6_000), share(&friend.pubkey(), 4_000)];
    set(&mut chain, &terms(&owner, &dataset, &first), &[&owner]).unwrap();
    let effective = chain.slot() + TERMS_DELAY;
    chain.pass(TERMS_DELAY, 8);
    // The friend's share counts now, so it cannot be taken without the friend.
    let back = terms(&owner, &dataset, &[share(&owner.pubkey(), 10_000)]);
    assert_refused(set(&mut chain, &back, &[&owner]), "MissingConsent");
    let agreed = SetTerms { consenting: vec![friend.pubkey()], ..back };
    set(&mut chain, &agreed, &[&owner, &friend]).unwrap();
    let found = record(&chain, &dataset);
    assert_eq!((found.effective_slot, &found.co_owners[..]), (Slot(effective), &first[..]));
    assert_eq!(found.next_terms.unwrap().effective_slot.0, chain.slot() + TERMS_DELAY);
}

#[test]
fn a_second_change_replaces_the_first_and_waits_anew() {
    let (mut chain, owner, dataset) = with_dataset();
    let (a, b) = (chain.person().pubkey(), chain.person().pubkey());
    let sixteen: Vec<_> = (1..=16).map(|n| share(&Address::new_from_array([n; 32]), 625)).collect();
    set(&mut chain, &terms(&owner, &dataset, &sixteen), &[&owner]).unwrap();
    let size = chain.data(&address_of(&dataset)).len();
    chain.pass(TERMS_DELAY - 1, 8);
    let second = [share(&a, 5_000), share(&b, 5_000)];
    set(&mut chain, &terms(&owner, &dataset, &second), &[&owner]).unwrap();
    let found = record(&chain, &dataset);
    let next = found.next_terms.unwrap();
    assert_eq!((next.effective_slot.0, &next.co_owners[..]), (chain.slot() + TERMS_DELAY, &second[..]));
    assert_eq!(found.co_owners, [share(&owner.pubkey(), 10_000)]);
    // A record keeps the room it once had.
    assert_eq!(chain.data(&address_of(&dataset)).len(), size);
}

#[test]
fn whoever_loses_must_agree_and_nobody_else() {
    let (mut chain, owner, friend, dataset) = shared();
    let stranger = chain.person();
    let (o, f, s) = (owner.pubkey(), friend.pubkey(), stranger.pubkey());
    // What the friend loses by, a little or all.
    for lost in [vec![share(&o, 7_001), share(&f, 2_999)], vec![share(&o, 10_000)], vec![share(&s, 10_000)]] {
        let alone = terms(&owner, &dataset, &lost);
        assert_refused(set(&mut chain, &alone, &[&owner]), "MissingConsent");
        let by_stranger = SetTerms { consenting: vec![s], ..alone.clone() };
        assert_refused(set(&mut chain, &by_stranger, &[&owner, &stranger]), "MissingConsent");
        let mut unsigned = registry::set_terms(&SetTerms { consenting: vec![f], ..alone.clone() });
        unsigned.accounts.last_mut().unwrap().is_signer = false;
        assert_refused(chain.send(&[unsigned], &[&owner]), "MissingConsent");
        let twice = SetTerms { consenting: vec![f, f], ..alone.clone() };
        assert_refused(set(&mut chain, &twice, &[&owner, &friend]), "DuplicateSigner");
        let agreed = SetTerms { consenting: vec![s, f], ..alone };
        set(&mut chain, &agreed, &[&owner, &friend, &stranger]).unwrap();
    }
    // The owner may give away its own.
    set(&mut chain, &terms(&owner, &dataset, &[share(&s, 7_000), share(&f, 3_000)]), &[&owner]).unwrap();
    set(&mut chain, &terms(&owner, &dataset, &[share(&f, 10_000)]), &[&owner]).unwrap();
}

#[test]
fn terms_that_no_record_may_hold_are_refused() {
    let (mut chain, owner, dataset) = with_dataset();
    let key = |n: u8| Address::new_from_array([n; 32]);
    let cases = [
        (vec![], "BadCoOwner"),
        (vec![share(&key(0), 10_000)], "BadCoOwner"),
        (vec![share(&key(1), 10_000), share(&key(2), 0)], "BadCoOwner"),
        ((1..=17).map(|n| share(&key(n), 588)).collect(), "BadCoOwner"),
        (vec![share(&key(1), 5_000), share(&key(1), 5_000)], "DuplicateCoOwner"),
        (vec![share(&key(1), 9_999)], "BadShares"),
        (vec![share(&key(1), 65_535), share(&key(2), 10_001)], "BadShares"),
    ];
    for (co_owners, reason) in cases {
        assert_refused(set(&mut chain, &terms(&owner, &dataset, &co_owners), &[&owner]), reason);
    }
    let mixed = SetTerms { mix_bps: [10_000, 0, 0, 0, 0], ..terms(&owner, &dataset, &[share(&key(1), 10_000)]) };
    assert_refused(set(&mut chain, &mixed, &[&owner]), "BadMix");
}

#[test]
fn a_models_mix_changes_together_with_its_co_owners() {
    let (mut chain, owner, _) = with_dataset();
    let model = registered(&mut chain, &owner, &asset(&owner, AssetKind::Model, "model"));
    let mix_bps = [1_000, 2_000, 3_000, 4_000, 0];
    let change = SetTerms { mix_bps, ..terms(&owner, &model, &[share(&owner.pubkey(), 10_000)]) };
    set(&mut chain, &change, &[&owner]).unwrap();
    assert_eq!(record(&chain, &model).mix_bps, [0; 5]);
    chain.pass(TERMS_DELAY, 8);
    set(&mut chain, &terms(&owner, &model, &[share(&owner.pubkey(), 10_000)]), &[&owner]).unwrap();
    let found = record(&chain, &model);
    assert_eq!((found.mix_bps, found.next_terms.unwrap().mix_bps), (mix_bps, [0; 5]));
}

#[test]
fn only_the_owner_sets_terms_and_only_in_peace() {
    let (mut chain, owner, dataset) = with_dataset();
    let change = terms(&owner, &dataset, &[share(&owner.pubkey(), 10_000)]);
    let sponsor = chain.person();
    let sponsored = registry::set_terms(&SetTerms { payer: sponsor.pubkey(), ..change.clone() });
    assert_only_signer(&mut chain, &sponsored, 1, &[&sponsor], "NotOwner");
    assert_accounts_are_checked(&mut chain, &sponsored, &[&sponsor, &owner]);
    chain.send(&[sponsored], &[&sponsor, &owner]).unwrap();

    let open = registry::open_dispute(&sponsor.pubkey(), 0, &dataset, &tributary_core::id::FileHash([1; 32]));
    chain.send(&[open], &[&sponsor]).unwrap();
    assert_refused(set(&mut chain, &change, &[&owner]), "Contested");
}
