//! `GET` and `DELETE /v1/sessions/{name}?model=…`: what an agent remembers of a
//! session, and forgetting it. Only whoever pays as its payer can name it.

use super::authenticate;
use super::problem::Problem;
use crate::completion::Standing;
use crate::database::DatabaseError;
use crate::gateway::Gateway;
use crate::sessions::{Held, NAME_BYTES_MAX, TURNS_MAX};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// Whose session.
#[derive(Deserialize)]
pub(super) struct Asked {
    model: String,
}

pub(super) async fn show(
    State(gateway): State<Arc<Gateway>>,
    Path(name): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Json<Value>, Problem> {
    let held = held(&gateway, &name, &asked, &headers).await?;
    let turns = gateway.sessions.recall(&held, TURNS_MAX).await.map_err(|error| unreadable(&error))?;
    Ok(Json(json!({"object": "tributary.session", "name": name, "turns": turns})))
}

pub(super) async fn forget(
    State(gateway): State<Arc<Gateway>>,
    Path(name): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Json<Value>, Problem> {
    let held = held(&gateway, &name, &asked, &headers).await?;
    let forgotten = gateway.sessions.forget(&held).await.map_err(|error| unreadable(&error))?;
    Ok(Json(json!({"object": "tributary.session", "name": name, "forgotten": forgotten})))
}

async fn held(gateway: &Gateway, name: &str, asked: &Asked, headers: &HeaderMap) -> Result<Held, Problem> {
    let holder = authenticate(gateway, headers)?;
    if name.is_empty() || name.len() > NAME_BYTES_MAX {
        return Err(super::parameters::bad(format!("A session's name has 1 to {NAME_BYTES_MAX} bytes.")));
    }
    let refused = |error| super::refusal::problem(gateway, &holder, error);
    let agent = Standing::of(gateway, None).and_then(|standing| standing.agent(gateway, &asked.model));
    let agent = agent.map_err(refused)?;
    Ok(gateway.sessions.hold(gateway.sessions.id(&holder.mandate.payer, &agent.asset, name.as_bytes())).await)
}

fn unreadable(error: &DatabaseError) -> Problem {
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "session_unavailable", "The session cannot be read at the moment")
        .detail(error.to_string())
        .retry_after(2)
}
