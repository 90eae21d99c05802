//! Why an epoch cannot be computed. Each means that no root may be built on
//! these inputs; the sentence names what to look at.

use super::identity::Identity;
use tributary_attribution::GraphError;
use tributary_attribution::epoch::EpochError;
use tributary_attribution::settle::SettleError;
use tributary_core::amount::BaseUnits;
use tributary_core::id::{Claimant, GatewayId, PayerId, RootId};
use tributary_core::leaf::LeafClass;
use tributary_core::leaf_file::write::WriteError;
use tributary_core::position::{CreditSeq, EventSeq, Generation, Slot};

/// Why inputs make no epoch.
#[derive(Debug, thiserror::Error)]
pub enum ComputeError {
    /// The epoch would not move forward.
    #[error("the epoch closes at slot {closing}, which is not after its parent's slot {opening}")]
    SlotOrder {
        /// The parent's.
        opening: Slot,
        /// This one's.
        closing: Slot,
    },
    /// The opening graph is not the parent's.
    #[error("the opening graph is not the one whose hash the opening state has; fetch it again")]
    OpeningGraph,
    /// The policy set is for another engine.
    #[error("the policy set asks for engine {0}, which this software is not; use the matching release")]
    Engine(u16),
    /// A chain event that does not belong here.
    #[error("chain event {sequence} of stream {stream}: {reason}")]
    Chain {
        /// Its stream.
        stream: solana_address::Address,
        /// Its sequence.
        sequence: u64,
        /// What is wrong.
        reason: &'static str,
    },
    /// A chain event whose bytes do not fit.
    #[error("chain event {sequence} of stream {stream} cannot be read")]
    ChainData {
        /// Its stream.
        stream: solana_address::Address,
        /// Its sequence.
        sequence: u64,
        /// What the decoder met.
        #[source]
        source: tributary_client::ClientError,
    },
    /// The registered assets make no graph.
    #[error("the assets registered on-chain do not make a graph")]
    Graph(#[from] GraphError),
    /// Another root was built on the same parent and was not disabled by the epoch's end.
    #[error(
        "root {0} was built on the same parent and still serves when the epoch closes; what is claimed under it is \
         not known, so no root can be built beside it"
    )]
    StillServes(RootId),
    /// A credit entry that breaks the log's rules.
    #[error("credit entry {position}: {reason}")]
    Credit {
        /// Which.
        position: CreditSeq,
        /// What is wrong.
        reason: &'static str,
    },
    /// A close that does not match the events of its lease.
    #[error(
        "credit entry {position} closes lease {lease} with {closed} left, but its events leave {left} of it; \
         events are missing or the log is wrong"
    )]
    Close {
        /// The close.
        position: CreditSeq,
        /// The lease.
        lease: CreditSeq,
        /// What the log says is left.
        closed: BaseUnits,
        /// What the events leave.
        left: BaseUnits,
    },
    /// A refund that leaves leases open.
    #[error("credit entry {position} refunds payer {payer}, who still has an open lease")]
    RefundBeforeClose {
        /// The refund.
        position: CreditSeq,
        /// Whose.
        payer: PayerId,
    },
    /// A generation stands in two segments.
    #[error("two segments hold events of gateway {gateway}, generation {generation}; merge them")]
    SegmentTwice {
        /// Whose.
        gateway: GatewayId,
        /// In which life.
        generation: Generation,
    },
    /// A group that does not continue the ones before it, or is not signed.
    #[error("gateway {gateway}, generation {generation}, group at sequence {first}: {reason}; the segment ends here")]
    Segment {
        /// Whose.
        gateway: GatewayId,
        /// In which life.
        generation: Generation,
        /// The group's first sequence.
        first: EventSeq,
        /// What is wrong.
        reason: &'static str,
    },
    /// The events cannot be summed.
    #[error("the events cannot be summed")]
    Sum(#[from] EpochError),
    /// The credits make no entitlements.
    #[error("the credits cannot be turned into leaves")]
    Settle(#[from] SettleError),
    /// The leaves make no tree.
    #[error("the leaves do not make a tree")]
    Leaves(#[from] WriteError),
    /// Somebody would lose what was published.
    #[error(
        "the leaf of {claimant} ({class:?}) would say {now} base units where the parent's says {before}; leaves never decrease"
    )]
    Decreased {
        /// Of which class.
        class: LeafClass,
        /// Whose.
        claimant: Claimant,
        /// What the parent's leaf says.
        before: BaseUnits,
        /// What this one would say.
        now: BaseUnits,
    },
    /// A published file cannot be written.
    #[error("a file of the epoch cannot be written")]
    File(#[from] crate::files::FileError),
    /// A sum does not fit.
    #[error("the sum of the {0} does not fit; the inputs hold impossible amounts")]
    Overflow(&'static str),
    /// An amount would become negative.
    #[error("the {0} would become negative; the inputs contradict each other")]
    Negative(&'static str),
    /// Money appeared or vanished.
    #[error("the identity of design section 4 does not hold: {0}")]
    Identity(Box<Identity>),
    /// What moved does not explain the closing balance.
    #[error("account {account} does not follow from its opening balance and the epoch's entries")]
    Entries {
        /// Which account.
        account: &'static str,
    },
}
