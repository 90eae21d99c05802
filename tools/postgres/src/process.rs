//! A child process with a guardian thread, which spawns, signals and reaps it.
//!
//! Linux sends a parent-death signal when the *thread* that spawned a child
//! ends; the guardian lives as long as the child, so the signal comes when our
//! process dies, however it dies, and not when some runtime's worker retires.
//! Signals go out from the thread that reaps, so none can reach a stranger that
//! was given the same number. This module knows nothing of Postgres.

use rustix::process::{Pid, Signal, kill_process};
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// How often a guardian looks whether its child still runs.
const POLL: Duration = Duration::from_millis(10);
/// Where util-linux puts it.
const SETPRIV: &str = "/usr/bin/setpriv";

/// Why a process could not be started.
#[derive(Debug, thiserror::Error)]
pub enum ProcessError {
    /// The operating system refused.
    #[error("cannot start {name}")]
    Spawn {
        /// The process's name, for people.
        name: String,
        /// Why.
        source: std::io::Error,
    },
    /// It did not end although it was killed.
    #[error("{name} (process {pid}) did not end within {seconds} s of being killed")]
    Immortal {
        /// The process's name.
        name: String,
        /// Its number.
        pid: u32,
        /// How long was waited.
        seconds: u64,
    },
}

/// Where a child writes. (A `Command` does not tell what it was given.)
pub struct Output {
    /// Its standard output.
    pub stdout: Stdio,
    /// Its standard error.
    pub stderr: Stdio,
}

/// A running child. Dropping it kills the child and waits for its end.
pub struct GuardedProcess {
    name: String,
    pid: u32,
    orders: mpsc::Sender<Signal>,
    exit: tokio::sync::watch::Receiver<Option<ExitStatus>>,
    guardian: Option<std::thread::JoinHandle<()>>,
}

impl GuardedProcess {
    /// Starts `command` in a process group of its own (a Ctrl-C at the terminal
    /// is for us to pass on, in order), with nothing on its standard input.
    /// `at_our_death` is sent to it when we die.
    pub fn spawn(
        name: impl Into<String>,
        command: Command,
        output: Output,
        at_our_death: Signal,
    ) -> Result<Self, ProcessError> {
        let name = name.into();
        let mut command = with_death_signal(command, at_our_death);
        command.process_group(0).stdin(Stdio::null()).stdout(output.stdout).stderr(output.stderr);
        let (orders, inbox) = mpsc::channel();
        let (started, start) = mpsc::sync_channel(1);
        let (exited, exit) = tokio::sync::watch::channel(None);
        let spawn_error = |source| ProcessError::Spawn { name: name.clone(), source };
        let guardian = std::thread::Builder::new()
            .name(format!("guards {name}"))
            .spawn(move || guard(command, &started, &inbox, &exited))
            .map_err(spawn_error)?;
        match start.recv() {
            Ok(Ok(pid)) => Ok(Self { name, pid, orders, exit, guardian: Some(guardian) }),
            Ok(Err(source)) => Err(spawn_error(source)),
            Err(_) => Err(spawn_error(std::io::Error::other("its guardian thread ended"))),
        }
    }

    /// The process's number.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// How it ended, if it has.
    pub fn exited(&self) -> Option<ExitStatus> {
        *self.exit.borrow()
    }

    /// Waits for its end.
    pub async fn wait(&mut self) -> Option<ExitStatus> {
        self.exit.wait_for(Option::is_some).await.ok().and_then(|status| *status)
    }

    /// Sends a signal, unless it has ended.
    pub fn signal(&self, signal: Signal) {
        // A closed channel means that the child has been reaped.
        let _ = self.orders.send(signal);
    }

    /// Asks it to end with `signal`, kills it after `grace`, and waits.
    pub async fn stop(&mut self, signal: Signal, grace: Duration) -> Result<Option<ExitStatus>, ProcessError> {
        self.signal(signal);
        if let Ok(status) = tokio::time::timeout(grace, self.wait()).await {
            return Ok(status);
        }
        tracing::warn!(process = self.name, pid = self.pid, "did not end when asked; killing it");
        self.kill().await
    }

    /// Ends it at once, as a crash would, and waits.
    pub async fn kill(&mut self) -> Result<Option<ExitStatus>, ProcessError> {
        const SECONDS: u64 = 10;
        self.signal(Signal::KILL);
        tokio::time::timeout(Duration::from_secs(SECONDS), self.wait()).await.map_err(|_| ProcessError::Immortal {
            name: self.name.clone(),
            pid: self.pid,
            seconds: SECONDS,
        })
    }

    /// Like [`Self::stop`], for destructors, which cannot wait asynchronously.
    #[expect(clippy::disallowed_methods, reason = "a destructor has nothing to await with")]
    pub(crate) fn stop_blocking(&mut self, signal: Signal, grace: Duration) {
        self.signal(signal);
        let deadline = Instant::now() + grace;
        while self.exited().is_none() && Instant::now() < deadline {
            std::thread::sleep(POLL);
        }
        self.signal(Signal::KILL);
        if let Some(guardian) = self.guardian.take() {
            let _ = guardian.join();
        }
    }
}

impl Drop for GuardedProcess {
    fn drop(&mut self) {
        if self.guardian.is_some() {
            self.stop_blocking(Signal::KILL, Duration::ZERO);
        }
    }
}

/// Spawns the child, then obeys orders until it ends.
fn guard(
    mut command: Command,
    started: &mpsc::SyncSender<std::io::Result<u32>>,
    inbox: &mpsc::Receiver<Signal>,
    exited: &tokio::sync::watch::Sender<Option<ExitStatus>>,
) {
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => {
            let _ = started.send(Err(error));
            return;
        }
    };
    let _ = started.send(Ok(child.id()));
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    loop {
        let order = match inbox.recv_timeout(POLL) {
            Ok(signal) => Some(signal),
            Err(mpsc::RecvTimeoutError::Timeout) => None,
            Err(mpsc::RecvTimeoutError::Disconnected) => Some(Signal::KILL),
        };
        match child.try_wait() {
            Ok(Some(status)) => {
                exited.send_replace(Some(status));
                return;
            }
            Ok(None) => {}
            Err(error) => {
                tracing::error!(%error, "cannot wait for a child process");
                return;
            }
        }
        if let (Some(signal), Some(pid)) = (order, pid) {
            // It runs, or is a zombie that only we can reap: the number is its own.
            let _ = kill_process(pid, signal);
        }
    }
}

/// Has setpriv set the parent-death signal, where there is one; without it a
/// killed parent leaves the child behind.
fn with_death_signal(command: Command, signal: Signal) -> Command {
    let name = match signal {
        Signal::INT => "INT",
        Signal::TERM => "TERM",
        _ => "KILL",
    };
    if !std::path::Path::new(SETPRIV).is_file() {
        return command;
    }
    let mut wrapped = Command::new(SETPRIV);
    if command.get_program() == SETPRIV {
        // Dropping privileges clears the signal, so one call does both in order.
        wrapped.args(["--pdeathsig", name]).args(command.get_args());
    } else {
        wrapped.args(["--pdeathsig", name, "--"]).arg(command.get_program()).args(command.get_args());
    }
    for (key, value) in command.get_envs() {
        match value {
            Some(value) => wrapped.env(key, value),
            None => wrapped.env_remove(key),
        };
    }
    if let Some(folder) = command.get_current_dir() {
        wrapped.current_dir(folder);
    }
    wrapped
}
