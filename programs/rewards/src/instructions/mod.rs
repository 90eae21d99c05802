//! The instructions, one a file. The globs also carry what Anchor's macros put
//! beside each account struct.

pub mod accept_governor;
pub mod activate_root;
pub mod apply_change;
pub mod attest_root;
pub mod cancel_change;
pub mod cancel_governor;
pub mod claim;
mod claim_destination;
mod claim_transfer;
pub mod create_vault;
pub mod deposit;
pub mod initialize;
pub mod migrate_config;
pub mod migrate_root;
pub mod migrate_vault;
pub mod post_root;
pub mod propose_change;
pub mod propose_governor;
pub mod request_refund;
pub mod set_recipient;
pub mod tighten;
pub mod veto_root;
pub mod withdraw_refund_request;

pub use accept_governor::*;
pub use activate_root::*;
pub use apply_change::*;
pub use attest_root::*;
pub use cancel_change::*;
pub use cancel_governor::*;
pub use claim::*;
pub use create_vault::*;
pub use deposit::*;
pub use initialize::*;
pub use migrate_config::*;
pub use migrate_root::*;
pub use migrate_vault::*;
pub use post_root::*;
pub use propose_change::*;
pub use propose_governor::*;
pub use request_refund::*;
pub use set_recipient::*;
pub use tighten::*;
pub use veto_root::*;
pub use withdraw_refund_request::*;
