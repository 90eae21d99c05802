//! Whether a use may begin at all: the chain is heard of, consent is fresh, this
//! gateway's key counts and the mandate lasts. Charges nothing.

use super::call::RunError;
use crate::catalogue::{Agent, Catalogue};
use crate::gateway::{Gateway, View};
use crate::mandates::Holder;
use crate::refusal::Refusal;
use std::sync::Arc;
use tributary_core::position::Slot;

/// What may be used, and the graph's position that uses are recorded with.
pub(crate) struct Standing {
    pub(crate) catalogue: Arc<Catalogue>,
    pub(crate) graph_slot: Slot,
}

impl Standing {
    /// Of the holder of a key at this moment, or of anybody who only asks.
    pub(crate) fn of(gateway: &Gateway, holder: Option<&Holder>) -> Result<Self, RunError> {
        let View { tip: Some(tip), catalogue: Some((catalogue, graph_slot)), .. } = gateway.view() else {
            return Err(RunError::NotServing("it has not read the registered assets yet".into()));
        };
        let age = gateway.clock.now().saturating_duration_since(tip.read_at);
        if age > gateway.config.limits.staleness {
            return Err(RunError::Stale(age.as_secs()));
        }
        if !tip.keys.contains(&gateway.key) {
            return Err(RunError::NotServing(
                "its key does not count on-chain: register it with `tributary register-gateway`".into(),
            ));
        }
        let finalised = tip.finalised.max(graph_slot);
        if let Some(expires) = holder.map(|holder| holder.mandate.expires).filter(|expires| *expires < finalised) {
            return Err(RunError::MandateExpired { expires, finalised });
        }
        Ok(Self { catalogue, graph_slot })
    }

    /// An agent by its name or address; one that a record forbids is refused in
    /// writing.
    pub(crate) fn agent(&self, gateway: &Gateway, name: &str) -> Result<Arc<Agent>, RunError> {
        if let Some(agent) = self.catalogue.agent(name) {
            return Ok(agent.clone());
        }
        let Some(refused) = self.catalogue.refused.iter().find(|refused| refused.asset.to_string() == name) else {
            return Err(RunError::NoAgent("no such agent: GET /v1/models lists those that can be called".into()));
        };
        Err(match refused.forbidden {
            Some(forbidden) => {
                let slot = self.graph_slot;
                let refusal = Refusal::sign(gateway.config.gateway, refused.asset, forbidden, slot, &gateway.signing);
                RunError::Forbidden(Box::new(refusal))
            }
            None => RunError::NoAgent(format!("the agent {} cannot be used: {}", refused.asset, refused.reason)),
        })
    }
}
