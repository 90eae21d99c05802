//! Every service is killed at a random moment and started again.
#![allow(clippy::unwrap_used)]

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use std::time::Duration;
use tributary_operator::claim;
use tributary_system_tests::World;

/// The seed of the moments; `TRIBUTARY_SEED` repeats a run.
fn seed() -> u64 {
    let given = std::env::var("TRIBUTARY_SEED").ok().and_then(|text| text.parse().ok());
    given.unwrap_or_else(|| rand::random::<u32>().into())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn services_killed_at_random_moments_lose_and_double_nothing() {
    let seed = seed();
    println!("TRIBUTARY_SEED={seed} repeats these moments");
    let mut moments = StdRng::seed_from_u64(seed);
    let mut wait = |most: u64| Duration::from_millis(moments.random_range(0..most));

    let mut world = World::start().await.unwrap();
    let api_keys = world.api_keys().await.unwrap();
    world.start_settler().unwrap();

    // The services are taken out of the world while callers use the rest of it.
    let mut services = std::mem::take(&mut world.services);
    let mut calls = Vec::new();
    for round in 0..3u64 {
        let (answered, killed) = tokio::join!(world.calls(&api_keys, round * 20, 20), async {
            for name in ["gateway", "indexer", "settler", "watcher"] {
                tokio::time::sleep(wait(600)).await;
                let service = services.get_mut(name).unwrap();
                service.kill().await?;
                tokio::time::sleep(wait(300)).await;
                service.restart().await?;
            }
            anyhow::Ok(())
        });
        killed.unwrap();
        calls.extend(answered.unwrap());
    }
    world.services = services;

    assert_eq!(calls.len(), 60, "every call was answered in the end");
    world.drained(calls.len()).await.unwrap();
    world.settled().await.unwrap();
    world.check(&calls).await.unwrap();
    let machine = &world.machine;
    let serving = claim::serving(&machine.chain, &machine.store, &machine.mint()).await.unwrap();
    let total: u64 = serving.leaves.class_totals().iter().sum();
    let spent: i64 =
        sqlx::query_scalar("SELECT sum(price)::bigint FROM usage.events").fetch_one(&world.pool).await.unwrap();
    let leaves = u64::from(u32::try_from(serving.leaves.leaves().len()).unwrap());
    assert!(
        total <= spent as u64 && total + leaves > spent as u64,
        "{total} of {spent} are published, but for the floors"
    );
    world.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn paid_calls_go_on_while_postgres_is_away_and_are_counted_afterwards() {
    let mut world = World::start().await.unwrap();
    let api_keys = world.api_keys().await.unwrap();
    // Leases are taken while Postgres is there.
    let mut calls = world.calls(&api_keys, 0, 4).await.unwrap();
    let Some(mut postgres) = world.machine.postgres.take() else { return };
    postgres.crash().await.unwrap();
    calls.extend(world.calls(&api_keys, 4, 10).await.unwrap());
    postgres.resume().await.unwrap();
    world.machine.postgres = Some(postgres);
    world.start_settler().unwrap();
    world.drained(calls.len()).await.unwrap();
    world.settled().await.unwrap();
    world.check(&calls).await.unwrap();
    world.stop().await.unwrap();
}
