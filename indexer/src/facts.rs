//! What the follower knows about itself, and the one word that sums it up.
//! Silence is not health: nothing counts as live that did not happen lately.

use crate::machine::Committed;
use crate::source::Tip;
use std::collections::VecDeque;
use std::time::{Duration, Instant};
use tributary_core::position::Slot;

/// Without a commit, or with providers whose finalised slot stands still, for so
/// long, nothing is live.
pub const STALLED_AFTER: Duration = Duration::from_secs(15);
/// What is still called live, in slots behind the providers' finalised slot.
const LIVE_LAG_SLOTS: u64 = 32;
/// Slots whose time is remembered; further back the lag is at least this old.
const TIMES_MAX: usize = 1_024;

/// What is known of a provider.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProviderFacts {
    /// Its newest finalised slot.
    pub finalised: Slot,
    /// When that last moved.
    pub moved: Option<Instant>,
    /// Questions that it gave no answer to.
    pub failures: u64,
}

/// Where the follower's time went since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// Deciding and decoding.
    pub deciding: Duration,
    /// Waiting for the providers.
    pub asking: Duration,
    /// Waiting for the database.
    pub storing: Duration,
    /// Waiting for something to happen.
    pub resting: Duration,
}

/// What the follower knows about itself.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// By place, as they were configured.
    pub providers: Vec<ProviderFacts>,
    /// Which one is asked.
    pub provider: usize,
    /// How often another one was asked from then on.
    pub switches: u64,
    /// The newest confirmed slot that was named.
    pub tip: Slot,
    /// Everything up to here is stored, final and without gap.
    pub finalised: Slot,
    /// When something was committed last.
    pub committed: Option<Instant>,
    /// Events stored since the start, repeated ones included.
    pub events: u64,
    /// Gaps that are open.
    pub gaps: usize,
    /// Events that can't be used.
    pub dead_letters: u64,
    /// A second provider contradicts what is stored.
    pub disputed: bool,
    /// How often that began.
    pub disputes: u64,
    /// How often what was not proven was listed anew.
    pub rewinds: u64,
    /// Sessions with the database that ended in failure.
    pub lost_sessions: u64,
    /// Where the time went.
    pub spent: Spent,
    /// Finalised slots that are not ours yet, and when the first provider named them.
    ahead: VecDeque<(Slot, Instant)>,
}

/// One word for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HealthState {
    /// Nothing has been committed since the start.
    NeverStarted,
    /// Behind, and getting nearer.
    CatchingUp,
    /// As near as can be.
    Live,
    /// The providers or the database do not move.
    Stalled,
    /// Events are missing.
    GapOpen,
    /// Events can't be used.
    DeadLetters,
    /// A second provider contradicts what is stored.
    ProvidersDisagree,
}

impl HealthState {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::NeverStarted,
        Self::CatchingUp,
        Self::Live,
        Self::Stalled,
        Self::GapOpen,
        Self::DeadLetters,
        Self::ProvidersDisagree,
    ];

    /// As in `/health`.
    pub fn word(self) -> &'static str {
        match self {
            Self::NeverStarted => "never_started",
            Self::CatchingUp => "catching_up",
            Self::Live => "live",
            Self::Stalled => "stalled",
            Self::GapOpen => "gap_open",
            Self::DeadLetters => "dead_letters",
            Self::ProvidersDisagree => "providers_disagree",
        }
    }

    /// What it means, and what to do.
    fn advice(self) -> &'static str {
        match self {
            Self::NeverStarted => {
                "nothing has been stored since the start: see whether the provider and the database answer"
            }
            Self::CatchingUp => "behind and getting nearer: wait",
            Self::Live => "as near as can be",
            Self::Stalled => {
                "no new finalised slot or no commit for too long: see whether the providers' slots move and the database answers"
            }
            Self::GapOpen => {
                "events are missing and are being looked for: add a provider with the whole history when it stays open"
            }
            Self::DeadLetters => "events can't be used: see chain.dead_letters and run the version that reads them",
            Self::ProvidersDisagree => {
                "two providers say different things about final slots: find out which one is wrong and take it out"
            }
        }
    }

    /// Whether whoever reads may go on without a thought.
    pub fn is_well(self) -> bool {
        matches!(self, Self::Live | Self::CatchingUp)
    }
}

