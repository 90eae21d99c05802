//! The settler: closes epochs, builds, publishes and posts roots, and activates
//! them after their window.
//!
//! It is the only writer of the schema `ledger` and reads `chain`, `usage` and
//! `credit`. It decides no amounts ([`crate::compute`]) and no order of steps
//! ([`crate::machine`]). Killed anywhere, it goes on from the ledger.

mod adopt;
mod alarms;
mod books;
mod correct;
mod epoch;
mod error;
mod fit;
mod gather;
mod health;
mod ledger;
mod post;
mod publish;
mod sabotage;
pub mod snapshot;

pub use error::{SettlerError, chain_of_causes};
pub use ledger::{AttemptId, AttemptRow, Journalled, Ledger};
pub use sabotage::{ParseSabotageError, Sabotage, Wrong};

use crate::chain::{Chain, read_key};
use crate::compute::Scope;
use crate::machine::{Action, OnChain, Posting, Step, next};
use crate::store::Store;
use crate::store::location::Location;
use alarms::Standings;
use backon::{BackoffBuilder, ExponentialBuilder};
use epoch::Work;
use solana_sdk::signature::Keypair;
use solana_sdk::signer::Signer;
use sqlx::postgres::{PgConnection, PgPoolOptions};
use sqlx::{Connection, PgPool};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;
use tributary_client::pda;
use tributary_core::id::VaultId;
use tributary_core::policy::PolicySet;

/// Connections the settler uses at most.
const CONNECTIONS_MAX: u32 = 4;
/// No wait for a connection is longer.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Longest wait after a failure.
const BACKOFF_MAX: Duration = Duration::from_secs(30);
/// The advisory lock that one settler holds: "tribsett" in ASCII.
const LOCK: i64 = 0x7472_6962_7365_7474;

/// How to run a settler.
#[derive(Clone, Debug)]
pub struct Config {
    /// Postgres, with the migrations applied.
    pub database_url: String,
    /// A node of the cluster.
    pub rpc_url: String,
    /// The content store.
    pub store: Location,
    /// Keypair file of the poster, which also pays for the transactions.
    pub poster_key: PathBuf,
    /// The vaults to settle.
    pub vaults: Vec<VaultId>,
    /// File of the policy set: the bytes of [`PolicySet::encode`].
    pub policy_set: PathBuf,
    /// An epoch closes at the latest so long after the one before, if anything
    /// would change.
    pub interval: Duration,
    /// And earlier once so many events wait.
    pub min_events: u64,
    /// No epoch closes while the indexer's finalised slot is older than this.
    pub stale_after: Duration,
    /// How often to look when there is nothing to do.
    pub poll: Duration,
    /// Where to serve `GET /health` and `GET /metrics`; port 0 picks a free one.
    pub health_addr: Option<SocketAddr>,
    /// A drill: post one wrong root, so that a watcher has something to veto.
    pub sabotage: Option<Sabotage>,
}

/// Runs until `shutdown`. An error means that this process must not go on;
/// what may pass is logged and tried again.
pub async fn run(config: Config, shutdown: CancellationToken) -> Result<(), SettlerError> {
    let (standings, seen) = watch::channel(Standings::new());
    let health = config.health_addr.map(|address| AbortOnDropHandle::new(tokio::spawn(health::serve(address, seen))));
    tokio::select! {
        result = settle(config, standings, shutdown.clone()) => result,
        served = ended(health) => served,
        // Every step is journalled before it acts, so stopping between any two
        // awaits is as good as being killed there: the next start goes on.
        () = shutdown.cancelled() => Ok(()),
    }
}

