//! `POST /v1/mandates`: a signed mandate in, its one API key out.

use super::problem::Problem;
use crate::gateway::{Gateway, View};
use crate::mandates::{self, MandateError, Posted};
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};
use std::sync::Arc;

pub(super) async fn accept(
    State(gateway): State<Arc<Gateway>>,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let posted: Posted = serde_json::from_slice(&body).map_err(|error| {
        Problem::new(StatusCode::BAD_REQUEST, "bad_request", "The request cannot be read")
            .detail(format!("The body is not a mandate: {error}."))
            .next("Sign one with `tributary mandate`; docs/formats.md describes it.")
    })?;
    let View { tip: Some(tip), .. } = gateway.view() else {
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "not_serving", "The gateway is not serving")
            .detail("It has not heard from the chain yet.")
            .retry_after(2));
    };
    let terms = mandates::terms(&tip, gateway.config.gateway);
    let signature = mandates::check(&posted, &terms, |vault| gateway.serves(vault, &tip)).map_err(problem)?;
    // A task of its own: once stored, the key exists whether or not the caller waits.
    let (id, api_key) = tokio::spawn({
        let gateway = gateway.clone();
        async move { gateway.holders.accept(posted.mandate, signature).await }
    })
    .await
    .map_err(|_| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "The gateway failed internally"))?
    .map_err(problem)?;
    Ok((StatusCode::CREATED, Json(json!({"mandate_id": id, "api_key": api_key}))))
}

fn problem(error: MandateError) -> Problem {
    let detail = error.to_string();
    let new = |status, code, title| Problem::new(status, code, title).detail(&detail);
    match error {
        MandateError::Foreign(..) | MandateError::Vault(_) => {
            new(StatusCode::BAD_REQUEST, "mandate_foreign", "The mandate is for something else")
        }
        MandateError::Nothing => new(StatusCode::BAD_REQUEST, "mandate_nothing", "The mandate permits nothing"),
        MandateError::Expired { .. } => new(StatusCode::BAD_REQUEST, "mandate_over", "The mandate is over"),
        MandateError::Signature => {
            new(StatusCode::BAD_REQUEST, "mandate_forged", "The mandate is not signed by its payer")
        }
        MandateError::Known => new(StatusCode::CONFLICT, "mandate_known", "The mandate was posted before"),
        MandateError::Full => new(StatusCode::SERVICE_UNAVAILABLE, "full", "The gateway takes no more mandates"),
        MandateError::TooFast => {
            new(StatusCode::TOO_MANY_REQUESTS, "too_fast", "Too many mandates at once").retry_after(1)
        }
        MandateError::Database(_) => {
            new(StatusCode::SERVICE_UNAVAILABLE, "database", "The mandate cannot be stored at the moment")
                .retry_after(2)
        }
    }
}
