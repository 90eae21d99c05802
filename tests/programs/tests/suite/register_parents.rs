//! `register`: what an asset may be made from, and what that costs it.

use solana_address::Address;
use solana_keypair::Keypair;
use solana_signer::Signer;
use tributary_client::pda;
use tributary_client::registry::{self, Register};
use tributary_core::content::AssetKind::{self, Agent, Dataset, Model};
use tributary_core::id::AssetId;
use tributary_program_tests::chain::{Chain, GENESIS, assert_refused};
use tributary_program_tests::registrations::*;

fn opened() -> (Chain, Keypair) {
    let mut chain = Chain::new();
    open_registry(&mut chain);
    let owner = chain.person();
    (chain, owner)
}

/// Registers something without parents.
fn root_asset(chain: &mut Chain, owner: &Keypair, kind: AssetKind, content: &str) -> AssetId {
    registered(chain, owner, &asset(owner, kind, content))
}

/// Something made from these parents.
fn child(owner: &Keypair, kind: AssetKind, content: &str, parents: &[(AssetId, u16)]) -> Register {
    Register { parents: parents.to_vec(), ..asset(owner, kind, content) }
}

#[test]
fn parents_and_royalties_are_recorded_in_order() {
    let (mut chain, owner) = opened();
    let parents: Vec<_> =
        (0..3).map(|n| (root_asset(&mut chain, &owner, Dataset, &format!("text {n}")), 1_000 * (3 - n))).collect();
    let model = child(&owner, Model, "model", &parents);
    registered(&mut chain, &owner, &model);

    let found = record(&chain, &model.asset());
    let recorded: Vec<_> =
        found.parents.iter().map(|parent| (AssetId(parent.asset.to_bytes()), parent.royalty_bps)).collect();
    assert_eq!(recorded, parents);
    assert_eq!((found.stack_bps, found.depth), (6_000, 1));
    assert_eq!(found.co_owners, model.co_owners);
}

#[test]
fn sixteen_parents_are_taken() {
    let (mut chain, owner) = opened();
    let parents: Vec<_> =
        (0..16).map(|n| (root_asset(&mut chain, &owner, Dataset, &format!("text {n}")), 500)).collect();
    let model = child(&owner, Model, "model", &parents);
    registered(&mut chain, &owner, &model);
    assert_eq!(record(&chain, &model.asset()).parents.len(), 16);
    assert_eq!(record(&chain, &model.asset()).stack_bps, 8_000);
}

#[test]
fn a_seventeenth_parent_is_refused() {
    let (mut chain, owner) = opened();
    let parent = root_asset(&mut chain, &owner, Dataset, "text");
    let parents: Vec<_> = (0..17).map(|_| (parent, 1)).collect();
    assert_refused(register(&mut chain, &owner, &child(&owner, Model, "model", &parents)), "TooManyParents");
}

#[test]
fn the_owner_keeps_a_tenth() {
    let (mut chain, owner) = opened();
    let (a, b) = (root_asset(&mut chain, &owner, Dataset, "a"), root_asset(&mut chain, &owner, Dataset, "b"));
    for (n, royalties) in [(0, (9_000, 1)), (1, (9_001, 0)), (2, (65_535, 1)), (3, (0, 10_000))] {
        let greedy = child(&owner, Model, &format!("model {n}"), &[(a, royalties.0), (b, royalties.1)]);
        assert_refused(register(&mut chain, &owner, &greedy), "RoyaltiesTooHigh");
    }
    registered(&mut chain, &owner, &child(&owner, Model, "model", &[(a, 9_000), (b, 0)]));
}

#[test]
fn kinds_descend_as_they_are_made() {
    let (mut chain, owner) = opened();
    let dataset = root_asset(&mut chain, &owner, Dataset, "dataset");
    let model = root_asset(&mut chain, &owner, Model, "model");
    let agent = root_asset(&mut chain, &owner, Agent, "agent");
    let allowed = [(Dataset, dataset), (Model, dataset), (Model, model), (Agent, model), (Agent, agent)];
    for (n, (kind, parent)) in allowed.into_iter().enumerate() {
        registered(&mut chain, &owner, &child(&owner, kind, &format!("child {n}"), &[(parent, 100)]));
    }
    let forbidden = [(Dataset, model), (Dataset, agent), (Model, agent), (Agent, dataset)];
    for (n, (kind, parent)) in forbidden.into_iter().enumerate() {
        let wrong = child(&owner, kind, &format!("wrong {n}"), &[(parent, 100)]);
        assert_refused(register(&mut chain, &owner, &wrong), "WrongParentKind");
    }
}

