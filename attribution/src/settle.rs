//! From credits in sub-units to leaves in base units: the epoch's one rounding.
//!
//! Generic over what the credits are for; it posts nothing and keeps no state.

use std::collections::BTreeMap;
use tributary_core::amount::{BaseUnits, SubUnits};
use tributary_core::id::Claimant;
use tributary_core::leaf::{Leaf, LeafClass};

/// Whose entitlement of which class.
pub type Account = (LeafClass, Claimant);

/// What an account is entitled to since the vault's beginning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Entitlement {
    /// All credits, in sub-units.
    pub cumulative: SubUnits,
    /// What the newest leaf says, in base units; zero when there is none.
    pub published: BaseUnits,
}

/// What an epoch closes with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// Every account, also those without a leaf.
    pub entitlements: BTreeMap<Account, Entitlement>,
    /// The leaves in the order of the tree.
    pub leaves: Vec<Leaf>,
    /// Entitled but not published, all accounts together, in sub-units. It
    /// carries over; nothing is forfeited.
    pub residue: SubUnits,
}

/// Why an epoch cannot be settled. Each means that the input is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettleError {
    /// An account's credits do not fit.
    #[error("the cumulative credit of {1} (class {0:?}) does not fit 64 bits of base units")]
    Overflow(LeafClass, Claimant),
    /// The opening state published more than was earned.
    #[error("the opening state of {1} (class {0:?}) published more than its credit; its state file is wrong")]
    Overpublished(LeafClass, Claimant),
    /// The residues do not fit.
    #[error("the residues of all accounts exceed 128 bits of sub-units")]
    Residue,
}

/// Adds credits to the opening entitlements and rounds down once. A leaf says
/// the floor of the cumulative credit; below `leaf_min` base units an account
/// keeps what was published before, so that no leaf ever decreases.
pub fn settle(
    opening: &BTreeMap<Account, Entitlement>,
    credits: &BTreeMap<Account, SubUnits>,
    leaf_min: BaseUnits,
) -> Result<Settled, SettleError> {
    let mut entitlements = opening.clone();
    for ((class, claimant), amount) in credits {
        let entry = entitlements.entry((*class, *claimant)).or_default();
        entry.cumulative = entry.cumulative.checked_add(*amount).ok_or(SettleError::Overflow(*class, *claimant))?;
    }
    let mut leaves = Vec::new();
    let mut residue = SubUnits::ZERO;
    for ((class, claimant), entitlement) in &mut entitlements {
        let (floor, _) = entitlement.cumulative.floor().ok_or(SettleError::Overflow(*class, *claimant))?;
        if floor < entitlement.published {
            return Err(SettleError::Overpublished(*class, *claimant));
        }
        if floor >= leaf_min {
            entitlement.published = floor;
        }
        let kept = entitlement
            .cumulative
            .checked_sub(entitlement.published.to_sub_units())
            .ok_or(SettleError::Overpublished(*class, *claimant))?;
        residue = residue.checked_add(kept).ok_or(SettleError::Residue)?;
        if entitlement.published > BaseUnits::ZERO {
            leaves.push(Leaf { class: *class, claimant: *claimant, cumulative: entitlement.published });
        }
    }
    Ok(Settled { entitlements, leaves, residue })
}

#[cfg(test)]
mod tests;
