//! The HTTP server: paths, layers, start and end. No path is defined here.

use crate::access::{Origins, Tokens, deliver};
use crate::cache::Cache;
use crate::config::{Config, Limits};
use crate::error::ApiError;
use crate::problem::ReadError;
use crate::rate::Rates;
use crate::readers::Readers;
use crate::replay::Replays;
use crate::roots::LeafFiles;
use crate::routes::Names;
use crate::store::Store;
use crate::stream::Streams;
use crate::{cache, catalogue, document, etag, fresh, middleware, rate};
use axum::Router;
use axum::error_handling::HandleErrorLayer;
use axum::http::header::{
    ACCEPT_RANGES, AUTHORIZATION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG, IF_NONE_MATCH, RANGE, RETRY_AFTER,
};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use axum::serve::ListenerExt;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use std::net::SocketAddr;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower::ServiceBuilder;
use tower::limit::GlobalConcurrencyLimitLayer;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};
use tower_http::compression::{CompressionLayer, CompressionLevel};
use tower_http::cors::{AllowOrigin, Any, CorsLayer};
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::services::{ServeDir, ServeFile};
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;

/// How long a request may wait for a connection to Postgres.
const ACQUIRE: Duration = Duration::from_secs(2);
/// How long requests under way may go on once the server is to stop.
const DRAIN: Duration = Duration::from_secs(5);
/// No body that is read is longer.
const BODY_BYTES_MAX: usize = 16 << 10;
/// Shorter answers are not compressed.
const COMPRESSED_BYTES_MIN: u64 = 1_200;
/// Connections to Postgres that write `access`.
const WRITERS: u32 = 4;
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What the handlers share: each request passes through layers that all keep a
/// copy, so a copy is one count.
#[derive(Clone)]
pub struct Api(Arc<Shared>);

impl std::ops::Deref for Api {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

/// What there is once.
pub struct Shared {
    /// Connections to Postgres that read.
    pub readers: Readers,
    /// Connections to Postgres that write the schema `access`.
    pub access: PgPool,
    /// Tokens found good.
    pub tokens: Tokens,
    /// Who asks how often.
    pub rates: Rates,
    /// Where people sign in.
    pub origins: Origins,
    /// Whether webhooks may point into one's own network.
    pub private_webhooks: bool,
    /// Readers of the feed.
    pub streams: Streams,
    /// How long a request waits for the slot it asks for.
    pub min_slot_wait: Duration,
    /// Answers remembered for a moment, where there is a Redis.
    pub cache: Option<Cache>,
    /// Published files.
    pub store: Store,
    /// Leaf files, as far as they were checked.
    pub leaf_files: LeafFiles,
    /// The RPC node that browsers are told.
    pub rpc_url: Arc<str>,
    /// Where clients are told that the gateway is.
    pub gateway_url: Option<Arc<str>>,
    /// Lookup tables that clients are told.
    pub lookup_tables: Arc<[String]>,
    /// Epochs computed again.
    pub replays: Replays,
    /// Names of assets, remembered.
    pub names: Names,
}

/// Listens and serves until `shutdown`, then lets requests under way finish.
///
/// Says `listening on http://…` on standard output once it accepts connections.
/// It starts without Postgres too, and answers 503 until it is there.
pub async fn run(config: Config, shutdown: CancellationToken) -> Result<(), ApiError> {
    let failed = |source| ApiError::Listen { address: config.listen, source };
    let listener = TcpListener::bind(config.listen).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let serving = serve(config, listener, shutdown);
    println!("listening on http://{address}");
    serving.await
}

/// The same on a listener that somebody else bound.
pub async fn serve(config: Config, listener: TcpListener, shutdown: CancellationToken) -> Result<(), ApiError> {
    let store_folder = tokio::fs::metadata(config.store.folder()).await;
    store_folder.map_err(|source| ApiError::Store { path: config.store.folder().display().to_string(), source })?;
    let address = listener.local_addr().map_err(|source| ApiError::Listen { address: config.listen, source })?;
    let api = api(&config, address, &shutdown)?;
    let app = app(&config, api.clone())?;
    let delivering = tokio::spawn(deliver(api.access.clone(), config.private_webhooks, shutdown.clone()));
    let indexing = tokio::spawn(catalogue::keep(api.access.clone(), api.store.clone(), shutdown.clone()));
    tracing::info!(address = ?listener.local_addr().ok(), "the API serves");
    // Answers are written whole: nothing is gained by waiting for more.
    let listener = listener.tap_io(|connection| {
        if let Err(error) = connection.set_nodelay(true) {
            tracing::debug!(%error, "a connection cannot be told not to wait");
        }
    });
    let serving = axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(shutdown.clone().cancelled_owned());
    let served = tokio::select! {
        result = serving => result.map_err(ApiError::Serve),
        () = async { shutdown.cancelled().await; tokio::time::sleep(DRAIN).await } => {
            tracing::warn!("requests were still under way when the API stopped");
            Ok(())
        }
    };
    // They end with the same token; a failed listener must end them too.
    delivering.abort();
    indexing.abort();
    served
}

/// What the handlers share, with its tasks.
fn api(config: &Config, address: SocketAddr, shutdown: &CancellationToken) -> Result<Api, ApiError> {
    let limits = &config.limits;
    let published = config.store.store().map_err(ApiError::Published)?;
    let readers = readers(&config.database_url, limits)?;
    let own = [format!("http://{address}"), format!("http://localhost:{}", address.port())];
    let origins = if config.sign_in_origins.is_empty() { &own[..] } else { &config.sign_in_origins };
    Ok(Api(Arc::new(Shared {
        access: writers(&config.database_url, limits)?,
        tokens: Tokens::default(),
        rates: Rates::start(limits, shutdown)?,
        origins: Origins::parse(origins)?,
        private_webhooks: config.private_webhooks,
        streams: Streams::start(readers.clone(), limits.streams, shutdown.clone()),
        min_slot_wait: limits.min_slot_wait,
        readers,
        cache: config.redis_url.as_deref().map(Cache::new).transpose().map_err(ApiError::Redis)?,
        store: Store::new(config.store.clone()),
        leaf_files: LeafFiles::default(),
        rpc_url: config.rpc_url.as_str().into(),
        gateway_url: config.gateway_url.as_deref().map(Arc::from),
        lookup_tables: config.lookup_tables.clone().into(),
        replays: Replays::new(published, limits.replay_events),
        names: Names::default(),
    })))
}

/// The whole application. Layers that are added later see a request earlier.
fn app(config: &Config, api: Api) -> Result<Router, ApiError> {
    let limits = &config.limits;
    let (paths, _) = document::described();
    // Under /v1 an unknown path is an error, never the page.
    let paths = paths.route("/v1/{*path}", get(async || StatusCode::NOT_FOUND));
    let paths = paths
        .layer(from_fn_with_state(api.clone(), cache::remember))
        .layer(from_fn(etag::tag))
        .layer(from_fn_with_state(api.clone(), fresh::wait))
        .layer(from_fn_with_state(api.clone(), rate::admit))
        .with_state(api);
    let app = bounded(paths.merge(document::router()?), limits);
    let app = match &config.page_dir {
        Some(folder) => app.fallback_service(
            // The page finds its own way from any path that is no file.
            ServeDir::new(folder).fallback(ServeFile::new(folder.join("index.html"))),
        ),
        None => app,
    };
    Ok(app
        .layer(from_fn(middleware::bound_url))
        .layer(CatchPanicLayer::new())
        // What fits a packet anyway is sent as it is; more effort saves little.
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(
            SizeAbove::new(COMPRESSED_BYTES_MIN).and(NotForContentType::SSE).and(NotForContentType::IMAGES),
        ))
        .layer(cors(&config.cors_origins)?)
        .layer(from_fn(middleware::protect))
        .layer(from_fn(middleware::render_problems))
        .layer(TraceLayer::new_for_http())
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid)))
}

