//! A service as a process of its own, with a log file, that can be stopped,
//! killed and started again.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use tributary_postgres::{GuardedProcess, Output, ProcessError, Signal};

/// How long a service may take to say where it listens.
const START_TIMEOUT: Duration = Duration::from_secs(60);
/// How long it may take to end when asked.
const STOP_GRACE: Duration = Duration::from_secs(30);
/// How many lines of its log are shown when it fails.
const TAIL: usize = 12;

/// Why a service does not run.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// Its log cannot be written.
    #[error("cannot write the log {}", path.display())]
    Log {
        /// Where.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The process.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// It ended by itself.
    #[error("{name} ended unexpectedly; the end of {}:\n{tail}", log.display())]
    Ended {
        /// Which.
        name: String,
        /// Its log.
        log: PathBuf,
        /// The log's last lines.
        tail: String,
    },
    /// It never said where it listens.
    #[error("{name} did not start within {} s; the end of {}:\n{tail}", START_TIMEOUT.as_secs(), log.display())]
    Silent {
        /// Which.
        name: String,
        /// Its log.
        log: PathBuf,
        /// The log's last lines.
        tail: String,
    },
}

/// How to start a service.
#[derive(Clone, Debug)]
pub struct Plan {
    /// For people and for the log file.
    pub name: &'static str,
    /// The binary.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// What it needs in its environment.
    pub environment: Vec<(&'static str, String)>,
    /// Folder of the logs.
    pub logs: PathBuf,
}

/// A running service.
pub struct Service {
    plan: Plan,
    process: GuardedProcess,
    said: PathBuf,
    log: PathBuf,
}

impl Service {
    /// Starts it; its log goes on where an earlier one ended.
    pub fn start(plan: Plan) -> Result<Self, ServiceError> {
        let log = plan.logs.join(format!("{}.log", plan.name));
        let said = plan.logs.join(format!("{}.out", plan.name));
        let file = |path: &Path, append: bool| {
            let mut options = std::fs::File::options();
            options.create(true).write(true).append(append).truncate(!append);
            options.open(path).map_err(|source| ServiceError::Log { path: path.into(), source })
        };
        let output = Output { stdout: Stdio::from(file(&said, false)?), stderr: Stdio::from(file(&log, true)?) };
        let mut command = Command::new(&plan.program);
        command.args(&plan.arguments).envs(plan.environment.iter().map(|(name, value)| (name, value)));
        let process = GuardedProcess::spawn(plan.name, command, output, Signal::TERM)?;
        Ok(Self { plan, process, said, log })
    }

    /// Its name.
    pub fn name(&self) -> &'static str {
        self.plan.name
    }

    /// Its process number.
    pub fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// Waits until it prints `listening on URL` and returns the URL.
    pub async fn url(&self) -> Result<String, ServiceError> {
        let start = Instant::now();
        while start.elapsed() < START_TIMEOUT {
            let said = std::fs::read_to_string(&self.said).unwrap_or_default();
            if let Some(url) = said.lines().find_map(|line| line.strip_prefix("listening on ")) {
                return Ok(url.trim().to_owned());
            }
            self.check()?;
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
        Err(ServiceError::Silent { name: self.plan.name.into(), log: self.log.clone(), tail: self.tail() })
    }

    /// An error when it has ended by itself.
    pub fn check(&self) -> Result<(), ServiceError> {
        match self.process.exited() {
            None => Ok(()),
            Some(_) => {
                Err(ServiceError::Ended { name: self.plan.name.into(), log: self.log.clone(), tail: self.tail() })
            }
        }
    }

    /// Asks it to end, and waits until it has.
    pub async fn stop(&mut self) -> Result<(), ServiceError> {
        self.process.stop(Signal::TERM, STOP_GRACE).await?;
        Ok(())
    }

    /// Kills it as a crash would.
    pub async fn kill(&mut self) -> Result<(), ServiceError> {
        self.process.kill().await?;
        Ok(())
    }

    /// Starts it again as it was.
    pub async fn restart(&mut self) -> Result<(), ServiceError> {
        *self = Self::start(self.plan.clone())?;
        Ok(())
    }

    fn tail(&self) -> String {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(TAIL)..].join("\n")
    }
}
