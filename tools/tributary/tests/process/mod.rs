//! `tributary gateway` as the process that people run.

use crate::stage::{Running, Stage, key};
use std::fs::File;
use std::process::{Command, Stdio};
use tributary_postgres::{GuardedProcess, Output, Signal};

pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Starts it over a stage, in an environment of its own, and waits until so many
/// agents can be called. Models that answer elsewhere are those that the stage has.
pub async fn start(stage: &Stage, port: u16, agents: u64, environment: &[(&str, &str)]) -> (GuardedProcess, Running) {
    let file = |name: &str| stage.folder.path().join(name);
    let mut command = Command::new(env!("CARGO_BIN_EXE_tributary"));
    command
        .arg("gateway")
        .envs(environment.iter().copied())
        .args(["--database-url", &stage.url, "--gateway-listen", &format!("127.0.0.1:{port}")])
        .args(["--gateway-id", &stage.gateway.to_string()])
        .args(["--mint", &bs58::encode(key("mint").verifying_key().to_bytes()).into_string()])
        .arg("--gateway-key")
        .arg(file("gateway.json"))
        .arg("--spool")
        .arg(stage.spool())
        .arg("--store")
        .arg(file("store"))
        .arg("--policy-set")
        .arg(file("policy"));
    if file("upstreams.json").exists() {
        command.arg("--upstreams").arg(file("upstreams.json"));
    }
    let log = File::options().create(true).append(true).open(file("gateway.log")).unwrap();
    let output = Output { stdout: Stdio::null(), stderr: log.into() };
    let process = GuardedProcess::spawn("gateway", command, output, Signal::KILL).unwrap();
    let gateway = Running::elsewhere(format!("http://127.0.0.1:{port}"), stage.client.clone());
    gateway.wait(|health| health["state"] == "serving" && health["agents"] == agents).await;
    (process, gateway)
}
