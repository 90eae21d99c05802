//! Drills: the disk nearly full, more callers than fit, chain and settlement silent, clocks
//! that jump, two gateways with one payer. What may be answered is answered;
//! afterwards acknowledged is a subset of counted, each once, to the unit.
//! Kills, lost disks and Postgres away are in `failures`.

use crate::stage::{Stage, question};
use futures::future::join_all;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tributary_core::mandate::Mandate;
use tributary_gateway::Limits;
use tributary_gateway::clock::wall_ms;
use tributary_postgres::PrivateCluster;

const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

fn request(answer: &Value) -> String {
    answer["tributary"]["request"].as_str().unwrap().to_string()
}

#[tokio::test]
async fn a_nearly_full_disk_sheds_new_work_and_takes_it_again_once_there_is_room() {
    let stage = Stage::with_agent().await;
    let mut config = stage.config();
    config.limits.disk_free_min = u64::MAX / 2;
    let gateway = stage.start_with(config).await;
    gateway.wait(|health| health["state"] == "serving" && health["agents"] == 1).await;
    let key = stage.funded(&gateway, "ada", 50_000).await;
    let (status, wait, problem) = stage.ask_timed(&gateway, &key, &question()).await;
    assert_eq!((status, problem["code"].as_str(), wait), (503, Some("full"), Some(30)), "{problem}");
    assert!(problem["detail"].as_str().unwrap().contains("make room"), "{problem}");
    gateway.stop().await.unwrap();
    assert_eq!(stage.number("SELECT count(*) FROM usage.events").await, 0, "nothing was charged");
    let gateway = stage.start().await;
    assert_eq!(stage.ask(&gateway, &key, None, &question()).await.0, 200);
    gateway.stop().await.unwrap();
    stage.check_identity().await;
}

