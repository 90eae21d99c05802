//! The JSON that models and agents are registered with. Unknown fields are
//! refused: a typing error must not change a price in silence.

use crate::sessions::TURNS_MAX;
use serde::Deserialize;
use std::collections::BTreeSet;
use tributary_core::amount::BaseUnits;
use tributary_core::id::AssetId;
use tributary_core::mandate::decimal;

/// No manifest is longer.
pub const BYTES_MAX: u64 = 256 * 1024;
/// No name is longer, in bytes.
pub const NAME_BYTES_MAX: usize = 128;
/// No prompt prefix is longer, in bytes.
pub const PREFIX_BYTES_MAX: usize = 4 * 1024;
/// A model names at most this many datasets itself.
pub const DATASETS_MAX: usize = 4_096;
/// An agent calls at most this many others itself.
pub const TOOLS_MAX: usize = 8;

/// Why a manifest is of no use.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// Not the JSON it should be.
    #[error("its manifest cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    /// A version this software does not run.
    #[error("its version is {0}; this gateway runs version 1")]
    Version(u32),
    /// Something is too long.
    #[error("its {0} is longer than this gateway accepts")]
    TooLong(&'static str),
    /// One tool, named more than once.
    #[error("it names the tool {0} twice")]
    Twice(AssetId),
}

/// What sort of model it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ModelKind {
    /// The built-in one: an unbounded n-gram model of its texts.
    InfiniGram,
    /// One that an OpenAI-compatible server runs, whose operator declares what it
    /// was made of.
    OpenAi,
}

/// A model, and the texts that it is made of.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelManifest {
    /// What sort it is.
    pub kind: ModelKind,
    version: u32,
    /// What its builder calls it.
    pub name: String,
    /// Datasets it is made of.
    pub datasets: Vec<AssetId>,
    /// A model whose datasets it is made of too.
    #[serde(default)]
    pub parent: Option<AssetId>,
}

/// How much an agent remembers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemoryManifest {
    /// The last turns of a session, so many at most.
    pub turns: u32,
}

/// An agent that another one calls before it answers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToolManifest {
    /// Which.
    pub agent: AssetId,
    /// The most pieces it is asked for.
    pub max_tokens: u32,
}

/// An agent: a model with prices.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgentManifest {
    /// What its operator calls it.
    pub name: String,
    /// What answers for it.
    pub model: AssetId,
    /// For each call, in base units.
    #[serde(with = "decimal")]
    pub price_per_call: BaseUnits,
    /// For each piece of the answer, in base units.
    #[serde(with = "decimal")]
    pub price_per_token: BaseUnits,
    /// Put before every prompt.
    #[serde(default)]
    pub prompt_prefix: String,
    /// Agents that it calls before it answers.
    #[serde(default)]
    pub tools: Vec<ToolManifest>,
    /// What it remembers of a session.
    #[serde(default)]
    pub memory: Option<MemoryManifest>,
}

impl ModelManifest {
    /// From a manifest's bytes.
    pub fn parse(bytes: &[u8]) -> Result<Self, ManifestError> {
        let manifest: Self = serde_json::from_slice(bytes)?;
        if manifest.version != 1 {
            return Err(ManifestError::Version(manifest.version));
        }
        check(&manifest.name, NAME_BYTES_MAX, "name")?;
        if manifest.datasets.len() > DATASETS_MAX {
            return Err(ManifestError::TooLong("list of datasets"));
        }
        Ok(manifest)
    }
}

impl AgentManifest {
    /// From a manifest's bytes.
    pub fn parse(bytes: &[u8]) -> Result<Self, ManifestError> {
        let manifest: Self = serde_json::from_slice(bytes)?;
        check(&manifest.name, NAME_BYTES_MAX, "name")?;
        check(&manifest.prompt_prefix, PREFIX_BYTES_MAX, "prompt prefix")?;
        if manifest.tools.len() > TOOLS_MAX {
            return Err(ManifestError::TooLong("list of tools"));
        }
        if manifest.memory.as_ref().is_some_and(|memory| memory.turns > TURNS_MAX) {
            return Err(ManifestError::TooLong("memory"));
        }
        let mut named = BTreeSet::new();
        if let Some(twice) = manifest.tools.iter().find(|tool| !named.insert(tool.agent)) {
            return Err(ManifestError::Twice(twice.agent));
        }
        Ok(manifest)
    }
}

fn check(text: &str, max: usize, what: &'static str) -> Result<(), ManifestError> {
    if text.len() > max { Err(ManifestError::TooLong(what)) } else { Ok(()) }
}
