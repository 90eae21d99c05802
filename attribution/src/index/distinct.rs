//! In how many clusters a pattern occurs, exactly.
//!
//! [`Repeats`] answers for a whole segment in constant time, by Sadakane's
//! method. Take two neighbouring suffixes of the same cluster in sorted order,
//! and note one repeat at the place between them where adjacent suffixes share
//! least. The suffixes of a pattern share the pattern, those around them do not:
//! so the range contains that place exactly when it contains both suffixes, and
//! the repeats noted inside are its occurrences minus its clusters.
//!
//! [`previous_of`] answers for a part of the documents: of the suffixes of a
//! range, a document's first is the one whose predecessor of the same document
//! lies before the range (Muthukrishnan). Only block minima of the predecessors
//! are stored; blocks that may hold a first are looked through.

use std::ops::Range;
use zerocopy::little_endian::U32;

/// Counts in a block that share one running sum.
const BLOCK: usize = 64;
/// Counts up to here are stored in half a byte.
const INLINE_MAX: u32 = 14;
/// Says that the count stands in the list of large ones.
const LARGE: u8 = 15;

/// How many repeats were noted at each place, as they are stored.
#[derive(Debug, Default)]
pub(super) struct PackedRepeats {
    /// Repeats before each block, and all of them.
    pub sums: Vec<U32>,
    /// Two counts a byte, the even place in the low half.
    pub halves: Vec<u8>,
    /// Places and counts above [`INLINE_MAX`], ascending by place.
    pub large: Vec<[U32; 2]>,
}

/// The number of sums over so many places.
pub(super) fn sums_of(places: usize) -> usize {
    places.div_ceil(BLOCK) + 1
}

impl PackedRepeats {
    /// `common[n]` is what the nth suffix in order shares with the one before;
    /// `cluster` says to which of `clusters` the nth suffix belongs.
    pub fn count(common: &[u32], cluster: impl Fn(usize) -> usize, clusters: usize) -> Self {
        let mut counts = vec![0u32; common.len()];
        let mut last: Vec<Option<u32>> = vec![None; clusters];
        // Places whose `common` is less than that of every later place so far,
        // ascending by both: the least after some place is the first one after it.
        let mut rising: Vec<(u32, u32)> = Vec::new();
        for n in 0..common.len() {
            while rising.last().is_some_and(|(_, value)| *value >= common[n]) {
                rising.pop();
            }
            rising.push((n as u32, common[n]));
            let last = &mut last[cluster(n)];
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
            sums: Vec::with_capacity(sums_of(counts.len())),
            halves: vec![0; counts.len().div_ceil(2)],
            large: Vec::new(),
        };
        let mut sum = 0; // at most the number of suffixes, below 2³¹
        for (n, count) in counts.iter().enumerate() {
            if n % BLOCK == 0 {
                packed.sums.push(U32::new(sum));
            }
            sum += count;
            let half = if *count <= INLINE_MAX {
                *count as u8
            } else {
                packed.large.push([U32::new(n as u32), U32::new(*count)]);
                LARGE
            };
            packed.halves[n / 2] |= half << (n % 2 * 4);
        }
        packed.sums.push(U32::new(sum));
        packed
    }
}

/// See [`PackedRepeats`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Repeats<'a> {
    pub sums: &'a [U32],
    pub halves: &'a [u8],
    pub large: &'a [[U32; 2]],
}

impl Repeats<'_> {
    fn at(&self, n: usize) -> usize {
        let half = self.halves.get(n / 2).map_or(0, |halves| halves >> (n % 2 * 4) & 0xf);
        if half != LARGE {
            return usize::from(half);
        }
        let found = self.large.binary_search_by_key(&(n as u32), |[place, _]| place.get());
        found.map_or(0, |at| self.large[at][1].get() as usize)
    }

    /// Repeats noted before place `n`, which may be the end.
    fn before(&self, n: usize) -> usize {
        let block = n / BLOCK;
        let sum = self.sums.get(block).map_or(0, |sum| sum.get() as usize);
        sum + (block * BLOCK..n).map(|place| self.at(place)).sum::<usize>()
    }

    /// The repeats of a pattern whose suffixes are `range`.
    pub fn within(&self, range: &Range<usize>) -> usize {
        if range.len() < 2 { 0 } else { self.before(range.end).saturating_sub(self.before(range.start + 1)) }
    }
}

/// For each suffix in sorted order one more than the place of the suffix before
/// it that belongs to the same document, or zero.
pub(super) fn previous_of<'a>(
    suffixes: usize,
    document: impl Fn(usize) -> usize + 'a,
    documents: usize,
) -> impl ExactSizeIterator<Item = u32> + 'a {
    let mut last = vec![0u32; documents];
    (0..suffixes).map(move |n| std::mem::replace(&mut last[document(n)], n as u32 + 1))
}
