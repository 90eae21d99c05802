//! A gateway whose content store is a bucket.

use crate::server::{SECRET, Server};
use crate::stage::{Stage, question, verses};
use tributary_gateway::Config;
use tributary_gateway::intake::format::Format;
use tributary_store::shelf::Shelf;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_gateway_takes_in_goes_to_the_bucket_and_what_it_serves_comes_from_there() {
    let stage = Stage::with_agent().await;
    // The stage's store as a bucket: what owners published is there.
    let server = Server::over(stage.folder.path()).await;
    let copies = stage.folder.path().join("copies");
    let location = server.location("s3://store", SECRET);
    let config = || Config { store: Shelf::open(&location, copies.clone()).unwrap(), ..stage.config() };
    let gateway = stage.start_with(config()).await;
    gateway.wait(|health| health["agents"] == 1).await;
    let text = verses(81);
    let (dataset, asset) = stage.taken_in(&gateway, "ann", &text).await;
    let facts = stage.look(&gateway, &dataset).await["facts"].clone();
    let stored = stage.stored(facts["text_hash"].as_str().unwrap());
    assert_eq!(std::fs::read_to_string(&stored).unwrap(), text);
    assert!(stage.stored(facts["metadata_hash"].as_str().unwrap()).exists());

    // The bucket is away: what was begun waits for it, and calls go on.
    let elsewhere = stage.folder.path().join("elsewhere");
    std::fs::rename(stage.folder.path().join("store"), &elsewhere).unwrap();
    let other = verses(82);
    let waiting = stage.declare(&gateway, "bob", &stage.declaration("bob", other.as_bytes(), Format::Text)).await;
    assert_eq!(stage.send(&gateway, &waiting, 0, other.as_bytes()).await.0, 204);
    let tried = stage.until(&gateway, &waiting, |seen| seen["attempts"].as_u64() >= Some(1)).await;
    assert_eq!(tried["step"], "publish", "{tried}");
    let payer = stage.funded(&gateway, "ada", 20_000).await;
    assert_eq!(stage.ask(&gateway, &payer, None, &question()).await.0, 200);
    std::fs::rename(&elsewhere, stage.folder.path().join("store")).unwrap();
    sqlx::query("UPDATE intake.datasets SET due_at = now() WHERE state = 'due'").execute(&stage.pool).await.unwrap();
    stage.until(&gateway, &waiting, |seen| seen["step"] == "register").await;
    gateway.stop().await.unwrap();

    // A machine without copies serves the same.
    std::fs::remove_dir_all(&copies).unwrap();
    let gateway = stage.start_with(config()).await;
    gateway.wait(|health| health["agents"] == 1).await;
    assert_eq!(stage.ask(&gateway, &payer, None, &question()).await.0, 200);
    assert!(copies.join(stored.strip_prefix(stage.folder.path().join("store")).unwrap()).exists(), "{asset}");
    stage.withdraw(&gateway, &dataset).await;
    assert!(!stored.exists(), "withdrawn is withdrawn from the bucket too");
    gateway.stop().await.unwrap();
    stage.check_identity().await;
}
