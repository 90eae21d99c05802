//! Least values of ranges, in a tree of blocks: a sixteenth of the values' size.

use std::ops::Range;

/// Values under one node.
const FAN: usize = 64;

/// For each level the least of every [`FAN`] values of the level below.
#[derive(Debug)]
pub(super) struct Minima {
    levels: Vec<Vec<u32>>,
}

impl Minima {
    pub fn of(values: &[u32]) -> Self {
        let mut levels: Vec<Vec<u32>> = Vec::new();
        let mut below = values;
        while below.len() > FAN {
            let level = below.chunks(FAN).map(|block| block.iter().copied().fold(u32::MAX, u32::min)).collect();
            levels.push(level);
            below = &levels[levels.len() - 1];
        }
        Self { levels }
    }

    pub fn memory(&self) -> usize {
        self.levels.iter().map(|level| level.len() * 4).sum()
    }

    fn level<'a>(&'a self, values: &'a [u32], level: usize) -> Option<&'a [u32]> {
        if level == 0 { Some(values) } else { self.levels.get(level - 1).map(Vec::as_slice) }
    }

    /// The least of `values[range]`; `values` are those the tree was made of.
    pub fn least(&self, values: &[u32], range: Range<usize>) -> Option<u32> {
        let (mut low, mut high) = (range.start, range.end);
        let mut least = None;
        let mut level = 0;
        while low < high {
            let here = self.level(values, level)?;
            let (head, tail) = (low.next_multiple_of(FAN), high / FAN * FAN);
            let ends = if head >= tail { [low..high, 0..0] } else { [low..head, tail..high] };
            for end in ends {
                least = here[end].iter().copied().chain(least).min();
            }
            if head >= tail {
                return least;
            }
            (low, high, level) = (head / FAN, tail / FAN, level + 1);
        }
        least
    }

    /// The last place before `end` whose value is less than `bound`.
    pub fn last_below(&self, values: &[u32], end: usize, bound: u32) -> Option<usize> {
        let (mut level, mut end) = (0, end);
        loop {
            let here = self.level(values, level)?;
            // The top has nothing above it that would cover a whole block.
            let block = if level == self.levels.len() { 0 } else { end / FAN * FAN };
            if let Some(n) = here[block..end].iter().rposition(|value| *value < bound) {
                return self.descend(values, level, block + n, |block| block.iter().rposition(|value| *value < bound));
            }
            (end, level) = (end / FAN, level + 1);
        }
    }

    /// The first place from `start` whose value is less than `bound`.
    pub fn first_below(&self, values: &[u32], start: usize, bound: u32) -> Option<usize> {
        let (mut level, mut start) = (0, start);
        loop {
            let here = self.level(values, level)?;
            let top = level == self.levels.len();
            let block = if top { here.len() } else { start.next_multiple_of(FAN).min(here.len()) };
            if let Some(n) = here.get(start..block)?.iter().position(|value| *value < bound) {
                return self.descend(values, level, start + n, |block| block.iter().position(|value| *value < bound));
            }
            (start, level) = (start.div_ceil(FAN), level + 1);
        }
    }

    fn descend(
        &self,
        values: &[u32],
        mut level: usize,
        mut at: usize,
        pick: impl Fn(&[u32]) -> Option<usize>,
    ) -> Option<usize> {
        while level > 0 {
            level -= 1;
            let here = self.level(values, level)?;
            let block = at * FAN;
            at = block + pick(&here[block..(block + FAN).min(here.len())])?;
        }
        Some(at)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_answer_equals_a_scan_of_the_values(
            values in prop::collection::vec(0u32..5_000, 0..9_000),
            picks in prop::collection::vec((any::<usize>(), any::<usize>(), 0u32..5_000), 20),
        ) {
            let minima = Minima::of(&values);
            for (a, b, bound) in picks {
                let (a, b) = (a % (values.len() + 1), b % (values.len() + 1));
                let range = a.min(b)..a.max(b);
                prop_assert_eq!(minima.least(&values, range.clone()), values[range].iter().copied().min());
                let last = values[..a].iter().rposition(|value| *value < bound);
                prop_assert_eq!(minima.last_below(&values, a, bound), last);
                let first = values[a..].iter().position(|value| *value < bound).map(|n| a + n);
                prop_assert_eq!(minima.first_below(&values, a, bound), first);
            }
        }
    }
}
