//! `tributary up`: all services in one process.
#![allow(clippy::unwrap_used)]

use std::fs::File;
use std::process::Command;
use std::time::Duration;
use tributary_postgres::{GuardedProcess, Output, Signal};
use tributary_system_tests::World;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_process_runs_the_whole_loop_and_ends_in_order_when_asked() {
    let mut world = World::start().await.unwrap();
    for service in world.services.values_mut() {
        service.stop().await.unwrap();
    }
    world.services.clear();
    let machine = &world.machine;
    let file = |name: &str| machine.layout.file(name).display().to_string();
    let key = |name: &str| machine.key_file(name).unwrap().display().to_string();
    let listen = world.gateway.url().strip_prefix("http://").unwrap();
    let mut command = Command::new(&machine.layout.tributary);
    command.envs(machine.environment()).args(["up", "--gateway-listen", listen, "--api-listen", "127.0.0.1:0"]);
    command.args(["--gateway-id", &world.gateway_id.to_string(), "--gateway-key", &key("gateway key")]);
    command.args(["--spool", &file("spool"), "--poster-key", &key("poster"), "--watcher-key", &key("watcher")]);
    command.args(["--interval", "1"]);
    // It starts the embedding model too; `make test` has built and fetched it.
    let fetched = Command::new(machine.layout.checkout.join("tools/embedding/fetch")).output().unwrap();
    assert!(fetched.status.success(), "{}", String::from_utf8_lossy(&fetched.stderr));
    command.args(["--embedding-folder", String::from_utf8(fetched.stdout).unwrap().trim()]);
    command.arg("--embedding-server").arg(&machine.layout.embedding);
    let log = file("up.log");
    let open = || File::options().create(true).append(true).open(&log).unwrap();
    let output = Output { stdout: open().into(), stderr: open().into() };
    let mut up = GuardedProcess::spawn("tributary up", command, output, Signal::TERM).unwrap();

    let api_keys = world.api_keys().await.unwrap();
    let calls = world.calls(&api_keys, 0, 12).await.unwrap();
    world.drained(calls.len()).await.unwrap();
    world.settled().await.unwrap();
    world.check(&calls).await.unwrap();

    let status = up.stop(Signal::TERM, Duration::from_secs(40)).await.unwrap().unwrap();
    let said = std::fs::read_to_string(&log).unwrap();
    assert!(status.success(), "{status}: {said}");
    let order: Vec<usize> = ["gateway", "api", "settler", "watcher", "indexer"]
        .iter()
        .map(|name| said.find(&format!("ended service=\"{name}\" ok=true")).unwrap_or_else(|| panic!("{name}: {said}")))
        .collect();
    assert!(order.is_sorted(), "{said}");
    // The model's server was asked, and ended with its parent.
    let (_, rest) = said.split_once("the embedding model is served").unwrap();
    let (_, rest) = rest.split_once("http://").unwrap();
    let at: String = rest.chars().take_while(|c| c.is_ascii_digit() || ".:".contains(*c)).collect();
    assert!(std::net::TcpStream::connect(&at).is_err(), "{at} still listens: {said}");
    let files: i64 =
        sqlx::query_scalar("SELECT count(*) FROM usage.vector_files").fetch_one(&world.pool).await.unwrap();
    assert!(files > 0, "{said}");
    world.stop().await.unwrap();
}
