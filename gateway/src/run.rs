//! The life of a gateway process: start, serve, end in order.
//!
//! End: no new requests; paid answers finish; the spool's writer ends; the drain
//! catches up; leases close. What a bound on time leaves undone is done by the
//! next start with the same spool.

use crate::backoff::Backoff;
use crate::cache::{Cache, CacheError};
use crate::chain::{self, Tip};
use crate::config::Config;
use crate::credit::desk::Desk;
use crate::database::{self, DatabaseError};
use crate::drain::{Drain, DrainError};
use crate::follow::watch_chain;
use crate::gateway::{Gateway, Serving, Stage};
use crate::generation::{self, GenerationError};
use crate::housekeeping::keep_house;
use crate::http;
use crate::intake;
use crate::key::{self, KeyError};
use crate::reputation::keep::keep_reputations;
use crate::spool::writer::SpoolLock;
use crate::spool::{SpoolError, queue};
use crate::upstream::UpstreamError;
use crate::upstream::client::UpstreamClient;
use crate::vectors::keep::keep_vectors;
use axum::serve::ListenerExt;
use ed25519_dalek::SigningKey;
use std::error::Error;
use std::future::Future;
use std::io::Write;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Instant;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tributary_core::bytes::DecodeError;
use tributary_core::policy::PolicySet;
use tributary_core::position::{EventSeq, Generation};

