//! The leases this process may spend, as a state machine without I/O.
//!
//! A lease's amount is always `spent + reserved + free`. A reservation takes the
//! maximum price before an answer streams; settling turns the actual price into
//! spent credit and frees the rest. The book knows nothing of deposits,
//! mandates' maxima or Postgres: [`super::log`] grants leases within those.

use std::collections::{BTreeMap, BTreeSet};
use tributary_core::amount::BaseUnits;
use tributary_core::id::{MandateId, PayerId, VaultId};
use tributary_core::position::{CreditSeq, EventSeq};

/// Whose credit: a payer's, with a vault, under one of its mandates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Account {
    /// The vault that holds the deposit.
    pub vault: VaultId,
    /// Who pays.
    pub payer: PayerId,
    /// The permission that is spent.
    pub mandate: MandateId,
}

/// A maximum price set aside in one lease. It must be settled or released;
/// whoever loses it has locked that credit until the next restart.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a reservation that is neither settled nor released locks credit"]
pub struct Reservation {
    account: Account,
    lease: CreditSeq,
    maximum: BaseUnits,
}

impl Reservation {
    /// The lease the event will cite.
    pub fn lease(&self) -> CreditSeq {
        self.lease
    }

    /// The most that may be settled, in base units.
    pub fn maximum(&self) -> BaseUnits {
        self.maximum
    }

    /// Whose credit it is.
    pub fn account(&self) -> Account {
        self.account
    }
}

/// What a lease did not spend, ready to be returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closable {
    /// The lease.
    pub lease: CreditSeq,
    /// Whose it is.
    pub account: Account,
    /// Its amount less all its events, in base units.
    pub unspent: BaseUnits,
}

/// What an account's open leases hold, in base units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    /// Can be reserved.
    pub free: BaseUnits,
    /// Set aside for answers on their way.
    pub reserved: BaseUnits,
    /// In retired leases, on its way back to available.
    pub returning: BaseUnits,
}

impl Balance {
    /// All of it, unless it does not fit.
    pub fn held(&self) -> Option<BaseUnits> {
        self.free.checked_add(self.reserved)?.checked_add(self.returning)
    }
}

/// Why the book refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BookError {
    /// No single lease holds enough; a new one may help.
    #[error("no lease of this account has {needed} base units free")]
    Short {
        /// What was asked for.
        needed: BaseUnits,
    },
    /// The payer asked for a refund: nothing may be reserved.
    #[error("the payer asked for its credit back")]
    Stopped,
    /// More was to be settled than reserved.
    #[error("a price of {price} exceeds the {maximum} base units reserved for it")]
    AboveMaximum {
        /// The actual price.
        price: BaseUnits,
        /// What was reserved.
        maximum: BaseUnits,
    },
    /// No such lease, or its numbers do not add up.
    #[error("lease {0} is unknown or inconsistent")]
    Lease(CreditSeq),
}

#[derive(Clone, Debug)]
struct Lease {
    account: Account,
    amount: BaseUnits,
    spent: BaseUnits,
    reserved: BaseUnits,
    reservations: u32,
    retired: bool,
    last_event: Option<EventSeq>,
}

impl Lease {
    fn free(&self) -> Option<BaseUnits> {
        self.amount.checked_sub(self.spent)?.checked_sub(self.reserved)
    }
}

/// All open leases of this generation.
#[derive(Debug, Default)]
pub struct Book {
    leases: BTreeMap<CreditSeq, Lease>,
    by_account: BTreeMap<Account, BTreeSet<CreditSeq>>,
    stopped: BTreeSet<(VaultId, PayerId)>,
}

impl Book {
    /// Takes in a lease. `spent` and `last_event` are what earlier events of
    /// this generation took from it.
    pub fn open(
        &mut self,
        lease: CreditSeq,
        account: Account,
        amount: BaseUnits,
        spent: BaseUnits,
        last_event: Option<EventSeq>,
    ) -> Result<(), BookError> {
        if spent > amount || self.leases.contains_key(&lease) {
            return Err(BookError::Lease(lease));
        }
        let entry =
            Lease { account, amount, spent, reserved: BaseUnits::ZERO, reservations: 0, retired: false, last_event };
        self.leases.insert(lease, entry);
        self.by_account.entry(account).or_default().insert(lease);
        Ok(())
    }

    /// Sets a maximum price aside in the oldest lease that has it free.
    pub fn reserve(&mut self, account: Account, maximum: BaseUnits) -> Result<Reservation, BookError> {
        if self.stopped.contains(&(account.vault, account.payer)) {
            return Err(BookError::Stopped);
        }
        for lease in self.by_account.get(&account).into_iter().flatten() {
            let Some(entry) = self.leases.get_mut(lease) else { continue };
            if entry.retired || entry.free().is_none_or(|free| free < maximum) {
                continue;
            }
            entry.reserved = entry.reserved.checked_add(maximum).ok_or(BookError::Lease(*lease))?;
            entry.reservations += 1;
            return Ok(Reservation { account, lease: *lease, maximum });
        }
        Err(BookError::Short { needed: maximum })
    }

    /// Books the actual price of the event at `event`; the rest is free again.
    pub fn settle(&mut self, reservation: Reservation, price: BaseUnits, event: EventSeq) -> Result<(), BookError> {
        let Reservation { lease, maximum, .. } = reservation;
        if price > maximum {
            return Err(BookError::AboveMaximum { price, maximum });
        }
        let entry = self.leases.get_mut(&lease).ok_or(BookError::Lease(lease))?;
        entry.reserved = entry.reserved.checked_sub(maximum).ok_or(BookError::Lease(lease))?;
        entry.spent = entry.spent.checked_add(price).ok_or(BookError::Lease(lease))?;
        entry.reservations = entry.reservations.checked_sub(1).ok_or(BookError::Lease(lease))?;
        entry.last_event = entry.last_event.max(Some(event));
        Ok(())
    }

