//! What epochs came to: the signed waterfall, receipts of disputes that ended, and
//! a claimant's year.

use crate::world::World;
use crate::world::history::{Made, claimant, disputed_epochs, vault};
use serde_json::Value;
use std::collections::BTreeMap;
use tributary_core::leaf_file::file_hash;
use tributary_settlement::statement::Signed;

fn number(text: &Value) -> u128 {
    text.as_str().unwrap().parse().unwrap()
}

async fn waterfall(world: &World, made: &Made) -> Value {
    world.api.json(&format!("/v1/roots/{}/waterfall", made.bundle.root_id())).await["data"].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_waterfall_is_told_as_it_was_signed_and_adds_up() {
    let world = World::start().await;
    for made in world.epochs.iter() {
        let told = waterfall(&world, made).await;
        let signed = Signed::decode(&made.waterfall).unwrap();
        assert_eq!(told["epoch"], made.bundle.manifest.epoch.0);
        assert_eq!(told["file"], file_hash(&made.waterfall).to_string());
        assert_eq!(told["key"], signed.key.to_string());
        let lines = told["lines"].as_array().unwrap();
        let amounts: Vec<_> = signed.waterfall.lines.iter().map(|line| line.amount.0).collect();
        assert_eq!(lines.iter().map(|line| number(&line["amount"])).collect::<Vec<_>>(), amounts);
        for whole in lines {
            let parts: Vec<u128> =
                lines.iter().filter(|line| line["of"] == whole["name"]).map(|line| number(&line["amount"])).collect();
            assert!(parts.is_empty() || parts.iter().sum::<u128>() == number(&whole["amount"]), "{whole}");
        }
        // Anybody can fetch the signed bytes themselves.
        let file = world.api.get(&format!("/v1/files/{}", told["file"].as_str().unwrap())).await;
        assert_eq!(file.bytes().await.unwrap(), made.waterfall);
    }
    let stranger = "00".repeat(32);
    world.api.problem(&format!("/v1/roots/{stranger}/waterfall"), 404).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_waterfall_of_another_root_or_with_a_changed_amount_is_refused() {
    let world = World::start().await;
    let mut writer = world.writer().await;
    let mut signed = Signed::decode(&world.epochs[0].waterfall).unwrap();
    for line in &mut signed.waterfall.lines {
        line.amount.0 *= 2;
    }
    let forged = signed.encode().unwrap();
    for bytes in [&world.epochs[2].waterfall, &forged] {
        crate::world::keep(world.store.path(), bytes);
        sqlx::query("UPDATE ledger.waterfalls SET file = $1 WHERE epoch = 1")
            .bind(&file_hash(bytes).0[..])
            .execute(&mut writer)
            .await
            .unwrap();
        let path = format!("/v1/roots/{}/waterfall", world.epochs[0].bundle.root_id());
        assert_eq!(world.api.problem(&path, 500).await["code"], "contradiction");
    }
}

/// A world in which what was held in the first epoch is released in the second.
async fn after_a_dispute() -> World {
    let world = World::filled_with(disputed_epochs(), |_| {}).await;
    let mut writer = world.writer().await;
    for statement in [
        "UPDATE chain.roots SET status = 'active' WHERE status = 'pending'",
        "UPDATE ledger.epochs SET step = 'active' WHERE step = 'posted'",
    ] {
        sqlx::query(statement).execute(&mut writer).await.unwrap();
    }
    world
}

/// What an ended dispute gives a claimant in an epoch.
fn released(made: &Made, name: &str) -> u128 {
    made.output.released.iter().filter(|((of, ..), _)| *of == claimant(name)).map(|(_, amount)| amount.0).sum()
}

fn credited(made: &Made, name: &str) -> u128 {
    made.output.credits.iter().filter(|((of, ..), _)| *of == claimant(name)).map(|(_, amount)| amount.0).sum()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_ended_dispute_released_stands_in_the_receipts_without_agent_and_events() {
    let world = after_a_dispute().await;
    let (held_in, ended_in) = (&world.epochs[0], &world.epochs[2]);
    assert_eq!(credited(held_in, "ada"), 0, "all that Ada earned was held");
    for name in ["ada", "bob"] {
        let expected = released(ended_in, name);
        assert!(expected > 0, "the case is not trivial");
        let path = format!("/v1/claimants/{}/receipts?vault={}&epoch=2", claimant(name), vault());
        let receipts = world.all(&path, 3).await;
        let (of_dispute, of_events): (Vec<_>, Vec<_>) = receipts.iter().partition(|receipt| receipt["agent"].is_null());
        let sum = |some: &[&Value]| some.iter().map(|receipt| number(&receipt["amount"])).sum::<u128>();
        assert_eq!(sum(&of_dispute), expected);
        assert_eq!(sum(&of_events), credited(ended_in, name) - expected);
        assert!(of_dispute.iter().all(|receipt| receipt["events"] == 0 && receipt["asset"]["name"] == "Rivers"));
        assert!(of_events.iter().all(|receipt| receipt["events"].as_u64().unwrap() > 0));
        let path = format!("/v1/claimants/{}/receipts/events?vault={}&epoch=2", claimant(name), vault());
        let events = world.all(&path, 100).await;
        let of_events: u128 = events.iter().map(|event| number(&event["credited"])).sum();
        assert_eq!(of_events, credited(ended_in, name) - expected);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_years_statement_adds_up_in_every_epoch_and_class() {
    let world = after_a_dispute().await;
    let mut writer = world.writer().await;
    let year: i32 = sqlx::query_scalar(
        "SELECT extract(year FROM to_timestamp(max(opens_at)) AT TIME ZONE 'UTC')::int FROM chain.roots",
    )
    .fetch_one(&mut writer)
    .await
    .unwrap();
    sqlx::query("UPDATE chain.roots SET opens_at = (SELECT max(opens_at) FROM chain.roots)")
        .execute(&mut writer)
        .await
        .unwrap();
    let path = |of: i32| format!("/v1/claimants/{}/statements/{of}?vault={}", claimant("ada"), vault());
    let response = world.api.get(&path(year)).await;
    assert_eq!(response.status(), 200);
    assert!(response.headers()["content-type"].to_str().unwrap().starts_with("text/csv"));
    let csv = response.text().await.unwrap();
    let mut lines = csv.lines();
    let columns: Vec<&str> = lines.next().unwrap().split(',').collect();
    let at = |name: &str| columns.iter().position(|column| *column == name).unwrap();
    let (epoch, class, entry, sub_units) = (at("epoch"), at("class"), at("entry"), at("sub_units"));
    let mut sums: BTreeMap<(String, String, String), u128> = BTreeMap::new();
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        let key = (cells[epoch].to_owned(), cells[class].to_owned(), cells[entry].to_owned());
        *sums.entry(key).or_default() += cells[sub_units].parse::<u128>().unwrap();
    }
    let sum = |epoch: &str, entry: &str| sums.get(&(epoch.into(), "earned".into(), entry.into())).copied();
    assert_eq!(sum("1", "credit"), None, "all was held");
    assert_eq!(sum("2", "released"), Some(released(&world.epochs[2], "ada")));
    let came = sum("2", "carried_in").unwrap() + sum("2", "credit").unwrap() + sum("2", "released").unwrap();
    assert_eq!(came, sum("2", "published").unwrap() + sum("2", "carried_out").unwrap());

    let before = world.api.get(&path(year - 1)).await.text().await.unwrap();
    assert_eq!(before.lines().count(), 1, "nothing but the names of the columns");
    world.api.problem(&path(year).replace("/statements/", "/statements/x"), 400).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_statement_over_too_many_events_says_so_instead_of_working_for_ever() {
    let world = World::start_with(|config| config.limits.replay_events = 10).await;
    let mut writer = world.writer().await;
    sqlx::query("UPDATE chain.roots SET opens_at = 1767225600").execute(&mut writer).await.unwrap();
    let path = format!("/v1/claimants/{}/statements/2026?vault={}", claimant("ada"), vault());
    assert_eq!(world.api.problem(&path, 422).await["code"], "epoch_too_large");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_root_that_was_disabled_after_it_served_is_listed_as_that() {
    let world = World::start().await;
    let mut writer = world.writer().await;
    sqlx::query("UPDATE chain.roots SET status = 'disabled' WHERE status = 'active'")
        .execute(&mut writer)
        .await
        .unwrap();
    let roots = world.all(&format!("/v1/vaults/{}/roots", vault()), 100).await;
    let said: Vec<&str> = roots.iter().map(|root| root["status"].as_str().unwrap()).collect();
    assert_eq!(said.iter().filter(|status| **status == "disabled").count(), 1, "{said:?}");
}
