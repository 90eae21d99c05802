//! Double entry: what moved between the accounts of the identity in an epoch.
//! Each entry takes an amount from one account (debit) and gives it to another
//! (credit); what came in from outside is taken from `deposited`.

use super::error::ComputeError;
use super::identity::Identity;
use std::collections::BTreeMap;
use tributary_core::amount::SubUnits;
use tributary_core::id::Claimant;
use tributary_core::leaf::LeafClass;

/// An account of the identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Account {
    /// All that payers deposited: the left side.
    Deposited,
    /// What was added to make good overpayments: the left side.
    Recapitalised,
    /// Overpaid and not made good yet: the left side, because others' money paid it.
    Shortfall,
    /// Published leaves of contributors.
    EntitledEarned,
    /// Published leaves of refunds.
    EntitledRefund,
    /// Published leaves of the fee.
    EntitledFee,
    /// Credit that payers may spend.
    Available,
    /// Credit leased to gateways and not spent.
    Leased,
    /// Credit of payers who asked for a refund that the log has not honoured.
    RefundsPending,
    /// Drained events that no epoch has counted.
    Unsettled,
    /// Held for disputes.
    Held,
    /// Credited but below what a leaf may say.
    Residue,
    /// Paid above the true entitlement.
    Overpaid,
    /// Added to make good overpayments, and not needed for any.
    Reserve,
}

impl Account {
    /// All of them, in the order of the identity.
    pub const ALL: [Self; 14] = [
        Self::Deposited,
        Self::Recapitalised,
        Self::Shortfall,
        Self::EntitledEarned,
        Self::EntitledRefund,
        Self::EntitledFee,
        Self::Available,
        Self::Leased,
        Self::RefundsPending,
        Self::Unsettled,
        Self::Held,
        Self::Residue,
        Self::Overpaid,
        Self::Reserve,
    ];

    /// As the ledger spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Deposited => "deposited",
            Self::Recapitalised => "recapitalised",
            Self::Shortfall => "shortfall",
            Self::EntitledEarned => "entitled_earned",
            Self::EntitledRefund => "entitled_refund",
            Self::EntitledFee => "entitled_fee",
            Self::Available => "available",
            Self::Leased => "leased",
            Self::RefundsPending => "refunds_pending",
            Self::Unsettled => "unsettled",
            Self::Held => "held",
            Self::Residue => "residue",
            Self::Overpaid => "overpaid",
            Self::Reserve => "reserve",
        }
    }

    /// Whether it stands on the left side, where money comes from.
    pub const fn is_source(self) -> bool {
        matches!(self, Self::Deposited | Self::Recapitalised | Self::Shortfall)
    }
}

/// An entry of the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Why, in a word or two.
    pub reason: &'static str,
    /// Who gives.
    pub debit: Account,
    /// Who receives.
    pub credit: Account,
    /// In sub-units, never zero.
    pub amount: SubUnits,
}

/// Sums by (giver, receiver) while an epoch is computed.
#[derive(Clone, Debug, Default)]
pub(super) struct Flows(BTreeMap<(Account, Account), SubUnits>);

impl Flows {
    /// Moves an amount.
    pub(super) fn add(&mut self, debit: Account, credit: Account, amount: SubUnits) -> Result<(), ComputeError> {
        if amount > SubUnits::ZERO {
            let sum = self.0.entry((debit, credit)).or_default();
            *sum = sum.checked_add(amount).ok_or(ComputeError::Overflow("entries"))?;
        }
        Ok(())
    }

    /// What valid events spent is credited, and waits as residue to be published.
    pub(super) fn earn(
        &mut self,
        sums: &BTreeMap<(LeafClass, Claimant), SubUnits>,
        fee: SubUnits,
    ) -> Result<(), ComputeError> {
        for amount in sums.values() {
            self.add(Account::Leased, Account::Residue, *amount)?;
        }
        self.add(Account::Leased, Account::Residue, fee)
    }

