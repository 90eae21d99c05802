//! Lists: no holes, no doubles, one moment.

use crate::world::World;
use crate::world::history::{asset, claimant, payer, vault};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn small_pages_hold_what_one_large_page_holds_in_the_same_order() {
    let world = World::start().await;
    let vault = format!("/v1/vaults/{}", vault());
    let claims = |name| format!("/v1/claimants/{}", claimant(name));
    for list in [
        "/v1/assets".to_owned(),
        "/v1/vaults".to_owned(),
        format!("{vault}/deposits"),
        format!("{vault}/claims"),
        format!("{vault}/roots"),
        format!("{vault}/epochs"),
        format!("{vault}/policies"),
        "/v1/disputes".to_owned(),
        "/v1/collections".to_owned(),
        format!("/v1/assets/{}/usage?vault={}", asset("Rivers"), crate::world::history::vault()),
        format!("/v1/payers/{}/usage?vault={}", payer(), crate::world::history::vault()),
        format!("{}/history", claims("ada")),
        format!("{}/receipts?vault={}&epoch=1", claims("bob"), crate::world::history::vault()),
        format!("{}/receipts/events?vault={}&epoch=1", claims("bob"), crate::world::history::vault()),
    ] {
        let whole = world.all(&list, 100).await;
        let distinct: BTreeSet<String> = whole.iter().map(Value::to_string).collect();
        assert_eq!(distinct.len(), whole.len(), "{list}");
        for limit in [1, 2, 7] {
            assert_eq!(world.all(&list, limit).await, whole, "{list} by {limit}");
        }
    }
    let history = world.all(&format!("{}/history", claims("ada")), 100).await;
    let slots: Vec<u64> = history.iter().map(|entry| entry["slot"].as_u64().unwrap()).collect();
    assert!(slots.is_sorted_by(|a, b| a >= b), "{slots:?}");
    assert_eq!(history.iter().filter(|entry| entry["claim"].is_object()).count(), 2);
    assert_eq!(history.iter().filter(|entry| entry["root"].is_object()).count(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_that_grows_while_it_is_read_has_neither_holes_nor_doubles() {
    let world = World::start().await;
    let mut writer = world.writer().await;
    let path = format!("/v1/vaults/{}/claims", vault());
    let before: Vec<Value> = world.all(&path, 100).await;
    let (mut url, mut seen) = (format!("{path}?limit=9"), Vec::new());
    for n in 0i64.. {
        let page = world.api.json(&url).await;
        seen.extend(page["data"].as_array().unwrap().iter().cloned());
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        url = format!("{path}?limit=9&cursor={cursor}");
        sqlx::query(
            "INSERT INTO chain.claims SELECT vault, 5000 + $1, epoch, class, claimant, destination, paid, claimed,
                signature, slot FROM chain.claims WHERE sequence = 1001",
        )
        .bind(n)
        .execute(&mut writer)
        .await
        .unwrap();
    }
    assert_eq!(seen, before);
}

/// A writer moves the slot and the claims together; whoever sees the one without
/// the other has read two moments.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_is_of_one_moment_although_the_database_moves() {
    let world = World::start().await;
    let path = format!("/v1/vaults/{}", vault());
    let of = |answer: &Value| {
        let claimed: i64 = answer["data"]["claimed"].as_str().unwrap().parse().unwrap();
        (answer["as_of_slot"].as_i64().unwrap(), claimed)
    };
    let (slot, claimed) = of(&world.api.json(&path).await);
    let done = Arc::new(AtomicBool::new(false));
    let (mut writer, stop) = (world.writer().await, done.clone());
    let writing = tokio::spawn(async move {
        let mut moved = 0;
        while !stop.load(Ordering::Relaxed) {
            let mut tx = sqlx::Connection::begin(&mut writer).await.unwrap();
            for statement in [
                "UPDATE chain.status SET confirmed_slot = confirmed_slot + 1",
                "UPDATE chain.claims SET paid = paid + 1 WHERE sequence = 1001",
            ] {
                sqlx::query(statement).execute(&mut *tx).await.unwrap();
            }
            tx.commit().await.unwrap();
            moved += 1;
        }
        moved
    });
    let mut seen = BTreeSet::new();
    for _ in 0..300 {
        let now = of(&world.api.json(&path).await);
        assert_eq!(now.0 - slot, now.1 - claimed, "slot and claims are of two moments");
        seen.insert(now.0);
    }
    done.store(true, Ordering::Relaxed);
    assert!(writing.await.unwrap() > 20 && seen.len() > 20, "the database did move: {}", seen.len());
}
