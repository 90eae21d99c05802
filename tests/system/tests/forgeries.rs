//! What a gateway is sent by strangers: forged and malformed mandates, keys and
//! prompts, against the running system.
#![allow(clippy::unwrap_used)]

use tributary_operator::gateway::GatewayError;
use tributary_system_tests::World;
use tributary_system_tests::world::{DEPOSIT, PAYERS};

fn refused<T>(outcome: Result<T, GatewayError>) -> (u16, String) {
    match outcome {
        Err(GatewayError::Refused { status, problem }) => {
            assert!(!problem.detail.is_empty() && !problem.code.is_empty(), "{problem:?}");
            (status, problem.code)
        }
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it was accepted"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forged_mandates_unknown_keys_and_endless_prompts_are_refused_and_charge_nobody() {
    let world = World::start().await.unwrap();
    let api_keys = world.api_keys().await.unwrap();
    let before: i64 = sqlx::query_scalar("SELECT count(*) FROM usage.mandates").fetch_one(&world.pool).await.unwrap();

    // A mandate that somebody else changed after it was signed.
    let mut raised = world.mandate(PAYERS[0], 10, 7).await.unwrap();
    raised.mandate.maximum = tributary_core::amount::BaseUnits(DEPOSIT);
    assert_eq!(refused(world.gateway.post_mandate(&raised).await), (400, "mandate_forged".into()));
    // In somebody else's name.
    let mut stolen = world.mandate(PAYERS[0], 10, 8).await.unwrap();
    stolen.mandate.payer = world.mandate(PAYERS[1], 10, 8).await.unwrap().mandate.payer;
    assert_eq!(refused(world.gateway.post_mandate(&stolen).await), (400, "mandate_forged".into()));
    // A signature that is none.
    let mut malformed = world.mandate(PAYERS[0], 10, 9).await.unwrap();
    malformed.signature = "not base58 0OIl".into();
    assert_eq!(refused(world.gateway.post_mandate(&malformed).await), (400, "mandate_forged".into()));
    // For another gateway.
    let mut foreign = world.mandate(PAYERS[0], 10, 10).await.unwrap();
    foreign.mandate.gateway.0[0] ^= 1;
    assert_eq!(refused(world.gateway.post_mandate(&foreign).await).0, 400);
    // Posted twice.
    let signed = world.mandate(PAYERS[0], DEPOSIT, 1).await.unwrap();
    assert!(matches!(refused(world.gateway.post_mandate(&signed).await).0, 400 | 409));

    assert_eq!(refused(world.call("trb_unknown", "x1", "When the", 1).await).0, 401);
    assert_eq!(refused(world.call(&api_keys[0], "x2", &"a".repeat(9_000), 1).await), (413, "prompt_too_long".into()));

    // The same idempotency key with another request.
    world.call(&api_keys[0], "once", "When the rain", 1).await.unwrap();
    let status = refused(world.call(&api_keys[0], "once", "The ferryman asks", 1).await).0;
    assert!(matches!(status, 409 | 422), "{status}");

    let after: i64 = sqlx::query_scalar("SELECT count(*) FROM usage.mandates").fetch_one(&world.pool).await.unwrap();
    assert_eq!(before, after, "a refused mandate was stored");
    // Two warm-up calls and the one above.
    world.drained(3).await.unwrap();
    let events: i64 = sqlx::query_scalar("SELECT count(*) FROM usage.events").fetch_one(&world.pool).await.unwrap();
    assert_eq!(events, 3, "a refused call was charged");
    world.stop().await.unwrap();
}
