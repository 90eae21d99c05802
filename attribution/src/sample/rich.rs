//! Graphs and events that use all that engine 2 knows: absolute royalties,
//! collections, retired and disputed assets, neighbours.
#![allow(clippy::unwrap_used)]

use super::{any_events, any_graph, bps, id, key};
use crate::graph::{Asset, Graph, GraphError, Membership, RoyaltyMode};
use proptest::prelude::*;
use std::collections::BTreeMap;
use tributary_core::content::AssetKind;
use tributary_core::event::UsageEvent;
use tributary_core::id::CollectionId;
use tributary_core::position::Slot;

/// [`any_graph`] with modes, collections and standings of all sorts.
pub(crate) fn any_rich_graph() -> impl Strategy<Value = Graph> {
    let standing = (any::<bool>(), prop::option::of(0u16..=5_000), prop::option::of(0u64..1 << 21), 0u8..8);
    (any_graph(), prop::collection::vec(standing, 13)).prop_map(|(plain, standings)| {
        let mut assets: Vec<Asset> = plain.assets().to_vec();
        for (asset, (is_absolute, curator, retired, dispute)) in assets.iter_mut().zip(standings) {
            if is_absolute {
                asset.royalties = RoyaltyMode::Absolute;
            }
            if let (AssetKind::Dataset, Some(share)) = (asset.kind, curator) {
                // The curator may own assets too.
                let collection = CollectionId([6; 32]);
                asset.collection =
                    Some(Membership { collection, curator: key(u64::from(share) % 9), share: bps(share) });
            }
            asset.retired_from = retired.map(Slot);
            asset.disputed_from = (dispute == 0).then_some(Slot(3));
        }
        // Stacks that grew too high are lowered, the youngest first to ask.
        loop {
            match Graph::new(assets.clone()) {
                Ok(graph) => return graph,
                Err(GraphError::Royalties(asset)) => {
                    let asset = assets.iter_mut().find(|other| other.asset == asset).unwrap();
                    asset.parents.iter_mut().for_each(|(_, royalty)| *royalty = bps(royalty.get() / 4));
                    if total(&asset.parents) == 0 {
                        asset.parents.clear();
                    }
                }
                Err(other) => panic!("{other}"),
            }
        }
    })
}

fn total(parents: &[(tributary_core::id::AssetId, tributary_core::amount::BasisPoints)]) -> u32 {
    parents.iter().map(|(_, share)| u32::from(share.get())).sum()
}

/// [`any_events`] with neighbours, and graph positions before and after
/// retirements.
pub(crate) fn any_rich_events() -> impl Strategy<Value = Vec<UsageEvent>> {
    let neighbours = prop::collection::btree_map(0u64..6, 1u32..=u32::MAX, 0..5);
    (any_events(), prop::collection::vec((neighbours, 20u64..1 << 22), 40)).prop_map(|(mut events, extras)| {
        for (event, (neighbours, slot)) in events.iter_mut().zip(extras) {
            let neighbours: BTreeMap<u64, u32> = neighbours;
            let mut similar: Vec<_> = neighbours.into_iter().map(|(asset, weight)| (id(asset), weight)).collect();
            similar.sort();
            event.evidence.similar = similar;
            event.graph_slot = Slot(slot);
        }
        events
    })
}
