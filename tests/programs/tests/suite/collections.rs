//! `create_collection`, `join_collection` and `leave_collection`.

use solana_address::Address;
use solana_keypair::Keypair;
use solana_signer::Signer;
use tributary_client::pda;
use tributary_client::registry::{self, Collection, Membership, RegistryEvent};
use tributary_core::content::AssetKind;
use tributary_core::id::{AssetId, FileHash};
use tributary_core::position::Slot;
use tributary_program_tests::chain::{Chain, Outcome, assert_refused};
use tributary_program_tests::misuse::{assert_accounts_are_checked, assert_only_signer};
use tributary_program_tests::registrations::*;

const METADATA: FileHash = FileHash([0x6d; 32]);

fn create(chain: &mut Chain, curator: &Keypair, index: u32, share_bps: u16) -> Outcome {
    chain.send(&[registry::create_collection(&curator.pubkey(), 0, index, share_bps, &METADATA)], &[curator])
}

fn join(chain: &mut Chain, owner: &Keypair, curator: &Keypair, index: u32, asset: &AssetId) -> Outcome {
    let collection = pda::collection(&curator.pubkey(), index);
    let join = registry::join_collection(&owner.pubkey(), &curator.pubkey(), 0, &collection, asset);
    chain.send(&[join], &[owner, curator])
}

fn leave(chain: &mut Chain, who: &Keypair, collection: &Address, asset: &AssetId) -> Outcome {
    chain.send(&[registry::leave_collection(&who.pubkey(), 0, collection, asset)], &[who])
}

/// A dataset and a curator with two collections.
fn curated() -> (Chain, Keypair, AssetId, Keypair) {
    let (mut chain, owner, dataset) = with_dataset();
    let curator = chain.person();
    create(&mut chain, &curator, 0, 2_500).unwrap();
    create(&mut chain, &curator, 1, 0).unwrap();
    (chain, owner, dataset, curator)
}

#[test]
fn a_collection_is_opened_with_a_share_for_good() {
    let (mut chain, owner, _) = with_dataset();
    let curator = chain.person();
    let receipt = create(&mut chain, &curator, 7, 5_000).unwrap();
    let address = pda::collection(&curator.pubkey(), 7);
    let found = Collection::decode(&chain.data(&address)).unwrap();
    let expected = Collection { share_bps: 5_000, index: 7, curator: curator.pubkey(), metadata_hash: METADATA };
    assert_eq!(found, expected);
    let RegistryEvent::CollectionCreated(event) = only_event(&receipt) else { panic!("another event") };
    assert_eq!((event.collection, event.curator, event.index), (address, curator.pubkey(), 7));
    assert_eq!((event.share_bps, event.metadata_hash), (5_000, METADATA.0));
    assert!(create(&mut chain, &curator, 7, 1).is_err());
    assert_refused(create(&mut chain, &curator, 8, 5_001), "BadCuratorShare");
    assert_refused(create(&mut chain, &curator, 8, u16::MAX), "BadCuratorShare");
    let mut steal = registry::create_collection(&owner.pubkey(), 0, 9, 1, &METADATA);
    steal.accounts[2].pubkey = pda::collection(&curator.pubkey(), 9);
    assert_refused(chain.send(&[steal], &[&owner]), "InvalidSeeds");
    let right = registry::create_collection(&owner.pubkey(), 0, 9, 1, &METADATA);
    assert_accounts_are_checked(&mut chain, &right, &[&owner]);
}

#[test]
fn a_dataset_joins_when_both_sides_sign_and_counts_after_the_delay() {
    let (mut chain, owner, dataset, curator) = curated();
    let receipt = join(&mut chain, &owner, &curator, 0, &dataset).unwrap();
    let from = chain.slot() + TERMS_DELAY;
    let collection = pda::collection(&curator.pubkey(), 0);
    let membership = Membership { collection, share_bps: 2_500, from: Slot(from), until: None };
    assert_eq!(record(&chain, &dataset).membership, Some(membership));
    let RegistryEvent::CollectionJoined(event) = only_event(&receipt) else { panic!("another event") };
    assert_eq!((event.asset, event.collection, event.curator), (address_of(&dataset), collection, curator.pubkey()));
    assert_eq!((event.share_bps, event.effective_slot), (2_500, from));
    // In one collection at most.
    assert_refused(join(&mut chain, &owner, &curator, 1, &dataset), "AlreadyMember");
    assert_refused(join(&mut chain, &owner, &curator, 0, &dataset), "AlreadyMember");
}

#[test]
fn either_side_ends_a_membership_after_the_delay() {
    let (mut chain, owner, dataset, curator) = curated();
    let (first, second) = (pda::collection(&curator.pubkey(), 0), pda::collection(&curator.pubkey(), 1));
    assert_refused(leave(&mut chain, &owner, &first, &dataset), "NotMember");
    for who in [&owner, &curator] {
        join(&mut chain, &owner, &curator, 0, &dataset).unwrap();
        assert_refused(leave(&mut chain, who, &second, &dataset), "NotMember");
        let stranger = chain.person();
        assert_refused(leave(&mut chain, &stranger, &first, &dataset), "NotOwnerOrCurator");
        let receipt = leave(&mut chain, who, &first, &dataset).unwrap();
        let until = chain.slot() + TERMS_DELAY;
        assert_eq!(record(&chain, &dataset).membership.unwrap().until, Some(Slot(until)));
        let RegistryEvent::CollectionLeft(event) = only_event(&receipt) else { panic!("another event") };
        assert_eq!((event.collection, event.effective_slot), (first, until));
        assert_refused(leave(&mut chain, who, &first, &dataset), "NotMember");
        // The old curator is paid until then, so that no other can be before.
        chain.pass(TERMS_DELAY - 1, 8);
        assert_refused(join(&mut chain, &owner, &curator, 1, &dataset), "AlreadyMember");
        chain.pass(1, 1);
    }
    join(&mut chain, &owner, &curator, 1, &dataset).unwrap();
    assert_eq!(record(&chain, &dataset).membership.unwrap().collection, second);
}

#[test]
fn only_datasets_join() {
    let (mut chain, owner, _, curator) = curated();
    for kind in [AssetKind::Model, AssetKind::Agent] {
        let other = registered(&mut chain, &owner, &asset(&owner, kind, "no dataset"));
        assert_refused(join(&mut chain, &owner, &curator, 0, &other), "NotDataset");
    }
}

#[test]
fn no_dataset_joins_while_somebody_disputes_it() {
    let (mut chain, owner, dataset, curator) = curated();
    let open = registry::open_dispute(&curator.pubkey(), 0, &dataset, &METADATA);
    chain.send(&[open], &[&curator]).unwrap();
    assert_refused(join(&mut chain, &owner, &curator, 0, &dataset), "Contested");
}

#[test]
fn no_account_of_a_membership_can_be_another() {
    let (mut chain, owner, dataset, curator) = curated();
    let collection = pda::collection(&curator.pubkey(), 0);
    let join = registry::join_collection(&owner.pubkey(), &curator.pubkey(), 0, &collection, &dataset);
    assert_only_signer(&mut chain, &join, 0, &[&curator], "NotOwner");
    assert_only_signer(&mut chain, &join, 1, &[&owner], "NotCurator");
    assert_accounts_are_checked(&mut chain, &join, &[&owner, &curator]);
    chain.send(&[join], &[&owner, &curator]).unwrap();
    let leave = registry::leave_collection(&curator.pubkey(), 0, &collection, &dataset);
    assert_accounts_are_checked(&mut chain, &leave, &[&curator]);
    chain.send(&[leave], &[&curator]).unwrap();
}
