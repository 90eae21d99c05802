//! Reading one's own writes: `min_slot` on any read.
//!
//! Who has just sent a transaction asks for answers that know its slot. The
//! request waits a little for the indexer; then it is told to come back, rather
//! than given an answer of before. What is indexed never goes back, so the
//! answer's own snapshot is at least as new as what was seen here.

use crate::problem::ReadError;
use crate::rows::Columns;
use crate::server::Api;
use axum::extract::{Request, State};
use axum::http::Uri;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::time::Duration;
use tokio::time::Instant;

/// The parameter's name.
pub const PARAMETER: &str = "min_slot";
/// How often to look, while waiting.
const EVERY: Duration = Duration::from_millis(100);

/// The slot that the caller's answer has to know; indexed by now.
#[derive(Clone, Copy, Debug)]
pub struct MinSlot(pub u64);

/// Takes `min_slot` out of the request and waits until it is indexed.
pub async fn wait(State(api): State<Api>, mut request: Request, next: Next) -> Response {
    let (uri, min_slot) = match take(request.uri()) {
        Ok(Some(taken)) => taken,
        Ok(None) => return next.run(request).await,
        Err(error) => return error.into_response(),
    };
    *request.uri_mut() = uri;
    request.extensions_mut().insert(MinSlot(min_slot));
    match until(&api, min_slot).await {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    }
}

/// The same URI without the parameter, and its value; `None` when it has none.
fn take(uri: &Uri) -> Result<Option<(Uri, u64)>, ReadError> {
    let wrong = || ReadError::Malformed { field: PARAMETER, reason: "send one slot, a whole number".into() };
    let is_ours = |part: &&str| part.split('=').next() == Some(PARAMETER);
    let query = uri.query().unwrap_or_default();
    let mut values = query.split('&').filter(is_ours);
    let Some(value) = values.next() else { return Ok(None) };
    let slot = value.split_once('=').and_then(|(_, text)| text.parse().ok()).ok_or_else(wrong)?;
    if values.next().is_some() {
        return Err(wrong());
    }
    let rest = query.split('&').filter(|part| !is_ours(part)).collect::<Vec<_>>().join("&");
    let path = if rest.is_empty() { uri.path().to_owned() } else { format!("{}?{rest}", uri.path()) };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(path.parse().map_err(|_| wrong())?);
    Ok(Some((Uri::from_parts(parts).map_err(|_| wrong())?, slot)))
}

async fn until(api: &Api, min_slot: u64) -> Result<(), ReadError> {
    let end = Instant::now() + api.min_slot_wait;
    loop {
        let row = api.readers.row(|| sqlx::query("SELECT confirmed_slot FROM chain.status")).await?;
        let row = row.ok_or(ReadError::NotIndexed)?;
        let as_of_slot = row.count("confirmed_slot")?;
        if as_of_slot >= min_slot {
            return Ok(());
        }
        if Instant::now() + EVERY > end {
            return Err(ReadError::NotYet { min_slot, as_of_slot });
        }
        tokio::time::sleep(EVERY).await;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_parameter_is_taken_out_and_the_rest_left_as_it_was() {
        let of =
            |text: &str| take(&text.parse().unwrap()).map(|taken| taken.map(|(uri, slot)| (uri.to_string(), slot)));
        assert_eq!(
            of("/v1/vaults?limit=2&min_slot=7&cursor=a%26b").unwrap(),
            Some(("/v1/vaults?limit=2&cursor=a%26b".into(), 7))
        );
        assert_eq!(of("/v1/network?min_slot=0").unwrap(), Some(("/v1/network".into(), 0)));
        assert_eq!(of("/v1/network?min_slots=1").unwrap(), None);
        for wrong in [
            "/x?min_slot",
            "/x?min_slot=",
            "/x?min_slot=-1",
            "/x?min_slot=1&min_slot=2",
            "/x?min_slot=99999999999999999999",
        ] {
            assert!(of(wrong).is_err(), "{wrong}");
        }
    }
}
