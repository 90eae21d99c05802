//! What others read of a call: OpenTelemetry's GenAI attributes on its span, and
//! Content Telemetry's events made of its usage event. Pure but for the tracing of
//! the process; decides nothing, and no text of prompt or answer goes through it.

use crate::catalogue::Agent;
use crate::completion::{Answer, Call, Form};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tracing::Span;
use tributary_core::event::{EvidenceKind, TOKEN_WEIGHT, UsageEvent};
use tributary_core::id::{AssetId, FileHash, RequestId};

/// The version of Content Telemetry that the events follow.
pub const CONTENT_TELEMETRY: &str = "1.0";
/// Who estimates: the engine whose spans and neighbours the evidence is made of.
const ESTIMATOR: &str = "tributary";

/// A record's part of what its events are told with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// SHA-256 of its content.
    pub content_hash: FileHash,
    /// Its terms, an SPDX identifier.
    pub licence: String,
}

/// What a call does, in OpenTelemetry's words.
pub fn operation(form: Form) -> &'static str {
    match form {
        Form::Text => "text_completion",
        Form::Chat => "chat",
        Form::Embedding => "embeddings",
    }
}

/// The span of a call. What is known only at its end is recorded by [`answered`]
/// or [`failed`].
pub fn span(call: &Call) -> Span {
    let operation = operation(call.form);
    tracing::info_span!(
        "gen_ai",
        otel.name = format!("{operation} {}", call.agent),
        otel.kind = "server",
        gen_ai.operation.name = operation,
        gen_ai.provider.name = "tributary",
        gen_ai.request.model = call.agent,
        gen_ai.request.max_tokens = call.max_tokens,
        gen_ai.request.seed = call.seed,
        gen_ai.response.id = tracing::field::Empty,
        gen_ai.response.model = tracing::field::Empty,
        gen_ai.response.finish_reasons = tracing::field::Empty,
        gen_ai.usage.input_tokens = tracing::field::Empty,
        gen_ai.usage.output_tokens = tracing::field::Empty,
        gen_ai.data_source.id = tracing::field::Empty,
        gen_ai.retrieval.documents = tracing::field::Empty,
        "error.type" = tracing::field::Empty,
        tributary.event = tracing::field::Empty,
        tributary.price = tracing::field::Empty,
        tributary.vault = tracing::field::Empty,
        tributary.replayed = tracing::field::Empty,
    )
}

/// The span of a call that one agent makes of another, inside the one of the call
/// that it is made for.
pub fn tool_span(agent: &Agent, request: &RequestId) -> Span {
    tracing::info_span!(
        "gen_ai",
        otel.name = format!("invoke_agent {}", agent.name),
        otel.kind = "internal",
        gen_ai.operation.name = "invoke_agent",
        gen_ai.provider.name = "tributary",
        gen_ai.agent.id = %agent.asset,
        gen_ai.agent.name = agent.name,
        gen_ai.request.model = %agent.model.asset,
        gen_ai.response.id = %request,
    )
}

/// Records what was answered.
pub fn answered(span: &Span, answer: &Answer) {
    if span.is_disabled() {
        return;
    }
    let Answer { event, text, again, .. } = answer;
    let finish_reasons = json!([text.finish_reason]).to_string();
    let position = event.position;
    span.record("gen_ai.response.id", tracing::field::display(&event.request));
    span.record("gen_ai.response.model", tracing::field::display(&event.model));
    span.record("gen_ai.response.finish_reasons", finish_reasons.as_str());
    span.record("gen_ai.usage.input_tokens", text.prompt_tokens);
    span.record("gen_ai.usage.output_tokens", text.completion_tokens);
    // The registry at a slot is what evidence was looked for in.
    span.record("gen_ai.data_source.id", format!("tributary:{}", event.graph_slot).as_str());
    span.record("gen_ai.retrieval.documents", documents(event).to_string().as_str());
    let at = format!("{}/{}/{}", position.gateway, position.generation, position.sequence);
    span.record("tributary.event", at.as_str());
    span.record("tributary.price", event.price.0);
    span.record("tributary.vault", tracing::field::display(&event.vault));
    span.record("tributary.replayed", again);
}

