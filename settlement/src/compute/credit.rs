//! Second pass: the credit log. It must follow its own rules to the unit; an
//! entry that does not is an error, because the log has one writer and no
//! honest history contains it.

use super::error::ComputeError;
use super::flows::{Account, Flows};
use super::inputs::EpochInputs;
use super::state::{Lease, State};
use crate::files::credit::{CreditEntry, CreditKind};
use std::collections::BTreeMap;
use tributary_core::amount::{BaseUnits, SubUnits};
use tributary_core::id::PayerId;
use tributary_core::position::CreditSeq;

/// What the log says and only the events can confirm.
#[derive(Debug, Default)]
pub(super) struct CreditPass {
    /// For each lease closed in this epoch: by which entry, with how much left.
    closes: BTreeMap<CreditSeq, (CreditSeq, BaseUnits)>,
    /// What refunds took out of available credit.
    refunds: BTreeMap<PayerId, BaseUnits>,
}

/// Applies the epoch's entries in the order of their positions.
pub(super) fn apply(state: &mut State, inputs: &EpochInputs, flows: &mut Flows) -> Result<CreditPass, ComputeError> {
    let mut entries: Vec<&CreditEntry> = inputs.credit.iter().collect();
    entries.sort_by_key(|entry| entry.position);
    let mut pass = CreditPass::default();
    let mut last = inputs.opening.credit_end;
    for entry in entries {
        let position = entry.position;
        let wrong = |reason| ComputeError::Credit { position, reason };
        if last.next() != Some(position) {
            return Err(wrong("an entry is missing before it, or it stands twice"));
        }
        last = position;
        if entry.vault == inputs.scope.vault {
            pass.entry(state, flows, entry)?;
        }
    }
    if last != inputs.credit_end {
        return Err(ComputeError::Credit {
            position: inputs.credit_end,
            reason: "the epoch is said to end with it, but its file ends elsewhere",
        });
    }
    Ok(pass)
}

impl CreditPass {
    fn entry(&mut self, state: &mut State, flows: &mut Flows, entry: &CreditEntry) -> Result<(), ComputeError> {
        let position = entry.position;
        let wrong = |reason| ComputeError::Credit { position, reason };
        match entry.kind {
            CreditKind::Grant { deposit } => {
                let found = state.deposits.remove(&deposit);
                if found.is_none_or(|found| found.payer != entry.payer || found.amount != entry.amount) {
                    return Err(wrong("it grants a deposit that is not finalised, not the payer's or already granted"));
                }
                let payer = state.payer_mut(entry.payer);
                payer.granted = add(payer.granted, entry.amount)?;
                payer.available = add(payer.available, entry.amount)?;
            }
            CreditKind::Lease { gateway, generation, mandate } => {
                let payer = state.payer_mut(entry.payer);
                payer.available =
                    payer.available.checked_sub(entry.amount).ok_or(wrong("it leases more than is available"))?;
                let lease = Lease {
                    payer: entry.payer,
                    gateway,
                    generation,
                    mandate,
                    amount: entry.amount,
                    spent: BaseUnits::ZERO,
                };
                state.leases.insert(position, lease);
                flows.add(Account::Available, Account::Leased, entry.amount.to_sub_units())?;
            }
            CreditKind::Close { lease, gateway, generation } => {
                let open = state.leases.get(&lease).filter(|_| !self.closes.contains_key(&lease));
                let open = open.ok_or(wrong("it closes a lease that is not open"))?;
                if (open.payer, open.gateway, open.generation) != (entry.payer, gateway, generation) {
                    return Err(wrong("it closes another payer's or gateway's lease"));
                }
                self.closes.insert(lease, (position, entry.amount));
                let payer = state.payer_mut(entry.payer);
                payer.available = add(payer.available, entry.amount)?;
                flows.add(Account::Leased, Account::Available, entry.amount.to_sub_units())?;
            }
            CreditKind::Refund => self.refund(state, entry)?,
        }
        Ok(())
    }

    fn refund(&mut self, state: &mut State, entry: &CreditEntry) -> Result<(), ComputeError> {
        let position = entry.position;
        let wrong = |reason| ComputeError::Credit { position, reason };
        let is_open =
            |(lease, open): (&CreditSeq, &Lease)| open.payer == entry.payer && !self.closes.contains_key(lease);
        if state.leases.iter().any(is_open) {
            return Err(ComputeError::RefundBeforeClose { position, payer: entry.payer });
        }
        let payer = state.payer_mut(entry.payer);
        if !payer.ever_requested {
            return Err(wrong("it refunds a payer who never asked on-chain"));
        }
        if payer.available != entry.amount {
            return Err(wrong("it refunds another amount than what is available"));
        }
        payer.available = BaseUnits::ZERO;
        payer.refunded = payer.refund_requested.is_some();
        let sum = self.refunds.entry(entry.payer).or_default();
        *sum = add(*sum, entry.amount)?;
        Ok(())
    }

    /// After the events: every close must say exactly what they left, and
    /// refunds take along what void events returned. Returns what each payer
    /// is entitled to.
    pub(super) fn finish(
        mut self,
        state: &mut State,
        flows: &mut Flows,
    ) -> Result<Vec<(PayerId, SubUnits)>, ComputeError> {
        for (lease, (position, closed)) in &self.closes {
            let open = state.leases.remove(lease).ok_or(ComputeError::Negative("leases"))?;
            let left = open.amount.checked_sub(open.spent).ok_or(ComputeError::Negative("leases"))?;
            if left != *closed {
                return Err(ComputeError::Close { position: *position, lease: *lease, closed: *closed, left });
            }
        }
        for (id, payer) in &mut state.payers {
            // A returned price that arrives after the refund follows it, as long
            // as the payer has not taken its request back.
            if payer.returned > BaseUnits::ZERO && (payer.refunded || self.refunds.contains_key(id)) {
                let sum = self.refunds.entry(*id).or_default();
                *sum = add(*sum, payer.returned)?;
                payer.returned = BaseUnits::ZERO;
            }
        }
        let mut entitled = Vec::new();
        for (payer, amount) in self.refunds.into_iter().filter(|(_, amount)| *amount > BaseUnits::ZERO) {
            flows.add(Account::Available, Account::Residue, amount.to_sub_units())?;
            entitled.push((payer, amount.to_sub_units()));
        }
        Ok(entitled)
    }
}

fn add(a: BaseUnits, b: BaseUnits) -> Result<BaseUnits, ComputeError> {
    a.checked_add(b).ok_or(ComputeError::Overflow("credit"))
}
