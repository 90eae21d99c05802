//! A commitment that has not been revealed.

use anchor_lang::prelude::*;

/// At `["commitment", hash]`; closed by the reveal.
#[account]
pub struct Commitment {
    pub version: u8,
    pub bump: u8,
    pub reserved_small: [u8; 6],
    /// When it was recorded.
    pub slot: u64,
    /// Who paid for it and gets the rent back.
    pub payer: Address,
    /// The hash, so that the reveal need not derive the address.
    pub hash: [u8; 32],
}
