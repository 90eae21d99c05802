//! Computing an answer: what it may use, what it costs, where its words come
//! from. Charges nothing. The agents that an agent calls are in [`super::tools`].

use super::Standing;
use super::call::{Call, Form, PIECES_MAX, PROMPT_BYTES_MAX, RunError, Text};
use super::elsewhere;
use super::outlet::{Outlet, Told};
use super::tools::{self, Line};
use crate::catalogue::{Agent, Answers};
use crate::gateway::Gateway;
use crate::mandates::Holder;
use crate::sessions::Turn;
use crate::upstream::said::Said;
use crate::vectors;
use std::sync::Arc;
use tributary_attribution::model::InfiniGram;
use tributary_attribution::neighbours::Neighbours;
use tributary_attribution::{Span, SpanIndex};
use tributary_core::amount::BaseUnits;
use tributary_core::event::Evidence;
use tributary_core::id::{AssetId, RequestId};
use tributary_core::position::Slot;

/// Pieces when the caller of `/v1/completions` names no number, as OpenAI has it.
const PIECES_DEFAULT: u32 = 16;

/// Up to so many bytes evidence is looked for at once.
const SHORT_BYTES: usize = 1_024;

/// What a call needs to know of the world, read once.
#[derive(Clone, Debug)]
pub struct Scene {
    /// Who answers, at which price.
    pub agent: Arc<Agent>,
    pub(super) texts: Texts,
    /// The most tokens that are paid.
    pub max_tokens: u32,
    /// What they cost at most, without the calls to other agents.
    pub maximum: BaseUnits,
    /// The calls that are made for it, in their order.
    pub tools: Vec<Scene>,
    /// What all of it costs at most.
    pub total: BaseUnits,
    /// What the agent remembers of the session.
    pub(super) memory: Vec<Turn>,
}

impl Scene {
    /// Up to which registration evidence is looked for.
    pub fn graph_slot(&self) -> Slot {
        self.texts.graph_slot
    }
}

/// Where evidence is looked for, and up to which registration.
#[derive(Clone, Debug)]
pub(super) struct Texts {
    pub(super) evidence: Arc<SpanIndex>,
    pub(super) neighbours: Option<Arc<Neighbours>>,
    pub(super) graph_slot: Slot,
}

/// Looks at chain and catalogue: what a call would cost.
pub fn quote(gateway: &Gateway, call: &Call) -> Result<Scene, RunError> {
    look_at(gateway, None, call)
}

/// Looks at chain, catalogue and mandate; refuses what may not run.
pub(super) fn look(gateway: &Gateway, holder: &Holder, call: &Call) -> Result<Scene, RunError> {
    look_at(gateway, Some(holder), call)
}

fn look_at(gateway: &Gateway, holder: Option<&Holder>, call: &Call) -> Result<Scene, RunError> {
    let standing = Standing::of(gateway, holder)?;
    let agent = standing.agent(gateway, &call.agent)?;
    let Standing { catalogue, graph_slot } = standing;
    let neighbours = gateway.view().neighbours_of(&catalogue.evidence);
    scene(agent, Texts { evidence: catalogue.evidence.clone(), neighbours, graph_slot }, call)
}

/// The scene of an agent, within its bounds, and of those that it calls.
pub(super) fn scene(agent: Arc<Agent>, texts: Texts, call: &Call) -> Result<Scene, RunError> {
    let most = match &agent.model.answers {
        Answers::InfiniGram(_) if call.form == Form::Embedding => {
            return Err(RunError::Unsupported("embeddings"));
        }
        Answers::InfiniGram(_) => {
            if let Some(option) = call.options.first() {
                return Err(RunError::Unsupported(option));
            }
            if call.prompt.len() > PROMPT_BYTES_MAX {
                return Err(RunError::PromptTooLong(call.prompt.len()));
            }
            PIECES_MAX
        }
        // Texts to embed are as long as they are.
        Answers::Elsewhere(_) if call.form == Form::Embedding => u32::MAX,
        Answers::Elsewhere(upstream) => upstream.max_tokens,
    };
    // A conversation's answer is as long as it can be, unless its caller says less.
    let usual = match call.form {
        Form::Text => PIECES_DEFAULT.min(most),
        Form::Chat | Form::Embedding => most,
    };
    let max_tokens = call.max_tokens.unwrap_or(usual);
    if max_tokens == 0 || max_tokens > most {
        return Err(RunError::Pieces(max_tokens, most));
    }
    let maximum = agent.price(max_tokens).ok_or(RunError::Price(max_tokens))?;
    let tools = tools::scenes(&agent, &texts, call)?;
    let total = tools.iter().try_fold(maximum, |sum, tool| sum.checked_add(tool.total));
    let total = total.ok_or(RunError::Price(max_tokens))?;
    Ok(Scene { agent, texts, max_tokens, maximum, tools, total, memory: Vec::new() })
}

