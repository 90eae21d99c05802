//! A collection of datasets, kept by a curator.

use anchor_lang::prelude::*;

/// At `["collection", curator, index]`. Never closes; its share never changes.
#[account]
pub struct Collection {
    pub version: u8,
    pub bump: u8,
    /// Basis points that the curator receives of what a member dataset does.
    pub share_bps: u16,
    /// Which of the curator's collections.
    pub index: u32,
    /// Who keeps it.
    pub curator: Address,
    /// SHA-256 of the published metadata.
    pub metadata_hash: [u8; 32],
    pub reserved: [u8; 32],
}
