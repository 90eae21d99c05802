//! `displace`: an older commitment takes a record over that a quicker reveal made.

use solana_keypair::Keypair;
use solana_signer::Signer;
use tributary_client::pda;
use tributary_client::registry::{self, AssetStatus, Contest, Register, RegistryEvent, SetTerms};
use tributary_core::content::{AssetKind, uses};
use tributary_core::id::{FileHash, Genesis, ProgramId};
use tributary_program_tests::chain::{Chain, GENESIS, Outcome, assert_refused};
use tributary_program_tests::misuse::assert_accounts_are_checked;
use tributary_program_tests::registrations::*;

/// A record that a thief revealed first, and what its author had committed before.
struct Race {
    chain: Chain,
    author: Keypair,
    older: Register,
    thief: Keypair,
    stolen: Register,
}

fn race() -> Race {
    let mut chain = Chain::new();
    open_registry(&mut chain);
    let (author, thief) = (chain.person(), chain.person());
    let older = asset(&author, AssetKind::Dataset, "text");
    commit(&mut chain, &author, &older);
    let mut stolen = asset(&thief, AssetKind::Dataset, "text");
    stolen.co_owners = (1..=16).map(|n| share(&solana_address::Address::new_from_array([n; 32]), 625)).collect();
    register(&mut chain, &thief, &stolen).unwrap();
    Race { chain, author, older, thief, stolen }
}

impl Race {
    fn displace(&mut self) -> Outcome {
        self.chain.send(&[registry::displace(&self.older, &GENESIS)], &[&self.author])
    }
}

#[test]
fn threat_17_a_censoring_leader_who_reveals_first_loses_to_the_older_commitment() {
    let mut race = race();
    let before = record(&race.chain, &race.stolen.asset());
    let rent = race.chain.lamports(&address_of(&race.stolen.asset()));
    let (purse, deposit) = {
        let hash = race.older.commitment(&GENESIS);
        (race.chain.lamports(&race.author.pubkey()), race.chain.lamports(&pda::commitment(&hash.0)))
    };
    race.older.uses = uses::TRAIN;
    race.older.metadata_hash = FileHash([7; 32]);
    let receipt = race.displace().unwrap();

    let found = record(&race.chain, &race.older.asset());
    assert_eq!((found.owner, &found.co_owners), (race.author.pubkey(), &race.older.co_owners));
    assert_eq!((found.uses, found.metadata_hash), (uses::TRAIN, FileHash([7; 32])));
    assert_eq!((found.sequence, found.reveal_slot), (before.sequence, before.reveal_slot));
    assert!(found.commit_slot < before.commit_slot);
    assert_eq!((found.effective_slot.0, found.displaceable_until), (race.chain.slot(), before.displaceable_until));
    // The record shrank from sixteen co-owners to one, and the difference came back.
    let now = race.chain.lamports(&address_of(&race.older.asset()));
    assert_eq!(now, race.chain.rent(race.chain.data(&address_of(&race.older.asset())).len()));
    assert_eq!(race.chain.lamports(&race.author.pubkey()), purse + deposit + rent - now);
    let RegistryEvent::Displaced(event) = only_event(&receipt) else { panic!("another event") };
    assert_eq!((event.owner, event.previous_owner), (race.author.pubkey(), race.thief.pubkey()));
    assert_eq!((event.asset_sequence, event.commit_slot), (before.sequence.0, found.commit_slot.0));
    assert_eq!((event.sequence, &event.co_owners), (4, &found.co_owners));
    assert!(race.chain.account(&pda::commitment(&race.older.commitment(&GENESIS).0)).is_none());
}

#[test]
fn a_record_grows_at_the_displacers_cost() {
    let mut chain = Chain::new();
    open_registry(&mut chain);
    let (author, thief) = (chain.person(), chain.person());
    let mut older = asset(&author, AssetKind::Dataset, "text");
    older.co_owners = (1..=16).map(|n| share(&solana_address::Address::new_from_array([n; 32]), 625)).collect();
    commit(&mut chain, &author, &older);
    let stolen = asset(&thief, AssetKind::Dataset, "text");
    register(&mut chain, &thief, &stolen).unwrap();
    chain.send(&[registry::displace(&older, &GENESIS)], &[&author]).unwrap();
    assert_eq!(record(&chain, &older.asset()).co_owners, older.co_owners);
    let address = address_of(&older.asset());
    assert_eq!(chain.lamports(&address), chain.rent(chain.data(&address).len()));
}

