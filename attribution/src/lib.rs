//! The pure engine: evidence, graph and policy in; credits out.
//!
//! Also the span index that finds verbatim evidence, and the ∞-gram language
//! model that runs on it. No I/O, no clock, no floats, no locale and no
//! unordered maps: a result depends on the arguments alone, not on threads or
//! on the order of input. `docs/attribution.md` gives the formulas.

pub mod apportion;
pub mod clusters;
pub mod engine;
pub mod epoch;
pub mod graph;
pub mod index;
pub mod model;
#[cfg(test)]
mod sample;
pub mod settle;

pub use clusters::Clusters;
pub use engine::{AttributionError, CreditLine, Credits, PolicyLabel, attribute};
pub use epoch::{AttributedEvents, EpochError, EpochSum, attribute_all};
pub use graph::{Asset, Graph, GraphError, RoyaltyMode};
pub use index::{Document, IndexError, Span, SpanIndex, VerbatimEvidence};
pub use model::{Completion, FinishReason, InfiniGram, ModelError};
pub use settle::{Account, Entitlement, SettleError, Settled, settle};
