//! What a paid call gives, and that it is charged once.

use crate::stage::{PER_CALL, PER_TOKEN, Stage, question};
use futures::future::join_all;
use serde_json::json;
use sqlx::Row;

#[tokio::test]
async fn a_paid_call_is_answered_charged_and_drained_with_its_evidence() {
    let stage = Stage::with_agent().await;
    let gateway = stage.start().await;
    let key = stage.funded(&gateway, "ada", 10_000).await;
    let (status, answer) = stage.ask(&gateway, &key, None, &question()).await;
    assert_eq!(status, 200, "{answer}");
    let text = answer["choices"][0]["text"].as_str().unwrap();
    let pieces = answer["usage"]["completion_tokens"].as_u64().unwrap();
    assert!(!text.trim().is_empty() && (1..=12).contains(&pieces), "{answer}");
    let charged = &answer["tributary"];
    assert_eq!(charged["price"], (PER_CALL + PER_TOKEN * pieces).to_string());
    assert_eq!(charged["event"]["sequence"], 0);
    // Every word came from the texts, so evidence covers the answer.
    let covered: u64 = charged["spans"]
        .as_array()
        .unwrap()
        .iter()
        .map(|span| span["end"].as_u64().unwrap() - span["start"].as_u64().unwrap())
        .sum();
    assert!(covered * 10 >= text.len() as u64 * 9, "{answer}");
    assert!(!charged["evidence"]["pairs"].as_array().unwrap().is_empty());
    stage.until_number("SELECT count(*) FROM usage.events", 1).await;
    let row =
        sqlx::query("SELECT price::text, encode(hash, 'hex') FROM usage.events").fetch_one(&stage.pool).await.unwrap();
    assert_eq!(charged["price"], row.get::<String, _>(0));
    assert_eq!(charged["event"]["hash"], row.get::<String, _>(1));
    assert_eq!(stage.number("SELECT count(*) FROM usage.sidecars").await, 1);
    gateway.stop().await.unwrap();
    stage.check_identity().await;
    assert_eq!(stage.number("SELECT count(*) FROM credit.leases WHERE closed_at IS NULL").await, 0);
}

#[tokio::test]
async fn a_retry_with_the_same_key_gets_the_same_answer_and_is_charged_once() {
    let stage = Stage::with_agent().await;
    let gateway = stage.start().await;
    let key = stage.funded(&gateway, "ada", 10_000).await;
    let (_, first) = stage.ask(&gateway, &key, Some("order 1"), &question()).await;
    let (status, second) = stage.ask(&gateway, &key, Some("order 1"), &question()).await;
    assert_eq!((status, &second), (200, &first));
    let other = json!({"model": "bard", "prompt": "a stone", "max_tokens": 3});
    let (status, refused) = stage.ask(&gateway, &key, Some("order 1"), &other).await;
    assert_eq!((status, refused["code"].as_str()), (422, Some("key_reused")));
    // Another payer's key of the same name is another request.
    let other_key = stage.funded(&gateway, "ben", 10_000).await;
    let (_, others) = stage.ask(&gateway, &other_key, Some("order 1"), &question()).await;
    assert_ne!(others["id"], first["id"]);
    gateway.kill();
    let gateway = stage.start().await;
    let (status, third) = stage.ask(&gateway, &key, Some("order 1"), &question()).await;
    assert_eq!((status, &third), (200, &first), "a retry after a crash");
    gateway.stop().await.unwrap();
    assert_eq!(stage.number("SELECT count(*) FROM usage.events").await, 2);
    stage.check_identity().await;
}

#[tokio::test]
async fn concurrent_requests_with_one_key_are_charged_once() {
    let stage = Stage::with_agent().await;
    let gateway = stage.start().await;
    let key = stage.funded(&gateway, "ada", 10_000).await;
    let question = question();
    let many = (0..12).map(|_| stage.ask(&gateway, &key, Some("one"), &question));
    let answers = join_all(many).await;
    assert!(answers.iter().all(|(status, _)| matches!(status, 200 | 409)), "{answers:?}");
    gateway.stop().await.unwrap();
    assert_eq!(stage.number("SELECT count(*) FROM usage.events").await, 1);
}

#[tokio::test]
async fn the_same_seed_gives_the_same_text_and_each_run_is_charged() {
    let stage = Stage::with_agent().await;
    let gateway = stage.start().await;
    let key = stage.funded(&gateway, "ada", 10_000).await;
    let seeded = json!({"model": "bard", "prompt": "the river", "max_tokens": 12, "seed": 42});
    let (_, first) = stage.ask(&gateway, &key, None, &seeded).await;
    let (_, second) = stage.ask(&gateway, &key, None, &seeded).await;
    assert_eq!(first["choices"][0]["text"], second["choices"][0]["text"]);
    assert_ne!(first["tributary"]["event"], second["tributary"]["event"]);
    gateway.stop().await.unwrap();
    assert_eq!(stage.number("SELECT count(*) FROM usage.events").await, 2);
}

