//! Reputations: worked out from what is on record, explained, and felt in limits.

use crate::redis::Redis;
use crate::stage::{Running, Stage, key, question, verses};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tributary_core::id::AssetId;
use tributary_gateway::intake::format::Format;
use tributary_gateway::reputation::score::{self, Agent, Contributor};
use tributary_gateway::{Config, Limits};

impl Stage {
    fn attentive(&self) -> Config {
        let config = self.config();
        Config { limits: Limits { reputation: Duration::ZERO, agent_rate: 10, ..config.limits.clone() }, ..config }
    }

    async fn reputation(&self, gateway: &Running, address: &str) -> Value {
        let path = gateway.at(&format!("/v1/reputation/{address}"));
        self.client.get(path).send().await.unwrap().json().await.unwrap()
    }

    async fn reputation_until(&self, gateway: &Running, address: &str, holds: impl Fn(&Value) -> bool) -> Value {
        let start = Instant::now();
        loop {
            let seen = self.reputation(gateway, address).await;
            if holds(&seen) {
                return seen;
            }
            assert!(start.elapsed() < Duration::from_secs(20), "never came: {seen}");
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
    }

    /// A dispute about a record that went against its owner, as the indexer has it.
    async fn disputed(&self, asset: AssetId, sequence: i64) {
        let slot = self.next_slot();
        for (place, step) in ["opened", "upheld"].into_iter().enumerate() {
            sqlx::query(
                "INSERT INTO chain.disputes (stream, sequence, asset, step, challenger, slot)
                 VALUES ($1, $2, $1, $3, $1, $4)",
            )
            .bind(&asset.0[..])
            .bind(2 * sequence + place as i64)
            .bind(step)
            .bind(slot)
            .execute(&self.pool)
            .await
            .unwrap();
        }
        self.finalise().await;
    }
}

fn address(owner: &str) -> String {
    bs58::encode(key(owner).verifying_key().to_bytes()).into_string()
}

#[tokio::test]
async fn a_score_follows_from_the_facts_that_are_told_with_it() {
    let stage = Stage::new().await;
    let agent = stage.cast().await.to_string();
    let text = verses(61);
    stage.dataset("ann", &text, 7).await;
    stage.dataset("eve", &format!("{text}and a line of eve's\n"), 7).await;
    let gateway = stage.start_with(stage.attentive()).await;
    gateway.wait(|health| health["agents"] == 1).await;
    let payer = stage.funded(&gateway, "ada", 50_000).await;
    for _ in 0..3 {
        assert_eq!(stage.ask(&gateway, &payer, None, &question()).await.0, 200);
    }
    let served = stage.reputation_until(&gateway, &agent, |seen| seen["facts"]["answers"] == 3).await;
    let facts: Agent = serde_json::from_value(served["facts"].clone()).unwrap();
    assert_eq!((facts.payers, facts.refunds), (1, 0));
    assert!(facts.served >= 1 && facts.matched_permille > 0, "{served}");
    assert_eq!(served["score"], json!(score::agent(&facts).score));
    // Its answers are made of this owner's words.
    let used = stage.reputation(&gateway, &address("first")).await;
    assert!(used["facts"]["verbatim"].as_u64() >= Some(1), "{used}");
    let facts: Contributor = serde_json::from_value(used["facts"].clone()).unwrap();
    assert_eq!((facts.datasets, facts.duplicates), (1, 0));
    let again = score::contributor(&facts);
    assert_eq!((&used["score"], &used["lines"]), (&json!(again.score), &json!(again.lines)), "anyone gets the same");

    let copied = stage.reputation(&gateway, &address("eve")).await;
    assert_eq!((&copied["facts"]["datasets"], &copied["facts"]["duplicates"]), (&json!(1), &json!(1)), "{copied}");
    assert!(copied["score"].as_u64() < Some(500), "{copied}");
    let nobody = stage.reputation(&gateway, &address("nobody")).await;
    assert_eq!((&nobody["kind"], &nobody["score"]), (&json!("contributor"), &json!(500)));

    // The agent's payer wants the rest back.
    stage.refund_request("ada", true).await;
    stage.finalise().await;
    stage.reputation_until(&gateway, &agent, |seen| seen["facts"]["refunds"] == 1).await;
    gateway.stop().await.unwrap();
    stage.check_identity().await;
}

#[tokio::test]
async fn events_count_once_in_reputations_however_often_the_gateway_starts() {
    let stage = Stage::with_agent().await;
    let mut gateway = stage.start().await;
    let payer = stage.funded(&gateway, "ada", 50_000).await;
    for round in 1..4 {
        assert_eq!(stage.ask_until(&gateway, &payer, &question()).await.0, 200);
        stage.until_number("SELECT count(*) FROM usage.events", round).await;
        gateway.kill();
        gateway = stage.start().await;
    }
    stage.until_number("SELECT coalesce(sum(answers), 0)::bigint FROM usage.agent_days", 3).await;
    gateway.stop().await.unwrap();
    assert_eq!(stage.number("SELECT sum(answers)::bigint FROM usage.agent_days").await, 3);
}

#[tokio::test]
async fn a_low_score_lowers_limits_and_changes_no_price_and_no_credit() {
    let stage = Stage::new().await;
    let agent = stage.cast().await;
    let text = verses(62);
    stage.dataset("ann", &text, 7).await;
    let copy = stage.dataset("eve", &format!("{text}and a line of eve's\n"), 7).await;
    let gateway = stage.start_with(stage.attentive()).await;
    gateway.wait(|health| health["agents"] == 1).await;
    let payer = stage.funded(&gateway, "ada", 50_000).await;
    let (_, before) = stage.ask(&gateway, &payer, None, &question()).await;
    for sequence in 0..3 {
        stage.disputed(agent, sequence).await;
        stage.disputed(copy, sequence).await;
    }
    // A fifth of the newcomer's points leaves a fifth: two calls a second of ten.
    let worst =
        stage.reputation_until(&gateway, &agent.to_string(), |seen| seen["facts"]["disputes"]["lost"] == 3).await;
    assert_eq!(worst["limits"]["calls_per_second"], 2, "{worst}");
    let lost = worst["lines"].as_array().unwrap().iter().find(|line| line["fact"] == "disputes_lost").unwrap();
    assert_eq!((&lost["count"], &lost["points"]), (&json!(3), &json!(-400)), "{worst}");
    let start = Instant::now();
    let mut slowed = None;
    while slowed.is_none() {
        assert!(start.elapsed() < Duration::from_secs(20), "it was never slowed");
        let (status, answer) = stage.ask(&gateway, &payer, None, &question()).await;
        match status {
            200 => assert_eq!(answer["tributary"]["price"], before["tributary"]["price"], "{answer}"),
            _ => slowed = Some((status, answer)),
        }
    }
    let (status, problem) = slowed.unwrap();
    assert_eq!((status, problem["code"].as_str()), (429, Some("too_fast")), "{problem}");
    assert!(problem["detail"].as_str().unwrap().contains("/v1/reputation/"), "{problem}");
    // Uses made elsewhere count as calls: a batch goes as a whole, and is owed.
    let reported = |round: u64| json!({"model": "bard", "uses": (0..20).map(|n| json!({"id": format!("{round}/{n}"), "tokens": 1})).collect::<Vec<_>>()});
    let (mut round, mut waits) = (0, None);
    while waits.is_none() {
        assert!(start.elapsed() < Duration::from_secs(40), "reports were never slowed");
        let answer =
            stage.client.post(gateway.at("/v1/uses")).bearer_auth(&payer).json(&reported(round)).send().await.unwrap();
        match answer.status().as_u16() {
            200 => round += 1,
            429 if round > 0 => waits = Some(answer.headers()["retry-after"].to_str().unwrap().parse::<u64>().unwrap()),
            429 => tokio::time::sleep(Duration::from_millis(100)).await,
            other => panic!("{other}: {}", answer.text().await.unwrap()),
        }
    }
    assert!((9..=10).contains(&waits.unwrap()), "nineteen are owed at two a second, and one more: {waits:?}");
    let again = stage.client.post(gateway.at("/v1/uses")).bearer_auth(&payer).json(&reported(0)).send().await.unwrap();
    assert_eq!(again.status(), 200, "what was charged before is told at any time");
    // A contributor's files and the number of datasets on their way.
    let left = stage.reputation_until(&gateway, &address("eve"), |seen| seen["score"] == 0).await;
    let most = left["limits"]["file_bytes_max"].as_u64().unwrap();
    let mut declaration = stage.declaration("eve", b"a text", Format::Text);
    declaration.bytes = most + 1;
    let (status, problem) = stage.try_declare(&gateway, "eve", &declaration).await;
    assert_eq!((status, problem["code"].as_str()), (413, Some("file_too_long")), "{problem}");
    for n in 0..left["limits"]["open_datasets_max"].as_u64().unwrap() {
        stage.declare(&gateway, "eve", &stage.declaration("eve", format!("text {n}").as_bytes(), Format::Text)).await;
    }
    let (status, problem) =
        stage.try_declare(&gateway, "eve", &stage.declaration("eve", b"one more", Format::Text)).await;
    assert_eq!((status, problem["code"].as_str()), (429, Some("too_many")), "{problem}");
    // Who nothing is held against is not touched.
    stage.declare(&gateway, "bob", &stage.declaration("bob", b"a text of bob's", Format::Text)).await;
    gateway.stop().await.unwrap();
    stage.check_identity().await;
}

#[tokio::test]
async fn with_redis_facts_are_asked_for_once_a_while_whichever_process_answers_and_without_it_they_are_the_same() {
    let stage = Stage::new().await;
    let agent = stage.cast().await;
    stage.dataset("ann", &verses(63), 7).await;
    let mut redis = Redis::start();
    let config = stage.config();
    let limits = Limits { reputation: Duration::from_secs(600), ..config.limits.clone() };
    let config = || Config { redis: Some(redis.url()), limits: limits.clone(), ..config.clone() };
    let ann = address("ann");

    let gateway = stage.start_with(config()).await;
    gateway.wait(|health| health["agents"] == 1).await;
    let first = stage.reputation(&gateway, &ann).await;
    assert_eq!(first["facts"]["datasets"], 1, "{first}");
    gateway.stop().await.unwrap();
    stage.disputed(agent, 0).await;
    stage.dataset("ann", &verses(64), 7).await;

    // Another process remembers nothing itself.
    let gateway = stage.start_with(config()).await;
    gateway.wait(|health| health["agents"] == 1).await;
    let copied = stage.reputation(&gateway, &ann).await;
    assert_eq!(copied, first, "the facts of a moment ago, and the same that follows from them");
    let second = config();
    redis.kill().await;
    let anew = stage.reputation(&gateway, &ann).await;
    assert_eq!(anew["facts"]["datasets"], 2, "Postgres is asked when Redis is away: {anew}");
    gateway.stop().await.unwrap();

    let gateway = stage.start_with(Config { redis: None, ..second }).await;
    gateway.wait(|health| health["agents"] == 1).await;
    let without = stage.reputation(&gateway, &ann).await;
    assert_eq!((&without["facts"], &without["score"]), (&anew["facts"], &anew["score"]));
    gateway.stop().await.unwrap();
}
