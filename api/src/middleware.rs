//! What happens to every request and answer around the handlers.

use crate::problem::{FieldError, Kind, Problem, ReadError};
use axum::Json;
use axum::extract::Request;
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use tower_http::request_id::RequestId;

/// Before each code; `docs/api.md` explains them.
const TYPE_BASE: &str = "urn:tributary:problem:";
/// The media type of problems.
const MEDIA_TYPE: &str = "application/problem+json";
/// The longest URL, in bytes.
const URL_BYTES_MAX: usize = 2048;
/// What a caller should wait when nothing better is known.
const RETRY_SECONDS: u32 = 2;

/// Marks an error answer whose body says more than a problem could.
#[derive(Clone, Copy, Debug)]
pub struct KeepBody;

/// Writes every error answer, also the framework's own, as a problem.
pub async fn render_problems(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().and_then(|id| id.header_value().to_str().ok()).unwrap_or_default();
    let id = id.to_owned();
    let response = next.run(request).await;
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    if !is_error || response.extensions().get::<KeepBody>().is_some() {
        return response;
    }
    match response.extensions().get::<Arc<ReadError>>().cloned() {
        Some(error) => {
            let kind = error.kind();
            if kind.status.is_server_error() {
                tracing::error!(request = %id, code = kind.code, error = &*error as &dyn std::error::Error, "no answer");
            }
            write(kind, error.detail(), error.errors(), id, response.headers())
        }
        None => {
            let kind = Kind::of_status(status);
            write(kind, detail_of(status).into(), Vec::new(), id, response.headers())
        }
    }
}

fn write(kind: Kind, detail: String, errors: Vec<FieldError>, request_id: String, from: &HeaderMap) -> Response {
    let problem = Problem {
        r#type: format!("{TYPE_BASE}{}", kind.code),
        title: kind.title,
        status: kind.status.as_u16(),
        detail,
        code: kind.code,
        request_id,
        retryable: kind.retryable,
        errors,
    };
    let mut response = (kind.status, [(CONTENT_TYPE, MEDIA_TYPE)], Json(problem)).into_response();
    for (name, value) in from {
        // Whatever described the body that this one replaces.
        if ![CONTENT_TYPE, CONTENT_LENGTH, CONTENT_ENCODING].contains(name) {
            response.headers_mut().append(name, value.clone());
        }
    }
    if kind.status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"tributary\""));
    }
    if kind.retryable && !response.headers().contains_key(RETRY_AFTER) {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(RETRY_SECONDS));
    }
    response
}

/// What to do about an error that the framework answered.
fn detail_of(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "this path does not exist; /reference lists those that do",
        StatusCode::METHOD_NOT_ALLOWED => "the header allow says which methods this path takes",
        StatusCode::REQUEST_TIMEOUT | StatusCode::GATEWAY_TIMEOUT => {
            "ask for a smaller page, or try again when there is less to do"
        }
        StatusCode::PAYLOAD_TOO_LARGE => "nothing here reads a body of more than 16 KiB",
        StatusCode::URI_TOO_LONG => "no path of this API needs more than 2,048 bytes",
        StatusCode::TOO_MANY_REQUESTS => "wait as long as the header retry-after says, then go on more slowly",
        StatusCode::RANGE_NOT_SATISFIABLE => "the header content-range says how long the file is",
        status if status.is_client_error() => "the request cannot be read; /reference shows its form",
        _ => "this is a fault of the server; it was logged under the request id",
    }
}

/// Refuses URLs that no path needs.
pub async fn bound_url(request: Request, next: Next) -> Response {
    let uri = request.uri();
    if uri.path().len() + uri.query().map_or(0, str::len) > URL_BYTES_MAX {
        return StatusCode::URI_TOO_LONG.into_response();
    }
    next.run(request).await
}

/// Headers that keep a browser from making more of an answer than it is.
pub async fn protect(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(HeaderName::from_static("x-content-type-options"), HeaderValue::from_static("nosniff"));
    headers.insert(HeaderName::from_static("referrer-policy"), HeaderValue::from_static("no-referrer"));
    headers.entry("cache-control").or_insert(HeaderValue::from_static("no-cache"));
    response
}
