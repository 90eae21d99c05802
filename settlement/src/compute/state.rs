//! The state a vault's epoch opens and closes with: all that must be known of
//! the past to compute the next root. No amounts are decided here.

use super::void::VoidReason;
use solana_address::Address;
use std::collections::BTreeMap;
use tributary_attribution::{Entitlement, Graph, PolicyLabel};
use tributary_core::amount::{BaseUnits, SubUnits};
use tributary_core::event::UsageEvent;
use tributary_core::id::{AssetId, Claimant, Commitment, FileHash, GatewayId, GatewayKey, Head, MandateId, PayerId};
use tributary_core::leaf::LeafClass;
use tributary_core::leaf_file::file_hash;
use tributary_core::position::{CreditSeq, EventSeq, Generation, Slot};

/// A payer's credit with the vault.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Payer {
    /// All that the credit log granted it.
    pub granted: BaseUnits,
    /// What the credit log says is available.
    pub available: BaseUnits,
    /// Prices of void events: the payer's again, but unknown to the credit log,
    /// so that no gateway can lease them. A refund takes them along.
    pub returned: BaseUnits,
    /// Since which slot it has asked for a refund; `None` when it does not.
    pub refund_requested: Option<Slot>,
    /// Whether it ever did.
    pub ever_requested: bool,
    /// Whether the credit log has honoured the present request.
    pub refunded: bool,
}

/// A lease that is not closed yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// Whose credit.
    pub payer: PayerId,
    /// Who may spend it.
    pub gateway: GatewayId,
    /// In which of its lives.
    pub generation: Generation,
    /// Under which mandate.
    pub mandate: MandateId,
    /// How much was leased.
    pub amount: BaseUnits,
    /// What events spent of it.
    pub spent: BaseUnits,
}

impl Lease {
    /// Books an event's price, if the event may spend this lease and the lease
    /// covers it. Otherwise nothing changes.
    pub fn spend(&mut self, event: &UsageEvent) -> Result<(), VoidReason> {
        let position = event.position;
        if (self.payer, self.gateway, self.generation, self.mandate)
            != (event.payer, position.gateway, position.generation, event.mandate)
        {
            return Err(VoidReason::Lease);
        }
        let spent = self.spent.checked_add(event.price).filter(|spent| *spent <= self.amount);
        self.spent = spent.ok_or(VoidReason::BeyondLease)?;
        Ok(())
    }
}

/// Up to where a generation's events are settled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HeadAt {
    /// The next sequence.
    pub next: EventSeq,
    /// The head before it; zeros at the start.
    pub head: Head,
}

/// A finalised deposit that the credit log has not granted yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deposit {
    /// Whose.
    pub payer: PayerId,
    /// How much arrived.
    pub amount: BaseUnits,
}

/// Slots in which a gateway's key counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyTerm {
    /// From this slot.
    pub valid_from: Slot,
    /// Up to before this slot.
    pub revoked_from: Option<Slot>,
}

impl KeyTerm {
    /// Whether signatures count for events of this slot.
    pub fn counts_at(&self, slot: Slot) -> bool {
        self.valid_from <= slot && self.revoked_from.is_none_or(|revoked| slot < revoked)
    }
}

/// The state of a vault at a finalised slot, a credit position and a vector of
/// event positions. The default is the beginning of every vault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// All chain events up to this slot are in it.
    pub finalised_slot: Slot,
    /// All credit entries up to this position are in it.
    pub credit_end: CreditSeq,
    /// Chained digest of the slots' events.
    pub chain_digest: Commitment,
    /// The published graph of the assets registered by then.
    pub graph: FileHash,
    /// All that payers deposited.
    pub deposited: BaseUnits,
    /// What was added to make good an overpayment.
    pub recapitalised: BaseUnits,
    /// Cumulative credit.
    pub entitlements: BTreeMap<(LeafClass, Claimant), Entitlement>,
    /// Payers' credit.
    pub payers: BTreeMap<PayerId, Payer>,
    /// Open leases by their position in the credit log.
    pub leases: BTreeMap<CreditSeq, Lease>,
    /// What was spent under each mandate.
    pub mandates: BTreeMap<MandateId, BaseUnits>,
    /// Settled event positions.
    pub heads: BTreeMap<(GatewayId, Generation), HeadAt>,
    /// Deposits still to be granted, by their place in the vault's sequence.
    pub deposits: BTreeMap<u64, Deposit>,
    /// The next sequence of each of the programs' event streams.
    pub streams: BTreeMap<Address, u64>,
    /// Who runs each gateway.
    pub gateways: BTreeMap<GatewayId, Address>,
    /// The gateways' keys.
    pub keys: BTreeMap<(GatewayId, GatewayKey), KeyTerm>,
    /// What disputed assets' co-owners would have earned, and for what.
    pub held: BTreeMap<(AssetId, Claimant, PolicyLabel), SubUnits>,
    /// What was claimed since the beginning, of those whose leaf says less: roots
    /// that paid them were disabled.
    pub overpaid: BTreeMap<(LeafClass, Claimant), BaseUnits>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            finalised_slot: Slot(0),
            credit_end: CreditSeq(0),
            chain_digest: Commitment::default(),
            graph: file_hash(&Graph::default().encode()),
            deposited: BaseUnits::ZERO,
            recapitalised: BaseUnits::ZERO,
            entitlements: BTreeMap::new(),
            payers: BTreeMap::new(),
            leases: BTreeMap::new(),
            mandates: BTreeMap::new(),
            heads: BTreeMap::new(),
            deposits: BTreeMap::new(),
            streams: BTreeMap::new(),
            gateways: BTreeMap::new(),
            keys: BTreeMap::new(),
            held: BTreeMap::new(),
            overpaid: BTreeMap::new(),
        }
    }
}

impl State {
    /// Credit of a payer that may be added to.
    pub(super) fn payer_mut(&mut self, payer: PayerId) -> &mut Payer {
        self.payers.entry(payer).or_default()
    }

    /// Up to where a generation is settled.
    pub fn head(&self, gateway: GatewayId, generation: Generation) -> HeadAt {
        self.heads.get(&(gateway, generation)).copied().unwrap_or_default()
    }
}
