//! Computing an answer: what it may use, what it costs, where its words come
//! from. Charges nothing.

use super::call::{Call, RunError, Text};
use crate::catalogue::Agent;
use crate::gateway::{Gateway, View};
use crate::mandates::Holder;
use std::sync::Arc;
use tributary_attribution::{Span, SpanIndex};
use tributary_core::amount::BaseUnits;
use tributary_core::event::Evidence;
use tributary_core::id::RequestId;
use tributary_core::position::Slot;

/// What a call needs to know of the world, read once.
pub(super) struct Scene {
    pub(super) agent: Agent,
    pub(super) evidence: Arc<SpanIndex>,
    pub(super) graph_slot: Slot,
    pub(super) maximum: BaseUnits,
}

/// Looks at chain, catalogue and mandate; refuses what may not run.
pub(super) fn look(gateway: &Gateway, holder: &Holder, call: &Call) -> Result<Scene, RunError> {
    let View { tip: Some(tip), catalogue: Some((catalogue, graph_slot)) } = gateway.view() else {
        return Err(RunError::NotServing("it has not read the registered assets yet".into()));
    };
    let age = tip.read_at.elapsed();
    if age > gateway.config.limits.staleness {
        return Err(RunError::Stale(age.as_secs()));
    }
    if !tip.keys.contains(&gateway.key) {
        return Err(RunError::NotServing(
            "its key does not count on-chain: register it with `tributary register-gateway`".into(),
        ));
    }
    let finalised = tip.finalised.max(graph_slot);
    if holder.mandate.expires < finalised {
        return Err(RunError::MandateExpired { expires: holder.mandate.expires, finalised });
    }
    let agent = catalogue.agent(&call.agent).cloned().ok_or_else(|| {
        let refused = catalogue.refused.iter().find(|refused| refused.asset.to_string() == call.agent);
        RunError::NoAgent(match refused {
            Some(refused) => format!("the agent {} cannot be used: {}", refused.asset, refused.reason),
            None => "no such agent: GET /v1/models lists those that can be called".to_string(),
        })
    })?;
    let maximum = agent.price(call.max_tokens).ok_or(RunError::Price(call.max_tokens))?;
    Ok(Scene { agent, evidence: catalogue.evidence.clone(), graph_slot, maximum })
}

/// A computed answer, not charged yet.
pub(super) struct Made {
    pub(super) text: Text,
    pub(super) price: BaseUnits,
    pub(super) evidence: Evidence,
    pub(super) sidecar: Vec<u8>,
}

#[derive(serde::Serialize)]
struct Sidecar<'a> {
    version: u32,
    output_bytes: usize,
    spans: &'a [Span],
}

/// Runs the model and finds the evidence, beside the serving of other requests.
pub(super) async fn compute(
    gateway: &Gateway,
    scene: Scene,
    call: &Call,
    request: RequestId,
) -> Result<Made, RunError> {
    let turn = gateway.turns.clone().acquire_owned().await.map_err(|_| RunError::Internal("no turns are left"))?;
    let (call, policy) = (call.clone(), gateway.policy.clone());
    let work = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        let Scene { agent, evidence: index, graph_slot, maximum } = scene;
        let prompt = format!("{}{}", agent.prompt_prefix, call.prompt);
        let stops: Vec<&str> = call.stop.iter().map(String::as_str).collect();
        let seed = call.seed.unwrap_or_else(|| seed_of(&request));
        let completion = agent.model.answers.complete(&prompt, call.max_tokens, seed, &stops)?;
        let found = index.evidence(completion.text.as_bytes(), &policy, graph_slot)?;
        let price = agent.price(completion.tokens).filter(|price| *price <= maximum);
        let price = price.ok_or(RunError::Internal("an answer is longer than was asked for"))?;
        let sidecar = Sidecar { version: 1, output_bytes: completion.text.len(), spans: &found.spans };
        let sidecar = serde_json::to_vec(&sidecar).map_err(|_| RunError::Internal("a sidecar is not JSON"))?;
        let words = call.prompt.split_whitespace().count();
        let text = Text {
            agent_name: agent.name,
            text: completion.text,
            finish_reason: completion.finish_reason.as_str().into(),
            prompt_tokens: u32::try_from(words).unwrap_or(u32::MAX),
            completion_tokens: completion.tokens,
            spans: found.spans,
        };
        Ok(Made { text, price, evidence: found.evidence, sidecar })
    });
    work.await.unwrap_or(Err(RunError::Internal("a computation died")))
}

fn seed_of(request: &RequestId) -> u64 {
    let mut seed = [0; 8];
    seed.copy_from_slice(&request.0[..8]);
    u64::from_le_bytes(seed)
}
