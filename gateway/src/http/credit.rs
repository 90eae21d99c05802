//! `GET /v1/credit`: what the caller's key can still spend.

use super::authenticate;
use super::problem::Problem;
use crate::credit::book::Account;
use crate::credit::log;
use crate::gateway::{Gateway, Stage};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use std::sync::Arc;

pub(super) async fn show(State(gateway): State<Arc<Gateway>>, headers: HeaderMap) -> Result<Json<Value>, Problem> {
    let holder = authenticate(&gateway, &headers)?;
    let mandate = &holder.mandate;
    let available = log::available(&gateway.pool, mandate.vault, mandate.payer).await.map_err(|error| {
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "database", "The credit cannot be read at the moment")
            .detail(error.to_string())
            .retry_after(2)
    })?;
    let held = match gateway.stage() {
        Stage::Serving(serving) => {
            serving.desk.balance(Account { vault: mandate.vault, payer: mandate.payer, mandate: holder.id })
        }
        Stage::Starting(_) | Stage::Stopped(_) => Default::default(),
    };
    Ok(Json(json!({
        "vault": mandate.vault,
        "payer": mandate.payer,
        "mandate": holder.id,
        "mandate_maximum": mandate.maximum.to_string(),
        "mandate_expires": mandate.expires,
        "available": available.to_string(),
        "leased": {
            "free": held.free.to_string(),
            "reserved": held.reserved.to_string(),
            "returning": held.returning.to_string(),
        },
    })))
}
