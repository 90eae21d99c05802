//! The span index: where bytes of an answer stand in the registered texts.
//!
//! A suffix array over all texts in the order of their registration. It answers
//! exactly, for any position of the graph: how often, in how many documents,
//! and in whose text first. It reads no files and decides no payment; weights
//! are the policy set's.

use std::ops::Range;
use tributary_core::id::AssetId;
use tributary_core::position::{AssetSeq, Slot};

#[cfg(test)]
pub(crate) mod corpus;
mod distinct;
mod evidence;
mod minima;
mod suffix;

pub use evidence::{Span, VerbatimEvidence};

use distinct::Repeats;
use minima::Minima;
use suffix::Suffixes;

/// Stands after every document. No UTF-8 text contains it, so that no match
/// spans two documents.
const SEPARATOR: u8 = 0xff;
/// The most bytes of all texts together, separators included.
pub const TEXT_MAX: usize = (1 << 31) - 2;

/// A registered text.
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    /// The dataset it belongs to.
    pub asset: AssetId,
    /// Its place in the order of registration.
    pub seq: AssetSeq,
    /// The text.
    pub text: &'a str,
}

/// Why there is no index or no answer.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// The texts are too long together.
    #[error("the texts exceed {TEXT_MAX} bytes together; split the corpus over several indexes")]
    TooLarge,
    /// Two documents claim one place or one asset.
    #[error("asset {0} (sequence {1}) stands twice among the documents")]
    Twice(AssetId, AssetSeq),
    /// Sorting the suffixes failed, for want of memory.
    #[error(
        "the suffixes could not be sorted; the index needs about 17 bytes of memory a byte of text while it is built"
    )]
    Sort(#[source] libsais::LibsaisError),
    /// The answer has more tokens than an event can cover.
    #[error("an answer of {0} bytes is longer than the {max} an event covers", max = tributary_core::event::TOKENS_MAX)]
    OutputTooLong(usize),
}

/// How often a pattern occurs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Places in all texts.
    pub occurrences: usize,
    /// Different documents.
    pub documents: usize,
}

/// See the module's head.
#[derive(Debug)]
pub struct SpanIndex {
    /// Each document's asset and sequence, ascending by sequence.
    documents: Vec<(AssetId, AssetSeq)>,
    /// Where each document starts in the text, and the text's end.
    starts: Vec<u32>,
    suffixes: Suffixes,
    minima: Minima,
    repeats: Repeats,
}

/// A prefix of the documents, as of a position of the graph, by the first byte
/// of the text that no longer belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Horizon(u32);

impl SpanIndex {
    /// Sorts all suffixes of the documents, which may come in any order.
    pub fn build(mut documents: Vec<Document<'_>>) -> Result<Self, IndexError> {
        documents.sort_by_key(|document| (document.seq, document.asset));
        if let Some(two) = documents.windows(2).find(|two| two[0].seq == two[1].seq) {
            return Err(IndexError::Twice(two[1].asset, two[1].seq));
        }
        let mut assets: Vec<_> = documents.iter().map(|document| (document.asset, document.seq)).collect();
        assets.sort();
        if let Some(two) = assets.windows(2).find(|two| two[0].0 == two[1].0) {
            return Err(IndexError::Twice(two[1].0, two[1].1));
        }
        // Saturating, because the lengths come from outside.
        let bytes = documents.iter().fold(0usize, |sum, document| sum.saturating_add(document.text.len() + 1));
        if bytes > TEXT_MAX {
            return Err(IndexError::TooLarge);
        }
        let mut text = Vec::with_capacity(bytes);
        let mut starts = Vec::with_capacity(documents.len() + 1);
        for document in &documents {
            starts.push(text.len() as u32);
            text.extend_from_slice(document.text.as_bytes());
            text.push(SEPARATOR);
        }
        starts.push(text.len() as u32);
        let (suffixes, common) = Suffixes::sort(text).map_err(IndexError::Sort)?;
        let repeats = Repeats::count(&common, |n| document_at(&starts, suffixes.position(n)), documents.len());
        drop(common);
        let minima = Minima::of(suffixes.positions());
        let documents = documents.iter().map(|document| (document.asset, document.seq)).collect();
        Ok(Self { documents, starts, suffixes, minima, repeats })
    }

