//! The registered texts in the order of registration, each in the cluster of its
//! near-duplicates. A text meets only earlier ones and never moves. The rules are
//! the policy set's; [`tributary_attribution::Clusters`] decides.

use std::collections::BTreeMap;
use tributary_attribution::Clusters;
use tributary_core::id::AssetId;
use tributary_core::policy::Similarity;

/// See the module's head.
#[derive(Clone, Debug, Default)]
pub struct KnownTexts {
    rules: Option<Similarity>,
    /// Without rules every text is a cluster of its own.
    clusters: Option<Clusters>,
    assets: Vec<AssetId>,
    places: BTreeMap<AssetId, u32>,
}

impl KnownTexts {
    /// None yet.
    pub fn new(rules: Option<Similarity>) -> Self {
        Self { rules, clusters: rules.map(Clusters::new), ..Self::default() }
    }

    /// Adds the next registered text.
    pub fn add(&mut self, asset: AssetId, text: &str) {
        // At most 2²² assets: numbers of texts fit 32 bits.
        let place = self.assets.len() as u32;
        if let Some(clusters) = &mut self.clusters {
            clusters.add(text);
        }
        self.assets.push(asset);
        self.places.insert(asset, place);
    }

    /// The rules they are told apart by.
    pub fn rules(&self) -> Option<Similarity> {
        self.rules
    }

    /// The texts' assets, in the order of registration.
    pub fn assets(&self) -> &[AssetId] {
        &self.assets
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.assets.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.assets.is_empty()
    }

    /// The cluster of a text.
    pub fn cluster_of(&self, asset: &AssetId) -> Option<u32> {
        let place = *self.places.get(asset)?;
        match &self.clusters {
            Some(clusters) => clusters.cluster_of().get(place as usize).copied(),
            None => Some(place),
        }
    }

    /// The earliest member of a text's cluster.
    pub fn founder_of(&self, asset: &AssetId) -> Option<AssetId> {
        let place = *self.places.get(asset)?;
        let founder = match &self.clusters {
            Some(clusters) => *clusters.founder_of().get(place as usize)?,
            None => place,
        };
        self.assets.get(founder as usize).copied()
    }

    /// The founder of the cluster that a text would join if it were registered
    /// next; `None` when it is like no other.
    pub fn like(&self, text: &str) -> Option<AssetId> {
        let mut with = self.clusters.clone()?;
        let place = with.cluster_of().len();
        with.add(text);
        let founder = *with.founder_of().get(place)? as usize;
        self.assets.get(founder).copied()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const SONG: &str = "the river carries the stone to the sea and nobody on the long bank asks after it until \
        the rain comes down from the patient hills and the old mill turns once more toward the morning";

    #[test]
    fn a_copy_joins_its_original_and_another_text_founds_a_cluster() {
        let mut known = KnownTexts::new(Some(Similarity::STANDARD));
        let other = "a lantern waits for every stranger who belongs to no one at all and remembers its maker";
        for (number, text) in [(1, SONG), (2, other), (3, SONG)] {
            known.add(AssetId([number; 32]), text);
        }
        let asset = |number| AssetId([number; 32]);
        assert_eq!(known.cluster_of(&asset(1)), known.cluster_of(&asset(3)));
        assert_ne!(known.cluster_of(&asset(1)), known.cluster_of(&asset(2)));
        assert_eq!(known.founder_of(&asset(3)), Some(asset(1)));
        assert_eq!(known.like(&SONG.to_uppercase()), Some(asset(1)));
        assert_eq!(known.like("something that nobody has written down before, in words of its own"), None);
        assert_eq!(known.len(), 3, "a question adds nothing");
    }

    #[test]
    fn without_rules_every_text_is_its_own() {
        let mut known = KnownTexts::new(None);
        known.add(AssetId([1; 32]), SONG);
        known.add(AssetId([2; 32]), SONG);
        assert_eq!((known.cluster_of(&AssetId([1; 32])), known.cluster_of(&AssetId([2; 32]))), (Some(0), Some(1)));
        assert_eq!(known.like(SONG), None);
    }
}
