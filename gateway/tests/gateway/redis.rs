//! A Redis server of a test's own.

use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;
use tributary_postgres::{GuardedProcess, Output, Signal};

/// A Redis of our own. Ends when dropped.
pub struct Redis {
    folder: TempDir,
    port: u16,
    process: GuardedProcess,
}

impl Redis {
    /// Empty, on a free port.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let process = spawn(folder.path(), port);
        Self { folder, port, process }
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Stops it without a word.
    pub async fn kill(&mut self) {
        self.process.kill().await.unwrap();
    }

    /// Lets it take connections and answer nothing.
    pub fn silence(&self) {
        self.process.signal(Signal::STOP);
    }

    /// Lets it answer again.
    pub fn speak(&self) {
        self.process.signal(Signal::CONT);
    }

    /// Starts it on the port where it was.
    pub fn again(&mut self) {
        self.process = spawn(self.folder.path(), self.port);
    }
}

fn spawn(folder: &Path, port: u16) -> GuardedProcess {
    let mut command = Command::new("redis-server");
    command.args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--daemonize", "no"]);
    command.arg("--dir").arg(folder);
    let output = Output { stdout: Stdio::null(), stderr: Stdio::null() };
    GuardedProcess::spawn("Redis", command, output, Signal::KILL).unwrap()
}
