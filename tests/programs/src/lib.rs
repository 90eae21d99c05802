//! A chain to test the programs on: the built `.so` files in LiteSVM, tokens,
//! and a stage that is set for the rewards program. The tests themselves are in
//! `tests/suite`; they use real instructions only, never a shortcut into the
//! programs' accounts.
#![allow(clippy::unwrap_used)]

pub mod chain;
pub mod claims;
pub mod costs;
pub mod fuzz;
pub mod governance;
pub mod malformed;
pub mod misuse;
pub mod naive_tree;
pub mod registrations;
pub mod stage;
pub mod tokens;
