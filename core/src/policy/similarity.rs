//! How near-duplicates and neighbours are found: what engine 2 needs besides
//! the numbers of engine 1.

use crate::amount::BasisPoints;
use crate::bytes::{DecodeError, Put, Reader};
use std::vec::Vec;

/// The most permutations a signature may have.
pub const PERMUTATIONS_MAX: u16 = 256;
/// The most clusters that may share P2's part of a payment: up to here the
/// values of its game are exact in 128 bits.
pub const NEIGHBOURS_MAX: u16 = 64;

/// See the module's head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Similarity {
    /// Seeds the permutations of MinHash.
    pub seed: u64,
    /// Bands of a signature, at least 1: texts that agree in a whole band are compared.
    pub bands: u8,
    /// Permutations in a band, at least 1; all bands together have at most
    /// [`PERMUTATIONS_MAX`].
    pub rows: u8,
    /// Words in a shingle, at least 1.
    pub shingle_words: u8,
    /// The Jaccard similarity from which a text is a near-duplicate; not zero.
    pub threshold: BasisPoints,
    /// How many of the nearest clusters play P2's game, 1 to [`NEIGHBOURS_MAX`].
    pub neighbours: u16,
    /// K of that game, 1 to [`NEIGHBOURS_MAX`].
    pub nearest: u16,
}

impl Similarity {
    /// The numbers of policy sets that have no reason for others: 32 bands of 4
    /// permutations miss a text at the threshold once in 20 million times.
    pub const STANDARD: Self = Self {
        seed: 0x7472_6962_7574_6172,
        bands: 32,
        rows: 4,
        shingle_words: 5,
        threshold: match BasisPoints::new(8_000) {
            Some(threshold) => threshold,
            None => BasisPoints::ONE,
        },
        neighbours: 64,
        nearest: 5,
    };

    /// Permutations of all bands together.
    pub const fn permutations(&self) -> u16 {
        self.bands as u16 * self.rows as u16
    }

    /// The bytes: seed u64, bands u8, rows u8, words of a shingle u8, threshold
    /// u16, neighbours u16, nearest u16.
    pub(super) fn encode(&self, out: &mut Vec<u8>) {
        out.put(&self.seed.to_le_bytes())
            .put(&[self.bands, self.rows, self.shingle_words])
            .put(&self.threshold.get().to_le_bytes())
            .put(&self.neighbours.to_le_bytes())
            .put(&self.nearest.to_le_bytes());
    }

    pub(super) fn decode(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let similarity = Self {
            seed: r.u64("seed")?,
            bands: r.u8("bands")?,
            rows: r.u8("rows of a band")?,
            shingle_words: r.u8("words of a shingle")?,
            threshold: BasisPoints::new(r.u16("threshold")?).ok_or(DecodeError::Value("threshold"))?,
            neighbours: r.u16("neighbours")?,
            nearest: r.u16("nearest")?,
        };
        similarity.check().map(|()| similarity)
    }

    /// Refuses what no encoding may hold.
    pub fn check(&self) -> Result<(), DecodeError> {
        if self.permutations() == 0 || self.permutations() > PERMUTATIONS_MAX {
            return Err(DecodeError::Value("bands and rows"));
        }
        if self.shingle_words == 0 {
            return Err(DecodeError::Value("words of a shingle"));
        }
        if self.threshold == BasisPoints::ZERO {
            return Err(DecodeError::Value("threshold"));
        }
        if self.neighbours == 0 || self.neighbours > NEIGHBOURS_MAX {
            return Err(DecodeError::Value("neighbours"));
        }
        if self.nearest == 0 || self.nearest > NEIGHBOURS_MAX {
            return Err(DecodeError::Value("nearest"));
        }
        Ok(())
    }
}
