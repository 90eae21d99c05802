//! Builds a catalogue from the assets on record and the content store. Blocking
//! and slow; runs beside the serving of requests. What cannot be used is left
//! out with a reason and stops nothing else.

use super::agents::{self, Around};
use super::content::{self, ContentError};
use super::decisions::Decision;
use super::duplicates::KnownTexts;
use super::known::known_texts;
use super::manifest::{self, ManifestError, ModelKind, ModelManifest};
use super::{Answers, Catalogue, Listed, Model, Refused};
use crate::chain::AssetRow;
use crate::refusal::{Forbidden, words};
use crate::upstream::config::Upstreams;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tributary_attribution::model::InfiniGram;
use tributary_attribution::{Document, IndexError, Segment, SpanIndex};
use tributary_core::content::{AssetKind, uses};
use tributary_core::id::{AssetId, FileHash};
use tributary_core::policy::Similarity;
use tributary_store::shelf::Shelf;

/// No text is longer.
const TEXT_BYTES_MAX: u64 = 256 << 20;
/// What building a model from a text and showing its answers relies on.
pub const USES: u8 = uses::TRAIN | uses::DISPLAY;
/// How many models may stand on one another.
const DEPTH_MAX: usize = 32;

/// Why there is no catalogue at all.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The evidence index cannot be built.
    #[error("the texts cannot be indexed")]
    Index(#[from] IndexError),
    /// What texts are compared by cannot be kept.
    #[error("the content store does not take what texts are compared by: make room on its disk")]
    Shingles(#[source] std::io::Error),
    /// Decisions that do not follow those known.
    #[error(
        "a decision about near-duplicates stands at place {found} and {expected} was expected: intake.clusters is damaged"
    )]
    Decision {
        /// The next place.
        expected: usize,
        /// What was read.
        found: u32,
    },
}

