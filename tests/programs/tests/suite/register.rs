//! `register`: the reveal, its time window and the terms. Parents are in
//! `register_parents`.

use solana_address::Address;
use solana_keypair::Keypair;
use solana_signer::Signer;
use tributary_client::registry::{self, AssetStatus, CoOwner, Register, RegistryEvent};
use tributary_client::{ChainEvent, pda};
use tributary_core::content::AssetKind;
use tributary_core::id::FileHash;
use tributary_core::position::AssetSeq;
use tributary_program_tests::chain::{Chain, GENESIS, assert_refused};
use tributary_program_tests::registrations::*;

fn opened() -> (Chain, Keypair) {
    let mut chain = Chain::new();
    open_registry(&mut chain);
    let owner = chain.person();
    (chain, owner)
}

#[test]
fn a_reveal_makes_the_record() {
    let (mut chain, owner) = opened();
    let what = asset(&owner, AssetKind::Dataset, "To be, or not to be");
    commit(&mut chain, &owner, &what);
    let committed = chain.slot() - REVEAL_MIN;
    let receipt = reveal(&mut chain, &owner, &what).unwrap();

    let found = record(&chain, &what.asset());
    assert_eq!((found.kind, found.status, found.uses), (AssetKind::Dataset, AssetStatus::Active, 7));
    assert_eq!(
        (found.owner, found.content_id, found.content_hash),
        (owner.pubkey(), what.content_id(), what.content_hash)
    );
    assert_eq!((found.content_length, found.licence), (19, licence("CC-BY-4.0")));
    assert_eq!((found.metadata_hash, found.uri_hash), (what.metadata_hash, what.uri_hash));
    assert_eq!((found.commit_slot.0, found.reveal_slot.0), (committed, chain.slot()));
    assert_eq!((found.effective_slot.0, found.depth, found.stack_bps), (chain.slot(), 0, 0));
    assert_eq!((&found.parents, &found.co_owners), (&what.parents_on_record(), &what.co_owners));
    assert_eq!(found.sequence.slot().0, chain.slot());
    let [ChainEvent::Registry(RegistryEvent::Registered(event))] = receipt.events.as_slice() else {
        panic!("expected one Registered event, found {:?}", receipt.events);
    };
    assert_eq!(event.asset.to_bytes(), what.asset().0);
    assert_eq!((event.shard, event.sequence, event.asset_sequence), (0, 2, found.sequence.0));
    assert_eq!((event.content_id, event.kind, event.uses), (what.content_id().0, 1, 7));
    assert_eq!((&event.parents, &event.co_owners), (&found.parents, &found.co_owners));
}

/// What the record must say of parents.
trait OnRecord {
    fn parents_on_record(&self) -> Vec<registry::Parent>;
}

impl OnRecord for Register {
    fn parents_on_record(&self) -> Vec<registry::Parent> {
        let entry = |(asset, royalty_bps): &(tributary_core::id::AssetId, u16)| registry::Parent {
            asset: Address::new_from_array(asset.0),
            royalty_bps: *royalty_bps,
        };
        self.parents.iter().map(entry).collect()
    }
}

#[test]
fn the_commitments_rent_goes_back_to_who_paid_it() {
    let (mut chain, owner) = opened();
    let sponsor = chain.person();
    let mut what = asset(&owner, AssetKind::Dataset, "text");
    what.commitment_payer = sponsor.pubkey();
    what.payer = sponsor.pubkey();
    let hash = what.commitment(&GENESIS);
    chain.send(&[registry::commit(&sponsor.pubkey(), 0, &hash)], &[&sponsor]).unwrap();
    chain.pass(REVEAL_MIN, 1);
    let rent = chain.lamports(&pda::commitment(&hash.0));
    assert!(rent > 0);
    let before = chain.lamports(&sponsor.pubkey()) + chain.lamports(&owner.pubkey());

    chain.send(&[registry::register(&what, &GENESIS)], &[&owner, &sponsor]).unwrap();

    assert!(chain.account(&pda::commitment(&hash.0)).is_none());
    let paid = chain.lamports(&Address::new_from_array(what.asset().0));
    let after = chain.lamports(&sponsor.pubkey()) + chain.lamports(&owner.pubkey());
    assert_eq!(after, before + rent - paid);
    assert_eq!(record(&chain, &what.asset()).owner, owner.pubkey());
}

#[test]
fn the_rent_goes_to_nobody_else() {
    let (mut chain, owner) = opened();
    let mut what = asset(&owner, AssetKind::Dataset, "text");
    commit(&mut chain, &owner, &what);
    what.commitment_payer = chain.person().pubkey();
    assert_refused(reveal(&mut chain, &owner, &what), "WrongCommitmentPayer");
}

