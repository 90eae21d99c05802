//! Conditional reads: an answer that says nothing new is not sent again.
//!
//! The tag is of everything but `as_of_slot`, which moves with every slot; it
//! is weak for that reason. The slot is in the header `as-of-slot`, also where
//! the body is left out, so that a reader always knows as of when.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// How every framed answer begins.
const FRAME: &[u8] = b"{\"as_of_slot\":";
/// No JSON answer is longer.
const BODY_BYTES_MAX: usize = 64 << 20;
/// Bytes of the hash that are the tag.
const TAG_BYTES: usize = 16;

/// Tags JSON answers to reads, and answers 304 where the reader has them.
pub async fn tag(request: Request, next: Next) -> Response {
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    let known = request.headers().get(IF_NONE_MATCH).cloned();
    let response = next.run(request).await;
    let is_json = response.headers().get(CONTENT_TYPE).is_some_and(|value| value == "application/json");
    if !is_read || response.status() != StatusCode::OK || !is_json {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, BODY_BYTES_MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let (slot, said) = split(&bytes);
    let hash = solana_sha256_hasher::hash(said).to_bytes();
    let hex: String = hash[..TAG_BYTES].iter().map(|byte| format!("{byte:02x}")).collect();
    let tag = format!("W/\"{hex}\"");
    if let Some(slot) = slot.and_then(|slot| HeaderValue::from_bytes(slot).ok()) {
        parts.headers.insert(HeaderName::from_static("as-of-slot"), slot);
    }
    let is_known = known.as_ref().and_then(|list| list.to_str().ok()).is_some_and(|list| matches(list, &hex));
    if let Ok(value) = HeaderValue::try_from(tag) {
        parts.headers.insert(ETAG, value);
    }
    if is_known {
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(CONTENT_LENGTH);
        parts.headers.remove(CONTENT_TYPE);
        return Response::from_parts(parts, Body::empty());
    }
    Response::from_parts(parts, Body::from(bytes))
}

/// The frame's slot, and what is said apart from it.
fn split(body: &[u8]) -> (Option<&[u8]>, &[u8]) {
    match body.strip_prefix(FRAME) {
        Some(rest) => {
            let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            (Some(&rest[..digits]), &rest[digits..])
        }
        None => (None, body),
    }
}

/// The slot that a framed answer says it is of.
pub fn framed_slot(body: &[u8]) -> Option<u64> {
    std::str::from_utf8(split(body).0?).ok()?.parse().ok()
}

/// Whether a list of tags has ours; weakness makes no difference here.
fn matches(list: &str, hex: &str) -> bool {
    list.split(',').map(str::trim).any(|tag| tag == "*" || tag.trim_start_matches("W/").trim_matches('"') == hex)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slot_is_no_part_of_what_is_said() {
        assert_eq!(split(b"{\"as_of_slot\":12,\"data\":1}"), (Some(&b"12"[..]), &b",\"data\":1}"[..]));
        assert_eq!(split(b"{\"token\":1}"), (None, &b"{\"token\":1}"[..]));
    }

    #[test]
    fn a_tag_is_found_in_a_list_strong_or_weak() {
        for list in ["W/\"ab\"", "\"ab\"", "\"x\", W/\"ab\"", "*"] {
            assert!(matches(list, "ab"), "{list}");
        }
        assert!(!matches("\"abc\"", "ab"));
    }
}
