//! The whole program: started, asked, changed and ended as its users do it.
#![allow(clippy::unwrap_used)]
// Nothing here is async: there is no worker to block.
#![allow(clippy::disallowed_methods)]

use serde_json::{Value, json};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};
use surfpool_sdk::{Pubkey, RpcClient};

const HOLDER: Pubkey = Pubkey::new_from_array([7; 32]);

fn localnet() -> Command {
    Command::new(env!("CARGO_BIN_EXE_tributary-localnet"))
}

/// Two files that pass for programs; nothing here runs them.
fn deploy_dir(folder: &Path) -> std::path::PathBuf {
    let deploy = folder.join("deploy");
    std::fs::create_dir(&deploy).unwrap();
    for (name, byte) in [("registry.so", 1), ("rewards.so", 2)] {
        std::fs::write(deploy.join(name), [b"\x7fELF".as_slice(), &[byte; 3_000]].concat()).unwrap();
    }
    deploy
}

struct Running(Child);

impl Running {
    fn terminate(mut self) -> bool {
        let id = self.0.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(10) {
            if let Some(status) = self.0.try_wait().unwrap() {
                return status.success();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        false
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(folder: &Path, deploy: &Path, port: u16) -> (Running, Value) {
    let cast = json!([{ "address": HOLDER.to_string(), "lamports": 5, "tokens": 1_500_000 }]);
    std::fs::write(folder.join("cast.json"), cast.to_string()).unwrap();
    let ready = folder.join("ready.json");
    let child = localnet()
        .args(["--slot-ms", "20", "--port", &port.to_string(), "--deploy-dir"])
        .arg(deploy)
        .arg("--cast")
        .arg(folder.join("cast.json"))
        .arg("--ready")
        .arg(&ready)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut running = Running(child);
    let start = Instant::now();
    while !ready.exists() {
        assert!(running.0.try_wait().unwrap().is_none(), "it ended");
        assert!(start.elapsed() < Duration::from_secs(30), "it did not become ready");
        std::thread::sleep(Duration::from_millis(20));
    }
    (running, serde_json::from_slice(&std::fs::read(&ready).unwrap()).unwrap())
}

fn redeploy(deploy: &Path, url: &str) -> Output {
    localnet().args(["redeploy", "--rpc", url, "--deploy-dir"]).arg(deploy).output().unwrap()
}

#[test]
fn a_network_has_programs_mint_and_cast_moves_on_by_itself_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let deploy = deploy_dir(folder.path());
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let (running, ready) = start(folder.path(), &deploy, port);
    let url = ready["rpc_url"].as_str().unwrap();
    assert_eq!(url, format!("http://127.0.0.1:{port}"));
    let rpc = RpcClient::new(url);

    // The upgrade authority is where the programs' `initialize` looks for it.
    let loader = Pubkey::from_str_const("BPFLoaderUpgradeab1e11111111111111111111111");
    let registry: Pubkey = ready["programs"]["registry"]["id"].as_str().unwrap().parse().unwrap();
    let (data_address, _) = Pubkey::find_program_address(&[registry.as_ref()], &loader);
    let data = rpc.get_account(&data_address).unwrap();
    let governor: Pubkey = ready["governor"].as_str().unwrap().parse().unwrap();
    assert_eq!(data.owner, loader);
    assert_eq!(data.data[..4], [3, 0, 0, 0]);
    assert_eq!(data.data[12], 1);
    assert_eq!(data.data[13..45], governor.to_bytes());

    let mint: Pubkey = ready["mint"].as_str().unwrap().parse().unwrap();
    let supply = rpc.get_token_supply(&mint).unwrap();
    assert_eq!((supply.amount.as_str(), supply.decimals), ("1500000", 6));
    assert_eq!(rpc.get_balance(&HOLDER).unwrap(), 5);
    assert_eq!(rpc.get_genesis_hash().unwrap().to_string(), ready["genesis"].as_str().unwrap());
    let before = rpc.get_slot().unwrap();
    std::thread::sleep(Duration::from_millis(500));
    assert!(rpc.get_slot().unwrap() > before, "slots must pass without transactions");

    assert!(running.terminate(), "SIGTERM must end it in order");
    assert!(!folder.path().join("ready.json").exists());
    assert!(TcpListener::bind(("127.0.0.1", port)).is_ok(), "the port must be free again");
}

#[test]
fn only_a_program_that_differs_is_redeployed_longer_or_shorter() {
    let folder = tempfile::tempdir().unwrap();
    let deploy = deploy_dir(folder.path());
    let (_running, ready) = start(folder.path(), &deploy, 0);
    let url = ready["rpc_url"].as_str().unwrap();
    for length in [5_000, 1_000] {
        std::fs::write(deploy.join("rewards.so"), [b"\x7fELF".as_slice(), &vec![9; length]].concat()).unwrap();
        let said = String::from_utf8(redeploy(&deploy, url).stdout).unwrap();
        assert!(said.contains("registry is up to date") && said.contains("rewards was redeployed"), "{said}");
        let said = String::from_utf8(redeploy(&deploy, url).stdout).unwrap();
        assert!(said.contains("registry is up to date") && said.contains("rewards is up to date"), "{said}");
    }
}

#[test]
fn what_is_missing_or_busy_is_named_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let said = |output: Output| {
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    };
    let missing = said(localnet().arg("--deploy-dir").arg(folder.path()).output().unwrap());
    assert!(missing.contains("registry.so is missing: run `make programs`"), "{missing}");
    let deploy = deploy_dir(folder.path());
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let busy = said(localnet().args(["--port", &port, "--deploy-dir"]).arg(&deploy).output().unwrap());
    assert!(busy.contains(&format!("port {port} is busy")), "{busy}");
    let dead = said(redeploy(&deploy, "http://127.0.0.1:1"));
    assert!(dead.contains("is a local network running at that URL?"), "{dead}");
}
