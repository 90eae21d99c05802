//! Models that answer elsewhere: passed on as they are, charged once, and not at
//! all when they fail.

use crate::stage::elsewhere::{Elsewhere, Reply, chunks, counts, pieces, whole};
use crate::stage::{PER_CALL, PER_TOKEN, Running, Stage, verses};
use futures::StreamExt;
use serde_json::{Value, json};

const DONE: &str = "data: [DONE]\n\n";

fn ask(stream: bool) -> Value {
    json!({"model": "oracle", "messages": [{"role": "user", "content": "Where does it flow?"}], "max_tokens": 40,
        "stream": stream, "temperature": 0.5})
}

/// A gateway whose agent `oracle` is answered by a server, and a funded key.
async fn before(server: &Elsewhere) -> (Stage, Running, String) {
    let stage = Stage::with_agent().await;
    let text = stage.dataset("third", &verses(3), 7).await;
    let model = stage.upstream_model("llama", &[text]).await;
    stage.agent("oracle", model).await;
    let config = stage.config_with_upstream("llama", &server.url);
    let gateway = stage.start_with(config).await;
    gateway.wait(|health| health["agents"] == 2).await;
    let key = stage.funded(&gateway, "ada", 10_000).await;
    (stage, gateway, key)
}

async fn post(stage: &Stage, gateway: &Running, key: &str, name: &str, body: &Value) -> reqwest::Response {
    let url = gateway.at("/v1/chat/completions");
    stage.client.post(url).bearer_auth(key).header("Idempotency-Key", name).json(body).send().await.unwrap()
}

#[tokio::test]
async fn a_whole_answer_keeps_its_fields_and_is_charged_by_its_counts_with_evidence() {
    let told = verses(3).lines().next().unwrap().to_owned();
    let server = Elsewhere::start(vec![whole(&told, 9)]).await;
    let (stage, gateway, key) = before(&server).await;
    let answer: Value = post(&stage, &gateway, &key, "a", &ask(false)).await.json().await.unwrap();
    assert_eq!(answer["id"], "up-1");
    assert_eq!(answer["system_fingerprint"], "fp");
    assert_eq!(answer["choices"][0]["message"]["content"], told);
    assert_eq!(answer["tributary"]["price"], (PER_CALL + 9 * PER_TOKEN).to_string());
    assert!(!answer["tributary"]["evidence"]["pairs"].as_array().unwrap().is_empty(), "{answer}");
    let again: Value = post(&stage, &gateway, &key, "a", &ask(false)).await.json().await.unwrap();
    assert_eq!(again, answer);
    gateway.stop().await.unwrap();
    let heard = server.heard();
    assert_eq!(heard.len(), 1, "a retry is not asked again");
    assert_eq!((heard[0].path.as_str(), &heard[0].body["model"]), ("/v1/chat/completions", &json!("llama-3")));
    assert_eq!((&heard[0].body["max_tokens"], &heard[0].body["temperature"]), (&json!(40), &json!(0.5)));
    assert_eq!(heard[0].key.as_deref(), Some("Bearer upstream secret"));
    assert_eq!(heard[0].idempotency.as_deref(), answer["tributary"]["request"].as_str());
    stage.check_identity().await;
}

#[tokio::test]
async fn a_stream_is_passed_on_byte_for_byte_and_so_is_its_repetition() {
    let said = chunks("the river carries é日本 the sea");
    let server = Elsewhere::start(vec![
        pieces(&format!("{said}{}{DONE}", counts(6))),
        pieces(&format!("{said}{}{DONE}", counts(6))),
    ])
    .await;
    let (stage, gateway, key) = before(&server).await;
    for round in 0..2 {
        // Without counts asked for, theirs are held back and ours are a comment.
        let body = post(&stage, &gateway, &key, "a", &ask(true)).await.text().await.unwrap();
        let rest = body.strip_prefix(&said).unwrap_or_else(|| panic!("round {round}: {body}"));
        let receipt = rest.strip_prefix(": tributary ").unwrap().strip_suffix(&format!("\n\n{DONE}")).unwrap();
        let receipt: Value = serde_json::from_str(receipt).unwrap();
        assert_eq!(receipt["price"], (PER_CALL + 6 * PER_TOKEN).to_string());
    }
    let mut with_counts = ask(true);
    with_counts["stream_options"] = json!({"include_usage": true});
    let body = post(&stage, &gateway, &key, "b", &with_counts).await.text().await.unwrap();
    let rest = body.strip_prefix(&format!("{said}{}", counts(6))).unwrap();
    let last: Value = serde_json::from_str(rest.lines().next().unwrap().strip_prefix("data: ").unwrap()).unwrap();
    assert_eq!((&last["choices"], &last["usage"]["completion_tokens"]), (&json!([]), &json!(6)));
    assert!(rest.ends_with(DONE));
    assert!(server.heard().iter().all(|heard| heard.body["stream_options"]["include_usage"] == true));
    gateway.stop().await.unwrap();
    assert_eq!(stage.number("SELECT count(*) FROM usage.events").await, 2);
    stage.check_identity().await;
}

