#![allow(clippy::unwrap_used)]
//! A graph that could pay wrongly cannot be built.

use super::*;
use crate::sample::{bps, dataset, id, key, model};
use proptest::prelude::*;

mod terms;

fn build(assets: &[Asset]) -> Result<Graph, GraphError> {
    Graph::new(assets.to_vec())
}

#[test]
fn assets_in_any_order_make_the_same_graph() {
    let assets = [dataset(1), model(2, &[(1, 500)]), model(3, &[(2, 1_000)])];
    let graph = build(&assets).unwrap();
    assert_eq!(Graph::new(assets.iter().rev().cloned().collect()).unwrap(), graph);
    assert_eq!(graph.get(&id(2)), Some(&assets[1]));
    assert_eq!(graph.get(&id(9)), None);
}

#[test]
fn a_parent_must_be_older_and_known() {
    let later = build(&[model(1, &[(2, 500)]), model(2, &[])]);
    assert_eq!(later, Err(GraphError::LaterParent { asset: id(1), parent: id(2) }));
    let own = build(&[model(1, &[(1, 500)])]);
    assert_eq!(own, Err(GraphError::LaterParent { asset: id(1), parent: id(1) }));
    let unknown = build(&[model(1, &[(7, 500)])]);
    assert_eq!(unknown, Err(GraphError::UnknownParent { asset: id(1), parent: id(7) }));
}

#[test]
fn shares_and_royalties_stay_within_their_bounds() {
    let with = |change: &dyn Fn(&mut Asset)| {
        let mut asset = dataset(5);
        change(&mut asset);
        build(&[dataset(1), dataset(2), asset])
    };
    assert_eq!(with(&|a| a.co_owners.clear()), Err(GraphError::CoOwners(id(5))));
    assert_eq!(
        with(&|a| a.co_owners = (0..17).map(|n| (key(n), bps(588))).collect()),
        Err(GraphError::CoOwners(id(5)))
    );
    assert_eq!(with(&|a| a.co_owners[0].1 = bps(9_999)), Err(GraphError::Shares(id(5))));
    let twice = vec![(key(1), bps(5_000)), (key(1), bps(5_000))];
    assert_eq!(with(&|a| a.co_owners = twice.clone()), Err(GraphError::CoOwnerTwice(id(5))));
    assert_eq!(with(&|a| a.parents = vec![(id(1), bps(9_000)), (id(2), bps(1))]), Err(GraphError::Royalties(id(5))));
    assert!(with(&|a| a.parents = vec![(id(1), bps(8_999)), (id(2), bps(1))]).is_ok());
    assert_eq!(with(&|a| a.parents = vec![(id(1), bps(1)), (id(1), bps(1))]), Err(GraphError::ParentTwice(id(5))));
    let many = |a: &mut Asset| a.parents = (100..117).map(|n| (id(n), bps(1))).collect();
    assert_eq!(with(&many), Err(GraphError::TooManyParents(id(5))));
}

#[test]
fn no_two_assets_share_an_address_or_a_place() {
    let mut other = dataset(2);
    other.asset = id(1);
    assert_eq!(build(&[dataset(1), other]), Err(GraphError::AssetTwice(id(1))));
    let mut other = dataset(2);
    other.seq = dataset(1).seq;
    let refused = build(&[dataset(1), other]);
    assert!(matches!(refused, Err(GraphError::SequenceTwice(_, seq)) if seq == dataset(1).seq), "{refused:?}");
}

#[test]
fn the_longest_chain_of_parents_has_thirty_two_links() {
    let chain = |length: u64| (0..=length).map(|n| if n == 0 { model(0, &[]) } else { model(n, &[(n - 1, 100)]) });
    assert!(Graph::new(chain(32).collect()).is_ok());
    assert_eq!(Graph::new(chain(33).collect()), Err(GraphError::TooDeep(id(33))));
}

#[test]
fn an_asset_counts_once_it_and_its_ancestors_are_effective() {
    let mut slow = dataset(1);
    slow.effective_slot = Slot(100);
    let graph = build(&[slow, dataset(2), model(3, &[(1, 500), (2, 500)]), model(4, &[(2, 500)])]).unwrap();
    let early = graph.as_of(Slot(99)).unwrap();
    let addresses: Vec<_> = early.assets().iter().map(|asset| asset.asset).collect();
    assert_eq!(addresses, [id(2), id(4)]);
    assert_eq!(early, Graph::new(early.assets().to_vec()).unwrap());
    assert_eq!(graph.as_of(Slot(100)), Ok(graph.clone()));
    assert!(graph.as_of(Slot(0)).unwrap().assets().is_empty());
}

#[test]
fn only_the_canonical_spelling_of_a_graph_file_is_read() {
    let graph = build(&[dataset(1), model(2, &[(1, 500)])]).unwrap();
    let file = graph.encode();
    assert_eq!(Graph::decode(&file).unwrap(), graph);
    let text = String::from_utf8(file.clone()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let swapped = format!("{}\n{}\n", lines[1], lines[0]);
    assert!(matches!(Graph::decode(swapped.as_bytes()), Err(GraphFileError::Canonical)));
    assert!(matches!(Graph::decode(&file[..file.len() - 1]), Err(GraphFileError::Length(2))));
    let spaced = text.replace(",\"uses\"", ", \"uses\"");
    assert!(matches!(Graph::decode(spaced.as_bytes()), Err(GraphFileError::Canonical)));
    let extra = text.replacen("\"uses\":7", "\"uses\":7,\"more\":1", 1);
    assert!(matches!(Graph::decode(extra.as_bytes()), Err(GraphFileError::Line { line: 1, .. })));
    let dear = text.replace("[10000]", "[10001]").replace(",10000]", ",10001]");
    assert!(matches!(Graph::decode(dear.as_bytes()), Err(GraphFileError::Value { line: 1, .. })));
    assert!(matches!(Graph::decode(lines[1].as_bytes()), Err(GraphFileError::Length(1))));
    let orphan = format!("{}\n", lines[1]);
    assert!(matches!(Graph::decode(orphan.as_bytes()), Err(GraphFileError::Graph(_))));
    assert_eq!(Graph::decode(b"").unwrap(), Graph::default());
}

proptest! {
    #[test]
    fn every_graph_survives_its_file(graph in crate::sample::any_graph()) {
        let file = graph.encode();
        let read = Graph::decode(&file);
        prop_assert!(read.is_ok(), "{read:?}");
        prop_assert_eq!(read.unwrap(), graph);
    }

    #[test]
    fn no_asset_descends_from_itself_or_a_younger_one(graph in crate::sample::any_graph()) {
        for child in 0..graph.assets().len() {
            for other in child..graph.assets().len() {
                prop_assert!(!graph.descends(child, other));
            }
        }
    }

    #[test]
    fn descent_is_the_closure_of_parenthood(graph in crate::sample::any_graph()) {
        let count = graph.assets().len();
        let mut closure = vec![vec![false; count]; count];
        for child in 0..count {
            for link in graph.parents_of(child) {
                let parent = link.parent as usize;
                closure[child][parent] = true;
                let above = closure[parent].clone();
                closure[child].iter_mut().zip(above).for_each(|(to, from)| *to |= from);
            }
        }
        for (child, row) in closure.iter().enumerate() {
            for (ancestor, expected) in row.iter().enumerate() {
                prop_assert_eq!(graph.descends(child, ancestor), *expected);
            }
        }
    }
}
