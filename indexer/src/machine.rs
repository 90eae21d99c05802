//! The follower as a state machine without I/O: it is told what happened and
//! answers with the one thing to do next.
//!
//! It goes over the chain in *sweeps*. A sweep probes the node's tip and the
//! streams' heads, lists both programs' signatures from the newest back to the
//! cursor, fetches what is new from the oldest on, and commits. Everything above
//! the cursor is listed again in each sweep until it is final, so that late,
//! moved and vanished transactions are seen. A missing sequence is looked for in
//! a sweep of its own, over the listing of the stream's account.
//!
//! It also decides whom to ask ([`panel`]), when to open a session with the store
//! again, and when to go back to what is proven: after a witness said otherwise,
//! or when nobody calls final any more what was.
//!
//! It does not decide what a row means or whether a stream is complete: the
//! store does, in the transaction that stores the events.

mod delays;
mod life;
mod panel;
mod plan;
mod supply;
mod sweep;
#[cfg(test)]
mod tests;
mod witness;

pub use crate::source::Failure;
pub use plan::{
    Action, Commit, Committed, FetchOutcome, Input, OpenGap, Question, Resume, Settings, Testimony, Trouble, Witness,
};
pub use witness::{Asking, Told, WitnessMachine};

use crate::source::{Head, ListRequest, Tip};
use delays::Delays;
use panel::Panel;
use solana_address::Address;
use solana_sdk::signature::Signature;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use supply::Supply;
use sweep::{Proof, Purpose, Sweep};
use tributary_client::pda;
use tributary_core::id::{Commitment, Genesis};
use tributary_core::position::Slot;

/// The programs that are followed.
pub const PROGRAMS: [Address; 2] = [pda::REGISTRY, pda::REWARDS];
/// Signatures that nodes return in a page at most.
pub const PAGE: usize = 1_000;

/// Confirmed slots that must pass before a listing is measured by heads.
const PROOF_SLOTS: u64 = 2;

/// Going back costs more than a question: its waits grow so many times longer.
const REWINDS_RARE: u32 = 20;
/// Searches for what is missing after which what is there is doubted.
const REFILLS_MAX: u32 = 3;

/// The state machine.
pub struct Machine {
    settings: Settings,
    panel: Panel,
    /// Everything in slots up to here was listed, fetched and stored.
    cursor: Slot,
    /// For each program, a signature at or below the cursor.
    newest: BTreeMap<Address, Signature>,
    /// Transactions above the cursor that are stored or hold nothing, and where they are.
    stored: BTreeMap<Signature, Slot>,
    /// Those of them that another provider supplied than the one asked now.
    doubted: BTreeSet<Signature>,
    gaps: Vec<OpenGap>,
    finalised: Slot,
    digest: Commitment,
    supply: Supply,
    testimony: Option<Testimony>,
    /// Counts how often the witness had to be asked anew.
    round: u64,
    disputed: bool,
    /// When to go back to the finalised slot.
    rewind_at: Option<Duration>,
    disputes: Delays,
    /// Heads that a later sweep must reach, and the confirmed slot when they were read.
    proof: Option<(Proof, Slot)>,
    phase: Phase,
    refills: Delays,
    refill_at: Duration,
    /// Searches since gaps are open.
    refilled: u32,
    swept_at: Option<Duration>,
    sessions: Delays,
    /// When the session was opened, while one is.
    session: Option<Duration>,
    opened_before: bool,
    /// The store refused something because of what it holds.
    contradicted: bool,
}

enum Phase {
    /// Without a session.
    Away,
    Opening,
    Resting,
    Identifying,
    Rewinding,
    Probing,
    Listing(Box<Sweep>),
    Fetching(Box<Sweep>),
    Committing(Box<Sweep>),
}

impl Machine {
    /// Asks `providers` providers, at first the first of them.
    pub fn new(settings: Settings, providers: usize) -> Self {
        let delays = |seed: u64| Delays::new(settings.retry_min, settings.retry_max, settings.seed ^ seed);
        Self {
            settings,
            panel: Panel::new(&settings, providers),
            cursor: Slot(0),
            newest: BTreeMap::new(),
            stored: BTreeMap::new(),
            doubted: BTreeSet::new(),
            gaps: Vec::new(),
            finalised: Slot(0),
            digest: Commitment([0; 32]),
            supply: Supply::default(),
            testimony: None,
            round: 0,
            disputed: false,
            rewind_at: None,
            disputes: Delays::new(settings.retry_min, settings.retry_max * REWINDS_RARE, settings.seed ^ 1 << 32),
            proof: None,
            phase: Phase::Away,
            refills: delays(1 << 33),
            refill_at: Duration::ZERO,
            refilled: 0,
            swept_at: None,
            sessions: delays(1 << 34),
            session: None,
            opened_before: false,
            contradicted: false,
        }
    }

