//! MinHash with bands: which texts are worth comparing.
//!
//! Permutation k maps a shingle x to `mix(x ⊕ sₖ)`, where `mix` is the finaliser
//! of SplitMix64 and s₀, s₁ … are what SplitMix64 draws from the seed. The
//! signature has each permutation's minimum; a band is the SHA-256 of some of
//! them. Two texts of similarity j agree in one of b bands of r rows with
//! probability 1 − (1 − jʳ)ᵇ.

use super::shingles::Shingles;
use tributary_core::hash::sha256;
use tributary_core::policy::Similarity;

/// What SplitMix64 adds for each draw.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// See the module's head.
#[derive(Clone, Debug)]
pub(super) struct MinHash {
    seeds: Vec<u64>,
    rows: usize,
}

/// SplitMix64's finaliser.
fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

impl MinHash {
    pub(super) fn new(rules: &Similarity) -> Self {
        let draw = |n: u16| mix(rules.seed.wrapping_add(STEP.wrapping_mul(u64::from(n) + 1)));
        Self { seeds: (0..rules.permutations()).map(draw).collect(), rows: usize::from(rules.rows).max(1) }
    }

    /// What each band of a text's signature says; none for a text without words.
    pub(super) fn bands(&self, shingles: &Shingles) -> Vec<u64> {
        if shingles.hashes().is_empty() {
            return Vec::new();
        }
        let mut signature = vec![u64::MAX; self.seeds.len()];
        for shingle in shingles.hashes() {
            for (least, seed) in signature.iter_mut().zip(&self.seeds) {
                *least = (*least).min(mix(shingle ^ seed));
            }
        }
        let band = |rows: &[u64]| {
            let bytes: Vec<u8> = rows.iter().flat_map(|row| row.to_le_bytes()).collect();
            let [a, b, c, d, e, f, g, h, ..] = sha256(&[&bytes]);
            u64::from_le_bytes([a, b, c, d, e, f, g, h])
        };
        signature.chunks(self.rows).map(band).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_permutations_are_drawn_by_splitmix64_as_published() {
        let hash = MinHash::new(&Similarity { seed: 1_234_567, ..Similarity::STANDARD });
        let published = [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423];
        assert_eq!(hash.seeds[..3], published);
        assert_eq!(hash.seeds.len(), 128);
    }
}
