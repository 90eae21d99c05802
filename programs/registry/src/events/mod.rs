//! What the registry tells: one event a change, by self-CPI, each in one
//! shard's dense sequence, so that a reader can prove it missed none. The same
//! structs stand in the client; a test compares them through the IDL.

use anchor_lang::prelude::*;

mod assets;
mod collections;
mod disputes;
mod gateways;
mod setup;
mod terms;

pub use assets::*;
pub use collections::*;
pub use disputes::*;
pub use gateways::*;
pub use setup::*;
pub use terms::*;

/// A parent and what it asks for.
#[derive(Clone, Copy, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct Parent {
    /// The parent's record; its sequence is lower than the child's.
    pub asset: Address,
    /// Basis points of what the child receives.
    pub royalty_bps: u16,
}

/// Somebody who shares in an asset's income.
#[derive(Clone, Copy, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct CoOwner {
    /// The claimant.
    pub key: Address,
    /// Basis points; all co-owners' together are 10,000.
    pub share_bps: u16,
}
