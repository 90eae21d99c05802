//! The official OpenAI clients for Python and Node, from their registries, against
//! the gateway.

use crate::stage::Stage;
use std::path::{Path, PathBuf};
use std::process::Output;
use tokio::process::Command;

/// Where the scripts are.
pub fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients")
}

/// The private environment with both clients.
pub async fn environment() -> PathBuf {
    let made = Command::new(scripts().join("environment")).output().await.unwrap();
    PathBuf::from(said(&made).trim())
}

/// What a program printed; it must have ended well.
pub fn said(output: &Output) -> &str {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    std::str::from_utf8(&output.stdout).unwrap()
}

#[tokio::test]
async fn the_official_python_client_is_answered_streamed_and_refused_as_it_expects() {
    let stage = Stage::with_agent().await;
    let (home, gateway) = (environment().await, stage.start().await);
    let key = stage.funded(&gateway, "ada", 100_000).await;
    let run = Command::new(home.join("bin/python"))
        .arg(scripts().join("client.py"))
        .args([&gateway.at("/v1"), &key, "bard"])
        .output()
        .await
        .unwrap();
    let events: Vec<u64> = serde_json::from_str(said(&run)).unwrap();
    gateway.stop().await.unwrap();
    assert_eq!(events.len(), 4);
    // Those four, the stream without a receipt chunk, and one stream that was repeated.
    assert_eq!(stage.number("SELECT count(*) FROM usage.events").await, 6);
    stage.check_identity().await;
}

#[tokio::test]
async fn the_official_node_client_is_answered_streamed_and_refused_as_it_expects() {
    let stage = Stage::with_agent().await;
    let (home, gateway) = (environment().await, stage.start().await);
    let key = stage.funded(&gateway, "ada", 100_000).await;
    let run = Command::new("node")
        .arg(scripts().join("client.mjs"))
        .arg(&home)
        .args([&gateway.at("/v1"), &key, "bard"])
        .output()
        .await
        .unwrap();
    assert!(said(&run).contains("content"));
    gateway.stop().await.unwrap();
    assert_eq!(stage.number("SELECT count(*) FROM usage.events").await, 4);
    stage.check_identity().await;
}
