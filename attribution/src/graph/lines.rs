//! The graph as a published file: one line of JSON an asset, ascending by
//! sequence. Canonical, so that equal graphs have equal hashes.

use super::{Graph, GraphError};

mod line;
use line::Line;

/// No line of a graph file is longer, in bytes.
pub const LINE_MAX: usize = 32 * 1024;

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
