//! `POST /v1/completions`: OpenAI's shape for a text that goes on.

use super::paid;
use super::parameters::{Parameters, read, unsupported};
use super::problem::Problem;
use crate::completion::{Call, Form};
use crate::gateway::Gateway;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use std::sync::Arc;

#[derive(Debug, Deserialize)]
struct Body {
    #[serde(flatten)]
    parameters: Parameters,
    prompt: Prompt,
    best_of: Option<u32>,
    #[serde(default)]
    echo: Option<bool>,
    suffix: Option<String>,
}

/// One prompt, alone or in a list of one.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Prompt {
    Alone(String),
    Listed([String; 1]),
}

pub(super) async fn complete(
    State(gateway): State<Arc<Gateway>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let holder = super::authenticate(&gateway, &headers)?;
    let call = parse(&headers, &body)?;
    paid::answer(&gateway, holder, call).await
}

pub(super) fn parse(headers: &HeaderMap, body: &[u8]) -> Result<Call, Problem> {
    let asked: Body = read(body)?;
    if asked.best_of.is_some_and(|n| n != 1) {
        return Err(unsupported("best_of other than 1", "best_of"));
    }
    if asked.echo == Some(true) {
        return Err(unsupported("echo: true", "echo"));
    }
    let prompt = match asked.prompt {
        Prompt::Alone(prompt) | Prompt::Listed([prompt]) => prompt,
    };
    let mut call = asked.parameters.call(Form::Text, prompt, headers, body)?;
    if asked.suffix.is_some() {
        call.options.push("suffix");
    }
    Ok(call)
}
