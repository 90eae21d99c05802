//! One million decoded events into Postgres, with projections, digests and
//! cursor in each commit, over bare COPY of the same rows into the same tables.

use crate::cluster::Database;
use crate::history::History;
use futures::TryStreamExt;
use sqlx::{Connection, PgConnection};
use std::io::Write;
use std::time::{Duration, Instant};
use tributary_core::id::Genesis;
use tributary_core::position::Slot;
use tributary_indexer::machine::Commit;
use tributary_indexer::store::Store;

/// Events of a commit.
const BATCH: u64 = 10_000;

/// A table's name with its statements.
macro_rules! tables {
    ($($name:literal),* $(,)?) => {
        &[$((
            concat!("COPY chain.", $name, " TO STDOUT (FORMAT binary)"),
            concat!("COPY chain.", $name, " FROM STDIN (FORMAT binary)"),
            concat!("SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM chain.", $name, " t"),
        )),*]
    };
}

/// What a commit writes, but for the one row of the cursor.
const TABLES: &[(&str, &str, &str)] = tables![
    "events",
    "streams",
    "slot_digests",
    "vaults",
    "deposits",
    "refund_requests",
    "claims",
    "roots",
    "assets",
    "parents",
    "co_owners",
    "registrations",
    "terms",
    "uses",
    "root_changes",
    "policy_sets",
];

pub async fn run(events: u64) {
    let database = Database::start().await;
    let ours = commit_all(&database, events).await;
    let bare_tables = database.another().await;
    let (bare, rows) = copy_all(&database, bare_tables.url()).await;
    println!("indexer_copy_ratio={:.3}", bare.as_secs_f64() / ours.as_secs_f64());
    println!(
        "# {events} events in {:.1} s; bare COPY of the same {rows} rows in {:.1} s",
        ours.as_secs_f64(),
        bare.as_secs_f64()
    );
    println!("indexer_events_per_s={:.0}", events as f64 / ours.as_secs_f64());
}

/// The time that commits take; making the events does not count.
async fn commit_all(database: &Database, events: u64) -> Duration {
    let store = Store::new(database.url(), Slot(0)).unwrap();
    let (mut session, _) = store.open(Genesis([1; 32])).await.unwrap().unwrap();
    let mut history = History::default();
    let mut took = Duration::ZERO;
    let mut left = events;
    while left > 0 {
        let count = left.min(BATCH);
        left -= count;
        let events = history.take(count);
        // The last slot goes on in the next batch.
        let through = Slot(if left == 0 { history.slot().0 } else { history.slot().0 - 1 });
        let commit = Commit { events, through: Some(through), verified: Some(through), ..Commit::default() };
        let start = Instant::now();
        let committed = session.commit(&commit).await.unwrap();
        took += start.elapsed();
        assert_eq!((committed.finalised, committed.gaps.len()), (through, 0));
    }
    took
}

/// The time that COPY takes for the same rows, all tables in one transaction.
async fn copy_all(database: &Database, url: &str) -> (Duration, u64) {
    let mut from = PgConnection::connect(database.url()).await.unwrap();
    let mut into = PgConnection::connect(url).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    for (place, (out, _, _)) in TABLES.iter().enumerate() {
        let mut file = std::fs::File::create(folder.path().join(place.to_string())).unwrap();
        let mut rows = from.copy_out_raw(out).await.unwrap();
        while let Some(piece) = rows.try_next().await.unwrap() {
            file.write_all(&piece).unwrap();
        }
    }
    sqlx::query("CHECKPOINT").execute(&mut from).await.unwrap();
    let start = Instant::now();
    let mut rows = 0;
    let mut tx = into.begin().await.unwrap();
    for (place, (_, statement, _)) in TABLES.iter().enumerate() {
        let file = tokio::fs::File::open(folder.path().join(place.to_string())).await.unwrap();
        let mut copy = tx.copy_in_raw(statement).await.unwrap();
        copy.read_from(file).await.unwrap();
        rows += copy.finish().await.unwrap();
    }
    tx.commit().await.unwrap();
    let took = start.elapsed();
    for (_, _, contents) in TABLES {
        let a: (i64, Option<String>) = sqlx::query_as(contents).fetch_one(&mut from).await.unwrap();
        let b: (i64, Option<String>) = sqlx::query_as(contents).fetch_one(&mut into).await.unwrap();
        assert_eq!(a, b, "{contents}");
    }
    (took, rows)
}
