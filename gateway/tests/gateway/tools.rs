//! Agents that call other agents before they answer: one price before, an event of
//! its own for each call, all of them charged together or none.

use crate::stage::elsewhere::{Elsewhere, Reply, whole};
use crate::stage::{PER_CALL, PER_TOKEN, Running, Stage, verses};
use serde_json::{Value, json};
use tributary_core::id::AssetId;

/// The most that one of the stage's agents costs for so many pieces.
fn price(pieces: u64) -> u64 {
    PER_CALL + pieces * PER_TOKEN
}

fn amount(value: &Value) -> u64 {
    value.as_str().unwrap().parse().unwrap()
}

/// `band` calls `bard` and `duo`, and `duo` calls `bard`: four answers in all.
async fn band(stage: &Stage) -> AssetId {
    let bard = stage.cast().await;
    let third = stage.dataset("third", &verses(3), 7).await;
    let model = stage.model("third verse", &[third]).await;
    let duo = stage.agent_with_tools("duo", model, &[(bard, 5)]).await;
    stage.agent_with_tools("band", model, &[(bard, 7), (duo, 6)]).await
}

fn question() -> Value {
    json!({"model": "band", "prompt": "the river", "max_tokens": 12})
}

async fn quote(stage: &Stage, gateway: &Running, body: &Value) -> Value {
    stage.client.post(gateway.at("/v1/quote")).json(body).send().await.unwrap().json().await.unwrap()
}

async fn serving(stage: &Stage, agents: u64) -> Running {
    let gateway = stage.start_cold().await;
    gateway.wait(|health| health["agents"].as_u64() == Some(agents)).await;
    gateway
}

#[tokio::test]
async fn calls_of_an_agent_are_in_its_quote_and_each_has_an_event_of_its_own() {
    let stage = Stage::new().await;
    band(&stage).await;
    let gateway = serving(&stage, 3).await;
    let most = price(12) + price(7) + price(6) + price(5);
    let told = quote(&stage, &gateway, &question()).await;
    assert_eq!(amount(&told["price_maximum"]), most, "{told}");
    assert_eq!(told["calls"][1]["calls"][0]["agent_name"], "bard");
    // As much as was quoted is enough.
    let key = stage.funded(&gateway, "ada", most).await;
    let (status, answer) = stage.ask(&gateway, &key, Some("once"), &question()).await;
    assert_eq!(status, 200, "{answer}");
    let receipt = &answer["tributary"];
    let calls = receipt["calls"].as_array().unwrap();
    let names: Vec<&str> = calls.iter().map(|call| call["agent_name"].as_str().unwrap()).collect();
    assert_eq!(names, ["bard", "bard", "duo"], "whoever was called for another stands before it");
    let sum: u64 = calls.iter().map(|call| amount(&call["price"])).sum::<u64>() + amount(&receipt["price"]);
    assert_eq!(sum, amount(&receipt["price_total"]));
    for (place, call) in calls.iter().enumerate() {
        assert_eq!(call["event"]["sequence"], place);
        assert!(
            !call["evidence"]["pairs"].as_array().unwrap().is_empty() && !call["text"].as_str().unwrap().is_empty()
        );
    }
    assert_eq!(receipt["event"]["sequence"], 3);
    assert_eq!(stage.ask(&gateway, &key, Some("once"), &question()).await.1, answer, "given again, not charged again");
    gateway.stop().await.unwrap();
    assert_eq!(stage.number("SELECT sum(price)::bigint FROM usage.events").await as u64, sum);
    assert_eq!(stage.number("SELECT count(DISTINCT agent) FROM usage.events").await, 3);
    assert_eq!(stage.verify_chain_of(stage.gateway, "gateway").await.len(), 4);
    stage.check_identity().await;
}