/// The answer to `GET /health`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Health {
    /// One word.
    pub state: HealthState,
    /// What it means, and what to do.
    pub advice: &'static str,
    /// The newest confirmed slot that was named.
    pub slot: Slot,
    /// Everything up to here is stored, final and without gap.
    pub finalised_slot: Slot,
    /// The providers' finalised slot less ours.
    pub lag_slots: u64,
    /// For how long there has been a finalised slot that ours has not reached; none
    /// before a provider answered.
    pub lag_seconds: Option<u64>,
    /// Gaps that are open.
    pub gaps: usize,
    /// Events that can't be used.
    pub dead_letters: u64,
    /// Which provider is asked, by place.
    pub provider: usize,
    /// How many there are.
    pub providers: usize,
}

impl Facts {
    /// About so many providers.
    pub fn new(providers: usize) -> Self {
        Self { providers: vec![ProviderFacts::default(); providers], ..Self::default() }
    }

    /// The newest finalised slot that a provider named.
    pub fn newest(&self) -> Slot {
        self.providers.iter().map(|provider| provider.finalised).max().unwrap_or_default()
    }

    /// A provider named its newest slots.
    pub fn saw(&mut self, now: Instant, provider: usize, tip: Tip) {
        if provider == self.provider {
            self.tip = tip.confirmed;
        }
        if tip.finalised > self.newest().max(self.finalised) {
            if self.ahead.len() >= TIMES_MAX {
                self.ahead.pop_back();
            }
            self.ahead.push_back((tip.finalised, now));
        }
        if let Some(known) = self.providers.get_mut(provider)
            && tip.finalised != known.finalised
        {
            // One that goes back has moved too, but it has nothing new.
            known.moved = if tip.finalised > known.finalised { Some(now) } else { known.moved };
            known.finalised = tip.finalised;
        }
    }

    /// A provider gave no answer.
    pub fn failed(&mut self, provider: usize) {
        if let Some(known) = self.providers.get_mut(provider) {
            known.failures += 1;
        }
    }

    /// Something became durable.
    pub fn stored(&mut self, now: Instant, events: usize, committed: &Committed) {
        self.committed = Some(now);
        self.events += events as u64;
        self.finalised = committed.finalised;
        self.gaps = committed.gaps.len();
        self.dead_letters = committed.dead_letters;
        self.ahead.retain(|(slot, _)| *slot > committed.finalised);
    }

    /// Who is asked, and whether the witness contradicts. Whether that is news.
    pub fn decided(&mut self, provider: usize, disputed: bool) -> bool {
        let switched = self.provider != provider;
        let begins = disputed && !self.disputed;
        let news = switched || disputed != self.disputed;
        self.switches += u64::from(switched);
        self.disputes += u64::from(begins);
        (self.provider, self.disputed) = (provider, disputed);
        news
    }

