//! What was charged and where the answer's words come from: the `tributary`
//! object of an answer, and its headers.

use crate::completion::{Answer, Called, Text};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};
use tributary_core::amount::BaseUnits;
use tributary_core::event::UsageEvent;
use tributary_core::id::{AssetId, RequestId};

/// Says whether the answer was charged by an earlier request.
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
/// Names the request, whose identity is in the event.
const REQUEST: HeaderName = HeaderName::from_static("tributary-request");
/// The same for Content Telemetry.
const CONTENT_TELEMETRY: HeaderName = HeaderName::from_static("content-telemetry-id");
/// What was charged in all, in base units.
const PRICE: HeaderName = HeaderName::from_static("tributary-price");
/// What a streamed answer may cost at most, in base units.
const PRICE_MAXIMUM: HeaderName = HeaderName::from_static("tributary-price-maximum");

/// The `tributary` object.
pub(super) fn object(answer: &Answer) -> Value {
    let mut object = part(&answer.event, &answer.text);
    if let Some(fields) = object.as_object_mut() {
        fields.insert("price_total".into(), answer.price().to_string().into());
        fields.insert("calls".into(), answer.calls.iter().map(call).collect());
        if let Some(remembered) = answer.remembered {
            fields.insert("remembered".into(), remembered.into());
        }
    }
    object
}

/// A call to another agent that was made for the answer.
fn call(called: &Called) -> Value {
    let mut object = part(&called.event, &called.text);
    if let Some(fields) = object.as_object_mut() {
        fields.insert("agent_name".into(), called.text.agent_name.as_str().into());
        fields.insert("text".into(), called.text.text.as_str().into());
    }
    object
}

fn part(event: &UsageEvent, text: &Text) -> Value {
    let list = |pairs: &[(AssetId, u32)]| -> Vec<Value> {
        pairs.iter().map(|(asset, weight)| json!({"asset": asset, "weight": weight})).collect()
    };
    json!({
        "event": {
            "gateway": event.position.gateway,
            "generation": event.position.generation,
            "sequence": event.position.sequence,
            "hash": event.hash(),
        },
        "request": event.request,
        "price": event.price.to_string(),
        "vault": event.vault,
        "payer": event.payer,
        "mandate": event.mandate,
        "agent": event.agent,
        "model": event.model,
        "graph_slot": event.graph_slot,
        "spans": text.spans,
        "evidence": {
            "label": "verbatim",
            "tokens": event.evidence.tokens,
            "pairs": list(&event.evidence.pairs),
            "similar": list(&event.evidence.similar),
            "sidecar": event.sidecar,
        },
    })
}

/// The headers of an answer that is paid.
pub(super) fn headers(answer: &Answer) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(REPLAYED, HeaderValue::from_static(if answer.again { "true" } else { "false" }));
    headers.insert(PRICE, HeaderValue::from(answer.price().0));
    name(&mut headers, &answer.event.request);
    headers
}

/// The headers of an answer that begins: its price is known at the end.
pub(super) fn headers_at_first(request: &RequestId, maximum: BaseUnits) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(REPLAYED, HeaderValue::from_static("false"));
    headers.insert(PRICE_MAXIMUM, HeaderValue::from(maximum.0));
    name(&mut headers, request);
    headers
}

fn name(headers: &mut HeaderMap, request: &RequestId) {
    // Base58 or hexadecimal digits: always a header's value.
    if let Ok(value) = HeaderValue::from_str(&request.to_string()) {
        headers.insert(REQUEST, value.clone());
        headers.insert(CONTENT_TELEMETRY, value);
    }
}