/// Records why there is no answer.
pub fn failed(span: &Span, code: &str) {
    span.record("error.type", code);
}

/// The assets of the evidence with their weights, as OpenTelemetry lists documents.
fn documents(event: &UsageEvent) -> Value {
    let whole = event.evidence.whole();
    let document = |(asset, weight): &(AssetId, u32)| json!({"id": asset, "score": share(u64::from(*weight), whole)});
    event.evidence.pairs.iter().map(document).collect()
}

/// For people: the exact numbers stand beside it.
fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Content Telemetry's events of a call: what it was grounded in and what of it was
/// presented, with the attribution extension's fields.
pub fn content_events(event: &UsageEvent, sources: &BTreeMap<AssetId, Source>) -> Vec<Value> {
    let similar: u64 = event.evidence.similar.iter().map(|(_, weight)| u64::from(*weight)).sum();
    let presented = (event.evidence.kind == EvidenceKind::Verbatim).then(|| {
        told(event, sources, "content_presented", "verbatim-spans", &event.evidence.pairs, event.evidence.whole())
    });
    let grounded = (!event.evidence.similar.is_empty())
        .then(|| told(event, sources, "content_grounded", "nearest-neighbours", &event.evidence.similar, similar));
    presented.into_iter().chain(grounded).collect()
}

