//! Account layouts. Each starts with a version, so that later layouts can be
//! told apart; their offsets stand in `docs/programs.md`.

mod asset;
mod collection;
mod commitment;
mod config;
mod dispute;
mod gateway;
mod settings;
mod shard;

pub use asset::{
    ASSET_ACTIVE, ASSET_RETIRED, Asset, AssetAccount, CO_OWNERS_MAX, DEPTH_MAX, DISPUTED, Entry, PARENTS_MAX,
    REASSIGNING, UNCONTESTED, asset_space,
};
pub use collection::Collection;
pub use commitment::Commitment;
pub use config::Config;
pub use dispute::{DISPUTE_OPEN, DISPUTE_UPHELD, Dispute, pay};
pub use gateway::{Gateway, GatewayKey, KEYS_MAX};
pub use settings::{RegistrySettings, Ripe};
pub use shard::Shard;

/// The version of all layouts so far.
pub const LAYOUT: u8 = 1;
