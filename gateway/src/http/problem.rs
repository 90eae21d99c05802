//! Errors as RFC 9457 problem documents. Every error answer of the gateway,
//! also those of the framework, leaves through [`render`], which adds the
//! request's id. The document tells a person what to do next and a program
//! whether retrying can help; beside its fields it carries the `error` object
//! that OpenAI's clients read.

use crate::refusal::Refusal;
use axum::Json;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::Value;

/// Before each code; `docs/gateway.md` explains them.
const TYPE_BASE: &str = "urn:tributary:problem:";
/// The media type of problem documents.
const CONTENT_TYPE: &str = "application/problem+json";
/// The header that names a request, in answers.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What went wrong, for a person and for a program.
#[derive(Clone, Debug)]
pub struct Problem(Box<Parts>);

#[derive(Clone, Debug)]
struct Parts {
    status: StatusCode,
    code: &'static str,
    title: &'static str,
    detail: Option<String>,
    next: Option<String>,
    retry_after: Option<u64>,
    missing: Option<Value>,
    param: Option<&'static str>,
    refusal: Option<Refusal>,
}

/// A problem as it is sent.
#[derive(Debug, serde::Serialize)]
pub(super) struct Document {
    r#type: String,
    title: &'static str,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    code: &'static str,
    retryable: bool,
    request_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_step: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refusal: Option<Refusal>,
    error: OpenAiError,
}

/// What OpenAI's clients look for in an answer that is an error.
#[derive(Debug, serde::Serialize)]
struct OpenAiError {
    message: String,
    r#type: &'static str,
    param: Option<&'static str>,
    code: &'static str,
}

impl Problem {
    /// A problem with a stable code and a short title.
    pub fn new(status: StatusCode, code: &'static str, title: &'static str) -> Self {
        let parts = Parts {
            status,
            code,
            title,
            detail: None,
            next: None,
            retry_after: None,
            missing: None,
            param: None,
            refusal: None,
        };
        Self(Box::new(parts))
    }

    /// What happened this time, in a sentence.
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = Some(detail.into());
        self
    }

    /// What to do about it.
    pub fn next(mut self, next: impl Into<String>) -> Self {
        self.0.next = Some(next.into());
        self
    }

    /// Trying again after so many seconds may help.
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.0.retry_after = Some(seconds);
        self
    }

    /// What is missing, with numbers.
    pub fn missing(mut self, missing: Value) -> Self {
        self.0.missing = Some(missing);
        self
    }

    /// Which parameter of the request it is about.
    pub fn param(mut self, param: &'static str) -> Self {
        self.0.param = Some(param);
        self
    }

    /// The signed statement of which record forbids a use.
    pub fn refusal(mut self, refusal: Refusal) -> Self {
        self.0.refusal = Some(refusal);
        self
    }

    /// As it is sent in answer to the request of this id.
    pub(super) fn document(self, request_id: String) -> Document {
        let problem = *self.0;
        let said = [Some(problem.title.to_owned()), problem.detail.clone(), problem.next.clone()];
        let said: Vec<&str> = said.iter().flatten().map(|part| part.trim_end_matches('.')).collect();
        Document {
            r#type: format!("{TYPE_BASE}{}", problem.code),
            title: problem.title,
            status: problem.status.as_u16(),
            code: problem.code,
            retryable: problem.retry_after.is_some(),
            request_id,
            error: OpenAiError {
                message: format!("{}.", said.join(". ")),
                r#type: openai_type(problem.status),
                param: problem.param,
                code: openai_code(problem.code),
            },
            detail: problem.detail,
            next_step: problem.next,
            missing: problem.missing,
            refusal: problem.refusal,
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.0.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// The answer to a path that does not exist.
pub async fn no_such_route() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "no_such_route", "There is nothing at this address")
        .next("Use POST /v1/chat/completions, POST /v1/completions, POST /v1/embeddings, POST /v1/quote, POST /v1/uses, POST /v1/datasets, GET /v1/search, GET /v1/models, POST /v1/mandates, GET /v1/credit or GET /health.")
}

/// Names each request and turns errors into problem documents.
pub async fn render(request: Request, next: Next) -> Response {
    let id = hex::encode(rand::random::<[u8; 16]>());
    let mut response = next.run(request).await;
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    let status = response.status();
    let problem = match response.extensions_mut().remove::<Problem>() {
        Some(problem) => problem,
        None if (status.is_client_error() || status.is_server_error()) && !is_json(&response) => {
            of_the_framework(status)
        }
        None => return response,
    };
    if status.is_server_error() {
        tracing::warn!(%status, code = problem.0.code, request = id, detail = problem.0.detail, "a request failed");
    }
    let retry_after = problem.0.retry_after;
    let mut rendered = (status, [(header::CONTENT_TYPE, CONTENT_TYPE)], Json(problem.document(id))).into_response();
    for (name, value) in response.headers() {
        if name == REQUEST_ID || name == header::ALLOW {
            rendered.headers_mut().insert(name.clone(), value.clone());
        }
    }
    if let Some(seconds) = retry_after {
        rendered.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    rendered
}

/// Our own answers are JSON and say what they mean themselves.
fn is_json(response: &Response) -> bool {
    response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/json")
}

/// The sort of error, in OpenAI's words.
fn openai_type(status: StatusCode) -> &'static str {
    match status {
        StatusCode::UNAUTHORIZED => "authentication_error",
        StatusCode::PAYMENT_REQUIRED => "insufficient_quota",
        StatusCode::TOO_MANY_REQUESTS => "rate_limit_error",
        status if status.is_server_error() => "server_error",
        _ => "invalid_request_error",
    }
}

/// OpenAI's word for a code where it has one: programs match it.
fn openai_code(code: &'static str) -> &'static str {
    match code {
        "unknown_key" => "invalid_api_key",
        "no_such_agent" => "model_not_found",
        "no_credit" | "mandate_spent" => "insufficient_quota",
        "too_fast" => "rate_limit_exceeded",
        "prompt_too_long" => "context_length_exceeded",
        other => other,
    }
}

fn of_the_framework(status: StatusCode) -> Problem {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(status, "body_too_large", "The request body is too large")
            .detail(format!("At most {} bytes are read.", super::BODY_BYTES_MAX)),
        StatusCode::METHOD_NOT_ALLOWED => {
            Problem::new(status, "method_not_allowed", "This address takes another method")
        }
        StatusCode::GATEWAY_TIMEOUT => Problem::new(status, "timed_out", "The request took too long")
            .next("Retry with the same Idempotency-Key: you are charged at most once.")
            .retry_after(1),
        status if status.is_server_error() => Problem::new(status, "internal", "The gateway failed internally")
            .next("Retry with the same Idempotency-Key: you are charged at most once.")
            .retry_after(1),
        status => Problem::new(status, "bad_request", "The request cannot be read"),
    }
}
