//! Streams: their bytes, and that whoever hangs up pays once.

use crate::stage::{PER_CALL, PER_TOKEN, Running, Stage};
use futures::StreamExt;
use serde_json::{Value, json};

/// A conversation that asks for a stream.
pub fn conversation() -> Value {
    json!({"model": "bard", "messages": [{"role": "user", "content": "the river"}], "max_tokens": 12, "stream": true,
        "stream_options": {"include_usage": true}})
}

async fn post(stage: &Stage, gateway: &Running, key: &str, body: &Value) -> reqwest::Response {
    let url = gateway.at("/v1/chat/completions");
    stage.client.post(url).bearer_auth(key).json(body).send().await.unwrap()
}

/// The data of each event of a stream.
pub fn data(stream: &str) -> Vec<&str> {
    stream.lines().filter_map(|line| line.strip_prefix("data: ")).collect()
}

#[tokio::test]
async fn a_stream_begins_with_its_maximum_price_and_ends_with_its_receipt() {
    let stage = Stage::with_agent().await;
    let gateway = stage.start().await;
    let key = stage.funded(&gateway, "ada", 10_000).await;
    let answer = post(&stage, &gateway, &key, &conversation()).await;
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    assert_eq!(answer.headers()["tributary-price-maximum"], (PER_CALL + 12 * PER_TOKEN).to_string());
    let request = answer.headers()["tributary-request"].to_str().unwrap().to_owned();
    let body = answer.text().await.unwrap();
    let events = data(&body);
    assert_eq!(*events.last().unwrap(), "[DONE]");
    let chunks: Vec<Value> =
        events[..events.len() - 1].iter().map(|event| serde_json::from_str(event).unwrap()).collect();
    assert_eq!(chunks[0]["choices"][0]["delta"]["role"], "assistant");
    let last = chunks.last().unwrap();
    assert_eq!(last["choices"], json!([]));
    assert_eq!(last["tributary"]["request"], request);
    let pieces = last["usage"]["completion_tokens"].as_u64().unwrap();
    assert_eq!(last["tributary"]["price"], (PER_CALL + PER_TOKEN * pieces).to_string());
    assert!(chunks[..chunks.len() - 1].iter().all(|chunk| chunk["usage"].is_null()));
    gateway.stop().await.unwrap();
    assert_eq!(stage.number("SELECT count(*) FROM usage.events").await, 1);
    stage.check_identity().await;
}

#[tokio::test]
async fn what_is_refused_before_the_first_word_has_a_status_of_its_own() {
    let stage = Stage::with_agent().await;
    let gateway = stage.start().await;
    let key = stage.api_key(&gateway, "ada", 10_000, 1).await;
    let answer = post(&stage, &gateway, &key, &conversation()).await;
    assert_eq!(answer.status(), 402);
    let problem: Value = answer.json().await.unwrap();
    assert_eq!(problem["error"]["type"], "insufficient_quota");
    assert!(problem["error"]["message"].as_str().unwrap().contains("tributary deposit"), "{problem}");
    gateway.stop().await.unwrap();
}

#[tokio::test]
async fn a_caller_who_hangs_up_in_a_stream_pays_once_and_can_have_the_answer_again() {
    let stage = Stage::with_agent().await;
    let gateway = stage.start().await;
    let key = stage.funded(&gateway, "ada", 10_000).await;
    let ask = || {
        let url = gateway.at("/v1/chat/completions");
        stage.client.post(url).bearer_auth(&key).header("Idempotency-Key", "order 1").json(&conversation()).send()
    };
    let mut stream = ask().await.unwrap().bytes_stream();
    let first = stream.next().await.unwrap().unwrap();
    assert!(first.starts_with(b"data: "));
    drop(stream);
    stage.until_number("SELECT count(*) FROM usage.events", 1).await;
    let again = ask().await.unwrap();
    assert_eq!(again.headers()["idempotent-replayed"], "true");
    assert!(again.text().await.unwrap().ends_with("data: [DONE]\n\n"));
    gateway.stop().await.unwrap();
    assert_eq!(stage.number("SELECT count(*) FROM usage.events").await, 1);
    stage.check_identity().await;
}
