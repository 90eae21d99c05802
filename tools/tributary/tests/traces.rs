//! Spans of calls at a collector: a real process sends them as OTLP over HTTP, and
//! answers whether or not anybody takes them.
#![allow(clippy::unwrap_used)]

#[path = "../../../gateway/tests/gateway/stage/mod.rs"]
#[allow(dead_code, reason = "the gateway's own tests use all of the stage")]
mod stage;

mod process;

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use prost::Message;
use serde_json::json;
use stage::Stage;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tributary_postgres::Signal;

/// What a collector was sent.
type Sent = Arc<Mutex<Vec<(HeaderMap, Bytes)>>>;

/// A collector that keeps everything, or one that never answers.
async fn collector(answers: bool) -> (String, Sent) {
    let sent = Sent::default();
    let kept = sent.clone();
    let take = async move |headers: HeaderMap, body: Bytes| {
        kept.lock().unwrap().push((headers, body));
        if !answers {
            std::future::pending::<()>().await;
        }
        StatusCode::OK
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let app = axum::Router::new().route("/v1/traces", post(take));
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    (url, sent)
}

fn text(value: Option<AnyValue>) -> String {
    match value.and_then(|value| value.value) {
        Some(Any::StringValue(text)) => text,
        Some(Any::IntValue(number)) => number.to_string(),
        Some(Any::BoolValue(whether)) => whether.to_string(),
        other => format!("{other:?}"),
    }
}

fn named(attributes: Vec<KeyValue>) -> BTreeMap<String, String> {
    attributes.into_iter().map(|one| (one.key, text(one.value))).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_calls_span_reaches_the_collector_with_the_genai_names_and_without_a_word_of_it() {
    let (url, sent) = collector(true).await;
    let stage = Stage::with_agent().await;
    // The log shows nothing of it: what is sent does not depend on that.
    let environment = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", url.as_str()),
        ("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=rivers"),
        ("OTEL_SERVICE_NAME", "a gateway"),
        ("RUST_LOG", "error"),
    ];
    let (mut process, gateway) = process::start(&stage, process::free_port(), 1, &environment).await;
    let key = stage.funded(&gateway, "ada", 10_000).await;
    let question = json!({"model": "bard", "max_tokens": 9, "prompt": "a quite unusual question about the river"});
    let call = stage.client.post(gateway.at("/v1/completions")).bearer_auth(&key).json(&question);
    let answer: serde_json::Value = call.send().await.unwrap().json().await.unwrap();
    assert_eq!(answer["object"], "text_completion", "{answer}");
    let start = Instant::now();
    process.stop(Signal::TERM, Duration::from_secs(30)).await.unwrap();
    assert!(start.elapsed() < Duration::from_secs(20), "the last spans are sent and that is the end");

    let sent = std::mem::take(&mut *sent.lock().unwrap());
    assert!(!sent.is_empty(), "nothing was sent");
    let mut calls = Vec::new();
    for (headers, body) in sent {
        assert_eq!(
            (&headers["x-tenant"], &headers["content-type"]),
            (&"rivers".parse().unwrap(), &"application/x-protobuf".parse().unwrap())
        );
        assert!(!body.windows(15).any(|words| words == b"unusual questio"), "no prompt leaves the gateway");
        for spans in ExportTraceServiceRequest::decode(body).unwrap().resource_spans {
            assert_eq!(named(spans.resource.unwrap().attributes)["service.name"], "a gateway");
            for span in spans.scope_spans.into_iter().flat_map(|scope| scope.spans) {
                calls.push((
                    span.name.clone(),
                    span.end_time_unix_nano > span.start_time_unix_nano,
                    named(span.attributes),
                ));
            }
        }
    }
    let (_, took_time, attributes) = calls.iter().find(|(name, ..)| name == "text_completion bard").unwrap();
    assert!(took_time);
    for (name, value) in [
        ("gen_ai.operation.name", "text_completion"),
        ("gen_ai.request.model", "bard"),
        ("gen_ai.request.max_tokens", "9"),
        ("gen_ai.response.id", answer["id"].as_str().unwrap().trim_start_matches("cmpl-")),
        ("gen_ai.usage.output_tokens", &answer["usage"]["completion_tokens"].to_string()),
        ("tributary.price", answer["tributary"]["price"].as_str().unwrap()),
    ] {
        assert_eq!(attributes.get(name).map(String::as_str), Some(value), "{name}: {attributes:?}");
    }
    assert!(attributes["gen_ai.retrieval.documents"].contains("score"), "{attributes:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collector_that_never_answers_holds_up_no_call_and_no_end() {
    let (url, _) = collector(false).await;
    let stage = Stage::with_agent().await;
    let environment = [("OTEL_EXPORTER_OTLP_ENDPOINT", url.as_str()), ("OTEL_BSP_SCHEDULE_DELAY", "50")];
    let (mut process, gateway) = process::start(&stage, process::free_port(), 1, &environment).await;
    let key = stage.funded(&gateway, "ada", 100_000).await;
    for number in 0..40 {
        let question = json!({"model": "bard", "max_tokens": 2, "prompt": format!("the river {number}")});
        let call = stage.client.post(gateway.at("/v1/completions")).bearer_auth(&key).json(&question);
        let answer = call.timeout(Duration::from_secs(5)).send().await.unwrap();
        assert_eq!(answer.status(), 200);
    }
    process.stop(Signal::TERM, Duration::from_secs(30)).await.unwrap();
    stage.check_identity().await;
}
