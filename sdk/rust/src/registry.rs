//! The registry program: its accounts, events and instructions.

mod accounts;
mod asset;
mod changes;
mod events;
mod governance;
mod instructions;
mod settings;

pub use accounts::*;
pub use asset::*;
pub use changes::*;
pub use events::*;
pub use governance::*;
pub use instructions::*;
pub use settings::*;
