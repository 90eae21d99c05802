//! How far the indexer is behind a local chain that is used as much as it
//! sustains, in slots of the usual length. It sustains a rate when what is asked
//! for lands at that rate; chain, senders, indexer and Postgres share the machine.

use crate::cluster::{Database, Indexer, until_final};
use crate::local_network::LocalNetwork;
use solana_client::rpc_config::RpcSendTransactionConfig;
use solana_sdk::signature::{Keypair, Signer};
use solana_sdk::transaction::Transaction;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tributary_client::{pda, rewards};
use tributary_core::amount::BaseUnits;
use tributary_indexer::Config;

/// Milliseconds of a slot.
const SLOT_MS: u64 = 400;
/// Who sends at the same time, each the next once the node took the last.
const SENDERS: usize = 8;
/// How often the lag is looked at.
const LOOK: Duration = Duration::from_millis(50);
/// Transactions a second that are asked for, one after the other.
const RATES: [u64; 6] = [100, 125, 150, 175, 200, 225];
/// Of what is asked for, this many per cent must land for a rate to be sustained.
const SUSTAINED_PERCENT: u64 = 97;

/// What a rate came to.
struct Rung {
    asked: u64,
    landed: u64,
    lags: Vec<u64>,
}

impl Rung {
    fn is_sustained(&self) -> bool {
        self.landed * 100 >= self.asked * SUSTAINED_PERCENT
    }

    /// In 99 of 100 looks it was no more.
    fn lag_p99(&self) -> u64 {
        self.lags[(self.lags.len() * 99).div_ceil(100) - 1]
    }

    /// Looks by slots behind.
    fn looks(&self) -> String {
        let most = self.lags[self.lags.len() - 1];
        let at = |lag| self.lags.iter().filter(|seen| **seen == lag).count();
        (0..=most).map(|lag| format!("{lag}:{}", at(lag))).collect::<Vec<_>>().join(" ")
    }
}

pub async fn run(seconds: u64) {
    let mut rungs = Vec::new();
    for asked in RATES {
        let rung = climb(asked, Duration::from_secs(seconds / RATES.len() as u64)).await;
        let (landed, looks) = (rung.landed, rung.looks());
        println!("# asked for {asked} tx/s: {landed} landed; looks by slots of {SLOT_MS} ms behind: {looks}");
        rungs.push(rung);
    }
    let sustained = rungs.iter().rfind(|rung| rung.is_sustained()).expect("the slowest rate at least is sustained");
    println!("indexer_live_tx_per_s={}", sustained.landed);
    println!("indexer_lag_p99_slots={}", sustained.lag_p99());
}

/// One rate, on a chain of its own: the local one gets slower by what it remembers.
async fn climb(asked: u64, during: Duration) -> Rung {
    let (database, network) = tokio::join!(Database::start(), LocalNetwork::start_with(SLOT_MS));
    let indexer = Indexer::start(Config {
        ws_url: Some(network.ws_url.clone()),
        ..Config::new(database.url(), &network.rpc_url)
    });
    until_final(&database.pool, network.slot().await).await;

    let before = deposits(&database).await;
    let (start, next, amount) = (Instant::now(), AtomicU64::new(0), AtomicU64::new(1));
    let end = start + during;
    let pace = Pace { start, end, asked, next: &next, amount: &amount };
    let senders = (0..SENDERS).map(|nth| send(&network, &network.people[nth % network.people.len()], &pace));
    let (sent, mut lags) = tokio::join!(futures::future::join_all(senders), look(&database, &network, end));
    let took = start.elapsed();
    // What was sent must be there, or the lag says nothing.
    until_final(&database.pool, network.slot().await).await;
    let stored = deposits(&database).await - before;
    assert_eq!(stored, sent.into_iter().sum::<u64>(), "all that the node took");
    indexer.stop().await;
    lags.sort_unstable();
    Rung { asked, landed: (stored as f64 / took.as_secs_f64()).round() as u64, lags }
}

async fn deposits(database: &Database) -> u64 {
    let stored: i64 =
        sqlx::query_scalar("SELECT count(*) FROM chain.deposits").fetch_one(&database.pool).await.unwrap();
    stored.try_into().unwrap()
}

/// When the senders send, all together.
struct Pace<'a> {
    start: Instant,
    end: Instant,
    /// A second.
    asked: u64,
    /// How many had their turn.
    next: &'a AtomicU64,
    amount: &'a AtomicU64,
}

impl Pace<'_> {
    /// Waits for the next turn; false when it is over.
    async fn turn(&self) -> bool {
        let nth = self.next.fetch_add(1, Ordering::Relaxed);
        let at = self.start + Duration::from_micros(nth * 1_000_000 / self.asked);
        if at < self.end {
            tokio::time::sleep_until(at.into()).await;
        }
        at.max(Instant::now()) < self.end
    }
}

/// Sends in its turns; how many the node took.
async fn send(network: &LocalNetwork, payer: &Keypair, pace: &Pace<'_>) -> u64 {
    let config = RpcSendTransactionConfig { skip_preflight: true, ..RpcSendTransactionConfig::default() };
    let mut sent = 0;
    let mut blockhash = network.client.get_latest_blockhash().await.unwrap();
    let mut fresh_until = Instant::now() + Duration::from_secs(2);
    while pace.turn().await {
        if Instant::now() > fresh_until {
            blockhash = network.client.get_latest_blockhash().await.unwrap();
            fresh_until = Instant::now() + Duration::from_secs(2);
        }
        // Each its own, or the chain would take it for a repetition.
        let amount = BaseUnits(pace.amount.fetch_add(1, Ordering::Relaxed) % 1_000 + 1);
        let deposit = rewards::deposit(&payer.pubkey(), &network.mint, &pda::TOKEN, amount);
        let transaction = Transaction::new_signed_with_payer(&[deposit], Some(&payer.pubkey()), &[payer], blockhash);
        sent += u64::from(network.client.send_transaction_with_config(&transaction, config).await.is_ok());
    }
    sent
}

/// The slots between what the chain has confirmed and what is stored, as a
/// reader sees them: the database is asked first.
async fn look(database: &Database, network: &LocalNetwork, end: Instant) -> Vec<u64> {
    let mut lags = Vec::new();
    while Instant::now() < end {
        let stored: i64 =
            sqlx::query_scalar("SELECT confirmed_slot FROM chain.status").fetch_one(&database.pool).await.unwrap();
        let slot = network.slot().await;
        lags.push(slot.0.saturating_sub(u64::try_from(stored).unwrap()));
        tokio::time::sleep(LOOK).await;
    }
    lags
}
