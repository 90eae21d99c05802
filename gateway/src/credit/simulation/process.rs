//! One gateway process and its disk: a real book, a spool of durable events and
//! the answers that are being computed. What it knows may be old; what is on the
//! disk is not.

use super::model::{Log, Refused};
use crate::credit::book::{Account, Book, BookError, Reservation};
use std::collections::BTreeMap;
use tributary_core::amount::BaseUnits;
use tributary_core::id::GatewayId;
use tributary_core::position::{CreditSeq, EventSeq, Generation};

/// What a lease takes when it can.
const LEASE_SIZE: BaseUnits = BaseUnits(500);

/// A durable event.
#[derive(Clone, Copy, Debug)]
pub(super) struct Durable {
    pub(super) lease: CreditSeq,
    pub(super) price: BaseUnits,
}

/// What survives a crash.
#[derive(Clone, Debug)]
pub(super) struct Disk {
    pub(super) generation: Generation,
    pub(super) events: Vec<Durable>,
}

/// What a crash takes.
#[derive(Debug)]
pub(super) struct Process {
    pub(super) gateway: GatewayId,
    pub(super) disk: Disk,
    pub(super) book: Book,
    pub(super) answers: Vec<Reservation>,
    /// As this process believes.
    pub(super) drained: EventSeq,
    /// A newer generation took over, and this one noticed.
    pub(super) ended: bool,
}

impl Process {
    /// Opens a disk, as `crate::generation` does: goes on with it when its
    /// generation is current and it is not older than the log, else begins anew.
    pub(super) fn start(gateway: GatewayId, disk: Option<Disk>, log: &mut Log) -> Self {
        let goes_on = disk.filter(|disk| {
            log.current.get(&gateway) == Some(&disk.generation)
                && disk.events.len() as u64 >= log.head(gateway, disk.generation).0
        });
        let disk = goes_on.unwrap_or_else(|| Disk { generation: log.begin_generation(gateway), events: Vec::new() });
        let drained = log.head(gateway, disk.generation);
        let mut waiting = BTreeMap::<CreditSeq, (BaseUnits, EventSeq)>::new();
        for (sequence, event) in (0..).zip(&disk.events).filter(|(sequence, _)| *sequence >= drained.0) {
            let (sum, last) = waiting.entry(event.lease).or_default();
            *sum = sum.checked_add(event.price).unwrap();
            *last = EventSeq(sequence);
        }
        let mut book = Book::default();
        for lease in log.open_of(gateway, Some(disk.generation)) {
            let row = &log.leases[&lease];
            let (more, last) = waiting.remove(&lease).map_or((BaseUnits::ZERO, None), |(sum, at)| (sum, Some(at)));
            let spent = row.spent.checked_add(more).unwrap();
            book.open(lease, row.account, row.amount, spent, last.or(row.last_event)).unwrap();
        }
        assert!(waiting.is_empty(), "the spool spends a lease that is closed");
        Self { gateway, disk, book, answers: Vec::new(), drained, ended: false }
    }

    /// Reserves for one answer, leasing more when short. With `unheard` the
    /// grant is committed and its answer lost. Whether it was reserved.
    pub(super) fn ask(&mut self, log: Option<&mut Log>, account: Account, maximum: BaseUnits, unheard: bool) -> bool {
        match self.book.reserve(account, maximum) {
            Ok(reservation) => {
                self.answers.push(reservation);
                return true;
            }
            Err(BookError::Short { .. }) => {}
            Err(BookError::Stopped) => return false,
            Err(other) => panic!("{other}"),
        }
        let Some(log) = log else { return false };
        match log.lease(account, self.gateway, self.disk.generation, maximum, LEASE_SIZE) {
            Ok(_) if unheard => false,
            Ok((lease, amount)) => {
                self.book.renew(lease, account, amount).unwrap();
                self.answers.push(self.book.reserve(account, maximum).unwrap());
                true
            }
            Err(Refused::Short { available, mandate_left }) => {
                self.book.call_back(account, maximum, available, mandate_left);
                false
            }
            Err(Refused::Fenced) => {
                self.ended = true;
                false
            }
            Err(_) => false,
        }
    }

    /// An answer is done: its event becomes durable and its caller hears of it.
    pub(super) fn answer(&mut self, which: usize, price: BaseUnits) {
        let reservation = self.answers.swap_remove(which);
        let sequence = EventSeq(self.disk.events.len() as u64);
        self.disk.events.push(Durable { lease: reservation.lease(), price });
        self.book.settle(reservation, price, sequence).unwrap();
    }

    pub(super) fn give_up(&mut self, which: usize) {
        let reservation = self.answers.swap_remove(which);
        self.book.release(reservation).unwrap();
    }

    /// Drains some events; with `unheard` the commit succeeds and its answer is
    /// lost.
    pub(super) fn drain(&mut self, log: &mut Log, events: usize, unheard: bool) {
        let from = self.drained.0 as usize;
        let to = self.disk.events.len().min(from + events);
        let batch: Vec<_> = self.disk.events[from..to].iter().map(|event| (event.lease, event.price)).collect();
        match log.drain(self.gateway, self.disk.generation, self.drained, &batch) {
            Ok(()) if unheard => {}
            Ok(()) => self.drained = EventSeq(to as u64),
            Err(Refused::Fenced) => self.ended = true,
            Err(other) => panic!("{other:?}"),
        }
    }

    /// One round of housekeeping, as `Desk::keep_house` does.
    pub(super) fn keep_house(&mut self, log: &mut Log, unheard: bool) {
        for lease in log.open_of(self.gateway, Some(self.disk.generation)) {
            if !self.book.knows(lease) {
                let row = &log.leases[&lease];
                self.book.open(lease, row.account, row.amount, BaseUnits::ZERO, None).unwrap();
            }
        }
        self.book.set_stopped(log.stopped.clone());
        for account in self.book.accounts() {
            if log.expired.contains(&account.mandate) {
                self.book.retire_account(account);
            }
        }
        for item in self.book.closable(self.drained) {
            log.close(item.lease, Some(item.unspent)).unwrap();
            if !unheard {
                self.book.close(item.lease);
            }
        }
    }
}
