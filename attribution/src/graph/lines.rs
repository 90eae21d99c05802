//! The graph as a published file: one line of JSON an asset, ascending by
//! sequence. Canonical, so that equal graphs have equal hashes.

use super::{Asset, Graph, GraphError};
use serde::{Deserialize, Serialize};
use tributary_core::amount::BasisPoints;
use tributary_core::content::AssetKind;
use tributary_core::id::{AssetId, Claimant};
use tributary_core::policy::{Mix, POLICIES};
use tributary_core::position::{AssetSeq, Slot};

/// No line of a graph file is longer, in bytes.
pub const LINE_MAX: usize = 8 * 1024;

/// Why bytes are not a graph file. Lines count from 1.
#[derive(Debug, thiserror::Error)]
pub enum GraphFileError {
    /// A line is not what it should be.
    #[error("line {line} of the graph file is not an asset; fetch the file again")]
    Line {
        /// Which line.
        line: usize,
        /// What the parser met.
        #[source]
        source: serde_json::Error,
    },
    /// A line is longer than [`LINE_MAX`], or the last one has no end.
    #[error("line {0} of the graph file is longer than {LINE_MAX} bytes or does not end")]
    Length(usize),
    /// A number is outside its bounds.
    #[error("line {line} of the graph file: the {what} is outside its bounds")]
    Value {
        /// Which line.
        line: usize,
        /// Which field.
        what: &'static str,
    },
    /// The assets do not make a graph.
    #[error("the file's assets do not make a graph")]
    Graph(#[from] GraphError),
    /// Not the one spelling that is allowed.
    #[error("the graph file is not in its canonical form: the order or spelling of lines or fields differs")]
    Canonical,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Dataset,
    Model,
    Agent,
}

/// A line, its fields in this order. Sequences exceed what a double can hold
/// exactly, so they are decimal strings.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    asset: AssetId,
    seq: String,
    kind: Kind,
    owner: Claimant,
    co_owners: Vec<(Claimant, u16)>,
    parents: Vec<(AssetId, u16)>,
    mix: Option<[u16; POLICIES]>,
    uses: u8,
    effective_slot: Slot,
}

impl Line {
    fn of(asset: &Asset) -> Self {
        Self {
            asset: asset.asset,
            seq: asset.seq.to_string(),
            kind: match asset.kind {
                AssetKind::Dataset => Kind::Dataset,
                AssetKind::Model => Kind::Model,
                AssetKind::Agent => Kind::Agent,
            },
            owner: asset.owner,
            co_owners: asset.co_owners.iter().map(|(key, share)| (*key, share.get())).collect(),
            parents: asset.parents.iter().map(|(parent, share)| (*parent, share.get())).collect(),
            mix: asset.mix.map(|mix| mix.shares().map(BasisPoints::get)),
            uses: asset.uses,
            effective_slot: asset.effective_slot,
        }
    }

    fn asset(self) -> Result<Asset, &'static str> {
        fn shares<T>(list: Vec<(T, u16)>, what: &'static str) -> Result<Vec<(T, BasisPoints)>, &'static str> {
            list.into_iter().map(|(id, bps)| BasisPoints::new(bps).map(|bps| (id, bps)).ok_or(what)).collect()
        }
        Ok(Asset {
            asset: self.asset,
            seq: AssetSeq(self.seq.parse().map_err(|_| "sequence")?),
            kind: match self.kind {
                Kind::Dataset => AssetKind::Dataset,
                Kind::Model => AssetKind::Model,
                Kind::Agent => AssetKind::Agent,
            },
            owner: self.owner,
            co_owners: shares(self.co_owners, "share of a co-owner")?,
            parents: shares(self.parents, "royalty of a parent")?,
            mix: self.mix.map(|bps| Mix::from_bps(bps).ok_or("mix")).transpose()?,
            uses: self.uses,
            effective_slot: self.effective_slot,
        })
    }
}

impl Graph {
    /// The canonical file: see `docs/formats.md`, *Graph*.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for asset in self.assets() {
            // Writing strings and integers to memory cannot fail.
            out.extend(serde_json::to_vec(&Line::of(asset)).unwrap_or_default());
            out.push(b'\n');
        }
        out
    }

    /// Reads a canonical file and nothing else.
    pub fn decode(bytes: &[u8]) -> Result<Self, GraphFileError> {
        let mut assets = Vec::new();
        for (n, text) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
            let line = n + 1;
            if text.len() > LINE_MAX || text.last() != Some(&b'\n') {
                return Err(GraphFileError::Length(line));
            }
            let parsed: Line = serde_json::from_slice(text).map_err(|source| GraphFileError::Line { line, source })?;
            assets.push(parsed.asset().map_err(|what| GraphFileError::Value { line, what })?);
        }
        let graph = Self::new(assets)?;
        if graph.encode() != bytes {
            return Err(GraphFileError::Canonical);
        }
        Ok(graph)
    }
}
