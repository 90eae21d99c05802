//! What the gateway adds to a model's server: the same questions, at the same rate,
//! asked of the server and through the gateway, which reserves, passes on, finds
//! evidence, signs and syncs an event before it answers. Prints `name=value` lines;
//! `make bench-gateway` runs it.
//!
//! Requests start when the clock says so, whatever became of those before, and are
//! timed from then. Every question and every answer is another, and answers are
//! compared. `RATE` (500 a second), `SECONDS` (8) and `ROUNDS` (3) choose the size.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "../../tests/gateway/stage/mod.rs"]
#[allow(dead_code, reason = "the tests use all of the stage")]
mod stage;

use axum::Router;
use axum::body::Bytes;
use axum::routing::post;
use serde_json::{Value, json};
use stage::{Stage, verses};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tributary_core::amount::BaseUnits;
use tributary_gateway::Config;

/// What the server takes to answer.
const THINKING: Duration = Duration::from_millis(5);

fn size(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().map_or(usual, |text| text.parse().unwrap())
}

/// What the server says to a question: a line of the registered texts and the
/// question's own number.
fn reply(number: u64, lines: &[String]) -> String {
    format!("{} {number}", lines[number as usize % lines.len()])
}

/// A server that thinks for a moment and says what it was asked for, in a thread of
/// its own as it would be in a process of its own.
fn start_server(lines: Arc<Vec<String>>) -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let answer = post(move |body: Bytes| async move {
            let asked: Value = serde_json::from_slice(&body).unwrap();
            let number: u64 = asked["messages"][0]["content"].as_str().unwrap().parse().unwrap();
            tokio::time::sleep(THINKING).await;
            axum::Json(json!({"id": "up", "object": "chat.completion", "created": 1, "model": "llama",
                "choices": [{"index": 0, "message": {"role": "assistant", "content": reply(number, &lines)},
                    "finish_reason": "stop"}],
                "usage": {"prompt_tokens": 1, "completion_tokens": 14, "total_tokens": 15}}))
        });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async move {
            let router = Router::new().route("/v1/chat/completions", answer);
            axum::serve(tokio::net::TcpListener::from_std(listener).unwrap(), router).await.unwrap();
        });
    });
    url
}

/// Asks at a rate for some seconds; the latencies in milliseconds.
async fn ask(
    client: &reqwest::Client,
    (url, key, model): (&str, &str, &str),
    first: u64,
    (rate, seconds): (u64, u64),
    lines: &[String],
) -> Vec<f64> {
    let start = Instant::now();
    let asked = (0..rate * seconds).map(|n| async move {
        let due = start + Duration::from_nanos(1_000_000_000 / rate * n);
        tokio::time::sleep_until(due.into()).await;
        let number = first + n;
        let body = json!({"model": model, "messages": [{"role": "user", "content": number.to_string()}],
            "max_tokens": 20});
        let answer = client.post(format!("{url}/chat/completions")).bearer_auth(key).json(&body).send().await.unwrap();
        let status = answer.status();
        let answer: Value = answer.json().await.unwrap();
        assert!(status.is_success(), "{answer}");
        assert_eq!(answer["choices"][0]["message"]["content"], reply(number, lines));
        due.elapsed().as_secs_f64() * 1_000.0
    });
    futures::future::join_all(asked).await
}

/// What a bare write and sync of a small record takes, in milliseconds, on the disk
/// and in a file as the spool's: zeros that are written over.
fn sync_bare(folder: &std::path::Path) -> Vec<f64> {
    use std::os::unix::fs::FileExt;
    let file = std::fs::File::create(folder.join("bare")).unwrap();
    file.write_all_at(&vec![0; 1 << 20], 0).unwrap();
    file.sync_all().unwrap();
    let record = vec![7; 2_048];
    (0..400)
        .map(|number| {
            let start = Instant::now();
            file.write_all_at(&record, number * 2_048).unwrap();
            file.sync_data().unwrap();
            start.elapsed().as_secs_f64() * 1_000.0
        })
        .collect()
}

fn percentile(latencies: &mut [f64], of_thousand: usize) -> f64 {
    latencies.sort_by(f64::total_cmp);
    latencies[(latencies.len() * of_thousand / 1_000).min(latencies.len() - 1)]
}

async fn run() {
    let (rate, seconds, rounds) = (size("RATE", 500), size("SECONDS", 8), size("ROUNDS", 3));
    let lines: Arc<Vec<String>> = Arc::new(verses(3).lines().map(str::to_owned).collect());
    let server = start_server(lines.clone());
    let stage = Stage::with_agent().await;
    let text = stage.dataset("third", &verses(3), 7).await;
    let model = stage.upstream_model("llama", &[text]).await;
    stage.agent("oracle", model).await;
    let mut config = Config { upstreams: stage.upstreams("llama", &server, "llama", "key"), ..stage.config() };
    config.limits.lease_size = BaseUnits(1 << 50);
    config.limits.key_rate = 1_000_000;
    let gateway = stage.start_with(config).await;
    gateway.wait(|health| health["agents"] == 2).await;
    let key = stage.funded(&gateway, "ada", 1 << 52).await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let through = gateway.at("/v1");
    // Both ways are warm before anything counts.
    ask(&client, (&server, "key", "llama"), 0, (rate / 5, 2), &lines).await;
    ask(&client, (&through, &key, "oracle"), 0, (rate / 5, 2), &lines).await;
    let (mut bare, mut added) = (Vec::new(), Vec::new());
    for round in 1..=rounds {
        let first = round * 1_000_000;
        bare.extend(ask(&client, (&server, "key", "llama"), first, (rate, seconds), &lines).await);
        added.extend(ask(&client, (&through, &key, "oracle"), first, (rate, seconds), &lines).await);
    }
    gateway.stop().await.unwrap();
    let mut bare_syncs = sync_bare(stage.folder.path());
    let paid = stage.number("SELECT count(*) FROM usage.events").await as u64;
    assert_eq!(paid, rounds * rate * seconds + rate / 5 * 2, "every answer was paid once");
    println!("gateway_requests_per_s={rate}");
    println!("gateway_upstream_p50_ms={:.2}", percentile(&mut bare, 500));
    println!("gateway_upstream_p99_ms={:.2}", percentile(&mut bare, 990));
    println!("gateway_p50_ms={:.2}", percentile(&mut added, 500));
    println!("gateway_p99_ms={:.2}", percentile(&mut added, 990));
    println!("disk_sync_p50_ms={:.2}", percentile(&mut bare_syncs, 500));
    println!("disk_sync_p99_ms={:.2}", percentile(&mut bare_syncs, 990));
    println!("gateway_added_p50_ms={:.2}", percentile(&mut added, 500) - percentile(&mut bare, 500));
    println!("gateway_added_p99_ms={:.2}", percentile(&mut added, 990) - percentile(&mut bare, 990));
}

fn main() {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(run());
}
