//! Whom to ask: several providers, of which one is asked at a time.
//!
//! A provider that fails rests for a while that grows, and the next one that
//! does not rest is asked. One that has fallen behind the others is left too.
//! It does not judge what a provider says: sequences and the witness do.

use super::delays::Delays;
use super::plan::Settings;
use crate::source::{Failure, Tip};
use std::time::Duration;
use tributary_core::id::Genesis;
use tributary_core::position::Slot;

/// How often "not yet" is waited for before another provider is asked.
const NOT_YET_MAX: u32 = 5;
/// How long what a provider said about its tip is news.
const TIP_FRESH: Duration = Duration::from_secs(10);

struct Member {
    delays: Delays,
    rests_until: Duration,
    /// Whether it follows the right chain; `None` before it was asked.
    right_chain: Option<bool>,
    /// Its newest slots, and when it named them.
    heard: Option<(Tip, Duration)>,
}

/// The providers.
pub struct Panel {
    members: Vec<Member>,
    current: usize,
    genesis: Option<Genesis>,
    not_yet: u32,
    lag_max: u64,
    retry_min: Duration,
    retry_max: Duration,
}

impl Panel {
    pub fn new(settings: &Settings, providers: usize) -> Self {
        let member = |place: u64| Member {
            delays: Delays::new(settings.retry_min, settings.retry_max, settings.seed.wrapping_add(2 + place)),
            rests_until: Duration::ZERO,
            right_chain: None,
            heard: None,
        };
        Self {
            members: (0..providers.max(1) as u64).map(member).collect(),
            current: 0,
            genesis: None,
            not_yet: 0,
            lag_max: settings.lag_max,
            retry_min: settings.retry_min,
            retry_max: settings.retry_max,
        }
    }

    /// Who is asked.
    pub fn current(&self) -> usize {
        self.current
    }

    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// The chain, once a provider has named it.
    pub fn genesis(&self) -> Option<Genesis> {
        self.genesis
    }

    /// Whether the one who is asked still has to say which chain it follows.
    pub fn unidentified(&self) -> bool {
        self.members[self.current].right_chain.is_none()
    }

    /// Takes the chain that the one who is asked follows. `false` when it is
    /// another than the first one's: nothing of it may be used.
    pub fn identified(&mut self, genesis: Genesis) -> bool {
        let right = *self.genesis.get_or_insert(genesis) == genesis;
        self.members[self.current].right_chain = right.then_some(true);
        right
    }

    /// Remembers what a provider said about its tip.
    pub fn hear(&mut self, now: Duration, provider: usize, tip: Tip) {
        if let Some(member) = self.members.get_mut(provider) {
            member.heard = Some((tip, now));
        }
    }

    /// The one who is asked answered a whole sweep.
    pub fn succeeded(&mut self) {
        self.not_yet = 0;
        self.members[self.current].delays.reset();
    }

    /// The one who is asked has fallen too far behind another that could be asked.
    pub fn lags(&self, now: Duration, tip: Tip) -> bool {
        self.members.iter().enumerate().any(|(place, member)| {
            let ahead = |(other, at): (Tip, Duration)| {
                now.saturating_sub(at) <= TIP_FRESH && other.finalised.0.saturating_sub(tip.finalised.0) > self.lag_max
            };
            place != self.current && member.rests_until <= now && member.heard.is_some_and(ahead)
        })
    }

    /// The one who is asked no longer has what came after the cursor, and another does.
    pub fn is_cut_off(&self, cursor: Slot, tip: Tip) -> bool {
        let has_more = |member: &Member| member.heard.is_some_and(|(other, _)| other.first < tip.first);
        tip.first.0 > cursor.0.saturating_add(1) && self.members.iter().any(has_more)
    }

