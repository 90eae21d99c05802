//! What can be called: agents, the models behind them and the texts of those,
//! at one position of the graph. [`content`] reads the store, [`duplicates`] knows
//! near-duplicates and [`decisions`] keeps what was decided about them,
//! [`manifest`] reads the JSON of models and agents, [`agents`] checks what an agent
//! may be, [`build`] puts them together. Never changes once built; a new one
//! replaces it as a whole while the old one serves.

mod agents;
pub mod build;
pub mod content;
pub mod decisions;
pub mod duplicates;
mod known;
pub mod manifest;

use crate::refusal::Forbidden;
use crate::upstream::config::Upstream;
use duplicates::KnownTexts;
use std::collections::BTreeMap;
use std::sync::Arc;
use tributary_attribution::SpanIndex;
use tributary_attribution::model::InfiniGram;
use tributary_core::amount::BaseUnits;
use tributary_core::id::{AssetId, FileHash};
use tributary_core::position::AssetSeq;

/// A model that can answer.
#[derive(Debug)]
pub struct Model {
    /// Its record.
    pub asset: AssetId,
    /// What its builder calls it.
    pub name: String,
    /// Which texts it was made of: the same ones make the same model.
    pub texts: Vec<(AssetId, FileHash)>,
    /// The model itself.
    pub answers: Answers,
}

/// What answers for a model.
#[derive(Clone, Debug)]
pub enum Answers {
    /// The built-in model over its texts.
    InfiniGram(InfiniGram),
    /// A server of the operator's choice.
    Elsewhere(Arc<Upstream>),
}

/// An agent that can be called.
#[derive(Clone, Debug)]
pub struct Agent {
    /// Its record.
    pub asset: AssetId,
    /// What its operator calls it.
    pub name: String,
    /// What answers for it.
    pub model: Arc<Model>,
    /// For each call, in base units.
    pub price_per_call: BaseUnits,
    /// For each piece of the answer, in base units.
    pub price_per_token: BaseUnits,
    /// Put before every prompt.
    pub prompt_prefix: String,
    /// Agents that it calls before it answers, in their order.
    pub tools: Vec<Tool>,
    /// How many turns of a session it remembers; 0 for an agent without a memory.
    pub turns: u32,
}

/// An agent that another one calls.
#[derive(Clone, Debug)]
pub struct Tool {
    /// Who answers, at its own price.
    pub agent: Arc<Agent>,
    /// The most pieces it is asked for.
    pub max_tokens: u32,
}

impl Agent {
    /// `price per call + price per token × pieces`, unless it does not fit.
    pub fn price(&self, pieces: u32) -> Option<BaseUnits> {
        let pieces = self.price_per_token.0.checked_mul(u64::from(pieces))?;
        self.price_per_call.checked_add(BaseUnits(pieces))
    }

    /// This one and all that it calls, directly or through others.
    pub fn all(&self) -> Box<dyn Iterator<Item = &Self> + '_> {
        Box::new(std::iter::once(self).chain(self.tools.iter().flat_map(|tool| tool.agent.all())))
    }
}

/// An asset that cannot be served here, and why.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Refused {
    /// Which.
    pub asset: AssetId,
    /// In a sentence.
    pub reason: String,
    /// The record that forbids its use, when one does.
    pub forbidden: Option<Forbidden>,
}

/// A dataset whose text is here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// What people call it, when its metadata is here too.
    pub name: Option<String>,
    /// SPDX identifier.
    pub licence: String,
    /// Permitted uses.
    pub uses: u8,
    /// Length of its text in bytes.
    pub bytes: u64,
    /// SHA-256 of its text.
    pub text: FileHash,
    /// Its place in the order of registration.
    pub seq: AssetSeq,
}

/// Everything callable.
#[derive(Debug)]
pub struct Catalogue {
    /// All registered texts, in which evidence is looked for.
    pub evidence: Arc<SpanIndex>,
    /// Agents by record, in order of registration.
    pub agents: BTreeMap<AssetSeq, Arc<Agent>>,
    /// What was left out.
    pub refused: Vec<Refused>,
    /// Models by record, kept for the next build.
    pub models: BTreeMap<AssetId, Arc<Model>>,
    /// Datasets whose text is here.
    pub datasets: BTreeMap<AssetId, Listed>,
    /// Registered datasets and their near-duplicates, withdrawn ones among them.
    pub clusters: Arc<KnownTexts>,
    /// Hashes of the indexed texts, in order: the same ones make the same index.
    pub texts: Vec<(AssetId, FileHash)>,
}

impl Catalogue {
    /// The agent with this address, else the earliest registered with this name.
    pub fn agent(&self, name: &str) -> Option<&Arc<Agent>> {
        let address: Option<AssetId> = name.parse().ok();
        self.agents
            .values()
            .find(|agent| Some(agent.asset) == address)
            .or_else(|| self.agents.values().find(|agent| agent.name == name))
    }
}
