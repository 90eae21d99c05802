//! An event's assets as places in the graph, or why the event is void.

use super::AttributionError;
use crate::graph::Graph;
use tributary_core::content::AssetKind;
use tributary_core::event::UsageEvent;
use tributary_core::id::AssetId;

/// See the module's head.
pub(super) struct Places {
    pub agent: usize,
    pub model: usize,
    /// Place and weight of each asset with spans, in the evidence's order.
    pub verbatim: Vec<(usize, u32)>,
    /// The same for similarity.
    pub similar: Vec<(usize, u32)>,
}

impl Places {
    /// Checks what every engine checks of an event's assets.
    pub fn find(event: &UsageEvent, graph: &Graph) -> Result<Self, AttributionError> {
        let agent = find(event, graph, &event.agent, AssetKind::Agent)?;
        let model = find(event, graph, &event.model, AssetKind::Model)?;
        if !graph.descends(agent, model) {
            return Err(AttributionError::ForeignModel { agent: event.agent, model: event.model });
        }
        let datasets = |pairs: &[(AssetId, u32)]| -> Result<Vec<(usize, u32)>, AttributionError> {
            pairs.iter().map(|(asset, weight)| Ok((find(event, graph, asset, AssetKind::Dataset)?, *weight))).collect()
        };
        Ok(Self {
            agent,
            model,
            verbatim: datasets(&event.evidence.pairs)?,
            similar: datasets(&event.evidence.similar)?,
        })
    }
}

/// The place of an asset that must be of a kind and known at the event's position.
fn find(event: &UsageEvent, graph: &Graph, asset: &AssetId, kind: AssetKind) -> Result<usize, AttributionError> {
    let at = graph.position(asset).ok_or(AttributionError::UnknownAsset(*asset))?;
    let found = &graph.assets()[at];
    if found.kind != kind {
        let expected = match kind {
            AssetKind::Dataset => "a dataset",
            AssetKind::Model => "a model",
            AssetKind::Agent => "an agent",
        };
        return Err(AttributionError::WrongKind { asset: *asset, expected });
    }
    if found.seq.slot() > event.graph_slot {
        return Err(AttributionError::FutureAsset { asset: *asset, graph_slot: event.graph_slot });
    }
    Ok(at)
}
