//! Datasets from declaration to index over HTTP: whole, resumed, parked, killed
//! and withdrawn.

use crate::stage::elsewhere::{Elsewhere, embeddings};
use crate::stage::{Stage, question, verses};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tributary_core::hash::sha256;
use tributary_core::id::FileHash;
use tributary_core::vector_file::VectorFile;
use tributary_gateway::Config;
use tributary_gateway::intake::declaration::Declaration;
use tributary_gateway::intake::format::Format;
use tributary_gateway::upstream::config::Upstream;

#[tokio::test]
async fn a_dataset_goes_from_its_owners_declaration_into_the_index() {
    let stage = Stage::with_agent().await;
    let server = Elsewhere::start(vec![embeddings(16); 12]).await;
    let embedding = Some(Arc::new(Upstream::for_embeddings(&server.url, "a model")));
    let gateway = stage.start_with(Config { embedding, ..stage.config() }).await;
    gateway.wait(|health| health["agents"] == 1).await;
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
    assert_eq!(stage.uploads(), 0, "its text lies in the content store");
    let published = std::fs::read(stage.stored(done["facts"]["vectors"].as_str().unwrap())).unwrap();
    let file = VectorFile::decode(&published).unwrap();
    assert_eq!((file.asset.to_string(), file.model.as_str(), file.vectors.len()), (asset.clone(), "a model", 16));
    // The stream tells everything from the beginning and ends.
    let path = gateway.at(&format!("/v1/datasets/{}/events", dataset.id));
    let told = stage.client.get(&path).bearer_auth(&dataset.key).send().await.unwrap().text().await.unwrap();
    let kinds: Vec<&str> = told.lines().filter_map(|line| line.strip_prefix("event: ")).collect();
    let expected =
        ["declared", "uploaded", "validated", "scanned", "compared", "published", "registered", "indexed", "embedded"];
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
        if reason == "secrets" {
            let found = &parked["facts"]["scan"]["secrets"][0];
            assert_eq!((&found["kind"], &found["begins"]), (&json!("AWS access key"), &json!("AKIA…")), "{parked}");
            assert_eq!(found["lines"].as_array().unwrap().len(), 1);
        }
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
    stage.until(&gateway, &dataset, |seen| seen["step"] == "embed").await;
    let payer = stage.funded(&gateway, "ada", 50_000).await;
    let (status, answer) = stage.ask(&gateway, &payer, None, &question()).await;
    assert_eq!(status, 200, "{answer}");
    stage.until_number("SELECT count(*) FROM usage.events", 1).await;
    let path = gateway.at(&format!("/v1/datasets/{}", dataset.id));
    let text = FileHash(sha256(&[file.as_bytes()])).to_string();
    let stored = stage.stored(&text);
    assert!(stored.exists());
    for _ in 0..2 {
        assert_eq!(stage.client.delete(&path).bearer_auth(&dataset.key).send().await.unwrap().status(), 204);
    }
    assert!(!stored.exists());
    assert_eq!(stage.uploads(), 0);
    assert_eq!(stage.look(&gateway, &dataset).await["state"], "withdrawn");
    // Agents made of other texts go on; what was paid can be read and checked as before.
    let (status, answer) = stage.ask(&gateway, &payer, None, &question()).await;
    assert_eq!(status, 200, "{answer}");
    gateway.stop().await.unwrap();
    assert_eq!(stage.verify_chain_of(stage.gateway, "gateway").await.len(), 2);
    assert!(!asset.is_empty());
    stage.check_identity().await;
}

#[tokio::test]
async fn an_owners_own_croissant_file_is_published_with_what_is_generated() {
    let stage = Stage::with_agent().await;
    let gateway = stage.start().await;
    let text = verses(71);
    let plain = stage.declaration("ann", text.as_bytes(), Format::Text);
    let about = |file: &FileHash| {
        json!({
            "@context": {"sc": "https://schema.org/", "cr": "http://mlcommons.org/croissant/"},
            "@type": "sc:Dataset",
            "conformsTo": "http://mlcommons.org/croissant/1.1",
            "name": "verses",
            "license": "https://spdx.org/licenses/CC-BY-4.0",
            "distribution": [{"@type": "cr:FileObject", "@id": "verses.txt", "sha256": file}],
        })
    };
    let own = format!("{:#}\n", about(&plain.sha256));
    let other = about(&FileHash([9; 32])).to_string();
    let wrong = Declaration { croissant: Some(other), ..plain.clone() };
    let (status, problem) = stage.try_declare(&gateway, "ann", &wrong).await;
    assert_eq!((status, problem["code"].as_str()), (400, Some("declaration_refused")), "{problem}");
    assert!(problem["detail"].as_str().unwrap().contains("declared file's"), "{problem}");

    let declaration = Declaration { croissant: Some(own.clone()), ..plain };
    assert!(declaration.text().ends_with(&format!("\nCroissant SHA-256: {}", FileHash(sha256(&[own.as_bytes()])))));
    let dataset = stage.declare(&gateway, "ann", &declaration).await;
    assert_eq!(stage.send(&gateway, &dataset, 0, text.as_bytes()).await.0, 204);
    let waiting = stage.until(&gateway, &dataset, |seen| seen["step"] == "register").await;
    let published = std::fs::read(stage.stored(waiting["facts"]["metadata_hash"].as_str().unwrap())).unwrap();
    let metadata: Value = serde_json::from_slice(&published).unwrap();
    assert_eq!((&metadata["name"], &metadata["license"]), (&json!("Verses"), &json!("CC-BY-4.0")));
    assert_eq!(metadata["subjectOf"]["text"], json!(own), "to the byte");
    assert_eq!(metadata["subjectOf"]["sha256"], json!(FileHash(sha256(&[own.as_bytes()]))));
    gateway.stop().await.unwrap();
}