/// Why an asset is left out.
#[derive(Debug, thiserror::Error)]
pub(super) enum RefusedFor {
    #[error(transparent)]
    Content(#[from] ContentError),
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    #[error("its texts cannot be indexed: {0}")]
    Index(#[from] IndexError),
    #[error("it is made of {0}, which is not a dataset registered before it")]
    NotADataset(AssetId),
    #[error("it is made of {}, whose owner permits {}; {} is needed", .0.record, words(.0.permitted), words(.0.needed))]
    NotPermitted(Forbidden),
    #[error("it names the model {0}, which cannot be used: {1}")]
    Model(AssetId, String, Option<Forbidden>),
    #[error("it names the model {0}, which cannot be used")]
    NoModel(AssetId),
    #[error("its record does not name the model {0} as its parent, so its builder would not be paid")]
    NotItsParent(AssetId),
    #[error("it calls the agent {0}, which cannot be used: {1}")]
    Tool(AssetId, String, Option<Forbidden>),
    #[error("it calls {0}, which is not an agent of this operator registered before it")]
    NoTool(AssetId),
    #[error("its record does not name the agent {0}, which it calls, as its parent")]
    NotItsTool(AssetId),
    #[error("it asks the agent {0} for {1} tokens; that one gives 1 to {2}")]
    ToolTokens(AssetId, u32, u32),
    #[error("{0} agents answer when it is called; at most {1} may")]
    TooManyCalls(usize, usize),
    #[error("its owner is not the operator of this gateway")]
    OtherOperator,
    #[error("no server is named for it: add one to the file given with --upstreams")]
    NoUpstream,
    #[error("its models stand on one another too deeply")]
    TooDeep,
}

impl RefusedFor {
    fn forbidden(&self) -> Option<Forbidden> {
        match self {
            Self::NotPermitted(forbidden) => Some(*forbidden),
            Self::Model(_, _, forbidden) | Self::Tool(_, _, forbidden) => *forbidden,
            _ => None,
        }
    }
}

/// Refuses a use of a record that does not permit all of it.
fn permitted(row: &AssetRow, needed: u8) -> Result<(), RefusedFor> {
    if row.uses & needed == needed {
        return Ok(());
    }
    Err(RefusedFor::NotPermitted(Forbidden { record: row.asset, permitted: row.uses, needed }))
}

struct Texts<'a> {
    rows: BTreeMap<AssetId, &'a AssetRow>,
    texts: BTreeMap<AssetId, String>,
    clusters: Arc<KnownTexts>,
}

/// Near-duplicates: the policy set's rules, and what was decided since `before`.
#[derive(Clone, Debug, Default)]
pub struct Decided {
    /// Without them every text is its own.
    pub rules: Option<Similarity>,
    /// In the order of their places.
    pub decisions: Vec<Decision>,
}

/// Builds everything callable from the assets of one slot. `before` lends what is
/// still right. What is decided here for the first time comes back, to be kept
/// before the catalogue is used.
pub fn build(
    rows: &[AssetRow],
    operator: [u8; 32],
    store: &Shelf,
    upstreams: &Upstreams,
    decided: &Decided,
    before: Option<&Catalogue>,
) -> Result<(Catalogue, Vec<Decision>), BuildError> {
    let mut refused = BTreeMap::new();
    let refuse = |refused: &mut BTreeMap<AssetId, Refused>, asset: AssetId, reason: RefusedFor| {
        tracing::warn!(%asset, %reason, "an asset cannot be served");
        refused.insert(asset, Refused { asset, reason: reason.to_string(), forbidden: reason.forbidden() });
    };
    let mut all = Texts {
        rows: rows.iter().map(|row| (row.asset, row)).collect(),
        texts: BTreeMap::new(),
        clusters: Arc::default(),
    };
    for row in rows.iter().filter(|row| row.kind == AssetKind::Dataset) {
        match content::read_text(store, row.content_hash, row.content_length, TEXT_BYTES_MAX) {
            Ok(text) => drop(all.texts.insert(row.asset, text)),
            Err(error) => refuse(&mut refused, row.asset, error.into()),
        }
    }
    let known = before.map(|before| before.clusters.clone());
    let (clusters, new) = known_texts(rows, &all.texts, store, decided, known)?;
    all.clusters = clusters;
    let datasets = rows
        .iter()
        .filter(|row| all.texts.contains_key(&row.asset))
        .map(|row| (row.asset, listed(row, store, before)))
        .collect();
    let available: BTreeSet<AssetId> = all.texts.keys().copied().collect();
    let texts = all.identity(&available);
    let evidence = match before.filter(|before| before.texts == texts && Arc::ptr_eq(&before.clusters, &all.clusters)) {
        Some(before) => before.evidence.clone(),
        None => Arc::new(SpanIndex::new(vec![all.index(&available)?])?),
    };
    let mut models = BTreeMap::new();
    for row in rows.iter().filter(|row| row.kind == AssetKind::Model) {
        match all.model(row, store, upstreams, before) {
            Ok(model) => drop(models.insert(row.asset, model)),
            Err(error) => refuse(&mut refused, row.asset, error),
        }
    }
    let mut agents = BTreeMap::new();
    // In the order of registration: an agent's tools stand before it.
    for row in rows.iter().filter(|row| row.kind == AssetKind::Agent) {
        let around = Around { operator, store, models: &models, agents: &agents, refused: &refused };
        match agents::agent(row, &around) {
            Ok(agent) => drop(agents.insert(row.seq, Arc::new(agent))),
            // Other operators' agents are not ours to complain about.
            Err(RefusedFor::OtherOperator) => {}
            Err(error) => refuse(&mut refused, row.asset, error),
        }
    }
    let catalogue = Catalogue {
        evidence,
        agents,
        refused: refused.into_values().collect(),
        models,
        texts,
        datasets,
        clusters: all.clusters,
    };
    Ok((catalogue, new))
}

#[derive(Debug, serde::Deserialize)]
struct Described {
    name: String,
}

/// What people are told of a dataset; its name does without metadata that is not
/// here.
fn listed(row: &AssetRow, store: &Shelf, before: Option<&Catalogue>) -> Listed {
    let known = before.and_then(|before| before.datasets.get(&row.asset)).and_then(|known| known.name.clone());
    let name = known.or_else(|| {
        let bytes = content::read_named(store, row.metadata_hash, manifest::BYTES_MAX).ok()?;
        let described: Described = serde_json::from_slice(&bytes).ok()?;
        Some(described.name).filter(|name| name.len() <= manifest::NAME_BYTES_MAX)
    });
    Listed {
        name,
        licence: row.licence.clone(),
        uses: row.uses,
        bytes: row.content_length,
        text: row.content_hash,
        seq: row.seq,
    }
}

impl Texts<'_> {
    fn identity(&self, assets: &BTreeSet<AssetId>) -> Vec<(AssetId, FileHash)> {
        assets.iter().filter_map(|asset| Some((*asset, self.rows.get(asset)?.content_hash))).collect()
    }

