//! The gateway as the process that people run, killed with signal 9 at random
//! moments while it streams and while it spools. The chain's tables are filled as
//! the indexer would fill them; the whole system is killed in `tests/system`.
#![allow(clippy::unwrap_used)]

#[path = "../../../gateway/tests/gateway/stage/mod.rs"]
#[allow(dead_code, reason = "the gateway's own tests use all of the stage")]
mod stage;

mod process;

use axum::http::StatusCode;
use futures::future::join_all;
use serde_json::{Value, json};
use stage::elsewhere::{Elsewhere, chunks, counts, pieces};
use stage::{Running, Stage, verses};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};
use tributary_postgres::Signal;

const ROUNDS: u64 = 4;
const CALLERS: u64 = 8;

/// What a caller asks under a name: every second one for a stream that takes its time.
fn question(name: &str, streams: bool) -> Value {
    if streams {
        json!({"model": "oracle", "stream": true, "max_tokens": 40,
            "messages": [{"role": "user", "content": format!("Where does {name} flow?")}]})
    } else {
        json!({"model": "bard", "max_tokens": 12, "messages": [{"role": "user", "content": format!("{name} the river")}]})
    }
}

/// The request's identity, if the whole answer was heard.
async fn ask(stage: &Stage, gateway: &Running, api_key: &str, name: &str, streams: bool) -> Option<String> {
    let call = stage.client.post(gateway.at("/v1/chat/completions")).bearer_auth(api_key);
    let answer = call.header("Idempotency-Key", name).json(&question(name, streams)).send().await.ok()?;
    let request = answer.headers().get("tributary-request").map(|value| value.to_str().unwrap().to_owned());
    let (status, text) = (answer.status(), answer.text().await.ok()?);
    if status == StatusCode::TOO_MANY_REQUESTS {
        // A quick machine asks more often than a key may.
        return None;
    }
    assert!(status.is_success(), "{status}: {text}");
    let whole = !streams || text.ends_with("data: [DONE]\n\n");
    whole.then_some(request).flatten()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gateway_killed_in_streams_and_in_spooling_counts_each_call_exactly_once() {
    let seed: u64 = rand::random();
    println!("seed {seed}");
    let server =
        Elsewhere::saying(pieces(&format!("{}{}data: [DONE]\n\n", chunks(&"on and on ".repeat(20)), counts(20)))).await;
    let stage = Stage::with_agent().await;
    let text = stage.dataset("third", &verses(3), 7).await;
    let model = stage.upstream_model("llama", &[text]).await;
    stage.agent("oracle", model).await;
    stage.upstreams("llama", &server.url, "llama-3", "secret");
    let port = process::free_port();
    let (mut process, mut gateway) = process::start(&stage, port, 2, &[]).await;
    let api_key = stage.funded(&gateway, "ada", 10_000_000).await;
    let mut acknowledged: BTreeMap<String, String> = BTreeMap::new();
    let mut asked: BTreeMap<String, bool> = BTreeMap::new();
    for round in 0..ROUNDS {
        let killed_at = Instant::now() + Duration::from_millis(120 + seed.rotate_left(round as u32 * 9) % 500);
        let callers = (0..CALLERS).map(|caller| {
            let (stage, gateway, api_key) = (&stage, &gateway, &api_key);
            async move {
                let (mut told, streams) = (Vec::new(), caller % 2 == 0);
                for call in 0.. {
                    let name = format!("{round} {caller} {call}");
                    let heard = ask(stage, gateway, api_key, &name, streams).await;
                    let over = heard.is_none();
                    told.push((name, streams, heard));
                    if over {
                        break;
                    }
                }
                told
            }
        });
        let kill = async {
            tokio::time::sleep_until(killed_at.into()).await;
            process.kill().await.unwrap();
        };
        let (told, ()) = tokio::join!(join_all(callers), kill);
        for (name, streams, heard) in told.into_iter().flatten() {
            acknowledged.extend(heard.map(|request| (name.clone(), request)));
            asked.insert(name, streams);
        }
        (process, gateway) = process::start(&stage, port, 2, &[]).await;
    }
    assert!(acknowledged.len() as u64 > CALLERS, "{} were heard", acknowledged.len());
    // Whoever heard nothing asks again, and whoever heard everything asks in vain.
    let mut requests = BTreeSet::new();
    for (name, streams) in &asked {
        let heard = loop {
            match ask(&stage, &gateway, &api_key, name, *streams).await {
                Some(heard) => break heard,
                None => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        };
        assert!(acknowledged.get(name).is_none_or(|request| *request == heard), "{name} was charged again");
        requests.insert(heard);
    }
    process.stop(Signal::TERM, Duration::from_secs(30)).await.unwrap();
    assert_eq!(requests.len(), asked.len());
    assert_eq!(stage.verify_chain_of(stage.gateway, "gateway").await, requests);
    assert_eq!(stage.number("SELECT count(*) FROM credit.leases WHERE closed_at IS NULL").await, 0);
    assert_eq!(stage.number("SELECT max(generation) FROM credit.generations").await, 0, "the spool went on");
    stage.check_identity().await;
}
