//! The rules of the credit log as a pure state machine: what the SQL of
//! `credit::log`, `credit::leases`, `credit::generations` and the drain's head
//! must do. No I/O, no book.

use crate::credit::book::Account;
use crate::credit::leases::grantable;
use std::collections::{BTreeMap, BTreeSet};
use tributary_core::amount::BaseUnits;
use tributary_core::id::{GatewayId, MandateId, PayerId, VaultId};
use tributary_core::position::{CreditSeq, EventSeq, Generation};

/// A payer's credit with a vault.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Credit {
    pub(super) available: BaseUnits,
    pub(super) leased: BaseUnits,
}

/// A lease as the log has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) account: Account,
    pub(super) gateway: GatewayId,
    pub(super) generation: Generation,
    pub(super) amount: BaseUnits,
    /// What drained events took from it.
    pub(super) spent: BaseUnits,
    pub(super) last_event: Option<EventSeq>,
    /// What its close returned.
    pub(super) returned: Option<BaseUnits>,
}

/// Why the log refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    Short { available: BaseUnits, mandate_left: BaseUnits },
    RefundRequested,
    MandateOver,
    Fenced,
    Mismatch,
    Head,
}

/// The whole of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Log {
    /// Positions given out.
    pub(super) position: u64,
    pub(super) credit: BTreeMap<(VaultId, PayerId), Credit>,
    pub(super) granted: BTreeMap<(VaultId, PayerId), u64>,
    pub(super) refunded: BTreeMap<(VaultId, PayerId), u64>,
    pub(super) leases: BTreeMap<CreditSeq, Row>,
    pub(super) mandates: BTreeMap<MandateId, (Account, BaseUnits)>,
    pub(super) expired: BTreeSet<MandateId>,
    pub(super) stopped: BTreeSet<(VaultId, PayerId)>,
    pub(super) current: BTreeMap<GatewayId, Generation>,
    pub(super) heads: BTreeMap<(GatewayId, Generation), EventSeq>,
}

impl Log {
    fn next(&mut self) -> CreditSeq {
        self.position += 1;
        CreditSeq(self.position)
    }

    pub(super) fn grant(&mut self, vault: VaultId, payer: PayerId, amount: BaseUnits) {
        self.next();
        let credit = self.credit.entry((vault, payer)).or_default();
        credit.available = credit.available.checked_add(amount).unwrap();
        *self.granted.entry((vault, payer)).or_default() += amount.0;
    }

    pub(super) fn mandate_left(&self, mandate: MandateId) -> BaseUnits {
        let (_, maximum) = self.mandates[&mandate];
        let taken: u64 = self
            .leases
            .values()
            .filter(|row| row.account.mandate == mandate)
            .map(|row| row.amount.0 - row.returned.map_or(0, |returned| returned.0))
            .sum();
        BaseUnits(maximum.0.saturating_sub(taken))
    }

    pub(super) fn lease(
        &mut self,
        account: Account,
        gateway: GatewayId,
        generation: Generation,
        needed: BaseUnits,
        wanted: BaseUnits,
    ) -> Result<(CreditSeq, BaseUnits), Refused> {
        if self.current.get(&gateway) != Some(&generation) {
            return Err(Refused::Fenced);
        }
        if self.stopped.contains(&(account.vault, account.payer)) {
            return Err(Refused::RefundRequested);
        }
        if self.expired.contains(&account.mandate) || !self.mandates.contains_key(&account.mandate) {
            return Err(Refused::MandateOver);
        }
        let mandate_left = self.mandate_left(account.mandate);
        let available = self.credit.get(&(account.vault, account.payer)).copied().unwrap_or_default().available;
        let amount =
            grantable(needed, wanted, available, mandate_left).ok_or(Refused::Short { available, mandate_left })?;
        let lease = self.next();
        let credit = self.credit.get_mut(&(account.vault, account.payer)).unwrap();
        credit.available = credit.available.checked_sub(amount).unwrap();
        credit.leased = credit.leased.checked_add(amount).unwrap();
        let row =
            Row { account, gateway, generation, amount, spent: BaseUnits::ZERO, last_event: None, returned: None };
        self.leases.insert(lease, row);
        Ok((lease, amount))
    }

    /// Takes in events from `first` on: all of them or none. Events the log has
    /// already are passed over.
    pub(super) fn drain(
        &mut self,
        gateway: GatewayId,
        generation: Generation,
        first: EventSeq,
        events: &[(CreditSeq, BaseUnits)],
    ) -> Result<(), Refused> {
        if self.current.get(&gateway) != Some(&generation) {
            return Err(Refused::Fenced);
        }
        let head = self.heads.entry((gateway, generation)).or_insert(EventSeq(0));
        if first > *head {
            return Err(Refused::Head);
        }
        for (sequence, (lease, price)) in (first.0..).zip(events) {
            if sequence < head.0 {
                continue;
            }
            let row = self.leases.get_mut(lease).unwrap();
            assert_eq!((row.gateway, row.generation, row.returned), (gateway, generation, None), "a late event");
            row.spent = row.spent.checked_add(*price).unwrap();
            row.last_event = Some(EventSeq(sequence));
            *head = EventSeq(sequence + 1);
        }
        Ok(())
    }

    /// Returns what a lease did not spend; again is the same as once.
    pub(super) fn close(&mut self, lease: CreditSeq, expected: Option<BaseUnits>) -> Result<(), Refused> {
        let row = self.leases.get_mut(&lease).unwrap();
        if row.returned.is_some() {
            return Ok(());
        }
        let unspent = row.amount.checked_sub(row.spent).expect("a lease was overspent");
        if expected.is_some_and(|expected| expected != unspent) {
            return Err(Refused::Mismatch);
        }
        row.returned = Some(unspent);
        let (owner, amount) = ((row.account.vault, row.account.payer), row.amount);
        let credit = self.credit.get_mut(&owner).unwrap();
        credit.available = credit.available.checked_add(unspent).unwrap();
        credit.leased = credit.leased.checked_sub(amount).unwrap();
        self.next();
        Ok(())
    }

    /// Refunds the stopped payers among `due` none of whose leases is open.
    pub(super) fn refund(&mut self, due: &BTreeSet<(VaultId, PayerId)>) {
        for owner in due {
            let Some(credit) = self.credit.get_mut(owner) else { continue };
            if credit.leased == BaseUnits::ZERO && credit.available > BaseUnits::ZERO {
                *self.refunded.entry(*owner).or_default() += credit.available.0;
                credit.available = BaseUnits::ZERO;
                self.next();
            }
        }
    }

    /// A new generation, which fences the older ones and closes their leases.
    pub(super) fn begin_generation(&mut self, gateway: GatewayId) -> Generation {
        let next = self.current.get(&gateway).map_or(Generation(0), |old| Generation(old.0 + 1));
        self.current.insert(gateway, next);
        let open: Vec<CreditSeq> = self.open_of(gateway, None);
        for lease in open {
            self.close(lease, None).unwrap();
        }
        next
    }

    /// Open leases of a gateway, of one generation or of all.
    pub(super) fn open_of(&self, gateway: GatewayId, generation: Option<Generation>) -> Vec<CreditSeq> {
        self.leases
            .iter()
            .filter(|(_, row)| row.gateway == gateway && row.returned.is_none())
            .filter(|(_, row)| generation.is_none_or(|generation| row.generation == generation))
            .map(|(lease, _)| *lease)
            .collect()
    }

    pub(super) fn head(&self, gateway: GatewayId, generation: Generation) -> EventSeq {
        self.heads.get(&(gateway, generation)).copied().unwrap_or(EventSeq(0))
    }
}
