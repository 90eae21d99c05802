//! The cluster: made, started, stopped, started again, removed.

use crate::PostgresError;
use crate::install::{Install, RunAs};
use crate::process::{GuardedProcess, Output};
use rand::RngCore;
use rustix::process::Signal;
use sqlx::{Connection, Executor};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The database that [`PrivateCluster::url`] names.
const DATABASE: &str = "tributary";
/// The cluster's only login.
const USER: &str = "tributary";
/// How long a server may take to accept connections.
const START_SECONDS: u64 = 60;
/// How long a server may take to shut down before it is killed.
const STOP_GRACE: Duration = Duration::from_secs(20);
/// How often another free port is tried when somebody else was quicker.
const PORT_TRIES: usize = 5;
/// How much of the log an error shows.
const LOG_LINES: usize = 12;
/// How the folders of clusters begin; the number of the process that made one
/// follows, so that what a killed process left can be told and removed.
const FOLDER_PREFIX: &str = "tributary-postgres-";

/// How to start a cluster.
#[derive(Clone, Debug)]
pub struct Options {
    /// The port on 127.0.0.1; 0 picks a free one.
    pub port: u16,
    /// The most connections at once.
    pub max_connections: u16,
    /// Where its folder is made; the system's temporary folder when `None`.
    pub parent: Option<PathBuf>,
    /// Whether commits outlive a crash of the machine. Tests that crash nothing
    /// do without.
    pub durable: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { port: 0, max_connections: 100, parent: None, durable: true }
    }
}

/// A server with a data folder of its own. Dropping it ends the server and
/// removes the folder.
pub struct PrivateCluster {
    server: Option<GuardedProcess>,
    folder: tempfile::TempDir,
    install: Install,
    run_as: RunAs,
    options: Options,
    port: u16,
    password: String,
    url: String,
}

impl PrivateCluster {
    /// With the defaults.
    pub async fn start() -> Result<Self, PostgresError> {
        Self::start_with(Options::default()).await
    }

    /// Makes a cluster, starts its server and creates the database of [`Self::url`].
    pub async fn start_with(options: Options) -> Result<Self, PostgresError> {
        let install = Install::find()?;
        let run_as = RunAs::choose()?;
        let parent = options.parent.clone().unwrap_or_else(std::env::temp_dir);
        remove_leftovers(&parent);
        let folder = tempfile::Builder::new()
            .prefix(&format!("{FOLDER_PREFIX}{}-", std::process::id()))
            .tempdir_in(&parent)
            .map_err(|source| PostgresError::File { doing: "cannot make a folder in", path: parent.clone(), source })?;
        run_as.own(folder.path())?;
        let mut secret = [0; 16];
        rand::rng().fill_bytes(&mut secret);
        let password = hex::encode(secret);
        init(&install, &run_as, folder.path(), &password)?;
        let mut cluster =
            Self { server: None, folder, install, run_as, options, port: 0, password, url: String::new() };
        cluster.launch().await?;
        cluster.url = cluster.url_of(DATABASE);
        cluster.create_database(DATABASE).await?;
        Ok(cluster)
    }

    /// Connection string of the database `tributary`, for a superuser of this
    /// cluster. It contains the password.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The port on 127.0.0.1; the same for the cluster's whole life.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The server's process, while it runs.
    pub fn pid(&self) -> Option<u32> {
        self.server.as_ref().map(GuardedProcess::pid)
    }

    /// Creates an empty database and returns its connection string.
    pub async fn create_database(&self, name: &str) -> Result<String, PostgresError> {
        self.create(name, "template1").await
    }

    /// Creates a database that begins as another one is, to which nobody is
    /// connected, and returns its connection string.
    pub async fn create_database_like(&self, name: &str, other: &str) -> Result<String, PostgresError> {
        self.create(name, other).await
    }

    async fn create(&self, name: &str, other: &str) -> Result<String, PostgresError> {
        for name in [name, other] {
            let plain = name.bytes().all(|c| matches!(c, b'a'..=b'z' | b'0'..=b'9' | b'_'));
            if !plain || name.len() > 40 || !name.starts_with(|c: char| c.is_ascii_lowercase()) {
                return Err(PostgresError::Name(name.into()));
            }
        }
        if self.server.is_none() {
            return Err(PostgresError::Stopped);
        }
        let mut connection = sqlx::PgConnection::connect(&self.url_of("postgres")).await?;
        // Names cannot be bound; these were just checked to need no quoting.
        connection.execute(format!("CREATE DATABASE {name} TEMPLATE {other}").as_str()).await?;
        connection.close().await?;
        Ok(self.url_of(name))
    }

    /// Stops the server, cleanly but cutting connections, and keeps the data:
    /// for drills. [`Self::resume`] starts it again.
    pub async fn pause(&mut self) -> Result<(), PostgresError> {
        if let Some(mut server) = self.server.take() {
            server.stop(Signal::INT, STOP_GRACE).await?;
        }
        Ok(())
    }

    /// Ends the server as a crash would and keeps the data, for drills.
    pub async fn crash(&mut self) -> Result<(), PostgresError> {
        if let Some(mut server) = self.server.take() {
            // An immediate shutdown: no checkpoint, recovery at the next start.
            server.stop(Signal::QUIT, STOP_GRACE).await?;
        }
        Ok(())
    }

    /// Starts a paused or crashed server again, on the same port.
    pub async fn resume(&mut self) -> Result<(), PostgresError> {
        if self.server.is_some() {
            return Ok(());
        }
        self.launch().await
    }

    /// Shuts the server down and removes its data.
    pub async fn stop(mut self) -> Result<(), PostgresError> {
        self.pause().await
    }