    /// Each document's asset and sequence, ascending by sequence.
    pub fn documents(&self) -> &[(AssetId, AssetSeq)] {
        &self.documents
    }

    /// Bytes of all texts together, without separators.
    pub fn text_len(&self) -> usize {
        self.text().len() - self.documents.len()
    }

    /// Bytes of memory the index holds, its copy of the texts included.
    pub fn memory(&self) -> usize {
        self.suffixes.memory()
            + self.minima.memory()
            + self.repeats.memory()
            + self.starts.len() * 4
            + self.documents.len() * size_of::<(AssetId, AssetSeq)>()
    }

    /// How often a pattern occurs in all documents. An empty pattern, or one
    /// that is no part of any UTF-8 text, occurs nowhere.
    pub fn count(&self, pattern: &[u8]) -> Count {
        self.count_within(pattern, self.everything())
    }

    /// How often a pattern occurs in the documents registered up to a slot.
    pub fn count_as_of(&self, pattern: &[u8], graph_slot: Slot) -> Count {
        self.count_within(pattern, self.horizon(graph_slot))
    }

    fn count_within(&self, pattern: &[u8], horizon: Horizon) -> Count {
        if pattern.is_empty() || pattern.contains(&SEPARATOR) {
            return Count::default();
        }
        let range = self.suffixes.range(pattern);
        let occurrences = if horizon == self.everything() {
            range.len()
        } else {
            self.suffixes.positions()[range.clone()].iter().filter(|position| **position < horizon.0).count()
        };
        Count { occurrences, documents: self.distinct(range, horizon) }
    }

    /// All texts, each followed by [`SEPARATOR`].
    pub(crate) fn text(&self) -> &[u8] {
        self.suffixes.text()
    }

    /// The suffixes that start with `pattern`, as positions in sorted order.
    pub(crate) fn range(&self, pattern: &[u8]) -> Range<usize> {
        if pattern.contains(&SEPARATOR) { 0..0 } else { self.suffixes.range(pattern) }
    }

    /// Where in the text the nth suffix in sorted order starts.
    pub(crate) fn suffix(&self, nth: usize) -> usize {
        self.suffixes.position(nth) as usize
    }

    fn everything(&self) -> Horizon {
        Horizon(self.text().len() as u32)
    }

    fn horizon(&self, graph_slot: Slot) -> Horizon {
        let known = self.documents.partition_point(|(_, seq)| seq.slot() <= graph_slot);
        Horizon(self.starts[known])
    }

    /// The earliest registered document among the suffixes of `range` and where
    /// in its text the first of them starts: texts stand in the order of
    /// registration, so it holds the least position.
    fn earliest(&self, range: Range<usize>) -> Option<(usize, u32)> {
        let position = self.minima.least(self.suffixes.positions(), range)?;
        let document = document_at(&self.starts, position);
        Some((document, position - self.starts[document]))
    }

    /// The number of documents before the horizon among the suffixes of a
    /// pattern's range. Constant time for the whole index, else linear in the range.
    fn distinct(&self, range: Range<usize>, horizon: Horizon) -> usize {
        if horizon == self.everything() {
            return range.len() - self.repeats.within(&range);
        }
        let mut seen = vec![false; self.documents.len()];
        for position in self.suffixes.positions()[range].iter().filter(|position| **position < horizon.0) {
            seen[document_at(&self.starts, *position)] = true;
        }
        seen.into_iter().filter(|seen| *seen).count()
    }
}

/// Which document a position of the text belongs to.
fn document_at(starts: &[u32], position: u32) -> usize {
    starts.partition_point(|start| *start <= position) - 1
}

#[cfg(test)]
mod tests;
