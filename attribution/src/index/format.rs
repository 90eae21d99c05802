//! The bytes of a segment: writing them, and finding the parts in them again.
//! `docs/attribution.md` has the layout. It reads no files.

use super::distinct::{self, PackedRepeats, Repeats};
use super::minima::{self, Minima};
use super::suffix::Suffixes;
use super::{IndexError, TEXT_MAX};
use std::ops::Range;
use tributary_core::hash::{Digest, sha256};
use tributary_core::id::AssetId;
use tributary_core::position::AssetSeq;
use zerocopy::little_endian::{U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

/// First bytes of a segment.
pub const MAGIC: [u8; 4] = *b"TRBX";
/// The format that this code writes and reads.
pub const SEGMENT_VERSION: u32 = 1;

/// Stands first.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
struct Header {
    magic: [u8; 4],
    version: U32,
    /// How many documents.
    documents: U32,
    /// Bytes of all texts, separators included.
    text: U32,
    /// Entries of the list of large counts.
    large: U32,
    /// Zero.
    reserved: U32,
    /// Bytes of the whole segment.
    length: U64,
    /// SHA-256 of everything behind the header's own hash.
    body: Digest,
}

/// One for each document, ascending by sequence.
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
#[repr(C)]
struct Row {
    asset: [u8; 32],
    seq: U64,
    cluster: U32,
    start: U32,
}

/// A document as the index knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub asset: AssetId,
    pub seq: AssetSeq,
    pub cluster: u32,
}

/// What a segment is made of.
pub(super) struct Parts {
    pub entries: Vec<Entry>,
    /// Where each document starts in the text, and the text's end.
    pub starts: Vec<u32>,
    pub text: Vec<u8>,
    pub positions: Vec<u32>,
    pub minima: Vec<U32>,
    pub previous: Vec<U32>,
    pub repeats: PackedRepeats,
}

/// Where the parts of a segment stand in its bytes.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub entries: Vec<Entry>,
    pub starts: Vec<u32>,
    text: Range<usize>,
    positions: Range<usize>,
    minima: Range<usize>,
    previous: Range<usize>,
    sums: Range<usize>,
    halves: Range<usize>,
    large: Range<usize>,
    body: Digest,
}

/// The searchable parts of a segment.
#[derive(Clone, Copy, Debug)]
pub(super) struct View<'a> {
    pub entries: &'a [Entry],
    pub starts: &'a [u32],
    pub suffixes: Suffixes<'a>,
    pub minima: Minima<'a>,
    pub previous: Minima<'a>,
    pub repeats: Repeats<'a>,
}

impl Parts {
    /// The segment's bytes.
    pub fn encode(self) -> Vec<u8> {
        let mut body = Vec::with_capacity(self.text.len() * 6);
        body.extend_from_slice(&self.text);
        drop(self.text);
        for position in self.positions {
            body.extend_from_slice(&position.to_le_bytes());
        }
        body.extend_from_slice(self.minima.as_bytes());
        body.extend_from_slice(self.previous.as_bytes());
        body.extend_from_slice(self.repeats.sums.as_bytes());
        body.extend_from_slice(&self.repeats.halves);
        body.extend_from_slice(self.repeats.large.as_bytes());

        let head = size_of::<Header>() + self.entries.len() * size_of::<Row>() + size_of::<Digest>();
        let header = Header {
            magic: MAGIC,
            version: U32::new(SEGMENT_VERSION),
            documents: U32::new(self.entries.len() as u32),
            text: U32::new(self.starts.last().copied().unwrap_or_default()),
            large: U32::new(self.repeats.large.len() as u32),
            reserved: U32::new(0),
            length: U64::new((head + body.len()) as u64),
            body: sha256(&[&body]),
        };
        let mut front = header.as_bytes().to_vec();
        for (entry, start) in self.entries.iter().zip(&self.starts) {
            let row = Row {
                asset: entry.asset.0,
                seq: U64::new(entry.seq.0),
                cluster: U32::new(entry.cluster),
                start: U32::new(*start),
            };
            front.extend_from_slice(row.as_bytes());
        }
        front.extend_from_slice(&sha256(&[&front]));
        body.splice(0..0, front);
        body
    }
}

