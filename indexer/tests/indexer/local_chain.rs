//! On the real local chain.

use crate::cluster::{Database, Indexer, count, finalised, quick, until_final};
use crate::local_network::LocalNetwork;
use crate::truth::{assert_same_events, digest, projections};
use rand::{Rng, SeedableRng};
use solana_sdk::signature::Signer;
use std::time::Duration;
use tributary_client::registry;
use tributary_client::rewards;
use tributary_core::position::Slot;
use tributary_indexer::Config;
use tributary_indexer::source::rpc::RpcSource;

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_on_the_chain_stands_in_the_database() {
    let (database, network) = tokio::join!(Database::start(), LocalNetwork::start());
    let config = Config {
        ws_url: Some(network.ws_url.clone()),
        settings: quick(),
        ..Config::new(database.url(), &network.rpc_url)
    };
    let indexer = Indexer::start(config);

    let [alice, bob, ..] = &network.people[..] else { panic!("no people") };
    let asset = network.register(alice, "to be or not to be", bob).await;
    network.deposit(alice, 5_000_000).await;
    network.deposit(bob, 7).await;
    network.deposit(alice, 1).await;
    network.send(&[registry::register_gateway(&alice.pubkey(), 0, 0)], alice).await;
    network.send(&[registry::add_gateway_key(&alice.pubkey(), 0, 0, &bob.pubkey(), Slot(0))], alice).await;
    network.send(&[registry::revoke_gateway_key(&alice.pubkey(), 0, 0, &bob.pubkey())], alice).await;
    network.send(&[rewards::request_refund(&bob.pubkey(), &network.vault)], bob).await;
    network.send(&[rewards::withdraw_refund_request(&bob.pubkey(), &network.vault)], bob).await;
    // Two events in one transaction.
    let both = [
        rewards::deposit(
            &bob.pubkey(),
            &network.mint,
            &tributary_client::pda::TOKEN,
            tributary_core::amount::BaseUnits(2),
        ),
        rewards::request_refund(&bob.pubkey(), &network.vault),
    ];
    network.send(&both, bob).await;

    let end = network.slot().await;
    until_final(&database.pool, end).await;
    let pool = &database.pool;
    let events = assert_same_events(pool, &RpcSource::new(&network.rpc_url), end).await;
    assert_eq!(events, 3 + 2 + 3 + 3 + 2 + 2);
    let stored: (Vec<u8>, String, i16) =
        sqlx::query_as("SELECT owner, licence, kind FROM chain.assets WHERE asset = $1")
            .bind(&asset.0[..])
            .fetch_one(pool)
            .await
            .unwrap();
    assert_eq!(stored, (alice.pubkey().to_bytes().to_vec(), "MIT".to_owned(), 1));
    let shares: Vec<i32> =
        sqlx::query_scalar("SELECT share_bps FROM chain.co_owners ORDER BY place").fetch_all(pool).await.unwrap();
    assert_eq!(shares, [6_000, 4_000]);
    let deposits: Vec<String> =
        sqlx::query_scalar("SELECT amount::text FROM chain.deposits ORDER BY sequence").fetch_all(pool).await.unwrap();
    assert_eq!(deposits, ["5000000", "7", "1", "2"]);
    let refunds: Vec<bool> =
        sqlx::query_scalar("SELECT open FROM chain.refund_requests ORDER BY sequence").fetch_all(pool).await.unwrap();
    assert_eq!(refunds, [true, false, true]);
    assert_eq!(count(pool, "SELECT count(*) FROM chain.gateway_keys WHERE revoked_from >= valid_from").await, 1);
    assert_eq!(count(pool, "SELECT count(*) FROM chain.gaps").await, 0);
    indexer.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn kills_at_random_moments_lose_and_double_nothing() {
    let seed: u64 = rand::random();
    println!("seed {seed}");
    let mut random = rand::rngs::StdRng::seed_from_u64(seed);
    let (database, network) = tokio::join!(Database::start(), LocalNetwork::start());
    let payer = &network.people[0];
    let paying = async {
        for amount in 1..=60 {
            network.deposit(payer, amount).await;
        }
        network.slot().await
    };
    let killing = async {
        loop {
            let indexer = Indexer::follow(database.url(), &network.rpc_url);
            tokio::time::sleep(Duration::from_millis(random.random_range(5..600))).await;
            indexer.kill().await;
        }
    };
    let end = tokio::select! {
        end = paying => end,
        () = killing => unreachable!(),
    };
    let last = Indexer::follow(database.url(), &network.rpc_url);
    until_final(&database.pool, end).await;
    last.stop().await;
    assert_same_events(&database.pool, &RpcSource::new(&network.rpc_url), end).await;
    let sum: (i64, String) = sqlx::query_as("SELECT count(*), sum(amount)::text FROM chain.deposits")
        .fetch_one(&database.pool)
        .await
        .unwrap();
    assert_eq!(sum, (60, "1830".to_owned()));

    // A database filled afterwards, in one go, comes out the same.
    let another = database.another().await;
    let (url, pool) = (another.url(), &another.pool);
    let backfill = Indexer::follow(url, &network.rpc_url);
    until_final(pool, end).await;
    backfill.stop().await;
    let both = finalised(pool).await.min(finalised(&database.pool).await);
    assert_eq!(digest(pool, both).await, digest(&database.pool, both).await);
    assert_eq!(projections(pool).await, projections(&database.pool).await);
}
