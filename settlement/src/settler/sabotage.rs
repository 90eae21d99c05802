//! A drill for development clusters: one root with one leaf wrong by a unit, so
//! that a watcher's veto is a real one. Refused on public clusters.

use super::error::SettlerError;
use std::str::FromStr;
use tributary_core::amount::BaseUnits;
use tributary_core::id::Genesis;
use tributary_core::leaf::Leaf;
use tributary_core::position::Epoch;

/// Genesis hashes of the public clusters: mainnet-beta, testnet, devnet.
const PUBLIC: [&str; 3] = [
    "5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d",
    "4uhcVJyU9pJkvQyS88uRDiswHXSCkY3zQawwpjk2NsNY",
    "EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG",
];

/// Which root to spoil, written `one-unit@EPOCH`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sabotage {
    /// The first attempt at this epoch.
    pub epoch: Epoch,
}

/// Why a text names no drill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected one-unit@EPOCH, such as one-unit@2")]
pub struct ParseSabotageError;

impl FromStr for Sabotage {
    type Err = ParseSabotageError;

    fn from_str(text: &str) -> Result<Self, ParseSabotageError> {
        let epoch = text.strip_prefix("one-unit@").and_then(|epoch| epoch.parse().ok());
        epoch.map(|epoch| Self { epoch: Epoch(epoch) }).ok_or(ParseSabotageError)
    }
}

/// Refuses public clusters.
pub(super) fn allow_on(genesis: &Genesis) -> Result<(), SettlerError> {
    if PUBLIC.contains(&genesis.to_string().as_str()) {
        return Err(SettlerError::Sabotage);
    }
    Ok(())
}

impl Sabotage {
    /// Adds a unit to the largest leaf, if this is the attempt to spoil.
    pub(super) fn spoil(&self, epoch: Epoch, attempt: u16, leaves: &mut [Leaf]) {
        if (epoch, attempt) != (self.epoch, 0) {
            return;
        }
        if let Some(leaf) = leaves.iter_mut().max_by_key(|leaf| leaf.cumulative) {
            tracing::error!(
                %epoch,
                claimant = %leaf.claimant,
                "DRILL: this root is made wrong on purpose, by one unit; a watcher must veto it"
            );
            leaf.cumulative = BaseUnits(leaf.cumulative.0.saturating_add(1));
        }
    }
}
