//! The witness: asks the other providers how far they are, and computes the
//! digest of ranges that somebody else supplied. Pure, like the machine beside
//! it; it runs apart, so that a slow witness holds back finality only.

use super::delays::Delays;
use super::plan::{Question, Settings, Testimony};
use crate::event::{IndexedEvent, digest_after};
use crate::source::{Failure, Tip};
use std::time::Duration;
use tributary_core::id::Genesis;
use tributary_core::position::Slot;

/// What came of the last thing that was asked.
#[derive(Debug)]
pub enum Told {
    /// The rest is over.
    Awake,
    /// The chain it follows.
    Genesis(Genesis),
    /// Its newest slots.
    Tip(Tip),
    /// All events of the range, in canonical order.
    Events(Vec<IndexedEvent>),
    /// No answer.
    Failed(Failure),
}

/// What to ask next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asking {
    /// Which chain a provider follows.
    Genesis(usize),
    /// How far a provider is.
    Tip(usize),
    /// For all events of the slots after `from` up to and with `to`.
    Events {
        /// Whom.
        provider: usize,
        /// Not included.
        from: Slot,
        /// Included.
        to: Slot,
    },
    /// Nothing, for so long.
    Rest(Duration),
}

struct Member {
    delays: Delays,
    rests_until: Duration,
    right_chain: bool,
    /// Its newest slots, and when it named them.
    tip: Option<(Tip, Duration)>,
    /// The oldest slot that it has, as it said last.
    first: Option<Slot>,
}

/// The witness's state machine.
pub struct WitnessMachine {
    members: Vec<Member>,
    pause: Duration,
    genesis: Option<Genesis>,
    question: Option<Question>,
    testimony: Option<Testimony>,
    /// Who is asked now, and for the digest of what.
    asked: Option<(usize, Option<Question>)>,
    /// What somebody would testify, if it still has all of it.
    unproven: Option<(usize, Testimony)>,
    next: usize,
}

impl WitnessMachine {
    /// For so many providers.
    pub fn new(settings: &Settings, providers: usize) -> Self {
        let member = |place: u64| Member {
            delays: Delays::new(settings.retry_min, settings.retry_max, settings.seed ^ (place + 1).rotate_left(48)),
            rests_until: Duration::ZERO,
            right_chain: false,
            tip: None,
            first: None,
        };
        Self {
            members: (0..providers as u64).map(member).collect(),
            pause: settings.poll,
            genesis: None,
            question: None,
            testimony: None,
            asked: None,
            unproven: None,
            next: 0,
        }
    }

    /// Takes the question and the chain, as the machine beside it has them now.
    pub fn hear(&mut self, genesis: Option<Genesis>, question: Option<Question>) {
        self.genesis = self.genesis.or(genesis);
        if !question.as_ref().is_some_and(|question| self.asks((question.round, question.from))) {
            self.testimony = None;
        }
        self.question = question;
    }

    /// What the providers said about their tips last, and when.
    pub fn tips(&self) -> Vec<Option<(Tip, Duration)>> {
        self.members.iter().map(|member| member.tip).collect()
    }

    /// The answer to the question, once there is one.
    pub fn testimony(&self) -> Option<Testimony> {
        self.testimony
    }

    /// What to ask after `told`, which is what came of the last asking.
    pub fn step(&mut self, now: Duration, told: Told) -> Asking {
        let asked = self.asked.take();
        match (asked, told) {
            (Some((provider, _)), Told::Failed(failure)) => self.failed(now, provider, failure),
            (Some((provider, _)), Told::Genesis(genesis)) => {
                self.members[provider].right_chain = self.genesis == Some(genesis);
                if self.genesis != Some(genesis) {
                    self.failed(now, provider, Failure::Never);
                }
            }
            (Some((provider, _)), Told::Tip(tip)) => {
                self.members[provider].tip = Some((tip, now));
                self.members[provider].first = Some(tip.first);
                if let Some((_, testimony)) = self.unproven.take_if(|(by, _)| *by == provider)
                    && !self.is_cut_off(provider, testimony.from, tip)
                    && self.asks((testimony.round, testimony.from))
                {
                    self.testimony = Some(testimony);
                }
                if let Some(asking) = self.collect(provider, tip) {
                    return asking;
                }
            }
            (Some((provider, Some(question))), Told::Events(events)) => {
                self.members[provider].delays.reset();
                let Question { from, to, round, .. } = question;
                let Some(digest) = digest_after(&question.digest, &events) else {
                    // It can only be too long for a digest by lying.
                    self.failed(now, provider, Failure::Unanswered);
                    return Asking::Rest(self.pause);
                };
                // It may have been restarted while it was asked.
                self.unproven = Some((provider, Testimony { from, to, digest, round }));
                self.asked = Some((provider, None));
                return Asking::Tip(provider);
            }
            (_, _) => return self.ask(now),
        }
        Asking::Rest(self.pause)
    }

    /// Asks the next provider that does not rest for its tip.
    fn ask(&mut self, now: Duration) -> Asking {
        let count = self.members.len();
        let ring = (0..count).map(|step| (self.next + step) % count);
        let Some(provider) = ring.into_iter().find(|place| self.members[*place].rests_until <= now) else {
            return Asking::Rest(self.pause);
        };
        self.next = (provider + 1) % count;
        if self.genesis.is_none() {
            return Asking::Rest(self.pause);
        }
        self.asked = Some((provider, None));
        if self.members[provider].right_chain { Asking::Tip(provider) } else { Asking::Genesis(provider) }
    }

    /// Has a provider testify that has reached the range and did not supply it.
    fn collect(&mut self, provider: usize, tip: Tip) -> Option<Asking> {
        let mut question = self.question.clone().filter(|_| self.testimony.is_none())?;
        question.to = question.to.min(tip.finalised);
        if self.is_cut_off(provider, question.from, tip)
            || question.not_by.contains(&provider)
            || question.to <= question.from
        {
            return None;
        }
        let asking = Asking::Events { provider, from: question.from, to: question.to };
        self.asked = Some((provider, Some(question)));
        Some(asking)
    }

    /// Whether it would call empty what it no longer has and another may have.
    fn is_cut_off(&self, provider: usize, from: Slot, tip: Tip) -> bool {
        let others = self.members.iter().enumerate().filter(|(place, _)| *place != provider);
        let nobody_has_more =
            others.map(|(_, other)| other.first).all(|first| first.is_some_and(|first| first >= tip.first));
        tip.first.0 > from.0.saturating_add(1) && !nobody_has_more
    }

    fn asks(&self, asked: (u64, Slot)) -> bool {
        self.question.as_ref().is_some_and(|question| (question.round, question.from) == asked)
    }

    fn failed(&mut self, now: Duration, provider: usize, failure: Failure) {
        let member = &mut self.members[provider];
        let mut delay = member.delays.next();
        if failure == Failure::Never {
            delay = delay.max(self.pause * 20);
        }
        member.rests_until = now + delay;
        member.tip = None;
    }
}
