//! `GET /v1/reputation/{address}`: a contributor's or an agent's score, each fact
//! with its points, and what the score leaves of the limits. Needs no key.

use super::problem::Problem;
use crate::gateway::Gateway;
use crate::reputation::{Reputation, ReputationError};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Serialize;
use std::sync::Arc;
use tributary_core::id::AssetId;

#[derive(Serialize)]
pub(super) struct Told {
    object: &'static str,
    #[serde(flatten)]
    reputation: Reputation,
}

pub(super) async fn show(
    State(gateway): State<Arc<Gateway>>,
    Path(address): Path<String>,
) -> Result<Json<Told>, Problem> {
    let address: AssetId = address.parse().map_err(|_| {
        Problem::new(StatusCode::BAD_REQUEST, "bad_request", "The request cannot be read")
            .detail("The path ends with an address: 32 bytes in base58.")
            .next("Ask for an agent's record or a contributor's key.")
    })?;
    if !gateway.reputations.may_ask() {
        return Err(Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_fast", "Reputations are asked for too often")
            .detail("Fifty looks a second are answered, from everybody together.")
            .retry_after(1));
    }
    let found = gateway.reputations.look(&gateway, address.0).await.map_err(problem)?;
    Ok(Json(Told { object: "reputation", reputation: Reputation::clone(&found) }))
}

fn problem(error: ReputationError) -> Problem {
    let detail = error.to_string();
    match error {
        ReputationError::NoChain => {
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "not_serving", "The gateway is not serving")
                .detail(detail)
                .retry_after(2)
        }
        ReputationError::Database(_) => {
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "database", "Reputations cannot be read at the moment")
                .detail(detail)
                .retry_after(2)
        }
    }
}
