//! One immutable part of the span index: some documents, their texts and a
//! suffix array over them, in one run of bytes that may be a mapped file. It
//! reads no files.

use super::distinct::{PackedRepeats, previous_of};
use super::format::{Entry, Layout, Parts, View};
use super::{Document, IndexError, SEPARATOR, TEXT_MAX, minima, suffix};
use std::ops::Range;
use std::sync::Arc;
use tributary_core::id::AssetId;
use tributary_core::position::{AssetSeq, Slot};

/// See the module's head. Cheap to clone.
#[derive(Clone)]
pub struct Segment {
    bytes: Arc<dyn AsRef<[u8]> + Send + Sync>,
    layout: Arc<Layout>,
}

impl std::fmt::Debug for Segment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (documents, bytes) = (self.layout.entries.len(), self.bytes().len());
        f.debug_struct("Segment").field("documents", &documents).field("bytes", &bytes).finish_non_exhaustive()
    }
}

/// A document whose text need not be checked again.
struct Source<'a> {
    entry: Entry,
    text: &'a [u8],
}

impl Segment {
    /// Sorts all suffixes of the documents, which may come in any order, and
    /// returns the segment's bytes. Takes about 17 bytes of memory a byte of text.
    pub fn build(documents: &[Document<'_>]) -> Result<Self, IndexError> {
        let sources = documents
            .iter()
            .map(|document| Source {
                entry: Entry { asset: document.asset, seq: document.seq, cluster: document.cluster },
                text: document.text.as_bytes(),
            })
            .collect();
        Self::open(encode(sources)?)
    }

    /// One segment of the documents of several.
    pub fn merge(segments: &[Self]) -> Result<Self, IndexError> {
        let mut sources = Vec::new();
        for segment in segments {
            let view = segment.view();
            for (n, entry) in view.entries.iter().enumerate() {
                // Without the separator.
                let text = view.starts[n] as usize..view.starts[n + 1] as usize - 1;
                sources.push(Source { entry: *entry, text: view.suffixes.text.get(text).unwrap_or_default() });
            }
        }
        Self::open(encode(sources)?)
    }

    /// A segment in bytes that were written before. Checks length, magic, version
    /// and the header; [`Segment::check_body`] checks the rest. What is damaged
    /// there gives wrong answers, and no answer is given by crashing.
    pub fn open(bytes: impl AsRef<[u8]> + Send + Sync + 'static) -> Result<Self, IndexError> {
        let layout = Arc::new(Layout::read(bytes.as_ref())?);
        Ok(Self { bytes: Arc::new(bytes), layout })
    }

    /// Reads the whole segment and compares it with the hash in its header.
    pub fn check_body(&self) -> Result<(), IndexError> {
        self.layout.check_body(self.bytes())
    }

    /// What is to be stored.
    pub fn bytes(&self) -> &[u8] {
        (*self.bytes).as_ref()
    }

    /// Each document's asset and sequence, ascending by sequence.
    pub fn documents(&self) -> impl ExactSizeIterator<Item = (AssetId, AssetSeq)> {
        self.layout.entries.iter().map(|entry| (entry.asset, entry.seq))
    }

    /// Bytes of all texts together, without separators.
    pub fn text_len(&self) -> usize {
        self.text().len() - self.layout.entries.len().min(self.text().len())
    }

    /// All texts, each followed by [`SEPARATOR`].
    pub(crate) fn text(&self) -> &[u8] {
        self.view().suffixes.text
    }

    /// The suffixes that start with `pattern`, as positions in sorted order.
    pub(crate) fn range(&self, pattern: &[u8]) -> Range<usize> {
        if pattern.contains(&SEPARATOR) { 0..0 } else { self.view().suffixes.range(pattern) }
    }

    /// Where in the text the nth suffix in sorted order starts.
    pub(crate) fn suffix(&self, nth: usize) -> usize {
        self.view().suffixes.position(nth) as usize
    }

    pub(super) fn view(&self) -> View<'_> {
        self.layout.view(self.bytes())
    }
}

