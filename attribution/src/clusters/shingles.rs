//! A text as the set of its shingles: so many words in a row, without case and
//! punctuation.
//!
//! A word is a longest stretch of ASCII letters and digits and of characters
//! from U+00C0 on, without general punctuation (U+2000 to U+206F); ASCII letters
//! are lower-cased. This needs no table of characters that another release could
//! change.

use std::sync::Arc;
use tributary_core::amount::BasisPoints;
use tributary_core::hash::sha256;

/// Why bytes are no shingles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShinglesError {
    /// Half a number at the end.
    #[error("{0} bytes are no whole number of shingles; take the file as it was published")]
    Length(usize),
    /// Not ascending.
    #[error("shingle {0} does not follow the one before it; take the file as it was published")]
    Order(usize),
}

/// The first 64 bits of the SHA-256 of each shingle, ascending, none twice. The
/// text cannot be read from them; whoever has a text can tell whether it is like.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shingles(Arc<[u64]>);

impl Shingles {
    /// Of a text with fewer words than a shingle has, all of them are one.
    pub fn of(text: &str, words: u8) -> Self {
        let lower = text.to_ascii_lowercase();
        let all: Vec<&str> = lower.split(|c| !in_word(c)).filter(|word| !word.is_empty()).collect();
        let mut joined = Vec::new();
        let mut hashes: Vec<u64> = all
            .windows(usize::from(words).min(all.len()).max(1))
            .map(|shingle| {
                joined.clear();
                for word in shingle {
                    joined.extend_from_slice(word.as_bytes());
                    joined.push(b' ');
                }
                first_bits(&sha256(&[&joined]))
            })
            .collect();
        hashes.sort_unstable();
        hashes.dedup();
        Self(hashes.into())
    }

    /// As they are published: eight bytes each, little-endian.
    pub fn encode(&self) -> Vec<u8> {
        self.0.iter().flat_map(|hash| hash.to_le_bytes()).collect()
    }

    /// Reads what [`Self::encode`] writes and nothing else.
    pub fn decode(bytes: &[u8]) -> Result<Self, ShinglesError> {
        let (numbers, []) = bytes.as_chunks::<8>() else { return Err(ShinglesError::Length(bytes.len())) };
        let hashes: Vec<u64> = numbers.iter().map(|number| u64::from_le_bytes(*number)).collect();
        match hashes.windows(2).position(|two| two[0] >= two[1]) {
            Some(place) => Err(ShinglesError::Order(place + 1)),
            None => Ok(Self(hashes.into())),
        }
    }

    pub(super) fn hashes(&self) -> &[u64] {
        &self.0
    }

    /// Whether the Jaccard similarity, common shingles over all, reaches the
    /// threshold. Exact; texts without words are like nothing.
    pub(super) fn is_like(&self, other: &Self, threshold: BasisPoints) -> bool {
        let (shorter, longer) = (self.0.len().min(other.0.len()), self.0.len().max(other.0.len()));
        // No more than the shorter has can be common: most pairs end here.
        if shorter == 0 || !reaches(shorter, longer, threshold) {
            return false;
        }
        let common = self.common(other);
        reaches(common, shorter + longer - common, threshold)
    }

    fn common(&self, other: &Self) -> usize {
        let (mut mine, mut theirs) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut common = 0;
        while let (Some(a), Some(b)) = (mine.peek(), theirs.peek()) {
            match a.cmp(b) {
                std::cmp::Ordering::Less => mine.next(),
                std::cmp::Ordering::Greater => theirs.next(),
                std::cmp::Ordering::Equal => {
                    common += 1;
                    theirs.next();
                    mine.next()
                }
            };
        }
        common
    }
}

fn in_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || (c >= '\u{c0}' && !('\u{2000}'..='\u{206f}').contains(&c))
}

fn first_bits(hash: &[u8; 32]) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = *hash;
    u64::from_le_bytes([a, b, c, d, e, f, g, h])
}

fn reaches(common: usize, all: usize, threshold: BasisPoints) -> bool {
    common as u128 * 10_000 >= all as u128 * u128::from(threshold.get())
}
