//! The world: payers, a chain, gateways with disks, and everything that can
//! happen to them, drawn from one seed.

use super::model::Log;
use super::process::{Disk, Durable, Process};
use crate::credit::book::Account;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::collections::{BTreeMap, BTreeSet};
use tributary_core::amount::BaseUnits;
use tributary_core::id::{GatewayId, MandateId, PayerId, VaultId};

const PAYERS: u8 = 3;
const GATEWAYS: u8 = 3;

/// What happened in a life, so that a simulation in which nothing happens fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) acknowledged: u64,
    pub(super) crashes: u64,
    pub(super) lost_disks: u64,
    pub(super) replaced: u64,
    pub(super) unheard: u64,
    pub(super) refunds: u64,
    pub(super) written_unheard: u64,
    pub(super) lost_events: u64,
}

impl Seen {
    pub(super) fn add(&mut self, other: Self) {
        self.acknowledged += other.acknowledged;
        self.crashes += other.crashes;
        self.lost_disks += other.lost_disks;
        self.replaced += other.replaced;
        self.unheard += other.unheard;
        self.refunds += other.refunds;
        self.written_unheard += other.written_unheard;
        self.lost_events += other.lost_events;
    }

    pub(super) fn check_everything_happened(&self) {
        let Self { acknowledged, crashes, lost_disks, replaced, unheard, refunds, written_unheard, lost_events } =
            *self;
        for (what, times) in [
            ("acknowledged", acknowledged),
            ("crashes", crashes),
            ("lost disks", lost_disks),
            ("replaced gateways", replaced),
            ("unheard commits", unheard),
            ("refunds", refunds),
            ("events durable and unheard", written_unheard),
            ("events lost with a disk", lost_events),
        ] {
            assert!(times > 0, "no {what} in any life");
        }
    }
}

/// See the module's head.
pub(super) struct World {
    dice: ChaCha8Rng,
    pub(super) log: Log,
    /// Deposits and final refund requests not yet seen by the log.
    unfinal: Vec<(VaultId, PayerId, BaseUnits)>,
    final_requests: BTreeSet<(VaultId, PayerId)>,
    pub(super) running: BTreeMap<GatewayId, Process>,
    stopped: BTreeMap<GatewayId, Option<Disk>>,
    /// Replaced processes that do not know it yet.
    pub(super) stale: Vec<Process>,
    postgres: bool,
    seen: Seen,
}

fn vault() -> VaultId {
    VaultId([1; 32])
}

fn mandate_of(payer: u8, gateway: u8, number: u8) -> MandateId {
    let mut id = [number; 32];
    (id[0], id[1]) = (payer, gateway);
    MandateId(id)
}

impl World {
    pub(super) fn new(seed: u64) -> Self {
        let mut world = Self {
            dice: ChaCha8Rng::seed_from_u64(seed),
            log: Log::default(),
            unfinal: Vec::new(),
            final_requests: BTreeSet::new(),
            running: BTreeMap::new(),
            stopped: BTreeMap::new(),
            stale: Vec::new(),
            postgres: true,
            seen: Seen::default(),
        };
        for payer in 0..PAYERS {
            for gateway in 0..GATEWAYS {
                for number in 0..2 {
                    let mandate = mandate_of(payer, gateway, number);
                    let account = Account { vault: vault(), payer: PayerId([payer; 32]), mandate };
                    let maximum = BaseUnits(world.dice.random_range(0..6_000));
                    world.log.mandates.insert(mandate, (account, maximum));
                }
            }
        }
        for payer in 0..PAYERS {
            world.log.grant(vault(), PayerId([payer; 32]), BaseUnits(3_000));
        }
        for gateway in (0..GATEWAYS).map(|gateway| GatewayId([gateway; 32])) {
            world.running.insert(gateway, Process::start(gateway, None, &mut world.log));
        }
        world
    }

    pub(super) fn seen(&self) -> Seen {
        self.seen
    }

    /// Tells two lives apart.
    pub(super) fn fingerprint(&self) -> String {
        format!("{:?} {:?} {:?} {:?}", self.seen, self.log.position, self.log.credit, self.log.leases)
    }

    fn gateway(&mut self) -> GatewayId {
        GatewayId([self.dice.random_range(0..GATEWAYS); 32])
    }

    fn lost(&mut self) -> bool {
        let lost = self.dice.random_ratio(1, 12);
        self.seen.unheard += u64::from(lost);
        lost
    }

    /// One thing happens.
    pub(super) fn step(&mut self) {
        let payer = PayerId([self.dice.random_range(0..PAYERS); 32]);
        match self.dice.random_range(0..100u32) {
            0..6 => {
                let amount = BaseUnits(self.dice.random_range(1..2_000));
                self.unfinal.push((vault(), payer, amount));
            }
            6..12 => self.finalise(),
            12..13 => drop(self.log.stopped.insert((vault(), payer))),
            13..17 => {
                self.log.stopped.remove(&(vault(), payer));
                self.final_requests.remove(&(vault(), payer));
            }
            17..18 if self.dice.random_ratio(1, 4) => {
                let mandate = mandate_of(payer.0[0], self.dice.random_range(0..GATEWAYS), self.dice.random_range(0..2));
                self.log.expired.insert(mandate);
            }
            17..48 => self.ask(payer),
            48..68 => self.answer(),
            68..80 => self.drain(),
            80..90 => self.keep_house(),
            90..92 => self.crash(),
            92..97 => self.start(),
            97..98 => self.replace(),
            _ => self.postgres = self.dice.random_ratio(3, 4),
        }
        self.stale.retain(|process| !process.ended);
    }

