//! The intake's steps when they fail, wait, or meet another format.

use crate::stage::elsewhere::{Elsewhere, embeddings};
use crate::stage::{Stage, verses};
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use serde_json::{Value, json};
use std::sync::Arc;
use tributary_core::hash::sha256;
use tributary_core::id::FileHash;
use tributary_gateway::Config;
use tributary_gateway::intake::format::Format;
use tributary_gateway::upstream::config::Upstream;

/// A file with one column of texts.
fn parquet_of(texts: &[String]) -> Vec<u8> {
    let schema = Arc::new(parse_message_type("message schema { REQUIRED BYTE_ARRAY text (UTF8); }").unwrap());
    let mut bytes = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, Arc::new(WriterProperties::default())).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let mut written = group.next_column().unwrap().unwrap();
    let values: Vec<ByteArray> = texts.iter().map(|text| ByteArray::from(text.as_str())).collect();
    written.typed::<ByteArrayType>().write_batch(&values, None, None).unwrap();
    written.close().unwrap();
    group.close().unwrap();
    writer.close().unwrap();
    bytes
}

#[tokio::test]
async fn without_a_server_for_embeddings_that_step_alone_is_parked_and_a_start_with_one_goes_on() {
    let stage = Stage::with_agent().await;
    let gateway = stage.start().await;
    let (dataset, asset) = stage.taken_in(&gateway, "ann", &verses(7)).await;
    let parked = stage.until(&gateway, &dataset, |seen| seen["state"] == "parked").await;
    assert!(parked["reason"].as_str().unwrap().contains("--embedding"), "{parked}");
    let found: Value = stage.client.get(gateway.at("/v1/search?q=")).send().await.unwrap().json().await.unwrap();
    assert!(found.to_string().contains(&asset), "it is found all the same: {found}");
    gateway.stop().await.unwrap();
    // A server that is named and away: the step is tried again, later and later.
    let embedding = Some(Arc::new(Upstream::for_embeddings("http://127.0.0.1:9/v1", "a model")));
    let gateway = stage.start_with(Config { embedding, ..stage.config() }).await;
    let seen =
        stage.until(&gateway, &dataset, |seen| seen["attempts"].as_u64() >= Some(1) && seen["state"] == "due").await;
    assert_eq!(seen["step"], json!("embed"), "{seen}");
    gateway.stop().await.unwrap();
    let server = Elsewhere::start(vec![embeddings(16); 8]).await;
    let embedding = Some(Arc::new(Upstream::for_embeddings(&server.url, "a model")));
    let gateway = stage.start_with(Config { embedding, ..stage.config() }).await;
    stage.until(&gateway, &dataset, |seen| seen["state"] == "done").await;
    gateway.stop().await.unwrap();
    let failed = "SELECT count(*) FROM intake.events WHERE kind = 'failed' AND (body ->> 'again_in_s')::int >= 1";
    assert!(stage.number(failed).await >= 1);
}

#[tokio::test]
async fn a_step_that_keeps_failing_is_tried_later_each_time_and_then_parked() {
    let stage = Stage::with_agent().await;
    let gateway = stage.start().await;
    let file = verses(8);
    // A folder lies where the text should be written: this step's disk refuses.
    let declaration = stage.declaration("ann", file.as_bytes(), Format::Text);
    let in_the_way = stage.folder.path().join("uploads").join(format!("{}.text", hex::encode(declaration.id())));
    std::fs::create_dir_all(in_the_way.join("full")).unwrap();
    let dataset = stage.declare(&gateway, "ann", &declaration).await;
    stage.send(&gateway, &dataset, 0, file.as_bytes()).await;
    // The waits are shortened; that they double is read from what was told.
    let due = "UPDATE intake.datasets SET due_at = now() WHERE state = 'due'";
    for attempt in 1..8u64 {
        stage.until(&gateway, &dataset, |seen| seen["attempts"].as_u64() >= Some(attempt)).await;
        sqlx::query(due).execute(&stage.pool).await.unwrap();
    }
    let parked = stage.until(&gateway, &dataset, |seen| seen["state"] == "parked").await;
    assert_eq!((&parked["step"], &parked["attempts"]), (&json!("validate"), &json!(8)));
    let waits = "SELECT count(*) FROM intake.events WHERE kind = 'failed'
                 AND (body ->> 'again_in_s')::int = least(300, power(2, (body ->> 'attempts')::int - 1)::int)";
    assert_eq!(stage.number(waits).await, 7);
    // Others go on meanwhile, and so does this one once the cause is gone.
    stage.taken_in(&gateway, "bob", &verses(9)).await;
    std::fs::remove_dir_all(&in_the_way).unwrap();
    let path = gateway.at(&format!("/v1/datasets/{}/retry", dataset.id));
    assert_eq!(stage.client.post(&path).bearer_auth(&dataset.key).send().await.unwrap().status(), 200);
    stage.until(&gateway, &dataset, |seen| seen["step"] == "register").await;
    gateway.stop().await.unwrap();
}

#[tokio::test]
async fn csv_and_parquet_go_as_far_as_their_registration() {
    let stage = Stage::with_agent().await;
    let gateway = stage.start().await;
    let rows: Vec<String> = verses(13).lines().map(|line| line.trim().to_owned()).collect();
    let csv = rows.iter().fold(String::from("id,text\n"), |csv, line| format!("{csv}1,\"{line}\"\n"));
    let expected: String = rows.iter().map(|line| format!("{line}\n")).collect();
    let shuffled: Vec<String> = verses(14).lines().map(|line| line.trim().to_owned()).collect();
    let parquet = parquet_of(&shuffled);
    let other: String = shuffled.iter().map(|line| format!("{line}\n")).collect();
    for (file, format, text) in [(csv.into_bytes(), Format::Csv, expected), (parquet, Format::Parquet, other)] {
        let dataset = stage.declare(&gateway, "ann", &stage.declaration("ann", &file, format)).await;
        assert_eq!(stage.send(&gateway, &dataset, 0, &file).await.0, 204);
        let waiting = stage.until(&gateway, &dataset, |seen| seen["step"] == "register").await;
        assert_eq!(waiting["facts"]["text_hash"], json!(FileHash(sha256(&[text.as_bytes()]))), "{format:?}");
        let asset = stage.register(&waiting, "ann").await;
        stage.finalise().await;
        let done = stage.until(&gateway, &dataset, |seen| seen["step"] == "embed").await;
        assert_eq!(done["facts"]["asset"], json!(asset));
    }
    gateway.stop().await.unwrap();
}