fn encode(mut sources: Vec<Source<'_>>) -> Result<Vec<u8>, IndexError> {
    sources.sort_by_key(|source| (source.entry.seq, source.entry.asset));
    // Saturating, because the lengths come from outside.
    let bytes = sources.iter().fold(0usize, |sum, source| sum.saturating_add(source.text.len() + 1));
    if bytes > TEXT_MAX {
        return Err(IndexError::TooLarge);
    }
    let mut text = Vec::with_capacity(bytes);
    let mut starts = Vec::with_capacity(sources.len() + 1);
    for source in &sources {
        starts.push(text.len() as u32);
        text.extend_from_slice(source.text);
        text.push(SEPARATOR);
    }
    starts.push(text.len() as u32);
    let entries: Vec<Entry> = sources.iter().map(|source| source.entry).collect();
    super::refuse_twice(entries.iter().map(|entry| (entry.asset, entry.seq)).collect())?;

    let (positions, common) = suffix::sort(&text).map_err(IndexError::Sort)?;
    let document = |n: usize| document_at(&starts, positions[n]);
    let mut clusters: Vec<u32> = entries.iter().map(|entry| entry.cluster).collect();
    clusters.sort_unstable();
    clusters.dedup();
    // Clusters as consecutive numbers of this segment.
    let local: Vec<usize> =
        entries.iter().map(|entry| clusters.partition_point(|cluster| *cluster < entry.cluster)).collect();
    let repeats = PackedRepeats::count(&common, |n| local[document(n)], clusters.len());
    drop(common);
    let previous = minima::levels_of(previous_of(positions.len(), document, entries.len()));
    let minima = minima::levels_of(positions.iter().copied());
    Ok(Parts { entries, starts, text, positions, minima, previous, repeats }.encode())
}

/// Which document a position of the text belongs to.
pub(super) fn document_at(starts: &[u32], position: u32) -> usize {
    // The last start is the text's end; only a damaged segment names a position behind it.
    starts.partition_point(|start| *start <= position).min(starts.len() - 1).saturating_sub(1)
}

/// A prefix of a segment's documents, as of a position of the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Horizon {
    /// How many documents belong to it.
    documents: usize,
    /// The first byte of the text that no longer does.
    text: u32,
}

impl View<'_> {
    pub fn everything(&self) -> Horizon {
        Horizon { documents: self.entries.len(), text: self.starts[self.entries.len()] }
    }

    pub fn horizon(&self, graph_slot: Slot) -> Horizon {
        let documents = self.entries.partition_point(|entry| entry.seq.slot() <= graph_slot);
        Horizon { documents, text: self.starts[documents] }
    }

    /// How many bytes of `pattern` stand somewhere before the horizon.
    pub fn longest_match(&self, pattern: &[u8], horizon: Horizon) -> usize {
        let place = self.suffixes.insertion(pattern);
        if horizon == self.everything() {
            return place.common_before.max(place.common_at);
        }
        // What a suffix shares with the pattern only shrinks away from the
        // insertion, so the nearest ones before the horizon are the best.
        let positions = self.suffixes.positions;
        let before = self.minima.last_below(positions, place.at, horizon.text);
        let after = self.minima.first_below(positions, place.at, horizon.text);
        before.into_iter().chain(after).map(|nth| self.suffixes.common(pattern, nth, 0)).max().unwrap_or(0)
    }

    pub fn occurrences(&self, range: Range<usize>, horizon: Horizon) -> usize {
        if horizon == self.everything() {
            return range.len();
        }
        self.suffixes.positions[range].iter().filter(|position| position.get() < horizon.text).count()
    }

    /// The earliest registered document among the suffixes of `range` and where
    /// in its text the first of them starts: texts stand in the order of
    /// registration, so it holds the least position.
    pub fn earliest(&self, range: Range<usize>, horizon: Horizon) -> Option<(Entry, u32)> {
        let position = self.minima.least(self.suffixes.positions, range)?;
        let document = document_at(self.starts, position);
        (document < horizon.documents).then(|| (self.entries[document], position.saturating_sub(self.starts[document])))
    }

    /// The number of clusters among the suffixes of a pattern's range, in
    /// constant time, if the horizon leaves nothing out.
    pub fn count_clusters(&self, range: &Range<usize>, horizon: Horizon) -> Option<usize> {
        (horizon == self.everything()).then(|| range.len().saturating_sub(self.repeats.within(range)))
    }

    /// The clusters of the documents before the horizon among the suffixes of a
    /// pattern's range; some stand several times. Takes time with the number of
    /// documents, not of suffixes.
    pub fn list_clusters(&self, range: Range<usize>, horizon: Horizon, clusters: &mut Vec<u32>) {
        // Places count from one among the predecessors, so that zero is none.
        self.previous.stretches_within(range.clone(), range.start, &mut |stretch| {
            for position in self.suffixes.positions.get(stretch).unwrap_or_default() {
                let document = document_at(self.starts, position.get());
                if document < horizon.documents {
                    clusters.push(self.entries[document].cluster);
                }
            }
        });
    }
}