    pub(crate) fn url_of(&self, database: &str) -> String {
        format!("postgres://{USER}:{}@127.0.0.1:{}/{database}?sslmode=disable", self.password, self.port)
    }

    /// Starts the server on its port, or finds one the first time.
    async fn launch(&mut self) -> Result<(), PostgresError> {
        let wanted = if self.port == 0 { self.options.port } else { self.port };
        let tries = if wanted == 0 { PORT_TRIES } else { 1 };
        let mut outcome = Err(PostgresError::Stopped);
        for _ in 0..tries {
            self.port = if wanted == 0 { free_port()? } else { wanted };
            outcome = self.launch_on_port().await;
            if !matches!(outcome, Err(PostgresError::Died { .. })) {
                break;
            }
        }
        outcome
    }

    async fn launch_on_port(&mut self) -> Result<(), PostgresError> {
        let log = self.folder.path().join("log");
        let open = || {
            std::fs::File::options().create(true).append(true).open(&log).map_err(|source| PostgresError::File {
                doing: "cannot write",
                path: log.clone(),
                source,
            })
        };
        let output = Output { stdout: Stdio::from(open()?), stderr: Stdio::from(open()?) };
        // Fast shutdown if we die: nothing is left running.
        let mut server = GuardedProcess::spawn("Postgres", self.server_command(), output, Signal::INT)?;
        let deadline = Instant::now() + Duration::from_secs(START_SECONDS);
        loop {
            let attempt = sqlx::PgConnection::connect(&self.url_of("postgres"));
            if let Ok(Ok(connection)) = tokio::time::timeout(Duration::from_secs(5), attempt).await {
                connection.close().await?;
                self.server = Some(server);
                return Ok(());
            }
            if server.exited().is_some() {
                return Err(PostgresError::Died { log: end_of(&log) });
            }
            if Instant::now() >= deadline {
                server.kill().await?;
                return Err(PostgresError::Silent { seconds: START_SECONDS, log: end_of(&log) });
            }
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    fn server_command(&self) -> Command {
        let mut command = self.run_as.command(&self.install.postgres);
        command.arg("-D").arg(data(self.folder.path())).current_dir(self.folder.path());
        let settings = [
            "listen_addresses=127.0.0.1".to_owned(),
            format!("port={}", self.port),
            format!("unix_socket_directories={}", self.folder.path().display()),
            format!("max_connections={}", self.options.max_connections),
            format!("fsync={}", if self.options.durable { "on" } else { "off" }),
            "timezone=UTC".to_owned(),
            // Files in the data folder rather than in /dev/shm, which a kill would leave there.
            "dynamic_shared_memory_type=mmap".to_owned(),
        ];
        for setting in settings {
            command.arg("-c").arg(setting);
        }
        command
    }
}

impl Drop for PrivateCluster {
    fn drop(&mut self) {
        if let Some(mut server) = self.server.take() {
            // The data goes with it, so nothing is worth a checkpoint.
            server.stop_blocking(Signal::QUIT, Duration::from_secs(5));
        }
    }
}

/// Where the data lie in a cluster's folder.
fn data(folder: &Path) -> PathBuf {
    folder.join("data")
}

/// Runs initdb with a password.
fn init(install: &Install, run_as: &RunAs, folder: &Path, password: &str) -> Result<(), PostgresError> {
    let file = folder.join("password");
    let failed = |doing| {
        let path = file.clone();
        move |source| PostgresError::File { doing, path, source }
    };
    write_secret(&file, password).map_err(failed("cannot write"))?;
    run_as.own(&file)?;
    let mut command = run_as.command(&install.initdb);
    command
        .arg("-D")
        .arg(data(folder))
        .args(["--username", USER, "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync"])
        .arg("--pwfile")
        .arg(&file)
        .current_dir(folder)
        .stdin(Stdio::null());
    let output = command.output().map_err(|source| PostgresError::Spawn { program: install.initdb.clone(), source })?;
    std::fs::remove_file(&file).map_err(failed("cannot remove"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(PostgresError::Init { status: output.status, output: String::from_utf8_lossy(&output.stderr).trim().into() })
}

/// A file that only its owner reads.
fn write_secret(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    std::fs::File::options().create_new(true).write(true).mode(0o600).open(path)?.write_all(text.as_bytes())
}

/// A port nobody listens on right now.
fn free_port() -> Result<u16, PostgresError> {
    let bound = std::net::TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
    bound.map(|address| address.port()).map_err(|source| PostgresError::File {
        doing: "cannot find a free port on",
        path: "127.0.0.1".into(),
        source,
    })
}

/// The last lines of a log.
fn end_of(log: &Path) -> String {
    let text = std::fs::read(log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(LOG_LINES)..].join("\n")
}

/// Removes the folders of clusters whose maker was killed. Their servers ended
/// with the maker, by the parent-death signal.
fn remove_leftovers(parent: &Path) {
    for entry in std::fs::read_dir(parent).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let maker =
            name.to_str().and_then(|name| name.strip_prefix(FOLDER_PREFIX)).and_then(|rest| rest.split('-').next());
        let Some(maker) = maker.and_then(|number| number.parse::<u32>().ok()) else { continue };
        let server = std::fs::read_to_string(data(&entry.path()).join("postmaster.pid")).unwrap_or_default();
        let server = server.lines().next().and_then(|line| line.trim().parse::<u32>().ok());
        if !runs(maker) && !server.is_some_and(runs) {
            // Another process may be removing it too; either way it goes.
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// Whether a process has this number.
fn runs(pid: u32) -> bool {
    Path::new("/proc").join(pid.to_string()).exists()
}