    /// The epoch's entries, completed by what publishing and refund requests
    /// reclassify, and checked: opening balance and entries give the closing one.
    pub(super) fn entries(mut self, opening: &Identity, closing: &Identity) -> Result<Vec<Entry>, ComputeError> {
        for class in [Account::EntitledEarned, Account::EntitledRefund, Account::EntitledFee] {
            let grown = closing.get(class).checked_sub(opening.get(class));
            self.add(Account::Residue, class, grown.ok_or(ComputeError::Negative("entitlements"))?)?;
        }
        let expected = self.balance(Account::RefundsPending, opening)?;
        let actual = closing.get(Account::RefundsPending);
        match actual.checked_sub(expected) {
            Some(grown) => self.add(Account::Available, Account::RefundsPending, grown)?,
            None => {
                let shrunk = expected.checked_sub(actual).ok_or(ComputeError::Negative("pending refunds"))?;
                self.add(Account::RefundsPending, Account::Available, shrunk)?;
            }
        }
        self.make_good(opening, closing)?;
        for account in Account::ALL {
            if self.balance(account, opening)? != closing.get(account) {
                return Err(ComputeError::Entries { account: account.as_str() });
            }
        }
        Ok(self
            .0
            .into_iter()
            .map(|((debit, credit), amount)| Entry { reason: reason(debit, credit), debit, credit, amount })
            .collect())
    }

    /// What was found to be overpaid comes out of others' money; what claimants earned after all, or somebody added,
    /// pays that back.
    fn make_good(&mut self, opening: &Identity, closing: &Identity) -> Result<(), ComputeError> {
        let (before, after) = (opening.get(Account::Overpaid), closing.get(Account::Overpaid));
        match after.checked_sub(before) {
            Some(found) => self.add(Account::Shortfall, Account::Overpaid, found)?,
            None => {
                let earned = before.checked_sub(after).ok_or(ComputeError::Negative("overpayments"))?;
                self.add(Account::Overpaid, Account::Reserve, earned)?;
            }
        }
        let there = self.balance(Account::Reserve, opening)?;
        let used = there.checked_sub(closing.get(Account::Reserve)).ok_or(ComputeError::Negative("reserve"))?;
        self.add(Account::Reserve, Account::Shortfall, used)
    }

    fn balance(&self, account: Account, opening: &Identity) -> Result<SubUnits, ComputeError> {
        let (mut up, mut down) = (opening.get(account), SubUnits::ZERO);
        for ((debit, credit), amount) in &self.0 {
            // A source grows by what it gives.
            let (grows, shrinks) = if account.is_source() { (debit, credit) } else { (credit, debit) };
            if *grows == account {
                up = up.checked_add(*amount).ok_or(ComputeError::Overflow("entries"))?;
            }
            if *shrinks == account {
                down = down.checked_add(*amount).ok_or(ComputeError::Overflow("entries"))?;
            }
        }
        up.checked_sub(down).ok_or(ComputeError::Entries { account: account.as_str() })
    }
}

fn reason(debit: Account, credit: Account) -> &'static str {
    match (debit, credit) {
        (Account::Deposited, _) => "finalised deposits",
        (Account::Available, Account::Leased) => "leases granted",
        (Account::Leased, Account::Available) => "leases closed and void events returned",
        (Account::Leased, Account::Residue) => "events credited",
        (Account::Leased, Account::Held) => "held for disputes",
        (Account::Held, Account::Residue) => "disputes ended",
        (Account::Available, Account::RefundsPending) => "refunds requested",
        (Account::RefundsPending, Account::Available) => "refund requests withdrawn or honoured",
        (Account::Available, Account::Residue) => "refunds honoured",
        (Account::Residue, _) => "published in leaves",
        (Account::Recapitalised, _) => "recapitalised",
        (Account::Shortfall, _) => "paid under disabled roots",
        (Account::Overpaid, _) => "earned after it was paid",
        (Account::Reserve, _) => "overpayments made good",
        _ => "other",
    }
}
