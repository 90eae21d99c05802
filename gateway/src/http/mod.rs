//! The HTTP surface: routes, bounds and the shape of errors. What a request
//! means is decided elsewhere ([`crate::completion`], [`crate::mandates`]).

mod chat;
mod completions;
mod content;
mod credit;
mod datasets;
mod embeddings;
mod health;
mod keys;
mod mandates;
mod models;
mod paid;
mod parameters;
mod problem;
mod quote;
mod receipt;
mod refusal;
mod reputation;
mod retrieval;
mod sessions;
mod shapes;
mod stream;
mod uses;
mod vectors;

use crate::gateway::Gateway;
use crate::mandates::Holder;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, header};
use axum::routing::{delete, get, patch, post};
use problem::Problem;
use std::sync::Arc;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{Any, CorsLayer};
use tower_http::timeout::TimeoutLayer;

/// No request body is longer, in bytes.
pub const BODY_BYTES_MAX: usize = 64 * 1024;
/// But a conversation or texts to embed may be, in bytes.
pub const CHAT_BYTES_MAX: usize = 1 << 20;

/// All routes over a gateway's state.
pub fn router(gateway: Arc<Gateway>) -> Router {
    let wait = gateway.config.limits.request;
    Router::new()
        .route("/v1/completions", post(completions::complete))
        .route("/v1/chat/completions", post(chat::complete).layer(DefaultBodyLimit::max(CHAT_BYTES_MAX)))
        .route("/v1/embeddings", post(embeddings::embed).layer(DefaultBodyLimit::max(CHAT_BYTES_MAX)))
        .route("/v1/quote", post(quote::quote))
        .route("/v1/uses", post(uses::count))
        .route("/v1/models", get(models::list))
        .route("/v1/models/{name}", get(models::show))
        .route("/v1/datasets", post(datasets::declare))
        .route("/v1/datasets/{dataset}", get(datasets::show).delete(datasets::withdraw))
        .route("/v1/datasets/{dataset}/content", patch(datasets::upload).head(datasets::offset))
        .route("/v1/datasets/{dataset}/retry", post(datasets::again))
        .route("/v1/datasets/{dataset}/events", get(datasets::follow))
        .route("/v1/vectors", get(vectors::list))
        .route("/v1/search", get(retrieval::find))
        .route("/v1/links", post(retrieval::link))
        .route("/v1/content/{link}", get(retrieval::download))
        .route("/v1/reputation/{address}", get(reputation::show))
        .route("/v1/keys", post(keys::make).get(keys::list))
        .route("/v1/keys/{id}", delete(keys::revoke))
        .route("/v1/sessions/{name}", get(sessions::show).delete(sessions::forget))
        .route("/v1/mandates", post(mandates::accept))
        .route("/v1/credit", get(credit::show))
        .route("/v1/content-telemetry/{id}", get(content::show))
        .route("/.well-known/content-telemetry.json", get(content::well_known))
        .route("/health", get(health::show))
        .fallback(problem::no_such_route)
        .with_state(gateway)
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, wait))
        .layer(CatchPanicLayer::new())
        .layer(axum::middleware::from_fn(problem::render))
        .layer(cors())
}

/// Pages of any origin may call: a key is sent on purpose, and there are no cookies.
fn cors() -> CorsLayer {
    let [idempotency, session, replayed, last_event, offset, length] = [
        "idempotency-key",
        "tributary-session",
        "idempotent-replayed",
        "last-event-id",
        "upload-offset",
        "upload-length",
    ]
    .map(HeaderName::from_static);
    let sent = [header::AUTHORIZATION, header::CONTENT_TYPE, idempotency, session, last_event, offset.clone()];
    let shown = [header::RETRY_AFTER, replayed, offset, length];
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::HEAD, Method::POST, Method::PATCH, Method::DELETE])
        .allow_headers(sent)
        .expose_headers(shown)
}

/// Who calls, by the key in the `Authorization` header.
fn authenticate(gateway: &Gateway, headers: &HeaderMap) -> Result<Arc<Holder>, Problem> {
    let unknown = || {
        Problem::new(StatusCode::UNAUTHORIZED, "unknown_key", "The API key is missing, unknown, revoked or expired")
            .next("Get one: sign a mandate with `tributary mandate`, which posts it to /v1/mandates, and send it as `Authorization: Bearer <key>`.")
    };
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).ok_or_else(unknown)?;
    let key = value.strip_prefix("Bearer ").ok_or_else(unknown)?.trim();
    let holder = gateway.holders.find(key).ok_or_else(unknown)?;
    if holder.may_call() {
        Ok(holder)
    } else {
        Err(Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_fast", "This key calls too often")
            .detail(format!("A key may call {} times a second.", gateway.config.limits.key_rate))
            .retry_after(1))
    }
}
