//! Kills, outages and lost disks: acknowledged is a subset of counted, each
//! once, and no unit is lost.

use crate::stage::{Stage, question};
use futures::future::join_all;
use serde_json::json;
use std::collections::BTreeSet;
use std::time::Duration;
use tributary_gateway::GatewayError;
use tributary_postgres::PrivateCluster;

async fn verify_chain(stage: &Stage) -> BTreeSet<String> {
    stage.verify_chain_of(stage.gateway, "gateway").await
}

#[tokio::test]
async fn what_was_acknowledged_before_a_kill_is_counted_once_after_it() {
    let stage = Stage::with_agent().await;
    let seed: u64 = rand::random();
    println!("seed {seed}");
    let mut acknowledged = BTreeSet::new();
    let mut api_key = None;
    for round in 0..6u64 {
        let gateway = stage.start().await;
        if api_key.is_none() {
            api_key = Some(stage.funded(&gateway, "ada", 1_000_000).await);
        }
        let api_key = api_key.as_ref().unwrap();
        let after = Duration::from_millis((seed.rotate_left(round as u32 * 9) % 350) + 5);
        let calls = join_all((0..6).map(|caller| {
            let (stage, gateway) = (&stage, &gateway);
            async move {
                let mut heard = Vec::new();
                for call in 0..200 {
                    let name = format!("{round} {caller} {call}");
                    let Ok((200, answer)) = stage.try_ask(gateway, api_key, Some(&name), &question()).await else {
                        break;
                    };
                    heard.push((name, answer["tributary"]["request"].as_str().unwrap().to_string()));
                }
                heard
            }
        }));
        let mut calls = Box::pin(calls);
        let early = tokio::time::timeout(after, &mut calls).await.ok();
        gateway.kill();
        let heard = match early {
            Some(heard) => heard,
            None => calls.await,
        };
        acknowledged.extend(heard.into_iter().flatten());
    }
    let gateway = stage.start().await;
    // A retry of what was acknowledged is never charged again.
    for (name, request) in acknowledged.iter().rev().take(5) {
        let (status, answer) = stage.ask(&gateway, api_key.as_ref().unwrap(), Some(name), &question()).await;
        assert_eq!((status, answer["tributary"]["request"].as_str()), (200, Some(request.as_str())));
    }
    gateway.stop().await.unwrap();
    let counted = verify_chain(&stage).await;
    assert!(!acknowledged.is_empty());
    for (name, request) in &acknowledged {
        assert!(counted.contains(request), "the answer to {name:?} was acknowledged and not counted");
    }
    assert_eq!(stage.number("SELECT count(*) FROM credit.leases WHERE closed_at IS NULL").await, 0);
    assert_eq!(stage.number("SELECT max(generation) FROM credit.generations").await, 0, "the spool went on");
    stage.check_identity().await;
}

