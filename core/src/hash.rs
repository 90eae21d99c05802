//! SHA-256, by syscall on-chain and by the `sha2` crate elsewhere.

/// A SHA-256 digest.
pub type Digest = [u8; 32];

/// First byte of what is hashed, so that no structure can pass for another.
pub mod tag {
    /// A leaf of the reward tree.
    pub const LEAF: u8 = 0x00;
    /// An inner node of the reward tree.
    pub const NODE: u8 = 0x01;
    /// The identity of a root.
    pub const ROOT: u8 = 0x02;
    /// A usage event.
    pub const EVENT: u8 = 0x03;
    /// The head of a group commit.
    pub const GROUP: u8 = 0x04;
    /// A mandate.
    pub const MANDATE: u8 = 0x05;
    /// The domain of a vault.
    pub const DOMAIN: u8 = 0x06;
    /// A commitment to register.
    pub const COMMIT: u8 = 0x07;
    /// The id of a piece of content.
    pub const CONTENT: u8 = 0x08;
    /// A salted commitment to an evidence sidecar.
    pub const SIDECAR: u8 = 0x09;
    /// The idempotency key of a paid request.
    pub const REQUEST: u8 = 0x0a;
    /// A chained digest of a slot's decoded chain events.
    pub const SLOT: u8 = 0x0b;
}

/// The version byte that follows the tag in everything hashed here.
pub const VERSION: u8 = 1;

/// SHA-256 of the parts, one after the other.
#[inline(always)]
pub fn sha256(parts: &[&[u8]]) -> Digest {
    solana_sha256_hasher::hashv(parts).to_bytes()
}