#[tokio::test]
async fn a_spool_that_fills_while_postgres_is_away_sheds_before_its_limit_and_drains_all() {
    let mut cluster = PrivateCluster::start().await.unwrap();
    let stage = Stage::over(cluster.url().to_string(), None).await;
    stage.cast().await;
    let mut config = stage.config();
    config.limits.spool_pending_bytes = 256 * 1024;
    let gateway = stage.start_with(config.clone()).await;
    gateway.wait(|health| health["state"] == "serving" && health["agents"] == 1).await;
    let key = stage.funded(&gateway, "ada", 1_000_000).await;
    assert_eq!(stage.ask(&gateway, &key, None, &question()).await.0, 200);
    cluster.pause().await.unwrap();
    let mut served = 1;
    let (wait, problem) = loop {
        match stage.ask_timed(&gateway, &key, &question()).await {
            (200, ..) => served += 1,
            (status, wait, problem) => {
                assert_eq!(status, 503, "{problem}");
                break (wait, problem);
            }
        }
    };
    // The spool was full before the lease of 20,000 was used up.
    assert_eq!((problem["code"].as_str(), wait), (Some("full"), Some(5)), "{problem}");
    let health = gateway.health().await;
    assert!(health["pending_bytes"].as_u64().unwrap() <= config.limits.spool_pending_bytes, "{health}");
    cluster.resume().await.unwrap();
    stage.until_number("SELECT count(*) FROM usage.events", served).await;
    let (status, answer) = stage.ask_until(&gateway, &key, &question()).await;
    assert_eq!(status, 200, "{answer}");
    gateway.stop().await.unwrap();
    assert_eq!(stage.verify_chain_of(stage.gateway, "gateway").await.len() as i64, served + 1);
    stage.check_identity().await;
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn more_callers_than_fit_are_told_to_wait_and_nobody_is_charged_in_vain() {
    let stage = Stage::with_agent().await;
    let mut config = stage.config();
    config.limits = Limits { waiting: 6, key_rate: 40, ..config.limits };
    let gateway = stage.start_with(config).await;
    gateway.wait(|health| health["state"] == "serving" && health["agents"] == 1).await;
    let key = stage.funded(&gateway, "ada", 1_000_000).await;
    let question = question();
    let answers = join_all((0..120).map(|_| stage.ask_timed(&gateway, &key, &question))).await;
    let mut acknowledged = BTreeSet::new();
    for (status, wait, answer) in &answers {
        match status {
            200 => assert!(acknowledged.insert(request(answer))),
            429 | 503 => assert!(wait.is_some(), "no Retry-After: {answer}"),
            _ => panic!("{status}: {answer}"),
        }
    }
    assert!(answers.iter().any(|(status, ..)| *status == 429) && acknowledged.len() >= 6);
    gateway.stop().await.unwrap();
    assert_eq!(stage.verify_chain_of(stage.gateway, "gateway").await, acknowledged);
    stage.check_identity().await;
}

/// Seconds that pass in a moment, for the drill of the silent chain.
static SKIPPED_S: AtomicU64 = AtomicU64::new(0);

#[tokio::test]
async fn calls_go_on_for_an_hour_without_chain_and_settlement_until_consent_is_too_old() {
    let stage = Stage::with_agent().await;
    let mut config = stage.config();
    config.clocks.passing = || Instant::now() + Duration::from_secs(SKIPPED_S.load(Ordering::Relaxed));
    let gateway = stage.start_with(config).await;
    gateway.wait(|health| health["state"] == "serving" && health["agents"] == 1).await;
    let key = stage.funded(&gateway, "ada", 100_000).await;
    let mut acknowledged = BTreeSet::new();
    let (status, first) = stage.ask(&gateway, &key, Some("before"), &question()).await;
    assert_eq!(status, 200, "{first}");
    acknowledged.insert(request(&first));
    // The gateway has read the last slot there is; what comes after is silence.
    let slot = stage.finalise().await;
    gateway.wait(|health| health["finalised_slot"].as_i64() == Some(slot)).await;
    // Neither indexer nor settlement writes any more; what settlement wrote is away.
    sqlx::query("ALTER SCHEMA ledger RENAME TO ledger_away").execute(&stage.pool).await.unwrap();
    for minute in 1..=60 {
        SKIPPED_S.store(minute * 60, Ordering::Relaxed);
        let (status, answer) = stage.ask(&gateway, &key, None, &question()).await;
        assert_eq!(status, 200, "minute {minute}: {answer}");
        assert!(acknowledged.insert(request(&answer)));
    }
    assert!(gateway.health().await["chain_read_seconds_ago"].as_u64() >= Some(3_600));
    let (status, again) = stage.ask(&gateway, &key, Some("before"), &question()).await;
    assert_eq!((status, &again), (200, &first), "a retry of an hour ago is not charged again");
    // What was charged is in Postgres all the same.
    stage.until_number("SELECT count(*) FROM usage.events", acknowledged.len() as i64).await;
    // Beyond two hours nobody knows any more what owners permit.
    SKIPPED_S.store(7_300, Ordering::Relaxed);
    let (status, wait, problem) = stage.ask_timed(&gateway, &key, &question()).await;
    assert_eq!((status, problem["code"].as_str(), wait), (503, Some("consent_stale"), Some(30)), "{problem}");
    sqlx::query("ALTER SCHEMA ledger_away RENAME TO ledger").execute(&stage.pool).await.unwrap();
    let slot = stage.finalise().await;
    gateway.wait(|health| health["finalised_slot"].as_i64() == Some(slot)).await;
    let (status, answer) = stage.ask(&gateway, &key, None, &question()).await;
    assert_eq!(status, 200, "{answer}");
    acknowledged.insert(request(&answer));
    gateway.stop().await.unwrap();
    assert_eq!(stage.verify_chain_of(stage.gateway, "gateway").await, acknowledged);
    stage.check_identity().await;
}

#[tokio::test]
async fn a_clock_that_falls_back_over_a_restart_charges_no_request_twice() {
    static WALL: AtomicU64 = AtomicU64::new(0);
    let stage = Stage::with_agent().await;
    let mut config = stage.config();
    config.clocks.wall = || WALL.load(Ordering::Relaxed);
    let today = wall_ms() / DAY_MS * DAY_MS;
    let mut key = None;
    let mut first = None;
    for wall in [today + 5_000, today - DAY_MS - 5_000, today - 3 * DAY_MS] {
        WALL.store(wall, Ordering::Relaxed);
        let gateway = stage.start_with(config.clone()).await;
        gateway.wait(|health| health["state"] == "serving" && health["agents"] == 1).await;
        if key.is_none() {
            key = Some(stage.funded(&gateway, "ada", 50_000).await);
        }
        // A jump while the process lives changes nothing either.
        for jump in [wall, wall.saturating_sub(9 * DAY_MS), wall + 9 * DAY_MS] {
            WALL.store(jump, Ordering::Relaxed);
            let (status, answer) = stage.ask(&gateway, key.as_ref().unwrap(), Some("once"), &question()).await;
            assert_eq!(status, 200, "{answer}");
            assert_eq!(request(&answer), *first.get_or_insert_with(|| request(&answer)));
        }
        gateway.stop().await.unwrap();
    }
    assert_eq!(stage.number("SELECT count(*) FROM usage.events").await, 1);
    stage.check_identity().await;
}

#[tokio::test]
async fn two_gateways_with_one_payer_share_its_deposit_and_never_overspend_it() {
    let stage = Stage::with_agent().await;
    let first = stage.start().await;
    let config = stage.second_gateway().await;
    let second_id = config.gateway;
    let second = stage.start_with(config).await;
    second.wait(|health| health["state"] == "serving" && health["agents"] == 1).await;
    let key = stage.funded(&first, "ada", 6_000).await;
    let mandate = Mandate { gateway: second_id, ..stage.mandate("ada", 6_000, 7) };
    let other = stage.api_key_by(&second, "ada", &mandate).await;
    let question = question();
    let mut acknowledged = [BTreeSet::new(), BTreeSet::new()];
    let mut spent = 0;
    for _ in 0..12 {
        let calls = [(&first, &key, 0), (&second, &other, 1)].into_iter().cycle().take(8);
        let asked = calls.map(|(gateway, key, which)| {
            let (stage, question) = (&stage, &question);
            async move { (which, stage.ask(gateway, key, None, question).await) }
        });
        for (which, (status, answer)) in join_all(asked).await {
            match status {
                200 => {
                    acknowledged[which].insert(request(&answer));
                    spent += answer["tributary"]["price"].as_str().unwrap().parse::<i64>().unwrap();
                }
                402 | 503 => {}
                _ => panic!("{status}: {answer}"),
            }
        }
    }
    first.stop().await.unwrap();
    second.stop().await.unwrap();
    assert_eq!(stage.verify_chain_of(stage.gateway, "gateway").await, acknowledged[0]);
    assert_eq!(stage.verify_chain_of(second_id, "second gateway").await, acknowledged[1]);
    assert!(spent <= 6_000 && spent > 6_000 / 2, "{spent}");
    stage.check_identity().await;
    assert_eq!(stage.number("SELECT available::bigint FROM credit.accounts").await, 6_000 - spent);
}