#[tokio::test]
async fn a_new_agent_is_served_without_a_restart() {
    let stage = Stage::with_agent().await;
    let gateway = stage.start().await;
    let third = stage.dataset("third", &crate::stage::verses(3), 7).await;
    let model = stage.model("later", &[third]).await;
    stage.agent("late", model).await;
    gateway.wait(|health| health["agents"] == 2).await;
    let list: serde_json::Value =
        stage.client.get(gateway.at("/v1/models")).send().await.unwrap().json().await.unwrap();
    assert_eq!(list["data"][1]["id"], "late");
    gateway.stop().await.unwrap();
}

#[tokio::test]
async fn a_quote_is_what_a_call_reserves_and_reserves_nothing_itself() {
    let stage = Stage::with_agent().await;
    let gateway = stage.start().await;
    let quote = async |body: serde_json::Value| {
        let answer = stage.client.post(gateway.at("/v1/quote")).json(&body).send().await.unwrap();
        (answer.status().as_u16(), answer.json::<serde_json::Value>().await.unwrap())
    };
    let (status, told) = quote(question()).await;
    assert_eq!((status, &told["price_maximum"]), (200, &json!((PER_CALL + 12 * PER_TOKEN).to_string())), "{told}");
    let (_, told) = quote(crate::streams::conversation()).await;
    assert_eq!((&told["for"], &told["max_tokens"]), (&json!("chat.completion"), &json!(12)));
    let (status, problem) = quote(json!({"model": "nobody", "prompt": "x"})).await;
    assert_eq!((status, &problem["error"]["code"]), (404, &json!("model_not_found")));
    // As much as was quoted is enough.
    let key = stage.funded(&gateway, "ada", PER_CALL + 12 * PER_TOKEN).await;
    assert_eq!(stage.ask(&gateway, &key, None, &question()).await.0, 200);
    gateway.stop().await.unwrap();
    stage.check_identity().await;
}

#[tokio::test]
async fn what_a_call_used_is_told_in_content_telemetry() {
    let stage = Stage::with_agent().await;
    let gateway = stage.start().await;
    let key = stage.funded(&gateway, "ada", 10_000).await;
    let url = gateway.at("/v1/completions");
    let answer = stage.client.post(url).bearer_auth(&key).json(&question()).send().await.unwrap();
    let id = answer.headers()["content-telemetry-id"].to_str().unwrap().to_owned();
    let answer: serde_json::Value = answer.json().await.unwrap();
    stage.until_number("SELECT count(*) FROM usage.events", 1).await;
    let get = async |path: &str| {
        let told = stage.client.get(gateway.at(path)).send().await.unwrap();
        (told.status().as_u16(), told.json::<serde_json::Value>().await.unwrap())
    };
    let (_, known) = get("/.well-known/content-telemetry.json").await;
    let path = known["events_endpoint"].as_str().unwrap().replace("{id}", &id);
    let (status, told) = get(&path).await;
    assert_eq!(status, 200, "{told}");
    let entries = told["events"][0]["attribution"]["entries"].as_array().unwrap();
    let pairs = answer["tributary"]["evidence"]["pairs"].as_array().unwrap();
    assert_eq!(entries.len(), pairs.len());
    assert_eq!(entries[0]["raw_contribution"], pairs[0]["weight"]);
    assert!(entries[0]["content_hash"].is_string() && entries[0]["license_ref"].is_string(), "{told}");
    assert_eq!(get("/v1/content-telemetry/unknown").await.0, 404);
    gateway.stop().await.unwrap();
}

#[tokio::test]
async fn a_key_that_is_no_longer_remembered_is_still_charged_once() {
    let stage = Stage::with_agent().await;
    let mut config = stage.config();
    config.limits.recent_requests = 2;
    let gateway = stage.start_with(config).await;
    gateway.wait(|health| health["state"] == "serving" && health["agents"] == 1).await;
    let key = stage.funded(&gateway, "ada", 50_000).await;
    let names: Vec<String> = (0..8).map(|number| format!("call {number}")).collect();
    let mut first = Vec::new();
    for name in &names {
        let (status, answer) = stage.ask(&gateway, &key, Some(name), &question()).await;
        assert_eq!(status, 200, "{answer}");
        first.push(answer);
    }
    stage.until_number("SELECT count(*) FROM usage.events", 8).await;
    gateway.wait(|health| health["drained"] == 8).await;
    let other = json!({"model": "bard", "prompt": "a lantern", "max_tokens": 3});
    for (name, answer) in names.iter().zip(&first) {
        let (status, again) = stage.ask(&gateway, &key, Some(name), &question()).await;
        assert_eq!((status, &again), (200, answer));
        let (status, problem) = stage.ask(&gateway, &key, Some(name), &other).await;
        assert_eq!((status, problem["code"].as_str()), (422, Some("key_reused")), "{problem}");
    }
    gateway.kill();
    let gateway = stage.start().await;
    for (name, answer) in names.iter().zip(&first) {
        assert_eq!(&stage.ask(&gateway, &key, Some(name), &question()).await.1, answer);
    }
    assert_eq!(stage.ask(&gateway, &key, Some("another"), &question()).await.0, 200);
    gateway.stop().await.unwrap();
    assert_eq!(stage.number("SELECT count(*) FROM usage.events").await, 9);
    stage.check_identity().await;
}
