//! The instructions, one a file. The globs also carry what Anchor's macros put
//! beside each account struct.

pub mod activate_root;
pub mod attest_root;
pub mod claim;
mod claim_destination;
mod claim_transfer;
pub mod create_vault;
pub mod deposit;
pub mod initialize;
pub mod post_root;
pub mod request_refund;
pub mod set_recipient;
pub mod veto_root;
pub mod withdraw_refund_request;

pub use activate_root::*;
pub use attest_root::*;
pub use claim::*;
pub use create_vault::*;
pub use deposit::*;
pub use initialize::*;
pub use post_root::*;
pub use request_refund::*;
pub use set_recipient::*;
pub use veto_root::*;
pub use withdraw_refund_request::*;
