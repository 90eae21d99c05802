//! Finding things by name, licence, address or hash.

use crate::world::World;
use crate::world::history::{asset, claimant, gateway, payer, vault};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// What is found; names are indexed a moment after an asset appears.
async fn found(world: &World, question: &str, count: usize) -> Vec<(String, String, Value)> {
    let end = Instant::now() + Duration::from_secs(20);
    loop {
        let answer = world.api.json(&format!("/v1/search?q={question}")).await;
        let matches = answer["data"]["matches"].as_array().unwrap().clone();
        if matches.len() == count {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            return matches.iter().map(|one| (text(&one["kind"]), text(&one["id"]), one["name"].clone())).collect();
        }
        assert!(Instant::now() < end, "{question}: {matches:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn assets_are_found_by_the_beginnings_of_their_names_words() {
    let world = World::start().await;
    let rivers = ("asset".to_owned(), asset("Rivers").to_string(), json!("Rivers"));
    let rain = ("asset".to_owned(), asset("Rain").to_string(), json!("Rain"));
    assert_eq!(found(&world, "r", 2).await, [rivers.clone(), rain]);
    assert_eq!(found(&world, "RIV", 1).await, [rivers]);
    assert!(found(&world, "iver", 0).await.is_empty(), "words are found by their beginnings");
    assert!(found(&world, "rivers%20rain", 0).await.is_empty(), "all words have to be there");
    for nothing in ["", "%27%20%7C", "%20", &"a".repeat(201)] {
        let problem = world.api.problem(&format!("/v1/search?q={nothing}"), 400).await;
        assert_eq!(problem["errors"][0]["field"], "q");
    }
    // Nothing in a question is an operator.
    for odd in ["r%27:*%20%7C%20%27w", "!rain", "rain%20%3C-%3E%20rivers", "a%00b"] {
        assert_eq!(world.api.get(&format!("/v1/search?q={odd}")).await.status(), 200, "{odd}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_list_of_assets_is_narrowed_by_name_licence_and_owner_together() {
    let world = World::start().await;
    found(&world, "r", 2).await;
    let names = async |query: String| -> Vec<String> {
        let all = world.all(&format!("/v1/assets?{query}"), 1).await;
        all.iter().map(|entry| entry["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names("name=r&kind=dataset".into()).await, ["Rivers", "Rain"]);
    assert_eq!(names(format!("name=r&owner={}", claimant("bob"))).await, ["Rain"]);
    assert_eq!(names("licence=cc-by-4.0&name=weather".into()).await, ["Weather"]);
    assert!(names("licence=MIT".into()).await.is_empty());
    let mut writer = world.writer().await;
    let sql = "UPDATE chain.assets SET licence = '(MIT OR CC-BY-4.0) AND Zlib' WHERE asset = sha256('Rain')";
    sqlx::query(sql).execute(&mut writer).await.unwrap();
    assert_eq!(names("licence=MIT".into()).await, ["Rain"]);
    assert!(names("licence=CC".into()).await.is_empty(), "a licence is named in full");
    let problem = world.api.problem("/v1/assets?name=!", 400).await;
    assert_eq!(problem["errors"][0]["field"], "name");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_or_a_hash_is_found_as_everything_it_is() {
    let world = World::start().await;
    let root = world.epochs[0].bundle.root_id().to_string();
    let leaf_file = world.epochs[0].bundle.manifest.leaf_file.to_string();
    for (question, kinds) in [
        (asset("Rain").to_string(), vec!["asset"]),
        (asset("Waters").to_string(), vec!["collection"]),
        (vault().to_string(), vec!["vault"]),
        (gateway().to_string(), vec!["gateway"]),
        (claimant("bob").to_string(), vec!["claimant"]),
        (payer().to_string(), vec!["payer"]),
        (root, vec!["root"]),
        (leaf_file, vec!["file"]),
        (claimant("nobody").to_string(), vec![]),
    ] {
        let found = found(&world, &question, kinds.len()).await;
        let shown: Vec<&str> = found.iter().map(|(kind, _, _)| kind.as_str()).collect();
        assert_eq!(shown, kinds, "{question}");
        assert!(found.iter().all(|(_, id, _)| *id == question));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_comes_into_the_store_later_gets_its_name_then() {
    let world = World::start().await;
    found(&world, "weather", 1).await;
    let mut writer = world.writer().await;
    let metadata = b"{\"name\":\"Glaciers\"}";
    let sql = "INSERT INTO chain.assets SELECT sha256('Glaciers'), kind, sha256('Glaciers'), content_hash, content_length, owner, $1,
            uri_hash, licence, uses, royalty_mode, mix_bps, asset_sequence + 1000, stack_bps, effective_slot, slot
        FROM chain.assets WHERE asset = sha256('Rain')";
    crate::world::keep(world.store.path(), metadata);
    let hash = tributary_core::hash::sha256(&[metadata]);
    sqlx::query(sql).bind(&hash[..]).execute(&mut writer).await.unwrap();
    assert_eq!(found(&world, "glac", 1).await[0].2, json!("Glaciers"));
}
