//! Who supplied what is stored above the finalised slot, so that nobody
//! testifies for what it supplied itself.

use std::collections::BTreeSet;
use tributary_core::position::Slot;

/// Runs that are kept apart; beyond, neighbours are joined.
const RUNS_MAX: usize = 64;

/// Slots up to and with `through`, after those of the run before.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Run {
    through: Slot,
    by: BTreeSet<usize>,
}

/// Runs of slots, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Supply {
    runs: Vec<Run>,
}

impl Supply {
    /// The cursor moved to `through` with what `provider` said.
    pub fn advanced(&mut self, through: Slot, provider: usize) {
        let full = self.runs.len() >= RUNS_MAX;
        let by = BTreeSet::from([provider]);
        match self.runs.last_mut() {
            Some(last) if last.through >= through => {}
            Some(last) if full || last.by == by => {
                last.through = through;
                last.by.insert(provider);
            }
            _ => self.runs.push(Run { through, by }),
        }
    }

    /// What was missing somewhere from `floor` on was filled by `provider`.
    pub fn filled(&mut self, floor: Slot, provider: usize) {
        for run in self.runs.iter_mut().filter(|run| run.through > floor) {
            run.by.insert(provider);
        }
    }

    /// Everything up to here needs no testimony any more.
    pub fn settled(&mut self, finalised: Slot) {
        self.runs.retain(|run| run.through > finalised);
    }

    /// The oldest run: up to where it goes, and who may not testify for it.
    pub fn oldest(&self) -> Option<(Slot, &BTreeSet<usize>)> {
        self.runs.first().map(|run| (run.through, &run.by))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_ends_where_another_provider_goes_on() {
        let mut supply = Supply::default();
        supply.advanced(Slot(20), 0);
        supply.advanced(Slot(30), 0);
        supply.advanced(Slot(40), 1);
        assert_eq!(supply.oldest(), Some((Slot(30), &BTreeSet::from([0]))));
        supply.settled(Slot(29));
        assert_eq!(supply.oldest(), Some((Slot(30), &BTreeSet::from([0]))));
        supply.settled(Slot(30));
        assert_eq!(supply.oldest(), Some((Slot(40), &BTreeSet::from([1]))));
    }

    #[test]
    fn who_filled_a_gap_may_not_testify_for_the_slots_it_was_in() {
        let mut supply = Supply::default();
        supply.advanced(Slot(20), 0);
        supply.advanced(Slot(40), 1);
        supply.filled(Slot(30), 2);
        assert_eq!(supply.oldest(), Some((Slot(20), &BTreeSet::from([0]))));
        supply.settled(Slot(20));
        assert_eq!(supply.oldest(), Some((Slot(40), &BTreeSet::from([1, 2]))));
    }

    #[test]
    fn ever_more_runs_take_no_more_room() {
        let mut supply = Supply::default();
        for slot in 1..1_000 {
            supply.advanced(Slot(slot), slot as usize % 3);
        }
        assert_eq!(supply.runs.len(), RUNS_MAX);
        assert_eq!(supply.runs.last().map(|run| run.through), Some(Slot(999)));
    }
}
