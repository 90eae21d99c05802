//! The services: flags to each room's `Config`, then its `run` until Ctrl-C or
//! SIGTERM. Flags that services share stand apart from their own, so that
//! `tributary up` has each once.

use crate::args::{ChainArgs, DatabaseArgs, PolicyArgs, PublishedArgs, RedisArgs, StoreArgs, VaultsArgs, folder};
use crate::end;
use solana_sdk::pubkey::Pubkey;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tributary_core::amount::BaseUnits;
use tributary_core::id::GatewayId;
use tributary_core::position::Slot;
use tributary_gateway::upstream::config::{Upstream, Upstreams, UpstreamsError};
use tributary_settlement::settler::Sabotage;
use tributary_settlement::watch;

#[derive(clap::Args, Clone)]
pub struct IndexerOwn {
    /// The node's WebSocket; without it the indexer only polls
    #[arg(long, env = "TRIBUTARY_WS", hide_env_values = true, value_name = "URL")]
    ws: Option<String>,
    /// JSON-RPC of further nodes, separated by commas: asked when the first fails,
    /// and as witnesses of what becomes final
    #[arg(long, env = "TRIBUTARY_MORE_RPC", hide_env_values = true, value_name = "URLS", value_delimiter = ',')]
    more_rpc: Vec<String>,
    /// The slot before which nothing of the programs happened
    #[arg(long, default_value_t = 0)]
    start_slot: u64,
    /// Where to serve GET /health and GET /metrics; port 0 picks a free one
    #[arg(long, value_name = "ADDR")]
    health: Option<SocketAddr>,
}

impl IndexerOwn {
    pub fn config(self, database: &DatabaseArgs, chain: &ChainArgs) -> tributary_indexer::Config {
        let mut config = tributary_indexer::Config::new(&database.database_url, &chain.rpc);
        config.ws_url = self.ws;
        config.more_rpc_urls = self.more_rpc;
        config.start_slot = Slot(self.start_slot);
        config.health_addr = self.health;
        config
    }
}

/// Serves agents over HTTP, takes payment and writes usage and credit.
#[derive(clap::Args, Clone)]
pub struct GatewayArgs {
    #[command(flatten)]
    database: DatabaseArgs,
    #[command(flatten)]
    store: StoreArgs,
    #[command(flatten)]
    vaults: VaultsArgs,
    #[command(flatten)]
    policy: PolicyArgs,
    #[command(flatten)]
    redis: RedisArgs,
    #[command(flatten)]
    own: GatewayOwn,
}

#[derive(clap::Args, Clone)]
pub struct GatewayOwn {
    /// Where to listen; port 0 picks a free one
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDR")]
    gateway_listen: SocketAddr,
    /// Folder of the spool, on a disk that honours fsync
    #[arg(long, value_name = "DIR")]
    spool: PathBuf,
    /// Folder for uploaded datasets until they are published; by default in the spool's
    #[arg(long, value_name = "DIR")]
    uploads: Option<PathBuf>,
    /// Keypair file that signs the events
    #[arg(long, value_name = "FILE")]
    gateway_key: PathBuf,
    /// The gateway's record on the chain
    #[arg(long, value_name = "ADDRESS")]
    gateway_id: GatewayId,
    /// How much a lease takes of a payer's credit, in base units
    #[arg(long, default_value_t = tributary_gateway::Limits::default().lease_size.0)]
    lease_size: u64,
    /// JSON file that says where models are that answer elsewhere (docs/gateway.md)
    #[arg(long, env = "TRIBUTARY_UPSTREAMS", value_name = "FILE")]
    upstreams: Option<PathBuf>,
    /// Server for embeddings, up to and with /v1, such as `tributary-embedding`'s: events carry evidence of similarity
    #[arg(long, env = "TRIBUTARY_EMBEDDING", value_name = "URL")]
    pub embedding: Option<String>,
    /// What that server calls its model
    #[arg(long, default_value = "all-MiniLM-L6-v2", value_name = "NAME")]
    embedding_model: String,
}

/// Where models are that answer elsewhere; the file may name variables with keys.
fn upstreams(file: &Path) -> Result<Upstreams, UpstreamsError> {
    Upstreams::read(file, |name| std::env::var(name).ok())
}

