//! How far the indexer is behind a local chain that is used as much as it
//! sustains, in slots of the usual length.

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

pub async fn run(seconds: u64) {
    let (database, network) = tokio::join!(Database::start(), LocalNetwork::start_with(SLOT_MS));
    let indexer = Indexer::start(Config {
        ws_url: Some(network.ws_url.clone()),
        ..Config::new(database.url(), &network.rpc_url)
    });
    until_final(&database.pool, network.slot().await).await;

    let (sent, amount) = (AtomicU64::new(0), AtomicU64::new(1));
    let end = Instant::now() + Duration::from_secs(seconds);
    let senders =
        (0..SENDERS).map(|nth| send(&network, &network.people[nth % network.people.len()], end, &sent, &amount));
    let looking = look(&database, &network, end);
    let (_, mut lags) = tokio::join!(futures::future::join_all(senders), looking);
    // What was sent must be there, or the lag says nothing.
    let last = network.slot().await;
    until_final(&database.pool, last).await;
    let stored: i64 =
        sqlx::query_scalar("SELECT count(*) FROM chain.deposits").fetch_one(&database.pool).await.unwrap();
    indexer.stop().await;
    lags.sort_unstable();
    println!("indexer_lag_p99_slots={}", lags[(lags.len() * 99).div_ceil(100) - 1]);
    println!("# {} looks at slots of {SLOT_MS} ms, at most {} behind", lags.len(), lags[lags.len() - 1]);
    println!("indexer_live_tx_per_s={:.0}", stored as f64 / seconds as f64);
    println!("# {} sent, {stored} on the chain", sent.load(Ordering::Relaxed));
}

async fn send(network: &LocalNetwork, payer: &Keypair, end: Instant, sent: &AtomicU64, amount: &AtomicU64) {
    let config = RpcSendTransactionConfig { skip_preflight: true, ..RpcSendTransactionConfig::default() };
    while Instant::now() < end {
        let blockhash = network.client.get_latest_blockhash().await.unwrap();
        let fresh_until = (Instant::now() + Duration::from_secs(2)).min(end);
        while Instant::now() < fresh_until {
            // Each its own, or the chain would take it for a repetition.
            let amount = BaseUnits(amount.fetch_add(1, Ordering::Relaxed) % 1_000 + 1);
            let deposit = rewards::deposit(&payer.pubkey(), &network.mint, &pda::TOKEN, amount);
            let transaction =
                Transaction::new_signed_with_payer(&[deposit], Some(&payer.pubkey()), &[payer], blockhash);
            if network.client.send_transaction_with_config(&transaction, config).await.is_ok() {
                sent.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
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
