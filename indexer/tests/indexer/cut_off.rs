//! The network at its worst, between the indexer and the real local chain, and
//! between the indexer and the real Postgres.

use crate::cluster::{Database, Indexer, count, eventually, finalised, quick, until_final};
use crate::fake_node::FakeNode;
use crate::faults::{free_address, health_state};
use crate::local_network::LocalNetwork;
use crate::proxy::Proxy;
use crate::truth::assert_same_events;
use crate::world::{World, address};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use std::time::Duration;
use tributary_core::id::Genesis;
use tributary_core::position::Slot;
use tributary_indexer::Config;
use tributary_indexer::event::IndexedEvent;
use tributary_indexer::machine::Commit;
use tributary_indexer::source::rpc::RpcSource;
use tributary_indexer::store::{Session, Store};

/// The database's URL through a proxy.
fn through(url: &str, proxy: &Proxy) -> String {
    let (head, database) = url.rsplit_once('/').unwrap();
    let user = head.rsplit_once('@').map_or("postgres://", |(user, _)| user);
    let at = if head.contains('@') { "@" } else { "" };
    format!("{user}{at}{}/{database}", proxy.address)
}

fn server_of(url: &str) -> &str {
    let (head, _) = url.rsplit_once('/').unwrap();
    head.rsplit_once('@').map_or(head.trim_start_matches("postgres://"), |(_, server)| server)
}

