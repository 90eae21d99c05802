//! What has arrived since the last epoch, and which part of it an epoch takes.
//! Reads; records and computes nothing.

use super::error::SettlerError;
use super::snapshot::{credit, generations, groups};
use crate::closing::{Arrived, Closing};
use crate::compute::{EpochOutput, Segment, State};
use sqlx::PgConnection;
use std::collections::BTreeSet;
use tributary_core::id::MandateId;
use tributary_core::position::{CreditSeq, EventSeq, Slot};

/// What has been drained and logged since the opening state.
pub(super) async fn arrived(
    db: &mut PgConnection,
    opening: &State,
    finalised_slot: Slot,
) -> Result<Arrived, SettlerError> {
    let log = credit(db, opening.credit_end, CreditSeq(u64::MAX)).await?;
    let mut usage = Vec::new();
    for (gateway, generation) in generations(db).await? {
        let from = opening.head(gateway, generation).next;
        usage.push(groups(db, gateway, generation, from, EventSeq(u64::MAX)).await?);
    }
    Ok(Arrived { finalised_slot, credit: log, usage })
}

/// The groups inside a closing.
pub(super) fn cut(segments: &[Segment], closing: &Closing) -> Vec<Segment> {
    let inside = |segment: &Segment| {
        let (_, end) = closing.events.get(&(segment.gateway, segment.generation))?;
        let groups = segment.groups.iter().take_while(|group| group.first() < *end).cloned().collect();
        Some(Segment { groups, ..*segment })
    };
    segments.iter().filter_map(inside).collect()
}

/// The mandates that events cite, ascending, each once.
pub(super) fn cited_mandates(segments: &[Segment]) -> Vec<MandateId> {
    let events = segments.iter().flat_map(|segment| &segment.groups).flat_map(|group| &group.events);
    events.map(|event| event.mandate).collect::<BTreeSet<_>>().into_iter().collect()
}

/// Deposits alone, or nothing at all, are not posted; the first root needs a leaf. What was overpaid must be declared.
pub(super) fn is_worth_posting(opening: &State, output: &EpochOutput) -> bool {
    let published = |state: &State| {
        let entitlements = state.entitlements.iter().filter(|(_, e)| e.published.0 > 0);
        entitlements.map(|(account, e)| (*account, e.published)).collect::<Vec<_>>()
    };
    let changes = published(opening) != published(&output.closing) || opening.overpaid != output.closing.overpaid;
    !output.leaves.is_empty() && (output.events > 0 || changes)
}
