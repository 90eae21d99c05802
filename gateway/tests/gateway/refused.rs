//! What is refused, with which words, and that nothing is left half done.

use crate::stage::{Stage, question};
use serde_json::{Value, json};
use tributary_core::amount::BaseUnits;
use tributary_core::id::{GatewayId, Genesis, VaultId};
use tributary_core::position::Slot;

#[tokio::test]
async fn a_caller_without_a_known_key_is_told_how_to_get_one() {
    let stage = Stage::with_agent().await;
    let gateway = stage.start().await;
    let (status, problem) = stage.ask(&gateway, "trb_nothing", None, &question()).await;
    assert_eq!((status, problem["code"].as_str()), (401, Some("unknown_key")));
    assert!(problem["next_step"].as_str().unwrap().contains("tributary mandate"), "{problem}");
    assert_eq!(problem["request_id"].as_str().unwrap().len(), 32);
    assert_eq!(problem["type"], "urn:tributary:problem:unknown_key");
    gateway.stop().await.unwrap();
}

#[tokio::test]
async fn no_deposit_or_too_small_a_mandate_is_402_and_says_what_is_missing() {
    let stage = Stage::with_agent().await;
    let gateway = stage.start().await;
    let key = stage.api_key(&gateway, "ada", 10_000, 1).await;
    let (status, problem) = stage.ask(&gateway, &key, None, &question()).await;
    assert_eq!((status, problem["code"].as_str()), (402, Some("no_credit")), "{problem}");
    assert_eq!((&problem["missing"]["needed"], &problem["missing"]["available"]), (&json!("136"), &json!("0")));
    assert!(problem["next_step"].as_str().unwrap().contains("tributary deposit"), "{problem}");

    stage.deposit("ada", 10_000).await;
    let (status, _) = stage.ask(&gateway, &key, None, &question()).await;
    assert_eq!(status, 402, "a deposit that is not final buys nothing");
    stage.finalise().await;
    let (status, answer) = stage.ask(&gateway, &key, None, &question()).await;
    assert_eq!(status, 200, "{answer}");

    let small = stage.api_key(&gateway, "ada", 100, 2).await;
    let (status, problem) = stage.ask(&gateway, &small, None, &question()).await;
    assert_eq!((status, problem["missing"]["mandate_left"].as_str()), (402, Some("100")), "{problem}");
    gateway.stop().await.unwrap();
    stage.check_identity().await;
}

#[tokio::test]
async fn a_mandate_that_is_forged_foreign_expired_empty_or_known_buys_no_key() {
    let stage = Stage::with_agent().await;
    let gateway = stage.start().await;
    let good = stage.mandate("ada", 1_000, 1);
    let mut tampered = stage.signed(&good, "ada");
    tampered["maximum"] = "1001".into();
    let mut short = stage.signed(&good, "ada");
    short["signature"] = "3yZe7d".into();
    let cases = [
        (stage.signed(&good, "eve"), 400, "mandate_forged"),
        (tampered, 400, "mandate_forged"),
        (short, 400, "mandate_forged"),
        (
            stage.signed(&tributary_core::mandate::Mandate { genesis: Genesis([1; 32]), ..good }, "ada"),
            400,
            "mandate_foreign",
        ),
        (
            stage.signed(&tributary_core::mandate::Mandate { gateway: GatewayId([1; 32]), ..good }, "ada"),
            400,
            "mandate_foreign",
        ),
        (
            stage.signed(&tributary_core::mandate::Mandate { vault: VaultId([1; 32]), ..good }, "ada"),
            400,
            "mandate_foreign",
        ),
        (stage.signed(&tributary_core::mandate::Mandate { expires: Slot(5), ..good }, "ada"), 400, "mandate_over"),
        (
            stage.signed(&tributary_core::mandate::Mandate { maximum: BaseUnits::ZERO, ..good }, "ada"),
            400,
            "mandate_nothing",
        ),
        (json!({"payer": "nobody"}), 400, "bad_request"),
        (stage.signed(&good, "ada"), 201, ""),
        // The signature becomes public: it must not buy a second key.
        (stage.signed(&good, "ada"), 409, "mandate_known"),
        (stage.signed(&stage.mandate("ada", 9_999, 1), "ada"), 409, "mandate_known"),
    ];
    for (body, expected, code) in cases {
        let answer = stage.client.post(gateway.at("/v1/mandates")).json(&body).send().await.unwrap();
        let status = answer.status().as_u16();
        let problem: Value = answer.json().await.unwrap();
        assert_eq!((status, problem["code"].as_str().unwrap_or("")), (expected, code), "{problem}");
    }
    assert_eq!(stage.number("SELECT count(*) FROM usage.mandates").await, 1);
    gateway.stop().await.unwrap();
}

