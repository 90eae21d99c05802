//! A payer's account with a vault.

use anchor_lang::prelude::*;

/// At `["payer", vault, payer]`.
#[account]
pub struct Payer {
    pub version: u8,
    pub bump: u8,
    pub reserved_small: [u8; 6],
    /// What it has deposited since the beginning, in base units.
    pub deposited: u64,
    /// When it asked for a refund; 0 when it has not.
    pub refund_slot: u64,
    pub vault: Address,
    pub payer: Address,
    pub reserved: [u8; 64],
}

/// The version of this layout.
pub const PAYER_LAYOUT: u8 = 1;