#[tokio::test]
async fn runs_go_on_within_the_lease_while_postgres_is_away() {
    let mut cluster = PrivateCluster::start().await.unwrap();
    let stage = Stage::over(cluster.url().to_string(), None).await;
    stage.cast().await;
    let gateway = stage.start().await;
    let key = stage.funded(&gateway, "ada", 22_000).await;
    assert_eq!(stage.ask(&gateway, &key, None, &question()).await.0, 200);
    cluster.pause().await.unwrap();
    let mut served = 1;
    let problem = loop {
        let (status, answer) = stage.ask(&gateway, &key, None, &question()).await;
        match status {
            200 => served += 1,
            _ => break (status, answer),
        }
    };
    assert_eq!((problem.0, problem.1["code"].as_str()), (503, Some("credit_unavailable")), "{problem:?}");
    assert_eq!(problem.1["retryable"], true);
    // The lease of 20,000 was used up to less than one maximum price.
    assert!(served >= 20_000 / 136, "{served}");
    cluster.resume().await.unwrap();
    stage.until_number("SELECT count(*) FROM usage.events", served).await;
    let (status, answer) = stage.ask_until(&gateway, &key, &question()).await;
    assert_eq!(status, 200, "{answer}");
    gateway.stop().await.unwrap();
    assert_eq!(verify_chain(&stage).await.len() as i64, served + 1);
    stage.check_identity().await;
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn a_lost_disk_begins_a_new_generation_and_returns_the_old_leases() {
    let stage = Stage::with_agent().await;
    let gateway = stage.start().await;
    let key = stage.funded(&gateway, "ada", 50_000).await;
    let (_, paid) = stage.ask(&gateway, &key, Some("before"), &question()).await;
    stage.until_number("SELECT count(*) FROM usage.events", 1).await;
    gateway.kill();
    std::fs::remove_dir_all(stage.spool()).unwrap();
    let gateway = stage.start().await;
    assert_eq!(gateway.health().await["generation"], 1);
    assert_eq!(stage.number("SELECT count(*) FROM credit.leases WHERE closed_at IS NULL").await, 0);
    stage.check_identity().await;
    // The answer went with the disk; it is made again, not charged again.
    let (status, again) = stage.ask(&gateway, &key, Some("before"), &question()).await;
    assert_eq!((status, &again["choices"]), (200, &paid["choices"]), "{again}");
    assert_eq!(again["tributary"]["event"], paid["tributary"]["event"]);
    let other = json!({"model": "bard", "prompt": "a lantern asks", "max_tokens": 12});
    let (status, problem) = stage.ask(&gateway, &key, Some("before"), &other).await;
    assert_eq!((status, problem["code"].as_str()), (410, Some("answer_lost")), "{problem}");
    let (_, next) = stage.ask(&gateway, &key, None, &question()).await;
    assert_eq!(next["tributary"]["event"]["generation"], 1);
    assert_eq!(next["tributary"]["event"]["sequence"], 0);
    gateway.stop().await.unwrap();
    assert_eq!(verify_chain(&stage).await.len(), 2);
    stage.check_identity().await;
}

#[tokio::test]
async fn a_stalled_gateway_that_was_replaced_writes_nothing_more_and_ends() {
    let stage = Stage::with_agent().await;
    let old = stage.start().await;
    let key = stage.funded(&old, "ada", 50_000).await;
    assert_eq!(stage.ask(&old, &key, None, &question()).await.0, 200);
    stage.until_number("SELECT count(*) FROM usage.events", 1).await;
    let mut config = stage.config();
    config.spool_dir = stage.folder.path().join("elsewhere");
    let new = stage.start_with(config).await;
    new.wait(|health| health["state"] == "serving" && health["agents"] == 1).await;
    // What the old one still acknowledges is at its operator's loss: never drained.
    let _ = stage.try_ask(&old, &key, None, &question()).await;
    assert!(matches!(old.ended().await, Err(GatewayError::Drain(_))));
    assert_eq!(stage.number("SELECT count(*) FROM usage.events").await, 1);
    new.stop().await.unwrap();
    stage.check_identity().await;
}

#[tokio::test]
async fn a_second_gateway_on_the_same_spool_is_refused() {
    let stage = Stage::with_agent().await;
    let first = stage.start().await;
    let second = stage.start_cold().await;
    let error = second.ended().await.unwrap_err();
    assert!(error.to_string().contains("in use by another process"), "{error}");
    first.stop().await.unwrap();
}

#[tokio::test]
async fn a_gateway_that_is_not_registered_waits_and_says_so() {
    let stage = Stage::with_agent().await;
    sqlx::query("UPDATE chain.gateway_keys SET revoked_from = 5").execute(&stage.pool).await.unwrap();
    let gateway = stage.start_cold().await;
    gateway
        .wait(|health| health["state"] == "starting" && health["reason"].to_string().contains("register-gateway"))
        .await;
    sqlx::query("UPDATE chain.gateway_keys SET revoked_from = NULL").execute(&stage.pool).await.unwrap();
    gateway.wait(|health| health["state"] == "serving").await;
    gateway.stop().await.unwrap();
}
