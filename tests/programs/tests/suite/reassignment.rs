//! `apply_reassignment` and `cancel_reassignment`: what follows a verdict for
//! the challenger.

use solana_keypair::Keypair;
use solana_signer::Signer;
use tributary_client::pda;
use tributary_client::registry::{self, Contest, Parties, RegistryEvent, SetTerms, Verdict};
use tributary_core::id::{AssetId, FileHash};
use tributary_program_tests::chain::{Chain, Outcome, assert_refused};
use tributary_program_tests::misuse::{assert_accounts_are_checked, assert_only_signer};
use tributary_program_tests::registrations::*;

/// An asset that is about to be reassigned.
fn upheld() -> (Chain, Keypair, Keypair, AssetId) {
    let (mut chain, owner, dataset) = with_dataset();
    let rival = chain.person();
    // Something is pending and offered, which must not survive.
    let terms = SetTerms {
        payer: owner.pubkey(),
        owner: owner.pubkey(),
        shard: 0,
        asset: dataset,
        co_owners: vec![share(&owner.pubkey(), 5_000), share(&pda::REWARDS, 5_000)],
        mix_bps: [0; 5],
        consenting: vec![],
    };
    chain.send(&[registry::set_terms(&terms)], &[&owner]).unwrap();
    let offer = registry::offer_transfer(&owner.pubkey(), 0, &dataset, &owner.pubkey());
    chain.send(&[offer], &[&owner]).unwrap();
    let open = registry::open_dispute(&rival.pubkey(), 0, &dataset, &FileHash([1; 32]));
    chain.send(&[open], &[&rival]).unwrap();
    let parties = Parties { asset: dataset, challenger: rival.pubkey(), owner: owner.pubkey() };
    let rule = registry::rule_dispute(&arbiter().pubkey(), 0, &parties, Verdict::ForChallenger);
    chain.send(&[rule], &[&arbiter()]).unwrap();
    (chain, owner, rival, dataset)
}

fn apply(chain: &mut Chain, asset: &AssetId, rival: &Keypair) -> Outcome {
    chain.send(&[registry::apply_reassignment(0, asset, &rival.pubkey())], &[])
}

fn cancel(chain: &mut Chain, asset: &AssetId, rival: &Keypair) -> Outcome {
    let governor = chain.admin.pubkey();
    chain.send(&[registry::cancel_reassignment(&governor, 0, asset, &rival.pubkey())], &[])
}

#[test]
fn the_challenger_gets_the_asset_after_slots_and_seconds() {
    let (mut chain, owner, rival, dataset) = upheld();
    chain.pass(TIMELOCK - 1, TIMELOCK_SECONDS as i64);
    assert_refused(apply(&mut chain, &dataset, &rival), "Timelocked");
    // Slots alone are not enough, nor are seconds.
    let (mut slow, _, slow_rival, slow_dataset) = upheld();
    slow.pass(TIMELOCK, TIMELOCK_SECONDS as i64 - 1);
    assert_refused(apply(&mut slow, &slow_dataset, &slow_rival), "Timelocked");
    chain.pass(1, 0);
    let purse = chain.lamports(&rival.pubkey());
    let rent = chain.lamports(&pda::dispute(&dataset));
    let receipt = apply(&mut chain, &dataset, &rival).unwrap();

    let found = record(&chain, &dataset);
    assert_eq!((found.owner, found.contest, found.offered_to), (rival.pubkey(), Contest::None, None));
    assert_eq!((&found.co_owners[..], found.next_terms), (&[share(&rival.pubkey(), 10_000)][..], None));
    assert_eq!(found.effective_slot.0, chain.slot());
    assert_eq!(chain.lamports(&rival.pubkey()), purse + rent);
    assert!(chain.account(&pda::dispute(&dataset)).is_none());
    let RegistryEvent::Reassigned(event) = only_event(&receipt) else { panic!("another event") };
    assert_eq!((event.previous_owner, event.owner), (owner.pubkey(), rival.pubkey()));
    assert_eq!(event.effective_slot, chain.slot());
    assert!(apply(&mut chain, &dataset, &rival).is_err());
    let retire = registry::retire(&owner.pubkey(), 0, &dataset);
    assert_refused(chain.send(&[retire], &[&owner]), "NotOwner");
}

#[test]
fn nothing_changes_hands_during_the_wait() {
    let (mut chain, owner, _, dataset) = upheld();
    let offer = registry::offer_transfer(&owner.pubkey(), 0, &dataset, &owner.pubkey());
    assert_refused(chain.send(&[offer], &[&owner]), "Contested");
    let accept = registry::accept_transfer(&owner.pubkey(), &owner.pubkey(), 0, &dataset);
    assert_refused(chain.send(&[accept], &[&owner]), "Contested");
    assert_refused(chain.send(&[registry::retire(&owner.pubkey(), 0, &dataset)], &[&owner]), "Contested");
}

#[test]
fn the_governor_can_cancel_it_and_the_owner_keeps_the_asset() {
    let (mut chain, owner, rival, dataset) = upheld();
    let purse = chain.lamports(&rival.pubkey());
    let rent = chain.lamports(&pda::dispute(&dataset));
    let receipt = cancel(&mut chain, &dataset, &rival).unwrap();
    let RegistryEvent::ReassignmentCancelled(event) = only_event(&receipt) else { panic!("another event") };
    assert_eq!(event.challenger, rival.pubkey());
    assert_eq!(chain.lamports(&rival.pubkey()), purse + rent);
    let found = record(&chain, &dataset);
    assert_eq!((found.owner, found.contest), (owner.pubkey(), Contest::None));
    chain.pass(TIMELOCK, TIMELOCK_SECONDS as i64);
    assert!(apply(&mut chain, &dataset, &rival).is_err());
    assert!(cancel(&mut chain, &dataset, &rival).is_err());
}

#[test]
fn an_open_dispute_is_neither_applied_nor_cancelled() {
    let (mut chain, _, dataset) = with_dataset();
    let rival = chain.person();
    let open = registry::open_dispute(&rival.pubkey(), 0, &dataset, &FileHash([1; 32]));
    chain.send(&[open], &[&rival]).unwrap();
    chain.pass(TIMELOCK, TIMELOCK_SECONDS as i64);
    assert_refused(apply(&mut chain, &dataset, &rival), "NotUpheld");
    assert_refused(cancel(&mut chain, &dataset, &rival), "NotUpheld");
}

#[test]
fn no_account_of_a_reassignment_can_be_another() {
    let (mut chain, _, rival, dataset) = upheld();
    let governor = chain.admin.insecure_clone();
    let cancel = registry::cancel_reassignment(&governor.pubkey(), 0, &dataset, &rival.pubkey());
    assert_only_signer(&mut chain, &cancel, 0, &[], "NotGovernor");
    assert_accounts_are_checked(&mut chain, &cancel, &[&governor]);
    chain.pass(TIMELOCK, TIMELOCK_SECONDS as i64);
    let apply = registry::apply_reassignment(0, &dataset, &rival.pubkey());
    assert_accounts_are_checked(&mut chain, &apply, &[]);
    let stranger = chain.person().pubkey();
    let stolen = registry::apply_reassignment(0, &dataset, &stranger);
    assert_refused(chain.send(&[stolen], &[]), "WrongRecipient");
    chain.send(&[apply], &[]).unwrap();
}
