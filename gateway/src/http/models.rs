//! `GET /v1/models`: the agents that can be called, with their prices, in the
//! shape of OpenAI's list; and what was left out, with the reason.

use crate::gateway::{Gateway, View};
use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};
use std::sync::Arc;

pub(super) async fn list(State(gateway): State<Arc<Gateway>>) -> Json<Value> {
    let View { tip, catalogue } = gateway.view();
    let vaults: Vec<_> =
        tip.iter().flat_map(|tip| tip.vaults.iter().filter(|vault| gateway.serves(vault, tip))).collect();
    let (mut data, mut refused) = (Vec::new(), Vec::new());
    if let Some((catalogue, _)) = &catalogue {
        data = catalogue
            .agents
            .values()
            .map(|agent| {
                json!({
                    "id": agent.name,
                    "object": "model",
                    "owned_by": gateway.config.gateway,
                    "tributary": {
                        "agent": agent.asset,
                        "model": agent.model.asset,
                        "model_name": agent.model.name,
                        "price_per_call": agent.price_per_call.to_string(),
                        "price_per_token": agent.price_per_token.to_string(),
                        "texts": agent.model.texts.len(),
                    },
                })
            })
            .collect();
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