/// Why a gateway ends other than by being told to.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    /// The key file.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The policy set file cannot be read.
    #[error("cannot read the policy set {}", .0.display())]
    Policy(PathBuf, #[source] std::io::Error),
    /// The policy set file is none.
    #[error("{} is not a policy set", .0.display())]
    PolicyForm(PathBuf, #[source] DecodeError),
    /// The database URL.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The address is taken or not ours.
    #[error("cannot listen on {0}: choose another address with --listen, or port 0 for a free one")]
    Listen(std::net::SocketAddr, #[source] std::io::Error),
    /// The spool.
    #[error(transparent)]
    Spool(#[from] SpoolError),
    /// The generation cannot be opened.
    #[error(transparent)]
    Generation(#[from] GenerationError),
    /// A newer generation took over.
    #[error(transparent)]
    Drain(#[from] DrainError),
    /// The address of Redis.
    #[error(transparent)]
    Cache(#[from] CacheError),
    /// The client for models that answer elsewhere.
    #[error("no client for the servers of models can be made")]
    Upstream(#[from] UpstreamError),
    /// The server failed.
    #[error("the HTTP server failed")]
    Serve(#[source] std::io::Error),
    /// No thread for the spool.
    #[error("the spool's writer cannot be started")]
    Thread(#[source] std::io::Error),
    /// A task died.
    #[error("a task of the gateway died")]
    Task(#[from] tokio::task::JoinError),
}

/// Runs a gateway until `shutdown`. Prints `listening on http://…` to stdout.
pub async fn run(config: Config, shutdown: CancellationToken) -> Result<(), GatewayError> {
    let listener =
        TcpListener::bind(config.listen).await.map_err(|error| GatewayError::Listen(config.listen, error))?;
    let address = listener.local_addr().map_err(|error| GatewayError::Listen(config.listen, error))?;
    announce(address);
    serve(config, listener, shutdown).await
}

/// Runs a gateway on a listener that is bound already.
pub async fn serve(config: Config, listener: TcpListener, shutdown: CancellationToken) -> Result<(), GatewayError> {
    let signing = key::read(&config.key_file)?;
    let policy = read_policy(&config)?;
    let pool = database::pool(&config.database_url)?;
    let lock = generation::lock_spool(&config)?;
    let cache = Cache::open(config.redis.as_deref())?;
    let gateway = Arc::new(Gateway::new(config, pool, signing.clone(), policy, UpstreamClient::new()?, cache));
    tracing::info!(gateway = %gateway.config.gateway, key = %gateway.key, "the gateway starts");
    let closing = CancellationToken::new();
    let server = tokio::spawn({
        let (router, closing) = (http::router(gateway.clone()), closing.clone());
        // Words of a stream are small: none waits for the next.
        let listener = listener.tap_io(|stream| {
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(error = &error as &dyn Error, "a connection may delay small answers");
            }
        });
        async move { axum::serve(listener, router).with_graceful_shutdown(async move { closing.cancelled().await }).await }
    });
    let result = live(&gateway, signing, lock, &shutdown, closing.clone()).await;
    closing.cancel();
    if let Err(error) = &result {
        gateway.set_stage(Stage::Stopped(error.to_string()));
    }
    let served = tokio::time::timeout(gateway.config.limits.shutdown, server).await;
    gateway.pool.close().await;
    result?;
    match served {
        Ok(served) => served?.map_err(GatewayError::Serve),
        Err(_) => {
            tracing::warn!("connections were still open at the end");
            Ok(())
        }
    }
}

fn announce(address: std::net::SocketAddr) {
    let mut out = std::io::stdout();
    if let Err(error) = writeln!(out, "listening on http://{address}").and_then(|()| out.flush()) {
        tracing::warn!(error = &error as &dyn Error, "the address could not be printed");
    }
}

fn read_policy(config: &Config) -> Result<PolicySet, GatewayError> {
    let path = &config.policy_file;
    let bytes = std::fs::read(path).map_err(|error| GatewayError::Policy(path.clone(), error))?;
    PolicySet::decode(&bytes).map_err(|error| GatewayError::PolicyForm(path.clone(), error))
}

/// Starts serving when Postgres and chain allow, serves, and ends in order.
async fn live(
    gateway: &Arc<Gateway>,
    signing: SigningKey,
    lock: Arc<SpoolLock>,
    shutdown: &CancellationToken,
    closing: CancellationToken,
) -> Result<(), GatewayError> {
    let Some(tip) = until(shutdown, gateway, ready_tip).await? else { return Ok(()) };
    let open = |gateway: Arc<Gateway>| {
        let (signing, tip, lock) = (signing.clone(), tip.clone(), lock.clone());
        async move {
            gateway.holders.load(tip.genesis, tip.finalised).await.map_err(GenerationError::from)?;
            generation::open(&gateway.pool, &gateway.config, &signing, lock, gateway.clock.now_ms()).await
        }
    };
    let Some(opened) = until(shutdown, gateway, open).await? else { return Ok(()) };
    let behind = gateway.clock.not_before(opened.newest_ms);
    if behind > 0 {
        tracing::warn!(
            ms = behind,
            "the machine's clock is behind the newest event: time goes on from there; set the clock right"
        );
    }
    let (tell_drained, drained) = watch::channel(opened.drained);
    let reader = opened.writer.reader();
    let (queue, durable, writer) = queue::start(opened.writer).map_err(GatewayError::Thread)?;
    let desk = Arc::new(Desk::new(
        gateway.pool.clone(),
        gateway.config.gateway,
        opened.generation,
        gateway.config.limits.lease_size,
        opened.book,
    ));
    let drain = Drain {
        pool: gateway.pool.clone(),
        reader: reader.clone(),
        gateway: gateway.config.gateway,
        generation: opened.generation,
        sidecar_days: gateway.config.limits.sidecar_days,
    };
    gateway.set_stage(Stage::Serving(Arc::new(Serving {
        generation: opened.generation,
        desk: desk.clone(),
        queue,
        reader,
        requests: Mutex::new(opened.requests),
        drained: drained.clone(),
    })));
    tracing::info!(generation = %opened.generation, "the gateway serves");
    let stop_drain = CancellationToken::new();
    let mut draining = tokio::spawn(drain.clone().run(durable, tell_drained, stop_drain.clone()));
    let mut drain_end = None;
    {
        let watching = watch_chain(gateway);
        let keeping = keep_house(gateway, &desk, &drained, &drain);
        let (vectors, working) = (keep_vectors(gateway), intake::worker::run(gateway));
        let reputations = keep_reputations(gateway);
        tokio::pin!(watching, keeping, vectors, working, reputations);
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = &mut watching => {}
            () = &mut keeping => {}
            () = &mut vectors => {}
            () = &mut working => {}
            () = &mut reputations => {}
            ended = &mut draining => drain_end = Some(ended),
        }
    }
    gateway.set_stage(Stage::Stopped("it is shutting down".into()));
    closing.cancel();
    let limit = Instant::now() + gateway.config.limits.shutdown;
    gateway.tasks.close();
    if tokio::time::timeout_at(limit.into(), gateway.tasks.wait()).await.is_err() {
        tracing::warn!("answers were still being computed at the end");
    }
    let returned = tokio::time::timeout_at(limit.into(), gateway.holders.put_back()).await;
    if !matches!(returned, Ok(Ok(()))) {
        tracing::warn!("parts of keys' budgets stay taken: Postgres does not answer");
    }
    // The last queue handle went with the stage: the writer ends by itself.
    let ended = tokio::task::spawn_blocking(move || writer.join());
    if tokio::time::timeout_at(limit.into(), ended).await.is_err() {
        tracing::warn!("the spool's writer had not ended");
    }
    if let Some(ended) = drain_end {
        return Ok(ended??);
    }
    if tokio::time::timeout_at(limit.into(), &mut draining).await.is_err() {
        tracing::warn!("events wait in the spool for the next start: Postgres does not take them");
        stop_drain.cancel();
        draining.await??;
        return Ok(());
    }
    let drained = *drained.borrow();
    close_leases(&desk, opened.generation, drained, limit).await;
    Ok(())
}

async fn close_leases(desk: &Desk, generation: Generation, drained: EventSeq, limit: Instant) {
    match tokio::time::timeout_at(limit.into(), desk.close_all(drained)).await {
        Ok(Ok(open)) if open.is_empty() => tracing::info!(%generation, "all leases are closed"),
        Ok(Ok(open)) => tracing::warn!(?open, "leases stay open until the next start"),
        Ok(Err(error)) => {
            tracing::warn!(error = &error as &dyn Error, "leases stay open until the next start");
        }
        Err(_) => tracing::warn!("leases stay open until the next start: Postgres is slow"),
    }
}

/// Tries until it works or `shutdown` comes; says in `/health` what it waits for.
async fn until<T, F>(
    shutdown: &CancellationToken,
    gateway: &Arc<Gateway>,
    attempt: impl Fn(Arc<Gateway>) -> F,
) -> Result<Option<T>, GatewayError>
where
    F: Future<Output = Result<T, GenerationError>>,
{
    let mut backoff = Backoff::default();
    loop {
        let error = tokio::select! {
            () = shutdown.cancelled() => return Ok(None),
            result = attempt(gateway.clone()) => match result {
                Ok(value) => return Ok(Some(value)),
                Err(error) => error,
            },
        };
        if !error.is_transient() {
            return Err(error.into());
        }
        tracing::warn!(error = &error as &dyn Error, "waiting to serve");
        gateway.set_stage(Stage::Starting(error.to_string()));
        tokio::select! {
            () = shutdown.cancelled() => return Ok(None),
            () = backoff.wait() => {}
        }
    }
}

/// The chain's tip, once this gateway's record and key are final on it.
async fn ready_tip(gateway: Arc<Gateway>) -> Result<Tip, GenerationError> {
    let mut said = false;
    loop {
        let tip = chain::tip(&gateway.pool, gateway.config.gateway, gateway.clock.now()).await?;
        if let Some(tip) = tip {
            gateway.learn(|view| view.tip = Some(tip.clone()));
            if tip.operator.is_some() && tip.keys.contains(&gateway.key) {
                return Ok(tip);
            }
        }
        let reason = "its record or key is not final on-chain yet: register it with `tributary register-gateway`";
        gateway.set_stage(Stage::Starting(reason.into()));
        if !said {
            tracing::info!(key = %gateway.key, "{reason}");
            said = true;
        }
        tokio::time::sleep(gateway.config.limits.poll).await;
    }
}
