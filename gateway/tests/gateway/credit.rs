//! Leases, refunds and mandates' maxima, over HTTP and to the unit.

use crate::stage::{Stage, question};
use futures::future::join_all;
use sqlx::Row;

#[tokio::test]
async fn spending_stops_exactly_where_the_deposit_ends() {
    let stage = Stage::with_agent().await;
    let gateway = stage.start().await;
    let key = stage.funded(&gateway, "ada", 2_000).await;
    let mut spent = 0;
    loop {
        let (status, answer) = stage.ask_until(&gateway, &key, &question()).await;
        if status == 402 {
            assert_eq!(answer["code"], "no_credit", "{answer}");
            break;
        }
        assert_eq!(status, 200, "{answer}");
        spent += answer["tributary"]["price"].as_str().unwrap().parse::<i64>().unwrap();
    }
    assert!(spent <= 2_000 && spent > 2_000 - 136, "{spent}");
    gateway.stop().await.unwrap();
    stage.check_identity().await;
    assert_eq!(stage.number("SELECT available::bigint FROM credit.accounts").await, 2_000 - spent);
}

#[tokio::test]
async fn many_callers_of_one_payer_never_spend_more_than_the_mandate_allows() {
    let stage = Stage::with_agent().await;
    let gateway = stage.start().await;
    stage.deposit("ada", 100_000).await;
    stage.finalise().await;
    let key = stage.api_key(&gateway, "ada", 1_500, 1).await;
    let question = question();
    for _ in 0..4 {
        join_all((0..10).map(|_| stage.ask(&gateway, &key, None, &question))).await;
    }
    let (status, problem) = stage.ask_until(&gateway, &key, &question).await;
    assert_eq!((status, problem["code"].as_str()), (402, Some("mandate_spent")), "{problem}");
    gateway.stop().await.unwrap();
    let spent = stage.number("SELECT sum(price)::bigint FROM usage.events").await;
    assert!(spent <= 1_500 && spent > 1_500 - 136, "{spent}");
    stage.check_identity().await;
}

#[tokio::test]
async fn a_refund_request_stops_runs_and_returns_exactly_what_was_not_spent() {
    let stage = Stage::with_agent().await;
    let gateway = stage.start().await;
    let key = stage.funded(&gateway, "ada", 50_000).await;
    for _ in 0..5 {
        assert_eq!(stage.ask(&gateway, &key, None, &question()).await.0, 200);
    }
    stage.refund_request("ada", true).await;
    stage.until_number("SELECT count(*) FROM credit.leases WHERE closed_at IS NULL", 0).await;
    let (status, problem) = stage.ask(&gateway, &key, None, &question()).await;
    assert_eq!((status, problem["code"].as_str()), (402, Some("refund_requested")), "{problem}");
    assert_eq!(stage.number("SELECT count(*) FROM credit.log WHERE kind = 'refund'").await, 0, "not final yet");
    stage.finalise().await;
    stage.until_number("SELECT count(*) FROM credit.log WHERE kind = 'refund'", 1).await;
    let row = sqlx::query(
        "SELECT (SELECT amount FROM credit.log WHERE kind = 'refund')::bigint,
                (SELECT sum(price) FROM usage.events)::bigint",
    )
    .fetch_one(&stage.pool)
    .await
    .unwrap();
    assert_eq!(row.get::<i64, _>(0) + row.get::<i64, _>(1), 50_000);
    stage.check_identity().await;
    // Withdrawn, with a new deposit, the same key serves again.
    stage.refund_request("ada", false).await;
    stage.deposit("ada", 5_000).await;
    stage.finalise().await;
    let start = std::time::Instant::now();
    while stage.ask(&gateway, &key, None, &question()).await.0 != 200 {
        assert!(start.elapsed().as_secs() < 10, "the withdrawal never lifted the stop");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    gateway.stop().await.unwrap();
    stage.check_identity().await;
}

#[tokio::test]
async fn an_expired_mandate_spends_nothing_and_its_leases_return() {
    let stage = Stage::with_agent().await;
    let gateway = stage.start().await;
    stage.deposit("ada", 50_000).await;
    let slot = stage.finalise().await;
    let mandate = tributary_core::mandate::Mandate {
        expires: tributary_core::position::Slot(slot as u64 + 1),
        ..stage.mandate("ada", 10_000, 1)
    };
    let body = stage.signed(&mandate, "ada");
    let answer: serde_json::Value =
        stage.client.post(gateway.at("/v1/mandates")).json(&body).send().await.unwrap().json().await.unwrap();
    let key = answer["api_key"].as_str().unwrap();
    assert_eq!(stage.ask(&gateway, key, None, &question()).await.0, 200);
    stage.finalise().await;
    let last = stage.finalise().await;
    gateway.wait(|health| health["finalised_slot"].as_i64() == Some(last)).await;
    let (status, problem) = stage.ask(&gateway, key, None, &question()).await;
    assert_eq!((status, problem["code"].as_str()), (402, Some("mandate_over")), "{problem}");
    stage.until_number("SELECT count(*) FROM credit.leases WHERE closed_at IS NULL", 0).await;
    gateway.stop().await.unwrap();
    stage.check_identity().await;
}

#[tokio::test]
async fn a_second_mandate_spends_what_the_first_ones_lease_holds() {
    let stage = Stage::with_agent().await;
    let gateway = stage.start().await;
    // The first lease takes the whole deposit.
    let first = stage.funded(&gateway, "ada", 3_000).await;
    assert_eq!(stage.ask(&gateway, &first, None, &question()).await.0, 200);
    let second = stage.api_key(&gateway, "ada", 3_000, 2).await;
    let (status, answer) = stage.ask_until(&gateway, &second, &question()).await;
    assert_eq!(status, 200, "{answer}");
    gateway.stop().await.unwrap();
    assert_eq!(stage.number("SELECT count(DISTINCT mandate) FROM usage.events").await, 2);
    stage.check_identity().await;
}