/// How the health endpoint ended, which it does not by itself.
async fn ended(health: Option<AbortOnDropHandle<Result<(), SettlerError>>>) -> Result<(), SettlerError> {
    let Some(health) = health else { return std::future::pending().await };
    match health.await {
        Ok(served) => served,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

async fn settle(
    config: Config,
    standings: watch::Sender<Standings>,
    shutdown: CancellationToken,
) -> Result<(), SettlerError> {
    let mut failures = backoff().build();
    let mut settler = loop {
        match Settler::start(&config, &standings).await {
            Ok(Some(settler)) => break settler,
            Ok(None) => tracing::info!("another settler holds the lock; waiting for it to end"),
            Err(error) if error.stops_settler() => return Err(error),
            Err(error) => tracing::warn!("settler cannot start yet: {}", chain_of_causes(&error)),
        }
        tokio::time::sleep(failures.next().unwrap_or(BACKOFF_MAX)).await;
    };
    tracing::info!(vaults = config.vaults.len(), "settler runs");
    let mut failures = backoff().build();
    while !shutdown.is_cancelled() {
        let settled = settler.round().await;
        // Also when a vault failed: that is when somebody looks.
        let looked = settler.look().await;
        match settled.and(looked) {
            Ok(()) => {
                failures = backoff().build();
                tokio::time::sleep(config.poll).await;
            }
            Err(error) if error.stops_settler() => return Err(error),
            Err(error) => {
                tracing::warn!("settling failed, trying again: {}", chain_of_causes(&error));
                tokio::time::sleep(failures.next().unwrap_or(BACKOFF_MAX)).await;
            }
        }
    }
    Ok(())
}

fn backoff() -> ExponentialBuilder {
    ExponentialBuilder::default()
        .with_min_delay(Duration::from_millis(200))
        .with_max_delay(BACKOFF_MAX)
        .with_jitter()
        .without_max_times()
}

struct Settler {
    config: Config,
    pool: PgPool,
    ledger: Ledger,
    chain: Chain,
    store: Store,
    poster: Keypair,
    policy: PolicySet,
    scopes: Vec<Scope>,
    /// What was computed last for each vault, to save doing it again.
    work: BTreeMap<VaultId, Work>,
    /// Until when nothing is closed for a vault, because nothing fitted into its headroom.
    resting: BTreeMap<VaultId, Instant>,
    /// Why each vault waits, so that it is said once.
    waits: BTreeMap<VaultId, String>,
    /// Where each vault stands, for whom it concerns.
    standings: watch::Sender<Standings>,
    started: Instant,
    /// Holds the advisory lock for as long as it lives.
    _lock: PgConnection,
}

impl Settler {
    /// `None` while another settler holds the lock.
    async fn start(config: &Config, standings: &watch::Sender<Standings>) -> Result<Option<Self>, SettlerError> {
        let path = config.policy_set.clone();
        let bytes = std::fs::read(&path).map_err(|source| SettlerError::PolicyFile { path: path.clone(), source })?;
        let policy = PolicySet::decode(&bytes).map_err(|source| SettlerError::Policy { path, source })?;
        let poster = read_key(&config.poster_key)?;
        let store = Store::open(&config.store)?;
        let chain = Chain::new(&config.rpc_url);
        let settings = chain.config().await?;
        if chain.genesis().await? != settings.genesis {
            return Err(SettlerError::Cluster("the node"));
        }
        if poster.pubkey() != settings.poster {
            return Err(SettlerError::Poster { ours: poster.pubkey(), poster: settings.poster });
        }
        if config.sabotage.is_some() {
            sabotage::allow_on(&settings.genesis)?;
        }
        let mut scopes = Vec::with_capacity(config.vaults.len());
        for vault in &config.vaults {
            let scope =
                Scope { genesis: settings.genesis, registry: pda::REGISTRY, rewards: pda::REWARDS, vault: *vault };
            let on_chain = chain.vault(vault, solana_commitment_config::CommitmentConfig::confirmed()).await?;
            if on_chain.domain != scope.domain() {
                return Err(SettlerError::Cluster("the vault"));
            }
            scopes.push(scope);
        }

        let mut lock = PgConnection::connect(&config.database_url).await?;
        if !sqlx::query_scalar("SELECT pg_try_advisory_lock($1)").bind(LOCK).fetch_one(&mut lock).await? {
            return Ok(None);
        }
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS_MAX)
            .acquire_timeout(CONNECT_TIMEOUT)
            .connect(&config.database_url)
            .await?;
        let ledger = Ledger::take(pool.clone()).await?;
        Ok(Some(Self {
            config: config.clone(),
            pool,
            ledger,
            chain,
            store,
            poster,
            policy,
            scopes,
            work: BTreeMap::new(),
            resting: BTreeMap::new(),
            waits: BTreeMap::new(),
            standings: standings.clone(),
            started: Instant::now(),
            _lock: lock,
        }))
    }

    /// Takes every vault as far as it gets. A vault that must not go on is
    /// halted; the others are not touched by that.
    async fn round(&mut self) -> Result<(), SettlerError> {
        let mut failed = None;
        for scope in self.scopes.clone() {
            if let Some(reason) = self.ledger.halt_reason(&scope.vault).await? {
                self.say_wait(&scope.vault, format!("halted until an operator clears ledger.halts: {reason}"));
                continue;
            }
            let result = loop {
                match self.turn(&scope).await {
                    Ok(true) => {}
                    Ok(false) => break Ok(()),
                    Err(error) => break Err(error),
                }
            };
            match result {
                Ok(()) => {}
                Err(error) if error.halts_vault() => {
                    let reason = chain_of_causes(&error);
                    tracing::error!(vault = %scope.vault, "posting for this vault is halted: {reason}");
                    self.ledger.halt(&scope.vault, &reason).await?;
                }
                Err(error) if error.stops_settler() => return Err(error),
                Err(error) => failed = Some(error),
            }
        }
        failed.map_or(Ok(()), Err)
    }

    /// One action for a vault. Whether there may be another at once.
    async fn turn(&mut self, scope: &Scope) -> Result<bool, SettlerError> {
        // First whether what served still does: everything newer was built on it.
        if let Some(row) = self.ledger.newest_active(&scope.vault).await? {
            let on_chain = self.still_serves(&row).await?;
            if let Action::Record(step) = next(Some(row.step), on_chain, Posting::Landed) {
                return self.record(&row, step).await;
            }
        }
        let newest = self.ledger.newest(&scope.vault).await?;
        let Some(row) = newest else { return self.close(scope).await };
        let (on_chain, posting) = match row.step {
            Step::Active | Step::Vetoed | Step::Disabled => (OnChain::Absent, Posting::None),
            _ => (self.on_chain(&row).await?, self.posting(&row).await?),
        };
        match next(Some(row.step), on_chain, posting) {
            Action::Close => self.close(scope).await,
            Action::Build => self.build(scope, &row).await,
            Action::Publish => self.publish(scope, &row).await,
            Action::Post => self.post(scope, &row).await,
            Action::Resend => self.resend(scope, &row).await,
            Action::Record(step) => self.record(&row, step).await,
            Action::Activate => self.activate(&row).await,
            Action::Wait => Ok(false),
        }
    }

    /// Says why a vault waits, when that changes.
    fn say_wait(&mut self, vault: &VaultId, reason: String) {
        if self.waits.get(vault) != Some(&reason) {
            tracing::warn!(%vault, "no epoch closes: {reason}");
            self.waits.insert(*vault, reason);
        }
    }
}
