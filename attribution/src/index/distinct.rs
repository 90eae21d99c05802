//! In how many documents a pattern occurs, in constant time and exactly.
//!
//! Sadakane's method. Take two neighbouring suffixes of the same document in
//! sorted order, and note one repeat at the place between them where adjacent
//! suffixes share least. The suffixes of a pattern share the pattern, those
//! around them do not: so the range contains that place exactly when it contains
//! both suffixes, and the repeats noted inside are its occurrences minus its
//! documents.

use std::ops::Range;

/// Counts in a block that share one running sum.
const BLOCK: usize = 64;
/// Counts up to here are stored in half a byte.
const INLINE_MAX: u32 = 14;
/// Says that the count stands in the list of large ones.
const LARGE: u8 = 15;

/// How many repeats were noted at each place.
#[derive(Debug)]
pub(super) struct Repeats {
    /// Repeats before each block, and all of them.
    sums: Vec<u32>,
    /// Two counts a byte, the even place in the low half.
    halves: Vec<u8>,
    /// Places and counts above [`INLINE_MAX`], ascending by place.
    large: Vec<(u32, u32)>,
}

impl Repeats {
    /// `common[n]` is what the nth suffix in order shares with the one before;
    /// `document` says to which of `documents` the nth suffix belongs.
    pub fn count(common: &[u32], document: impl Fn(usize) -> usize, documents: usize) -> Self {
        let mut counts = vec![0u32; common.len()];
        let mut last: Vec<Option<u32>> = vec![None; documents];
        // Places whose `common` is less than that of every later place so far,
        // ascending by both: the least after some place is the first one after it.
        let mut rising: Vec<(u32, u32)> = Vec::new();
        for n in 0..common.len() {
            while rising.last().is_some_and(|(_, value)| *value >= common[n]) {
                rising.pop();
            }
            rising.push((n as u32, common[n]));
            let last = &mut last[document(n)];
            if let Some(before) = *last {
                let least = rising[rising.partition_point(|(place, _)| *place <= before)].0;
                counts[least as usize] += 1;
            }
            *last = Some(n as u32);
        }
        Self::pack(&counts)
    }

    fn pack(counts: &[u32]) -> Self {
        let mut packed = Self {
            sums: Vec::with_capacity(counts.len() / BLOCK + 2),
            halves: vec![0; counts.len().div_ceil(2)],
            large: Vec::new(),
        };
        let mut sum = 0; // at most the number of suffixes, below 2³¹
        for (n, count) in counts.iter().enumerate() {
            if n % BLOCK == 0 {
                packed.sums.push(sum);
            }
            sum += count;
            let half = if *count <= INLINE_MAX {
                *count as u8
            } else {
                packed.large.push((n as u32, *count));
                LARGE
            };
            packed.halves[n / 2] |= half << (n % 2 * 4);
        }
        packed.sums.push(sum);
        packed
    }

    pub fn memory(&self) -> usize {
        self.sums.len() * 4 + self.halves.len() + self.large.len() * 8
    }

    fn at(&self, n: usize) -> u32 {
        match self.halves[n / 2] >> (n % 2 * 4) & 0xf {
            LARGE => match self.large.binary_search_by_key(&(n as u32), |(place, _)| *place) {
                Ok(at) => self.large[at].1,
                Err(_) => 0,
            },
            small => u32::from(small),
        }
    }

    /// Repeats noted before place `n`, which may be the end.
    fn before(&self, n: usize) -> usize {
        let block = n / BLOCK;
        self.sums[block] as usize + (block * BLOCK..n).map(|place| self.at(place) as usize).sum::<usize>()
    }

    /// The repeats of a pattern whose suffixes are `range`.
    pub fn within(&self, range: &Range<usize>) -> usize {
        if range.len() < 2 { 0 } else { self.before(range.end) - self.before(range.start + 1) }
    }
}
