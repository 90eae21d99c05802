#![allow(clippy::unwrap_used)]
//! Terms by slot: what counts when, and what an announcement can still change.

use super::*;
use crate::sample::{agent, any_rich_graph};
use tributary_core::id::CollectionId;
use tributary_core::policy::Mix;

fn income(n: u64) -> Terms {
    Terms::Income { co_owners: vec![(key(n), bps(10_000))], mix: None }
}

fn member(curator: u64) -> Terms {
    let collection = CollectionId([4; 32]);
    Terms::Collection(Some(Membership { collection, curator: key(curator), share: bps(1_000) }))
}

fn registration(owner: u64, parents: &[(u64, u16)]) -> Registration {
    Registration {
        owner: key(owner),
        co_owners: vec![(key(owner), bps(10_000))],
        parents: parents.iter().map(|(parent, royalty)| (id(*parent), bps(*royalty))).collect(),
        royalties: RoyaltyMode::Absolute,
        mix: None,
        uses: 1,
    }
}

fn with(mut asset: Asset, changes: &[(u64, Terms)]) -> Asset {
    asset.changes = changes.iter().map(|(from, terms)| Change { from: Slot(*from), terms: terms.clone() }).collect();
    asset
}

#[test]
fn each_change_counts_from_its_slot_and_not_before() {
    let changed = with(
        dataset(5),
        &[
            (20, income(8)),
            (30, Terms::Owner(key(9))),
            (40, Terms::Uses(2)),
            (50, member(7)),
            (60, Terms::Collection(None)),
        ],
    );
    let graph = build(&[dataset(1), changed]).unwrap();
    let then = |slot: u64| graph.as_of(Slot(slot)).unwrap().get(&id(5)).unwrap().clone();
    let seen = |slot: u64| {
        let asset = then(slot);
        (asset.co_owners[0].0, asset.owner, asset.uses, asset.collection.map(|member| member.curator))
    };
    let all = dataset(5).uses;
    assert_eq!(seen(19), (key(5), key(5), all, None));
    assert_eq!(seen(20), (key(8), key(5), all, None));
    assert_eq!(seen(30), (key(8), key(9), all, None));
    assert_eq!(seen(40), (key(8), key(9), 2, None));
    assert_eq!(seen(50), (key(8), key(9), 2, Some(key(7))));
    assert_eq!(seen(60), (key(8), key(9), 2, None));
    assert_eq!(then(35).changes.len(), 3, "later changes are still known");
    let later = graph.as_of(Slot(35)).unwrap().as_of(Slot(60)).unwrap();
    assert_eq!(later, graph.as_of(Slot(60)).unwrap());
}

#[test]
fn a_displaced_registration_replaces_everything_from_its_slot() {
    let mut front_run = with(model(5, &[(1, 500)]), &[]);
    front_run.mix = Mix::from_bps([10_000, 0, 0, 0, 0]);
    front_run.disputed_from = Some(Slot(6));
    front_run.announce(Slot(8), Change { from: Slot(90), terms: income(66) });
    let terms = Terms::Registration(registration(7, &[(2, 700)]));
    front_run.announce(Slot(10), Change { from: Slot(10), terms });
    assert_eq!(front_run.changes.len(), 1, "what the squatter announced never counts");
    let graph = build(&[dataset(1), dataset(2), front_run]).unwrap();
    let before = graph.as_of(Slot(9)).unwrap();
    assert_eq!(before.get(&id(5)).unwrap().owner, key(5));
    let after = graph.as_of(Slot(10)).unwrap();
    let asset = after.get(&id(5)).unwrap();
    assert_eq!((asset.owner, asset.co_owners[0].0, asset.uses), (key(7), key(7), 1));
    assert_eq!((asset.parents.as_slice(), asset.royalties), ([(id(2), bps(700))].as_slice(), RoyaltyMode::Absolute));
    assert_eq!((asset.mix, asset.disputed_from, asset.seq), (None, None, model(5, &[]).seq));
    let unknown = with(model(5, &[]), &[(10, Terms::Registration(registration(7, &[(9, 1)])))]);
    assert_eq!(build(&[unknown]), Err(GraphError::UnknownParent { asset: id(5), parent: id(9) }));
}

#[test]
fn a_second_announcement_takes_the_place_of_one_that_does_not_count_yet() {
    let mut asset = dataset(5);
    asset.announce(Slot(10), Change { from: Slot(110), terms: income(8) });
    asset.announce(Slot(20), Change { from: Slot(120), terms: member(4) });
    asset.announce(Slot(50), Change { from: Slot(150), terms: income(9) });
    assert_eq!(asset.as_of(Slot(149)).co_owners[0].0, key(5));
    assert_eq!(asset.as_of(Slot(150)).co_owners[0].0, key(9));
    assert!(asset.as_of(Slot(120)).collection.is_some(), "another kind of change stays");
    // Once it counts, the next one follows it.
    asset.announce(Slot(150), Change { from: Slot(250), terms: income(6) });
    assert_eq!(asset.as_of(Slot(249)).co_owners[0].0, key(9));
    assert_eq!(asset.as_of(Slot(250)).co_owners[0].0, key(6));
}

