//! Why somebody earned: down to the events and the words.

use crate::world::World;
use crate::world::history::{FORGED, Made, RIVERS, asset, claimant, vault};
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn number(text: &Value) -> u128 {
    text.as_str().unwrap().parse().unwrap()
}

/// What settlement credited to a claimant.
fn booked(made: &Made, name: &str) -> u128 {
    made.output.credits.iter().filter(|((of, ..), _)| *of == claimant(name)).map(|(_, amount)| amount.0).sum()
}

fn path(name: &str, what: &str, epoch: u64) -> String {
    format!("/v1/claimants/{}/{what}?vault={}&epoch={epoch}", claimant(name), vault())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn receipts_and_the_events_behind_them_sum_to_what_settlement_booked() {
    let world = World::start().await;
    for (epoch, made) in [(1, &world.epochs[0]), (2, &world.epochs[2])] {
        for name in ["ada", "bob", "cleo", "dora"] {
            let expected = booked(made, name);
            assert!(expected > 0, "the case is not trivial");
            let receipts = world.all(&path(name, "receipts", epoch), 100).await;
            assert_eq!(receipts.iter().map(|receipt| number(&receipt["amount"])).sum::<u128>(), expected, "{name}");
            let events = world.all(&path(name, "receipts/events", epoch), 5).await;
            assert_eq!(events.iter().map(|event| number(&event["credited"])).sum::<u128>(), expected, "{name}");
            for event in &events {
                let lines = event["lines"].as_array().unwrap().iter().map(|line| number(&line["amount"]));
                assert_eq!(lines.sum::<u128>(), number(&event["credited"]));
                assert!(number(&event["credited"]) < number(&event["price"]) << 32);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_void_event_stands_in_nobodys_receipts() {
    let world = World::start().await;
    let events = world.all(&path("dora", "receipts/events", 2), 100).await;
    let shown: BTreeSet<u64> = events.iter().map(|event| event["sequence"].as_u64().unwrap()).collect();
    assert_eq!(shown, (FORGED + 1..36).collect());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_opens_into_the_claimants_own_words_and_no_one_elses() {
    let world = World::start().await;
    let of = async |name: &str, epoch| world.all(&path(name, "receipts/events", epoch), 100).await;
    for event in of("ada", 1).await {
        let spans = event["spans"].as_array().unwrap();
        assert!(!spans.is_empty());
        for span in spans {
            assert_eq!(span["asset"], json!({"asset": asset("Rivers"), "name": "Rivers"}));
            let excerpt = span["excerpt"].as_str().unwrap();
            assert!(excerpt.len() >= 12 && RIVERS.contains(excerpt), "{excerpt}");
            assert_eq!(span["bytes"], excerpt.len());
        }
    }
    let bobs = of("bob", 1).await;
    let spans: Vec<&Value> = bobs.iter().flat_map(|event| event["spans"].as_array().unwrap()).collect();
    let (rivers, rain): (Vec<&Value>, Vec<&Value>) = spans.iter().partition(|span| span["asset"]["name"] == "Rivers");
    assert!(rivers.iter().all(|span| span["excerpt"].is_string()), "Bob owns a part of Rivers");
    assert!(!rain.is_empty());
    assert!(rain.iter().all(|span| span["excerpt"].is_null()), "Rain is not to be displayed");
    assert!(of("dora", 1).await.iter().all(|event| event["spans"] == json!([])));
    assert!(of("ada", 2).await.iter().all(|event| event["spans"].is_null()), "these sidecars have expired");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sidecar_that_is_not_what_the_event_commits_to_is_not_shown() {
    let world = World::start().await;
    let mut writer = world.writer().await;
    sqlx::query("UPDATE usage.sidecars SET body = body || ' '::bytea").execute(&mut writer).await.unwrap();
    let events = world.all(&path("ada", "receipts/events", 1), 100).await;
    assert!(!events.is_empty() && events.iter().all(|event| event["spans"].is_null()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn receipts_that_do_not_sum_to_the_ledger_are_refused() {
    let world = World::start().await;
    let mut writer = world.writer().await;
    sqlx::query("UPDATE ledger.credits SET amount = amount + 1 WHERE epoch = 1 AND claimant = $1")
        .bind(&claimant("ada").0[..])
        .execute(&mut writer)
        .await
        .unwrap();
    let problem = world.api.problem(&path("ada", "receipts", 1), 500).await;
    assert_eq!(problem["code"], "contradiction");
    world.api.json(&path("bob", "receipts", 1)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_epoch_with_too_many_events_says_so_instead_of_working_for_ever() {
    let world = World::start_with(|config| config.limits.replay_events = 10).await;
    let problem = world.api.problem(&path("ada", "receipts", 1), 422).await;
    assert_eq!(problem["code"], "epoch_too_large");
}
