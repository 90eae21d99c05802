//! What completions and chat completions have in common in a request: parsing
//! OpenAI's parameters into a [`Call`] that is within bounds.

use super::problem::Problem;
use crate::completion::{Call, Delivery, Form};
use crate::requests::KEY_BYTES_MAX;
use crate::sessions::NAME_BYTES_MAX;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::sync::Arc;
use tributary_core::hash::sha256;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const SESSION: HeaderName = HeaderName::from_static("tributary-session");
/// An agent's name or address is not longer, in bytes.
const AGENT_BYTES_MAX: usize = 128;

/// The parameters of both routes.
#[derive(Debug, Deserialize)]
pub(super) struct Parameters {
    model: String,
    max_tokens: Option<u32>,
    max_completion_tokens: Option<u32>,
    seed: Option<i64>,
    stop: Option<Stop>,
    n: Option<u32>,
    #[serde(default)]
    stream: Option<bool>,
    stream_options: Option<StreamOptions>,
    logprobs: Option<Value>,
    tools: Option<Value>,
    functions: Option<Value>,
    response_format: Option<ResponseFormat>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Stop {
    One(String),
    Many(Vec<String>),
}

#[derive(Debug, Deserialize)]
struct StreamOptions {
    include_usage: Option<bool>,
}

#[derive(Debug, Deserialize)]
struct ResponseFormat {
    r#type: String,
}

/// A problem with the request's body.
pub(super) fn bad(detail: String) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "bad_request", "The request cannot be read").detail(detail)
}

/// A problem with an option that no agent here supports.
pub(super) fn unsupported(what: &str, param: &'static str) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "unsupported", "The gateway does not support an option")
        .detail(format!("Not supported: {what}."))
        .next("Leave the option out.")
        .param(param)
}

/// Reads a body.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|error| bad(format!("The body is not the JSON expected: {error}.")))
}

impl Parameters {
    /// A call that asks to go on from `prompt`.
    pub(super) fn call(self, form: Form, prompt: String, headers: &HeaderMap, body: &[u8]) -> Result<Call, Problem> {
        if self.n.is_some_and(|n| n != 1) {
            return Err(unsupported("n other than 1", "n"));
        }
        if self.model.len() > AGENT_BYTES_MAX {
            let detail = format!("model is longer than {AGENT_BYTES_MAX} bytes; name an agent or its address.");
            return Err(bad(detail).param("model"));
        }
        let key = headers.get(IDEMPOTENCY_KEY).map(|value| value.as_bytes().to_vec());
        if key.as_ref().is_some_and(|key| key.is_empty() || key.len() > KEY_BYTES_MAX) {
            return Err(bad(format!("Idempotency-Key must have 1 to {KEY_BYTES_MAX} bytes.")));
        }
        let session = headers.get(SESSION).map(|value| value.as_bytes().to_vec());
        if session.as_ref().is_some_and(|name| name.is_empty() || name.len() > NAME_BYTES_MAX) {
            return Err(bad(format!("Tributary-Session must have 1 to {NAME_BYTES_MAX} bytes.")));
        }
        let asked = |value: &Option<Value>| value.as_ref().is_some_and(|value| !value.is_null() && *value != false);
        let options = [
            (asked(&self.logprobs), "logprobs"),
            (asked(&self.tools), "tools"),
            (asked(&self.functions), "functions"),
            (self.response_format.as_ref().is_some_and(|format| format.r#type != "text"), "response_format"),
        ];
        let delivery = match self.stream {
            Some(true) => Delivery::Stream {
                include_usage: self.stream_options.and_then(|options| options.include_usage).unwrap_or(false),
            },
            _ => Delivery::Whole,
        };
        let route = match form {
            // As it was before there were others: keys of that time still count.
            Form::Text => &[][..],
            Form::Chat => b"chat\0",
            Form::Embedding => b"embedding\0",
        };
        Ok(Call {
            form,
            delivery,
            agent: self.model,
            prompt,
            max_tokens: self.max_completion_tokens.or(self.max_tokens),
            // Any 64 bits do.
            seed: self.seed.map(i64::cast_unsigned),
            stop: match self.stop {
                None => Vec::new(),
                Some(Stop::One(stop)) => vec![stop],
                Some(Stop::Many(stops)) => stops,
            },
            options: options.iter().filter(|(asked, _)| *asked).map(|(_, name)| *name).collect(),
            body: Arc::new(read(body)?),
            // In another session it is another request.
            body_hash: match &session {
                None => sha256(&[route, body]),
                Some(name) => sha256(&[route, body, b"\0session\0", name]),
            },
            session,
            key,
        })
    }
}
