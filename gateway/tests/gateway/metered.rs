//! Uses reported in batches: charged once each, all or none, in order.

use crate::stage::{PER_CALL, PER_TOKEN, Running, Stage};
use serde_json::{Value, json};

async fn report(stage: &Stage, gateway: &Running, key: &str, uses: &[(&str, u32)]) -> (u16, Value) {
    let uses: Vec<Value> = uses.iter().map(|(id, tokens)| json!({"id": id, "tokens": tokens})).collect();
    let body = json!({"model": "bard", "uses": uses});
    let answer = stage.client.post(gateway.at("/v1/uses")).bearer_auth(key).json(&body).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

#[tokio::test]
async fn a_use_reported_twice_or_after_a_kill_is_charged_once() {
    let stage = Stage::with_agent().await;
    let gateway = stage.start().await;
    let key = stage.funded(&gateway, "ada", 50_000).await;
    let (status, first) = report(&stage, &gateway, &key, &[("a", 5), ("b", 0)]).await;
    assert_eq!(status, 200, "{first}");
    assert_eq!(first["data"][0]["charged"], (PER_CALL + 5 * PER_TOKEN).to_string());
    assert_eq!(first["data"][1]["charged"], PER_CALL.to_string());
    let (_, again) = report(&stage, &gateway, &key, &[("b", 0), ("c", 1), ("a", 5)]).await;
    assert_eq!((&again["data"][0]["charged"], &again["data"][2]["charged"]), (&Value::Null, &Value::Null));
    assert_eq!(again["data"][2]["sequence"], first["data"][0]["sequence"]);
    gateway.kill();
    let gateway = stage.start().await;
    let (_, after) = report(&stage, &gateway, &key, &[("a", 5), ("c", 1)]).await;
    assert_eq!(after["data"][1]["sequence"], again["data"][1]["sequence"]);
    assert_eq!(after["data"][1]["charged"], Value::Null);
    gateway.stop().await.unwrap();
    assert_eq!(stage.verify_chain_of(stage.gateway, "gateway").await.len(), 3);
    stage.check_identity().await;
}

#[tokio::test]
async fn a_batch_counts_as_a_whole_or_not_at_all() {
    let stage = Stage::with_agent().await;
    let gateway = stage.start().await;
    let key = stage.funded(&gateway, "ada", 250).await;
    let (status, problem) = report(&stage, &gateway, &key, &[("a", 5), ("b", 5), ("c", 5)]).await;
    assert_eq!((status, problem["code"].as_str()), (402, Some("no_credit")), "{problem}");
    assert_eq!(problem["missing"]["needed"], (3 * (PER_CALL + 5 * PER_TOKEN)).to_string());
    assert_eq!(report(&stage, &gateway, &key, &[("a", 5)]).await.0, 200);
    // The same id with other tokens is another use: none of the batch counts.
    let (status, problem) = report(&stage, &gateway, &key, &[("d", 1), ("a", 6)]).await;
    assert_eq!((status, problem["code"].as_str()), (422, Some("key_reused")), "{problem}");
    assert_eq!(report(&stage, &gateway, &key, &[("d", 1)]).await.0, 200, "its id is free again");
    for bad in [vec![], vec![("x", 1), ("x", 1)], vec![("", 1)], vec![("y", 70_000)]] {
        assert_eq!(report(&stage, &gateway, &key, &bad).await.0, 400, "{bad:?}");
    }
    gateway.stop().await.unwrap();
    assert_eq!(stage.number("SELECT count(*) FROM usage.events").await, 2);
    stage.check_identity().await;
}