    /// Everything in slots up to here was listed, fetched and stored.
    pub fn cursor(&self) -> Slot {
        self.cursor
    }

    /// Which provider the actions mean.
    pub fn provider(&self) -> usize {
        self.panel.current()
    }

    /// The chain that is followed, once a provider has named it.
    pub fn genesis(&self) -> Option<Genesis> {
        self.panel.genesis()
    }

    /// Whether the witness contradicts what is stored.
    pub fn disputed(&self) -> bool {
        self.disputed
    }

    /// Takes what a provider said about its tip outside of this machine's questions.
    pub fn hear(&mut self, now: Duration, provider: usize, tip: Tip) {
        self.panel.hear(now, provider, tip);
    }

    /// What to do after `input`, which is what came of the last action. `now`
    /// is the time since any fixed moment.
    pub fn step(&mut self, now: Duration, input: Input) -> Action {
        match (std::mem::replace(&mut self.phase, Phase::Resting), input) {
            (_, Input::StoreFailed(trouble)) => self.store_failed(now, trouble),
            (Phase::Away, Input::Awake) => self.open(),
            (Phase::Opening, Input::Opened(resume)) => self.opened(now, resume),
            (Phase::Opening, Input::Occupied) => self.away(),
            (Phase::Identifying, Input::Identified(genesis)) => self.identified(now, genesis),
            (Phase::Rewinding, Input::Rewound(resume)) => self.rewound(resume),
            (Phase::Resting, Input::Awake) => self.awake(now),
            (Phase::Probing, Input::Probed { tip, heads }) => self.probed(now, tip, heads),
            (Phase::Listing(mut sweep), Input::Page(page)) => {
                if !sweep.take_page(&page, self.settings.page) {
                    // The node goes round in circles.
                    return self.fail(now, Failure::Unanswered);
                }
                if !sweep.listed() {
                    return self.list(now, sweep);
                }
                sweep.queue_up(&self.stored, &self.doubted);
                self.fetch(now, sweep)
            }
            (Phase::Fetching(mut sweep), Input::Fetched(outcomes)) => {
                let commit = sweep.take_fetched(outcomes);
                self.commit(sweep, commit)
            }
            (Phase::Committing(sweep), Input::Committed(committed)) => self.committed(now, sweep, committed),
            // What was under way is found again by the next sweep.
            (_, Input::Failed(failure)) => self.fail(now, failure),
            // An answer to something that was not asked: start over.
            (_, _) if self.session.is_some() => self.probe(now),
            (_, _) => self.open(),
        }
    }

    /// Keeps heads until everything they count must be in the listing, and hands
    /// them out then. Nodes exist whose "finalised" accounts run ahead of their
    /// listing by a slot, so the sweep that read them can't be measured by them.
    fn exchange_proof(&mut self, tip: Tip, heads: Vec<Head>) -> Option<Proof> {
        // Who said that was ahead of the others, or lied.
        self.proof.take_if(|(_, confirmed)| tip.confirmed < *confirmed);
        let due = self.proof.take_if(|(_, confirmed)| tip.confirmed.0 >= confirmed.0.saturating_add(PROOF_SLOTS));
        if self.proof.is_none() {
            self.proof = Some((Proof { heads, finalised: tip.finalised }, tip.confirmed));
        }
        due.map(|(proof, _)| proof)
    }

    fn awake(&mut self, now: Duration) -> Action {
        // Notifications come in bursts; sweeps must not.
        if let Some(rest) = self.swept_at.and_then(|at| (at + self.settings.sweep_pause).checked_sub(now))
            && !rest.is_zero()
        {
            return Action::Sleep { duration: rest, wakeable: false };
        }
        self.probe(now)
    }

    fn probe(&mut self, now: Duration) -> Action {
        self.swept_at = Some(now);
        if self.panel.unidentified() {
            self.phase = Phase::Identifying;
            return Action::Identify;
        }
        if self.rewind_at.is_some_and(|at| at <= now) {
            return self.rewind(now);
        }
        self.phase = Phase::Probing;
        Action::Probe
    }