impl GatewayOwn {
    pub fn config(
        self,
        database: &DatabaseArgs,
        store: &StoreArgs,
        vaults: &VaultsArgs,
        policy: &PolicyArgs,
        redis: &RedisArgs,
    ) -> anyhow::Result<tributary_gateway::Config> {
        folder(&self.spool)?;
        let limits = tributary_gateway::Limits {
            lease_size: BaseUnits(self.lease_size),
            ..tributary_gateway::Limits::default()
        };
        Ok(tributary_gateway::Config {
            database_url: database.database_url.clone(),
            listen: self.gateway_listen,
            uploads: self.uploads.unwrap_or_else(|| self.spool.join("uploads")),
            spool_dir: self.spool,
            key_file: self.gateway_key,
            gateway: self.gateway_id,
            vaults: vaults.vaults(),
            store: store.shelf()?,
            policy_file: policy.policy_set.clone(),
            upstreams: self.upstreams.as_deref().map(upstreams).transpose()?.unwrap_or_default(),
            embedding: self.embedding.map(|url| Arc::new(Upstream::for_embeddings(&url, &self.embedding_model))),
            redis: redis.redis.clone(),
            clocks: Default::default(),
            limits,
        })
    }
}

/// Closes epochs, publishes what they were computed from, posts roots.
#[derive(clap::Args, Clone)]
pub struct SettleArgs {
    #[command(flatten)]
    database: DatabaseArgs,
    #[command(flatten)]
    chain: ChainArgs,
    #[command(flatten)]
    store: PublishedArgs,
    #[command(flatten)]
    vaults: VaultsArgs,
    #[command(flatten)]
    policy: PolicyArgs,
    #[command(flatten)]
    own: SettleOwn,
}

#[derive(clap::Args, Clone)]
pub struct SettleOwn {
    /// Keypair file of the poster
    #[arg(long, value_name = "FILE")]
    poster_key: PathBuf,
    /// Seconds after which an epoch closes, if anything changed
    #[arg(long, default_value_t = 3_600)]
    interval: u64,
    /// Close earlier once so many events wait
    #[arg(long, default_value_t = 100_000)]
    min_events: u64,
    /// Close nothing while what the indexer knows is older than this many seconds
    #[arg(long, default_value_t = 60)]
    stale_after: u64,
    /// Where the settler serves GET /health and GET /metrics; port 0 picks a free one
    #[arg(long, value_name = "ADDR")]
    settler_health: Option<SocketAddr>,
    /// A drill for local networks: post one wrong root (one-unit@EPOCH)
    #[arg(long, value_name = "DRILL")]
    drill: Option<Sabotage>,
}

impl SettleOwn {
    pub fn config(
        self,
        database: &DatabaseArgs,
        chain: &ChainArgs,
        store: &PublishedArgs,
        vaults: &VaultsArgs,
        policy: &PolicyArgs,
    ) -> anyhow::Result<tributary_settlement::Config> {
        Ok(tributary_settlement::Config {
            database_url: database.database_url.clone(),
            rpc_url: chain.rpc.clone(),
            store: store.store.clone(),
            poster_key: self.poster_key,
            vaults: vaults.vaults(),
            policy_set: policy.policy_set.clone(),
            interval: Duration::from_secs(self.interval),
            min_events: self.min_events,
            stale_after: Duration::from_secs(self.stale_after),
            poll: Duration::from_millis(300),
            health_addr: self.settler_health,
            sabotage: self.drill,
        })
    }
}

/// Recomputes every posted root with a key of its own; attests or vetoes.
#[derive(clap::Args, Clone)]
pub struct WatchArgs {
    #[command(flatten)]
    chain: ChainArgs,
    #[command(flatten)]
    store: PublishedArgs,
    #[command(flatten)]
    vaults: VaultsArgs,
    #[command(flatten)]
    own: WatchOwn,
}

#[derive(clap::Args, Clone)]
pub struct WatchOwn {
    /// Keypair file of a watcher the governor admitted
    #[arg(long, value_name = "FILE")]
    watcher_key: PathBuf,
    /// File in which it remembers what it judged
    #[arg(long, value_name = "FILE")]
    memory: Option<PathBuf>,
}

