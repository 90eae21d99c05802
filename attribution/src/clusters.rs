//! Near-duplicates: which cluster each registered text belongs to.
//!
//! A text meets only those registered before it. It joins the cluster of its
//! earliest near-duplicate or founds one, and never moves: what is added later
//! changes nothing, so the clusters as of any position are a prefix of those of
//! today. Integers only, and nothing depends on the order of a map. It reads
//! bytes of UTF-8 and knows no assets. What was decided once can be restored from
//! [`Shingles`] and founders without the texts.

use std::collections::{BTreeMap, BTreeSet};
use tributary_core::policy::Similarity;

mod minhash;
mod shingles;

use minhash::MinHash;
pub use shingles::{Shingles, ShinglesError};

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
        let shingles = self.shingles(text);
        let like = self.first_like(&shingles, Some);
        self.join(shingles, like)
    }

    /// A text as these rules compare it.
    pub fn shingles(&self, text: &str) -> Shingles {
        Shingles::of(text, self.rules.shingle_words)
    }

    /// Adds a text that is decided about: it joins the cluster of an earlier text,
    /// or founds one. Returns its cluster. A number nobody has founds one.
    pub fn join(&mut self, shingles: Shingles, like: Option<u32>) -> u32 {
        // At most 2²² assets: numbers of texts fit 32 bits.
        let number = self.texts.len() as u32;
        let joined = like.filter(|earlier| *earlier < number);
        let cluster = match joined {
            Some(earlier) => self.cluster_of[earlier as usize],
            None => {
                self.count += 1;
                self.count - 1
            }
        };
        let founder = joined.map_or(number, |earlier| self.founders[earlier as usize]);
        for (band, agreed) in (0u8..).zip(self.hash.bands(&shingles)) {
            self.buckets.entry((band, agreed)).or_default().push(number);
        }
        self.texts.push(shingles);
        self.founders.push(founder);
        self.cluster_of.push(cluster);
        cluster
    }

    /// The first near-duplicate by `order`; who has no place in it is not met.
    /// Candidates agree in a whole band, and an exact comparison decides.
    pub fn first_like<O: Ord>(&self, shingles: &Shingles, order: impl Fn(u32) -> Option<O>) -> Option<u32> {
        let bands = self.hash.bands(shingles);
        let candidates: BTreeSet<(O, u32)> = (0u8..)
            .zip(&bands)
            .filter_map(|(band, agreed)| self.buckets.get(&(band, *agreed)))
            .flatten()
            .filter_map(|number| Some((order(*number)?, *number)))
            .collect();
        let threshold = self.rules.threshold;
        let found =
            candidates.into_iter().find(|(_, earlier)| self.texts[*earlier as usize].is_like(shingles, threshold));
        found.map(|(_, earlier)| earlier)
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
