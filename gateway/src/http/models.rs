//! `GET /v1/models`: the agents that can be called, with their prices, in the
//! shape of OpenAI's list; and what was left out, with the reason.

use super::problem::Problem;
use crate::catalogue::{Agent, Tool};
use crate::gateway::{Gateway, View};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Value, json};
use std::sync::Arc;

pub(super) async fn list(State(gateway): State<Arc<Gateway>>) -> Json<Value> {
    let View { tip, catalogue, .. } = gateway.view();
    let vaults: Vec<_> =
        tip.iter().flat_map(|tip| tip.vaults.iter().filter(|vault| gateway.serves(vault, tip))).collect();
    let (mut data, mut refused) = (Vec::new(), Vec::new());
    if let Some((catalogue, _)) = &catalogue {
        data = catalogue.agents.values().map(|agent| describe(&gateway, agent)).collect();
        refused = catalogue.refused.clone();
    }
    Json(json!({
        "object": "list",
        "data": data,
        "tributary": {
            "gateway": gateway.config.gateway,
            "genesis": tip.as_ref().map(|tip| tip.genesis),
            "vaults": vaults,
            "graph_slot": catalogue.as_ref().map(|(_, slot)| *slot),
            "refused": refused,
        },
    }))
}

/// `GET /v1/models/{name}`: one of them, by name or address.
pub(super) async fn show(
    State(gateway): State<Arc<Gateway>>,
    Path(name): Path<String>,
) -> Result<Json<Value>, Problem> {
    let View { catalogue, .. } = gateway.view();
    let agent = catalogue.as_ref().and_then(|(catalogue, _)| catalogue.agent(&name)).ok_or_else(|| {
        Problem::new(StatusCode::NOT_FOUND, "no_such_agent", "No such agent can be called here")
            .next("GET /v1/models lists those that can be called.")
            .param("model")
    })?;
    Ok(Json(describe(&gateway, agent)))
}

fn describe(gateway: &Gateway, agent: &Agent) -> Value {
    json!({
        "id": agent.name,
        "object": "model",
        // When it was registered is known as a slot, not as a time.
        "created": 0,
        "owned_by": gateway.config.gateway,
        "tributary": {
            "agent": agent.asset,
            "model": agent.model.asset,
            "model_name": agent.model.name,
            "price_per_call": agent.price_per_call.to_string(),
            "price_per_token": agent.price_per_token.to_string(),
            "texts": agent.model.texts.len(),
            "turns_remembered": agent.turns,
            "tools": agent.tools.iter().map(tool).collect::<Vec<_>>(),
        },
    })
}

/// An agent that this one calls before it answers.
fn tool(tool: &Tool) -> Value {
    json!({"agent": tool.agent.asset, "name": tool.agent.name, "max_tokens": tool.max_tokens})
}
