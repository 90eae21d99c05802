//! Content Telemetry: where it is, and the events of a call.

use super::problem::Problem;
use crate::chain;
use crate::database::DatabaseError;
use crate::events;
use crate::gateway::Gateway;
use crate::telemetry::{self, CONTENT_TELEMETRY};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Value, json};
use std::sync::Arc;
use tributary_core::id::RequestId;

/// `GET /.well-known/content-telemetry.json`
pub(super) async fn well_known(State(gateway): State<Arc<Gateway>>) -> Json<Value> {
    Json(json!({
        "version": CONTENT_TELEMETRY,
        "publisher": gateway.config.gateway,
        "id_header": "Content-Telemetry-ID",
        "events_endpoint": "/v1/content-telemetry/{id}",
        "events": ["content_presented", "content_grounded"],
        "extensions": ["attribution"],
        "disclosure_tiers": ["public"],
    }))
}

/// `GET /v1/content-telemetry/{id}`: what the usage event with this id says, which
/// is public with the settlement.
pub(super) async fn show(State(gateway): State<Arc<Gateway>>, Path(id): Path<String>) -> Result<Json<Value>, Problem> {
    let unknown = || {
        Problem::new(StatusCode::NOT_FOUND, "no_such_event", "No such call is in the database")
            .next("Retry in a moment: events arrive there after the answer. The id is in the header Content-Telemetry-ID.")
            .retry_after(2)
    };
    let request: RequestId = id.parse().map_err(|_| unknown())?;
    let event =
        events::of_request(&gateway.pool, gateway.config.gateway, request).await.map_err(away)?.ok_or_else(unknown)?;
    let assets = event.evidence.pairs.iter().chain(&event.evidence.similar).map(|(asset, _)| *asset).collect();
    let sources = chain::sources(&gateway.pool, assets).await.map_err(away)?;
    Ok(Json(json!({
        "version": CONTENT_TELEMETRY,
        "content_telemetry_id": request,
        "events": telemetry::content_events(&event, &sources),
    })))
}

fn away(error: DatabaseError) -> Problem {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "database", "The event cannot be read at the moment")
        .detail(error.to_string())
        .retry_after(2)
}