    /// A question got no answer: who is asked next, and after which wait.
    pub fn failed(&mut self, now: Duration, failure: Failure) -> Duration {
        let alone = self.members.len() == 1;
        if failure == Failure::NotYet && self.not_yet < NOT_YET_MAX {
            self.not_yet += 1;
            return self.members[self.current].delays.next();
        }
        self.not_yet = 0;
        let member = &mut self.members[self.current];
        let delay = member.delays.next();
        // Who can never answer it is not asked again soon; when there is nobody
        // else, its answer may still change with its software or its disk.
        let rest = if failure == Failure::Never && !alone { delay.max(self.retry_max) } else { delay };
        member.rests_until = now + rest;
        if alone {
            return rest;
        }
        let count = self.members.len();
        let ring = (1..=count).map(|step| (self.current + step) % count);
        let next = ring.clone().find(|place| self.members[*place].rests_until <= now);
        let next = next.or_else(|| ring.min_by_key(|place| self.members[*place].rests_until));
        self.current = next.unwrap_or(self.current);
        self.members[self.current].rests_until.saturating_sub(now).min(self.retry_max * 2)
    }

    /// Asks the next one although this one answers.
    pub fn turn(&mut self, now: Duration) -> Duration {
        self.failed(now, Failure::Unanswered).max(self.retry_min)
    }

    /// The newest finalised slot that anybody named lately.
    pub fn newest(&self, now: Duration) -> Option<Slot> {
        let fresh = |(tip, at): (Tip, Duration)| (now.saturating_sub(at) <= TIP_FRESH).then_some(tip.finalised);
        self.members.iter().filter_map(|member| member.heard.and_then(fresh)).max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn panel(providers: usize) -> Panel {
        Panel::new(&Settings::default(), providers)
    }

    fn tip(finalised: u64, first: u64) -> Tip {
        Tip { confirmed: Slot(finalised + 32), finalised: Slot(finalised), first: Slot(first) }
    }

    const NOW: Duration = Duration::from_secs(100);

    #[test]
    fn who_fails_rests_and_the_next_one_is_asked_at_once_until_all_rest() {
        let mut panel = panel(3);
        assert_eq!(panel.failed(NOW, Failure::Unanswered), Duration::ZERO);
        assert_eq!(panel.current(), 1);
        assert_eq!(panel.failed(NOW, Failure::Unanswered), Duration::ZERO);
        assert_eq!(panel.current(), 2);
        let wait = panel.failed(NOW, Failure::Unanswered);
        assert!(wait >= Settings::default().retry_min, "{wait:?}");
    }

    #[test]
    fn not_yet_is_waited_for_before_another_one_is_asked() {
        let mut panel = panel(2);
        for _ in 0..NOT_YET_MAX {
            assert!(panel.failed(NOW, Failure::NotYet) >= Settings::default().retry_min);
            assert_eq!(panel.current(), 0);
        }
        panel.failed(NOW, Failure::NotYet);
        assert_eq!(panel.current(), 1);
    }

    #[test]
    fn who_can_never_answer_is_not_asked_again_soon() {
        let mut panel = panel(2);
        panel.failed(NOW, Failure::Never);
        assert_eq!(panel.current(), 1);
        assert!(panel.members[0].rests_until >= NOW + Settings::default().retry_max);
    }

    #[test]
    fn who_lags_is_left_only_for_one_that_was_heard_lately() {
        let mut panel = panel(2);
        assert!(!panel.lags(NOW, tip(100, 0)));
        panel.hear(NOW, 1, tip(100 + Settings::default().lag_max, 0));
        assert!(!panel.lags(NOW, tip(100, 0)));
        panel.hear(NOW, 1, tip(101 + Settings::default().lag_max, 0));
        assert!(panel.lags(NOW, tip(100, 0)));
        assert!(!panel.lags(NOW + TIP_FRESH * 2, tip(100, 0)));
    }

    #[test]
    fn who_was_restarted_from_a_snapshot_is_cut_off_when_another_has_more() {
        let mut panel = panel(2);
        panel.hear(NOW, 1, tip(200, 150));
        assert!(!panel.is_cut_off(Slot(100), tip(200, 150)));
        panel.hear(NOW, 1, tip(200, 0));
        assert!(panel.is_cut_off(Slot(100), tip(200, 150)));
        assert!(!panel.is_cut_off(Slot(149), tip(200, 150)));
    }

    #[test]
    fn a_provider_of_another_chain_is_recognised() {
        let mut panel = panel(2);
        assert!(panel.identified(Genesis([1; 32])));
        panel.failed(NOW, Failure::Unanswered);
        assert!(panel.unidentified());
        assert!(!panel.identified(Genesis([2; 32])));
        assert!(panel.unidentified());
        assert_eq!(panel.genesis(), Some(Genesis([1; 32])));
    }
}