    fn probed(&mut self, now: Duration, tip: Tip, heads: Vec<Head>) -> Action {
        self.panel.hear(now, self.panel.current(), tip);
        if self.panel.lags(now, tip) {
            return self.turn(now);
        }
        if self.panel.is_cut_off(self.cursor, tip) {
            // It was restarted from a snapshot and can't fill what is missing.
            return self.fail(now, Failure::Never);
        }
        if self.overtook(now) {
            return self.rewind(now);
        }
        let proof = self.exchange_proof(tip, heads);
        let sweep = Sweep::follow(&PROGRAMS, self.cursor, tip, proof, self.settings.listed_max);
        self.list(now, Box::new(sweep))
    }

    fn fail(&mut self, now: Duration, failure: Failure) -> Action {
        let asked = self.panel.current();
        let duration = self.panel.failed(now, failure);
        self.switched_from(asked);
        self.phase = if self.session.is_some() { Phase::Resting } else { Phase::Away };
        // Not wakeable: notifications must not turn into a storm of retries.
        Action::Sleep { duration, wakeable: false }
    }

    fn list(&mut self, now: Duration, sweep: Box<Sweep>) -> Action {
        let Some((address, before)) = sweep.next_page() else {
            return self.fail(now, Failure::Unanswered);
        };
        let until = match sweep.purpose() {
            Purpose::Follow => self.newest.get(&address).copied(),
            // Its floor is older than the cursor.
            Purpose::Refill => None,
        };
        let request =
            ListRequest { address, before, until, min_context: sweep.tip().finalised, limit: self.settings.page };
        self.phase = Phase::Listing(sweep);
        Action::List(request)
    }

    fn fetch(&mut self, now: Duration, mut sweep: Box<Sweep>) -> Action {
        let batch = sweep.next_batch(self.settings.fetch_max);
        if !batch.is_empty() {
            self.phase = Phase::Fetching(sweep);
            return Action::Fetch(batch);
        }
        if sweep.commits() == 0 {
            // Nothing new, but the cursor and the finalised slot move on.
            let commit = sweep.take_fetched(Vec::new());
            return self.commit(sweep, commit);
        }
        self.finish(now, sweep)
    }

    fn commit(&mut self, sweep: Box<Sweep>, mut commit: Commit) -> Action {
        commit.witness = self.witness();
        self.phase = Phase::Committing(sweep);
        Action::Commit(Box::new(commit))
    }

    fn committed(&mut self, now: Duration, mut sweep: Box<Sweep>, committed: Committed) -> Action {
        let done = sweep.settle();
        for signature in done.vanished {
            self.stored.remove(&signature);
            self.doubted.remove(&signature);
        }
        for (signature, slot) in done.stored {
            self.stored.insert(signature, slot);
            self.doubted.remove(&signature);
        }
        if let Some(through) = done.through {
            self.cursor = self.cursor.max(through);
            self.newest.extend(done.newest);
            self.supply.advanced(self.cursor, self.panel.current());
        } else {
            self.supply.filled(sweep.floor(), self.panel.current());
        }
        self.stored.retain(|_, slot| *slot > self.cursor);
        self.doubted.retain(|signature| self.stored.contains_key(signature));
        self.gaps.clone_from(&committed.gaps);
        self.judge(now, &committed);
        self.fetch(now, sweep)
    }

    fn finish(&mut self, now: Duration, sweep: Box<Sweep>) -> Action {
        let refill = *sweep.purpose() == Purpose::Refill;
        if self.gaps.is_empty() {
            self.refills.reset();
            self.refill_at = now;
            self.refilled = 0;
        } else if refill {
            self.refill_at = now + self.refills.next();
            self.refilled += 1;
            if self.refilled >= REFILLS_MAX {
                // Perhaps it is not missing, and what shows the gap is wrong.
                self.refilled = 0;
                self.doubt(now);
            }
        } else if now >= self.refill_at {
            let refill = Sweep::refill(&self.gaps, *sweep.tip(), self.settings.listed_max);
            return self.list(now, Box::new(refill));
        }
        if let Some(failure) = sweep.unresolved() {
            return self.fail(now, failure);
        }
        if refill && !self.gaps.is_empty() && self.panel.len() > 1 {
            // It does not have what is missing; another may.
            return self.turn(now);
        }
        self.panel.succeeded();
        if sweep.truncated() {
            // There was more than one sweep may hold: go on at once.
            return self.probe(now);
        }
        Action::Sleep { duration: self.settings.poll, wakeable: true }
    }
}
