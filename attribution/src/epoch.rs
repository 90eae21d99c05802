//! Many events summed, on any number of threads, with one result.
//!
//! Addition is exact and commutative, so neither threads nor the order of
//! events can show. Which events count is the caller's matter.

use crate::engine::{AttributionError, Credits, PolicyLabel, attribute};
use crate::graph::Graph;
use rayon::prelude::*;
use std::collections::BTreeMap;
use tributary_core::amount::SubUnits;
use tributary_core::event::{EventPosition, UsageEvent};
use tributary_core::id::{AssetId, Claimant};
use tributary_core::policy::PolicySet;

/// Events that one task attributes before it is merged.
const EVENTS_PER_TASK: usize = 1_024;

/// What an epoch's events earned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EpochSum {
    /// By claimant, in sub-units.
    pub earned: BTreeMap<Claimant, SubUnits>,
    /// The protocol's part.
    pub fee: SubUnits,
    /// The receipts: the same amounts by claimant, asset and policy.
    pub receipts: BTreeMap<(Claimant, AssetId, PolicyLabel), SubUnits>,
    /// How many events were summed.
    pub events: u64,
}

/// Why events cannot be summed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EpochError {
    /// More money than exists.
    #[error("the epoch's credits exceed 128 bits of sub-units; the events cannot all be paid for")]
    Overflow,
    /// Two different events claim one position.
    #[error(
        "gateway {} signed two different events at generation {}, sequence {}; publish both as proof and leave its events out",
        .0.gateway, .0.generation, .0.sequence
    )]
    TwoEvents(EventPosition),
}

/// A sum and the events that earned nothing, ascending by position.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AttributedEvents {
    /// What the valid events earned.
    pub sum: EpochSum,
    /// Which were void, and why.
    pub void: Vec<(EventPosition, AttributionError)>,
}

fn add(to: &mut SubUnits, amount: SubUnits) -> Result<(), EpochError> {
    *to = to.checked_add(amount).ok_or(EpochError::Overflow)?;
    Ok(())
}

impl EpochSum {
    /// Adds one event's credits.
    pub fn add(&mut self, credits: &Credits) -> Result<(), EpochError> {
        add(&mut self.fee, credits.fee)?;
        for (claimant, amount) in &credits.by_claimant {
            add(self.earned.entry(*claimant).or_default(), *amount)?;
        }
        for line in &credits.lines {
            add(self.receipts.entry((line.claimant, line.asset, line.policy)).or_default(), line.amount)?;
        }
        self.events += 1;
        Ok(())
    }

    /// Adds another part of the same epoch.
    pub fn merge(mut self, other: Self) -> Result<Self, EpochError> {
        add(&mut self.fee, other.fee)?;
        for (claimant, amount) in other.earned {
            add(self.earned.entry(claimant).or_default(), amount)?;
        }
        for (line, amount) in other.receipts {
            add(self.receipts.entry(line).or_default(), amount)?;
        }
        self.events += other.events;
        Ok(self)
    }

    /// Fee and earnings together; `None` when they exceed 128 bits.
    pub fn total(&self) -> Option<SubUnits> {
        self.earned.values().try_fold(self.fee, |sum, amount| sum.checked_add(*amount))
    }
}

/// Attributes events on all threads of the current pool. The same event given
/// twice counts once.
pub fn attribute_all(events: &[UsageEvent], graph: &Graph, policy: &PolicySet) -> Result<AttributedEvents, EpochError> {
    let mut order: Vec<&UsageEvent> = events.iter().collect();
    order.sort_by_key(|event| event.position);
    if let Some(two) = order.windows(2).find(|two| two[0].position == two[1].position && two[0] != two[1]) {
        return Err(EpochError::TwoEvents(two[0].position));
    }
    order.dedup_by_key(|event| event.position);
    let parts: Vec<AttributedEvents> = order
        .par_chunks(EVENTS_PER_TASK)
        .map(|chunk| {
            let mut part = AttributedEvents::default();
            for event in chunk {
                match attribute(event, graph, policy) {
                    Ok(credits) => part.sum.add(&credits)?,
                    Err(error) => part.void.push((event.position, error)),
                }
            }
            Ok(part)
        })
        .collect::<Result<_, EpochError>>()?;
    let mut all = AttributedEvents::default();
    for part in parts {
        all.sum = all.sum.merge(part.sum)?;
        all.void.extend(part.void);
    }
    Ok(all)
}

#[cfg(test)]
mod tests;
