//! Settlement: epochs are closed, summed, built, published, posted; watchers
//! recompute them; anyone verifies them.
//!
//! [`compute`] is the pure core that all three share, [`machine`] the pure order
//! of an epoch's steps; the rest is thin shells around them. Attribution itself
//! is `tributary_attribution`, the byte formats are `tributary_core`.

pub mod bundle;
pub mod chain;
pub mod closing;
pub mod compute;
pub mod files;
pub mod judge;
pub mod machine;
pub mod settler;
pub mod statement;
pub mod verify;
pub mod watch;

pub use tributary_store as store;

pub use settler::{Config, SettlerError, run};
