//! With Redis: the same answers, never older than asked for, and none lost with it.

use crate::world::database::ADA_CLAIMED;
use crate::world::history::{asset, claimant, payer, vault};
use crate::world::redis::Redis;
use crate::world::{Served, World, config};
use redis::AsyncCommands;
use serde_json::Value;

/// A world, its Redis, and a second API beside the first: one with Redis, one without.
async fn both() -> (World, Redis, Served) {
    let redis = Redis::start();
    let world = World::start().await;
    let mut with = config(&world.database.url, world.store.path());
    with.redis_url = Some(redis.url.clone());
    let api = Served::start(with).await;
    (world, redis, api)
}

/// How many answers Redis keeps right now.
async fn kept(redis: &Redis) -> usize {
    let client = redis::Client::open(redis.url.as_str()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    connection.keys::<_, Vec<String>>("tributary:answer:*").await.unwrap().len()
}

/// Asks until Redis keeps the answer: it is kept after it was sent, and a Redis that
/// was slow is left alone for a while.
async fn until_kept(redis: &Redis, with: &Served, path: &str) {
    let client = redis::Client::open(redis.url.as_str()).unwrap();
    let end = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while std::time::Instant::now() < end {
        with.json(path).await;
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        let Ok(mut connection) = client.get_multiplexed_async_connection().await else { continue };
        if connection.exists::<_, bool>(format!("tributary:answer:{path}")).await.unwrap() {
            return;
        }
    }
    panic!("the answer for {path} is never kept");
}

/// An answer without what goes with the clock.
fn still(mut answer: Value) -> Value {
    let vaults = answer["data"].get_mut("vaults").and_then(Value::as_array_mut);
    for vault in vaults.into_iter().flatten() {
        if let Some(vault) = vault.as_object_mut() {
            vault.remove("root_age_seconds");
            vault.remove("next_root");
        }
    }
    answer
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_are_the_same_with_redis_and_without() {
    let (world, redis, with) = both().await;
    for path in [
        "/v1/network".to_owned(),
        "/v1/assets?kind=dataset&limit=1".to_owned(),
        format!("/v1/assets/{}", asset("Weather")),
        format!("/v1/assets/{}/graph", asset("Weather")),
        format!("/v1/vaults/{}", vault()),
        format!("/v1/vaults/{}/claims?limit=7", vault()),
        format!("/v1/payers/{}", payer()),
        format!("/v1/claimants/{}/balances", claimant("ada")),
        format!("/v1/claimants/{}/proof?vault={}", claimant("ada"), vault()),
        format!("/v1/claimants/{}/receipts?vault={}&epoch=1", claimant("bob"), vault()),
    ] {
        let without = still(world.api.json(&path).await);
        assert_eq!(still(with.json(&path).await), without, "{path}, worked out");
        until_kept(&redis, &with, &path).await;
        assert_eq!(still(with.json(&path).await), without, "{path}, remembered");
    }
    for (path, status) in [("/v1/assets/0OIl", 400), ("/v1/nonsense", 404), ("/v1/keys", 401)] {
        let [ours, theirs] = [with.problem(path, status).await, world.api.problem(path, status).await];
        assert_eq!(ours["code"], theirs["code"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_remembered_answer_keeps_its_tag_its_slot_and_its_measure() {
    let (world, redis, with) = both().await;
    let path = format!("/v1/assets/{}", asset("Rain"));
    let plain = world.api.get(&path).await;
    let tag = plain.headers()["etag"].to_str().unwrap().to_owned();
    until_kept(&redis, &with, &path).await;
    let again = with.request(reqwest::Method::GET, &path).header("if-none-match", &tag).send().await.unwrap();
    assert_eq!((again.status().as_u16(), &again.headers()["as-of-slot"]), (304, &plain.headers()["as-of-slot"]));
    let again = with.get(&path).await;
    for name in ["etag", "content-type", "as-of-slot", "ratelimit-policy", "cache-control"] {
        assert_eq!(again.headers()[name], plain.headers()[name], "{name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_names_a_slot_never_gets_an_answer_from_before_it() {
    let (world, redis, with) = both().await;
    let path = format!("/v1/claimants/{}/balances", claimant("ada"));
    let claimed = |answer: &Value| {
        let amount = answer["data"]["vaults"][0]["classes"][0]["claimed"].as_str().unwrap().parse::<i64>().unwrap();
        (answer["as_of_slot"].as_u64().unwrap(), amount)
    };
    let mut writer = world.writer().await;
    for round in 1..=20u64 {
        let newest = with.json(&format!("{path}?min_slot={}", 74 + round)).await;
        assert_eq!(claimed(&newest), (74 + round, ADA_CLAIMED + round as i64 - 1));
        until_kept(&redis, &with, &path).await;
        let mut tx = sqlx::Connection::begin(&mut writer).await.unwrap();
        for statement in [
            "UPDATE chain.status SET confirmed_slot = confirmed_slot + 1, seen_slot = confirmed_slot + 1",
            "UPDATE chain.claims SET claimed = claimed + 1 WHERE sequence = 2002",
        ] {
            sqlx::query(statement).execute(&mut *tx).await.unwrap();
        }
        tx.commit().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_slot_ends_what_was_remembered() {
    let (world, redis, with) = both().await;
    let path = format!("/v1/vaults/{}", vault());
    let old = with.json(&path).await;
    until_kept(&redis, &with, &path).await;
    sqlx::query("UPDATE chain.status SET confirmed_slot = 76").execute(&mut world.writer().await).await.unwrap();
    // The newest slot is looked up every tenth of a second.
    tokio::time::sleep(std::time::Duration::from_millis(150)).await;
    let new = with.json(&path).await;
    assert_eq!((old["as_of_slot"].as_u64(), new["as_of_slot"].as_u64()), (Some(75), Some(76)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_redis_answers_go_on_and_with_it_again_they_are_remembered() {
    let (_world, mut redis, with) = both().await;
    let path = format!("/v1/assets/{}", asset("Rain"));
    with.json(&path).await;
    redis.process.kill().await.unwrap();
    for _ in 0..20 {
        with.json(&path).await;
    }
    redis.again();
    until_kept(&redis, &with, &path).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_depends_on_who_asks_is_never_remembered() {
    let (_world, redis, with) = both().await;
    let session = crate::access::sign_in(&with, 9).await;
    for path in ["/v1/keys", "/v1/webhooks", "/v1/health"] {
        let request = with.request(reqwest::Method::GET, path).bearer_auth(&session);
        assert_eq!(request.send().await.unwrap().status(), 200, "{path}");
    }
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    assert_eq!(kept(&redis).await, 0);
}
