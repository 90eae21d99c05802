//! Datasets from declaration to index over HTTP: whole, resumed, parked, killed
//! and withdrawn.

use crate::stage::{Running, Stage, key, question, verses};
use ed25519_dalek::Signer;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tributary_core::content::AssetKind;
use tributary_core::hash::sha256;
use tributary_core::id::{Claimant, FileHash};
use tributary_gateway::intake::declaration::Declaration;
use tributary_gateway::intake::format::Format;

struct Dataset {
    id: String,
    key: String,
}

impl Stage {
    fn declaration(&self, owner: &str, file: &[u8], format: Format) -> Declaration {
        Declaration {
            genesis: self.genesis,
            gateway: self.gateway,
            owner: Claimant(key(owner).verifying_key().to_bytes()),
            name: "Verses".into(),
            creator: "Ann".into(),
            description: String::new(),
            sha256: FileHash(sha256(&[file])),
            bytes: file.len() as u64,
            format,
            field: None,
            licence: "CC-BY-4.0".into(),
            uses: vec!["train".into(), "ground".into(), "display".into()],
            personal_data: false,
        }
    }

    async fn declare(&self, gateway: &Running, owner: &str, declaration: &Declaration) -> Dataset {
        let signature = key(owner).sign(declaration.text().as_bytes());
        let mut body = serde_json::to_value(declaration).unwrap();
        body["signature"] = bs58::encode(signature.to_bytes()).into_string().into();
        let answer = self.client.post(gateway.at("/v1/datasets")).json(&body).send().await.unwrap();
        assert_eq!(answer.status(), 201, "{}", answer.text().await.unwrap());
        let body: Value = answer.json().await.unwrap();
        Dataset { id: body["id"].as_str().unwrap().into(), key: body["key"].as_str().unwrap().into() }
    }