fn told(
    event: &UsageEvent,
    sources: &BTreeMap<AssetId, Source>,
    name: &str,
    method: &str,
    pairs: &[(AssetId, u32)],
    whole: u64,
) -> Value {
    let matched: u64 = pairs.iter().map(|(_, weight)| u64::from(*weight)).sum();
    let entries: Vec<Value> = pairs
        .iter()
        .map(|(asset, weight)| {
            let source = sources.get(asset);
            json!({
                "content_id": asset,
                "content_hash": source.map(|source| source.content_hash),
                "license_ref": source.map(|source| &source.licence),
                "weight": share(u64::from(*weight), whole),
                "raw_contribution": weight,
                // It stands in the text, or it is that near: no probability.
                "confidence": null,
            })
        })
        .collect();
    json!({
        "event": name,
        "content_telemetry_id": event.request,
        "timestamp_ms": event.at_ms,
        "attribution": {
            "estimator": {
                "id": ESTIMATOR,
                "version": tributary_attribution::engine::ENGINE_VERSION,
                "method": method,
                "validation_ref": event.hash(),
            },
            "normalisation": {"method": "share-of-output-tokens", "whole": whole, "token_weight": TOKEN_WEIGHT},
            // What nobody's text accounts for is the model's own.
            "model_residual": share(whole.saturating_sub(matched), whole),
            "entries": entries,
            "disclosure_tier": "public",
            "supersedes": null,
        },
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::sync::{Arc, Mutex};
    use tracing::Subscriber;
    use tracing::field::{Field, Visit};
    use tributary_core::amount::BaseUnits;
    use tributary_core::event::{EventPosition, Evidence};
    use tributary_core::id::{Commitment, GatewayId, MandateId, PayerId, VaultId};
    use tributary_core::position::{CreditSeq, EventSeq, Generation, Slot};

    fn event(evidence: Evidence) -> UsageEvent {
        UsageEvent {
            position: EventPosition { gateway: GatewayId([1; 32]), generation: Generation(0), sequence: EventSeq(7) },
            vault: VaultId([2; 32]),
            payer: PayerId([3; 32]),
            mandate: MandateId([4; 32]),
            lease: CreditSeq(1),
            request: RequestId([5; 32]),
            agent: AssetId([6; 32]),
            model: AssetId([7; 32]),
            price: BaseUnits(136),
            graph_slot: Slot(9),
            at_ms: 11,
            uses: 7,
            sidecar: Commitment([8; 32]),
            evidence,
        }
    }

    #[test]
    fn weights_and_the_models_own_part_make_a_whole() {
        let pairs = vec![(AssetId([1; 32]), TOKEN_WEIGHT), (AssetId([2; 32]), 2 * TOKEN_WEIGHT)];
        let source = Source { content_hash: FileHash([9; 32]), licence: "CC-BY-4.0".into() };
        let sources = BTreeMap::from([(AssetId([1; 32]), source)]);
        let told = content_events(&event(Evidence::verbatim(4, pairs)), &sources);
        assert_eq!(told.len(), 1);
        let attribution = &told[0]["attribution"];
        assert_eq!(told[0]["event"], "content_presented");
        assert_eq!(attribution["entries"][0]["license_ref"], "CC-BY-4.0");
        assert_eq!(attribution["entries"][1]["content_hash"], Value::Null);
        assert_eq!((&attribution["entries"][1]["weight"], &attribution["model_residual"]), (&json!(0.5), &json!(0.25)));
        assert_eq!(attribution["entries"][1]["raw_contribution"], 2 * TOKEN_WEIGHT);
    }

    #[test]
    fn what_is_near_is_grounded_and_never_presented() {
        let similar = vec![(AssetId([1; 32]), 3), (AssetId([2; 32]), 1)];
        let told = content_events(&event(Evidence::none(4).with_similar(similar)), &BTreeMap::new());
        assert_eq!(told.len(), 1);
        assert_eq!(told[0]["event"], "content_grounded");
        assert_eq!(told[0]["attribution"]["entries"][0]["weight"], json!(0.75));
    }

    /// Keeps what is recorded of the spans it sees.
    #[derive(Clone, Default)]
    struct Keeper(Arc<Mutex<BTreeMap<String, String>>>);

    impl Visit for Keeper {
        fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
            self.0.lock().unwrap().insert(field.name().into(), format!("{value:?}").trim_matches('"').to_owned());
        }
    }

    impl Subscriber for Keeper {
        fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
            true
        }
        fn new_span(&self, attributes: &tracing::span::Attributes<'_>) -> tracing::span::Id {
            attributes.record(&mut self.clone());
            tracing::span::Id::from_u64(1)
        }
        fn record(&self, _: &tracing::span::Id, values: &tracing::span::Record<'_>) {
            values.record(&mut self.clone());
        }
        fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}
        fn event(&self, _: &tracing::Event<'_>) {}
        fn enter(&self, _: &tracing::span::Id) {}
        fn exit(&self, _: &tracing::span::Id) {}
    }

    #[test]
    fn a_calls_span_has_the_names_of_opentelemetry() {
        let keeper = Keeper::default();
        let call = Call {
            form: Form::Chat,
            delivery: crate::completion::Delivery::Whole,
            agent: "bard".into(),
            prompt: "a secret".into(),
            max_tokens: Some(12),
            seed: None,
            stop: Vec::new(),
            options: Vec::new(),
            body: Arc::default(),
            session: None,
            key: None,
            body_hash: [0; 32],
        };
        let pairs = vec![(AssetId([1; 32]), TOKEN_WEIGHT)];
        let text = crate::completion::Text {
            agent_name: "bard".into(),
            text: "another secret".into(),
            finish_reason: "stop".into(),
            prompt_tokens: 2,
            completion_tokens: 3,
            spans: Vec::new(),
            raw: None,
            calls: 0,
        };
        let answer = Answer {
            event: event(Evidence::verbatim(4, pairs)),
            text,
            calls: Vec::new(),
            remembered: None,
            again: false,
        };
        tracing::subscriber::with_default(keeper.clone(), || {
            let span = span(&call);
            answered(&span, &answer);
            failed(&span, "none");
        });
        let kept = keeper.0.lock().unwrap().clone();
        for (name, value) in [
            ("otel.name", "chat bard"),
            ("gen_ai.operation.name", "chat"),
            ("gen_ai.request.model", "bard"),
            ("gen_ai.request.max_tokens", "12"),
            ("gen_ai.usage.input_tokens", "2"),
            ("gen_ai.usage.output_tokens", "3"),
            ("gen_ai.data_source.id", "tributary:9"),
            ("error.type", "none"),
            ("tributary.price", "136"),
        ] {
            assert_eq!(kept.get(name).map(String::as_str), Some(value), "{name}: {kept:?}");
        }
        assert!(kept["gen_ai.retrieval.documents"].contains("0.25"), "{kept:?}");
        assert!(kept.contains_key("gen_ai.response.id"));
        assert!(kept.values().all(|value| !value.contains("secret")));
    }
}