#[test]
fn a_reveal_is_neither_too_early_nor_too_late() {
    let (mut chain, owner) = opened();
    let what = asset(&owner, AssetKind::Dataset, "text");
    let commit = registry::commit(&owner.pubkey(), 0, &what.commitment(&GENESIS));
    chain.send(&[commit], &[&owner]).unwrap();
    assert_refused(reveal(&mut chain, &owner, &what), "TooEarly");
    chain.pass(REVEAL_MIN - 1, 1);
    assert_refused(reveal(&mut chain, &owner, &what), "TooEarly");
    chain.pass(REVEAL_MAX - REVEAL_MIN + 2, 1);
    assert_refused(reveal(&mut chain, &owner, &what), "TooLate");

    let other = asset(&owner, AssetKind::Dataset, "other");
    let commit = registry::commit(&owner.pubkey(), 0, &other.commitment(&GENESIS));
    chain.send(&[commit], &[&owner]).unwrap();
    chain.pass(REVEAL_MAX, 1);
    reveal(&mut chain, &owner, &other).unwrap();
}

#[test]
fn what_was_not_committed_cannot_be_revealed() {
    let (mut chain, owner) = opened();
    let what = asset(&owner, AssetKind::Dataset, "text");
    // Nothing was committed.
    assert!(reveal(&mut chain, &owner, &what).is_err());
    commit(&mut chain, &owner, &what);
    let thief = chain.person();
    let right = registry::register(&what, &GENESIS);

    // Somebody else's reveal of the owner's commitment.
    let stolen = Register { owner: thief.pubkey(), payer: thief.pubkey(), ..what.clone() };
    let mut steal = registry::register(&stolen, &GENESIS);
    steal.accounts[4] = right.accounts[4].clone();
    assert_refused(chain.send(&[steal], &[&thief]), "WrongCommitment");

    // Other contents, kind or salt under the same commitment.
    let others = [
        Register { content_length: what.content_length + 1, ..what.clone() },
        Register { content_hash: FileHash([1; 32]), ..what.clone() },
        Register { kind: AssetKind::Model, ..what.clone() },
        Register { salt: [1; 32], ..what.clone() },
    ];
    for other in others {
        let mut wrong = registry::register(&other, &GENESIS);
        wrong.accounts[4] = right.accounts[4].clone();
        assert_refused(chain.send(&[wrong], &[&owner]), "WrongCommitment");
    }
}

#[test]
fn the_owner_must_sign() {
    let (mut chain, owner) = opened();
    let sponsor = chain.person();
    let mut what = asset(&owner, AssetKind::Dataset, "text");
    commit(&mut chain, &owner, &what);
    what.payer = sponsor.pubkey();
    let mut unsigned = registry::register(&what, &GENESIS);
    unsigned.accounts[1].is_signer = false;
    assert_refused(chain.send(&[unsigned], &[&sponsor]), "MissingRequiredSignature");
}

#[test]
fn content_is_registered_once() {
    let (mut chain, owner) = opened();
    let what = asset(&owner, AssetKind::Dataset, "text");
    registered(&mut chain, &owner, &what);
    assert!(register(&mut chain, &owner, &what).is_err());
    // Not by somebody else either.
    let other = chain.person();
    let copy = asset(&other, AssetKind::Dataset, "text");
    assert!(register(&mut chain, &other, &copy).is_err());
    // The same bytes as another kind are another asset.
    registered(&mut chain, &owner, &asset(&owner, AssetKind::Model, "text"));
}

#[test]
fn a_record_at_another_address_is_refused() {
    let (mut chain, owner) = opened();
    let what = asset(&owner, AssetKind::Dataset, "text");
    commit(&mut chain, &owner, &what);
    let mut register = registry::register(&what, &GENESIS);
    register.accounts[6].pubkey = Address::new_from_array(pda::asset(AssetKind::Model, &what.content_id()).0);
    assert_refused(chain.send(&[register], &[&owner]), "InvalidSeeds");
}

/// Asserts that terms with one thing changed are refused.
fn refuses(change: impl FnOnce(&mut Register), reason: &str) {
    let (mut chain, owner) = opened();
    let mut what = asset(&owner, AssetKind::Dataset, "text");
    change(&mut what);
    assert_refused(register(&mut chain, &owner, &what), reason);
}

fn share(n: u8, share_bps: u16) -> CoOwner {
    CoOwner { key: Address::new_from_array([n; 32]), share_bps }
}

