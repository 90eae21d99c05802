//! The gateway with the real embedding model beside it: paid embeddings for
//! OpenAI's client, and evidence of similarity in events. Needs the model's server:
//! `tools/build embedding`.
#![allow(clippy::unwrap_used)]

#[path = "gateway/stage/mod.rs"]
#[allow(dead_code, reason = "the other tests use all of the stage")]
mod stage;

use serde_json::{Value, json};
use stage::Stage;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tributary_attribution::neighbours::{Neighbours, Vector, quantise};
use tributary_core::id::AssetId;
use tributary_core::policy::PolicySet;
use tributary_core::position::{AssetSeq, Slot};
use tributary_core::vector_file::VectorFile;
use tributary_gateway::Config;
use tributary_gateway::upstream::client::UpstreamClient;
use tributary_gateway::upstream::config::Upstream;

const MODEL: &str = "all-MiniLM-L6-v2";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn said(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap().trim().to_owned()
}

/// The model's server; ends when dropped.
async fn server() -> (Child, String) {
    let model = said(&Command::new(root().join("tools/embedding/fetch")).output().await.unwrap());
    let usual = || format!("{}/.cache/tributary", std::env::var("HOME").unwrap());
    let cache = std::env::var("TRIBUTARY_CACHE").unwrap_or_else(|_| usual());
    let binary = Path::new(&cache).join("target/embedding/release/tributary-embedding");
    let mut server = Command::new(&binary)
        .args(["--model", &model, "--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap_or_else(|error| panic!("{}: {error}: run tools/build embedding", binary.display()));
    let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
    let line = lines.next_line().await.unwrap().unwrap();
    (server, format!("{}/v1", line.strip_prefix("listening on ").unwrap()))
}

/// What anyone finds near an answer, with nothing but what is published: vector
/// files by their hashes, who founded which cluster, and the policy set.
async fn repeated(stage: &Stage, published: &Value, url: &str, answer: &str) -> Vec<Value> {
    let mut neighbours = Neighbours::default();
    let mut founders: Vec<AssetId> = Vec::new();
    for listed in published["data"].as_array().unwrap() {
        let file =
            VectorFile::decode(&std::fs::read(stage.stored(listed["sha256"].as_str().unwrap())).unwrap()).unwrap();
        let founder: AssetId = listed["founder"].as_str().unwrap().parse().unwrap();
        let place = founders.iter().position(|known| *known == founder).unwrap_or(founders.len());
        if place == founders.len() {
            founders.push(founder);
        }
        neighbours.found(place as u32, founder);
        let seq = AssetSeq(listed["sequence"].as_u64().unwrap());
        for numbers in file.vectors {
            neighbours.add(&Vector { asset: file.asset, seq, cluster: place as u32, numbers }).unwrap();
        }
    }
    let server = Upstream::for_embeddings(url, MODEL);
    let embedded = UpstreamClient::new().unwrap().embed(&server, &[answer]).await.unwrap().remove(0);
    let policy = PolicySet::decode(&std::fs::read(stage.folder.path().join("policy")).unwrap()).unwrap();
    let query = quantise(&embedded).unwrap();
    let found = neighbours.evidence(&query, &policy.similarity.unwrap(), 1 << 16, Slot(1_000_000)).unwrap();
    found.iter().map(|(asset, weight)| json!({"asset": asset, "weight": weight})).collect()
}

#[tokio::test]
async fn real_embeddings_are_paid_and_official_clients_read_them() {
    let (_server, url) = server().await;
    let stage = Stage::with_agent().await;
    let model = stage.upstream_model("minilm", &[]).await;
    stage.agent("places", model).await;
    let config = Config { upstreams: stage.upstreams("minilm", &url, MODEL, "none"), ..stage.config() };
    let gateway = stage.start_with(config).await;
    gateway.wait(|health| health["agents"] == 2).await;
    let key = stage.funded(&gateway, "ada", 100_000).await;
    let home = said(&Command::new(root().join("gateway/tests/clients/environment")).output().await.unwrap());
    let run = Command::new(Path::new(&home).join("bin/python"))
        .arg(root().join("gateway/tests/clients/embeddings.py"))
        .args([&gateway.at("/v1"), &key, "places"])
        .output()
        .await
        .unwrap();
    assert_eq!(said(&run), "the embeddings are near where they should be");
    gateway.stop().await.unwrap();
    assert_eq!(stage.number("SELECT count(*) FROM usage.events").await, 1);
    stage.check_identity().await;
}

#[tokio::test]
async fn an_answer_is_near_the_texts_it_resembles_and_its_event_says_so() {
    let (_server, url) = server().await;
    let stage = Stage::with_agent().await;
    let law = "The tenant shall pay the rent to the landlord on the first day of each month. ".repeat(4);
    let contract = stage.dataset("lawyer", &law, 7).await;
    let embedding = Some(Arc::new(Upstream::for_embeddings(&url, MODEL)));
    let gateway = stage.start_with(Config { embedding, ..stage.config() }).await;
    gateway.wait(|health| health["agents"] == 1 && health["vectors"].as_u64() > Some(2)).await;
    let kept = stage.number("SELECT count(*) FROM usage.vectors").await;
    assert!(kept > 2);
    let key = stage.funded(&gateway, "ada", 100_000).await;
    let ask = json!({"model": "bard", "prompt": "the river", "max_tokens": 60, "seed": 5});
    let (status, answer) = stage.ask(&gateway, &key, None, &ask).await;
    assert_eq!(status, 200, "{answer}");
    let similar = answer["tributary"]["evidence"]["similar"].as_array().unwrap();
    let weights = |contract_only: bool| -> u64 {
        let pairs = similar.iter().filter(|pair| !contract_only || pair["asset"] == contract.to_string());
        pairs.map(|pair| pair["weight"].as_u64().unwrap()).sum()
    };
    assert!(weights(false) > 10 * weights(true), "verses are near verses: {answer}");
    stage.until_number("SELECT count(*) FROM usage.events", 1).await;
    let published: Value = stage.client.get(gateway.at("/v1/vectors")).send().await.unwrap().json().await.unwrap();
    gateway.stop().await.unwrap();
    assert_eq!(repeated(&stage, &published, &url, answer["choices"][0]["text"].as_str().unwrap()).await, *similar);
    // A second start takes the vectors that are kept.
    let embedding = Some(Arc::new(Upstream::for_embeddings("http://127.0.0.1:9/v1", MODEL)));
    let gateway = stage.start_with(Config { embedding, ..stage.config() }).await;
    gateway.wait(|health| health["vectors"].as_i64() == Some(kept)).await;
    // Without its server an answer is given all the same.
    let (status, answer) = stage.ask(&gateway, &key, None, &ask).await;
    assert_eq!((status, &answer["tributary"]["evidence"]["similar"]), (200, &json!([])));
    gateway.stop().await.unwrap();
    stage.check_identity().await;
}