#[tokio::test]
async fn calls_of_an_agent_outlive_a_kill_and_a_lost_disk_and_are_charged_once() {
    let stage = Stage::new().await;
    band(&stage).await;
    let gateway = serving(&stage, 3).await;
    let key = stage.funded(&gateway, "ada", 50_000).await;
    let (status, first) = stage.ask(&gateway, &key, Some("once"), &question()).await;
    assert_eq!(status, 200, "{first}");
    stage.until_number("SELECT count(*) FROM usage.events", 4).await;
    gateway.kill();
    let gateway = stage.start().await;
    assert_eq!(stage.ask(&gateway, &key, Some("once"), &question()).await.1, first, "from the spool");
    gateway.kill();
    std::fs::remove_dir_all(stage.spool()).unwrap();
    let gateway = stage.start().await;
    let (status, again) = stage.ask(&gateway, &key, Some("once"), &question()).await;
    assert_eq!((status, &again), (200, &first), "computed once more");
    gateway.stop().await.unwrap();
    assert_eq!(stage.verify_chain_of(stage.gateway, "gateway").await.len(), 4);
    stage.check_identity().await;
}

#[tokio::test]
async fn a_call_that_fails_leaves_nothing_charged_and_what_is_said_reaches_the_caller_of_it() {
    let busy = || Reply::Whole(503, json!({"error": {"message": "busy"}}));
    let server = Elsewhere::start(vec![busy(), busy(), busy(), whole("so it goes", 4)]).await;
    let stage = Stage::new().await;
    let bard = stage.cast().await;
    let text = stage.dataset("third", &verses(3), 7).await;
    let model = stage.upstream_model("llama", &[text]).await;
    stage.agent_with_tools("oracle", model, &[(bard, 9)]).await;
    let gateway = stage.start_with(stage.config_with_upstream("llama", &server.url)).await;
    gateway.wait(|health| health["agents"] == 2).await;
    let key = stage.funded(&gateway, "ada", 10_000).await;
    let ask = json!({"model": "oracle", "messages": [{"role": "user", "content": "the river"}], "max_tokens": 40});
    let post = || stage.client.post(gateway.at("/v1/chat/completions")).bearer_auth(&key).json(&ask).send();
    assert_eq!(post().await.unwrap().status(), 502);
    let answer = post().await.unwrap();
    let charged = answer.headers()["tributary-price"].to_str().unwrap().to_owned();
    let answer: Value = answer.json().await.unwrap();
    assert_eq!(charged, answer["tributary"]["price_total"].as_str().unwrap());
    let said = answer["tributary"]["calls"][0]["text"].as_str().unwrap();
    let heard = server.heard();
    assert_eq!(
        heard[3].body["messages"],
        json!([{"role": "system", "content": format!("bard says: {said}")}, {"role": "user", "content": "the river"}])
    );
    gateway.stop().await.unwrap();
    assert_eq!(stage.number("SELECT count(*) FROM usage.events").await, 2, "the failed call charged nobody");
    stage.check_identity().await;
}

#[tokio::test]
async fn an_agent_whose_calls_cannot_be_made_is_left_out_with_the_reason() {
    let stage = Stage::new().await;
    let bard = stage.cast().await;
    let third = stage.dataset("third", &verses(3), 7).await;
    let model = stage.model("third verse", &[third]).await;
    let unnamed = json!({"tools": [{"agent": bard, "max_tokens": 5}]});
    stage.agent_with("unrelated", model, unnamed, &[model]).await;
    stage.agent_with_tools("greedy", model, &[(bard, 100_000)]).await;
    stage.agent_with_tools("lost", model, &[(AssetId([9; 32]), 5)]).await;
    let mut tower = bard;
    for storey in 0..16 {
        tower = stage.agent_with_tools(&format!("storey {storey}"), model, &[(tower, 5)]).await;
    }
    let gateway = serving(&stage, 16).await;
    let list: Value = stage.client.get(gateway.at("/v1/models")).send().await.unwrap().json().await.unwrap();
    let reasons = list["tributary"]["refused"].to_string();
    for reason in ["as its parent", "gives 1 to 256", "registered before it", "17 agents answer"] {
        assert!(reasons.contains(reason), "{reason}: {reasons}");
    }
    gateway.stop().await.unwrap();
}