#[test]
fn co_owners_share_the_whole() {
    refuses(|what| what.co_owners.clear(), "BadCoOwner");
    refuses(|what| what.co_owners = vec![share(0, 10_000)], "BadCoOwner");
    refuses(|what| what.co_owners = vec![share(1, 10_000), share(2, 0)], "BadCoOwner");
    refuses(|what| what.co_owners = (1..=17).map(|n| share(n, 588)).collect(), "BadCoOwner");
    refuses(|what| what.co_owners = vec![share(1, 5_000), share(1, 5_000)], "DuplicateCoOwner");
    refuses(|what| what.co_owners = vec![share(1, 9_999)], "BadShares");
    refuses(|what| what.co_owners = vec![share(1, 5_001), share(2, 5_000)], "BadShares");
    // Sums that come round in 16 bits.
    refuses(|what| what.co_owners = vec![share(1, 65_535), share(2, 10_001)], "BadShares");

    let (mut chain, owner) = opened();
    let mut what = asset(&owner, AssetKind::Dataset, "text");
    what.co_owners = (1..=16).map(|n| share(n, 625)).collect();
    registered(&mut chain, &owner, &what);
    assert_eq!(record(&chain, &what.asset()).co_owners, what.co_owners);
}

#[test]
fn terms_that_no_record_may_hold_are_refused() {
    refuses(|what| what.content_length = 0, "EmptyContent");
    refuses(|what| what.uses = 8, "BadUses");
    refuses(|what| what.royalty_mode = 2, "BadRoyaltyMode");
    refuses(|what| what.licence = [0; 32], "BadLicence");
    refuses(|what| what.licence[20] = b'x', "BadLicence");
    refuses(|what| what.licence[1] = b' ', "BadLicence");
    refuses(|what| what.licence[1] = 0xff, "BadLicence");
    refuses(|what| what.mix_bps = [10_000, 0, 0, 0, 0], "BadMix");
}

#[test]
fn a_model_mixes_policies_that_sum_to_the_whole() {
    let (mut chain, owner) = opened();
    for mix_bps in [[9_999u16, 0, 0, 0, 0], [5_000, 5_001, 0, 0, 0], [65_535, 65_535, 65_535, 65_535, 65_535]] {
        let mut model = asset(&owner, AssetKind::Model, "model");
        model.salt = tributary_core::hash::sha256(&[&mix_bps[1].to_le_bytes(), &mix_bps[0].to_le_bytes()]);
        model.mix_bps = mix_bps;
        assert_refused(register(&mut chain, &owner, &model), "BadMix");
    }
    let mut model = asset(&owner, AssetKind::Model, "model");
    model.mix_bps = [1_000, 2_000, 3_000, 4_000, 0];
    registered(&mut chain, &owner, &model);
    assert_eq!(record(&chain, &model.asset()).mix_bps, model.mix_bps);
}

#[test]
fn an_unknown_kind_is_refused() {
    let (mut chain, owner) = opened();
    let what = asset(&owner, AssetKind::Dataset, "text");
    commit(&mut chain, &owner, &what);
    for kind in [0, 4, 255] {
        let mut register = registry::register(&what, &GENESIS);
        register.data[8] = kind;
        // The address of such a record cannot even be derived.
        let nowhere = Address::find_program_address(&[b"asset", &[kind], &[0; 32]], &pda::REGISTRY).0;
        register.accounts[6].pubkey = nowhere;
        assert_refused(chain.send(&[register], &[&owner]), "BadKind");
    }
}

#[test]
fn registrations_in_one_slot_keep_their_order() {
    let (mut chain, owner) = opened();
    let many: Vec<_> = (0..3).map(|n| asset(&owner, AssetKind::Dataset, &format!("text {n}"))).collect();
    for what in &many {
        let commit = registry::commit(&owner.pubkey(), 0, &what.commitment(&GENESIS));
        chain.send(&[commit], &[&owner]).unwrap();
    }
    chain.pass(REVEAL_MIN, 1);
    let slot = chain.slot();
    for (what, nth) in many.iter().zip(0..) {
        reveal(&mut chain, &owner, what).unwrap();
        let expected = AssetSeq::compose(tributary_core::position::Slot(slot), 0, nth).unwrap();
        assert_eq!(record(&chain, &what.asset()).sequence, expected);
    }
}

#[test]
fn each_shard_numbers_its_own_events() {
    let (mut chain, owner) = opened();
    let admin = chain.admin.pubkey();
    chain.send(&[registry::open_shard(&admin, 1)], &[]).unwrap();
    let mut what = asset(&owner, AssetKind::Dataset, "text");
    what.shard = 1;
    commit(&mut chain, &owner, &what);
    let receipt = reveal(&mut chain, &owner, &what).unwrap();
    assert!(matches!(
        receipt.events.as_slice(),
        [ChainEvent::Registry(RegistryEvent::Registered(event))] if (event.shard, event.sequence) == (1, 2)
    ));
}
