//! `tributary up`: all services in one process. They end in order: first who
//! takes work, last who others read from.

mod embedding;

use super::services::{ApiOwn, GatewayOwn, IndexerOwn, SettleOwn, WatchOwn};
use crate::args::{ChainArgs, DatabaseArgs, PolicyArgs, PublishedArgs, RedisArgs, StoreArgs, VaultsArgs};
use crate::end;
use std::future::Future;
use std::path::PathBuf;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Runs indexer, gateway, settler, watcher and API together, for one machine. In
/// production they run apart, each with its own key and database role. The flags
/// are those of the services.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    database: DatabaseArgs,
    #[command(flatten)]
    chain: ChainArgs,
    #[command(flatten)]
    store: StoreArgs,
    #[command(flatten)]
    vaults: VaultsArgs,
    #[command(flatten)]
    policy: PolicyArgs,
    #[command(flatten)]
    redis: RedisArgs,
    #[command(flatten)]
    indexer: IndexerOwn,
    #[command(flatten)]
    gateway: GatewayOwn,
    /// Folder of the sentence-embedding model, as tools/embedding/fetch prints it: its server is started too,
    /// unless one is named with --embedding
    #[arg(long, env = "TRIBUTARY_EMBEDDING_MODEL", value_name = "DIR")]
    embedding_folder: Option<PathBuf>,
    /// That server
    #[arg(long, env = "TRIBUTARY_EMBEDDING_SERVER", default_value = "tributary-embedding", value_name = "FILE")]
    embedding_server: PathBuf,
    #[command(flatten)]
    settle: SettleOwn,
    #[command(flatten)]
    watch: WatchOwn,
    #[command(flatten)]
    api: ApiOwn,
}

/// A running service.
struct Running {
    name: &'static str,
    end: CancellationToken,
    task: JoinHandle<anyhow::Result<()>>,
}

fn start(name: &'static str, service: impl FnOnce(CancellationToken) -> Boxed) -> Running {
    let end = CancellationToken::new();
    let task = tokio::spawn(service(end.clone()));
    Running { name, end, task }
}

type Boxed = std::pin::Pin<Box<dyn Future<Output = anyhow::Result<()>> + Send>>;

pub async fn run(args: Args) -> anyhow::Result<()> {
    let asked = end::token()?;
    let Args { database, chain, store, vaults, policy, redis, .. } = &args;
    let mut own = args.gateway.clone();
    let embedding = match &args.embedding_folder {
        Some(model) if own.embedding.is_none() => Some(embedding::Server::start(&args.embedding_server, model).await?),
        _ => None,
    };
    own.embedding = own.embedding.or_else(|| embedding.as_ref().map(|server| server.url().to_owned()));
    let gateway = own.config(database, store, vaults, policy, redis)?;
    let published = PublishedArgs::from(store.clone());
    let settle = args.settle.clone().config(database, chain, &published, vaults, policy)?;
    let watch = args.watch.clone().config(chain, &published, vaults)?;
    let indexer = args.indexer.clone().config(database, chain);
    let api = args.api.clone().config(database, chain, store, redis)?;
    // In the order in which they end.
    let mut services = vec![
        start("gateway", |end| Box::pin(async move { Ok(tributary_gateway::run(gateway, end).await?) })),
        start("api", |end| Box::pin(async move { Ok(tributary_api::run(api, end).await?) })),
        start("settler", |end| Box::pin(async move { Ok(tributary_settlement::run(settle, end).await?) })),
        start("watcher", |end| Box::pin(async move { Ok(tributary_settlement::watch::run(watch, end).await?) })),
        start("indexer", |end| Box::pin(async move { Ok(tributary_indexer::run(indexer, end).await?) })),
    ];
    tokio::select! {
        () = asked.cancelled() => {}
        () = any_ended(&services) => tracing::error!("a service ended by itself; ending the others"),
    }
    let mut outcome = Ok(());
    for service in &mut services {
        service.end.cancel();
        let ended = match (&mut service.task).await {
            Ok(result) => result.map_err(|error| error.context(format!("the {} failed", service.name))),
            Err(panic) => Err(anyhow::Error::new(panic).context(format!("the {} panicked", service.name))),
        };
        tracing::info!(service = service.name, ok = ended.is_ok(), "ended");
        if outcome.is_ok() {
            outcome = ended;
        }
    }
    if let Some(server) = embedding {
        server.stop().await;
    }
    outcome
}

async fn any_ended(services: &[Running]) {
    while !services.iter().any(|service| service.task.is_finished()) {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
}