/// A computed answer, not charged yet.
pub(super) struct Made {
    pub(super) request: RequestId,
    pub(super) agent: AssetId,
    pub(super) model: AssetId,
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

/// What a model said.
pub(super) struct Spoken {
    pub(super) text: String,
    pub(super) finish_reason: String,
    pub(super) prompt_tokens: u32,
    pub(super) tokens: u32,
    pub(super) raw: Option<String>,
}

/// Calls the agents that this one calls, lets its model speak, tells what it says,
/// and finds the evidence beside that. Its own answer stands last, after those that
/// were made for it.
pub(super) async fn compute(
    gateway: &Gateway,
    mut scene: Scene,
    call: &Call,
    request: RequestId,
    outlet: &mut Outlet,
) -> Result<Vec<Made>, RunError> {
    let tools::Asked { made: mut all, said } =
        tools::ask(gateway, std::mem::take(&mut scene.tools), call, request).await?;
    let model = scene.agent.model.clone();
    let spoken = match &model.answers {
        Answers::InfiniGram(model) => speak(gateway, model, &scene, (call, &said), request, outlet).await?,
        Answers::Elsewhere(upstream) => {
            elsewhere::speak(gateway, upstream, &scene, (call, &said), request, outlet).await?
        }
    };
    let calls = all.len() as u64;
    let (policy, graph_slot) = (gateway.policy.clone(), scene.texts.graph_slot);
    let (neighbours, searched) = (scene.texts.neighbours.clone(), Said::searchable(&spoken.text).to_owned());
    let find = move || {
        let Scene { agent, texts, maximum, .. } = scene;
        let found = texts.evidence.evidence(Said::searchable(&spoken.text).as_bytes(), &policy, graph_slot)?;
        let price = agent.price(spoken.tokens).filter(|price| *price <= maximum);
        let price = price.ok_or(RunError::Internal("an answer is longer than was asked for"))?;
        let sidecar = Sidecar { version: 1, output_bytes: spoken.text.len(), spans: &found.spans };
        let sidecar = serde_json::to_vec(&sidecar).map_err(|_| RunError::Internal("a sidecar is not JSON"))?;
        let text = Text {
            agent_name: agent.name.clone(),
            text: spoken.text,
            finish_reason: spoken.finish_reason,
            prompt_tokens: spoken.prompt_tokens,
            completion_tokens: spoken.tokens,
            spans: found.spans,
            raw: spoken.raw,
            calls,
        };
        let (agent, model) = (agent.asset, agent.model.asset);
        Ok(Made { request, agent, model, text, price, evidence: found.evidence, sidecar })
    };
    // A short text is searched sooner than another thread could be woken.
    let mut made = if searched.len() <= SHORT_BYTES { find()? } else { in_turn(gateway, find).await? };
    if let (Some(server), Some(neighbours)) = (&gateway.config.embedding, neighbours) {
        let (client, policy) = (&gateway.upstreams, &gateway.policy);
        let answer = (searched.as_str(), graph_slot);
        made.evidence = vectors::add_similar(client, server, &neighbours, policy, answer, made.evidence).await;
    }
    all.push(made);
    Ok(all)
}

/// The built-in model's answer. It is made faster than it can be told.
async fn speak(
    gateway: &Gateway,
    model: &InfiniGram,
    scene: &Scene,
    (call, said): (&Call, &[Line]),
    request: RequestId,
    outlet: &mut Outlet,
) -> Result<Spoken, RunError> {
    // It goes on from what it remembers, and from where the others ended.
    let memory = scene.memory.iter().flat_map(|turn| [turn.asked.as_str(), turn.answered.as_str(), "\n"]);
    let parts = std::iter::once(scene.agent.prompt_prefix.as_str()).chain(memory);
    let parts = parts.chain([call.prompt.as_str()]).chain(said.iter().map(|line| line.text.as_str()));
    let (model, prompt) = (model.clone(), parts.collect::<String>());
    let (max_tokens, stop) = (scene.max_tokens, call.stop.clone());
    let seed = call.seed.unwrap_or_else(|| seed_of(&request));
    let completion = in_turn(gateway, move || {
        let stops: Vec<&str> = stop.iter().map(String::as_str).collect();
        Ok(model.complete(&prompt, max_tokens, seed, &stops)?)
    })
    .await?;
    for piece in pieces(&completion.text) {
        if !outlet.is_open() {
            break;
        }
        outlet.tell(Told::Text(piece.to_owned())).await;
    }
    Ok(Spoken {
        prompt_tokens: u32::try_from(call.prompt.split_whitespace().count()).unwrap_or(u32::MAX),
        tokens: completion.tokens,
        finish_reason: completion.finish_reason.as_str().into(),
        text: completion.text,
        raw: None,
    })
}

/// Computes beside the serving of other requests, a bounded number at a time.
async fn in_turn<T: Send + 'static>(
    gateway: &Gateway,
    work: impl FnOnce() -> Result<T, RunError> + Send + 'static,
) -> Result<T, RunError> {
    let turn = gateway.turns.clone().acquire_owned().await.map_err(|_| RunError::Internal("no turns are left"))?;
    let working = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        work()
    });
    working.await.unwrap_or(Err(RunError::Internal("a computation died")))
}

/// An answer in the pieces that a stream is made of: words with what stands
/// before them.
pub(crate) fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let word = rest.find(|c: char| !c.is_whitespace()).unwrap_or(rest.len());
        let end = rest[word..].find(char::is_whitespace).map_or(rest.len(), |end| word + end);
        let (piece, after) = rest.split_at(end);
        rest = after;
        (!piece.is_empty()).then_some(piece)
    })
}

fn seed_of(request: &RequestId) -> u64 {
    let mut seed = [0; 8];
    seed.copy_from_slice(&request.0[..8]);
    u64::from_le_bytes(seed)
}

#[cfg(test)]
mod tests {
    use super::pieces;

    #[test]
    fn the_pieces_of_a_stream_are_the_answer_again() {
        for text in ["", "one", " the old\n man ", "\n\n", "日本 é"] {
            assert_eq!(pieces(text).collect::<String>(), text);
        }
        assert_eq!(pieces(" the old\n man ").collect::<Vec<_>>(), [" the", " old", "\n man", " "]);
    }
}
