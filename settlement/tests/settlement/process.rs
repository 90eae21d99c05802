//! `tributary settle` as a process of its own, as operators run it.

use crate::network::key_file;
use crate::world::World;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use tributary_operator::keys::development;
use tributary_postgres::{GuardedProcess, Output, Signal};

/// The binary that was built beside this test.
fn binary() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folder = test.parent().and_then(|deps| deps.parent()).unwrap();
    let binary = folder.join("tributary");
    assert!(binary.is_file(), "{} is missing: run `make services`", binary.display());
    binary
}

/// Starts a settler. Its errors go where the test's output goes.
pub fn settle(world: &World) -> GuardedProcess {
    let mut command = Command::new(binary());
    command
        .env("RUST_LOG", "error")
        .env("DATABASE_URL", world.cluster.url())
        .args(["settle", "--interval", "1", "--min-events", "1"])
        .args(["--rpc", &world.network.rpc_url, "--mint", &world.network.mint.to_string(), "--store"])
        .arg(&world.store)
        .arg("--policy-set")
        .arg(world.folder.path().join("policy"))
        .arg("--poster-key")
        .arg(key_file(world.folder.path(), &development("poster")));
    let output = Output { stdout: Stdio::null(), stderr: Stdio::inherit() };
    GuardedProcess::spawn("tributary settle", command, output, Signal::KILL).unwrap()
}
