//! What is wrong is said: which part, why, and whether to try again.

use crate::world::history::{asset, claimant, vault};
use crate::world::{Served, World, config, problem_of};
use serde_json::json;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_malformed_is_refused_and_named() {
    let world = World::start().await;
    let (someone, vault) = (claimant("ada"), vault());
    for (path, field) in [
        ("/v1/assets/0OIl".to_owned(), "asset"),
        (format!("/v1/assets/{}x", asset("Rain")), "asset"),
        ("/v1/assets?kind=book".to_owned(), "query"),
        ("/v1/assets?knid=dataset".to_owned(), "query"),
        ("/v1/assets?limit=0".to_owned(), "limit"),
        ("/v1/assets?limit=101".to_owned(), "limit"),
        ("/v1/assets?limit=-1".to_owned(), "query"),
        ("/v1/assets?cursor=bm90IG91cnM".to_owned(), "cursor"),
        ("/v1/vaults/abc".to_owned(), "vault"),
        ("/v1/roots/ABC".to_owned(), "root_id"),
        ("/v1/payers/!".to_owned(), "payer"),
        ("/v1/claimants/1/balances".to_owned(), "claimant"),
        (format!("/v1/claimants/{someone}/proof"), "query"),
        (format!("/v1/claimants/{someone}/proof?vault=7"), "vault"),
        (format!("/v1/claimants/{someone}/proof?vault={vault}&class=gift"), "query"),
        (format!("/v1/claimants/{someone}/receipts?vault={vault}&epoch=one"), "query"),
        (format!("/v1/events/{someone}/x/1"), "generation"),
        (format!("/v1/events/{someone}/1/-1"), "sequence"),
        ("/v1/files/zz".to_owned(), "hash"),
    ] {
        let problem = world.api.problem(&path, 400).await;
        assert_eq!(problem["code"], "malformed", "{path}");
        assert_eq!(problem["errors"][0]["field"], field, "{path}: {problem}");
    }
    let claims = world.api.json(&format!("/v1/vaults/{vault}/claims?limit=1")).await;
    let cursor = claims["next_cursor"].as_str().unwrap();
    let problem = world.api.problem(&format!("/v1/vaults/{vault}/deposits?cursor={cursor}"), 400).await;
    assert_eq!(problem["errors"][0]["field"], "cursor", "a cursor of another list");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_does_not_exist_is_not_found_and_says_as_of_when() {
    let world = World::start().await;
    let no = claimant("no such thing");
    for path in [
        format!("/v1/assets/{no}"),
        format!("/v1/vaults/{no}"),
        format!("/v1/vaults/{no}/deposits"),
        format!("/v1/vaults/{no}/claims"),
        format!("/v1/vaults/{no}/roots"),
        format!("/v1/vaults/{no}/epochs"),
        format!("/v1/roots/{}", "0".repeat(64)),
        format!("/v1/claimants/{no}/proof?vault={no}"),
        format!("/v1/claimants/{no}/receipts?vault={no}&epoch=1"),
    ] {
        let problem = world.api.problem(&path, 404).await;
        assert_eq!(problem["code"], "not_found");
        assert!(problem["detail"].as_str().unwrap().contains("slot 75"), "{problem}");
    }
    assert_eq!(world.api.problem("/v1/nonsense", 404).await["code"], "no_such_path");
    assert_eq!(world.api.problem("/nonsense", 404).await["code"], "no_such_path");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_its_database_the_api_says_so_and_recovers_by_itself() {
    let mut world = World::alone().await;
    world.api.json("/v1/network").await;
    world.database.server().pause().await.unwrap();
    for path in ["/v1/network", "/v1/health", "/v1/assets"] {
        let problem = world.api.problem(path, 503).await;
        assert_eq!(problem["code"], "database_unavailable");
        assert!(!problem["detail"].as_str().unwrap().contains("postgres://"));
    }
    let leaf_file = world.epochs[0].bundle.manifest.leaf_file;
    let file = world.api.get(&format!("/v1/files/{leaf_file}")).await;
    assert_eq!(file.status(), 200, "published files need no database");
    world.database.server().resume().await.unwrap();
    world.api.json("/v1/network").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn health_says_when_answers_are_old() {
    let world = World::start().await;
    let health = world.api.json("/v1/health").await["data"].clone();
    assert_eq!((&health["state"], &health["lag_slots"]), (&json!("ok"), &json!(2)));
    assert_eq!(health["roots"][0]["epoch"], 1);
    let mut writer = world.writer().await;
    for (statement, state) in [
        ("UPDATE chain.status SET seen_slot = 5000", "behind"),
        ("INSERT INTO chain.gaps VALUES (sha256('s'), 3, 4, 70)", "gap"),
        ("UPDATE chain.status SET updated_at = now() - interval '2 minutes'", "indexer_silent"),
    ] {
        sqlx::query(statement).execute(&mut writer).await.unwrap();
        let response = world.api.get("/v1/health").await;
        assert_eq!(response.status(), 503);
        let body: serde_json::Value = response.json().await.unwrap();
        assert_eq!(body["data"]["state"], state);
        world.api.json("/v1/network").await;
    }
    sqlx::query("DELETE FROM chain.status").execute(&mut writer).await.unwrap();
    assert_eq!(world.api.problem("/v1/health", 503).await["code"], "not_indexed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_slots_behind_answers_about_ownership_go_on_and_say_their_slot() {
    let world = World::start().await;
    let path = format!("/v1/assets/{}", asset("Rain"));
    let before = world.api.json(&path).await;
    let mut writer = world.writer().await;
    sqlx::query("UPDATE chain.status SET seen_slot = confirmed_slot + 10000").execute(&mut writer).await.unwrap();
    let health = world.api.get("/v1/health").await;
    assert_eq!(health.status(), 503);
    let health: serde_json::Value = health.json().await.unwrap();
    assert_eq!((&health["data"]["state"], &health["data"]["lag_slots"]), (&json!("behind"), &json!(10_000)));
    let behind = world.api.json(&path).await;
    assert_eq!((&behind["data"]["owner"], &behind["as_of_slot"]), (&before["data"]["owner"], &json!(75)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_missing_or_foreign_leaf_file_is_said_and_never_believed() {
    let world = World::start().await;
    let balances = format!("/v1/claimants/{}/balances", claimant("ada"));
    let at = |file: tributary_core::id::FileHash| {
        let name = file.to_string();
        world.store.path().join(&name[..2]).join(name)
    };
    let next = at(world.epochs[2].bundle.manifest.leaf_file);
    let serving = at(world.epochs[0].bundle.manifest.leaf_file);
    std::fs::rename(&next, next.with_extension("away")).unwrap();
    let answer = world.api.json(&balances).await;
    assert_eq!(answer["data"]["vaults"][0]["classes"][0]["pending"], serde_json::Value::Null);
    std::fs::copy(next.with_extension("away"), &serving).unwrap();
    assert_eq!(world.api.problem(&balances, 500).await["code"], "contradiction");
    std::fs::remove_file(&serving).unwrap();
    assert_eq!(world.api.problem(&balances, 503).await["code"], "file_unavailable");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_configuration_that_cannot_work_is_refused_with_the_reason() {
    let store = tempfile::tempdir().unwrap();
    let good = config("postgres://nobody@127.0.0.1:1/none", store.path());
    let refused = async |config| Served::start(config).await.finished().await.unwrap_err().to_string();
    let mut wrong = good.clone();
    wrong.database_url = "mysql//".into();
    assert!(refused(wrong).await.contains("postgres://user:password@host:port/database"));
    let mut wrong = good.clone();
    wrong.store = store.path().join("nowhere").into();
    assert!(refused(wrong).await.contains("nowhere"));
    let mut wrong = good.clone();
    wrong.limits.per_second = 0;
    assert!(refused(wrong).await.contains("at least 1"));
    let mut wrong = good.clone();
    wrong.cors_origins = vec!["a\nb".into()];
    assert!(refused(wrong).await.contains("https://app.example.org"));
    let api = Served::start(good).await;
    assert_eq!(problem_of(api.get("/v1/network").await, 503).await["code"], "database_unavailable");
}