    /// Frees a reservation for which no event was written.
    pub fn release(&mut self, reservation: Reservation) -> Result<(), BookError> {
        let Reservation { lease, maximum, .. } = reservation;
        let entry = self.leases.get_mut(&lease).ok_or(BookError::Lease(lease))?;
        entry.reserved = entry.reserved.checked_sub(maximum).ok_or(BookError::Lease(lease))?;
        entry.reservations = entry.reservations.checked_sub(1).ok_or(BookError::Lease(lease))?;
        Ok(())
    }

    /// Stops serving an account's present leases, so that they can be closed.
    pub fn retire_account(&mut self, account: Account) {
        for lease in self.by_account.get(&account).into_iter().flatten() {
            if let Some(entry) = self.leases.get_mut(lease) {
                entry.retired = true;
            }
        }
    }

    /// Sets which payers wait for a refund: their leases retire and nothing is
    /// reserved for them until they leave the set.
    pub fn set_stopped(&mut self, stopped: BTreeSet<(VaultId, PayerId)>) {
        for entry in self.leases.values_mut() {
            entry.retired |= stopped.contains(&(entry.account.vault, entry.account.payer));
        }
        self.stopped = stopped;
    }

    /// Retires every lease: the process is about to end.
    pub fn retire_all(&mut self) {
        self.leases.values_mut().for_each(|entry| entry.retired = true);
    }

    /// Retired leases without reservations, all of whose events lie before
    /// `drained`, the first sequence that Postgres does not have.
    pub fn closable(&self, drained: EventSeq) -> Vec<Closable> {
        self.leases
            .iter()
            .filter(|(_, entry)| {
                entry.retired && entry.reservations == 0 && entry.last_event.is_none_or(|last| last < drained)
            })
            .filter_map(|(lease, entry)| {
                Some(Closable { lease: *lease, account: entry.account, unspent: entry.free()? })
            })
            .collect()
    }

    /// Forgets a lease whose close is written.
    pub fn close(&mut self, lease: CreditSeq) {
        if let Some(entry) = self.leases.remove(&lease) {
            let account = self.by_account.get_mut(&entry.account);
            if account.is_some_and(|leases| leases.remove(&lease) && leases.is_empty()) {
                self.by_account.remove(&entry.account);
            }
        }
    }

    /// What the open leases of an account hold.
    pub fn balance(&self, account: Account) -> Balance {
        let mut balance = Balance::default();
        for lease in self.by_account.get(&account).into_iter().flatten() {
            let Some(entry) = self.leases.get(lease) else { continue };
            let free = if entry.retired { &mut balance.returning } else { &mut balance.free };
            *free = entry.free().and_then(|part| free.checked_add(part)).unwrap_or(*free);
            balance.reserved = balance.reserved.checked_add(entry.reserved).unwrap_or(balance.reserved);
        }
        balance
    }

    /// What all open leases of a payer hold, under whichever mandate.
    pub fn held_by_payer(&self, vault: VaultId, payer: PayerId) -> Option<BaseUnits> {
        self.accounts_of(vault, payer)
            .into_iter()
            .try_fold(BaseUnits::ZERO, |sum, account| sum.checked_add(self.balance(account).held()?))
    }

    /// Retires the leases of a payer under all its mandates, so that what is left
    /// of them returns and can be leased where it is needed.
    pub fn retire_payer(&mut self, vault: VaultId, payer: PayerId) {
        for account in self.accounts_of(vault, payer) {
            self.retire_account(account);
        }
    }

    fn accounts_of(&self, vault: VaultId, payer: PayerId) -> Vec<Account> {
        let same = |account: &&Account| (account.vault, account.payer) == (vault, payer);
        self.by_account.keys().filter(same).copied().collect()
    }

    /// Takes in a lease that was just granted. One lease an account serves at a
    /// time: what is left of the others returns.
    pub fn renew(&mut self, lease: CreditSeq, account: Account, amount: BaseUnits) -> Result<(), BookError> {
        self.retire_account(account);
        self.open(lease, account, amount, BaseUnits::ZERO, None)
    }

    /// Whether what leases of this payer still hold would cover, with what is
    /// available and what the mandate allows beside it, the credit that is needed.
    /// If so it is called back: the payer's leases retire.
    pub fn call_back(
        &mut self,
        account: Account,
        needed: BaseUnits,
        available: BaseUnits,
        mandate_left: BaseUnits,
    ) -> bool {
        let enough = |held: Option<BaseUnits>, left: BaseUnits| {
            held.and_then(|held| held.checked_add(left)).is_some_and(|sum| sum >= needed)
        };
        // Under this mandate or others of the same payer.
        let of_payer = self.held_by_payer(account.vault, account.payer);
        let covered = enough(of_payer, available) && enough(self.balance(account).held(), mandate_left);
        if covered {
            self.retire_payer(account.vault, account.payer);
        }
        covered
    }

    /// Whether a lease is in the book.
    pub fn knows(&self, lease: CreditSeq) -> bool {
        self.leases.contains_key(&lease)
    }

    /// Accounts that hold open leases.
    pub fn accounts(&self) -> Vec<Account> {
        self.by_account.keys().copied().collect()
    }

    /// The open leases, in the order they were granted.
    pub fn open_leases(&self) -> Vec<CreditSeq> {
        self.leases.keys().copied().collect()
    }

    /// Number of open leases.
    pub fn len(&self) -> usize {
        self.leases.len()
    }

    /// Whether no lease is open.
    pub fn is_empty(&self) -> bool {
        self.leases.is_empty()
    }
}

#[cfg(test)]
mod tests;
