//! A recorded chain, followed from its first slot to its last: the rate, where
//! the time goes, and by how much memory grows meanwhile.

use crate::cluster::{Database, finalised};
use crate::recorded::Recorded;
use std::time::{Duration, Instant};
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;
use tributary_core::position::Slot;
use tributary_indexer::Facts;
use tributary_indexer::machine::Settings;
use tributary_indexer::store::Store;

/// How often memory and progress are looked at.
const LOOK: Duration = Duration::from_millis(100);

pub async fn run(transactions: u64) {
    let database = Database::start().await;
    let chain = Recorded::of(transactions);
    let last = chain.last;
    let store = Store::new(database.url(), Slot(0)).unwrap();
    let (wake, shutdown) = (Notify::new(), CancellationToken::new());
    let (facts, _watcher) = watch::channel(Facts::new(1));

    let sources = [chain];
    let start = Instant::now();
    let following = tributary_indexer::follow(&sources, &store, Settings::default(), &wake, &facts, &shutdown);
    let looking = async {
        let (mut early, mut most) = (None, 0);
        while finalised(&database.pool).await < last {
            tokio::time::sleep(LOOK).await;
            let stored: i64 = sqlx::query_scalar("SELECT coalesce(max(slot), 0) FROM chain.cursors")
                .fetch_one(&database.pool)
                .await
                .unwrap();
            if u64::try_from(stored).unwrap() * 10 >= last.0 {
                let now = resident_kb();
                early.get_or_insert(now);
                most = most.max(now);
            }
        }
        let took = start.elapsed();
        shutdown.cancel();
        (took, most - early.unwrap_or(most))
    };
    let (ended, (took, grown_kb)) = tokio::join!(following, looking);
    ended.unwrap();
    let stored: i64 = sqlx::query_scalar("SELECT count(*) FROM chain.events").fetch_one(&database.pool).await.unwrap();
    assert_eq!(u64::try_from(stored).unwrap(), transactions);

    let spent = facts.borrow().spent;
    println!("indexer_backfill_tx_per_s={:.0}", transactions as f64 / took.as_secs_f64());
    println!("# {transactions} transactions in {:.1} s, from a chain in memory", took.as_secs_f64());
    println!("indexer_backfill_asking_s={:.2}", spent.asking.as_secs_f64());
    println!("indexer_backfill_deciding_s={:.2}", spent.deciding.as_secs_f64());
    println!("indexer_backfill_storing_s={:.2}", spent.storing.as_secs_f64());
    println!("indexer_backfill_resting_s={:.2}", spent.resting.as_secs_f64());
    println!("indexer_backfill_grown_mb={:.1}", grown_kb as f64 / 1024.0);
    println!("# the most resident memory after the first tenth, less that at its end");
}

/// Resident memory of this process.
fn resident_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