    async fn send(&self, gateway: &Running, dataset: &Dataset, from: usize, part: &[u8]) -> (u16, Value) {
        let path = gateway.at(&format!("/v1/datasets/{}/content", dataset.id));
        let sent = self.client.patch(path).bearer_auth(&dataset.key).header("Upload-Offset", from.to_string());
        let answer = sent.body(part.to_vec()).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap_or(Value::Null))
    }

    async fn look(&self, gateway: &Running, dataset: &Dataset) -> Value {
        let path = gateway.at(&format!("/v1/datasets/{}", dataset.id));
        self.client.get(path).bearer_auth(&dataset.key).send().await.unwrap().json().await.unwrap()
    }

    async fn until(&self, gateway: &Running, dataset: &Dataset, holds: impl Fn(&Value) -> bool) -> Value {
        let start = Instant::now();
        loop {
            let seen = self.look(gateway, dataset).await;
            if holds(&seen) {
                return seen;
            }
            assert!(start.elapsed() < Duration::from_secs(30), "never came: {seen}");
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    /// Registers what was prepared, as owner and indexer would.
    async fn register(&self, seen: &Value, owner: &str) -> String {
        let hash: FileHash = serde_json::from_value(seen["facts"]["text_hash"].clone()).unwrap();
        let bytes = seen["facts"]["text_bytes"].as_u64().unwrap();
        let asset = self.record(AssetKind::Dataset, hash.0, bytes, owner, 7, &[]).await;
        asset.to_string()
    }
}

#[tokio::test]
async fn a_dataset_goes_from_its_owners_declaration_into_the_index() {
    let stage = Stage::with_agent().await;
    let gateway = stage.start().await;
    let text = verses(7);
    let lines: String = text.lines().map(|line| format!("{}\n", json!({"text": line, "id": 1}))).collect();
    let declaration = stage.declaration("ann", lines.as_bytes(), Format::Jsonl);
    let dataset = stage.declare(&gateway, "ann", &declaration).await;
    let half = lines.len() / 2;
    assert_eq!(stage.send(&gateway, &dataset, 0, &lines.as_bytes()[..half]).await.0, 204);
    let (status, problem) = stage.send(&gateway, &dataset, 3, b"x").await;
    assert_eq!((status, &problem["missing"]["offset"]), (409, &json!(half)), "{problem}");
    assert_eq!(stage.send(&gateway, &dataset, half, &lines.as_bytes()[half..]).await.0, 204);
    let waiting = stage.until(&gateway, &dataset, |seen| seen["step"] == "register").await;
    assert_eq!(waiting["facts"]["text_hash"], json!(FileHash(sha256(&[text.as_bytes()]))));
    assert_eq!(waiting["facts"]["like"], Value::Null);
    let commit = &waiting["registration"]["commit"];
    assert_eq!(commit["accounts"][0]["address"], json!(declaration.owner), "the owner pays and signs");
    assert_eq!(commit["accounts"][0]["signer"], true);
    let asset = stage.register(&waiting, "ann").await;
    assert_eq!(waiting["registration"]["asset"], json!(asset));
    stage.until(&gateway, &dataset, |seen| seen["reason"].to_string().contains("not final yet")).await;
    stage.finalise().await;
    let done = stage.until(&gateway, &dataset, |seen| seen["state"] == "done").await;
    assert_eq!(done["facts"]["asset"], json!(asset));
    // The stream tells everything from the beginning and ends.
    let path = gateway.at(&format!("/v1/datasets/{}/events", dataset.id));
    let told = stage.client.get(&path).bearer_auth(&dataset.key).send().await.unwrap().text().await.unwrap();
    let kinds: Vec<&str> = told.lines().filter_map(|line| line.strip_prefix("event: ")).collect();
    let expected = ["declared", "uploaded", "validated", "scanned", "compared", "published", "registered", "indexed"];
    assert_eq!(kinds.iter().filter(|kind| **kind != "waiting").copied().collect::<Vec<_>>(), expected);
    let resumed = stage.client.get(&path).bearer_auth(&dataset.key).header("Last-Event-ID", "1").send().await.unwrap();
    assert!(!resumed.text().await.unwrap().contains("event: uploaded"));
    gateway.stop().await.unwrap();
}

#[tokio::test]
async fn what_must_not_be_published_is_parked_with_its_reason_and_the_rest_goes_on() {
    let stage = Stage::with_agent().await;
    let gateway = stage.start().await;
    let secret = format!("{}\n{}\n", verses(3), ["AKIA", "IOSFODNN7EXAMPLE"].concat());
    let people = format!("{}\nann@example.org\n", verses(4));
    let broken = b"{\"text\": \"a\"}\n{\n".to_vec();
    let copy = verses(1);
    let mut datasets = Vec::new();
    for (file, format) in [
        (secret.as_bytes(), Format::Text),
        (people.as_bytes(), Format::Text),
        (&broken[..], Format::Jsonl),
        (copy.as_bytes(), Format::Text),
        (b"PAR1 no", Format::Parquet),
    ] {
        let dataset = stage.declare(&gateway, "ann", &stage.declaration("ann", file, format)).await;
        assert_eq!(stage.send(&gateway, &dataset, 0, file).await.0, 204);
        datasets.push(dataset);
    }
    let reasons = ["secrets", "personal data", "line 2", "is registered as", "not a Parquet file"];
    for (dataset, reason) in datasets.iter().zip(reasons) {
        let parked = stage.until(&gateway, dataset, |seen| seen["state"] == "parked").await;
        assert!(parked["reason"].as_str().unwrap().contains(reason), "{parked}");
    }
    assert!(!stage.look(&gateway, &datasets[0]).await.to_string().contains("IOSFODNN7EXAMPLE"));
    // A parked step may be tried again, and is parked again; another key opens nothing.
    let path = gateway.at(&format!("/v1/datasets/{}/retry", datasets[0].id));
    assert_eq!(stage.client.post(&path).bearer_auth(&datasets[1].key).send().await.unwrap().status(), 404);
    assert_eq!(stage.client.post(&path).bearer_auth(&datasets[0].key).send().await.unwrap().status(), 200);
    stage.until(&gateway, &datasets[0], |seen| seen["state"] == "parked").await;
    // With personal data declared, the same file goes on.
    let declared = Declaration { personal_data: true, ..stage.declaration("ann", people.as_bytes(), Format::Text) };
    let dataset = stage.declare(&gateway, "ann", &declared).await;
    stage.send(&gateway, &dataset, 0, people.as_bytes()).await;
    let seen = stage.until(&gateway, &dataset, |seen| seen["step"] == "register").await;
    assert_eq!(seen["facts"]["scan"]["personal"][0]["count"], 1);
    gateway.stop().await.unwrap();
}

#[tokio::test]
async fn a_near_duplicate_is_told_whose_cluster_it_joins() {
    let stage = Stage::with_agent().await;
    let first = stage.dataset("original", &verses(11), 7).await;
    let gateway = stage.start().await;
    let copy = format!("{}one more line at its end\n", verses(11));
    let dataset = stage.declare(&gateway, "eve", &stage.declaration("eve", copy.as_bytes(), Format::Text)).await;
    stage.send(&gateway, &dataset, 0, copy.as_bytes()).await;
    let seen = stage.until(&gateway, &dataset, |seen| seen["step"] == "register").await;
    assert_eq!(seen["facts"]["like"], json!(first));
    gateway.stop().await.unwrap();
}

#[tokio::test]
async fn killed_at_any_step_a_dataset_goes_on_and_each_step_happens_once() {
    let stage = Stage::with_agent().await;
    let file = verses(21);
    let declaration = stage.declaration("ann", file.as_bytes(), Format::Text);
    let mut gateway = stage.start().await;
    let dataset = stage.declare(&gateway, "ann", &declaration).await;
    stage.send(&gateway, &dataset, 0, &file.as_bytes()[..100]).await;
    gateway.kill();
    gateway = stage.start().await;
    assert_eq!(stage.send(&gateway, &dataset, 100, &file.as_bytes()[100..]).await.0, 204);
    for after in [2, 15, 40] {
        tokio::time::sleep(Duration::from_millis(after)).await;
        gateway.kill();
        gateway = stage.start().await;
    }
    stage.until(&gateway, &dataset, |seen| seen["step"] == "register").await;
    // Declared again, it is the same dataset under a new key.
    let again = stage.declare(&gateway, "ann", &declaration).await;
    assert_eq!(again.id, dataset.id);
    let seen = stage.look(&gateway, &again).await;
    assert_eq!(seen["step"], "register");
    gateway.stop().await.unwrap();
    assert_eq!(stage.number("SELECT count(*) FROM intake.datasets").await, 1);
    let twice = "SELECT count(*) FROM (SELECT 1 FROM intake.events WHERE kind <> 'waiting' GROUP BY kind HAVING count(*) > 1) t";
    assert_eq!(stage.number(twice).await, 0);
    let holes = "SELECT max(sequence) + 1 - count(*) FROM intake.events";
    assert_eq!(stage.number(holes).await, 0);
}

#[tokio::test]
async fn withdrawing_deletes_the_text_and_leaves_every_paid_event_as_it_was() {
    let stage = Stage::with_agent().await;
    let gateway = stage.start().await;
    let file = verses(1).lines().take(60).map(|line| format!("{line}\n")).collect::<String>() + &verses(31);
    let dataset = stage.declare(&gateway, "ann", &stage.declaration("ann", file.as_bytes(), Format::Text)).await;
    stage.send(&gateway, &dataset, 0, file.as_bytes()).await;
    let waiting = stage.until(&gateway, &dataset, |seen| seen["step"] == "register").await;
    let asset = stage.register(&waiting, "ann").await;
    stage.finalise().await;
    stage.until(&gateway, &dataset, |seen| seen["state"] == "done").await;
    let payer = stage.funded(&gateway, "ada", 50_000).await;
    let (status, answer) = stage.ask(&gateway, &payer, None, &question()).await;
    assert_eq!(status, 200, "{answer}");
    stage.until_number("SELECT count(*) FROM usage.events", 1).await;
    let path = gateway.at(&format!("/v1/datasets/{}", dataset.id));
    let text = FileHash(sha256(&[file.as_bytes()])).to_string();
    let stored = stage.folder.path().join("store").join(&text[..2]).join(&text);
    assert!(stored.exists());
    for _ in 0..2 {
        assert_eq!(stage.client.delete(&path).bearer_auth(&dataset.key).send().await.unwrap().status(), 204);
    }
    assert!(!stored.exists());
    assert_eq!(std::fs::read_dir(stage.folder.path().join("uploads")).unwrap().count(), 0);
    assert_eq!(stage.look(&gateway, &dataset).await["state"], "withdrawn");
    // Agents made of other texts go on; what was paid can be read and checked as before.
    let (status, answer) = stage.ask(&gateway, &payer, None, &question()).await;
    assert_eq!(status, 200, "{answer}");
    gateway.stop().await.unwrap();
    assert_eq!(stage.verify_chain_of(stage.gateway, "gateway").await.len(), 2);
    assert!(!asset.is_empty());
    stage.check_identity().await;
}
