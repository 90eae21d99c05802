//! Account layouts and the arithmetic on them. Each layout starts with a
//! version, so that later ones can be told apart, and leaves room for what
//! design §3 still asks for.

mod change;
mod claim;
mod config;
mod disabling;
mod growth;
mod pause;
mod payer;
mod pending_change;
mod recipient;
mod root;
mod vault;
mod vault_settings;

pub use change::Change;
pub use claim::{Claim, open_claim};
pub use config::{Config, WATCHERS_MAX};
pub use pause::{PAUSE_DEPOSITS, PAUSE_ROOTS};
pub use payer::{PAYER_LAYOUT, Payer};
pub use pending_change::PendingChange;
pub use recipient::{RECIPIENT_SEED, Recipient};
pub use root::{ACTIVE, DISABLED, FrontierNode, PENDING, Root, VETOED};
pub use vault::{CLAIMABLE, FINALITY_SLOTS, RING, UNLIMITED_OUTFLOW, Vault};

/// The version of the layouts of configuration, vault and root.
pub const LAYOUT: u8 = 2;
