//! Addresses, accounts, events and instructions of the two programs, for
//! everything that talks to them off-chain. No network here: callers bring
//! their own RPC client.

pub mod errors;
pub mod pda;
pub mod registry;
pub mod rewards;

mod accounts;
mod decode;
mod instructions;
pub use decode::{ChainEvent, ClientError, EVENT_TAG, decode_event};