#[test]
fn changes_and_collections_stay_within_their_bounds() {
    let refused = |asset: Asset| build(&[asset]).unwrap_err();
    let bad = |terms: Terms| refused(with(dataset(5), &[(9, terms)]));
    assert_eq!(bad(Terms::Income { co_owners: vec![], mix: None }), GraphError::CoOwners(id(5)));
    let dear = Membership { collection: CollectionId([4; 32]), curator: key(1), share: bps(5_001) };
    assert_eq!(bad(Terms::Collection(Some(dear))), GraphError::Collection(id(5)));
    assert_eq!(refused(Asset { collection: Some(dear), ..dataset(5) }), GraphError::Collection(id(5)));
    assert_eq!(refused(with(agent(5, &[]), &[(9, member(1))])), GraphError::Collection(id(5)));
    let mut heavy = registration(7, &[]);
    heavy.co_owners[0].1 = bps(9_999);
    assert_eq!(bad(Terms::Registration(heavy)), GraphError::Shares(id(5)));
    assert_eq!(refused(with(dataset(5), &[(9, income(1)), (8, income(1))])), GraphError::Changes(id(5)));
}

#[test]
fn a_graph_without_anything_new_is_written_as_it_always_was() {
    let file = build(&[dataset(1)]).unwrap().encode();
    let owner = key(1);
    let expected = format!(
        "{{\"asset\":\"{}\",\"seq\":\"16777216\",\"kind\":\"dataset\",\"owner\":\"{owner}\",\
         \"co_owners\":[[\"{owner}\",10000]],\"parents\":[],\"mix\":null,\"uses\":7,\"effective_slot\":1}}\n",
        id(1)
    );
    assert_eq!(String::from_utf8(file).unwrap(), expected);
    // A default that is spelled out is another file, and refused.
    let spelled = expected.replace("\"effective_slot\":1}", "\"effective_slot\":1,\"royalties\":\"relative\"}");
    assert!(matches!(Graph::decode(spelled.as_bytes()), Err(GraphFileError::Canonical)));
}

fn any_terms() -> impl Strategy<Value = Terms> {
    prop_oneof![
        (0u64..9).prop_map(income),
        (0u64..9).prop_map(|owner| Terms::Owner(key(owner))),
        any::<u8>().prop_map(Terms::Uses),
        prop::option::of(0u64..9).prop_map(|curator| curator.map_or(Terms::Collection(None), member)),
        (0u64..9).prop_map(|owner| Terms::Registration(registration(owner, &[]))),
    ]
}

proptest! {
    #[test]
    fn an_announcement_never_changes_what_counted_until_then(
        steps in prop::collection::vec((1u64..40, 0u64..60, any_terms()), 1..20),
    ) {
        let mut asset = dataset(1);
        let mut now = 1;
        for (wait, delay, terms) in steps {
            now += wait;
            let before = asset.clone();
            asset.announce(Slot(now), Change { from: Slot(now + delay), terms });
            let counted = |asset: &Asset, slot: u64| {
                let then = asset.as_of(Slot(slot));
                (then.owner, then.co_owners, then.uses, then.collection, then.parents)
            };
            for slot in 0..now {
                prop_assert_eq!(counted(&asset, slot), counted(&before, slot));
            }
            prop_assert!(build(&[asset.clone()]).is_ok());
        }
        let graph = build(&[asset]).unwrap();
        prop_assert_eq!(Graph::decode(&graph.encode()).unwrap(), graph);
    }

    #[test]
    fn every_rich_graph_survives_its_file_and_its_stacks_are_what_the_rule_says(graph in any_rich_graph()) {
        prop_assert_eq!(&Graph::decode(&graph.encode()).unwrap(), &graph);
        for (n, asset) in graph.assets().iter().enumerate() {
            let stack: u32 = asset.parents.iter().map(|(parent, royalty)| {
                let at = graph.position(parent).unwrap();
                let above = match graph.assets()[at].royalties {
                    RoyaltyMode::Absolute => graph.stack_of(at),
                    RoyaltyMode::Relative => 0,
                };
                u32::from(royalty.get()) + u32::from(above)
            }).sum();
            prop_assert_eq!(u32::from(graph.stack_of(n)), stack);
            prop_assert!(stack <= u32::from(ROYALTIES_MAX));
        }
    }
}
