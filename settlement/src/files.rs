//! The files a root is computed from, as published: chain events, credit log,
//! mandates, usage segments. Canonical bytes: whoever writes the same content
//! writes the same file, and reading accepts nothing else.
//!
//! No I/O here; [`crate::store`] fetches and keeps the bytes. The closing state
//! is [`crate::compute::State`], the graph `tributary_attribution::Graph`.

pub mod chain;
pub mod credit;
pub mod lines;
pub mod mandates;
pub mod usage;

/// Why published bytes cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// A line is not what it should be.
    #[error("line {line} of the {file} file cannot be read; its publisher must publish it again")]
    Line {
        /// Which file.
        file: &'static str,
        /// Counted from 1.
        line: usize,
        /// What the parser met.
        #[source]
        source: serde_json::Error,
    },
    /// A field holds what it may not hold.
    #[error("line {line} of the {file} file: its {field} is not allowed here")]
    Field {
        /// Which file.
        file: &'static str,
        /// Counted from 1.
        line: usize,
        /// Which field.
        field: &'static str,
    },
    /// A newer version than this release reads.
    #[error("the {file} file has version {version}, which this release does not read; use a newer one")]
    Version {
        /// Which file.
        file: &'static str,
        /// What it says it is.
        version: u16,
    },
    /// The bytes are not in their one canonical spelling.
    #[error("the {file} file is not in its canonical form: line {line} differs from how it must be written")]
    Canonical {
        /// Which file.
        file: &'static str,
        /// Counted from 1.
        line: usize,
    },
    /// Binary bytes that do not fit their layout.
    #[error("the {file} file does not fit its layout")]
    Layout {
        /// Which file.
        file: &'static str,
        /// What is wrong.
        #[source]
        source: tributary_core::bytes::DecodeError,
    },
    /// A value cannot be written.
    #[error("a {file} line cannot be written")]
    Write {
        /// Which file.
        file: &'static str,
        /// What the serialiser met.
        #[source]
        source: serde_json::Error,
    },
}
