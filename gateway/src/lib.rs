//! Where agents run: an OpenAI-compatible endpoint that takes payment.
//!
//! A caller's mandate is checked, the maximum price reserved, the answer
//! computed, and a usage event made durable in a chained, signed, synced spool
//! before the answer goes out; a drain carries events to Postgres. This room
//! alone writes `usage` and `credit`. Nothing here waits for the chain, for
//! attribution or for settlement. `docs/gateway.md` describes it from outside.

pub mod admission;
pub mod backoff;
pub mod cache;
pub mod catalogue;
pub mod chain;
pub mod clock;
pub mod completion;
pub mod config;
pub mod credit;
pub mod database;
pub mod drain;
pub mod events;
pub mod follow;
pub mod gateway;
pub mod generation;
pub mod housekeeping;
pub mod http;
pub mod intake;
pub mod key;
pub mod mandates;
pub mod metered;
pub mod rate;
pub mod refusal;
pub mod reputation;
pub mod requests;
pub mod retrieval;
pub mod sessions;
pub mod spool;
pub mod telemetry;
pub mod upstream;
pub mod vectors;

mod run;

pub use config::{Config, Limits};
pub use run::{GatewayError, run, serve};