    fn finalise(&mut self) {
        for (vault, payer, amount) in std::mem::take(&mut self.unfinal) {
            self.log.grant(vault, payer, amount);
        }
        self.final_requests = self.log.stopped.clone();
    }

    /// A running process of this gateway, or one that was replaced.
    fn process(&mut self) -> Option<(&mut Process, &mut Log, bool)> {
        let gateway = self.gateway();
        let stale = self.stale.len();
        if stale > 0 && self.dice.random_ratio(1, 3) {
            let which = self.dice.random_range(0..stale);
            return Some((&mut self.stale[which], &mut self.log, self.postgres));
        }
        Some((self.running.get_mut(&gateway)?, &mut self.log, self.postgres))
    }

    fn ask(&mut self, payer: PayerId) {
        let (maximum, number) = (BaseUnits(self.dice.random_range(1..200)), self.dice.random_range(0..2));
        let unheard = self.lost();
        let Some((process, log, postgres)) = self.process() else { return };
        let mandate = mandate_of(payer.0[0], process.gateway.0[0], number);
        let account = Account { vault: vault(), payer, mandate };
        process.ask(postgres.then_some(log), account, maximum, unheard);
    }

    fn answer(&mut self) {
        let (which, part, gives_up) =
            (self.dice.random::<u32>() as usize, self.dice.random_range(0..=100u64), self.dice.random_ratio(1, 8));
        let Some((process, ..)) = self.process() else { return };
        if process.answers.is_empty() {
            return;
        }
        let which = which % process.answers.len();
        if gives_up {
            process.give_up(which);
        } else {
            let price = BaseUnits(process.answers[which].maximum().0 * part / 100);
            process.answer(which, price);
            self.seen.acknowledged += 1;
        }
    }

    fn drain(&mut self) {
        let (events, unheard) = (self.dice.random_range(0..20), self.lost());
        if let Some((process, log, true)) = self.process() {
            process.drain(log, events, unheard);
        }
    }

    fn keep_house(&mut self) {
        let unheard = self.lost();
        if let Some((process, log, true)) = self.process()
            && !process.ended
            && log.current.get(&process.gateway) == Some(&process.disk.generation)
        {
            process.keep_house(log, unheard);
            let before = log.position;
            let due = self.final_requests.clone();
            self.log.refund(&due);
            self.seen.refunds += u64::from(self.log.position > before);
        }
    }

    /// The process dies: book and answers go. One answer may have reached the
    /// disk without anybody hearing of it; the disk may go too.
    fn crash(&mut self) {
        let gateway = self.gateway();
        let Some(mut process) = self.running.remove(&gateway) else { return };
        self.seen.crashes += 1;
        if let Some(reservation) = process.answers.pop()
            && self.dice.random_ratio(1, 2)
        {
            process.disk.events.push(Durable { lease: reservation.lease(), price: reservation.maximum() });
            self.seen.written_unheard += 1;
        }
        let disk = if self.dice.random_ratio(1, 4) {
            self.seen.lost_disks += 1;
            let head = self.log.head(gateway, process.disk.generation).0;
            self.seen.lost_events += process.disk.events.len() as u64 - head;
            None
        } else {
            Some(process.disk)
        };
        self.stopped.insert(gateway, disk);
    }

    fn start(&mut self) {
        let gateway = self.gateway();
        if !self.postgres {
            return;
        }
        if let Some(disk) = self.stopped.remove(&gateway) {
            self.running.insert(gateway, Process::start(gateway, disk, &mut self.log));
        }
    }

    /// A second process with an empty disk takes over; the first goes on,
    /// stalled, until it notices.
    fn replace(&mut self) {
        let gateway = self.gateway();
        if !self.postgres {
            return;
        }
        if let Some(old) = self.running.remove(&gateway) {
            self.seen.replaced += 1;
            self.stale.push(old);
            self.running.insert(gateway, Process::start(gateway, None, &mut self.log));
        }
    }

    /// Everything is mended: Postgres answers, all gateways run, their answers
    /// end, their spools drain, their leases close.
    pub(super) fn settle_down(&mut self) {
        self.postgres = true;
        self.finalise();
        for (gateway, disk) in std::mem::take(&mut self.stopped) {
            self.running.insert(gateway, Process::start(gateway, disk, &mut self.log));
        }
        for process in self.running.values_mut().chain(&mut self.stale) {
            while !process.answers.is_empty() {
                process.give_up(0);
            }
            process.drain(&mut self.log, usize::MAX >> 1, false);
            if !process.ended {
                process.book.retire_all();
                process.keep_house(&mut self.log, false);
                process.book.retire_all();
                process.keep_house(&mut self.log, false);
            }
        }
        self.log.refund(&self.final_requests.clone());
    }
}
