//! What owners, payers and operators do from outside: register assets, set up
//! vaults and gateways, deposit, sign mandates, pay for answers, claim.
//!
//! The command line and the developer runner are shells around this. No service
//! is built on it, and it reads no environment: callers pass everything in.

pub mod amount;
pub mod chain;
pub mod claim;
pub mod dataset;
pub mod gateway;
pub mod keys;
pub mod lookup_table;
pub mod mandate;
pub mod register;
pub mod setup;
pub mod store;
pub mod vault;
