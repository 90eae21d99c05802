//! What must hold after every step, and what must hold when everything is mended.

use super::model::Log;
use super::process::Process;
use super::world::World;
use std::collections::BTreeMap;
use tributary_core::id::{MandateId, PayerId, VaultId};
use tributary_core::position::CreditSeq;

impl World {
    /// Nothing is overspent and nothing is lost, at any moment.
    pub(super) fn check(&self) {
        let log = &self.log;
        let mut leased = BTreeMap::<(VaultId, PayerId), u64>::new();
        let mut spent = BTreeMap::<(VaultId, PayerId), u64>::new();
        let mut taken = BTreeMap::<MandateId, u64>::new();
        for (lease, row) in &log.leases {
            assert!(row.spent <= row.amount, "lease {lease} is overspent");
            let owner = (row.account.vault, row.account.payer);
            match row.returned {
                Some(returned) => {
                    assert_eq!(returned.0 + row.spent.0, row.amount.0, "lease {lease} lost a unit at its close");
                    *spent.entry(owner).or_default() += row.spent.0;
                }
                None => *leased.entry(owner).or_default() += row.amount.0,
            }
            *taken.entry(row.account.mandate).or_default() += row.spent.0;
        }
        for (owner, credit) in &log.credit {
            let of = |sums: &BTreeMap<(VaultId, PayerId), u64>| sums.get(owner).copied().unwrap_or(0);
            assert_eq!(credit.leased.0, of(&leased), "what is leased is not what open leases hold");
            let all = credit.available.0 + credit.leased.0 + of(&spent) + of(&log.refunded);
            assert_eq!(of(&log.granted), all, "a unit was lost or made");
        }
        for (mandate, (_, maximum)) in &log.mandates {
            assert!(taken.get(mandate).copied().unwrap_or(0) <= maximum.0, "a mandate is overspent");
        }
        self.running.values().chain(&self.stale).for_each(|process| check_process(log, process));
    }

    /// All is drained, returned and refunded.
    pub(super) fn check_at_rest(&self) {
        for (gateway, process) in &self.running {
            assert!(process.book.is_empty(), "leases stay open: {:?}", process.book.open_leases());
            let events = &process.disk.events;
            assert_eq!(self.log.head(*gateway, process.disk.generation).0, events.len() as u64);
            // Acknowledged is a subset of durable, and all of it is counted, once.
            let mut counted = BTreeMap::<CreditSeq, u64>::new();
            events.iter().for_each(|event| *counted.entry(event.lease).or_default() += event.price.0);
            for (lease, row) in self.log.leases.iter().filter(|(_, row)| row.gateway == *gateway) {
                if row.generation == process.disk.generation {
                    assert_eq!(row.spent.0, counted.remove(lease).unwrap_or(0), "lease {lease} is not counted once");
                }
            }
            assert!(counted.is_empty());
        }
        assert!(self.stale.iter().all(|process| process.ended), "a replaced process goes on");
        assert!(self.log.leases.values().all(|row| row.returned.is_some()));
    }
}

/// A process never makes more durable than its leases hold, not even a stalled
/// one; and its book knows every answer on its way.
fn check_process(log: &Log, process: &Process) {
    let mut promised = BTreeMap::<CreditSeq, u64>::new();
    for event in &process.disk.events {
        *promised.entry(event.lease).or_default() += event.price.0;
    }
    for answer in &process.answers {
        *promised.entry(answer.lease()).or_default() += answer.maximum().0;
    }
    for (lease, sum) in promised {
        assert!(sum <= log.leases[&lease].amount.0, "a process promised more than lease {lease} holds");
    }
    let reserved: u64 = process.answers.iter().map(|answer| answer.maximum().0).sum();
    let held: u64 = process.book.accounts().iter().map(|account| process.book.balance(*account).reserved.0).sum();
    assert_eq!(reserved, held, "the book and the answers on their way differ");
}
