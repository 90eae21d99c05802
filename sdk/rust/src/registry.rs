//! The registry program: its accounts, events and instructions.

mod accounts;
mod events;
mod instructions;

pub use accounts::*;
pub use events::*;
pub use instructions::*;
