//! Leaves: who is entitled to how much, since the beginning.

use crate::amount::BaseUnits;
use crate::domain::Domain;
use crate::hash::{Digest, VERSION, sha256_of_two_blocks, tag};
use crate::id::Claimant;

/// What an entitlement is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "std", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[repr(u8)]
pub enum LeafClass {
    /// Credit for data, models and agents.
    Earned = 0,
    /// Deposits going back to a payer.
    Refund = 1,
    /// The protocol's fee.
    Fee = 2,
}

/// How many classes there are.
pub const CLASSES: usize = 3;

impl LeafClass {
    /// All classes, in leaf order.
    pub const ALL: [Self; CLASSES] = [Self::Earned, Self::Refund, Self::Fee];

    /// The class with this code.
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::Earned),
            1 => Some(Self::Refund),
            2 => Some(Self::Fee),
            _ => None,
        }
    }
}

/// An entitlement. Leaves are sorted by class, then claimant; none is zero and
/// no (class, claimant) stands twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Leaf {
    /// What for.
    pub class: LeafClass,
    /// Whose.
    pub claimant: Claimant,
    /// Base units since the vault's beginning; never decreases.
    pub cumulative: BaseUnits,
}

impl Leaf {
    /// `H(0x00 ‖ version ‖ domain ‖ class ‖ claimant ‖ cumulative u64)`.
    #[inline(always)]
    pub fn hash(&self, domain: &Domain) -> Digest {
        sha256_of_two_blocks(&[
            &[tag::LEAF, VERSION],
            &domain.0,
            &[self.class as u8],
            &self.claimant.0,
            &self.cumulative.0.to_le_bytes(),
        ])
    }
}
