//! A small world for tests of the whole system: a chain, Postgres, every service
//! as a process of its own, four texts, a model, an agent and two payers. The
//! parts are the real ones; only the texts are short.

pub mod commands;
pub mod texts;
pub mod world;

pub use world::{Call, World};