#[tokio::test]
async fn a_server_that_fails_before_its_answer_is_asked_again_under_the_same_key() {
    let busy = || Reply::Whole(503, json!({"error": {"message": "busy"}}));
    let server = Elsewhere::start(vec![busy(), whole("so", 1), busy(), busy(), busy()]).await;
    let (stage, gateway, key) = before(&server).await;
    let answer = post(&stage, &gateway, &key, "a", &ask(false)).await;
    assert_eq!(answer.status(), 200);
    let refused = post(&stage, &gateway, &key, "b", &ask(false)).await;
    assert_eq!(refused.status(), 502);
    let problem: Value = refused.json().await.unwrap();
    assert_eq!((problem["code"].as_str(), problem["retryable"].as_bool()), (Some("upstream_failed"), Some(true)));
    let heard = server.heard();
    assert_eq!(heard[0].idempotency, heard[1].idempotency);
    gateway.stop().await.unwrap();
    assert_eq!(stage.number("SELECT count(*) FROM usage.events").await, 1);
    stage.check_identity().await;
}

#[tokio::test]
async fn a_stream_that_breaks_off_says_so_and_is_not_charged() {
    let begun = chunks("the river carries");
    let cut = begun.split_inclusive("\n\n").take(3).collect::<String>();
    let failed = "data: {\"error\":{\"message\":\"out of memory\"}}\n\n";
    let server = Elsewhere::start(vec![pieces(&cut), pieces(&format!("{cut}{failed}")), whole("so", 1)]).await;
    let (stage, gateway, key) = before(&server).await;
    for reason in ["before its answer", "out of memory"] {
        let body = post(&stage, &gateway, &key, "a", &ask(true)).await.text().await.unwrap();
        let problem = body.strip_prefix(&cut).unwrap().strip_prefix("data: ").unwrap();
        let problem: Value = serde_json::from_str(problem.trim()).unwrap();
        assert!(problem["error"]["message"].as_str().unwrap().contains(reason), "{problem}");
        assert!(!body.contains("[DONE]"));
    }
    // Its key is free: the same question can be asked again.
    let url = gateway.at("/v1/chat/completions");
    let answer = stage.client.post(url).bearer_auth(&key).json(&ask(false)).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    gateway.stop().await.unwrap();
    assert_eq!(stage.number("SELECT count(*) FROM usage.events").await, 1);
    stage.check_identity().await;
}

#[tokio::test]
async fn a_refusal_is_passed_on_with_its_reason_and_silence_ends_in_time() {
    let refusal = Reply::Whole(400, json!({"error": {"message": "this model has 2048 tokens of context"}}));
    let html = Reply::Whole(200, json!("<html>"));
    let long = Reply::Whole(200, json!({"choices": [], "padding": "x".repeat(2 << 20)}));
    let server = Elsewhere::start(vec![refusal, html, long, Reply::Silence]).await;
    let (stage, gateway, key) = before(&server).await;
    for (status, code, part) in [
        (400, "upstream_refused", "2048 tokens"),
        (502, "upstream_failed", "not one"),
        (502, "upstream_failed", "more than"),
        (504, "upstream_slow", "said nothing"),
    ] {
        let answer = post(&stage, &gateway, &key, "a", &ask(false)).await;
        assert_eq!(answer.status(), status);
        let problem: Value = answer.json().await.unwrap();
        assert_eq!(problem["code"], code);
        assert!(problem["detail"].as_str().unwrap().contains(part), "{problem}");
    }
    let mut long = ask(false);
    long["max_tokens"] = json!(5_000);
    let answer = post(&stage, &gateway, &key, "b", &long).await;
    assert_eq!(answer.status(), 400, "more than the server may be asked for");
    gateway.stop().await.unwrap();
    assert_eq!(stage.number("SELECT count(*) FROM usage.events").await, 0);
    assert_eq!(stage.number("SELECT available::bigint FROM credit.accounts").await, 10_000);
}

