//! A Redis of one's own, that keeps nothing on disk.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tributary_postgres::{GuardedProcess, Output, Signal};

/// A running server; it ends when dropped.
pub struct Redis {
    /// Where it is.
    pub url: String,
    pub process: GuardedProcess,
    folder: tempfile::TempDir,
}

impl Redis {
    /// Starts one, reached through a socket in a folder of its own.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let process = launch(&folder);
        Self { url: format!("redis+unix://{}", socket(&folder).display()), process, folder }
    }

    /// Starts it again where it was, after it ended; it remembers nothing.
    pub fn again(&mut self) {
        let _ = std::fs::remove_file(socket(&self.folder));
        self.process = launch(&self.folder);
    }
}

fn socket(folder: &tempfile::TempDir) -> PathBuf {
    folder.path().join("redis.sock")
}

#[expect(clippy::disallowed_methods, reason = "it is up in some milliseconds")]
fn launch(folder: &tempfile::TempDir) -> GuardedProcess {
    let mut command = Command::new("redis-server");
    command.args(["--port", "0", "--save", "", "--appendonly", "no", "--dir"]).arg(folder.path());
    command.arg("--unixsocket").arg(socket(folder));
    let output = Output { stdout: Stdio::null(), stderr: Stdio::null() };
    let process = GuardedProcess::spawn("Redis", command, output, Signal::KILL).unwrap();
    let end = Instant::now() + Duration::from_secs(10);
    while !socket(folder).exists() {
        assert!(Instant::now() < end && process.exited().is_none(), "Redis did not start");
        std::thread::sleep(Duration::from_millis(5));
    }
    process
}
