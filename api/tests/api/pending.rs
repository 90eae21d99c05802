//! What is announced beside what is in force, and what is held and why: the
//! world is at slot 75, final up to 70.

use crate::world::World;
use crate::world::history::{asset, bytes, claimant, vault};
use serde_json::{Value, json};
use sqlx::PgConnection;

/// Announces terms that give an asset's income to one key.
async fn announce(db: &mut PgConnection, name: &str, sequence: i64, to: &str, slot: i64, effective_slot: i64) {
    sqlx::query("INSERT INTO chain.terms VALUES ($1, $2, $3, $4, '{10000}', '{0,0,0,0,0}', $6, $5)")
        .bind(&bytes("shard")[..])
        .bind(1_000_000_000_000 + sequence)
        .bind(&bytes(name)[..])
        .bind(vec![claimant(to).0.to_vec()])
        .bind(slot)
        .bind(effective_slot)
        .execute(db)
        .await
        .unwrap();
}

fn alone(name: &str) -> Value {
    json!([{"claimant": claimant(name), "share_bps": 10_000}])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn terms_in_force_are_shown_beside_those_that_are_announced() {
    let world = World::start().await;
    let mut db = world.writer().await;
    announce(&mut db, "Rain", 0, "cleo", 60, 65).await;
    announce(&mut db, "Rain", 1, "dora", 72, 200).await;
    let rain = world.api.json(&format!("/v1/assets/{}", asset("Rain"))).await["data"].clone();
    assert_eq!(rain["co_owners"], alone("cleo"));
    let pending = json!([{
        "co_owners": alone("dora"), "mix": null, "announced_slot": 72, "effective_slot": 200, "commitment": "confirmed",
    }]);
    assert_eq!(rain["pending_terms"], pending);

    // A later announcement takes the place of one that does not count yet.
    announce(&mut db, "Rain", 2, "ada", 74, 300).await;
    let rain = world.api.json(&format!("/v1/assets/{}", asset("Rain"))).await["data"].clone();
    assert_eq!(rain["co_owners"], alone("cleo"));
    let pending: Vec<_> = rain["pending_terms"].as_array().unwrap().iter().map(|terms| &terms["co_owners"]).collect();
    assert_eq!(pending, [&alone("ada")]);

    let of = async |name: &str| -> Vec<String> {
        let all = world.all(&format!("/v1/assets?claimant={}", claimant(name)), 100).await;
        all.iter().map(|entry| entry["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(of("bob").await, ["Rivers"], "its terms are past");
    assert_eq!(of("cleo").await, ["Rain", "Weather"], "its terms are in force");
    assert_eq!(of("ada").await, ["Rivers", "Rain"], "its terms are to come");
    assert_eq!(of("dora").await, ["Almanac"], "its terms were replaced before they counted");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn uses_to_come_and_the_commitment_of_a_record_are_shown() {
    let world = World::start().await;
    let path = format!("/v1/assets/{}", asset("Rivers"));
    let before = world.api.json(&path).await["data"].clone();
    assert_eq!((&before["status"], &before["commitment"]), (&json!("active"), &json!("finalised")));
    assert_eq!((&before["pending_uses"], &before["dispute"]), (&Value::Null, &Value::Null));

    let mut db = world.writer().await;
    sqlx::query("UPDATE chain.assets SET uses = 1, next_uses = 3, next_uses_slot = 100, slot = 72 WHERE asset = $1")
        .bind(&bytes("Rivers")[..])
        .execute(&mut db)
        .await
        .unwrap();
    let after = world.api.json(&path).await["data"].clone();
    assert_eq!(after["uses"], json!({"train": true, "ground": false, "display": false}));
    let coming = json!({"uses": {"train": true, "ground": true, "display": false}, "effective_slot": 100});
    assert_eq!((&after["pending_uses"], &after["commitment"]), (&coming, &json!("confirmed")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_open_dispute_is_shown_with_its_deadline_and_what_it_holds_back() {
    let world = World::start().await;
    let mut db = world.writer().await;
    sqlx::query("INSERT INTO chain.disputes VALUES ($1, 0, $2, 'opened', $3, $4, 5, 900, 60)")
        .bind(&bytes("shard")[..])
        .bind(&bytes("Rivers")[..])
        .bind(&claimant("cleo").0[..])
        .bind(&bytes("evidence")[..])
        .execute(&mut db)
        .await
        .unwrap();
    sqlx::query("UPDATE chain.assets SET disputed_slot = 60, dispute_deadline = 900, slot = 60 WHERE asset = $1")
        .bind(&bytes("Rivers")[..])
        .execute(&mut db)
        .await
        .unwrap();
    // Two policies, three units and a half and two units and three quarters.
    for (policy, amount) in [("used", 7i64 << 31), ("verbatim", 11 << 30)] {
        sqlx::query("INSERT INTO ledger.held VALUES ($1, $2, $3, $4, 1, $5)")
            .bind(&vault().0[..])
            .bind(&bytes("Rivers")[..])
            .bind(&claimant("ada").0[..])
            .bind(policy)
            .bind(sqlx::types::BigDecimal::from(amount))
            .execute(&mut db)
            .await
            .unwrap();
    }
    let rivers = world.api.json(&format!("/v1/assets/{}", asset("Rivers"))).await["data"].clone();
    assert_eq!(rivers["status"], "disputed");
    let dispute = json!({
        "challenger": claimant("cleo"), "evidence_hash": tributary_core::id::FileHash(bytes("evidence")),
        "opened_slot": 60, "deadline_slot": 900, "upheld_slot": null, "reassign_from": null, "commitment": "finalised",
    });
    assert_eq!(rivers["dispute"], dispute);

    let held = async |name: &str| {
        let answer = world.api.json(&format!("/v1/claimants/{}/balances", claimant(name))).await;
        let classes = answer["data"]["vaults"][0]["classes"].as_array().unwrap();
        classes.iter().map(|class| (class["held"].clone(), class["held_sub_units"].clone())).collect::<Vec<_>>()
    };
    let sub_units = ((7u64 << 31) + (11 << 30)).to_string();
    let (nothing, some) = ((json!("0"), json!("0")), (json!("6"), json!(sub_units)));
    assert_eq!(held("ada").await, [some, nothing.clone(), nothing.clone()]);
    assert_eq!(held("bob").await, [nothing.clone(), nothing.clone(), nothing]);
}
