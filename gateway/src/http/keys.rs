//! `/v1/keys`: further keys of a mandate, with budgets and rates of their own.

use super::authenticate;
use super::problem::Problem;
use crate::gateway::Gateway;
use crate::mandates::Holder;
use crate::mandates::keys::{self, KeysError, LABEL_BYTES_MAX, Listed, Terms};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use tributary_core::amount::BaseUnits;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    label: String,
    /// Amounts in JSON are decimal strings.
    budget: Option<String>,
    rate: Option<u32>,
}

pub(super) async fn make(
    State(gateway): State<Arc<Gateway>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let first = first_key(&gateway, &headers)?;
    let wanted: Wanted =
        serde_json::from_slice(&body).map_err(|error| bad(format!("The body is not the JSON expected: {error}.")))?;
    if wanted.label.is_empty() || wanted.label.len() > LABEL_BYTES_MAX {
        return Err(bad(format!("label must have 1 to {LABEL_BYTES_MAX} bytes.")));
    }
    let budget = wanted.budget.map(|text| text.parse().map(BaseUnits)).transpose();
    let budget = budget.map_err(|_| bad("budget is a decimal number of base units, as a string.".into()))?;
    if wanted.rate == Some(0) {
        return Err(bad("rate is at least 1 request a second.".into()));
    }
    let rate = wanted.rate.map(|rate| rate.min(gateway.config.limits.key_rate));
    let terms = Terms { label: wanted.label, budget, rate };
    let (id, key) = keys::make(&gateway.pool, &first, &terms).await.map_err(problem)?;
    gateway.holders.add(&first, id, &terms);
    let listed = Listed { id, terms, taken: BaseUnits::ZERO, revoked: false };
    let mut shown = show(&listed);
    shown["api_key"] = key.into();
    Ok((StatusCode::CREATED, Json(shown)))
}

pub(super) async fn list(State(gateway): State<Arc<Gateway>>, headers: HeaderMap) -> Result<Json<Value>, Problem> {
    let first = first_key(&gateway, &headers)?;
    let listed = keys::list(&gateway.pool, first.id).await.map_err(problem)?;
    Ok(Json(json!({"object": "list", "data": listed.iter().map(show).collect::<Vec<_>>()})))
}

pub(super) async fn revoke(
    State(gateway): State<Arc<Gateway>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let first = first_key(&gateway, &headers)?;
    let mut hash = [0; 32];
    hex::decode_to_slice(&id, &mut hash).map_err(|_| problem(KeysError::Unknown))?;
    keys::revoke(&gateway.pool, first.id, hash).await.map_err(problem)?;
    gateway.holders.forget(&hash);
    Ok(StatusCode::NO_CONTENT)
}

fn first_key(gateway: &Gateway, headers: &HeaderMap) -> Result<Arc<Holder>, Problem> {
    let holder = authenticate(gateway, headers)?;
    if holder.is_first { Ok(holder) } else { Err(problem(KeysError::NotFirst)) }
}

fn show(key: &Listed) -> Value {
    json!({
        "id": hex::encode(key.id),
        "object": "key",
        "label": key.terms.label,
        "budget": key.terms.budget.map(|budget| budget.to_string()),
        "taken": key.taken.to_string(),
        "rate": key.terms.rate,
        "revoked": key.revoked,
    })
}

fn bad(detail: String) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "bad_request", "The request cannot be read").detail(detail)
}

fn problem(error: KeysError) -> Problem {
    let detail = error.to_string();
    let new = |status, code, title| Problem::new(status, code, title).detail(&detail);
    match error {
        KeysError::NotFirst => new(StatusCode::FORBIDDEN, "not_the_first_key", "This key cannot have keys"),
        KeysError::Full => new(StatusCode::CONFLICT, "too_many_keys", "The mandate has too many keys"),
        KeysError::Unknown => new(StatusCode::NOT_FOUND, "no_such_key", "The mandate has no such key"),
        KeysError::Database(_) => {
            new(StatusCode::SERVICE_UNAVAILABLE, "database", "Keys cannot be read at the moment").retry_after(2)
        }
    }
}
