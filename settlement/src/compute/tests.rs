#![allow(clippy::unwrap_used)]

mod changes;
mod disputes;
mod history;
mod properties;
mod rules;
mod terms;
