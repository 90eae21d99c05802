#![allow(clippy::unwrap_used)]

mod changes;
mod disputes;
pub(crate) mod history;
mod overpaid;
mod properties;
mod rules;
mod statements;
mod terms;
