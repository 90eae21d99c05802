//! `POST /v1/quote`: what a request would cost, before it is made. The body is that
//! of the request. Reserves and charges nothing, and needs no key.

use super::problem::Problem;
use super::{chat, completions, embeddings, refusal};
use crate::completion::{self, Form, Quote};
use crate::gateway::Gateway;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// What tells the three requests apart.
#[derive(Deserialize)]
struct Kind {
    #[serde(default)]
    messages: Option<Value>,
    #[serde(default)]
    input: Option<Value>,
}

pub(super) async fn quote(
    State(gateway): State<Arc<Gateway>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Problem> {
    let kind: Kind = super::parameters::read(&body)?;
    let call = match kind {
        Kind { messages: Some(_), .. } => chat::parse(&headers, &body)?,
        Kind { input: Some(_), .. } => embeddings::parse(&headers, &body)?,
        _ => completions::parse(&headers, &body)?,
    };
    let form = call.form;
    let quote = completion::quote(&gateway, &call).map_err(|error| refusal::without_holder(&gateway, error))?;
    let object = match form {
        Form::Text => "text_completion",
        Form::Chat => "chat.completion",
        Form::Embedding => "list",
    };
    Ok(Json(json!({
        "object": "tributary.quote",
        "for": object,
        "agent": quote.agent.asset,
        "agent_name": quote.agent.name,
        "model": quote.agent.model.asset,
        "price_per_call": quote.agent.price_per_call.to_string(),
        "price_per_token": quote.agent.price_per_token.to_string(),
        "max_tokens": quote.max_tokens,
        "price_maximum": quote.total.to_string(),
        "calls": quote.tools.iter().map(part).collect::<Vec<_>>(),
        "graph_slot": quote.graph_slot(),
    })))
}

/// A call to another agent that would be made for the answer; its price is a part
/// of the maximum.
fn part(quote: &Quote) -> Value {
    json!({
        "agent": quote.agent.asset,
        "agent_name": quote.agent.name,
        "max_tokens": quote.max_tokens,
        "price_maximum": quote.total.to_string(),
        "calls": quote.tools.iter().map(part).collect::<Vec<_>>(),
    })
}
