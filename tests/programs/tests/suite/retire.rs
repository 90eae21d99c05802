//! `retire`: nothing new is made from an asset.

use solana_signer::Signer;
use tributary_client::registry::{self, AssetStatus, Register, RegistryEvent};
use tributary_core::content::AssetKind;
use tributary_core::id::FileHash;
use tributary_program_tests::chain::assert_refused;
use tributary_program_tests::misuse::{assert_accounts_are_checked, assert_only_signer};
use tributary_program_tests::registrations::*;

#[test]
fn a_retired_asset_stays_on_record_and_has_no_new_children() {
    let (mut chain, owner, dataset) = with_dataset();
    let of = |name: &str| Register { parents: vec![(dataset, 100)], ..asset(&owner, AssetKind::Model, name) };
    registered(&mut chain, &owner, &of("before"));
    let right = registry::retire(&owner.pubkey(), 0, &dataset);
    assert_only_signer(&mut chain, &right, 0, &[], "NotOwner");
    assert_accounts_are_checked(&mut chain, &right, &[&owner]);
    let receipt = chain.send(std::slice::from_ref(&right), &[&owner]).unwrap();
    let RegistryEvent::Retired(event) = only_event(&receipt) else { panic!("another event") };
    assert_eq!((event.asset, event.owner), (address_of(&dataset), owner.pubkey()));
    assert_eq!(record(&chain, &dataset).status, AssetStatus::Retired);
    assert_refused(register(&mut chain, &owner, &of("after")), "InactiveParent");
    assert_refused(chain.send(&[right], &[&owner]), "AlreadyRetired");
}

#[test]
fn an_asset_in_dispute_is_not_retired() {
    let (mut chain, owner, dataset) = with_dataset();
    let rival = chain.person();
    let open = registry::open_dispute(&rival.pubkey(), 0, &dataset, &FileHash([1; 32]));
    chain.send(&[open], &[&rival]).unwrap();
    assert_refused(chain.send(&[registry::retire(&owner.pubkey(), 0, &dataset)], &[&owner]), "Contested");
}
