//! Where an epoch closes: the longest credit log and event vector that belong
//! together at a finalised slot. Pure; [`crate::settler`] brings what is drained.
//!
//! - Credit ends before the first grant or refund that rests on a later slot,
//!   and before a close whose lease's events are not all inside.
//! - A generation's events end before the first group that cites a later
//!   credit position or a later slot, or that breaks the chain of heads.

use crate::compute::{ComputeError, HeadAt, Lease, Segment, State, check_chain};
use crate::files::credit::{CreditEntry, CreditKind};
use std::collections::BTreeMap;
use tributary_core::amount::BaseUnits;
use tributary_core::group::Group;
use tributary_core::id::GatewayId;
use tributary_core::position::{CreditSeq, EventSeq, Generation, Slot};

/// What has arrived since the last epoch.
#[derive(Clone, Debug)]
pub struct Arrived {
    /// The slot to close at.
    pub finalised_slot: Slot,
    /// The credit log from the opening position, ascending.
    pub credit: Vec<CreditEntry>,
    /// Drained groups from the opening positions, ascending.
    pub usage: Vec<Segment>,
}

/// Where to close, and why not later.
#[derive(Debug)]
pub struct Closing {
    /// The last credit position included.
    pub credit_end: CreditSeq,
    /// For each generation with events: first sequence and one past the last.
    pub events: BTreeMap<(GatewayId, Generation), (EventSeq, EventSeq)>,
    /// Broken segments, which an operator must look at.
    pub broken: Vec<ComputeError>,
    /// A close that waits for events of its lease, if one stopped the log.
    pub waiting_close: Option<CreditSeq>,
}

/// Bounds for epochs that must be cut to fit a headroom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Groups of each generation.
    pub groups: usize,
    /// Entries of the credit log.
    pub credit: usize,
}

impl Limits {
    /// Everything that has arrived.
    pub const NONE: Self = Self { groups: usize::MAX, credit: usize::MAX };
}

/// Chooses the longest prefixes within the limits.
pub fn close(opening: &State, arrived: &Arrived, limits: Limits) -> Closing {
    let mut broken = Vec::new();
    let usable: Vec<(&Segment, &[Group])> = arrived
        .usage
        .iter()
        .map(|segment| (segment, usable_groups(opening, arrived.finalised_slot, segment, limits.groups, &mut broken)))
        .collect();
    let mut credit_end = final_credit(opening, arrived, limits.credit);
    let mut waiting_close = None;
    loop {
        let inside: Vec<(&Segment, &[Group])> =
            usable.iter().map(|(segment, groups)| (*segment, citing_up_to(groups, credit_end))).collect();
        // Fewer credit entries mean fewer groups, never more, so this ends.
        match first_unready_close(opening, arrived, credit_end, &inside) {
            Some(close) => {
                waiting_close = Some(close);
                credit_end = CreditSeq(close.0.saturating_sub(1));
            }
            None => {
                let events = inside.iter().filter_map(|(segment, groups)| range(segment, groups)).collect();
                return Closing { credit_end, events, broken, waiting_close };
            }
        }
    }
}

fn usable_groups<'a>(
    opening: &State,
    finalised: Slot,
    segment: &'a Segment,
    groups_max: usize,
    broken: &mut Vec<ComputeError>,
) -> &'a [Group] {
    let mut at: HeadAt = opening.head(segment.gateway, segment.generation);
    let mut count = 0;
    for group in segment.groups.iter().take(groups_max) {
        if group.events.iter().any(|event| event.graph_slot > finalised) {
            break;
        }
        match check_chain(segment, at, group) {
            Ok(next) => at = next,
            Err(error) => {
                broken.push(error);
                break;
            }
        }
        count += 1;
    }
    &segment.groups[..count]
}

fn final_credit(opening: &State, arrived: &Arrived, entries_max: usize) -> CreditSeq {
    let mut end = opening.credit_end;
    for entry in arrived.credit.iter().take(entries_max) {
        let rests_on_chain = matches!(entry.kind, CreditKind::Grant { .. } | CreditKind::Refund);
        if end.next() != Some(entry.position) || (rests_on_chain && entry.chain_slot > arrived.finalised_slot) {
            break;
        }
        end = entry.position;
    }
    end
}

fn citing_up_to(groups: &[Group], credit_end: CreditSeq) -> &[Group] {
    let cites_later = |group: &Group| group.events.iter().any(|event| event.lease > credit_end);
    let count = groups.iter().position(cites_later).unwrap_or(groups.len());
    &groups[..count]
}

/// The first close whose lease's events do not leave what it says.
fn first_unready_close(
    opening: &State,
    arrived: &Arrived,
    credit_end: CreditSeq,
    inside: &[(&Segment, &[Group])],
) -> Option<CreditSeq> {
    let mut leases: BTreeMap<CreditSeq, Lease> = opening.leases.clone();
    let mut closes: Vec<(CreditSeq, CreditSeq, BaseUnits)> = Vec::new();
    for entry in arrived.credit.iter().take_while(|entry| entry.position <= credit_end) {
        match entry.kind {
            CreditKind::Lease { gateway, generation, mandate } => {
                let (payer, amount, spent) = (entry.payer, entry.amount, BaseUnits::ZERO);
                leases.insert(entry.position, Lease { payer, gateway, generation, mandate, amount, spent });
            }
            CreditKind::Close { lease, .. } => closes.push((entry.position, lease, entry.amount)),
            CreditKind::Grant { .. } | CreditKind::Refund => {}
        }
    }
    if closes.is_empty() {
        return None;
    }
    for event in inside.iter().flat_map(|(_, groups)| groups.iter()).flat_map(|group| &group.events) {
        if let Some(lease) = leases.get_mut(&event.lease) {
            // What does not fit the lease does not spend it, as in `compute`.
            let _ = lease.spend(event);
        }
    }
    closes.into_iter().find_map(|(position, lease, left)| {
        // A lease of another vault whose opening we do not know is not our matter.
        let lease = leases.get(&lease)?;
        (lease.amount.checked_sub(lease.spent) != Some(left)).then_some(position)
    })
}

fn range(segment: &Segment, groups: &[Group]) -> Option<((GatewayId, Generation), (EventSeq, EventSeq))> {
    let (first, last) = (groups.first()?, groups.last()?);
    let end = last.first().0.checked_add(last.events.len() as u64)?;
    Some(((segment.gateway, segment.generation), (first.first(), EventSeq(end))))
}