    /// Sums up, as of `now`.
    pub fn health(&self, now: Instant, stalled_after: Duration) -> Health {
        let newest = self.newest();
        let lag_slots = newest.0.saturating_sub(self.finalised.0);
        let since = |at: Instant| now.saturating_duration_since(at);
        let stale = |at: Option<Instant>| at.is_none_or(|at| since(at) > stalled_after);
        let moved = self.providers.iter().filter_map(|provider| provider.moved).max();
        let state = if self.committed.is_none() {
            HealthState::NeverStarted
        } else if stale(self.committed) || stale(moved) {
            HealthState::Stalled
        } else if self.dead_letters > 0 {
            HealthState::DeadLetters
        } else if self.disputed {
            HealthState::ProvidersDisagree
        } else if self.gaps > 0 {
            HealthState::GapOpen
        } else if lag_slots > LIVE_LAG_SLOTS {
            HealthState::CatchingUp
        } else {
            HealthState::Live
        };
        Health {
            state,
            advice: state.advice(),
            slot: self.tip,
            finalised_slot: self.finalised,
            lag_slots,
            lag_seconds: moved.map(|_| self.ahead.front().map_or(0, |(_, at)| since(*at).as_secs())),
            gaps: self.gaps,
            dead_letters: self.dead_letters,
            provider: self.provider,
            providers: self.providers.len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tip(finalised: u64) -> Tip {
        Tip { confirmed: Slot(finalised + 32), finalised: Slot(finalised), first: Slot(0) }
    }

    fn stored(facts: &mut Facts, now: Instant, finalised: u64) {
        facts.stored(now, 0, &Committed { finalised: Slot(finalised), ..Committed::default() });
    }

    fn live(now: Instant) -> Facts {
        let mut facts = Facts::new(2);
        facts.saw(now, 0, tip(108));
        stored(&mut facts, now, 107);
        facts
    }

    fn state(facts: &Facts, now: Instant) -> HealthState {
        facts.health(now, STALLED_AFTER).state
    }

    #[test]
    fn each_state_has_its_reason() {
        let now = Instant::now();
        let later = now + STALLED_AFTER + Duration::from_secs(1);
        assert_eq!(state(&Facts::new(1), now), HealthState::NeverStarted);
        assert_eq!(state(&live(now), now), HealthState::Live);
        assert_eq!(state(&Facts { finalised: Slot(10), ..live(now) }, now), HealthState::CatchingUp);
        assert_eq!(state(&Facts { gaps: 1, ..live(now) }, now), HealthState::GapOpen);
        assert_eq!(state(&Facts { disputed: true, ..live(now) }, now), HealthState::ProvidersDisagree);
        assert_eq!(state(&Facts { dead_letters: 1, ..live(now) }, now), HealthState::DeadLetters);
        assert_eq!(state(&live(now), later), HealthState::Stalled);
        for state in HealthState::ALL {
            assert_eq!(serde_json::json!(state), state.word());
        }
    }

    #[test]
    fn a_node_whose_slots_stand_still_is_not_healthy_although_it_answers() {
        let now = Instant::now();
        let later = now + STALLED_AFTER + Duration::from_secs(1);
        let mut facts = live(now);
        facts.saw(later, 0, tip(108));
        stored(&mut facts, later, 107);
        assert_eq!(state(&facts, later), HealthState::Stalled);
    }

    #[test]
    fn the_lag_is_told_in_slots_and_in_seconds_since_the_first_slot_that_is_missing() {
        let now = Instant::now();
        let seconds = |count| now + Duration::from_secs(count);
        let mut facts = live(now);
        facts.saw(seconds(5), 0, tip(110));
        let health = facts.health(seconds(7), STALLED_AFTER);
        assert_eq!((health.lag_slots, health.lag_seconds), (3, Some(7)));
        stored(&mut facts, seconds(7), 109);
        let health = facts.health(seconds(8), STALLED_AFTER);
        assert_eq!((health.lag_slots, health.lag_seconds), (1, Some(3)));
        stored(&mut facts, seconds(8), 110);
        assert_eq!(facts.health(seconds(60), STALLED_AFTER).lag_seconds, Some(0));
    }

    #[test]
    fn a_second_provider_that_moves_on_shows_that_the_first_one_lags() {
        let now = Instant::now();
        let mut facts = live(now);
        facts.saw(now, 1, tip(500));
        let health = facts.health(now, STALLED_AFTER);
        assert_eq!((health.state, health.lag_slots), (HealthState::CatchingUp, 393));
    }

    #[test]
    fn what_is_remembered_of_a_long_outage_is_bounded() {
        let now = Instant::now();
        let mut facts = live(now);
        (0..10_000).for_each(|slot| facts.saw(now + Duration::from_secs(slot), 0, tip(200 + slot)));
        assert!(facts.ahead.len() <= TIMES_MAX);
        assert_eq!(facts.health(now + Duration::from_secs(10_000), STALLED_AFTER).lag_seconds, Some(10_000));
    }
}