#[tokio::test]
async fn bad_bodies_are_refused_before_anything_is_reserved() {
    let stage = Stage::with_agent().await;
    let gateway = stage.start().await;
    let key = stage.funded(&gateway, "ada", 10_000).await;
    let cases = [
        (json!({"model": "bard", "prompt": "x".repeat(8 * 1024 + 1), "max_tokens": 4}), 413, "prompt_too_long"),
        (json!({"model": "bard", "prompt": "x".repeat(100_000), "max_tokens": 4}), 413, "body_too_large"),
        (json!({"model": "bard", "prompt": "x", "max_tokens": 257}), 400, "bad_request"),
        (json!({"model": "bard", "prompt": "x", "max_tokens": 0}), 400, "bad_request"),
        (json!({"model": "bard", "prompt": "x", "max_tokens": -1}), 400, "bad_request"),
        (json!({"model": "bard", "prompt": ["x", "y"]}), 400, "bad_request"),
        (json!({"model": "bard", "prompt": "x", "echo": true}), 400, "unsupported"),
        (json!({"model": "bard", "prompt": "x", "logprobs": 3}), 400, "unsupported"),
        (json!({"model": "bard", "prompt": "x", "n": 2}), 400, "unsupported"),
        (json!({"model": "bard", "prompt": "x", "stop": ["", "a"]}), 400, "bad_request"),
        (json!({"model": "nobody", "prompt": "x"}), 404, "no_such_agent"),
    ];
    for (body, expected, code) in cases {
        let (status, problem) = stage.ask(&gateway, &key, None, &body).await;
        assert_eq!((status, problem["code"].as_str()), (expected, Some(code)), "{problem}");
        assert_eq!(problem["status"], expected);
    }
    let answer = stage.client.get(gateway.at("/v2/else")).send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    gateway.stop().await.unwrap();
    assert_eq!(stage.number("SELECT count(*) FROM usage.events").await, 0);
    assert_eq!(stage.number("SELECT available::bigint FROM credit.accounts").await, 10_000);
}

#[tokio::test]
async fn a_model_of_texts_whose_owner_does_not_permit_it_is_not_served() {
    let stage = Stage::with_agent().await;
    let private = stage.dataset("private", &crate::stage::verses(9), 2).await;
    let model = stage.model("greedy", &[private]).await;
    let agent = stage.agent("greedy", model).await;
    let gateway = stage.start().await;
    let key = stage.funded(&gateway, "ada", 10_000).await;
    let ask = json!({"model": agent.to_string(), "prompt": "x", "max_tokens": 4});
    let (status, problem) = stage.ask(&gateway, &key, None, &ask).await;
    assert_eq!((status, problem["code"].as_str()), (403, Some("use_forbidden")), "{problem}");
    let refusal = &problem["refusal"];
    assert_eq!(refusal["record"], json!(private));
    assert_eq!((&refusal["permitted"], &refusal["needed"]), (&json!("ground"), &json!("train, display")));
    let text = format!(
        "Tributary refusal v1\nThis gateway refuses a use that a record does not permit.\nGateway: {}\n\
         Asked for: {agent}\nRecord: {private}\nPermitted: ground\nNeeded: train, display\nAs of slot: {}\nKey: {}",
        stage.gateway,
        refusal["slot"],
        refusal["key"].as_str().unwrap(),
    );
    let signature = bs58::decode(refusal["signature"].as_str().unwrap()).into_vec().unwrap();
    let signer = crate::stage::key("gateway").verifying_key();
    signer.verify_strict(text.as_bytes(), &ed25519_dalek::Signature::from_slice(&signature).unwrap()).unwrap();
    assert_eq!(stage.number("SELECT count(*) FROM usage.events").await, 0);
    let list: Value = stage.client.get(gateway.at("/v1/models")).send().await.unwrap().json().await.unwrap();
    let reasons = list["tributary"]["refused"].to_string();
    assert!(reasons.contains("whose owner permits ground"), "{reasons}");
    gateway.stop().await.unwrap();
}

#[tokio::test]
async fn a_damaged_text_in_the_store_is_never_served() {
    let stage = Stage::with_agent().await;
    let text = crate::stage::verses(1);
    let name = tributary_core::id::FileHash(tributary_core::hash::sha256(&[text.as_bytes()])).to_string();
    let path = stage.folder.path().join("store").join(&name[..2]).join(&name);
    std::fs::write(&path, text.replace("river", "liver")).unwrap();
    let gateway = stage.start_cold().await;
    gateway.wait(|health| health["state"] == "serving" && !health["graph_slot"].is_null()).await;
    assert_eq!(gateway.health().await["agents"], 0);
    // Once repaired, it is served without a restart.
    std::fs::write(&path, &text).unwrap();
    gateway.wait(|health| health["agents"] == 1).await;
    gateway.stop().await.unwrap();
}
