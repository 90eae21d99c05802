//! Near-duplicates: which cluster each registered text belongs to.
//!
//! A text meets only those registered before it. It joins the cluster of its
//! earliest near-duplicate or founds one, and never moves: what is added later
//! changes nothing, so the clusters as of any position are a prefix of those of
//! today. Integers only, and nothing depends on the order of a map. It reads
//! bytes of UTF-8 and knows no assets.

use std::collections::{BTreeMap, BTreeSet};
use tributary_core::policy::Similarity;

mod minhash;
mod shingles;

use minhash::MinHash;
use shingles::Shingles;

/// See the module's head.
#[derive(Clone, Debug)]
pub struct Clusters {
    rules: Similarity,
    hash: MinHash,
    /// The shingles of each text, in the order of registration.
    texts: Vec<Shingles>,
    /// The cluster of each text: the number of its founder.
    founders: Vec<u32>,
    /// The same clusters, counted in the order of their foundation.
    cluster_of: Vec<u32>,
    count: u32,
    /// By band and what a signature says there: the texts that agree, ascending.
    buckets: BTreeMap<(u8, u64), Vec<u32>>,
}

impl Clusters {
    /// No texts yet.
    pub fn new(rules: Similarity) -> Self {
        Self {
            rules,
            hash: MinHash::new(&rules),
            texts: Vec::new(),
            founders: Vec::new(),
            cluster_of: Vec::new(),
            count: 0,
            buckets: BTreeMap::new(),
        }
    }

    /// Of texts in the order of their registration.
    pub fn of<'t>(rules: Similarity, texts: impl IntoIterator<Item = &'t str>) -> Self {
        let mut clusters = Self::new(rules);
        for text in texts {
            clusters.add(text);
        }
        clusters
    }

    /// Adds the next registered text and returns its cluster.
    pub fn add(&mut self, text: &str) -> u32 {
        let shingles = Shingles::of(text, self.rules.shingle_words);
        let bands = self.hash.bands(&shingles);
        // At most 2²² assets: numbers of texts fit 32 bits.
        let number = self.texts.len() as u32;
        let found = self.earliest_like(&shingles, &bands);
        let cluster = match found {
            Some(earlier) => self.cluster_of[earlier as usize],
            None => {
                self.count += 1;
                self.count - 1
            }
        };
        let founder = found.map_or(number, |earlier| self.founders[earlier as usize]);
        for (band, agreed) in (0u8..).zip(bands) {
            self.buckets.entry((band, agreed)).or_default().push(number);
        }
        self.texts.push(shingles);
        self.founders.push(founder);
        self.cluster_of.push(cluster);
        cluster
    }

    /// The earliest text that is a near-duplicate: candidates agree in a whole
    /// band, and an exact comparison decides.
    fn earliest_like(&self, shingles: &Shingles, bands: &[u64]) -> Option<u32> {
        let candidates: BTreeSet<u32> = (0u8..)
            .zip(bands)
            .filter_map(|(band, agreed)| self.buckets.get(&(band, *agreed)))
            .flatten()
            .copied()
            .collect();
        let threshold = self.rules.threshold;
        candidates.into_iter().find(|earlier| self.texts[*earlier as usize].is_like(shingles, threshold))
    }

    /// The cluster of each text in the order of registration. Clusters count from
    /// 0 in the order of their foundation. The first `n` entries are the clusters
    /// as of the time when there were `n` texts.
    pub fn cluster_of(&self) -> &[u32] {
        &self.cluster_of
    }

    /// The text that founded each text's cluster, its earliest member.
    pub fn founder_of(&self) -> &[u32] {
        &self.founders
    }

    /// How many clusters there are.
    pub fn count(&self) -> u32 {
        self.count
    }
}

#[cfg(test)]
mod tests;