impl WatchOwn {
    pub fn config(
        self,
        chain: &ChainArgs,
        store: &PublishedArgs,
        vaults: &VaultsArgs,
    ) -> anyhow::Result<watch::Config> {
        Ok(watch::Config {
            rpc_url: chain.rpc.clone(),
            store: store.store.clone(),
            key: self.watcher_key,
            vaults: vaults.vaults(),
            memory: self.memory,
            poll: Duration::from_millis(300),
        })
    }
}

/// Serves reads over HTTP, and the claim page.
#[derive(clap::Args, Clone)]
pub struct ApiArgs {
    #[command(flatten)]
    database: DatabaseArgs,
    #[command(flatten)]
    chain: ChainArgs,
    #[command(flatten)]
    store: StoreArgs,
    #[command(flatten)]
    redis: RedisArgs,
    #[command(flatten)]
    own: ApiOwn,
}

#[derive(clap::Args, Clone)]
pub struct ApiOwn {
    /// Where to listen; port 0 picks a free one
    #[arg(long, default_value = "127.0.0.1:8090", value_name = "ADDR")]
    api_listen: SocketAddr,
    /// Folder of the built claim page, served at /
    #[arg(long, value_name = "DIR")]
    page: Option<PathBuf>,
    /// Where payers find the gateway on the web; clients are told
    #[arg(long, env = "TRIBUTARY_GATEWAY", value_name = "URL")]
    gateway_url: Option<String>,
    /// Address lookup table that makes claims shorter (repeatable); clients are told
    #[arg(long = "lookup-table", env = "TRIBUTARY_LOOKUP_TABLES", value_name = "ADDRESS", value_delimiter = ',')]
    lookup_tables: Vec<Pubkey>,
    /// Origins that browsers may call from (repeatable); any when left out
    #[arg(long = "cors-origin", value_name = "ORIGIN")]
    cors_origins: Vec<String>,
    /// Origins that people sign in at (repeatable); the address listened on when left out
    #[arg(long = "sign-in-origin", value_name = "ORIGIN")]
    sign_in_origins: Vec<String>,
    /// Let webhooks point into this network, and over HTTP: for trying things out
    #[arg(long)]
    private_webhooks: bool,
}

impl ApiOwn {
    pub fn config(
        self,
        database: &DatabaseArgs,
        chain: &ChainArgs,
        store: &StoreArgs,
        redis: &RedisArgs,
    ) -> anyhow::Result<tributary_api::Config> {
        Ok(tributary_api::Config {
            database_url: database.database_url.clone(),
            listen: self.api_listen,
            store: store.shelf()?,
            rpc_url: chain.rpc.clone(),
            gateway_url: self.gateway_url,
            lookup_tables: self.lookup_tables.iter().map(Pubkey::to_string).collect(),
            cors_origins: self.cors_origins,
            sign_in_origins: self.sign_in_origins,
            private_webhooks: self.private_webhooks,
            page_dir: self.page,
            redis_url: redis.redis.clone(),
            limits: tributary_api::Limits::default(),
        })
    }
}

pub async fn gateway(args: GatewayArgs) -> anyhow::Result<()> {
    let config = args.own.config(&args.database, &args.store, &args.vaults, &args.policy, &args.redis)?;
    Ok(tributary_gateway::run(config, end::token()?).await?)
}

pub async fn settle(args: SettleArgs) -> anyhow::Result<()> {
    let config = args.own.config(&args.database, &args.chain, &args.store, &args.vaults, &args.policy)?;
    Ok(tributary_settlement::run(config, end::token()?).await?)
}

pub async fn watch(args: WatchArgs) -> anyhow::Result<()> {
    let config = args.own.config(&args.chain, &args.store, &args.vaults)?;
    Ok(watch::run(config, end::token()?).await?)
}

pub async fn api(args: ApiArgs) -> anyhow::Result<()> {
    let config = args.own.config(&args.database, &args.chain, &args.store, &args.redis)?;
    Ok(tributary_api::run(config, end::token()?).await?)
}
