//! The pure engine: evidence, graph and policy in; credits out.
//!
//! Also the span index that finds verbatim evidence, the search for similar
//! vectors, and the ∞-gram language model. No I/O, no clock, no floats
//! (but in `neighbours::quantise`, at registration), no locale and no
//! unordered maps: a result depends on the arguments alone, not on threads or
//! on the order of input. `docs/attribution.md` gives the formulas.

pub mod apportion;
pub mod clusters;
pub mod engine;
pub mod epoch;
pub mod graph;
pub mod index;
pub mod model;
pub mod neighbours;
#[cfg(test)]
mod sample;
pub mod settle;

pub use clusters::Clusters;
pub use engine::{AttributionError, CreditLine, Credits, PolicyLabel, attribute};
pub use epoch::{AttributedEvents, EpochError, EpochSum, attribute_all};
pub use graph::{Asset, Graph, GraphError, RoyaltyMode};
pub use index::{Count, Document, IndexError, Segment, Span, SpanIndex, VerbatimEvidence};
pub use model::{Completion, FinishReason, InfiniGram, ModelError};
pub use settle::{Account, Entitlement, SettleError, Settled, settle};
