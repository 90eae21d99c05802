//! Least values of ranges, in a tree of blocks: a sixteenth of the values' size.
//! Lives in the bytes of a segment; the values themselves may live elsewhere or
//! nowhere.

use std::ops::Range;
use zerocopy::little_endian::U32;

/// Values under one node.
const FAN: usize = 64;
/// Levels above 2³¹ values.
const LEVELS_MAX: usize = 5;

/// For each level the least of every [`FAN`] values of the level below.
#[derive(Clone, Copy, Debug)]
pub(super) struct Minima<'a> {
    levels: [&'a [U32]; LEVELS_MAX],
    /// How many levels there are.
    height: usize,
}

/// The length of each level above so many values.
fn level_lengths(values: usize) -> impl Iterator<Item = usize> {
    std::iter::successors(Some(values), |below| (*below > FAN).then(|| below.div_ceil(FAN))).skip(1)
}

/// How many words the levels above so many values take.
pub(super) fn words(values: usize) -> usize {
    level_lengths(values).sum()
}

/// The levels above some values, lowest first, as they are stored.
pub(super) fn levels_of(values: impl ExactSizeIterator<Item = u32>) -> Vec<U32> {
    let length = values.len();
    let mut all = Vec::with_capacity(words(length));
    if length <= FAN {
        return all;
    }
    for (n, value) in values.enumerate() {
        match all.last_mut() {
            Some(last) if n % FAN != 0 => *last = U32::new(value.min(last.get())),
            _ => all.push(U32::new(value)),
        }
    }
    let mut below = 0..all.len();
    while below.len() > FAN {
        let level: Vec<U32> = all[below.clone()].chunks(FAN).map(least_of).collect();
        below = all.len()..all.len() + level.len();
        all.extend(level);
    }
    all
}

fn least_of(values: &[U32]) -> U32 {
    values.iter().copied().min_by_key(|value| value.get()).unwrap_or(U32::new(u32::MAX))
}

impl<'a> Minima<'a> {
    /// Over levels that [`levels_of`] made above so many values.
    pub fn over(values: usize, mut stored: &'a [U32]) -> Self {
        let mut minima = Self { levels: [&[]; LEVELS_MAX], height: 0 };
        for (level, length) in minima.levels.iter_mut().zip(level_lengths(values)) {
            (*level, stored) = stored.split_at(length.min(stored.len()));
            minima.height += 1;
        }
        minima
    }

    fn level(&self, values: &'a [U32], level: usize) -> Option<&'a [U32]> {
        if level == 0 { Some(values) } else { self.levels[..self.height].get(level - 1).copied() }
    }

    /// The least of `values[range]`; `values` are those the tree was made of.
    pub fn least(&self, values: &'a [U32], range: Range<usize>) -> Option<u32> {
        let (mut low, mut high) = (range.start, range.end);
        let mut least: Option<u32> = None;
        let mut level = 0;
        while low < high {
            let here = self.level(values, level)?;
            let (head, tail) = (low.next_multiple_of(FAN), high / FAN * FAN);
            let ends = if head >= tail { [low..high, 0..0] } else { [low..head, tail..high] };
            for end in ends {
                least = here.get(end)?.iter().map(|value| value.get()).chain(least).min();
            }
            if head >= tail {
                return least;
            }
            (low, high, level) = (head / FAN, tail / FAN, level + 1);
        }
        least
    }

    /// The last place before `end` whose value is less than `bound`.
    pub fn last_below(&self, values: &'a [U32], end: usize, bound: u32) -> Option<usize> {
        let below = |value: &U32| value.get() < bound;
        let (mut level, mut end) = (0, end);
        loop {
            let here = self.level(values, level)?;
            // The top has nothing above it that would cover a whole block.
            let block = if level == self.height { 0 } else { end / FAN * FAN };
            if let Some(n) = here.get(block..end)?.iter().rposition(below) {
                return self.descend(values, level, block + n, |block| block.iter().rposition(below));
            }
            (end, level) = (end / FAN, level + 1);
        }
    }

    /// The first place from `start` whose value is less than `bound`.
    pub fn first_below(&self, values: &'a [U32], start: usize, bound: u32) -> Option<usize> {
        let below = |value: &U32| value.get() < bound;
        let (mut level, mut start) = (0, start);
        loop {
            let here = self.level(values, level)?;
            let top = level == self.height;
            let block = if top { here.len() } else { start.next_multiple_of(FAN).min(here.len()) };
            if let Some(n) = here.get(start..block)?.iter().position(below) {
                return self.descend(values, level, start + n, |block| block.iter().position(below));
            }
            (start, level) = (start.div_ceil(FAN), level + 1);
        }
    }

    fn descend(
        &self,
        values: &'a [U32],
        mut level: usize,
        mut at: usize,
        pick: impl Fn(&[U32]) -> Option<usize>,
    ) -> Option<usize> {
        while level > 0 {
            level -= 1;
            let here = self.level(values, level)?;
            let block = at * FAN;
            at = block + pick(here.get(block..(block + FAN).min(here.len()))?)?;
        }
        Some(at)
    }

    /// Calls `visit` with every stretch of `range` that may hold a value of at
    /// most `bound`: no such value lies outside of them. Needs no values.
    pub fn stretches_within(&self, range: Range<usize>, bound: usize, visit: &mut impl FnMut(Range<usize>)) {
        if self.height == 0 || range.len() <= FAN {
            return visit(range);
        }
        let span = FAN.pow(self.height as u32);
        self.walk(self.height, range.start / span..range.end.div_ceil(span), &range, bound, visit);
    }

    fn walk(
        &self,
        level: usize,
        nodes: Range<usize>,
        range: &Range<usize>,
        bound: usize,
        visit: &mut impl FnMut(Range<usize>),
    ) {
        let span = FAN.pow(level as u32);
        for node in nodes {
            let Some(least) = self.levels[level - 1].get(node) else { return };
            if least.get() as usize > bound {
                continue;
            }
            let inside = (node * span).max(range.start)..((node + 1) * span).min(range.end);
            if level == 1 {
                visit(inside);
            } else {
                let below = span / FAN;
                self.walk(level - 1, inside.start / below..inside.end.div_ceil(below), range, bound, visit);
            }
        }
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
            let levels = levels_of(values.iter().copied());
            prop_assert_eq!(levels.len(), words(values.len()));
            let stored: Vec<U32> = values.iter().map(|value| U32::new(*value)).collect();
            let minima = Minima::over(values.len(), &levels);
            for (a, b, bound) in picks {
                let (a, b) = (a % (values.len() + 1), b % (values.len() + 1));
                let range = a.min(b)..a.max(b);
                prop_assert_eq!(minima.least(&stored, range.clone()), values[range.clone()].iter().copied().min());
                let last = values[..a].iter().rposition(|value| *value < bound);
                prop_assert_eq!(minima.last_below(&stored, a, bound), last);
                let first = values[a..].iter().position(|value| *value < bound).map(|n| a + n);
                prop_assert_eq!(minima.first_below(&stored, a, bound), first);
                let mut found = Vec::new();
                minima.stretches_within(range.clone(), bound as usize, &mut |stretch| {
                    found.extend(stretch.filter(|n| values[*n] <= bound));
                });
                let scan: Vec<usize> = range.filter(|n| values[*n] <= bound).collect();
                prop_assert_eq!(found, scan);
            }
        }
    }
}
