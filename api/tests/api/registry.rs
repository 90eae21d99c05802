//! Collections, disputes, policies, and what was used how much.

use crate::world::World;
use crate::world::history::{EVENTS, FORGED, asset, claimant, payer, policy, vault};
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn number(value: &Value) -> u128 {
    value.as_str().unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collection_shows_who_is_in_it_and_who_left() {
    let world = World::start().await;
    let listed = world.all(&format!("/v1/collections?curator={}", claimant("eve")), 10).await;
    assert_eq!((listed.len(), &listed[0]["name"]), (1, &json!("Waters of the world")));
    let shown = world.api.json(&format!("/v1/collections/{}", asset("Waters"))).await["data"].take();
    assert_eq!((&shown["share_bps"], &shown["is_cut"]), (&json!(1000), &json!(false)));
    let members: Vec<_> = shown["members"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| (m["asset"]["name"].clone(), m["from_slot"].clone(), m["until_slot"].clone()))
        .collect();
    assert_eq!(members, [(json!("Rain"), json!(20), Value::Null), (json!("Rivers"), json!(21), json!(30))]);
    assert!(world.all(&format!("/v1/collections?curator={}", claimant("bob")), 10).await.is_empty());
    world.api.problem(&format!("/v1/collections/{}", asset("Rain")), 404).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn disputes_are_listed_with_what_came_of_them() {
    let world = World::start().await;
    let all = world.all("/v1/disputes", 10).await;
    let said: Vec<_> =
        all.iter().map(|d| (d["asset"]["name"].clone(), d["outcome"].clone(), d["outcome_slot"].clone())).collect();
    assert_eq!(said, [(json!("Rain"), Value::Null, Value::Null), (json!("Rivers"), json!("rejected"), json!(50))]);
    assert_eq!((&all[0]["bond_lamports"], &all[0]["deadline_slot"]), (&json!("6000"), &json!(950)));
    for (query, names) in [
        ("open=true".to_owned(), vec!["Rain"]),
        ("open=false".to_owned(), vec!["Rivers"]),
        (format!("asset={}", asset("Rivers")), vec!["Rivers"]),
        (format!("challenger={}", claimant("mallory")), vec!["Rain", "Rivers"]),
        (format!("challenger={}", claimant("bob")), vec![]),
    ] {
        let found = world.all(&format!("/v1/disputes?{query}"), 1).await;
        let shown: Vec<&str> = found.iter().map(|d| d["asset"]["name"].as_str().unwrap()).collect();
        assert_eq!(shown, names, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn policies_say_what_is_shared_out_how_and_from_when_to_when() {
    let world = World::start().await;
    let list = world.all(&format!("/v1/vaults/{}/policies", vault()), 10).await;
    let times: Vec<_> =
        list.iter().map(|p| (p["is_proposed"].clone(), p["from_slot"].clone(), p["until_slot"].clone())).collect();
    assert_eq!(
        times,
        [
            (json!(true), json!(500), Value::Null),
            (json!(false), json!(15), Value::Null),
            (json!(false), json!(9), json!(15)),
        ]
    );
    let set = policy();
    let terms = &list[1]["terms"];
    assert_eq!(list[1]["policy_set"], set.hash().to_string());
    assert_eq!((&terms["fee_bps"], &terms["engine"]), (&json!(set.fee.get()), &json!(set.engine)));
    assert_eq!(terms["default_mix"]["verbatim"], 7_000);
    assert_eq!(list[2]["terms"], Value::Null, "its file is not in this store");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_assets_usage_sums_up_what_the_epochs_that_stand_credited() {
    let world = World::start().await;
    let shown = world.all(&format!("/v1/assets/{}/usage?vault={}", asset("Rivers"), vault()), 1).await;
    let mut expected: BTreeMap<(u64, String), u128> = BTreeMap::new();
    for (epoch, made) in [(1, &world.epochs[0]), (2, &world.epochs[2])] {
        for ((_, of, policy), amount) in &made.output.credits {
            if *of == asset("Rivers") {
                *expected.entry((epoch, policy.as_str().to_owned())).or_default() += amount.0;
            }
        }
    }
    let said = shown
        .iter()
        .map(|u| ((u["epoch"].as_u64().unwrap(), u["policy"].as_str().unwrap().to_owned()), number(&u["amount"])));
    assert_eq!(said.collect::<BTreeMap<_, _>>(), expected);
    assert!(shown.iter().all(|u| u["claimants"] == 2), "Ada's and Bob's");
    assert_eq!((&shown[0]["is_active"], &shown[shown.len() - 1]["is_active"]), (&json!(false), &json!(true)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payer_sees_what_went_to_which_agent() {
    let world = World::start().await;
    let spent = world.all(&format!("/v1/payers/{}/usage?vault={}", payer(), vault()), 10).await;
    let paid: u64 = (0..EVENTS[0] + EVENTS[1]).filter(|n| *n != FORGED).map(|n| 1_000 + n).sum();
    assert_eq!(spent.len(), 1);
    assert_eq!(
        (&spent[0]["agent"]["name"], &spent[0]["events"]),
        (&json!("Almanac"), &json!(EVENTS[0] + EVENTS[1] - 1))
    );
    assert_eq!(spent[0]["amount"], paid.to_string());
    assert!(world.all(&format!("/v1/payers/{}/usage?vault={}", claimant("nobody"), vault()), 10).await.is_empty());
    world.api.problem(&format!("/v1/payers/{}/usage?vault={}", payer(), claimant("nobody")), 404).await;
}
