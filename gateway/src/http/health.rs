//! `GET /health`: how far the gateway is, 200 when it serves and 503 when not.

use crate::gateway::{Gateway, Stage};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};
use std::sync::Arc;

pub(super) async fn show(State(gateway): State<Arc<Gateway>>) -> (StatusCode, Json<Value>) {
    let view = gateway.view();
    let tip = view.tip.as_ref();
    let mut body = json!({
        "gateway": gateway.config.gateway,
        "finalised_slot": tip.map(|tip| tip.finalised),
        "chain_read_seconds_ago": tip.map(|tip| gateway.clock.now().saturating_duration_since(tip.read_at).as_secs()),
        "key_counts": tip.is_some_and(|tip| tip.keys.contains(&gateway.key)),
        "agents": view.catalogue.as_ref().map_or(0, |(catalogue, _)| catalogue.agents.len()),
        "graph_slot": view.catalogue.as_ref().map(|(_, slot)| *slot),
        "vectors": view.neighbours.as_ref().map(|(_, neighbours)| neighbours.len()),
        "running": gateway.tasks.len(),
    });
    let (status, state, more) = match gateway.stage() {
        Stage::Serving(serving) => (
            StatusCode::OK,
            "serving",
            json!({
                "generation": serving.generation,
                "durable": serving.reader.end(),
                "drained": *serving.drained.borrow(),
                "pending_bytes": serving.reader.pending_bytes(),
                "open_leases": serving.desk.open_leases(),
            }),
        ),
        Stage::Starting(reason) => (StatusCode::SERVICE_UNAVAILABLE, "starting", json!({"reason": reason})),
        Stage::Stopped(reason) => (StatusCode::SERVICE_UNAVAILABLE, "stopped", json!({"reason": reason})),
    };
    if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
        body.insert("state".into(), state.into());
        body.extend(more);
    }
    (status, Json(body))
}
