//! What happened on-chain: as a list, and as a stream of the same entries.

use crate::answer::Page;
use crate::changes::{self, Change, Filter, LIST, Position};
use crate::commitment::Commitment;
use crate::paging::PageRequest;
use crate::problem::{Problem, ReadError};
use crate::request::{Params, parse_or_none};
use crate::server::Api;
use crate::snapshot::Snapshot;
use crate::stream;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

/// Which changes.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ChangeParams {
    /// Only these kinds, separated by commas; all when left out.
    pub kinds: Option<String>,
    /// Only of this vault.
    pub vault: Option<String>,
    /// Leaves out what concerns only other claimants, payers and owners.
    pub claimant: Option<String>,
    /// How sure they have to be; `finalised` when left out.
    #[param(inline)]
    pub commitment: Option<Commitment>,
    /// The `cursor` of the change to go on after.
    pub cursor: Option<String>,
    /// Entries a page, 1 to 100; 25 when left out.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
}

/// What to stream.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StreamParams {
    /// Only these kinds, separated by commas; all when left out.
    pub kinds: Option<String>,
    /// Only of this vault.
    pub vault: Option<String>,
    /// Leaves out what concerns only other claimants, payers and owners.
    pub claimant: Option<String>,
    /// How sure they have to be; `finalised` when left out.
    #[param(inline)]
    pub commitment: Option<Commitment>,
    /// The `cursor` of the change to go on after; from now on when left out.
    pub cursor: Option<String>,
}

/// Changes in the order they happened, from the beginning.
///
/// Where `claimant` is given a page may be short, even empty, while `has_more`
/// is true: 1,000 changes are looked at for a page.
#[utoipa::path(get, path = "/v1/changes", tag = "changes", params(ChangeParams), responses(
    (status = 200, body = Page<Change>),
    (status = 400, body = Problem, content_type = "application/problem+json"),
))]
pub async fn changes(
    State(api): State<Api>,
    Params(params): Params<ChangeParams>,
) -> Result<Json<Page<Change>>, ReadError> {
    let filter = filter_of(params.kinds.as_deref(), params.vault.as_deref(), params.claimant.as_deref())?;
    let page = PageRequest::<Position>::parse(LIST, params.cursor.as_deref(), params.limit)?;
    let mut snapshot = Snapshot::open(&api.readers).await?;
    let up_to = match params.commitment.unwrap_or_default() {
        Commitment::Finalised => snapshot.finalised_slot(),
        Commitment::Confirmed => snapshot.as_of_slot(),
    };
    let read = changes::read(snapshot.connection(), &filter, page.after, up_to, page.limit).await?;
    Ok(Json(Page {
        as_of_slot: snapshot.as_of_slot(),
        root_epoch: None,
        data: read.changes,
        has_more: read.has_more,
        next_cursor: read.position.filter(|_| read.has_more).map(|position| position.cursor()),
    }))
}

/// The same changes as server-sent events, as they happen.
///
/// Each event's id is its cursor: `Last-Event-ID`, or `cursor`, goes on after
/// it. A comment is sent every 15 seconds; after an hour the stream ends and the
/// client reconnects.
#[utoipa::path(get, path = "/v1/stream", tag = "changes", params(StreamParams,
    ("last-event-id" = Option<String>, Header, description = "Sent by browsers when they reconnect; counts before `cursor`")),
    responses(
    (status = 200, description = "Events whose `data` is a Change", body = Change, content_type = "text/event-stream"),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 503, body = Problem, content_type = "application/problem+json"),
))]
pub async fn stream(
    State(api): State<Api>,
    headers: HeaderMap,
    Params(params): Params<StreamParams>,
) -> Result<Response, ReadError> {
    let filter = filter_of(params.kinds.as_deref(), params.vault.as_deref(), params.claimant.as_deref())?;
    let sent = headers.get("last-event-id").and_then(|value| value.to_str().ok()).filter(|id| !id.is_empty());
    let cursor = sent.or(params.cursor.as_deref());
    let after = PageRequest::<Position>::parse(LIST, cursor, None)?.after;
    let is_final = params.commitment.unwrap_or_default() == Commitment::Finalised;
    let snapshot = Snapshot::open(&api.readers).await?;
    let now = if is_final { snapshot.finalised_slot() } else { snapshot.as_of_slot() };
    drop(snapshot);
    let after = after.unwrap_or_else(|| Position::after_slot(now));
    stream::follow(&api, filter, is_final, after)
}

fn filter_of(kinds: Option<&str>, vault: Option<&str>, claimant: Option<&str>) -> Result<Filter, ReadError> {
    Ok(Filter {
        kinds: Filter::kinds(kinds)?,
        vault: parse_or_none("vault", vault)?,
        claimant: parse_or_none("claimant", claimant)?,
    })
}
