//! A gateway and the keys it signs its group commits with.

use anchor_lang::bytemuck;
use anchor_lang::prelude::*;

/// The most keys a gateway can ever have; then its operator opens another.
pub const KEYS_MAX: usize = 8;

/// At `["gateway", operator, index]`. Keys are never removed, so that old
/// signatures can still be judged.
#[account]
pub struct Gateway {
    pub version: u8,
    pub bump: u8,
    pub key_count: u8,
    pub reserved_small: u8,
    /// Which of the operator's gateways.
    pub index: u32,
    /// Who runs it.
    pub operator: Address,
    pub keys: [GatewayKey; KEYS_MAX],
    pub reserved: [u8; 64],
}

/// A key and when its signatures count.
#[derive(Clone, Copy, bytemuck::Pod, bytemuck::Zeroable, IdlType)]
#[bytemuck(crate = "anchor_lang::bytemuck")]
#[repr(C)]
pub struct GatewayKey {
    /// An Ed25519 key.
    pub key: Address,
    /// The first slot at which its signatures count.
    pub valid_from: u64,
    /// The first slot at which they no longer count; 0 while they do.
    pub revoked_from: u64,
}

impl Gateway {
    /// The keys it has, revoked ones among them.
    pub fn known_keys(&self) -> &[GatewayKey] {
        &self.keys[..usize::from(self.key_count).min(KEYS_MAX)]
    }
}
