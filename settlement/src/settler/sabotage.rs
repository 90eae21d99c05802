//! A drill for development clusters: one root that is made wrong, so that a
//! watcher's veto is a real one. Refused on public clusters.

use super::error::SettlerError;
use std::str::FromStr;
use tributary_core::amount::BaseUnits;
use tributary_core::id::{Claimant, Genesis};
use tributary_core::leaf::{Leaf, LeafClass};
use tributary_core::position::Epoch;

/// Genesis hashes of the public clusters: mainnet-beta, testnet, devnet.
const PUBLIC: [&str; 3] = [
    "5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d",
    "4uhcVJyU9pJkvQyS88uRDiswHXSCkY3zQawwpjk2NsNY",
    "EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG",
];

/// Who has earned nothing.
const STRANGER: Claimant = Claimant([0xee; 32]);

/// What is made wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// The largest leaf says a unit more.
    OneUnit,
    /// A stranger has a leaf of one unit.
    OneLeaf,
    /// Its events are not published.
    Withheld,
}

impl Wrong {
    const ALL: [(&'static str, Self); 3] =
        [("one-unit", Self::OneUnit), ("one-leaf", Self::OneLeaf), ("withheld", Self::Withheld)];
}

/// Which root to spoil, written `one-unit@EPOCH`, `one-leaf@EPOCH` or `withheld@EPOCH`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sabotage {
    /// How.
    pub wrong: Wrong,
    /// The first attempt at this epoch.
    pub epoch: Epoch,
}

/// Why a text names no drill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected one-unit@EPOCH, one-leaf@EPOCH or withheld@EPOCH, such as one-unit@2")]
pub struct ParseSabotageError;

impl FromStr for Sabotage {
    type Err = ParseSabotageError;

    fn from_str(text: &str) -> Result<Self, ParseSabotageError> {
        let (name, epoch) = text.split_once('@').ok_or(ParseSabotageError)?;
        let epoch = epoch.parse().map(Epoch).map_err(|_| ParseSabotageError)?;
        let known = Wrong::ALL.into_iter().find(|(known, _)| *known == name);
        known.map(|(_, wrong)| Self { wrong, epoch }).ok_or(ParseSabotageError)
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
    fn concerns(&self, epoch: Epoch, attempt: u16) -> bool {
        (epoch, attempt) == (self.epoch, 0)
    }

    /// Makes the leaves wrong, if this is the attempt to spoil and leaves are what it spoils.
    pub(super) fn spoil(&self, epoch: Epoch, attempt: u16, leaves: &mut Vec<Leaf>) {
        if !self.concerns(epoch, attempt) {
            return;
        }
        tracing::error!(%epoch, how = ?self.wrong, "DRILL: this root is made wrong on purpose; a watcher must veto it");
        match self.wrong {
            Wrong::OneUnit => {
                if let Some(leaf) = leaves.iter_mut().max_by_key(|leaf| leaf.cumulative) {
                    leaf.cumulative = BaseUnits(leaf.cumulative.0.saturating_add(1));
                }
            }
            Wrong::OneLeaf => {
                leaves.push(Leaf { class: LeafClass::Earned, claimant: STRANGER, cumulative: BaseUnits(1) });
                leaves.sort_by_key(|leaf| (leaf.class, leaf.claimant));
            }
            Wrong::Withheld => {}
        }
    }

    /// Whether the attempt's events are kept back.
    pub(super) fn withholds_usage(&self, epoch: Epoch, attempt: u16) -> bool {
        self.concerns(epoch, attempt) && self.wrong == Wrong::Withheld
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drill_is_named_by_what_is_wrong_and_in_which_epoch() {
        assert_eq!("one-leaf@3".parse(), Ok(Sabotage { wrong: Wrong::OneLeaf, epoch: Epoch(3) }));
        assert_eq!("withheld@1".parse(), Ok(Sabotage { wrong: Wrong::Withheld, epoch: Epoch(1) }));
        assert_eq!("one-unit".parse::<Sabotage>(), Err(ParseSabotageError));
        assert_eq!("all@1".parse::<Sabotage>(), Err(ParseSabotageError));
    }
}
