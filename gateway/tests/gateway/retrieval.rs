//! Datasets found, sold and downloaded, and what is not sold.

use crate::stage::{PER_CALL, PER_TOKEN, Running, Stage, key, verses};
use serde_json::{Value, json};
use tributary_core::group::Group;
use tributary_core::id::AssetId;

async fn link(stage: &Stage, gateway: &Running, api_key: &str, dataset: AssetId, purpose: &str) -> (u16, Value) {
    let body = json!({"dataset": dataset, "purpose": purpose});
    let asked = stage.client.post(gateway.at("/v1/links")).bearer_auth(api_key).json(&body);
    let answer = asked.header("Idempotency-Key", "one download").send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

#[tokio::test]
async fn a_dataset_is_found_by_its_words_and_downloaded_once_it_is_paid_for() {
    let stage = Stage::with_agent().await;
    let line = "a heron counted seventeen grey umbrellas";
    let text = format!("{}{line}\n", verses(41));
    let sold = stage.dataset("sold", &text, 7).await;
    let model = stage.model("shelf", &[sold]).await;
    let agent = stage.agent("retrieval", model).await;
    let gateway = stage.start().await;
    gateway.wait(|health| health["agents"] == 2).await;
    let search = gateway.at(&format!("/v1/search?q={}", line.replace(' ', "+")));
    let found: Value = stage.client.get(search).send().await.unwrap().json().await.unwrap();
    let pieces = (text.len() as u64).div_ceil(1_024);
    let price = PER_CALL + PER_TOKEN * pieces;
    assert_eq!(found["data"][0]["asset"], json!(sold), "{found}");
    assert_eq!(found["data"][0]["download_price"], price.to_string());
    assert_eq!(found["data"][0]["licence"], "CC0-1.0");
    let others = found["data"].as_array().unwrap().iter().skip(1);
    assert!(others.clone().all(|other| other["download_price"].is_null()), "{found}");

    let payer = stage.funded(&gateway, "ada", 50_000).await;
    let (status, got) = link(&stage, &gateway, &payer, sold, "train").await;
    assert_eq!((status, got["charged"].as_str()), (200, Some(price.to_string().as_str())), "{got}");
    let url = gateway.at(got["url"].as_str().unwrap());
    let downloaded = stage.client.get(&url).send().await.unwrap();
    assert_eq!(downloaded.text().await.unwrap(), text);
    let mut forged = url.clone();
    forged.pop();
    assert_eq!(stage.client.get(&forged).send().await.unwrap().status(), 404);
    // Asked for again with the same key, the link is new and nothing is charged.
    let (_, again) = link(&stage, &gateway, &payer, sold, "train").await;
    assert_eq!((&again["charged"], &again["sequence"]), (&Value::Null, &got["sequence"]));
    gateway.stop().await.unwrap();

    let bytes: Vec<u8> = sqlx::query_scalar("SELECT bytes FROM usage.groups").fetch_one(&stage.pool).await.unwrap();
    let event = Group::decode(&bytes).unwrap().events.remove(0);
    assert_eq!((event.agent, event.uses, event.price.0), (agent, 1, price));
    assert_eq!(event.evidence.pairs, [(sold, pieces as u32 * 65_536)], "all of it is the dataset's");
    stage.check_identity().await;
}

#[tokio::test]
async fn what_an_owner_does_not_permit_or_nobody_sells_is_not_sold() {
    let stage = Stage::with_agent().await;
    let unsold = stage.dataset("unsold", &verses(43), 7).await;
    let shown = stage.dataset("shown", &verses(42), 5).await;
    let model = stage.model("shelf", &[shown]).await;
    stage.agent("retrieval", model).await;
    let gateway = stage.start().await;
    gateway.wait(|health| health["agents"].as_u64() >= Some(2)).await;
    let payer = stage.funded(&gateway, "ada", 50_000).await;
    let (status, problem) = link(&stage, &gateway, &payer, shown, "ground").await;
    assert_eq!((status, problem["code"].as_str()), (403, Some("use_forbidden")), "{problem}");
    assert_eq!(problem["refusal"]["record"], json!(shown));
    assert_eq!(problem["refusal"]["needed"], "ground");
    assert_eq!(problem["refusal"]["key"], json!(bs58::encode(key("gateway").verifying_key().to_bytes()).into_string()));
    let (status, problem) = link(&stage, &gateway, &payer, unsold, "train").await;
    assert_eq!((status, problem["code"].as_str()), (404, Some("no_such_dataset")), "{problem}");
    let (status, _) = link(&stage, &gateway, &payer, shown, "sell").await;
    assert_eq!(status, 400);
    gateway.stop().await.unwrap();
    assert_eq!(stage.number("SELECT count(*) FROM usage.events").await, 0);
}
