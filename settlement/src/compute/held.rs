//! What disputed assets' co-owners earn: kept apart until the dispute ends, then
//! given to them, or to the new owner. Who is disputed is not decided here.

use super::error::ComputeError;
use super::flows::{Account, Flows};
use super::provenance::Provenance;
use super::state::State;
use std::collections::BTreeMap;
use tributary_attribution::epoch::ReceiptLine;
use tributary_core::amount::SubUnits;

/// What the epoch's events add. It is asked for by (claimant, asset, policy), as
/// receipts are, so that a receipt can say later what was held for what.
pub(super) fn keep(
    state: &mut State,
    flows: &mut Flows,
    held: &BTreeMap<ReceiptLine, SubUnits>,
) -> Result<(), ComputeError> {
    for ((claimant, asset, policy), amount) in held.iter().filter(|(_, amount)| **amount > SubUnits::ZERO) {
        let sum = state.held.entry((*asset, *claimant, *policy)).or_default();
        *sum = sum.checked_add(*amount).ok_or(ComputeError::Overflow("held credits"))?;
        flows.add(Account::Leased, Account::Held, *amount)?;
    }
    Ok(())
}

/// Takes out what was held for assets whose dispute ended, as receipts of those
/// who earn it now.
pub(super) fn release(
    state: &mut State,
    flows: &mut Flows,
    provenance: &Provenance<'_>,
) -> Result<Vec<(ReceiptLine, SubUnits)>, ComputeError> {
    let mut released = Vec::new();
    let (ended, open): (BTreeMap<_, _>, BTreeMap<_, _>) =
        std::mem::take(&mut state.held).into_iter().partition(|((asset, ..), _)| provenance.ended(asset).is_some());
    state.held = open;
    for ((asset, claimant, policy), amount) in ended {
        let to = provenance.ended(&asset).flatten().unwrap_or(claimant);
        flows.add(Account::Held, Account::Residue, amount)?;
        released.push(((to, asset, policy), amount));
    }
    Ok(released)
}
