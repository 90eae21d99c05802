//! `POST /v1/uses`: uses that were made elsewhere, reported in a batch.

use super::problem::Problem;
use super::{authenticate, refusal};
use crate::catalogue::build::USES;
use crate::gateway::Gateway;
use crate::metered::{self, USES_MAX, Use};
use crate::requests::KEY_BYTES_MAX;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Report {
    model: String,
    uses: Vec<Reported>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reported {
    id: String,
    tokens: u32,
}

pub(super) async fn count(
    State(gateway): State<Arc<Gateway>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Problem> {
    let holder = authenticate(&gateway, &headers)?;
    let report: Report =
        serde_json::from_slice(&body).map_err(|error| bad(format!("The body is not the JSON expected: {error}.")))?;
    if report.uses.is_empty() || report.uses.len() > USES_MAX {
        return Err(bad(format!("A batch has 1 to {USES_MAX} uses, this one {}.", report.uses.len())));
    }
    let mut ids = BTreeSet::new();
    for one in &report.uses {
        if one.id.is_empty() || one.id.len() > KEY_BYTES_MAX || !ids.insert(one.id.as_str()) {
            return Err(bad(format!("Each use needs an id of 1 to {KEY_BYTES_MAX} bytes, none twice: {:?}.", one.id)));
        }
    }
    let uses = report
        .uses
        .iter()
        .map(|one| Use { key: one.id.clone().into_bytes(), tokens: one.tokens, dataset: None, uses: USES })
        .collect();
    let counted = metered::count(&gateway, holder.clone(), report.model, uses)
        .await
        .map_err(|error| refusal::problem(&gateway, &holder, error))?;
    let data: Vec<Value> = report
        .uses
        .iter()
        .zip(&counted)
        .map(|(one, counted)| {
            json!({
                "id": one.id,
                "request": counted.request,
                "generation": counted.generation,
                "sequence": counted.sequence,
                "charged": counted.charged.map(|price| price.to_string()),
            })
        })
        .collect();
    Ok(Json(json!({"object": "list", "gateway": gateway.config.gateway, "data": data})))
}

fn bad(detail: String) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "bad_request", "The request cannot be read").detail(detail)
}
