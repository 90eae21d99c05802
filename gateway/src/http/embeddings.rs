//! `POST /v1/embeddings`: OpenAI's shape for texts' places in the space of
//! meanings. An agent's model does it; the tokens of the texts are paid.

use super::paid;
use super::parameters::{Parameters, bad, read};
use super::problem::Problem;
use crate::completion::{Call, Form};
use crate::gateway::Gateway;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Deserialize;
use std::sync::Arc;

/// No request has more texts.
const TEXTS_MAX: usize = 256;
/// Marks that a tokeniser may put around a text.
const MARKS: usize = 2;

#[derive(Debug, Deserialize)]
struct Body {
    #[serde(flatten)]
    parameters: Parameters,
    input: Input,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Input {
    One(String),
    Many(Vec<String>),
}

pub(super) async fn embed(
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
    let texts = match asked.input {
        Input::One(text) => vec![text],
        Input::Many(texts) => texts,
    };
    if texts.is_empty() || texts.len() > TEXTS_MAX || texts.iter().any(String::is_empty) {
        let detail = format!("input must be 1 to {TEXTS_MAX} texts that are not empty.");
        return Err(bad(detail).param("input"));
    }
    // No tokeniser makes more tokens of a text than it has bytes: the bound that
    // is reserved. A body's length fits 32 bits.
    let most: usize = texts.iter().map(|text| text.len() + MARKS).sum();
    let mut call = asked.parameters.call(Form::Embedding, String::new(), headers, body)?;
    call.max_tokens = u32::try_from(most).ok();
    Ok(call)
}