#[tokio::test(flavor = "multi_thread")]
async fn cuts_delays_and_truncations_on_both_sides_lose_and_double_nothing() {
    let seed: u64 = rand::random();
    println!("seed {seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let (database, network) = tokio::join!(Database::start(), LocalNetwork::start());
    let to_chain = Proxy::start(network.rpc_url.trim_start_matches("http://")).await;
    let to_database = Proxy::start(server_of(database.url())).await;
    let url = through(database.url(), &to_database);
    let indexer = Indexer::follow(&url, &format!("http://{}", to_chain.address));
    let payer = &network.people[0];
    let paying = async {
        for amount in 1..=40 {
            network.deposit(payer, amount).await;
        }
        network.slot().await
    };
    let breaking = async {
        // It must have begun once: an outage at the start is told to whoever started it.
        eventually("a first commit", async || finalised(&database.pool).await > Slot(0)).await;
        loop {
            for proxy in [&to_chain, &to_database] {
                match random.random_range(0..6) {
                    0 => proxy.leave(),
                    1 => proxy.cut(),
                    2 => proxy.delay(Duration::from_millis(random.random_range(1..200))),
                    3 => proxy.cut_after_pieces(random.random_range(0..20)),
                    4 => proxy.truncate_after(random.random_range(0..4_000)),
                    _ => proxy.come_back(),
                }
            }
            tokio::time::sleep(Duration::from_millis(random.random_range(10..300))).await;
        }
    };
    let end = tokio::select! {
        end = paying => end,
        () = breaking => unreachable!(),
    };
    to_chain.come_back();
    to_database.come_back();
    until_final(&database.pool, end).await;
    indexer.stop().await;
    assert_same_events(&database.pool, &RpcSource::new(&network.rpc_url), end).await;
    assert_eq!(count(&database.pool, "SELECT sum(amount)::bigint FROM chain.deposits").await, 820);
    assert_eq!(count(&database.pool, "SELECT count(*) FROM chain.dead_letters").await, 0);
}

/// Some events of a world.
async fn events(node: &FakeNode) -> Vec<IndexedEvent> {
    let end = node.world.settle();
    tributary_indexer::collect::events_of_range(&RpcSource::new(&node.url), Slot(0), end).await.unwrap()
}

/// A session, once Postgres has noticed that the last one is gone.
async fn opened(url: &str) -> Session {
    let store = Store::new(url, Slot(0)).unwrap();
    let mut open = None;
    eventually("the lock to be free", async || {
        open = store.open(Genesis([1; 32])).await.unwrap();
        open.is_some()
    })
    .await;
    open.unwrap().0
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_after_any_message_of_a_commit_leaves_all_of_it_or_nothing() {
    let database = Database::start().await;
    let node = FakeNode::start(World::new(51)).await;
    node.world.vault_created(address("vault"));
    for amount in 1..=5 {
        node.world.deposited(address("vault"), amount);
    }
    let commit = Commit {
        events: events(&node).await,
        through: Some(Slot(101)),
        verified: Some(Slot(101)),
        ..Commit::default()
    };
    let proxy = Proxy::start(server_of(database.url())).await;
    let (url, pool) = (database.url(), &database.pool);
    let mut cuts = 0;
    for pieces in 0.. {
        assert!(pieces < 1_000, "no commit passes");
        for emptied in [
            "DO $$ DECLARE name text; BEGIN
                FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'chain' AND tablename <> 'status' LOOP
                    EXECUTE format('TRUNCATE chain.%I CASCADE', name);
                END LOOP;
             END $$",
            "UPDATE chain.status SET seen_slot = 0, confirmed_slot = 0, finalised_slot = 0",
        ] {
            sqlx::query(emptied).execute(pool).await.unwrap();
        }
        let mut session = opened(&through(url, &proxy)).await;
        proxy.cut_after_pieces(pieces);
        let outcome = session.commit(&commit).await;
        proxy.come_back();
        let stored = count(pool, "SELECT count(*) FROM chain.events").await;
        let projected = count(pool, "SELECT count(*) FROM chain.deposits").await;
        let final_slot = finalised(pool).await;
        match outcome {
            Ok(_) => {
                assert_eq!((stored, projected, final_slot), (6, 5, Slot(101)));
                break;
            }
            Err(_) => {
                cuts += 1;
                assert!(matches!((stored, projected, final_slot.0), (0, 0, 0) | (6, 5, 101)), "{stored} {projected}");
            }
        }
        // The next session sees which, and the same commit makes it whole.
        drop(session);
        opened(url).await.commit(&commit).await.unwrap();
        assert_eq!(count(pool, "SELECT count(*) FROM chain.deposits").await, 5);
    }
    assert!(cuts > 5, "only {cuts} cuts were tried");
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_away_is_waited_for_without_asking_the_chain_for_more_and_caught_up_with() {
    let database = Database::start().await;
    let node = FakeNode::start(World::new(52)).await;
    let vault = address("vault");
    node.world.vault_created(vault);
    let proxy = Proxy::start(server_of(database.url())).await;
    let config = Config {
        settings: quick(),
        health_addr: Some(free_address()),
        stalled_after: Duration::from_millis(500),
        ..Config::new(through(database.url(), &proxy), &node.url)
    };
    let health = format!("http://{}/health", config.health_addr.unwrap());
    let indexer = Indexer::start(config);
    node.until_final(&database.pool, node.world.settle()).await;

    proxy.leave();
    eventually("the outage to be said", async || health_state(&health).await == (503, "stalled".to_owned())).await;
    let asked = node.world.calls("getTransaction") + node.world.calls("getSignaturesForAddress");
    // At ten minutes' worth of slots: what happens meanwhile is not held in memory,
    // it stays on the chain.
    for _ in 0..1_500 {
        node.world.pass(1);
        node.world.deposited(vault, 1);
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(node.world.calls("getTransaction") + node.world.calls("getSignaturesForAddress"), asked);

    proxy.come_back();
    node.until_final(&database.pool, node.world.settle()).await;
    assert_eq!(count(&database.pool, "SELECT sum(amount)::bigint FROM chain.deposits").await, 1_500);
    eventually("a healthy answer", async || {
        node.world.pass(1);
        health_state(&health).await == (200, "live".to_owned())
    })
    .await;
    indexer.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_the_chain_away_the_indexer_says_stalled_and_reads_go_on() {
    let database = Database::start().await;
    let node = FakeNode::start(World::new(53)).await;
    let vault = address("vault");
    node.world.vault_created(vault);
    node.world.deposited(vault, 4);
    let proxy = Proxy::start(node.url.trim_start_matches("http://")).await;
    let config = Config {
        settings: quick(),
        health_addr: Some(free_address()),
        stalled_after: Duration::from_millis(500),
        ..Config::new(database.url(), format!("http://{}", proxy.address))
    };
    let health = format!("http://{}/health", config.health_addr.unwrap());
    let indexer = Indexer::start(config);
    let end = node.world.settle();
    node.until_final(&database.pool, end).await;
    proxy.leave();
    eventually("the outage to be said", async || health_state(&health).await == (503, "stalled".to_owned())).await;
    assert!(finalised(&database.pool).await >= end);
    assert_eq!(count(&database.pool, "SELECT sum(amount)::bigint FROM chain.deposits").await, 4);
    proxy.come_back();
    node.until_final(&database.pool, node.world.settle()).await;
    eventually("a healthy answer", async || {
        node.world.pass(1);
        health_state(&health).await == (200, "live".to_owned())
    })
    .await;
    indexer.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_slots_behind_rows_say_which_slot_they_are_of_and_are_caught_up_with() {
    let database = Database::start().await;
    let node = FakeNode::start(World::new(54)).await;
    let vault = address("vault");
    node.world.vault_created(vault);
    let config =
        Config { settings: quick(), health_addr: Some(free_address()), ..Config::new(database.url(), &node.url) };
    let health = format!("http://{}/health", config.health_addr.unwrap());
    let indexer = Indexer::start(config.clone());
    let end = node.world.settle();
    node.until_final(&database.pool, end).await;
    indexer.stop().await;
    for _ in 0..100 {
        node.world.pass(100);
        node.world.deposited(vault, 1);
    }
    // What is stored is of then, and says so.
    let as_of = count(&database.pool, "SELECT confirmed_slot FROM chain.status").await as u64;
    assert!(as_of + 9_900 < node.world.with(|state| state.confirmed));
    assert_eq!(count(&database.pool, "SELECT count(*) FROM chain.deposits").await, 0);
    let indexer = Indexer::start(config);
    node.until_final(&database.pool, node.world.settle()).await;
    assert_eq!(count(&database.pool, "SELECT count(*) FROM chain.deposits").await, 100);
    eventually("a healthy answer", async || {
        node.world.pass(1);
        health_state(&health).await == (200, "live".to_owned())
    })
    .await;
    indexer.stop().await;
}
