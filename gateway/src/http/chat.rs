//! `POST /v1/chat/completions`: OpenAI's shape for the next message of a
//! conversation. The built-in model goes on from the messages as one text.

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

/// No conversation has more messages.
const MESSAGES_MAX: usize = 1_024;

#[derive(Debug, Deserialize)]
struct Body {
    #[serde(flatten)]
    parameters: Parameters,
    messages: Vec<Message>,
}

#[derive(Debug, Deserialize)]
struct Message {
    #[serde(default)]
    content: Option<Content>,
}

/// Text, or parts of which only the texts are read.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Content {
    Text(String),
    Parts(Vec<Part>),
}

#[derive(Debug, Deserialize)]
struct Part {
    text: Option<String>,
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
    if asked.messages.is_empty() || asked.messages.len() > MESSAGES_MAX {
        let detail = format!("messages has {} entries; it must have 1 to {MESSAGES_MAX}.", asked.messages.len());
        return Err(bad(detail).param("messages"));
    }
    let (mut said, mut only_text) = (Vec::new(), true);
    for content in asked.messages.iter().filter_map(|message| message.content.as_ref()) {
        match content {
            Content::Text(text) => said.push(text.as_str()),
            Content::Parts(parts) => {
                only_text &= parts.iter().all(|part| part.text.is_some());
                said.extend(parts.iter().filter_map(|part| part.text.as_deref()));
            }
        }
    }
    let mut call = asked.parameters.call(Form::Chat, said.join("\n"), headers, body)?;
    if !only_text {
        call.options.push("messages that are not text");
    }
    Ok(call)
}
