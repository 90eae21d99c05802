//! How many requests an address or a token may make, and how it is told.
//!
//! No token is needed to read: an address has its own measure. A good token has
//! a larger one, wherever it is used from. The address is the connection's own:
//! a forwarding header would let anyone be anyone. Behind a proxy, let the proxy
//! limit.

use crate::access::{Caller, Tokens};
use crate::config::Limits;
use crate::error::ApiError;
use crate::problem::ReadError;
use crate::server::Api;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often callers that have not been heard of are forgotten.
const FORGET_EVERY: Duration = Duration::from_secs(30);

/// Both measures.
#[derive(Clone)]
pub struct Rates {
    addresses: Arc<Measure<IpAddr>>,
    tokens: Arc<Measure<Arc<str>>>,
}

/// A measure for each key.
struct Measure<K: Clone + Eq + Hash> {
    limiter: RateLimiter<K, DefaultKeyedStateStore<K>, DefaultClock, StateInformationMiddleware>,
    name: &'static str,
    burst: u32,
    window_seconds: u32,
}

/// How a caller stands with its measure.
struct Standing {
    name: &'static str,
    burst: u32,
    window_seconds: u32,
    remaining: u32,
    wait_seconds: Option<u64>,
}

impl<K: Clone + Eq + Hash> Measure<K> {
    fn new(name: &'static str, burst: u32, per_second: u32) -> Option<Self> {
        let quota = Quota::per_second(NonZeroU32::new(per_second)?).allow_burst(NonZeroU32::new(burst)?);
        let limiter = RateLimiter::dashmap_with_clock(quota, DefaultClock::default()).with_middleware();
        // A measure of `burst` fills up again in this many seconds.
        Some(Self { limiter, name, burst, window_seconds: burst.div_ceil(per_second) })
    }

    fn take(&self, key: &K) -> Standing {
        let (remaining, wait_seconds) = match self.limiter.check_key(key) {
            Ok(state) => (state.remaining_burst_capacity(), None),
            // Rounded up: nobody should come back too early.
            Err(until) => (0, Some(until.wait_time_from(DefaultClock::default().now()).as_secs().saturating_add(1))),
        };
        let Self { name, burst, window_seconds, .. } = *self;
        Standing { name, burst, window_seconds, remaining, wait_seconds }
    }
}

impl Rates {
    /// Empty measures. The task that forgets callers ends with `shutdown`.
    pub fn start(limits: &Limits, shutdown: &CancellationToken) -> Result<Self, ApiError> {
        let addresses = Measure::new("address", limits.burst, limits.per_second).ok_or(ApiError::Limits)?;
        let tokens = Measure::new("token", limits.token_burst, limits.token_per_second).ok_or(ApiError::Limits)?;
        let rates = Self { addresses: Arc::new(addresses), tokens: Arc::new(tokens) };
        let (kept, shutdown) = (rates.clone(), shutdown.clone());
        tokio::spawn(async move {
            let mut tick = tokio::time::interval(FORGET_EVERY);
            while shutdown.run_until_cancelled(tick.tick()).await.is_some() {
                kept.addresses.limiter.retain_recent();
                kept.tokens.limiter.retain_recent();
            }
        });
        Ok(rates)
    }
}

/// Lets a request in: finds out who asks, and whether it asks too often.
///
/// A token that is not remembered counts against its address before it is looked
/// up, so that guessing tokens is as slow as anything else.
pub async fn admit(State(api): State<Api>, mut request: Request, next: Next) -> Response {
    let sent = match Tokens::sent(request.headers()) {
        Ok(sent) => sent,
        Err(refused) => return ReadError::from(refused).into_response(),
    };
    let mut caller = sent.as_ref().and_then(|hash| api.tokens.remembered(hash));
    let mut standing = match &caller {
        Some(caller) => api.rates.tokens.take(&caller.id),
        None => api.rates.addresses.take(&address_of(&request)),
    };
    if let (None, None, Some(hash)) = (&caller, standing.wait_seconds, &sent) {
        match api.tokens.find(&api.access, hash).await {
            Ok(found) => {
                standing = api.rates.tokens.take(&found.id);
                caller = Some(found);
            }
            Err(error) => return told(error.into_response(), &standing),
        }
    }
    if standing.wait_seconds.is_some() {
        return told(StatusCode::TOO_MANY_REQUESTS.into_response(), &standing);
    }
    if let Some(caller) = caller {
        request.extensions_mut().insert::<Caller>(caller);
    }
    told(next.run(request).await, &standing)
}

/// Whose measure a request without a token is taken from. Whoever has one IPv6
/// address has the 2^64 beside it.
fn address_of(request: &Request) -> IpAddr {
    let connection = request.extensions().get::<ConnectInfo<SocketAddr>>();
    match connection.map(|at| at.0.ip().to_canonical()) {
        Some(IpAddr::V6(v6)) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64)),
        Some(v4) => v4,
        None => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    }
}

/// Says in the standard headers how the caller stands.
fn told(mut response: Response, standing: &Standing) -> Response {
    let Standing { name, burst, window_seconds, remaining, wait_seconds } = standing;
    let reset = wait_seconds.unwrap_or(u64::from(*window_seconds));
    let texts = [
        ("ratelimit-policy", format!("\"{name}\";q={burst};w={window_seconds}")),
        ("ratelimit", format!("\"{name}\";r={remaining};t={reset}")),
    ];
    for (header, text) in texts {
        if let Ok(value) = HeaderValue::try_from(text) {
            response.headers_mut().insert(HeaderName::from_static(header), value);
        }
    }
    if let Some(seconds) = wait_seconds {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(*seconds));
    }
    response
}
