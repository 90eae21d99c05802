//! The rewards program: its accounts, events and instructions.

mod accounts;
mod claim;
mod events;
mod governance;
mod instructions;

pub use accounts::*;
pub use claim::*;
pub use events::*;
pub use governance::*;
pub use instructions::*;