#[test]
fn an_even_older_commitment_displaces_again_and_a_younger_one_never() {
    let mut chain = Chain::new();
    open_registry(&mut chain);
    let people: Vec<_> = (0..3).map(|_| chain.person()).collect();
    let reveals: Vec<_> = people.iter().map(|who| asset(who, AssetKind::Dataset, "text")).collect();
    for (who, what) in people.iter().zip(&reveals) {
        commit(&mut chain, who, what);
    }
    reveal(&mut chain, &people[1], &reveals[1]).unwrap();
    assert_refused(chain.send(&[registry::displace(&reveals[2], &GENESIS)], &[&people[2]]), "NotOlder");
    chain.send(&[registry::displace(&reveals[0], &GENESIS)], &[&people[0]]).unwrap();
    assert_refused(chain.send(&[registry::displace(&reveals[2], &GENESIS)], &[&people[2]]), "NotOlder");
    assert_eq!(record(&chain, &reveals[0].asset()).owner, people[0].pubkey());
}

#[test]
fn a_commitment_of_the_same_slot_is_not_older() {
    let mut chain = Chain::new();
    open_registry(&mut chain);
    let (a, b) = (chain.person(), chain.person());
    let (one, other) = (asset(&a, AssetKind::Dataset, "text"), asset(&b, AssetKind::Dataset, "text"));
    for (who, what) in [(&a, &one), (&b, &other)] {
        chain.send(&[registry::commit(&who.pubkey(), 0, &what.commitment(&GENESIS))], &[who]).unwrap();
    }
    chain.pass(REVEAL_MIN, 1);
    reveal(&mut chain, &a, &one).unwrap();
    assert_refused(chain.send(&[registry::displace(&other, &GENESIS)], &[&b]), "NotOlder");
}

#[test]
fn the_window_ends_and_a_later_setting_does_not_open_it_again() {
    let mut race = race();
    race.chain.pass(DISPLACE, 4);
    race.displace().unwrap();

    let mut race = self::race();
    race.chain.pass(DISPLACE + 1, 4);
    let longer = registry::RegistrySettings { displace_slots: REVEAL_MAX, ..settings() };
    let admin = race.chain.admin.pubkey();
    race.chain.send(&[registry::propose_settings(&admin, 0, &longer)], &[]).unwrap();
    assert_eq!(config(&race.chain).settings, longer);
    assert_refused(race.displace(), "DisplacementOver");
}

#[test]
fn a_stale_commitment_displaces_nothing() {
    let mut chain = Chain::new();
    open_registry(&mut chain);
    let (author, thief) = (chain.person(), chain.person());
    let older = asset(&author, AssetKind::Dataset, "text");
    commit(&mut chain, &author, &older);
    chain.pass(REVEAL_MAX, 40);
    register(&mut chain, &thief, &asset(&thief, AssetKind::Dataset, "text")).unwrap();
    assert_refused(chain.send(&[registry::displace(&older, &GENESIS)], &[&author]), "TooLate");
}

#[test]
fn what_the_displaced_owner_promised_is_gone() {
    let mut race = race();
    let thief = race.thief.pubkey();
    let dataset = race.stolen.asset();
    let chain = &mut race.chain;
    let curator = chain.person();
    let terms = SetTerms {
        payer: thief,
        owner: thief,
        shard: 0,
        asset: dataset,
        co_owners: race.stolen.co_owners.clone(),
        mix_bps: [0; 5],
        consenting: vec![],
    };
    let collection = pda::collection(&curator.pubkey(), 0);
    chain.send(&[registry::set_uses(&thief, 0, &dataset, 1)], &[&race.thief]).unwrap();
    chain.send(&[registry::set_uses(&thief, 0, &dataset, 7)], &[&race.thief]).unwrap();
    chain.send(&[registry::set_terms(&terms)], &[&race.thief]).unwrap();
    chain.send(&[registry::offer_transfer(&thief, 0, &dataset, &curator.pubkey())], &[&race.thief]).unwrap();
    chain.send(&[registry::create_collection(&curator.pubkey(), 0, 0, 500, &FileHash([1; 32]))], &[&curator]).unwrap();
    let join = registry::join_collection(&thief, &curator.pubkey(), 0, &collection, &dataset);
    chain.send(&[join], &[&race.thief, &curator]).unwrap();
    chain.send(&[registry::retire(&thief, 0, &dataset)], &[&race.thief]).unwrap();
    race.displace().unwrap();
    let found = record(&race.chain, &dataset);
    assert_eq!((found.status, found.contest), (AssetStatus::Active, Contest::None));
    assert_eq!((found.next_terms, found.next_uses, found.offered_to, found.membership), (None, None, None, None));
    let accept = registry::accept_transfer(&curator.pubkey(), &curator.pubkey(), 0, &dataset);
    assert_refused(race.chain.send(&[accept], &[&curator]), "NotOffered");
}

