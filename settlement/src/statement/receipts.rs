//! Receipts: what a claimant was credited in an epoch, by asset, agent and event,
//! attributed again by the pure engine. They are refused unless they sum to what
//! the epoch credited, to the sub-unit.

use crate::compute::{EpochInputs, EpochOutput};
use std::collections::BTreeMap;
use tributary_attribution::epoch::ReceiptLine;
use tributary_attribution::{AttributionError, CreditLine, PolicyLabel, attribute};
use tributary_core::amount::SubUnits;
use tributary_core::event::{EventPosition, UsageEvent};
use tributary_core::id::{AssetId, Claimant};

/// For which asset, through which agent, why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReceiptKey {
    /// For which asset.
    pub asset: AssetId,
    /// Which agent was called; `None` for what an ended dispute released, which
    /// was held by label and not by event.
    pub agent: Option<AssetId>,
    /// Why.
    pub policy: PolicyLabel,
}

/// What a receipt comes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Receipt {
    /// How much.
    pub amount: SubUnits,
    /// By how many events.
    pub events: u64,
}

/// Why an epoch has no receipts.
#[derive(Debug, thiserror::Error)]
pub enum ReceiptError {
    /// An event that counted cannot be attributed.
    #[error("the event at generation {}, sequence {} of gateway {} counted and cannot be attributed again",
        .position.generation, .position.sequence, .position.gateway)]
    Attribute {
        /// Which.
        position: EventPosition,
        /// What is wrong with it.
        #[source]
        source: Box<AttributionError>,
    },
    /// The sums differ from the epoch's own.
    #[error("the receipts do not sum to what the epoch credited; report this with the root's manifest")]
    Sums,
}

/// An epoch's receipts, by claimant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Receipts(BTreeMap<(Claimant, ReceiptKey), Receipt>);

impl Receipts {
    /// Attributes every event of the epoch that counted.
    pub fn of(inputs: &EpochInputs, output: &EpochOutput) -> Result<Self, ReceiptError> {
        let mut sums: BTreeMap<(Claimant, ReceiptKey), Receipt> = BTreeMap::new();
        let mut totals: BTreeMap<ReceiptLine, SubUnits> = BTreeMap::new();
        let mut add = |claimant, key: ReceiptKey, amount: SubUnits, events| {
            let receipt = sums.entry((claimant, key)).or_default();
            let total = totals.entry((claimant, key.asset, key.policy)).or_default();
            receipt.amount = receipt.amount.checked_add(amount).ok_or(ReceiptError::Sums)?;
            receipt.events += events;
            *total = total.checked_add(amount).ok_or(ReceiptError::Sums)?;
            Ok::<_, ReceiptError>(())
        };
        for event in counted(inputs, output) {
            for line in lines(inputs, output, event)? {
                let key = ReceiptKey { asset: line.asset, agent: Some(event.agent), policy: line.policy };
                add(line.claimant, key, line.amount, 1)?;
            }
        }
        for ((claimant, asset, policy), amount) in &output.released {
            add(*claimant, ReceiptKey { asset: *asset, agent: None, policy: *policy }, *amount, 0)?;
        }
        if totals != output.credits {
            return Err(ReceiptError::Sums);
        }
        Ok(Self(sums))
    }

    /// A claimant's receipts, ascending.
    pub fn of_claimant(&self, claimant: Claimant) -> impl Iterator<Item = (ReceiptKey, Receipt)> + '_ {
        let first = ReceiptKey { asset: AssetId([0; 32]), agent: None, policy: PolicyLabel::Declared };
        self.0
            .range((claimant, first)..)
            .take_while(move |((of, _), _)| *of == claimant)
            .map(|((_, key), receipt)| (*key, *receipt))
    }
}

/// The vault's events that were not void, in the order of their segments.
pub fn counted<'a>(inputs: &'a EpochInputs, output: &'a EpochOutput) -> impl Iterator<Item = &'a UsageEvent> {
    let groups = inputs.usage.iter().flat_map(|segment| &segment.groups);
    groups
        .flat_map(|group| &group.events)
        .filter(|event| event.vault == inputs.scope.vault)
        .filter(|event| output.voids.binary_search_by_key(&event.position, |void| void.position).is_err())
}

/// Whom one event credited, and why; what a dispute holds is left out.
pub fn lines(inputs: &EpochInputs, output: &EpochOutput, event: &UsageEvent) -> Result<Vec<CreditLine>, ReceiptError> {
    let credits = attribute(event, output.terms(), &inputs.policy)
        .map_err(|source| ReceiptError::Attribute { position: event.position, source: Box::new(source) })?;
    Ok(credits.lines)
}
