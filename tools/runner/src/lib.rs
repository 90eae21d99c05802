//! Starts everything on one machine: Postgres, the local chain, the services as
//! processes of their own. For the demo and for the tests of the whole system.
//!
//! It decides nothing that money depends on; whatever it does to the system, a
//! stranger could do with the command line.

pub mod demo;
pub mod layout;
pub mod machine;
pub mod service;

pub use layout::{Layout, LayoutError};
pub use machine::{Machine, MachineError, Options};
pub use service::{Service, ServiceError};
