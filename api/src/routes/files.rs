//! Published files by the hash of their bytes, whole or in ranges.

use crate::problem::{Problem, ReadError};
use crate::request::parse;
use crate::server::Api;
use crate::store::StoreError;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use tower_http::services::ServeFile;
use tributary_core::id::FileHash;

/// What a hash names never changes.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// A published file, whole or in part.
///
/// `Range` asks for a part: a proof needs the header, the list of blocks and one
/// block of a leaf file. Check what you get against the hash.
#[utoipa::path(get, path = "/v1/files/{hash}", tag = "files",
    params(("hash" = String, Path, description = "SHA-256 of the bytes, 64 lower-case hexadecimal digits")),
    responses(
        (status = 200, description = "The bytes", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 206, description = "A range of them", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 304, description = "The caller has it"),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 416, body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn file(State(api): State<Api>, Path(hash): Path<String>, request: Request) -> Result<Response, ReadError> {
    let id: FileHash = parse("hash", &hash)?;
    if !api.store.check(id).await? {
        return Err(ReadError::NoFile(id));
    }
    // Hexadecimal digits are a valid header value.
    let tag = HeaderValue::try_from(format!("\"{id}\"")).map_err(|_| ReadError::NoFile(id))?;
    let known = request.headers().get(IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let mut response = if known.is_some_and(|list| list.contains(&id.to_string())) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let served = ServeFile::new(api.store.path(&id)).try_call(request).await;
        served.map_err(|source| StoreError::Io { hash: id, source })?.map(Body::new)
    };
    if response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED {
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, FOR_EVER);
        headers.insert(ETAG, tag);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    }
    Ok(response)
}