#[tokio::test]
async fn a_server_that_counts_too_much_is_paid_the_maximum_and_no_more() {
    let server = Elsewhere::start(vec![whole("so", 4_000)]).await;
    let (stage, gateway, key) = before(&server).await;
    let answer: Value = post(&stage, &gateway, &key, "a", &ask(false)).await.json().await.unwrap();
    assert_eq!(answer["tributary"]["price"], (PER_CALL + 40 * PER_TOKEN).to_string());
    gateway.stop().await.unwrap();
    stage.check_identity().await;
}

#[tokio::test]
async fn a_caller_who_hangs_up_does_not_end_the_answer() {
    let said = chunks(&"on and on ".repeat(20));
    let server = Elsewhere::start(vec![pieces(&format!("{said}{}{DONE}", counts(12)))]).await;
    let (stage, gateway, key) = before(&server).await;
    let mut stream = post(&stage, &gateway, &key, "a", &ask(true)).await.bytes_stream();
    stream.next().await.unwrap().unwrap();
    drop(stream);
    stage.until_number("SELECT count(*) FROM usage.events", 1).await;
    let again = post(&stage, &gateway, &key, "a", &ask(true)).await.text().await.unwrap();
    assert!(again.starts_with(&said) && again.ends_with(DONE));
    gateway.stop().await.unwrap();
    assert_eq!(server.heard().len(), 1);
    stage.check_identity().await;
}

#[tokio::test]
async fn another_gateway_is_an_upstream_and_both_are_paid() {
    let inner = Stage::with_agent().await;
    let inner_gateway = inner.start().await;
    let inner_key = inner.funded(&inner_gateway, "operator", 10_000).await;
    let outer = Stage::with_agent().await;
    let text = outer.dataset("third", &verses(3), 7).await;
    let model = outer.upstream_model("llama", &[text]).await;
    outer.agent("oracle", model).await;
    let mut config = outer.config_with_upstream("llama", &inner_gateway.at("/v1"));
    config.upstreams = outer.upstreams("llama", &inner_gateway.at("/v1"), "bard", &inner_key);
    let gateway = outer.start_with(config).await;
    gateway.wait(|health| health["agents"] == 2).await;
    let key = outer.funded(&gateway, "ada", 10_000).await;
    for stream in [false, true] {
        let answer = post(&outer, &gateway, &key, &format!("{stream}"), &ask(stream)).await;
        assert_eq!(answer.status(), 200);
        assert!(!answer.text().await.unwrap().contains("\"error\""));
    }
    for (stage, gateway) in [(&outer, gateway), (&inner, inner_gateway)] {
        gateway.stop().await.unwrap();
        assert_eq!(stage.number("SELECT count(*) FROM usage.events").await, 2);
        stage.check_identity().await;
    }
}

#[tokio::test]
async fn embeddings_are_passed_on_and_their_tokens_paid() {
    let body = json!({"object": "list", "model": "minilm", "data": [{"object": "embedding", "index": 0,
        "embedding": [0.6, 0.8]}], "usage": {"prompt_tokens": 4, "total_tokens": 4}});
    let server = Elsewhere::start(vec![Reply::Whole(200, body)]).await;
    let (stage, gateway, key) = before(&server).await;
    let ask = json!({"model": "oracle", "input": ["the river"], "encoding_format": "float"});
    let send = |path: &str, ask: &Value| stage.client.post(gateway.at(path)).bearer_auth(&key).json(ask).send();
    let quote: Value = send("/v1/quote", &ask).await.unwrap().json().await.unwrap();
    let answer = send("/v1/embeddings", &ask).await.unwrap();
    let price: u64 = answer.headers()["tributary-price"].to_str().unwrap().parse().unwrap();
    let answer: Value = answer.json().await.unwrap();
    assert_eq!(answer["data"][0]["embedding"], json!([0.6, 0.8]));
    assert_eq!(price, PER_CALL + 4 * PER_TOKEN);
    assert!(quote["price_maximum"].as_str().unwrap().parse::<u64>().unwrap() >= price, "{quote}");
    for (ask, status) in [
        (json!({"model": "bard", "input": "the river"}), 400),
        (json!({"model": "oracle", "input": [""]}), 400),
        (json!({"model": "oracle", "input": []}), 400),
    ] {
        assert_eq!(send("/v1/embeddings", &ask).await.unwrap().status(), status, "{ask}");
    }
    gateway.stop().await.unwrap();
    assert_eq!(server.heard()[0].path, "/v1/embeddings");
    assert_eq!(server.heard()[0].body["encoding_format"], "float");
    stage.check_identity().await;
}
