//! Void events: they earn nobody anything, at the operator's loss, and their
//! price stays the payer's. `verify` and the ledger say why.

use tributary_attribution::AttributionError;
use tributary_core::amount::BaseUnits;
use tributary_core::event::{EventPosition, UsageEvent};

/// Why an event is void.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VoidReason {
    /// The lease is not open, or is another payer's, gateway's or mandate's.
    #[error("it cites a lease that is not this payer's, gateway's and mandate's, or not open")]
    Lease,
    /// The lease does not cover the price.
    #[error("it costs more than is left of its lease")]
    BeyondLease,
    /// It claims to have seen a slot that was not final.
    #[error("its graph position lies after the epoch's finalised slot")]
    FutureSlot,
    /// The key that signed its group does not count.
    #[error("the key that signed its group was not the gateway's at its graph position")]
    Key,
    /// Nobody published the mandate.
    #[error("its mandate is unknown")]
    UnknownMandate,
    /// The payer did not sign.
    #[error("the payer's signature under its mandate is not valid")]
    ForgedMandate,
    /// The mandate is for something else.
    #[error("its mandate is another payer's, gateway's, vault's or cluster's")]
    ForeignMandate,
    /// The mandate had expired.
    #[error("its mandate had expired at its graph position")]
    ExpiredMandate,
    /// The mandate's maximum is spent.
    #[error("it exceeds what its mandate allows")]
    ExceededMandate,
    /// Two events answer one paid request.
    #[error("another event of the epoch answers the same paid request")]
    DuplicateRequest,
    /// The gateway may not serve the agent.
    #[error("the gateway's operator does not own the agent")]
    Operator,
    /// An owner did not permit what the event relies on.
    #[error("it relies on a use that a dataset of its model does not permit")]
    Uses,
    /// Attribution refuses its assets or evidence.
    #[error("{0}")]
    Assets(AttributionError),
}

impl VoidReason {
    /// A short name for tables and metrics.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Lease => "lease",
            Self::BeyondLease => "beyond_lease",
            Self::FutureSlot => "future_slot",
            Self::Key => "key",
            Self::UnknownMandate => "unknown_mandate",
            Self::ForgedMandate => "forged_mandate",
            Self::ForeignMandate => "foreign_mandate",
            Self::ExpiredMandate => "expired_mandate",
            Self::ExceededMandate => "exceeded_mandate",
            Self::DuplicateRequest => "duplicate_request",
            Self::Operator => "operator",
            Self::Uses => "uses",
            Self::Assets(_) => "assets",
        }
    }

    /// Whether the event spends its lease all the same: the gateway counted it
    /// there, and its price returns to the payer.
    pub(super) const fn spends_lease(&self) -> bool {
        !matches!(self, Self::Lease | Self::BeyondLease)
    }
}

/// An event that earned nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Void {
    /// Which.
    pub position: EventPosition,
    /// What it would have cost.
    pub price: BaseUnits,
    /// Why.
    pub reason: VoidReason,
}

impl Void {
    pub(super) fn of(event: &UsageEvent, reason: VoidReason) -> Self {
        Self { position: event.position, price: event.price, reason }
    }
}
