//! What goes wrong in a run by itself, and mends: notifications, providers, the
//! database, the processes.

use crate::actor::Waiting;
use crate::node::LIES;
use crate::run::Run;
use rand::Rng;
use std::time::Duration;
use tributary_core::position::Slot;
use tributary_indexer::machine::Action;

impl Run {
    /// Notifications end rests: some are lost, some come twice, some for nothing.
    pub fn notify(&mut self) {
        for who in 0..self.actors.len() {
            if self.random.random_range(0..3) != 0
                && let Some((due, Waiting::Question(Action::Sleep { wakeable: true, .. }))) =
                    &mut self.actors[who].waiting
            {
                *due = self.now;
            }
        }
    }

    /// Things break, and mend.
    pub fn worsen(&mut self) {
        let confirmed = self.chain.now().tip.confirmed;
        let several = self.nodes.len() > 1;
        for place in 0..self.nodes.len() {
            let random = &mut self.random;
            let node = &mut self.nodes[place];
            match random.random_range(0..60) {
                0 => node.fault_percent = random.random_range(0..60),
                1 => node.fault_percent = 100,
                2 => node.fault_percent = 0,
                3 => node.lag = random.random_range(0..40),
                4 => node.lag = 0,
                5 => node.lost = Slot(confirmed.0.saturating_sub(random.random_range(0..20))),
                6 => node.lost = Slot(0),
                7 => node.forgetful = !node.forgetful,
                // One may lie at a time, when there is another to contradict it.
                8 if several && place == 0 => node.lie = Some(LIES[random.random_range(0..LIES.len())]),
                9 => node.lie = None,
                _ => {}
            }
        }
        if self.chance(80) {
            self.database_away_until = self.now + Duration::from_millis(self.random.random_range(0..20_000));
        }
        for who in 0..self.actors.len() {
            match self.random.random_range(0..60) {
                0 => self.crash(who),
                // Its session is gone, and it does not know.
                1 if self.store.lock == Some(who) => self.store.lock = None,
                _ => {}
            }
        }
    }

    fn crash(&mut self, who: usize) {
        let down = Duration::from_millis(self.random.random_range(0..5_000));
        self.actors[who].crash(self.now + down);
        if self.store.lock == Some(who) {
            self.store.lock = None;
        }
    }
}
