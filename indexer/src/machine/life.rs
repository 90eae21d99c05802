//! What the machine does apart from sweeping: sessions with the store, changes of
//! provider, and going back when what is stored is in doubt.

use super::plan::{Action, Committed, Question, Resume, Testimony, Trouble, Witness};
use super::supply::Supply;
use super::{Machine, Phase};
use crate::source::Failure;
use std::time::Duration;
use tributary_core::id::Genesis;
use tributary_core::position::Slot;

/// A session that lasted so long was a good one: waits begin again with the shortest.
const SESSION_GOOD: Duration = Duration::from_secs(10);

impl Machine {
    /// Opens a session, once it is known for which chain.
    pub(super) fn open(&mut self) -> Action {
        match self.panel.genesis() {
            Some(genesis) => {
                self.phase = Phase::Opening;
                Action::Open(genesis)
            }
            None => {
                self.phase = Phase::Identifying;
                Action::Identify
            }
        }
    }

    /// Rests without a session.
    pub(super) fn away(&mut self) -> Action {
        self.phase = Phase::Away;
        Action::Sleep { duration: self.sessions.next(), wakeable: false }
    }

    pub(super) fn opened(&mut self, now: Duration, resume: Resume) -> Action {
        // Nobody knows any more who supplied what is not final.
        let unknown = self.panel.len() > 1 && resume.cursor > resume.finalised;
        self.adopt(resume);
        self.session = Some(now);
        self.opened_before = true;
        if std::mem::take(&mut self.contradicted) || unknown {
            return self.rewind(now);
        }
        self.phase = Phase::Resting;
        Action::Sleep { duration: Duration::ZERO, wakeable: true }
    }

    fn adopt(&mut self, resume: Resume) {
        self.cursor = resume.cursor;
        self.newest = resume.newest;
        self.stored = resume.confirmed;
        self.doubted.clear();
        self.gaps = resume.gaps;
        self.finalised = resume.finalised;
        self.digest = resume.digest;
        self.proof = None;
        self.ask_anew();
    }

    /// The session is gone. At the start somebody is watching; later it is an
    /// outage, which is waited for.
    pub(super) fn store_failed(&mut self, now: Duration, trouble: Trouble) -> Action {
        self.contradicted |= trouble == Trouble::Contradiction;
        if self.session.take().is_some_and(|since| now.saturating_sub(since) > SESSION_GOOD) {
            self.sessions.reset();
        }
        if trouble != Trouble::Lasting && self.opened_before { self.away() } else { Action::End }
    }

    pub(super) fn identified(&mut self, now: Duration, genesis: Genesis) -> Action {
        if !self.panel.identified(genesis) {
            return self.fail(now, Failure::Never);
        }
        if self.session.is_some() { self.probe(now) } else { self.open() }
    }

    /// Leaves the provider for the next one.
    pub(super) fn turn(&mut self, now: Duration) -> Action {
        let asked = self.panel.current();
        let duration = self.panel.turn(now);
        self.switched_from(asked);
        self.phase = Phase::Resting;
        Action::Sleep { duration, wakeable: false }
    }

    /// What one provider supplied above the cursor is fetched again from the next:
    /// up to the cursor everything must come from one that is known.
    pub(super) fn switched_from(&mut self, asked: usize) {
        if self.panel.current() != asked {
            self.doubted = self.stored.keys().copied().collect();
        }
    }

    /// Whether the cursor has passed what anybody calls final: somebody lied, or
    /// all nodes were restarted from an older snapshot.
    pub(super) fn overtook(&self, now: Duration) -> bool {
        let newest = self.panel.newest(now).unwrap_or(self.cursor);
        self.finalised < self.cursor && self.cursor.0 > newest.0.saturating_add(self.settings.lag_max)
    }

    pub(super) fn rewind(&mut self, now: Duration) -> Action {
        if self.disputed {
            // Perhaps it was the one who is asked.
            let asked = self.panel.current();
            self.panel.turn(now);
            self.switched_from(asked);
        }
        self.rewind_at = None;
        self.phase = Phase::Rewinding;
        Action::Rewind
    }

    pub(super) fn rewound(&mut self, resume: Resume) -> Action {
        self.supply = Supply::default();
        self.adopt(resume);
        self.doubted = self.stored.keys().copied().collect();
        self.phase = Phase::Resting;
        Action::Sleep { duration: Duration::ZERO, wakeable: false }
    }

    /// What a commit needs to move the finalised slot.
    pub(super) fn witness(&self) -> Witness {
        match self.testimony {
            _ if self.panel.len() == 1 => Witness::NotAsked,
            Some(testimony) => Witness::Testified(testimony),
            None => Witness::Awaited,
        }
    }

    /// Draws the conclusions from what the store found out about finality.
    pub(super) fn judge(&mut self, now: Duration, committed: &Committed) {
        let finalised = committed.finalised;
        if committed.disputed {
            self.disputed = true;
            self.ask_anew();
            self.doubt(now);
        } else if finalised > self.finalised {
            self.disputed = false;
            self.rewind_at = None;
            self.disputes.reset();
        }
        if finalised > self.finalised {
            self.testimony = None;
        }
        self.finalised = finalised;
        self.digest = committed.digest;
        self.supply.settled(finalised);
        if self.gaps.is_empty() && self.nobody_may_testify() {
            self.doubt(now);
        }
    }

    /// Goes back to the finalised slot after a while, unless it moves before.
    pub(super) fn doubt(&mut self, now: Duration) {
        if self.rewind_at.is_none() && self.finalised < self.cursor {
            self.rewind_at = Some(now + self.disputes.next());
        }
    }

    fn nobody_may_testify(&self) -> bool {
        let count = self.panel.len();
        count > 1 && self.supply.oldest().is_some_and(|(_, by)| by.len() >= count)
    }

    fn ask_anew(&mut self) {
        self.testimony = None;
        self.round += 1;
    }

    /// What a second provider is to be asked now. `None` with one provider, and
    /// while nothing is new.
    pub fn question(&self) -> Option<Question> {
        let (through, by) = self.supply.oldest()?;
        let asked = self.panel.len() > 1 && self.testimony.is_none() && self.session.is_some();
        (asked && by.len() < self.panel.len()).then(|| Question {
            from: self.finalised,
            digest: self.digest,
            to: through.min(Slot(self.finalised.0.saturating_add(self.settings.witness_slots))),
            not_by: by.clone(),
            round: self.round,
        })
    }

    /// Takes a witness's answer, unless it is one to an older question.
    pub fn testify(&mut self, testimony: Testimony) {
        if testimony.round == self.round && testimony.from == self.finalised {
            self.testimony = Some(testimony);
        }
    }
}
