//! The domain of a vault, which ties a leaf to one cluster, program and vault.

use crate::hash::{Digest, VERSION, sha256, tag};
use crate::id::{Genesis, ProgramId, VaultId};

/// `H(0x06 ‖ version ‖ genesis ‖ rewards program ‖ vault)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Domain(pub Digest);

impl Domain {
    /// The domain of a vault. The vault account stores it, so that a claim
    /// need not compute it.
    pub fn of(genesis: &Genesis, rewards: &ProgramId, vault: &VaultId) -> Self {
        Self(sha256(&[&[tag::DOMAIN, VERSION], &genesis.0, &rewards.0, &vault.0]))
    }
}