    fn index(&self, assets: &BTreeSet<AssetId>) -> Result<Segment, IndexError> {
        let documents: Vec<Document<'_>> = assets
            .iter()
            .filter_map(|asset| {
                let seq = self.rows.get(asset)?.seq;
                Some(Document {
                    asset: *asset,
                    seq,
                    cluster: self.clusters.cluster_of(asset)?,
                    text: self.texts.get(asset)?,
                })
            })
            .collect();
        Segment::build(&documents)
    }

    fn model(
        &self,
        row: &AssetRow,
        store: &Shelf,
        upstreams: &Upstreams,
        before: Option<&Catalogue>,
    ) -> Result<Arc<Model>, RefusedFor> {
        let mut datasets = BTreeSet::new();
        let ModelManifest { name, kind, .. } = self.collect(row, store, &mut datasets, 0)?;
        let texts = self.identity(&datasets);
        if let Some(same) = before.and_then(|before| before.models.get(&row.asset)).filter(|model| model.texts == texts)
        {
            return Ok(same.clone());
        }
        let answers = match kind {
            ModelKind::InfiniGram => Answers::InfiniGram(InfiniGram::new(self.index(&datasets)?)),
            ModelKind::OpenAi => {
                Answers::Elsewhere(upstreams.of(&row.asset, &name).ok_or(RefusedFor::NoUpstream)?.clone())
            }
        };
        Ok(Arc::new(Model { asset: row.asset, name, texts, answers }))
    }

    /// Adds the datasets of a model and of those it stands on; returns its manifest.
    fn collect(
        &self,
        row: &AssetRow,
        store: &Shelf,
        into: &mut BTreeSet<AssetId>,
        depth: usize,
    ) -> Result<ModelManifest, RefusedFor> {
        if depth > DEPTH_MAX {
            return Err(RefusedFor::TooDeep);
        }
        let bytes = content::read(store, row.content_hash, row.content_length, manifest::BYTES_MAX)?;
        let manifest = ModelManifest::parse(&bytes)?;
        for asset in &manifest.datasets {
            let dataset = self
                .rows
                .get(asset)
                .filter(|dataset| dataset.kind == AssetKind::Dataset && dataset.seq < row.seq)
                .filter(|_| self.texts.contains_key(asset))
                .ok_or(RefusedFor::NotADataset(*asset))?;
            permitted(dataset, USES)?;
            into.insert(*asset);
        }
        if let Some(parent) = manifest.parent {
            let below = self
                .rows
                .get(&parent)
                .filter(|below| below.kind == AssetKind::Model && below.seq < row.seq)
                .ok_or(RefusedFor::NoModel(parent))?;
            if !row.parents.contains(&parent) {
                return Err(RefusedFor::NotItsParent(parent));
            }
            permitted(below, uses::TRAIN)?;
            self.collect(below, store, into, depth + 1)?;
        }
        Ok(manifest)
    }
}
