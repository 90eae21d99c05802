//! Settings of the registry.

use anchor_lang::prelude::*;

/// At `["config"]`.
#[account]
pub struct Config {
    pub version: u8,
    pub bump: u8,
    /// How many shards are open.
    pub shards: u8,
    pub reserved_small: [u8; 5],
    /// Slots that must pass between commitment and reveal.
    pub reveal_min_slots: u64,
    /// Slots after which a commitment is stale.
    pub reveal_max_slots: u64,
    /// Who may change settings.
    pub governor: Address,
    /// The cluster's genesis hash.
    pub genesis: [u8; 32],
    /// For the next governor, timelocks, dispute terms and curators.
    pub reserved: [u8; 256],
}
