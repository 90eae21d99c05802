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
//! It does not decide what a row means or whether a stream is complete: the
//! store does, in the transaction that stores the events.

mod plan;
mod sweep;
#[cfg(test)]
mod tests;

pub use plan::{Action, Commit, Committed, FetchOutcome, Input, OpenGap, Resume, Settings};

use crate::source::{Head, ListRequest, Tip};
use solana_address::Address;
use solana_sdk::signature::Signature;
use std::collections::BTreeMap;
use std::time::Duration;
use sweep::{Proof, Purpose, Sweep};
use tributary_client::pda;
use tributary_core::position::Slot;

/// The programs that are followed.
pub const PROGRAMS: [Address; 2] = [pda::REGISTRY, pda::REWARDS];
/// Signatures that nodes return in a page at most.
pub const PAGE: usize = 1_000;

/// Confirmed slots that must pass before a listing is measured by heads.
const PROOF_SLOTS: u64 = 2;

/// The state machine.
pub struct Machine {
    settings: Settings,
    /// Everything in slots up to here was listed, fetched and stored.
    cursor: Slot,
    /// For each program, a signature at or below the cursor.
    newest: BTreeMap<Address, Signature>,
    /// Transactions above the cursor that are stored or hold nothing, and where they are.
    stored: BTreeMap<Signature, Slot>,
    gaps: Vec<OpenGap>,
    /// Heads that a later sweep must reach, and the confirmed slot when they were read.
    proof: Option<(Proof, Slot)>,
    phase: Phase,
    failures: Delays,
    refills: Delays,
    refill_at: Duration,
    swept_at: Option<Duration>,
}

enum Phase {
    Resting,
    Probing,
    Listing(Box<Sweep>),
    Fetching(Box<Sweep>),
    Committing(Box<Sweep>),
}

impl Machine {
    /// Starts where the store stands.
    pub fn new(settings: Settings, resume: Resume) -> Self {
        Self {
            settings,
            cursor: resume.cursor,
            newest: resume.newest,
            stored: resume.confirmed,
            gaps: resume.gaps,
            proof: None,
            phase: Phase::Resting,
            failures: Delays::new(settings.retry_min, settings.retry_max, settings.seed),
            refills: Delays::new(settings.retry_min, settings.retry_max, settings.seed ^ 1),
            refill_at: Duration::ZERO,
            swept_at: None,
        }
    }

    /// Everything in slots up to here was listed, fetched and stored.
    pub fn cursor(&self) -> Slot {
        self.cursor
    }

    /// What to do after `input`, which is what came of the last action. `now`
    /// is the time since any fixed moment.
    pub fn step(&mut self, now: Duration, input: Input) -> Action {
        match (std::mem::replace(&mut self.phase, Phase::Resting), input) {
            (Phase::Resting, Input::Awake) => self.awake(now),
            (Phase::Probing, Input::Probed { tip, heads }) => {
                let proof = self.exchange_proof(tip, heads);
                let sweep = Sweep::follow(&PROGRAMS, self.cursor, tip, proof, self.settings.listed_max);
                self.list(Box::new(sweep))
            }
            (Phase::Listing(mut sweep), Input::Page(page)) => {
                if !sweep.take_page(&page, self.settings.page) {
                    // The node goes round in circles.
                    return self.fail();
                }
                if !sweep.listed() {
                    return self.list(sweep);
                }
                sweep.queue_up(&self.stored);
                self.fetch(now, sweep)
            }
            (Phase::Fetching(mut sweep), Input::Fetched(outcomes)) => {
                let commit = sweep.take_fetched(outcomes);
                self.commit(sweep, commit)
            }
            (Phase::Committing(sweep), Input::Committed(committed)) => self.committed(now, sweep, committed),
            // What was under way is found again by the next sweep.
            (_, Input::Failed) => self.fail(),
            // An answer to something that was not asked: start over.
            (_, _) => self.probe(now),
        }
    }

    /// Keeps heads until everything they count must be in the listing, and hands
    /// them out then. Nodes exist whose "finalised" accounts run ahead of their
    /// listing by a slot, so the sweep that read them can't be measured by them.
    fn exchange_proof(&mut self, tip: Tip, heads: Vec<Head>) -> Option<Proof> {
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
        self.phase = Phase::Probing;
        Action::Probe
    }

    fn fail(&mut self) -> Action {
        self.phase = Phase::Resting;
        // Not wakeable: notifications must not turn into a storm of retries.
        Action::Sleep { duration: self.failures.next(), wakeable: false }
    }

    fn list(&mut self, sweep: Box<Sweep>) -> Action {
        let Some((address, before)) = sweep.next_page() else {
            return self.fail();
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

    fn commit(&mut self, sweep: Box<Sweep>, commit: Commit) -> Action {
        self.phase = Phase::Committing(sweep);
        Action::Commit(Box::new(commit))
    }

    fn committed(&mut self, now: Duration, mut sweep: Box<Sweep>, committed: Committed) -> Action {
        let done = sweep.settle();
        for signature in done.vanished {
            self.stored.remove(&signature);
        }
        self.stored.extend(done.stored);
        if let Some(through) = done.through {
            self.cursor = self.cursor.max(through);
            self.newest.extend(done.newest);
        }
        self.stored.retain(|_, slot| *slot > self.cursor);
        self.gaps = committed.gaps;
        self.fetch(now, sweep)
    }

    fn finish(&mut self, now: Duration, sweep: Box<Sweep>) -> Action {
        if self.gaps.is_empty() {
            self.refills.reset();
            self.refill_at = now;
        } else if *sweep.purpose() == Purpose::Refill {
            self.refill_at = now + self.refills.next();
        } else if now >= self.refill_at {
            return self.list(Box::new(Sweep::refill(&self.gaps, *sweep.tip(), self.settings.listed_max)));
        }
        if sweep.unresolved() {
            return self.fail();
        }
        self.failures.reset();
        if sweep.truncated() {
            // There was more than one sweep may hold: go on at once.
            return self.probe(now);
        }
        Action::Sleep { duration: self.settings.poll, wakeable: true }
    }
}

/// Growing waits with jitter, reproducible under a seed.
struct Delays {
    builder: backon::ExponentialBuilder,
    delays: backon::ExponentialBackoff,
    longest: Duration,
}

impl Delays {
    fn new(shortest: Duration, longest: Duration, seed: u64) -> Self {
        use backon::BackoffBuilder;
        let builder = backon::ExponentialBuilder::default()
            .with_min_delay(shortest)
            .with_max_delay(longest)
            .with_jitter()
            .with_jitter_seed(seed)
            .without_max_times();
        Self { builder, delays: builder.build(), longest }
    }

    fn next(&mut self) -> Duration {
        self.delays.next().unwrap_or(self.longest)
    }

    fn reset(&mut self) {
        use backon::BackoffBuilder;
        self.delays = self.builder.build();
    }
}
