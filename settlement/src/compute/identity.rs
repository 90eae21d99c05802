//! The identity of design §4: where every deposited unit is. It only counts a
//! state; nothing here changes one.
//!
//! What was overpaid and what was added to make it good need not be equal: the
//! difference is `shortfall` on the left or `reserve` on the right, never both.

use super::error::ComputeError;
use super::flows::Account;
use super::state::State;
use std::collections::BTreeMap;
use tributary_core::amount::{BaseUnits, SubUnits};
use tributary_core::leaf::LeafClass;

/// The balance of each account, in sub-units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity(BTreeMap<Account, SubUnits>);

impl Identity {
    /// Counts a state.
    pub fn of(state: &State) -> Result<Self, ComputeError> {
        let mut counted = Self(BTreeMap::new());
        counted.add(Account::Deposited, state.deposited.to_sub_units())?;
        counted.add(Account::Recapitalised, state.recapitalised.to_sub_units())?;
        for ((class, _), entitlement) in &state.entitlements {
            let published = entitlement.published.to_sub_units();
            let residue = entitlement.cumulative.checked_sub(published).ok_or(ComputeError::Negative("residue"))?;
            let account = match class {
                LeafClass::Earned => Account::EntitledEarned,
                LeafClass::Refund => Account::EntitledRefund,
                LeafClass::Fee => Account::EntitledFee,
            };
            counted.add(account, published)?;
            counted.add(Account::Residue, residue)?;
        }
        let pending = |payer: &_| state.payers.get(payer).is_some_and(|payer| payer.refund_requested.is_some());
        let account = |payer: &_| if pending(payer) { Account::RefundsPending } else { Account::Available };
        for (id, payer) in &state.payers {
            counted.add(account(id), payer.available.to_sub_units())?;
            counted.add(account(id), payer.returned.to_sub_units())?;
        }
        for deposit in state.deposits.values() {
            counted.add(account(&deposit.payer), deposit.amount.to_sub_units())?;
        }
        for lease in state.leases.values() {
            let left: BaseUnits = lease.amount.checked_sub(lease.spent).ok_or(ComputeError::Negative("leases"))?;
            counted.add(Account::Leased, left.to_sub_units())?;
        }
        for held in state.held.values() {
            counted.add(Account::Held, *held)?;
        }
        for (account, claimed) in &state.overpaid {
            let owed = state.entitlements.get(account).map(|entitlement| entitlement.published).unwrap_or_default();
            let beyond = claimed.checked_sub(owed).ok_or(ComputeError::Negative("overpayments"))?;
            counted.add(Account::Overpaid, beyond.to_sub_units())?;
        }
        let (overpaid, added) = (counted.get(Account::Overpaid), counted.get(Account::Recapitalised));
        match added.checked_sub(overpaid) {
            Some(unused) => counted.add(Account::Reserve, unused)?,
            None => {
                let missing = overpaid.checked_sub(added).ok_or(ComputeError::Negative("shortfall"))?;
                counted.add(Account::Shortfall, missing)?;
            }
        }
        Ok(counted)
    }

    fn add(&mut self, account: Account, amount: SubUnits) -> Result<(), ComputeError> {
        let sum = self.0.entry(account).or_default();
        *sum = sum.checked_add(amount).ok_or(ComputeError::Overflow("balances"))?;
        Ok(())
    }

    /// The balance of an account.
    pub fn get(&self, account: Account) -> SubUnits {
        self.0.get(&account).copied().unwrap_or_default()
    }

    /// Both sides of the identity: what came in, and where it is.
    pub fn sides(&self) -> Result<(SubUnits, SubUnits), ComputeError> {
        let sum = |is_left: bool| {
            let side = Account::ALL.into_iter().filter(|account| account.is_source() == is_left);
            side.into_iter().try_fold(SubUnits::ZERO, |sum, account| {
                sum.checked_add(self.get(account)).ok_or(ComputeError::Overflow("balances"))
            })
        };
        Ok((sum(true)?, sum(false)?))
    }

    /// Refuses a state in which money appeared or vanished.
    pub fn check(&self) -> Result<(), ComputeError> {
        let (came_in, is_somewhere) = self.sides()?;
        if came_in != is_somewhere {
            return Err(ComputeError::Identity(Box::new(self.clone())));
        }
        Ok(())
    }
}

impl std::fmt::Display for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (n, account) in Account::ALL.into_iter().enumerate() {
            let between = if n == 0 { "" } else { ", " };
            write!(f, "{between}{} {}", account.as_str(), self.get(account))?;
        }
        f.write_str(" (sub-units)")
    }
}
