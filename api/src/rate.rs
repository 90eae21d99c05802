//! How many requests an address may make, and how it is told.
//!
//! The address is the connection's own: a forwarding header would let anyone be
//! anyone. Behind a proxy, let the proxy limit.

use crate::config::Limits;
use axum::Router;
use axum::extract::Request;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tower_governor::governor::GovernorConfigBuilder;
use tower_governor::{GovernorError, GovernorLayer};

/// How often addresses that have not been heard of are forgotten.
const FORGET_EVERY: Duration = Duration::from_secs(30);
const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const AFTER: HeaderName = HeaderName::from_static("x-ratelimit-after");

/// Limits the requests to the router's routes. The task that forgets addresses
/// ends with `shutdown`. `None` when the limits allow nothing.
pub fn limit(router: Router, limits: &Limits, shutdown: &CancellationToken) -> Option<Router> {
    let nanoseconds = 1_000_000_000u64.checked_div(limits.per_second.into())?;
    let config = GovernorConfigBuilder::default()
        .per_nanosecond(nanoseconds)
        .burst_size(limits.burst)
        .use_headers()
        .finish()
        .map(Arc::new)?;
    let (limiter, shutdown) = (config.limiter().clone(), shutdown.clone());
    tokio::spawn(async move {
        let mut tick = tokio::time::interval(FORGET_EVERY);
        while shutdown.run_until_cancelled(tick.tick()).await.is_some() {
            limiter.retain_recent();
        }
    });
    let policy = Policy::of(limits);
    let layer = GovernorLayer::new(config).error_handler(refuse);
    Some(router.layer(layer).layer(axum::middleware::from_fn(move |request, next| name(policy.clone(), request, next))))
}

/// The answer of one who asks too often; its body is written further out.
fn refuse(error: GovernorError) -> Response {
    match error {
        GovernorError::TooManyRequests { wait_time, headers } => {
            let mut response = StatusCode::TOO_MANY_REQUESTS.into_response();
            response.headers_mut().extend(headers.unwrap_or_default());
            // The wait is rounded down to seconds; nobody should come back too early.
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(wait_time.saturating_add(1)));
            response
        }
        _ => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// The limits as the standard headers say them.
#[derive(Clone)]
struct Policy(HeaderValue, u64);

impl Policy {
    fn of(limits: &Limits) -> Self {
        // A bucket of `burst` refills in this many seconds.
        let window = u64::from(limits.burst).div_ceil(limits.per_second.max(1).into());
        let text = format!("\"address\";q={};w={window}", limits.burst);
        Self(HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("\"address\"")), window)
    }
}

/// Gives the limiter's headers their standard names.
async fn name(policy: Policy, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.remove(LIMIT);
    headers.remove(AFTER);
    let remaining = headers.remove(REMAINING);
    let remaining = remaining.as_ref().and_then(|value| value.to_str().ok()).unwrap_or("0");
    let reset = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()).and_then(|value| value.parse().ok());
    let standing = format!("\"address\";r={remaining};t={}", reset.unwrap_or(policy.1));
    if let Ok(value) = HeaderValue::try_from(standing) {
        headers.insert(HeaderName::from_static("ratelimit"), value);
    }
    headers.insert(HeaderName::from_static("ratelimit-policy"), policy.0);
    response
}
