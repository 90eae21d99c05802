//! The span index: where bytes of an answer stand in the registered texts.
//!
//! Segments of documents, each a suffix array over their texts; new texts make
//! a small segment, and segments merge by size. It answers exactly, for any
//! position of the graph and as if all texts stood in one segment: how often, in
//! how many clusters, and in whose text first. It reads no files and decides no
//! payment; weights are the policy set's.

use tributary_core::id::AssetId;
use tributary_core::position::{AssetSeq, Slot};

#[cfg(test)]
pub(crate) mod corpus;
mod distinct;
mod evidence;
mod format;
mod growth;
mod minima;
mod segment;
mod suffix;

pub use evidence::{Span, VerbatimEvidence};
pub use format::{MAGIC, SEGMENT_VERSION};
pub use growth::to_merge;
pub use segment::Segment;

use format::View;
use segment::Horizon;

/// Stands after every document. No UTF-8 text contains it, so that no match
/// spans two documents.
const SEPARATOR: u8 = 0xff;
/// The most bytes of all texts of a segment, separators included.
pub const TEXT_MAX: usize = (1 << 31) - 2;

/// A registered text.
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    /// The dataset it belongs to.
    pub asset: AssetId,
    /// Its place in the order of registration.
    pub seq: AssetSeq,
    /// The number of its cluster of near-duplicates: documents of one cluster
    /// have the same, those of different clusters never have.
    pub cluster: u32,
    /// The text.
    pub text: &'a str,
}

/// Why there is no index or no answer.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// The texts are too long together.
    #[error("the texts exceed {TEXT_MAX} bytes together; split them over several segments")]
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
    /// These bytes are something else.
    #[error("this is no segment of a span index: it does not begin with {MAGIC:?}")]
    NotASegment,
    /// Another release wrote them.
    #[error("this segment has format {0}, this release reads {SEGMENT_VERSION}: build it anew from the texts")]
    OtherVersion(u32),
    /// They are not what was written.
    #[error("the segment is damaged: {0}; delete it and build it anew from the texts")]
    Damaged(&'static str),
}

/// How often a pattern occurs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Places in all texts.
    pub occurrences: usize,
    /// Different clusters.
    pub clusters: usize,
}

/// See the module's head.
#[derive(Clone, Debug)]
pub struct SpanIndex {
    /// In order of arrival.
    segments: Vec<Segment>,
}

/// A segment as of a position of the graph.
struct Part<'a> {
    view: View<'a>,
    horizon: Horizon,
}

impl SpanIndex {
    /// An index of one segment.
    pub fn build(documents: &[Document<'_>]) -> Result<Self, IndexError> {
        Self::new(vec![Segment::build(documents)?])
    }

    /// An index of these segments, which may hold the documents in any order.
    pub fn new(segments: Vec<Segment>) -> Result<Self, IndexError> {
        refuse_twice(segments.iter().flat_map(Segment::documents).collect())?;
        Ok(Self { segments })
    }

    /// The index with more documents. Segments are merged as [`to_merge`] says,
    /// none beyond `limit` bytes of text.
    pub fn with(&self, documents: &[Document<'_>], limit: usize) -> Result<Self, IndexError> {
        let mut segments = self.segments.clone();
        segments.push(Segment::build(documents)?);
        let sizes: Vec<usize> = segments.iter().map(Segment::text_len).collect();
        if let Some(range) = to_merge(&sizes, limit) {
            let merged = Segment::merge(&segments[range.clone()])?;
            segments.splice(range, [merged]);
        }
        Self::new(segments)
    }

    /// The segments, in order of arrival.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// Bytes of all texts together, without separators.
    pub fn text_len(&self) -> usize {
        self.segments.iter().map(Segment::text_len).sum()
    }

    /// Bytes that the index takes, the texts included.
    pub fn bytes(&self) -> usize {
        self.segments.iter().map(|segment| segment.bytes().len()).sum()
    }

    /// How often a pattern occurs in all documents. An empty pattern, or one
    /// that is no part of any UTF-8 text, occurs nowhere.
    pub fn count(&self, pattern: &[u8]) -> Count {
        self.count_as_of(pattern, Slot(u64::MAX))
    }

    /// How often a pattern occurs in the documents registered up to a slot.
    pub fn count_as_of(&self, pattern: &[u8], graph_slot: Slot) -> Count {
        if pattern.is_empty() || pattern.contains(&SEPARATOR) {
            return Count::default();
        }
        let parts = self.as_of(graph_slot);
        let occurrences = |part: &Part<'_>| part.view.occurrences(part.view.suffixes.range(pattern), part.horizon);
        Count { occurrences: parts.iter().map(occurrences).sum(), clusters: clusters_with(&parts, pattern) }
    }

    fn as_of(&self, graph_slot: Slot) -> Vec<Part<'_>> {
        let views = self.segments.iter().map(Segment::view);
        views.map(|view| Part { horizon: view.horizon(graph_slot), view }).collect()
    }
}

/// In how many clusters a pattern stands.
fn clusters_with(parts: &[Part<'_>], pattern: &[u8]) -> usize {
    let ranges = parts.iter().map(|part| (part, part.view.suffixes.range(pattern)));
    let holding: Vec<_> = ranges.filter(|(_, range)| !range.is_empty()).collect();
    if let [(part, range)] = &holding[..]
        && let Some(clusters) = part.view.count_clusters(range, part.horizon)
    {
        return clusters;
    }
    // Two segments may hold members of the same cluster.
    let mut clusters = Vec::new();
    for (part, range) in holding {
        part.view.list_clusters(range, part.horizon, &mut clusters);
    }
    clusters.sort_unstable();
    clusters.dedup();
    clusters.len()
}

/// Refuses two documents with one place, or of one asset.
fn refuse_twice(mut documents: Vec<(AssetId, AssetSeq)>) -> Result<(), IndexError> {
    documents.sort_unstable_by_key(|document| document.1);
    let place = documents.windows(2).find(|two| two[0].1 == two[1].1).map(|two| two[1]);
    documents.sort_unstable();
    let asset = documents.windows(2).find(|two| two[0].0 == two[1].0).map(|two| two[1]);
    if let Some((asset, seq)) = place.or(asset) {
        return Err(IndexError::Twice(asset, seq));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
