//! The datasets that clusters of near-duplicates are known of, each decided about
//! once. A text meets only those registered before it and never moves, not even
//! when texts are withdrawn: what is compared are shingles, which stay. The rules
//! are the policy set's; [`tributary_attribution::Clusters`] compares.

use std::collections::BTreeMap;
use tributary_attribution::Clusters;
use tributary_attribution::clusters::Shingles;
use tributary_core::id::AssetId;
use tributary_core::policy::Similarity;
use tributary_core::position::AssetSeq;

/// See the module's head.
#[derive(Clone, Debug, Default)]
pub struct KnownTexts {
    rules: Option<Similarity>,
    /// Without rules every text is a cluster of its own.
    clusters: Option<Clusters>,
    /// In the order in which they were decided about.
    assets: Vec<(AssetId, AssetSeq)>,
    places: BTreeMap<AssetId, u32>,
}

impl KnownTexts {
    /// None yet.
    pub fn new(rules: Option<Similarity>) -> Self {
        Self { rules, clusters: rules.map(Clusters::new), ..Self::default() }
    }

    /// Decides about a text: it joins the cluster of the earliest registered text
    /// that is like it, or founds one. Returns the founder, and the shingles to keep.
    pub fn decide(&mut self, asset: AssetId, seq: AssetSeq, text: &str) -> (AssetId, Shingles) {
        let shingles = self.clusters.as_ref().map(|clusters| clusters.shingles(text)).unwrap_or_default();
        let like = self.first_like(&shingles, |known| *known < (seq, asset));
        self.push(asset, seq, like, shingles.clone());
        (self.founder_of(&asset).unwrap_or(asset), shingles)
    }

    /// Takes over what was decided before. A founder that is not known is the
    /// dataset itself.
    pub fn restore(&mut self, asset: AssetId, seq: AssetSeq, founder: AssetId, shingles: Shingles) {
        let like = self.places.get(&founder).copied();
        self.push(asset, seq, like, shingles);
    }

    fn push(&mut self, asset: AssetId, seq: AssetSeq, like: Option<u32>, shingles: Shingles) {
        // At most 2²² assets: numbers of texts fit 32 bits.
        let place = self.assets.len() as u32;
        if let Some(clusters) = &mut self.clusters {
            clusters.join(shingles, like);
        }
        self.assets.push((asset, seq));
        self.places.insert(asset, place);
    }

    fn first_like(&self, shingles: &Shingles, meets: impl Fn(&(AssetSeq, AssetId)) -> bool) -> Option<u32> {
        self.clusters.as_ref()?.first_like(shingles, |number| {
            let (asset, seq) = *self.assets.get(number as usize)?;
            Some((seq, asset)).filter(&meets)
        })
    }

    /// The rules they are told apart by.
    pub fn rules(&self) -> Option<Similarity> {
        self.rules
    }

    /// Whether a dataset was decided about.
    pub fn knows(&self, asset: &AssetId) -> bool {
        self.places.contains_key(asset)
    }

    /// How many there are, withdrawn ones among them.
    pub fn len(&self) -> usize {
        self.assets.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.assets.is_empty()
    }

    /// The cluster of a dataset.
    pub fn cluster_of(&self, asset: &AssetId) -> Option<u32> {
        let place = *self.places.get(asset)?;
        match &self.clusters {
            Some(clusters) => clusters.cluster_of().get(place as usize).copied(),
            None => Some(place),
        }
    }

    /// Who founded a dataset's cluster.
    pub fn founder_of(&self, asset: &AssetId) -> Option<AssetId> {
        let place = *self.places.get(asset)?;
        let founder = match &self.clusters {
            Some(clusters) => *clusters.founder_of().get(place as usize)?,
            None => place,
        };
        self.assets.get(founder as usize).map(|(asset, _)| *asset)
    }

    /// The founder of the cluster that a text would join if it were registered
    /// next; `None` when it is like no other.
    pub fn like(&self, text: &str) -> Option<AssetId> {
        let shingles = self.clusters.as_ref()?.shingles(text);
        let like = self.first_like(&shingles, |_| true)?;
        self.founder_of(&self.assets.get(like as usize)?.0)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const SONG: &str = "the river carries the stone to the sea and nobody on the long bank asks after it until \
        the rain comes down from the patient hills and the old mill turns once more toward the morning";
    const OTHER: &str = "a lantern waits for every stranger who belongs to no one at all and remembers its maker";

    fn asset(number: u8) -> AssetId {
        AssetId([number; 32])
    }

    fn known(texts: &[(u8, &str)]) -> KnownTexts {
        let mut known = KnownTexts::new(Some(Similarity::STANDARD));
        for (number, text) in texts {
            known.decide(asset(*number), AssetSeq(u64::from(*number)), text);
        }
        known
    }

    #[test]
    fn a_copy_joins_its_original_and_another_text_founds_a_cluster() {
        let known = known(&[(1, SONG), (2, OTHER), (3, SONG)]);
        assert_eq!(known.cluster_of(&asset(1)), known.cluster_of(&asset(3)));
        assert_ne!(known.cluster_of(&asset(1)), known.cluster_of(&asset(2)));
        assert_eq!(known.founder_of(&asset(3)), Some(asset(1)));
        assert_eq!(known.like(&SONG.to_uppercase()), Some(asset(1)));
        assert_eq!(known.like("something that nobody has written down before, in words of its own"), None);
        assert_eq!(known.len(), 3, "a question adds nothing");
    }

    #[test]
    fn what_was_decided_holds_without_the_texts() {
        let mut before = known(&[(1, SONG), (2, OTHER)]);
        let (founder, shingles) = before.decide(asset(3), AssetSeq(3), SONG);
        let mut after = KnownTexts::new(Some(Similarity::STANDARD));
        after.restore(asset(1), AssetSeq(1), asset(1), shingles.clone());
        after.restore(asset(2), AssetSeq(2), asset(2), Shingles::default());
        after.restore(asset(3), AssetSeq(3), founder, shingles);
        assert_eq!(after.decide(asset(4), AssetSeq(4), SONG).0, asset(1));
        assert_eq!(after.cluster_of(&asset(4)), Some(0));
    }

    #[test]
    fn a_text_that_arrives_late_meets_nobody_who_was_registered_after_it() {
        let mut known = known(&[(2, SONG), (3, OTHER)]);
        assert_eq!(known.decide(asset(1), AssetSeq(1), SONG).0, asset(1));
        assert_eq!(known.founder_of(&asset(2)), Some(asset(2)), "and moves nobody");
        assert_eq!(known.decide(asset(4), AssetSeq(4), SONG).0, asset(1), "the earliest registered decides");
    }

    #[test]
    fn without_rules_every_text_is_its_own() {
        let mut known = KnownTexts::new(None);
        known.decide(asset(1), AssetSeq(1), SONG);
        known.decide(asset(2), AssetSeq(2), SONG);
        assert_eq!((known.cluster_of(&asset(1)), known.cluster_of(&asset(2))), (Some(0), Some(1)));
        assert_eq!(known.like(SONG), None);
    }
}
