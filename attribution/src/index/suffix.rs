//! The sorted suffixes of a text, and binary search in them.

use libsais::{LibsaisError, SuffixArrayConstruction};
use std::cmp::Ordering;
use std::ops::Range;
use zerocopy::little_endian::U32;

/// A text and where its suffixes start, in ascending order of the suffixes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Suffixes<'a> {
    pub text: &'a [u8],
    pub positions: &'a [U32],
}

/// Where a pattern would stand among the suffixes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Insertion {
    /// The first suffix that is not less than the pattern.
    pub at: usize,
    /// Bytes the pattern shares with the suffix before.
    pub common_before: usize,
    /// Bytes it shares with the suffix at.
    pub common_at: usize,
}

/// The suffixes of a text in order, and how many bytes each shares with the one
/// before it. The text has at most [`super::TEXT_MAX`] bytes.
pub(super) fn sort(text: &[u8]) -> Result<(Vec<u32>, Vec<u32>), LibsaisError> {
    if text.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let (positions, common, _, _) = SuffixArrayConstruction::for_text(text)
        .in_owned_buffer32()
        .single_threaded()
        .run()?
        .plcp_construction()
        .single_threaded()
        .run()?
        .lcp_construction()
        .single_threaded()
        .run()?
        .into_parts();
    // Both hold values from 0 to the text's length, below 2³¹.
    let unsigned = |values: Vec<i32>| values.into_iter().map(|value| value as u32).collect::<Vec<u32>>();
    Ok((unsigned(positions), unsigned(common)))
}

impl<'a> Suffixes<'a> {
    /// Where the nth suffix starts.
    pub fn position(&self, nth: usize) -> u32 {
        self.positions[nth].get()
    }

    /// The text from a byte on. Empty past its end, which only a damaged
    /// segment names.
    fn text_from(&self, at: usize) -> &'a [u8] {
        self.text.get(at..).unwrap_or_default()
    }

    /// Bytes that `pattern` shares with the nth suffix, if the first `known`
    /// are known to be shared.
    pub fn common(&self, pattern: &[u8], nth: usize, known: usize) -> usize {
        known + shared_prefix(&pattern[known..], self.text_from(self.position(nth) as usize + known))
    }

    fn compare(&self, pattern: &[u8], nth: usize, common: usize) -> Ordering {
        let at = self.position(nth) as usize + common;
        match (self.text.get(at), pattern.get(common)) {
            (Some(ours), Some(theirs)) => ours.cmp(theirs),
            (None, Some(_)) => Ordering::Less,
            // The pattern is a prefix of the suffix.
            (_, None) => Ordering::Equal,
        }
    }

    /// The first suffix for which `goes_before` is false, and the shared bytes
    /// around it. What both ends of the search share with the pattern, all
    /// suffixes between them share too, so comparing starts there.
    fn search(&self, pattern: &[u8], goes_before: impl Fn(Ordering) -> bool) -> Insertion {
        let (mut low, mut high) = (0, self.positions.len());
        let (mut common_before, mut common_at) = (0, 0);
        while low < high {
            let middle = low + (high - low) / 2;
            let common = self.common(pattern, middle, common_before.min(common_at));
            if goes_before(self.compare(pattern, middle, common)) {
                low = middle + 1;
                common_before = common;
            } else {
                high = middle;
                common_at = common;
            }
        }
        Insertion { at: low, common_before, common_at }
    }

    pub fn insertion(&self, pattern: &[u8]) -> Insertion {
        self.search(pattern, |suffix| suffix == Ordering::Less)
    }

    /// The suffixes that start with `pattern`.
    pub fn range(&self, pattern: &[u8]) -> Range<usize> {
        let start = self.insertion(pattern);
        if start.common_at < pattern.len() {
            return start.at..start.at;
        }
        start.at..self.search(pattern, |suffix| suffix != Ordering::Greater).at
    }
}

/// How many bytes two slices share at their start.
fn shared_prefix(a: &[u8], b: &[u8]) -> usize {
    const WORD: usize = 16;
    let length = a.len().min(b.len());
    let words = a[..length].chunks_exact(WORD).zip(b[..length].chunks_exact(WORD));
    let start = words.take_while(|(x, y)| x == y).count() * WORD;
    start + a[start..length].iter().zip(&b[start..length]).take_while(|(x, y)| x == y).count()
}
