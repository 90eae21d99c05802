//! Further keys of a mandate: their budgets, and what they may not do.

use crate::stage::{Running, Stage, question};
use serde_json::{Value, json};

async fn make(stage: &Stage, gateway: &Running, first: &str, body: Value) -> (u16, Value) {
    let answer = stage.client.post(gateway.at("/v1/keys")).bearer_auth(first).json(&body).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

#[tokio::test]
async fn a_key_never_spends_more_than_its_budget_whatever_is_killed() {
    let stage = Stage::with_agent().await;
    let mut gateway = stage.start().await;
    let first = stage.funded(&gateway, "ada", 50_000).await;
    let (status, made) = make(&stage, &gateway, &first, json!({"label": "ci", "budget": "1500"})).await;
    assert_eq!(status, 201, "{made}");
    let key = made["api_key"].as_str().unwrap();
    let mut spent = 0;
    for round in 0.. {
        let (status, answer) = stage.ask(&gateway, key, None, &question()).await;
        if status == 402 {
            assert_eq!(answer["code"], "budget_spent", "{answer}");
            break;
        }
        assert_eq!(status, 200, "{answer}");
        spent += answer["tributary"]["price"].as_str().unwrap().parse::<i64>().unwrap();
        match round {
            2 => {
                gateway.kill();
                gateway = stage.start().await;
            }
            4 => {
                gateway.stop().await.unwrap();
                gateway = stage.start().await;
            }
            _ => {}
        }
    }
    // A crash may keep one part of the budget from being spent, never adds to it.
    assert!(spent <= 1_500 && spent > 1_500 - 2 * 136, "{spent}");
    assert_eq!(stage.ask(&gateway, &first, None, &question()).await.0, 200, "the mandate has more");
    gateway.stop().await.unwrap();
    stage.check_identity().await;
}

#[tokio::test]
async fn only_the_first_key_makes_lists_and_revokes_keys() {
    let stage = Stage::with_agent().await;
    let gateway = stage.start().await;
    let first = stage.funded(&gateway, "ada", 50_000).await;
    let (_, made) = make(&stage, &gateway, &first, json!({"label": "bot", "rate": 1})).await;
    let key = made["api_key"].as_str().unwrap().to_string();
    let (status, problem) = make(&stage, &gateway, &key, json!({"label": "more"})).await;
    assert_eq!((status, problem["code"].as_str()), (403, Some("not_the_first_key")), "{problem}");
    let statuses =
        [stage.ask(&gateway, &key, None, &question()).await.0, stage.ask(&gateway, &key, None, &question()).await.0];
    assert!(statuses.contains(&429), "one request a second: {statuses:?}");
    let list: Value =
        stage.client.get(gateway.at("/v1/keys")).bearer_auth(&first).send().await.unwrap().json().await.unwrap();
    assert_eq!(list["data"][0]["label"], "bot");
    assert!(!list.to_string().contains(&key), "a key is shown once");
    let path = gateway.at(&format!("/v1/keys/{}", made["id"].as_str().unwrap()));
    assert_eq!(stage.client.delete(&path).bearer_auth(&first).send().await.unwrap().status(), 204);
    assert_eq!(stage.ask(&gateway, &key, None, &question()).await.0, 401);
    for bad in [json!({"label": ""}), json!({"label": "x", "budget": "-1"}), json!({"label": "x", "rate": 0})] {
        assert_eq!(make(&stage, &gateway, &first, bad).await.0, 400);
    }
    gateway.stop().await.unwrap();
}