impl Layout {
    /// Checks length, magic, version and the header's hash, and reads the table
    /// of documents. The body is checked by [`Layout::check_body`].
    pub fn read(bytes: &[u8]) -> Result<Self, IndexError> {
        let damaged = IndexError::Damaged;
        let (header, _) = Header::ref_from_prefix(bytes).map_err(|_| damaged("it ends within its header"))?;
        if header.magic != MAGIC {
            return Err(IndexError::NotASegment);
        }
        if header.version.get() != SEGMENT_VERSION {
            return Err(IndexError::OtherVersion(header.version.get()));
        }
        if header.length.get() != bytes.len() as u64 {
            return Err(damaged("its length is not what its header says"));
        }
        // 32 bits each: no sum or product below overflows 64.
        let (documents, text) = (header.documents.get() as usize, header.text.get() as usize);
        let table = size_of::<Header>()..size_of::<Header>() + documents * size_of::<Row>();
        let hash = bytes.get(table.end..table.end + size_of::<Digest>());
        let hash = hash.ok_or(damaged("it ends within its table of documents"))?;
        if hash != sha256(&[&bytes[..table.end]]) {
            return Err(damaged("the hash of its header does not fit"));
        }
        if text > TEXT_MAX || documents > text {
            return Err(damaged("its header contradicts itself"));
        }
        let mut at = table.end + hash.len();
        let mut take = |length: usize| {
            at += length;
            at - length..at
        };
        let mut layout = Self {
            entries: Vec::with_capacity(documents),
            starts: Vec::with_capacity(documents + 1),
            text: take(text),
            positions: take(text * 4),
            minima: take(minima::words(text) * 4),
            previous: take(minima::words(text) * 4),
            sums: take(distinct::sums_of(text) * 4),
            halves: take(text.div_ceil(2)),
            large: take(header.large.get() as usize * 8),
            body: header.body,
        };
        if at != bytes.len() {
            return Err(damaged("its parts do not fill it"));
        }
        let rows = <[Row]>::ref_from_bytes(&bytes[table]).map_err(|_| damaged("its table of documents is torn"))?;
        for row in rows {
            layout.starts.push(row.start.get());
            layout.entries.push(Entry {
                asset: AssetId(row.asset),
                seq: AssetSeq(row.seq.get()),
                cluster: row.cluster.get(),
            });
        }
        layout.starts.push(text as u32);
        if layout.starts[0] != 0
            || layout.starts.windows(2).any(|two| two[0] >= two[1])
            || layout.entries.windows(2).any(|two| two[0].seq >= two[1].seq)
        {
            return Err(damaged("its documents are not in order"));
        }
        Ok(layout)
    }

    /// Reads all of the body and compares it with its hash.
    pub fn check_body(&self, bytes: &[u8]) -> Result<(), IndexError> {
        let body = bytes.get(self.text.start..).unwrap_or_default();
        if sha256(&[body]) == self.body {
            Ok(())
        } else {
            Err(IndexError::Damaged("the hash of its body does not fit"))
        }
    }

    /// The parts in the same bytes that the layout was read from.
    pub fn view<'a>(&'a self, bytes: &'a [u8]) -> View<'a> {
        let part = |range: &Range<usize>| bytes.get(range.clone()).unwrap_or_default();
        let words = |range| <[U32]>::ref_from_bytes(part(range)).unwrap_or_default();
        let suffixes = Suffixes { text: part(&self.text), positions: words(&self.positions) };
        View {
            entries: &self.entries,
            starts: &self.starts,
            suffixes,
            minima: Minima::over(suffixes.positions.len(), words(&self.minima)),
            previous: Minima::over(suffixes.positions.len(), words(&self.previous)),
            repeats: Repeats {
                sums: words(&self.sums),
                halves: part(&self.halves),
                large: <[[U32; 2]]>::ref_from_bytes(part(&self.large)).unwrap_or_default(),
            },
        }
    }
}
