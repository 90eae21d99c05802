//! Many events summed, on any number of threads, with one result.
//!
//! Addition is exact and commutative, so neither threads nor the order of
//! events can show. Which events count is the caller's matter.

use crate::engine::{AttributionError, Attributor, Credits, PolicyLabel, attribute};
use crate::graph::Graph;
use rayon::prelude::*;
use std::borrow::Borrow;
use std::collections::BTreeMap;
use tributary_core::amount::SubUnits;
use tributary_core::event::{EventPosition, UsageEvent};
use tributary_core::id::{AssetId, Claimant};
use tributary_core::policy::PolicySet;

mod pages;
use pages::{Named, Pages};

/// The fewest events that are worth a task of their own.
const EVENTS_PER_TASK: usize = 1_024;

/// A line of the receipts: who, for which asset, why.
pub type ReceiptLine = (Claimant, AssetId, PolicyLabel);

/// What an epoch's events earned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EpochSum {
    /// By claimant, in sub-units.
    pub earned: BTreeMap<Claimant, SubUnits>,
    /// The protocol's part.
    pub fee: SubUnits,
    /// The receipts: the same amounts by claimant, asset and policy.
    pub receipts: BTreeMap<ReceiptLine, SubUnits>,
    /// What disputed assets' co-owners would have earned, in the same form; it is
    /// in none of the others.
    pub held: BTreeMap<ReceiptLine, SubUnits>,
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
        for (lines, sums) in [(&credits.lines, &mut self.receipts), (&credits.held, &mut self.held)] {
            for line in lines {
                add(sums.entry((line.claimant, line.asset, line.policy)).or_default(), line.amount)?;
            }
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
        for (lines, sums) in [(other.receipts, &mut self.receipts), (other.held, &mut self.held)] {
            for (line, amount) in lines {
                add(sums.entry(line).or_default(), amount)?;
            }
        }
        self.events += other.events;
        Ok(self)
    }

    /// Fee, earnings and what is held together; `None` when they exceed 128 bits.
    pub fn total(&self) -> Option<SubUnits> {
        self.earned.values().chain(self.held.values()).try_fold(self.fee, |sum, amount| sum.checked_add(*amount))
    }
}

/// Attributes events on all threads of the current pool. The same event given
/// twice counts once. Sums are kept for the whole graph, once a thread, however
/// many events there are: so an epoch is best given whole.
pub fn attribute_all<E: Borrow<UsageEvent> + Sync>(
    events: &[E],
    graph: &Graph,
    policy: &PolicySet,
) -> Result<AttributedEvents, EpochError> {
    let mut order: Vec<&UsageEvent> = events.iter().map(Borrow::borrow).collect();
    order.sort_by_key(|event| event.position);
    if let Some(two) = order.windows(2).find(|two| two[0].position == two[1].position && two[0] != two[1]) {
        return Err(EpochError::TwoEvents(two[0].position));
    }
    order.dedup_by_key(|event| event.position);
    // Each task keeps sums for the whole graph: no more of them than threads.
    let per_task = order.len().div_ceil(rayon::current_num_threads()).max(EVENTS_PER_TASK);
    let tasks = order.par_chunks(per_task);
    if policy.engine == 2 {
        let parts: Vec<Quick> = tasks.map(|chunk| Quick::sum(chunk, graph, policy)).collect::<Result<_, _>>()?;
        return Quick::together(parts, graph);
    }
    let parts: Vec<AttributedEvents> =
        tasks.map(|chunk| sum_plainly(chunk, graph, policy)).collect::<Result<_, _>>()?;
    let mut all = AttributedEvents::default();
    for part in parts {
        all.sum = all.sum.merge(part.sum)?;
        all.void.extend(part.void);
    }
    Ok(all)
}

/// Event after event through [`attribute`].
fn sum_plainly(events: &[&UsageEvent], graph: &Graph, policy: &PolicySet) -> Result<AttributedEvents, EpochError> {
    let mut part = AttributedEvents::default();
    for event in events {
        match attribute(event, graph, policy) {
            Ok(credits) => part.sum.add(&credits)?,
            Err(error) => part.void.push((event.position, error)),
        }
    }
    Ok(part)
}

/// The same for engine 2, with sums by place instead of by name.
#[derive(Default)]
struct Quick {
    pages: Pages,
    fee: SubUnits,
    events: u64,
    void: Vec<(EventPosition, AttributionError)>,
}

impl Quick {
    fn sum(events: &[&UsageEvent], graph: &Graph, policy: &PolicySet) -> Result<Self, EpochError> {
        let mut part = Self { pages: Pages::new(graph.payees().len()), ..Self::default() };
        let mut attributor = match Attributor::new(graph, policy) {
            Ok(attributor) => attributor,
            // Refused as a whole: so is each event.
            Err(error) => {
                part.void = events.iter().map(|event| (event.position, error.clone())).collect();
                return Ok(part);
            }
        };
        for event in events {
            match attributor.attribute(event, &mut part.pages) {
                Ok(fee) => {
                    add(&mut part.fee, fee)?;
                    part.events += 1;
                }
                Err(error) => part.void.push((event.position, error)),
            }
        }
        Ok(part)
    }

    /// Adds the parts up, in the order of their events, and puts names to the sums once.
    fn together(parts: Vec<Self>, graph: &Graph) -> Result<AttributedEvents, EpochError> {
        let mut all = Self::default();
        for part in parts {
            all.pages.add(part.pages);
            add(&mut all.fee, part.fee)?;
            all.events += part.events;
            all.void.extend(part.void);
        }
        let Named { earned, receipts, held } = all.pages.name(graph)?;
        let sum = EpochSum { earned, fee: all.fee, receipts, held, events: all.events };
        Ok(AttributedEvents { sum, void: all.void })
    }
}

#[cfg(test)]
mod tests;
