//! Account layouts. Each starts with a version, so that later layouts can be
//! told apart, and leaves room for what design §3 still asks for.

mod asset;
mod commitment;
mod config;
mod gateway;
mod shard;

pub use asset::{ASSET_ACTIVE, Asset, AssetAccount, CO_OWNERS_MAX, DEPTH_MAX, Entry, PARENTS_MAX, asset_space};
pub use commitment::Commitment;
pub use config::Config;
pub use gateway::{Gateway, GatewayKey, KEYS_MAX};
pub use shard::Shard;

/// The version of all layouts so far.
pub const LAYOUT: u8 = 1;
