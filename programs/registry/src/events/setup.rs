//! Set-up, settings and the governor.

use crate::state::RegistrySettings;
use anchor_lang::prelude::*;

/// The registry was set up. Shard 0, sequence 0.
#[event]
pub struct RegistryInitialized {
    /// The shard of the sequence.
    pub shard: u8,
    /// Dense in the shard.
    pub sequence: u64,
    /// Who may change settings.
    pub governor: Address,
    /// The cluster's genesis hash, which commitments contain.
    pub genesis: [u8; 32],
    /// Delays, windows and deposits.
    pub settings: RegistrySettings,
    /// When.
    pub slot: u64,
}

/// Another sequence was opened; its own first event, sequence 0.
#[event]
pub struct ShardOpened {
    /// The new shard.
    pub shard: u8,
    /// Always 0.
    pub sequence: u64,
    /// When.
    pub slot: u64,
}

/// The governor proposed a successor.
#[event]
pub struct GovernorProposed {
    /// The shard of the sequence.
    pub shard: u8,
    /// Dense in the shard.
    pub sequence: u64,
    /// Who was proposed.
    pub next: Address,
    /// From which slot it may accept.
    pub ripe_slot: u64,
    /// From which second it may accept.
    pub ripe_second: i64,
    /// When.
    pub slot: u64,
}

/// The proposed governor accepted.
#[event]
pub struct GovernorChanged {
    /// The shard of the sequence.
    pub shard: u8,
    /// Dense in the shard.
    pub sequence: u64,
    /// Who governed.
    pub previous: Address,
    /// Who governs now.
    pub governor: Address,
    /// When.
    pub slot: u64,
}

/// The governor took a proposed successor back.
#[event]
pub struct GovernorCancelled {
    /// The shard of the sequence.
    pub shard: u8,
    /// Dense in the shard.
    pub sequence: u64,
    /// Who had been proposed.
    pub next: Address,
    /// When.
    pub slot: u64,
}

/// The governor proposed settings.
#[event]
pub struct SettingsProposed {
    /// The shard of the sequence.
    pub shard: u8,
    /// Dense in the shard.
    pub sequence: u64,
    /// What was proposed.
    pub settings: RegistrySettings,
    /// From which slot they may be applied.
    pub ripe_slot: u64,
    /// From which second they may be applied.
    pub ripe_second: i64,
    /// When.
    pub slot: u64,
}

/// Settings took effect: after the timelock, or at once when they only tighten.
#[event]
pub struct SettingsApplied {
    /// The shard of the sequence.
    pub shard: u8,
    /// Dense in the shard.
    pub sequence: u64,
    /// What counts from now on.
    pub settings: RegistrySettings,
    /// When.
    pub slot: u64,
}

/// The governor took proposed settings back.
#[event]
pub struct SettingsCancelled {
    /// The shard of the sequence.
    pub shard: u8,
    /// Dense in the shard.
    pub sequence: u64,
    /// When.
    pub slot: u64,
}
