//! What the answers say.

use crate::world::World;
use crate::world::database::{ADA_CLAIMED, STRANGERS};
use crate::world::history::{self, asset, claimant, mandate, mint, payer, vault};
use base64::Engine;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tributary_core::leaf::{Leaf, LeafClass};
use tributary_core::leaf_file::{LeafFile, file_hash};
use tributary_core::tree::{Node, verify};

/// What a root's leaf says.
fn leaf(made: &history::Made, class: LeafClass, name: &str) -> u64 {
    let found = made.output.leaves.iter().find(|leaf| (leaf.class, leaf.claimant) == (class, claimant(name)));
    found.map_or(0, |leaf| leaf.cumulative.0)
}

fn leaf_file_bytes(made: &history::Made) -> usize {
    let hash = made.bundle.manifest.leaf_file;
    made.files.iter().find(|file| file_hash(file) == hash).unwrap().len()
}

/// An address for each parameter of a described path.
pub fn example(world: &World, path: &str) -> String {
    let root = world.epochs[0].bundle.root_id().to_string();
    let manifest = world.epochs[0].bundle.header.manifest.to_string();
    let mut url = path.to_owned();
    for (name, value) in [
        ("asset", asset("Rivers").to_string()),
        ("vault", vault().to_string()),
        ("root_id", root),
        ("payer", payer().to_string()),
        ("claimant", claimant("ada").to_string()),
        ("gateway", history::gateway().to_string()),
        ("generation", "0".into()),
        ("sequence", "3".into()),
        ("hash", manifest),
        ("collection", asset("Waters").to_string()),
    ] {
        url = url.replace(&format!("{{{name}}}"), &value);
    }
    if ["/proof", "/earnings", "/usage"].iter().any(|end| path.ends_with(end)) {
        url += &format!("?vault={}", vault());
    } else if path.ends_with("/search") {
        url += "?q=weather";
    } else if path.contains("/receipts") {
        url += &format!("?vault={}&epoch=1", vault());
    }
    url
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_described_path_answers_with_its_slot_and_the_members_it_promises() {
    let world = World::start().await;
    let document: Value = serde_json::from_str(&tributary_api::openapi_json().unwrap()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    assert!(paths.len() >= 37, "{}", paths.len());
    // Files, streams and CSV are no framed answers; what needs a token is tested beside its rules.
    let is_framed = |path: &&String| paths[*path]["get"].get("security").is_none() && paths[*path].get("get").is_some();
    let unframed = ["/v1/files/{hash}", "/v1/stream", "/v1/claimants/{claimant}/statements/{year}"];
    for path in paths.keys().filter(is_framed).filter(|path| !unframed.contains(&path.as_str())) {
        let answer = world.api.json(&example(&world, path)).await;
        assert_eq!(answer["as_of_slot"], 75, "{path}");
        assert!(answer.get("root_epoch").is_some(), "{path}");
        let schema = &paths[path]["get"]["responses"]["200"]["content"]["application/json"]["schema"];
        check(&document, schema, &answer, path);
    }
    world.api.stop().await.unwrap();
}

/// Whether a value has what a schema requires, no more, and of the right type.
fn check(document: &Value, schema: &Value, value: &Value, at: &str) {
    if let Some(name) = schema["$ref"].as_str() {
        let target = document.pointer(name.trim_start_matches('#')).unwrap_or_else(|| panic!("{at}: {name}"));
        return check(document, target, value, at);
    }
    if let Some(options) = schema["oneOf"].as_array().or(schema["anyOf"].as_array()) {
        let option = options.iter().find(|option| (option["type"] == "null") == value.is_null());
        return check(document, option.unwrap_or_else(|| panic!("{at}: {value}")), value, at);
    }
    if let Some(parts) = schema["allOf"].as_array() {
        return parts.iter().for_each(|part| check(document, part, value, at));
    }
    for name in schema["required"].as_array().into_iter().flatten() {
        assert!(value.get(name.as_str().unwrap()).is_some(), "{at}: {name} is missing in {value}");
    }
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        if let Some(value) = value.get(name) {
            check(document, property, value, &format!("{at}.{name}"));
        }
    }
    for item in value.as_array().into_iter().flatten() {
        check(document, &schema["items"], item, at);
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let allowed = &schema["type"];
    let fits =
        allowed.is_null() || allowed == kind || allowed.as_array().is_some_and(|list| list.contains(&json!(kind)));
    assert!(fits, "{at}: {value} is not {allowed}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_balance_is_what_the_leaves_and_the_claims_say() {
    let world = World::start().await;
    let [first, _, second] = &*world.epochs;
    for name in ["ada", "bob", "cleo", "dora", "protocol", "nobody"] {
        let answer = world.api.json(&format!("/v1/claimants/{}/balances", claimant(name))).await;
        assert_eq!(answer["root_epoch"], 1);
        let found = &answer["data"]["vaults"][0];
        assert_eq!(found["token"], json!({"vault": vault(), "mint": mint(), "decimals": 6}));
        assert_eq!(found["root_epoch"], 1);
        assert_eq!(found["next_root"]["epoch"], 2);
        assert!(found["next_root"]["opens_in_seconds"].as_u64().unwrap() <= 30);
        for (class, n) in LeafClass::ALL.into_iter().zip(0..) {
            let shown = &found["classes"][n];
            let claimed = if (name, class) == ("ada", LeafClass::Earned) { ADA_CLAIMED as u64 } else { 0 };
            let (cumulative, next) = (leaf(first, class, name), leaf(second, class, name));
            assert_eq!(shown["cumulative"], cumulative.to_string(), "{name} {class:?}");
            assert_eq!(shown["claimed"], claimed.to_string());
            assert_eq!(shown["claimable"], (cumulative - claimed).to_string());
            assert_eq!(shown["pending"], (next - cumulative).to_string());
            assert_eq!((&shown["claimed_final"], &shown["held"]), (&shown["claimed"], &json!("0")));
            let booked = first.output.closing.entitlements.get(&(class, claimant(name)));
            let sub_units = booked.map_or(0, |entitlement| entitlement.cumulative.0);
            assert_eq!(shown["cumulative_sub_units"], sub_units.to_string());
            assert_eq!(shown["residue_sub_units"], (sub_units - (u128::from(cumulative) << 32)).to_string());
        }
    }
    assert!(leaf(first, LeafClass::Earned, "ada") > ADA_CLAIMED as u64, "the case is not trivial");
    assert!(leaf(second, LeafClass::Earned, "ada") > leaf(first, LeafClass::Earned, "ada"));
    assert!(leaf(first, LeafClass::Fee, "protocol") > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_served_proof_verifies_against_the_published_leaf_file() {
    let world = World::start().await;
    for (name, class) in [("ada", "earned"), ("bob", "earned"), ("dora", "earned"), ("protocol", "fee")] {
        let url = format!("/v1/claimants/{}/proof?vault={}&class={class}", claimant(name), vault());
        let answer = world.api.json(&url).await["data"].clone();
        assert_eq!(answer["standing"], "entitled");
        let proof = &answer["proof"];
        let bytes = world.api.get(&format!("/v1/files/{}", proof["leaf_file"].as_str().unwrap())).await.bytes().await;
        let (file, tree) = LeafFile::decode(&bytes.unwrap()).unwrap();
        let number = |text: &Value| text.as_str().unwrap().parse::<u64>().unwrap();
        let leaf = Leaf {
            class: if class == "fee" { LeafClass::Fee } else { LeafClass::Earned },
            claimant: claimant(name),
            cumulative: tributary_core::amount::BaseUnits(number(&proof["cumulative"])),
        };
        let node = Node { hash: leaf.hash(&file.domain), sum: leaf.cumulative.0 };
        let siblings = base64::engine::general_purpose::STANDARD.decode(proof["proof"].as_str().unwrap()).unwrap();
        let index = proof["index"].as_u64().unwrap() as u32;
        assert!(verify(&tree.frontier(), node, index, tree.count(), &siblings), "{name}");
        assert_eq!(proof["root_id"], world.epochs[0].bundle.root_id().to_string());
        assert_eq!(number(&answer["due"]), leaf.cumulative.0 - number(&answer["claimed"]));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobodys_entitlement_is_an_empty_answer_and_no_error() {
    let world = World::start().await;
    let nobody = claimant("nobody");
    let proof = world.api.json(&format!("/v1/claimants/{nobody}/proof?vault={}&class=refund", vault())).await;
    assert_eq!(proof["data"]["standing"], "no_entitlement");
    assert_eq!((&proof["data"]["due"], &proof["data"]["proof"]), (&json!("0"), &Value::Null));
    for path in [
        "history".to_owned(),
        format!("receipts?vault={}&epoch=1", vault()),
        format!("receipts/events?vault={}&epoch=9", vault()),
    ] {
        let page = world.api.json(&format!("/v1/claimants/{nobody}/{path}")).await;
        assert_eq!((&page["data"], &page["has_more"]), (&json!([]), &json!(false)), "{path}");
    }
    let payer = world.api.json(&format!("/v1/payers/{nobody}")).await;
    assert_eq!(payer["data"]["accounts"], json!([]));
    let mut writer = world.writer().await;
    sqlx::query("DELETE FROM chain.roots").execute(&mut writer).await.unwrap();
    let proof = world.api.json(&format!("/v1/claimants/{nobody}/proof?vault={}", vault())).await;
    assert_eq!((&proof["root_epoch"], &proof["data"]["standing"]), (&Value::Null, &json!("no_root")));
    let balances = world.api.json(&format!("/v1/claimants/{nobody}/balances")).await;
    assert_eq!(balances["data"]["vaults"][0]["classes"][0]["claimable"], "0");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn assets_vaults_roots_and_epochs_say_what_was_recorded() {
    let world = World::start().await;
    let model = world.api.json(&format!("/v1/assets/{}", asset("Weather"))).await["data"].clone();
    assert_eq!((&model["kind"], &model["name"], &model["children"]), (&json!("model"), &json!("Weather"), &json!(1)));
    assert_eq!(model["parents"][0], json!({"asset": asset("Rivers"), "name": "Rivers", "royalty_bps": 2000}));
    assert_eq!(model["metadata"]["license"], "CC-BY-4.0");
    assert_eq!(model["mix"], Value::Null);
    let rain = world.api.json(&format!("/v1/assets/{}", asset("Rain"))).await["data"].clone();
    assert_eq!(rain["uses"], json!({"train": true, "ground": true, "display": false}));
    assert_eq!(rain["co_owners"], json!([{"claimant": claimant("bob"), "share_bps": 10000}]));

    let of = async |query: &str| -> Vec<String> {
        let all = world.all(&format!("/v1/assets?{query}"), 100).await;
        all.iter().map(|entry| entry["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(of("kind=dataset").await, ["Rivers", "Rain"]);
    assert_eq!(of(&format!("claimant={}", claimant("bob"))).await, ["Rivers", "Rain"]);
    assert_eq!(of(&format!("owner={}&kind=dataset", claimant("bob"))).await, ["Rain"]);

    let detail = world.api.json(&format!("/v1/vaults/{}", vault())).await["data"].clone();
    let strangers = STRANGERS * (STRANGERS + 1) / 2;
    assert_eq!(detail["deposited"], (500_000 + strangers).to_string());
    assert_eq!(detail["claimed"], (ADA_CLAIMED + strangers).to_string());
    assert_eq!(detail["active_root"]["epoch"], 1);
    assert_eq!((&detail["pending_root"]["epoch"], &detail["pending_root"]["attempt"]), (&json!(2), &json!(1)));

    let made = &world.epochs[0];
    let root = world.api.json(&format!("/v1/roots/{}", made.bundle.root_id())).await["data"].clone();
    assert_eq!(root["manifest_document"], serde_json::to_value(&made.bundle.manifest).unwrap());
    let sizes: BTreeMap<&str, &Value> =
        root["files"].as_array().unwrap().iter().map(|file| (file["role"].as_str().unwrap(), &file["bytes"])).collect();
    assert_eq!(sizes["leaf file"], &json!(leaf_file_bytes(made)));
    assert!(sizes.values().all(|bytes| bytes.is_u64()), "{sizes:?}");

    let epochs = world.all(&format!("/v1/vaults/{}/epochs", vault()), 100).await;
    assert_eq!(epochs.len(), 3);
    for epoch in &epochs {
        assert_eq!(epoch["identity"]["holds"], true);
        let attempt = (epoch["epoch"].as_u64().unwrap(), epoch["attempt"].as_u64().unwrap());
        let made = world
            .epochs
            .iter()
            .find(|made| (made.bundle.manifest.epoch.0, u64::from(made.bundle.manifest.attempt)) == attempt);
        let earned: u128 = made.unwrap().output.credits.values().map(|amount| amount.0).sum();
        let shown: u128 = epoch["contributors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|total| total["amount"].as_str().unwrap().parse::<u128>().unwrap())
            .sum();
        assert_eq!(shown, earned);
    }
    assert_eq!((&epochs[0]["void_events"], &epochs[0]["step"]), (&json!(1), &json!("posted")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payer_sees_deposits_credit_and_mandates() {
    let world = World::start().await;
    let data = world.api.json(&format!("/v1/payers/{}", payer())).await["data"].clone();
    let account = &data["accounts"][0];
    assert_eq!(account["deposited"], "500000");
    assert_eq!((&account["available"], &account["leased"]), (&json!("100000"), &json!("400000")));
    assert_eq!((&account["arriving"], &account["refund_requested"]), (&json!("0"), &json!(false)));
    assert_eq!(data["mandates"][0]["mandate"], mandate().id().to_string());
    assert_eq!(
        (&data["mandates"][0]["maximum"], &data["mandates"][0]["committed"]),
        (&json!("1000000"), &json!("400000"))
    );
    assert_eq!(account["deposited_final"], "500000");
    let deposit = &data["deposits"][0];
    assert_eq!((&deposit["amount"], &deposit["commitment"]), (&json!("500000"), &json!("finalised")));

    let mut writer = world.writer().await;
    for statement in [
        "INSERT INTO chain.deposits SELECT vault, 900, payer, 7, 500007, 71 FROM chain.deposits WHERE sequence = 0",
        "INSERT INTO chain.refund_requests SELECT vault, 901, payer, true, 71 FROM chain.deposits WHERE sequence = 0",
    ] {
        sqlx::query(statement).execute(&mut writer).await.unwrap();
    }
    let data = world.api.json(&format!("/v1/payers/{}", payer())).await["data"].clone();
    assert_eq!(
        (&data["accounts"][0]["arriving"], &data["accounts"][0]["refund_requested"]),
        (&json!("7"), &json!(true))
    );
    // The chain is final up to slot 70.
    let account = &data["accounts"][0];
    assert_eq!((&account["deposited"], &account["deposited_final"]), (&json!("500007"), &json!("500000")));
    assert_eq!(data["deposits"][0]["commitment"], "confirmed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_shows_its_evidence_its_group_and_where_it_was_settled() {
    let world = World::start().await;
    let made = &world.epochs[2];
    let event = &made.groups[0].events[3];
    let sequence = event.position.sequence.0;
    let shown = world.api.json(&format!("/v1/events/{}/0/{sequence}", history::gateway())).await["data"].clone();
    assert_eq!(shown["hash"], event.hash().to_string());
    assert_eq!(shown["price"], event.price.to_string());
    assert_eq!(shown["evidence"], "verbatim");
    assert_eq!(shown["weights"].as_array().unwrap().len(), event.evidence.pairs.len());
    assert_eq!(shown["group"]["head"], made.groups[0].head().to_string());
    let settled =
        [json!({"epoch": 2, "attempt": 0, "step": "vetoed"}), json!({"epoch": 2, "attempt": 1, "step": "posted"})];
    assert_eq!(shown["settled"], json!(settled));
    world.api.problem(&format!("/v1/events/{}/0/{}", history::gateway(), 10_000), 404).await;
    world.api.problem(&format!("/v1/events/{}/1/0", history::gateway()), 404).await;
}
