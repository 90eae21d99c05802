//! One machine's system: Postgres, the local chain, and the services on top.

use crate::layout::Layout;
use crate::service::{Plan, Service, ServiceError};
use serde::Deserialize;
use solana_sdk::pubkey::Pubkey;
use solana_sdk::signature::{Keypair, Signer};
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tributary_core::id::GatewayId;
use tributary_operator::chain::Chain;
use tributary_operator::keys;
use tributary_operator::store::ContentStore;
use tributary_postgres::{PostgresError, PrivateCluster};

/// How long the chain may take to be ready.
const READY_TIMEOUT: Duration = Duration::from_secs(60);

/// How often the built programs are looked at.
const REDEPLOY_POLL: Duration = Duration::from_secs(1);

/// Why the system could not be started.
#[derive(Debug, thiserror::Error)]
pub enum MachineError {
    /// A service.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// Postgres.
    #[error(transparent)]
    Postgres(#[from] PostgresError),
    /// A file.
    #[error("cannot write {}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A key.
    #[error(transparent)]
    Key(#[from] keys::KeyError),
    /// The migrations.
    #[error("the migrations failed: {0}")]
    Migrate(String),
    /// The programs could not be compared or replaced.
    #[error("the deployed programs could not be brought up to date: {0}")]
    Redeploy(String),
    /// The chain is not ready.
    #[error("the local chain did not say that it is ready within {} s: see the log localnet.log", READY_TIMEOUT.as_secs())]
    NotReady,
    /// What the chain says of itself is not understood.
    #[error("what the local chain says of itself is not understood")]
    Ready(#[source] serde_json::Error),
}

/// What differs from run to run.
#[derive(Clone, Debug)]
pub struct Options {
    /// Milliseconds a slot.
    pub slot_ms: u64,
    /// Who is funded, with how many base units of the test mint.
    pub cast: Vec<(Pubkey, u64)>,
}

/// What the local chain says when it is ready.
#[derive(Clone, Debug, Deserialize)]
pub struct Ready {
    /// JSON-RPC.
    pub rpc_url: String,
    /// WebSocket.
    pub ws_url: String,
    /// The test mint.
    pub mint: String,
}

/// Postgres and chain, with everything needed to start services on them.
pub struct Machine {
    /// Where things are.
    pub layout: Layout,
    /// What the chain says.
    pub ready: Ready,
    /// The database.
    pub database_url: String,
    /// The chain, for callers.
    pub chain: Chain,
    /// The content store.
    pub store: ContentStore,
    /// Ours unless `DATABASE_URL` names another.
    pub postgres: Option<PrivateCluster>,
    localnet: Service,
}

impl Machine {
    /// Starts Postgres and the chain and applies the migrations.
    pub async fn start(layout: Layout, options: &Options) -> Result<Self, MachineError> {
        let (database_url, postgres) = match std::env::var("DATABASE_URL") {
            Ok(url) if !url.is_empty() => (url, None),
            _ => {
                let cluster = PrivateCluster::start().await?;
                (cluster.url().to_owned(), Some(cluster))
            }
        };
        let cast = layout.file("cast.json");
        let entries: Vec<_> = options
            .cast
            .iter()
            .map(|(key, tokens)| serde_json::json!({"address": key.to_string(), "lamports": 20_000_000_000u64, "tokens": tokens}))
            .collect();
        std::fs::write(&cast, serde_json::Value::from(entries).to_string())
            .map_err(|source| MachineError::File { path: cast.clone(), source })?;
        let ready_file = layout.file("localnet.json");
        let arguments = [
            ("--deploy-dir", layout.deploy.display().to_string()),
            ("--slot-ms", options.slot_ms.to_string()),
            ("--cast", cast.display().to_string()),
            ("--ready", ready_file.display().to_string()),
        ];
        let localnet = Service::start(Plan {
            name: "localnet",
            program: layout.localnet.clone(),
            arguments: arguments.into_iter().flat_map(|(flag, value)| [flag.into(), value]).collect(),
            environment: Vec::new(),
            logs: layout.file("logs"),
        })?;
        let ready = wait_ready(&localnet, &ready_file).await?;
        let machine = Self {
            chain: Chain::new(&ready.rpc_url),
            store: ContentStore::new(layout.store()),
            layout,
            ready,
            database_url,
            postgres,
            localnet,
        };
        machine.redeploy().await?;
        machine.migrate().await?;
        Ok(machine)
    }

    /// The test mint.
    pub fn mint(&self) -> Pubkey {
        self.ready.mint.parse().unwrap_or_default()
    }

    /// Writes a development key's file and returns its path.
    pub fn key_file(&self, name: &str) -> Result<PathBuf, MachineError> {
        let path = self.layout.file("keys").join(format!("{}.json", name.replace(' ', "-")));
        if !path.exists() {
            keys::write_new(&path, &keys::development(name))?;
        }
        Ok(path)
    }

    /// A development key, with its file written for people to use.
    pub fn key(&self, name: &str) -> Result<Keypair, MachineError> {
        self.key_file(name)?;
        Ok(keys::development(name))
    }

    /// Runs the binary to its end and returns what it printed.
    pub async fn tributary(&self, arguments: &[&str]) -> Result<std::process::Output, MachineError> {
        let mut command = tokio::process::Command::new(&self.layout.tributary);
        command.args(arguments).envs(self.environment()).kill_on_drop(true);
        command.output().await.map_err(|source| MachineError::File { path: self.layout.tributary.clone(), source })
    }

    /// What every command needs.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        vec![
            ("DATABASE_URL", self.database_url.clone()),
            ("TRIBUTARY_RPC", self.ready.rpc_url.clone()),
            ("TRIBUTARY_WS", self.ready.ws_url.clone()),
            ("TRIBUTARY_STORE", self.layout.store().display().to_string()),
            ("TRIBUTARY_MINT", self.ready.mint.clone()),
            ("TRIBUTARY_POLICY", self.layout.file("policy.bin").display().to_string()),
            ("RUST_LOG", std::env::var("RUST_LOG").unwrap_or_else(|_| "info".into())),
        ]
    }

    /// Writes `env.sh`, which a shell sources to use the command line on this run;
    /// it names the API only where one runs.
    pub fn write_environment(
        &self,
        gateway: &GatewayId,
        gateway_url: &str,
        api_url: Option<&str>,
    ) -> Result<PathBuf, MachineError> {
        let path = self.layout.file("env.sh");
        let binaries = self.layout.tributary.parent().map(|folder| folder.display().to_string()).unwrap_or_default();
        let mut text =
            format!("# To use the command line on this run: source this file.\nexport PATH='{binaries}':\"$PATH\"\n");
        let more = [("TRIBUTARY_GATEWAY", gateway_url.to_owned()), ("TRIBUTARY_GATEWAY_ID", gateway.to_string())];
        let api = api_url.map(|url| ("TRIBUTARY_API", url.to_owned()));
        for (name, value) in
            self.environment().into_iter().chain(more).chain(api).filter(|(name, _)| *name != "RUST_LOG")
        {
            text.push_str(&format!("export {name}='{value}'\n"));
        }
        std::fs::write(&path, text).map_err(|source| MachineError::File { path: path.clone(), source })?;
        Ok(path)
    }

    async fn migrate(&self) -> Result<(), MachineError> {
        let output = self.tributary(&["migrate"]).await?;
        if output.status.success() {
            return Ok(());
        }
        Err(MachineError::Migrate(String::from_utf8_lossy(&output.stderr).trim().to_owned()))
    }

    /// A subcommand as a service.
    fn service(&self, name: &'static str, arguments: Vec<String>) -> Result<Service, MachineError> {
        Ok(Service::start(Plan {
            name,
            program: self.layout.tributary.clone(),
            arguments,
            environment: self.environment(),
            logs: self.layout.file("logs"),
        })?)
    }

    /// The indexer.
    pub fn indexer(&self) -> Result<Service, MachineError> {
        self.service("indexer", words(&["indexer", "--health", "127.0.0.1:0"]))
    }

    /// The embedding model's server, where it was built and its model is in the
    /// cache; fetches nothing.
    pub async fn embedding(&self) -> Result<Option<Service>, MachineError> {
        let program = self.layout.embedding.clone();
        if !program.is_file() {
            return Ok(None);
        }
        let script = self.layout.checkout.join("tools/embedding/fetch");
        let mut command = tokio::process::Command::new(&script);
        command.arg("--if-there").env("TRIBUTARY_CACHE", &self.layout.cache).kill_on_drop(true);
        let said = command.output().await.map_err(|source| MachineError::File { path: script, source })?;
        let model = String::from_utf8_lossy(&said.stdout).trim().to_owned();
        if !said.status.success() || model.is_empty() {
            return Ok(None);
        }
        let arguments = words(&["--model", &model, "--listen", "127.0.0.1:0"]);
        let (environment, logs) = (Vec::new(), self.layout.file("logs"));
        Ok(Some(Service::start(Plan { name: "embedding", program, arguments, environment, logs })?))
    }

    /// A gateway, with a server for embeddings up to and with `/v1` if there is one.
    pub fn gateway(&self, gateway: &GatewayId, listen: &str, embedding: Option<&str>) -> Result<Service, MachineError> {
        let key = self.key_file("gateway key")?.display().to_string();
        let spool = self.layout.file("spool").display().to_string();
        let id = gateway.to_string();
        let mut arguments =
            vec!["gateway", "--gateway-listen", listen, "--gateway-id", &id, "--gateway-key", &key, "--spool", &spool];
        if let Some(url) = embedding {
            arguments.extend(["--embedding", url]);
        }
        self.service("gateway", words(&arguments))
    }

    /// The settler, closing an epoch as soon as anything would change. `drill`
    /// makes one root wrong on purpose.
    pub fn settler(&self, drill: Option<&str>) -> Result<Service, MachineError> {
        let key = self.key_file("poster")?.display().to_string();
        let mut arguments = words(&["settle", "--poster-key", &key, "--interval", "1"]);
        if let Some(drill) = drill {
            arguments.extend(words(&["--drill", drill]));
        }
        self.service("settler", arguments)
    }

    /// A watcher.
    pub fn watcher(&self) -> Result<Service, MachineError> {
        let key = self.key_file("watcher")?.display().to_string();
        let memory = self.layout.file("watcher.json").display().to_string();
        self.service("watcher", words(&["watch", "--watcher-key", &key, "--memory", &memory]))
    }

    /// The API, with the claim page when it has been built.
    pub fn api(&self, listen: &str, gateway_url: &str, lookup_table: &Pubkey) -> Result<Service, MachineError> {
        let page = self.layout.checkout.join("app/dist");
        let mut arguments = words(&["api", "--api-listen", listen, "--gateway-url", gateway_url, "--private-webhooks"]);
        arguments.extend(words(&["--lookup-table", &lookup_table.to_string()]));
        if page.join("index.html").is_file() {
            arguments.extend(words(&["--page", &page.display().to_string()]));
        }
        self.service("api", arguments)
    }

    /// Compares the deployed programs with the built ones and replaces those that
    /// differ. Returns a line for each program.
    pub async fn redeploy(&self) -> Result<Vec<String>, MachineError> {
        let mut command = tokio::process::Command::new(&self.layout.localnet);
        command
            .args(["redeploy", "--rpc", &self.ready.rpc_url, "--deploy-dir"])
            .arg(&self.layout.deploy)
            .kill_on_drop(true);
        let output = command
            .output()
            .await
            .map_err(|source| MachineError::File { path: self.layout.localnet.clone(), source })?;
        if !output.status.success() {
            return Err(MachineError::Redeploy(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
        }
        Ok(String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect())
    }

    /// Watches the built programs and redeploys one that was built anew; `say` is
    /// told what happened. Never ends.
    pub async fn redeploy_on_change(&self, say: impl Fn(&str)) {
        let mut known = self.layout.built_at();
        loop {
            tokio::time::sleep(REDEPLOY_POLL).await;
            let built = self.layout.built_at();
            if built == known {
                continue;
            }
            match self.redeploy().await {
                Ok(lines) => lines.iter().for_each(|line| say(line)),
                Err(error) => say(&error.to_string()),
            }
            known = built;
        }
    }

    /// Ends chain and Postgres. Services must have been stopped before.
    pub async fn stop(mut self) -> Result<(), MachineError> {
        self.localnet.stop().await?;
        if let Some(postgres) = self.postgres.take() {
            postgres.stop().await?;
        }
        Ok(())
    }

    /// The governor's public key.
    pub fn governor() -> Pubkey {
        keys::development("governor").pubkey()
    }
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

async fn wait_ready(localnet: &Service, file: &std::path::Path) -> Result<Ready, MachineError> {
    let start = Instant::now();
    while start.elapsed() < READY_TIMEOUT {
        if let Ok(text) = std::fs::read_to_string(file) {
            return serde_json::from_str(&text).map_err(MachineError::Ready);
        }
        localnet.check()?;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Err(MachineError::NotReady)
}
