//! What an epoch is computed from, decoded. Form only: whether the pieces fit
//! together is for the passes that read them.

use super::error::ComputeError;
use super::state::State;
use crate::files::chain::ChainRow;
use crate::files::credit::CreditEntry;
use crate::files::mandates::SignedMandate;
use solana_address::Address;
use std::collections::BTreeSet;
use tributary_attribution::Graph;
use tributary_attribution::engine::is_known;
use tributary_core::domain::Domain;
use tributary_core::group::Group;
use tributary_core::id::{GatewayId, Genesis, ProgramId, VaultId};
use tributary_core::leaf_file::file_hash;
use tributary_core::policy::PolicySet;
use tributary_core::position::{CreditSeq, Epoch, Generation, Slot};

/// Which vault, of which programs, on which cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    /// The cluster.
    pub genesis: Genesis,
    /// The registry program.
    pub registry: Address,
    /// The rewards program.
    pub rewards: Address,
    /// The vault.
    pub vault: VaultId,
}

impl Scope {
    /// The rewards program as an id.
    pub fn program(&self) -> ProgramId {
        ProgramId(self.rewards.to_bytes())
    }

    /// The vault's domain, which its leaves contain.
    pub fn domain(&self) -> Domain {
        Domain::of(&self.genesis, &self.program(), &self.vault)
    }
}

/// Group commits of one generation, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Whose.
    pub gateway: GatewayId,
    /// In which of its lives.
    pub generation: Generation,
    /// At consecutive positions, from where the last epoch ended.
    pub groups: Vec<Group>,
}

/// Everything an epoch's manifest names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EpochInputs {
    /// Where we are.
    pub scope: Scope,
    /// Which epoch is closed.
    pub epoch: Epoch,
    /// What the parent closed with; the default for the first root.
    pub opening: State,
    /// The parent's graph, whose hash the opening state has.
    pub graph: Graph,
    /// The slot that closes the epoch.
    pub finalised_slot: Slot,
    /// Events of both programs in (opening's finalised slot, this one], in any order.
    pub chain: Vec<ChainRow>,
    /// The last credit position included.
    pub credit_end: CreditSeq,
    /// The credit log in (opening's position, this one], in any order.
    pub credit: Vec<CreditEntry>,
    /// Usage, in any order of segments.
    pub usage: Vec<Segment>,
    /// Mandates that the events cite, in any order.
    pub mandates: Vec<SignedMandate>,
    /// The numbers attribution runs on.
    pub policy: PolicySet,
}

impl EpochInputs {
    /// The slot whose terms pay the epoch's events: where the parent closed, so
    /// that everybody knew them before; of the first epoch its own end.
    pub fn terms_slot(&self) -> Slot {
        let parent = self.opening.finalised_slot;
        if parent == Slot(0) { self.finalised_slot } else { parent }
    }

    /// Checks what concerns the inputs as a whole.
    pub(super) fn check(&self) -> Result<(), ComputeError> {
        if self.finalised_slot <= self.opening.finalised_slot {
            return Err(ComputeError::SlotOrder { opening: self.opening.finalised_slot, closing: self.finalised_slot });
        }
        if file_hash(&self.graph.encode()) != self.opening.graph {
            return Err(ComputeError::OpeningGraph);
        }
        if !is_known(self.policy.engine) {
            return Err(ComputeError::Engine(self.policy.engine));
        }
        let mut seen = BTreeSet::new();
        for segment in &self.usage {
            if !seen.insert((segment.gateway, segment.generation)) {
                return Err(ComputeError::SegmentTwice { gateway: segment.gateway, generation: segment.generation });
            }
        }
        Ok(())
    }
}
