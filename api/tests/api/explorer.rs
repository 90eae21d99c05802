//! What the explorer draws: graphs of assets, earnings by epoch.

use crate::world::World;
use crate::world::history::{asset, claimant, records, vault};
use std::collections::BTreeMap;

fn text(value: &serde_json::Value) -> &str {
    value.as_str().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_graph_has_ancestors_below_zero_descendants_above_and_every_line_between_them() {
    let world = World::start().await;
    for record in records() {
        let graph = world.api.json(&format!("/v1/assets/{}/graph", asset(record.name))).await["data"].take();
        let distance: BTreeMap<&str, i64> = graph["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|node| (text(&node["asset"]), node["distance"].as_i64().unwrap()))
            .collect();
        assert_eq!(graph["nodes"][0]["asset"], asset(record.name).to_string(), "the nearest first");
        assert_eq!(graph["is_cut"], false);
        for (parent, royalty) in &record.parents {
            let (child, parent) = (asset(record.name).to_string(), asset(parent).to_string());
            assert_eq!(distance[parent.as_str()], -1);
            let edges = graph["edges"].as_array().unwrap();
            let found = edges.iter().find(|edge| edge["child"] == *child && edge["parent"] == *parent).unwrap();
            assert_eq!(found["royalty_bps"], *royalty);
            let below = world.api.json(&format!("/v1/assets/{parent}/graph")).await["data"].take();
            let seen = below["nodes"].as_array().unwrap().iter().find(|node| node["asset"] == *child).unwrap();
            assert_eq!(seen["distance"], 1, "what is above from here is below from there");
        }
    }
    world.api.problem(&format!("/v1/assets/{}/graph", claimant("nobody")), 404).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn earnings_are_those_of_the_receipts_and_leave_out_what_was_vetoed() {
    let world = World::start().await;
    let path = format!("/v1/claimants/{}/earnings?vault={}", claimant("ada"), vault());
    let earned = world.all(&path, 1).await;
    assert!(!earned.is_empty());
    let mut by_asset: BTreeMap<(u64, String), u128> = BTreeMap::new();
    for entry in &earned {
        let key = (entry["epoch"].as_u64().unwrap(), text(&entry["asset"]["asset"]).to_owned());
        let before = by_asset.insert(key, text(&entry["amount"]).parse().unwrap());
        assert_eq!(before, None, "one entry an epoch and asset");
    }
    let epochs: Vec<u64> = earned.iter().map(|entry| entry["epoch"].as_u64().unwrap()).collect();
    assert!(epochs.is_sorted_by(|a, b| a >= b), "the newest first: {epochs:?}");
    let receipts = format!("/v1/claimants/{}/receipts?vault={}&epoch=1", claimant("ada"), vault());
    let mut expected: BTreeMap<(u64, String), u128> = BTreeMap::new();
    for receipt in world.all(&receipts, 100).await {
        let key = (1, text(&receipt["asset"]["asset"]).to_owned());
        *expected.entry(key).or_default() += text(&receipt["amount"]).parse::<u128>().unwrap();
    }
    by_asset.retain(|(epoch, _), _| *epoch == 1);
    assert_eq!(by_asset, expected);
    let nobody = world.all(&format!("/v1/claimants/{}/earnings?vault={}", claimant("nobody"), vault()), 10).await;
    assert!(nobody.is_empty());
}