#[test]
fn a_parent_is_listed_once() {
    let (mut chain, owner) = opened();
    let parent = root_asset(&mut chain, &owner, Dataset, "text");
    let twice = child(&owner, Model, "model", &[(parent, 100), (parent, 100)]);
    assert_refused(register(&mut chain, &owner, &twice), "DuplicateParent");
}

#[test]
fn an_asset_cannot_be_its_own_parent() {
    // The record does not exist yet when its parents are read, so that the graph cannot have a cycle.
    let (mut chain, owner) = opened();
    let mut own = asset(&owner, Model, "model");
    own.parents = vec![(own.asset(), 100)];
    assert!(register(&mut chain, &owner, &own).is_err());
    // Nor can two assets be each other's: whichever comes first has a parent that is not there.
    let mut first = asset(&owner, Model, "first");
    let second = asset(&owner, Model, "second");
    first.parents = vec![(second.asset(), 100)];
    assert!(register(&mut chain, &owner, &first).is_err());
}

#[test]
fn a_parent_from_the_same_slot_and_a_later_shard_must_wait() {
    let (mut chain, owner) = opened();
    let admin = chain.admin.pubkey();
    chain.send(&[registry::open_shard(&admin, 1)], &[]).unwrap();
    let parent = Register { shard: 1, ..asset(&owner, Dataset, "text") };
    let model = child(&owner, Model, "model", &[(parent.asset(), 100)]);
    for what in [&parent, &model] {
        let commit = registry::commit(&owner.pubkey(), 0, &what.commitment(&GENESIS));
        chain.send(&[commit], &[&owner]).unwrap();
    }
    chain.pass(REVEAL_MIN, 1);
    reveal(&mut chain, &owner, &parent).unwrap();
    assert_refused(reveal(&mut chain, &owner, &model), "YoungParent");
    chain.pass(1, 1);
    assert_refused(reveal(&mut chain, &owner, &model), "ParentDisplaceable");
    chain.pass(DISPLACE, 4);
    reveal(&mut chain, &owner, &model).unwrap();
}

#[test]
fn ancestry_has_a_depth_of_at_most_32() {
    let (mut chain, owner) = opened();
    let mut parent = root_asset(&mut chain, &owner, Dataset, "generation 0");
    for generation in 1..=32 {
        let next = child(&owner, Dataset, &format!("generation {generation}"), &[(parent, 100)]);
        parent = registered(&mut chain, &owner, &next);
        assert_eq!(record(&chain, &parent).depth, generation);
    }
    let too_deep = child(&owner, Dataset, "generation 33", &[(parent, 100)]);
    assert_refused(register(&mut chain, &owner, &too_deep), "TooDeep");
}

#[test]
fn royalties_and_records_must_be_as_many() {
    let (mut chain, owner) = opened();
    let parent = root_asset(&mut chain, &owner, Dataset, "text");
    let model = child(&owner, Model, "model", &[(parent, 100)]);
    commit(&mut chain, &owner, &model);
    let right = registry::register(&model, &GENESIS);
    let mut without = right.clone();
    without.accounts.pop();
    assert_refused(chain.send(&[without], &[&owner]), "ParentCount");
    let mut with_more = right;
    with_more.accounts.push(solana_instruction::AccountMeta::new_readonly(pda::shard(0), false));
    assert!(chain.send(&[with_more], &[&owner]).is_err());
}

