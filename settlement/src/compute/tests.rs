#![allow(clippy::unwrap_used)]

mod history;
mod properties;
mod rules;
