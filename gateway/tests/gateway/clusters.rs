//! Near-duplicates: which cluster a dataset is in is decided once, whatever
//! happens to texts afterwards.

use crate::stage::{Running, Stage, question, verses};
use serde_json::Value;
use tributary_core::id::AssetId;

impl Stage {
    /// Whose cluster each found dataset is in, as anybody is told.
    async fn founder_of(&self, gateway: &Running, asset: &str) -> Option<String> {
        let found: Value = self.client.get(gateway.at("/v1/search?q=")).send().await.unwrap().json().await.unwrap();
        let found = found["data"].as_array().unwrap().iter().find(|found| found["asset"] == asset)?;
        Some(found["cluster_of"].as_str().unwrap().to_owned())
    }

    async fn decided(&self) -> Vec<(i32, Vec<u8>, Vec<u8>)> {
        sqlx::query_as("SELECT place, asset::bytea, founder::bytea FROM intake.clusters ORDER BY place")
            .fetch_all(&self.pool)
            .await
            .unwrap()
    }

    async fn groups(&self) -> Vec<Vec<u8>> {
        sqlx::query_scalar("SELECT bytes FROM usage.groups ORDER BY generation, first_sequence")
            .fetch_all(&self.pool)
            .await
            .unwrap()
    }
}

#[tokio::test]
async fn copies_of_a_withdrawn_text_stay_in_its_cluster_and_old_events_as_they_were() {
    let stage = Stage::with_agent().await;
    let gateway = stage.start().await;
    let original = verses(51);
    let (dataset, a) = stage.taken_in(&gateway, "ann", &original).await;
    let (_, b) = stage.taken_in(&gateway, "bob", &format!("{original}a line that bob wrote himself\n")).await;
    assert_eq!(stage.founder_of(&gateway, &b).await, Some(a.clone()));
    let payer = stage.funded(&gateway, "ada", 50_000).await;
    let (status, answer) = stage.ask(&gateway, &payer, None, &question()).await;
    assert_eq!(status, 200, "{answer}");
    stage.until_number("SELECT count(*) FROM usage.events", 1).await;
    let (decided, groups) = (stage.decided().await, stage.groups().await);

    stage.withdraw(&gateway, &dataset).await;
    gateway.stop().await.unwrap();
    let gateway = stage.start().await;
    assert_eq!(stage.founder_of(&gateway, &a).await, None, "its text is gone");
    assert_eq!(stage.founder_of(&gateway, &b).await, Some(a.clone()), "its place is not");
    let copy = format!("{original}another line, by eve\n");
    let (eves, c) = stage.taken_in(&gateway, "eve", &copy).await;
    assert_eq!(stage.look(&gateway, &eves).await["facts"]["like"], Value::String(a.clone()));
    assert_eq!(stage.founder_of(&gateway, &c).await, Some(a.clone()));
    assert_eq!(stage.founder_of(&gateway, &b).await, Some(a));
    assert_eq!(stage.decided().await[..decided.len()], decided, "nothing that was decided has changed");
    assert_eq!(stage.groups().await[..groups.len()], groups, "nor what epochs are computed from");
    gateway.stop().await.unwrap();
    stage.verify_chain_of(stage.gateway, "gateway").await;
    stage.check_identity().await;
}

#[tokio::test]
async fn two_gateways_over_one_database_agree_on_every_cluster() {
    let stage = Stage::with_agent().await;
    let first = stage.start().await;
    let second = stage.start_with(stage.second_gateway().await).await;
    second.wait(|health| health["agents"] == 1).await;
    let original = verses(52);
    let mut registered: Vec<AssetId> = Vec::new();
    for copy in 0..6 {
        registered.push(stage.dataset("ann", &format!("{original}copy number {copy} of it\n"), 7).await);
    }
    let founder = registered[0].to_string();
    for gateway in [&first, &second] {
        for asset in &registered {
            let start = std::time::Instant::now();
            while stage.founder_of(gateway, &asset.to_string()).await.as_ref() != Some(&founder) {
                assert!(start.elapsed().as_secs() < 20, "{asset} never joined {founder}");
                tokio::time::sleep(std::time::Duration::from_millis(40)).await;
            }
        }
    }
    // Two texts of the stage found clusters of their own, and each is decided once.
    assert_eq!(stage.decided().await.len(), 2 + registered.len());
    first.stop().await.unwrap();
    second.stop().await.unwrap();
}

#[tokio::test]
async fn what_texts_are_compared_by_is_made_again_when_it_is_lost() {
    let stage = Stage::with_agent().await;
    let gateway = stage.start().await;
    let original = verses(53);
    let (_, a) = stage.taken_in(&gateway, "ann", &original).await;
    gateway.stop().await.unwrap();
    let files: Vec<Vec<u8>> =
        sqlx::query_scalar("SELECT shingles::bytea FROM intake.clusters").fetch_all(&stage.pool).await.unwrap();
    for file in &files {
        std::fs::remove_file(stage.stored(&hex::encode(file))).unwrap();
    }
    let gateway = stage.start().await;
    let (_, b) = stage.taken_in(&gateway, "bob", &format!("{original}bob was here\n")).await;
    assert_eq!(stage.founder_of(&gateway, &b).await, Some(a));
    gateway.stop().await.unwrap();
}