#[test]
fn only_records_of_this_registry_are_parents() {
    let (mut chain, owner) = opened();
    let parent = root_asset(&mut chain, &owner, Dataset, "text");
    let model = child(&owner, Model, "model", &[(parent, 100)]);
    commit(&mut chain, &owner, &model);
    let right = registry::register(&model, &GENESIS);
    // A forged copy that another program owns, other accounts of the registry, and nothing at all.
    let forged = Address::new_from_array([0x66; 32]);
    let data = chain.data(&Address::new_from_array(parent.0));
    chain.place(forged, pda::REWARDS, data);
    for other in [forged, pda::registry_config(), pda::shard(0), owner.pubkey(), Address::new_from_array([1; 32])] {
        let mut wrong = right.clone();
        wrong.accounts.last_mut().unwrap().pubkey = other;
        assert!(chain.send(&[wrong], &[&owner]).is_err());
    }
    chain.send(&[right], &[&owner]).unwrap();
}

#[test]
fn a_parent_is_named_only_when_nobody_can_displace_it_any_more() {
    let (mut chain, owner) = opened();
    let parent = asset(&owner, Dataset, "text");
    register(&mut chain, &owner, &parent).unwrap();
    let revealed = chain.slot();
    let model = child(&owner, Model, "model", &[(parent.asset(), 100)]);
    commit(&mut chain, &owner, &model);
    chain.pass(revealed + DISPLACE - chain.slot(), 1);
    assert_refused(reveal(&mut chain, &owner, &model), "ParentDisplaceable");
    chain.pass(1, 1);
    reveal(&mut chain, &owner, &model).unwrap();
    assert_eq!(record(&chain, &parent.asset()).displaceable_until.0, revealed + DISPLACE);
}

/// Something in absolute mode.
fn absolute(owner: &Keypair, kind: AssetKind, content: &str, parents: &[(AssetId, u16)]) -> Register {
    Register { royalty_mode: 1, ..child(owner, kind, content, parents) }
}

#[test]
fn an_absolute_parents_ancestors_are_paid_undiluted_and_a_relative_ones_are_not() {
    let (mut chain, owner) = opened();
    let text = root_asset(&mut chain, &owner, Dataset, "text");
    let relative = registered(&mut chain, &owner, &child(&owner, Model, "relative", &[(text, 3_000)]));
    let undiluted = registered(&mut chain, &owner, &absolute(&owner, Model, "absolute", &[(text, 3_000)]));
    assert_eq!(record(&chain, &undiluted).stack_bps, 3_000);
    let of = |chain: &mut Chain, content: &str, parents: &[(AssetId, u16)]| {
        let agent = registered(chain, &owner, &child(&owner, Agent, content, parents));
        record(chain, &agent).stack_bps
    };
    assert_eq!(of(&mut chain, "a", &[(relative, 1_000)]), 1_000);
    assert_eq!(of(&mut chain, "b", &[(undiluted, 1_000)]), 4_000);
    assert_eq!(of(&mut chain, "c", &[(undiluted, 1_000), (relative, 500)]), 4_500);
    assert_eq!(of(&mut chain, "d", &[(undiluted, 0)]), 3_000);
}

#[test]
fn threat_21_absolute_royalties_of_grandparents_cannot_leave_a_child_nothing() {
    let (mut chain, owner) = opened();
    let text = root_asset(&mut chain, &owner, Dataset, "text");
    // Each generation's own royalties are far below the limit; together they reach it.
    let first = registered(&mut chain, &owner, &absolute(&owner, Dataset, "first", &[(text, 3_000)]));
    let second = registered(&mut chain, &owner, &absolute(&owner, Dataset, "second", &[(first, 3_000)]));
    assert_eq!(record(&chain, &second).stack_bps, 6_000);
    for n in 0..2u8 {
        let greedy = Register { royalty_mode: n, ..child(&owner, Dataset, &format!("greedy {n}"), &[(second, 3_001)]) };
        assert_refused(register(&mut chain, &owner, &greedy), "RoyaltiesTooHigh");
    }
    let full = registered(&mut chain, &owner, &absolute(&owner, Dataset, "full", &[(second, 3_000)]));
    assert_eq!(record(&chain, &full).stack_bps, 9_000);
    // Nothing can ask for more on top of it, not even through two parents.
    let more = child(&owner, Model, "more", &[(full, 1)]);
    assert_refused(register(&mut chain, &owner, &more), "RoyaltiesTooHigh");
    let twice = child(&owner, Model, "twice", &[(first, 2_000), (second, 1_000)]);
    assert_refused(register(&mut chain, &owner, &twice), "RoyaltiesTooHigh");
}
