//! What `make bench-api` runs: prints one `name=value` a line. The API's point
//! reads beside pgbench with the same statement, the same data, the same number
//! of connections and the same server, in turns; then how long answers take at
//! half of what it can do; then balances and proofs in an epoch of many claimants.
//! It judges nothing, and nothing here is a test.
//!
//! Results of reads are remembered nowhere: without Redis the API keeps none, and
//! every request of a round asks for another asset or claimant. Sizes come from the environment:
//! API_ASSETS (100,000), API_CLAIMANTS (1,000,000), API_SECONDS (5), API_ROUNDS (3),
//! API_CONNECTIONS (16).
#![allow(clippy::unwrap_used)]

mod load;
mod pgbench;
#[allow(dead_code, reason = "the tests use all of it")]
#[path = "../../tests/api/world/redis.rs"]
mod redis;
mod stage;

use load::Load;
use stage::Stage;
use std::time::Duration;

/// A size from the environment.
fn size(name: &str, usual: u32) -> u32 {
    std::env::var(name).map_or(usual, |text| text.parse().unwrap())
}

fn median(mut of: Vec<f64>) -> f64 {
    of.sort_by(f64::total_cmp);
    of[of.len() / 2]
}

/// How long answers take at a rate.
fn say(name: &str, times: &load::Times) {
    println!("{name}_p50_ms={:.2}", times.percentile_ms(500));
    println!("{name}_p99_ms={:.2}", times.percentile_ms(990));
}

fn main() {
    let (assets, claimants) = (size("API_ASSETS", 100_000), size("API_CLAIMANTS", 1_000_000));
    let duration = Duration::from_secs(size("API_SECONDS", 5).into());
    let (rounds, connections) = (size("API_ROUNDS", 3), size("API_CONNECTIONS", 16));
    let stage = Stage::start(assets, claimants);
    let api = stage.serve(connections, None);
    let load = Load::start(api.address, connections);

    println!("api_assets={assets}");
    println!("api_connections={connections}");
    let asset = |n: u64| stage::asset_path(n % u64::from(assets));
    // Both sides are warm before anything counts.
    load.closed(Duration::from_secs(2), 0, asset);
    pgbench::run(&stage, connections, Duration::from_secs(2));
    let (mut ours, mut theirs, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for round in 1..=rounds {
        let bare = pgbench::run(&stage, connections, duration);
        let answered = load.closed(duration, u64::from(round) * 1_000_003, asset).per_second();
        ratios.push(answered / bare);
        ours.push(answered);
        theirs.push(bare);
    }
    let rate = median(ours);
    println!("api_pgbench_tps={:.0}", median(theirs));
    println!("api_point_reads_per_s={rate:.0}");
    println!("api_pgbench_ratio={:.3}", median(ratios));
    say("api_half_rate", &load.open(duration, rate / 2.0, 7, asset));

    println!("api_claimants={claimants}");
    let claimant = |n: u64| stage::claimant(n.wrapping_mul(7_919) % u64::from(claimants));
    let balances = |n: u64| format!("/v1/claimants/{}/balances", claimant(n));
    let vault = stage::vault();
    let proof = |n: u64| format!("/v1/claimants/{}/proof?vault={vault}", claimant(n));
    let mut rates = Vec::new();
    for (name, path) in [("api_balances", &balances as &(dyn Fn(u64) -> String + Sync)), ("api_proofs", &proof)] {
        load.closed(Duration::from_secs(2), 0, path);
        let rate = load.closed(duration, 1_000_003, path).per_second();
        println!("{name}_per_s={rate:.0}");
        say(&format!("{name}_half_rate"), &load.open(duration, rate / 2.0, 2_000_003, path));
        rates.push(rate);
    }
    drop(load);
    drop(api);

    let folders = std::env::var_os("PATH").unwrap_or_default();
    if !std::env::split_paths(&folders).any(|folder| folder.join("redis-server").is_file()) {
        println!("# redis-server is not installed: nothing measured with it");
        return;
    }
    let redis = redis::Redis::start();
    let api = stage.serve(connections, Some(redis.url.clone()));
    let load = Load::start(api.address, connections);
    load.closed(Duration::from_secs(2), 0, asset);
    println!("api_redis_point_reads_per_s={:.0}", load.closed(duration, 5_000_011, asset).per_second());
    say("api_redis_half_rate", &load.open(duration, rate / 2.0, 6_000_011, asset));
    say("api_redis_balances_half_rate", &load.open(duration, rates[0] / 2.0, 7_000_003, balances));
    say("api_redis_proofs_half_rate", &load.open(duration, rates[1] / 2.0, 8_000_009, proof));
    // The same few again and again, as when many open one page.
    let few = |n: u64| stage::asset_path(n % 10);
    println!("api_redis_repeated_reads_per_s={:.0}", load.closed(duration, 0, few).per_second());
}
