//! How quickly usage events become durable and arrive: over HTTP in batches,
//! through credit, spool and drain into `usage.events`, beside a bare COPY of the
//! same rows into the same table with the same indexes and the same fsync.
//! Prints `name=value` lines; `make bench-gateway` runs it.
//!
//! `EVENTS` (1,000,000), `CALLERS` (4) and `BATCH` (256) choose the size, `SECONDS`
//! (1,200) after how long it gives up.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "../../tests/gateway/stage/mod.rs"]
#[allow(dead_code, reason = "the tests use all of the stage")]
mod stage;

use serde_json::{Value, json};
use sqlx::Connection;
use stage::{Running, Stage};
use std::ops::Range;
use std::time::{Duration, Instant};
use tributary_core::amount::BaseUnits;

/// Looks at the memory, evenly over the run.
const LOOKS: u64 = 10;

fn size(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().map_or(usual, |text| text.parse().unwrap())
}

/// Resident memory of this process, in bytes.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}

async fn report(stage: &Stage, gateway: &Running, key: &str, caller: u64, batches: Range<u64>, batch: u64) {
    for number in batches {
        let uses: Vec<Value> =
            (0..batch).map(|one| json!({"id": format!("{caller}/{number}/{one}"), "tokens": 12})).collect();
        let body = json!({"model": "bard", "uses": uses});
        loop {
            let answer = stage.client.post(gateway.at("/v1/uses")).bearer_auth(key).json(&body).send().await.unwrap();
            match answer.status().as_u16() {
                200 => break,
                429 | 503 => tokio::time::sleep(Duration::from_millis(20)).await,
                _ => panic!("{}", answer.text().await.unwrap()),
            }
        }
    }
}

async fn copy_bare(url: &str, events: u64) -> Duration {
    let mut connection = sqlx::PgConnection::connect(url).await.unwrap();
    sqlx::query("CREATE TEMP TABLE kept AS SELECT * FROM usage.events").execute(&mut connection).await.unwrap();
    let mut data = Vec::new();
    {
        use futures::TryStreamExt;
        let mut rows = connection.copy_out_raw("COPY kept TO STDOUT (FORMAT binary)").await.unwrap();
        while let Some(piece) = rows.try_next().await.unwrap() {
            data.extend_from_slice(&piece);
        }
    }
    for sql in ["DROP TABLE kept", "TRUNCATE usage.events", "VACUUM ANALYZE usage.events", "CHECKPOINT"] {
        sqlx::query(sql).execute(&mut connection).await.unwrap();
    }
    let start = Instant::now();
    let mut copy = connection.copy_in_raw("COPY usage.events FROM STDIN (FORMAT binary)").await.unwrap();
    for piece in data.chunks(256 * 1024) {
        copy.send(piece).await.unwrap();
    }
    assert_eq!(copy.finish().await.unwrap(), events);
    start.elapsed()
}

async fn run() {
    let (events, callers, batch) = (size("EVENTS", 1_000_000), size("CALLERS", 4), size("BATCH", 256));
    let batches = events.div_ceil(callers * batch);
    let events = batches * callers * batch;
    let stage = Stage::with_agent().await;
    let mut config = stage.config();
    config.limits.lease_size = BaseUnits(u64::MAX / 4);
    config.limits.key_rate = 1_000_000;
    let gateway = stage.start_with(config).await;
    gateway.wait(|health| health["state"] == "serving" && health["agents"] == 1).await;
    let key = stage.funded(&gateway, "ada", 1 << 50).await;
    report(&stage, &gateway, &key, u64::MAX, 0..4, batch).await;
    stage.until_number("SELECT count(*) FROM usage.events", (4 * batch) as i64).await;
    let (mut durable, mut drained) = (Duration::ZERO, Duration::ZERO);
    let mut resident = vec![memory()];
    let mut all = (4 * batch) as i64;
    for look in 0..LOOKS {
        let part = batches * look / LOOKS..batches * (look + 1) / LOOKS;
        all += ((part.end - part.start) * callers * batch) as i64;
        let start = Instant::now();
        let reports = (0..callers).map(|caller| report(&stage, &gateway, &key, caller, part.clone(), batch));
        futures::future::join_all(reports).await;
        durable += start.elapsed();
        while gateway.health().await["drained"].as_i64() != Some(all) {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        drained += start.elapsed();
        resident.push(memory());
    }
    gateway.stop().await.unwrap();
    assert_eq!(stage.number("SELECT count(*) FROM usage.events").await, all);
    let copied = copy_bare(&stage.url, all as u64).await;
    let (per_copied, per_drained) = (copied.as_secs_f64() / all as f64, drained.as_secs_f64() / events as f64);
    println!("ingest_events={events}");
    println!("ingest_durable_events_per_s={:.0}", events as f64 / durable.as_secs_f64());
    println!("ingest_events_per_s={:.0}", 1.0 / per_drained);
    println!("copy_rows_per_s={:.0}", 1.0 / per_copied);
    println!("ingest_copy_ratio={:.2}", per_copied / per_drained);
    let mib: Vec<String> = resident.iter().map(|bytes| (bytes >> 20).to_string()).collect();
    println!("# resident MiB at the start and after each tenth: {}", mib.join(" "));
    // What is remembered up to a bound is full by then: what grows on grows with the events.
    let half = resident.len() / 2;
    let grown = resident[resident.len() - 1].saturating_sub(resident[half]);
    println!("ingest_memory_half_mib={}", mib[half]);
    println!("ingest_memory_end_mib={}", mib[resident.len() - 1]);
    println!("ingest_memory_bytes_per_event={:.1}", grown as f64 / (events - events / 2) as f64);
}

fn main() {
    let limit = Duration::from_secs(size("SECONDS", 1_200));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async { tokio::time::timeout(limit, run()).await }).expect("in time; SECONDS gives it more");
}
