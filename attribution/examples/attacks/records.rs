//! What the registry says in a market: texts and who registered them, models,
//! agents, and their numbers as addresses. No money.

use super::vectors::{Numbers, vector};
use std::sync::Arc;
use tributary_attribution::graph::{Asset, Change, Registration, RoyaltyMode, Terms};
use tributary_attribution::neighbours::NeighboursError;
use tributary_attribution::{EpochError, GraphError, IndexError, ModelError};
use tributary_core::amount::BasisPoints;
use tributary_core::content::{AssetKind, uses};
use tributary_core::event::EventPosition;
use tributary_core::id::{AssetId, Claimant};
use tributary_core::position::{AssetSeq, Slot};

/// Who attacks.
pub const ATTACKER: u64 = 1 << 32;

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub enum AttackError {
    /// The texts changed.
    #[error("the `spdx` crate has no text of {0}; choose another in market.rs")]
    NoText(&'static str),
    /// No index.
    #[error("the texts could not be indexed")]
    Index(#[from] IndexError),
    /// No neighbours.
    #[error("the neighbours could not be found")]
    Neighbours(#[from] NeighboursError),
    /// No graph.
    #[error("the market's records make no graph")]
    Graph(#[from] GraphError),
    /// No answer.
    #[error("a model gave no answer")]
    Model(#[from] ModelError),
    /// No sum.
    #[error("the payments could not be summed")]
    Epoch(#[from] EpochError),
    /// A payment that pays nobody proves nothing.
    #[error("the event at {0:?} is void; every event of the market must count")]
    Void(EventPosition),
    /// Numbers out of range.
    #[error("{0} is out of range; choose a smaller one in market.rs")]
    Range(&'static str),
}

/// What the registry says about a text that the attacker registered first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Record {
    /// It is its registrant's.
    Undisputed,
    /// An older commitment displaced the registration, in favour of this author.
    DisplacedBy(u64),
    /// A dispute about it is open.
    Disputed,
}

/// A registered text.
#[derive(Clone, Debug)]
pub struct Book {
    /// Tells texts apart.
    pub id: u64,
    /// Who registered it.
    pub owner: u64,
    /// Whether that is contested.
    pub record: Record,
    /// The text.
    pub text: Arc<str>,
    /// Its vector.
    pub numbers: Numbers,
}

impl Book {
    /// A text that nobody contests.
    pub fn new(id: u64, owner: u64, text: &str) -> Self {
        Self { id, owner, record: Record::Undisputed, text: text.into(), numbers: vector(text) }
    }

    /// The nth text that the attacker registers.
    pub fn by_attacker(n: u64, text: &str) -> Self {
        Self::new(ATTACKER + n, ATTACKER, text)
    }
}

impl Book {
    /// Its record, registered at a slot: as the registry has it now, or as it was
    /// first registered.
    pub fn asset(&self, slot: u64, contested: bool) -> Result<Asset, AttackError> {
        let mut asset = record(dataset(self.id), AssetKind::Dataset, self.owner, slot, Vec::new())?;
        let from = Slot(slot + 1);
        match self.record {
            Record::DisplacedBy(author) if contested => {
                let terms = Terms::Registration(Registration {
                    owner: claimant(author),
                    co_owners: vec![(claimant(author), BasisPoints::ONE)],
                    parents: Vec::new(),
                    royalties: RoyaltyMode::Relative,
                    mix: None,
                    uses: uses::ALL,
                });
                asset.announce(from, Change { from, terms });
            }
            Record::Disputed if contested => asset.disputed_from = Some(from),
            _ => {}
        }
        Ok(asset)
    }
}

/// A record of one owner.
pub fn record(
    asset: AssetId,
    kind: AssetKind,
    owner: u64,
    slot: u64,
    parents: Vec<(AssetId, BasisPoints)>,
) -> Result<Asset, AttackError> {
    Ok(Asset {
        asset,
        seq: sequence(slot)?,
        kind,
        owner: claimant(owner),
        co_owners: vec![(claimant(owner), BasisPoints::ONE)],
        parents,
        royalties: RoyaltyMode::Relative,
        collection: None,
        mix: None,
        uses: uses::ALL,
        effective_slot: Slot(slot),
        retired_from: None,
        disputed_from: None,
        changes: Vec::new(),
    })
}

/// Who a number is, as a claimant.
pub fn claimant(who: u64) -> Claimant {
    Claimant(id(9, who).0)
}

/// The address of a text.
pub fn dataset(n: u64) -> AssetId {
    id(1, n)
}

/// An address: different for each kind and number.
pub fn id(kind: u8, n: u64) -> AssetId {
    let mut bytes = [kind; 32];
    bytes[1..9].copy_from_slice(&n.to_be_bytes());
    AssetId(bytes)
}

/// The place of what was registered first at a slot.
pub fn sequence(slot: u64) -> Result<AssetSeq, AttackError> {
    AssetSeq::compose(Slot(slot), 0, 0).ok_or(AttackError::Range("the slot of a registration"))
}

/// A royalty.
pub fn share(bps: u16) -> Result<BasisPoints, AttackError> {
    BasisPoints::new(bps).ok_or(AttackError::Range("a royalty"))
}
