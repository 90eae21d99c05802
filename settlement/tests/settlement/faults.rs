//! What goes wrong: kills, wrong roots, missing files, forged events, rivals.

use crate::drill::books_are_in_order;
use crate::epochs::report;
use crate::network::WINDOW_SLOTS;
use crate::world::{World, payer};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use sqlx::postgres::PgPoolOptions;
use std::time::Duration;
use tributary_client::rewards::RewardsEvent;
use tributary_core::position::Epoch;
use tributary_operator::keys::development;
use tributary_settlement::compute::VoidReason;
use tributary_settlement::machine::Step;
use tributary_settlement::settler::{AttemptId, Ledger, Sabotage, SettlerError};
use tributary_settlement::verify::Outcome;

/// Deposits for Pat, and a lease that calls can be paid from.
pub async fn with_lease(world: &mut World) -> crate::gateway::Call {
    world.fund("pat", 1_000_000).await;
    let pat = development("pat");
    let mandate = world.gateway.mandate(&pat, &pat, 500_000).await;
    let lease = world.gateway.lease(payer("pat"), mandate, 400_000).await;
    world.call("pat", mandate, lease)
}

/// Reasons of all vetoes that the chain has seen.
async fn vetoes(world: &World) -> Vec<u8> {
    let events: Vec<Vec<u8>> =
        sqlx::query_scalar("SELECT data FROM chain.events WHERE name = 'RootVetoed' ORDER BY slot")
            .fetch_all(&world.pool)
            .await
            .unwrap();
    let reason = |data: Vec<u8>| match RewardsEvent::decode(&data).unwrap() {
        RewardsEvent::RootVetoed(event) => event.reason,
        other => panic!("{other:?}"),
    };
    events.into_iter().map(reason).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_settler_killed_at_any_moment_posts_each_epoch_exactly_once() {
    let seed: u64 = std::env::var("SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(rand::random);
    println!("SEED={seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let mut world = World::start().await;
    let call = with_lease(&mut world).await;
    let watcher = world.watcher(world.watcher_config());
    for epoch in 1..=3 {
        world.gateway.serve(&call, &[1_000 + epoch as u64, 77]).await;
        let mut kills = 0;
        loop {
            let settler = world.settler(world.settler_config());
            tokio::time::sleep(Duration::from_millis(random.random_range(0..700))).await;
            settler.kill().await;
            kills += 1;
            let active = world.number("SELECT count(*) FROM ledger.epochs WHERE step = 'active'").await;
            if active == epoch {
                break;
            }
            assert!(kills < 200, "epoch {epoch} does not become active");
        }
        println!("epoch {epoch}: {kills} kills");
    }
    watcher.stop().await;
    assert!(report(&world).await.holds());
    let posted = sqlx::query_scalar::<_, i64>(
        "SELECT count(*) FROM chain.events WHERE name = 'RootPosted' AND commitment IS NOT NULL",
    );
    world
        .until("the indexer to see three roots", async || {
            world.number("SELECT count(*) FROM chain.events WHERE name = 'RootActivated'").await == 3
        })
        .await;
    assert_eq!(posted.fetch_one(&world.pool).await.unwrap(), 3, "each epoch is posted once");
    assert!(vetoes(&world).await.is_empty());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_root_wrong_by_a_unit_or_a_leaf_or_withheld_is_struck_down_and_the_next_attempt_serves() {
    let mut world = World::start().await;
    let call = with_lease(&mut world).await;
    world.gateway.serve(&call, &[5_000]).await;
    let mut config = world.settler_config();
    config.sabotage = Some("one-unit@1".parse::<Sabotage>().unwrap());
    let settler = world.settler(config);
    let watcher = world.watcher(world.watcher_config());
    world.until_step(1, 0, "vetoed").await;
    world.until_step(1, 1, "active").await;
    settler.stop().await;
    watcher.stop().await;
    let report = report(&world).await;
    assert!(report.holds(), "{:?}", report.roots);
    assert_eq!(report.roots.iter().map(|root| (root.epoch, root.attempt)).collect::<Vec<_>>(), [(Epoch(1), 1)]);
    world.until("the indexer to see the veto", async || !vetoes(&world).await.is_empty()).await;
    assert_eq!(vetoes(&world).await, [1]);

    // A leaf too many, and a file that is missing: wrong, and unavailable.
    for (epoch, drill, reason) in [(2, "one-leaf@2", 1), (3, "withheld@3", 2)] {
        world.gateway.serve(&call, &[5_000]).await;
        let mut config = world.settler_config();
        config.sabotage = Some(drill.parse::<Sabotage>().unwrap());
        let settler = world.settler(config);
        let watcher = world.watcher(world.watcher_config());
        world.until_step(epoch, 0, "vetoed").await;
        world.until_step(epoch, 1, "active").await;
        settler.stop().await;
        watcher.stop().await;
        world.until("the indexer to see the veto", async || vetoes(&world).await.len() as i64 == epoch).await;
        assert_eq!(vetoes(&world).await.last(), Some(&reason), "{drill}");
    }
    books_are_in_order(&world).await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_root_whose_files_cannot_be_fetched_is_struck_down_after_half_of_its_window() {
    let mut world = World::start().await;
    let call = with_lease(&mut world).await;
    world.gateway.serve(&call, &[5_000]).await;
    let settler = world.settler(world.settler_config());
    let mut config = world.watcher_config();
    config.store = world.folder.path().join("another, empty store").into();
    let watcher = world.watcher(config);
    world.until_step(1, 0, "vetoed").await;
    settler.stop().await;
    watcher.stop().await;
    world.until("the indexer to see the veto", async || !vetoes(&world).await.is_empty()).await;
    assert_eq!(vetoes(&world).await[0], 2);
    let waited = world
        .number(
            "SELECT (SELECT min(slot) FROM chain.events WHERE name = 'RootVetoed')
                  - (SELECT min(slot) FROM chain.events WHERE name = 'RootPosted')",
        )
        .await;
    assert!(waited >= WINDOW_SLOTS as i64 / 2, "only {waited} slots were waited");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_event_is_void_and_verify_says_so() {
    let mut world = World::start().await;
    world.fund("pat", 1_000_000).await;
    let (pat, thief) = (development("pat"), development("paul"));
    let honest = world.gateway.mandate(&pat, &pat, 500_000).await;
    let forged = world.gateway.mandate(&pat, &thief, 500_000).await;
    let lease = world.gateway.lease(payer("pat"), honest, 400_000).await;
    let stolen = world.gateway.lease(payer("pat"), forged, 400_000).await;
    let (good, bad) = (world.call("pat", honest, lease), world.call("pat", forged, stolen));
    world.gateway.serve(&bad, &[300_000]).await;
    world.gateway.serve(&good, &[100]).await;
    let settler = world.settler(world.settler_config());
    let watcher = world.watcher(world.watcher_config());
    world.until_step(1, 0, "active").await;
    settler.stop().await;
    watcher.stop().await;
    let report = report(&world).await;
    let Outcome::Right(recomputed) = &report.roots[0].outcome else { panic!("{:?}", report.roots) };
    assert_eq!(recomputed.events, 2);
    assert_eq!(recomputed.voids.len(), 1);
    assert_eq!(recomputed.voids[0].reason, VoidReason::ForgedMandate);
    assert_eq!(report.roots[0].class_totals.iter().sum::<u64>(), 99, "a unit of the 100 is residue of three shares");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_settlers_one_waits_and_a_fenced_one_cannot_write() {
    let mut world = World::start().await;
    let call = with_lease(&mut world).await;
    world.gateway.serve(&call, &[5_000]).await;
    let (one, other) = (world.settler(world.settler_config()), world.settler(world.settler_config()));
    let watcher = world.watcher(world.watcher_config());
    world.until_step(1, 0, "active").await;
    assert!(!one.has_ended(), "{:?}", one.result().await);
    assert!(!other.has_ended(), "{:?}", other.result().await);
    assert_eq!(world.number("SELECT count(*) FROM ledger.epochs").await, 1);
    assert_eq!(world.number("SELECT fence FROM ledger.writer").await, 1, "the waiting one never wrote");

    // Somebody takes over by force: the settler that holds the lock must stop.
    let pool = PgPoolOptions::new().connect(world.cluster.url()).await.unwrap();
    let stale = Ledger::take(pool.clone()).await.unwrap();
    let newest = Ledger::take(pool).await.unwrap();
    let id = AttemptId { vault: world.network.vault, epoch: Epoch(1), attempt: 0 };
    assert!(matches!(stale.record_step(&id, Step::Vetoed).await, Err(SettlerError::Fenced { newest: 3, ours: 2 })));
    newest.record_step(&id, Step::Active).await.unwrap();
    world.gateway.serve(&call, &[5_000]).await;
    world.until("the fenced settler to stop", async || one.has_ended() || other.has_ended()).await;
    let (fenced, waiting) = if one.has_ended() { (one, other) } else { (other, one) };
    assert!(matches!(fenced.result().await, Err(SettlerError::Fenced { .. })));
    // The one that waited takes over and goes on.
    world.until_step(2, 0, "active").await;
    waiting.stop().await;
    watcher.stop().await;
    assert!(report(&world).await.holds());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_not_the_poster_s_is_refused_at_once() {
    let world = World::start().await;
    let mut config = world.settler_config();
    config.poster_key = crate::network::key_file(world.folder.path(), &development("paul"));
    assert!(matches!(world.settler(config).result().await, Err(SettlerError::Poster { .. })));
    let mut config = world.watcher_config();
    config.key = crate::network::key_file(world.folder.path(), &development("paul"));
    let refused = world.watcher(config).result().await;
    assert!(matches!(refused, Err(tributary_settlement::watch::WatchError::NotAdmitted(_))));
    world.end().await;
}