#[test]
fn a_displacement_matches_its_commitment_and_its_record() {
    let mut race = race();
    let right = registry::displace(&race.older, &GENESIS);
    let others = [
        Register { salt: [1; 32], ..race.older.clone() },
        Register { content_length: 1, ..race.older.clone() },
        Register { owner: race.thief.pubkey(), ..race.older.clone() },
    ];
    for other in others {
        let mut wrong = registry::displace(&other, &GENESIS);
        wrong.accounts[4] = right.accounts[4].clone();
        wrong.accounts[6] = right.accounts[6].clone();
        let signers: Vec<_> = [&race.author, &race.thief]
            .into_iter()
            .filter(|key| key.pubkey() == other.owner || key.pubkey() == other.payer)
            .collect();
        assert_refused(race.chain.send(&[wrong], &signers), "WrongCommitment");
    }
    // Another record, whose content is another.
    let bystander = asset(&race.thief, AssetKind::Dataset, "other");
    register(&mut race.chain, &race.thief, &bystander).unwrap();
    let mut wrong = right.clone();
    wrong.accounts[6].pubkey = address_of(&bystander.asset());
    assert_refused(race.chain.send(&[wrong], &[&race.author]), "OtherContent");
    // Terms are checked as at registration, and the record must exist.
    let greedy = Register { co_owners: vec![], ..race.older.clone() };
    assert_refused(race.chain.send(&[registry::displace(&greedy, &GENESIS)], &[&race.author]), "BadCoOwner");
    let nothing = asset(&race.author, AssetKind::Dataset, "unregistered");
    commit(&mut race.chain, &race.author, &nothing);
    assert!(race.chain.send(&[registry::displace(&nothing, &GENESIS)], &[&race.author]).is_err());
}

#[test]
fn threat_20_a_commitment_of_another_cluster_or_program_counts_nowhere_else() {
    let mut race = race();
    let (what, owner) = (race.older.clone(), race.author.pubkey());
    let foreign = [
        what.commitment(&Genesis([9; 32])),
        tributary_core::content::commitment(
            &GENESIS,
            &ProgramId(pda::REWARDS.to_bytes()),
            what.kind,
            &what.content_id(),
            owner.as_array(),
            &what.salt,
        ),
    ];
    for hash in foreign {
        race.chain.send(&[registry::commit(&owner, 0, &hash)], &[&race.author]).unwrap();
        race.chain.pass(REVEAL_MIN, 1);
        for mut replay in [registry::displace(&what, &GENESIS), registry::register(&what, &GENESIS)] {
            replay.accounts[4].pubkey = pda::commitment(&hash.0);
            assert!(race.chain.send(&[replay], &[&race.author]).is_err());
        }
        let mut fresh = registry::register(&asset(&race.author, AssetKind::Model, "text"), &GENESIS);
        fresh.accounts[4].pubkey = pda::commitment(&hash.0);
        assert_refused(race.chain.send(&[fresh], &[&race.author]), "WrongCommitment");
    }
}

#[test]
fn a_displacing_record_names_parents_that_are_older_than_its_place() {
    let mut chain = Chain::new();
    open_registry(&mut chain);
    let (author, thief) = (chain.person(), chain.person());
    let ancestor = registered(&mut chain, &author, &asset(&author, AssetKind::Dataset, "ancestor"));
    let mut older = asset(&author, AssetKind::Dataset, "text");
    older.parents = vec![(ancestor, 2_000)];
    commit(&mut chain, &author, &older);
    let mut own = older.clone();
    own.parents = vec![(older.asset(), 100)];
    register(&mut chain, &thief, &asset(&thief, AssetKind::Dataset, "text")).unwrap();
    let younger = asset(&author, AssetKind::Dataset, "younger");
    register(&mut chain, &author, &younger).unwrap();
    let wrong = Register { parents: vec![(younger.asset(), 100)], ..older.clone() };
    assert_refused(chain.send(&[registry::displace(&wrong, &GENESIS)], &[&author]), "YoungParent");
    // Not even the record itself.
    assert_refused(chain.send(&[registry::displace(&own, &GENESIS)], &[&author]), "ConstraintDuplicateMutableAccount");
    chain.send(&[registry::displace(&older, &GENESIS)], &[&author]).unwrap();
    let found = record(&chain, &older.asset());
    assert_eq!((found.stack_bps, found.depth, found.parents.len()), (2_000, 1, 1));
}

#[test]
fn a_commitment_displaces_once() {
    let mut race = race();
    race.displace().unwrap();
    assert!(race.displace().is_err());
}

#[test]
fn no_account_of_a_displacement_can_be_another() {
    let mut race = race();
    let displace = registry::displace(&race.older, &GENESIS);
    assert_accounts_are_checked(&mut race.chain, &displace, &[&race.author]);
    race.displace().unwrap();
}