/// Bounds on time, size and number of what is served at once.
fn bounded(router: Router, limits: &Limits) -> Router {
    router.layer(
        ServiceBuilder::new()
            .layer(HandleErrorLayer::new(async |_: tower::BoxError| ReadError::Busy))
            .load_shed()
            // One count for all paths.
            .layer(GlobalConcurrencyLimitLayer::new(limits.concurrent))
            .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, limits.request))
            .layer(RequestBodyLimitLayer::new(BODY_BYTES_MAX)),
    )
}

/// Connections that can only read. None is made before it is needed.
fn readers(url: &str, limits: &Limits) -> Result<Readers, ApiError> {
    if limits.connections == 0 || limits.concurrent == 0 {
        return Err(ApiError::Limits);
    }
    let options = options(url, limits)?.options([("default_transaction_read_only", "on")]);
    Readers::new(options, limits.connections, ACQUIRE).map_err(ApiError::Readers)
}

/// The few connections that write sign-ins, keys and webhooks.
fn writers(url: &str, limits: &Limits) -> Result<PgPool, ApiError> {
    let options = options(url, limits)?;
    Ok(PgPoolOptions::new().max_connections(WRITERS).acquire_timeout(ACQUIRE).connect_lazy_with(options))
}

fn options(url: &str, limits: &Limits) -> Result<PgConnectOptions, ApiError> {
    let statement_ms = limits.statement.as_millis().to_string();
    let options = PgConnectOptions::from_str(url).map_err(ApiError::DatabaseUrl)?;
    Ok(options.application_name("tributary-api").options([("statement_timeout", statement_ms.as_str())]))
}

fn cors(origins: &[String]) -> Result<CorsLayer, ApiError> {
    let allowed = if origins.is_empty() {
        AllowOrigin::from(Any)
    } else {
        let parse = |origin: &String| HeaderValue::try_from(origin).map_err(|_| ApiError::Origin(origin.clone()));
        AllowOrigin::list(origins.iter().map(parse).collect::<Result<Vec<_>, _>>()?)
    };
    let shown = ["ratelimit", "ratelimit-policy", "x-request-id", "as-of-slot", "idempotency-replayed"]
        .map(HeaderName::from_static);
    // A star would not cover `authorization`. Nothing rests on cookies, so any origin may send it.
    let sent = [AUTHORIZATION, CONTENT_TYPE, IF_NONE_MATCH, RANGE]
        .into_iter()
        .chain(["idempotency-key", "last-event-id", "x-request-id"].map(HeaderName::from_static));
    let shown = shown.into_iter().chain([ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_RANGE, ETAG, RETRY_AFTER]);
    Ok(CorsLayer::new()
        .allow_origin(allowed)
        .allow_methods([Method::GET, Method::HEAD, Method::POST, Method::DELETE])
        .allow_headers(sent.collect::<Vec<_>>())
        .expose_headers(shown.collect::<Vec<_>>()))
}
