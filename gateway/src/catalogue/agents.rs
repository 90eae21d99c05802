//! What an agent is made of: a model, and the agents that it calls. Checks that
//! its record names them all, so that they are its parents in the graph. Builds
//! no model and calls nobody.

use super::build::RefusedFor;
use super::content;
use super::manifest::{self, AgentManifest, ToolManifest};
use super::{Agent, Answers, Model, Refused, Tool};
use crate::chain::AssetRow;
use crate::completion::PIECES_MAX;
use std::collections::BTreeMap;
use std::sync::Arc;
use tributary_core::id::AssetId;
use tributary_core::position::AssetSeq;
use tributary_store::shelf::Shelf;

/// The most agents that answer one call: the one that is called, and those that
/// it calls, directly or through others.
pub(super) const CALLS_MAX: usize = 16;

/// What an agent finds around it.
pub(super) struct Around<'a> {
    pub(super) operator: [u8; 32],
    pub(super) store: &'a Shelf,
    pub(super) models: &'a BTreeMap<AssetId, Arc<Model>>,
    /// Those registered before it.
    pub(super) agents: &'a BTreeMap<AssetSeq, Arc<Agent>>,
    pub(super) refused: &'a BTreeMap<AssetId, Refused>,
}

/// The agent on a record.
pub(super) fn agent(row: &AssetRow, around: &Around<'_>) -> Result<Agent, RefusedFor> {
    if row.owner != around.operator {
        return Err(RefusedFor::OtherOperator);
    }
    let bytes = content::read(around.store, row.content_hash, row.content_length, manifest::BYTES_MAX)?;
    let manifest = AgentManifest::parse(&bytes)?;
    let model = around.models.get(&manifest.model).ok_or_else(|| match around.refused.get(&manifest.model) {
        Some(why) => RefusedFor::Model(manifest.model, why.reason.clone(), why.forbidden),
        None => RefusedFor::NoModel(manifest.model),
    })?;
    if !row.parents.contains(&manifest.model) {
        return Err(RefusedFor::NotItsParent(manifest.model));
    }
    let tools = manifest.tools.iter().map(|named| tool(row, named, around)).collect::<Result<_, _>>()?;
    let agent = Agent {
        asset: row.asset,
        name: manifest.name,
        model: model.clone(),
        price_per_call: manifest.price_per_call,
        price_per_token: manifest.price_per_token,
        prompt_prefix: manifest.prompt_prefix,
        tools,
        turns: manifest.memory.map_or(0, |memory| memory.turns),
    };
    match agent.all().count() {
        calls if calls > CALLS_MAX => Err(RefusedFor::TooManyCalls(calls, CALLS_MAX)),
        _ => Ok(agent),
    }
}

fn tool(row: &AssetRow, named: &ToolManifest, around: &Around<'_>) -> Result<Tool, RefusedFor> {
    let ToolManifest { agent: asset, max_tokens } = *named;
    // Only those registered before it are there: no agent calls itself, through
    // however many others.
    let known = around.agents.values().find(|agent| agent.asset == asset);
    let agent = known.ok_or_else(|| match around.refused.get(&asset) {
        Some(why) => RefusedFor::Tool(asset, why.reason.clone(), why.forbidden),
        None => RefusedFor::NoTool(asset),
    })?;
    if !row.parents.contains(&asset) {
        return Err(RefusedFor::NotItsTool(asset));
    }
    let most = match &agent.model.answers {
        Answers::InfiniGram(_) => PIECES_MAX,
        Answers::Elsewhere(upstream) => upstream.max_tokens,
    };
    if max_tokens == 0 || max_tokens > most {
        return Err(RefusedFor::ToolTokens(asset, max_tokens, most));
    }
    Ok(Tool { agent: agent.clone(), max_tokens })
}
