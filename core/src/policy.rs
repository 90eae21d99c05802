//! Policy sets: the numbers attribution runs on, committed with every root.

use crate::amount::BasisPoints;
use crate::bytes::{DecodeError, Put, Reader};
use crate::hash::sha256;
use crate::id::{Claimant, FileHash};
use std::vec::Vec;

mod similarity;
pub use similarity::{NEIGHBOURS_MAX, PERMUTATIONS_MAX, Similarity};

/// First bytes of a policy set.
pub const MAGIC: &[u8; 4] = b"TRBP";
/// The file version of policy sets without [`Similarity`]: engine 1.
const WITHOUT_SIMILARITY: u8 = 1;
/// The file version of policy sets with it: engine 2 and later.
const WITH_SIMILARITY: u8 = 2;
/// Number of policies a model mixes: P0 to P4.
pub const POLICIES: usize = 5;
/// Entries of the document-frequency table.
pub const FREQUENCY_STEPS: usize = 16;

/// How tokens are cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Tokeniser {
    /// Every byte of the UTF-8 text is a token.
    Bytes = 1,
}

/// How a model's income is shared between the policies, in basis points that
/// sum to the whole: P0 declared, P1 used, P2 similar, P3 verbatim, P4 reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mix([BasisPoints; POLICIES]);

impl Mix {
    /// `None` unless the shares sum to 10,000.
    pub fn new(shares: [BasisPoints; POLICIES]) -> Option<Self> {
        let sum: u32 = shares.iter().map(|share| u32::from(share.get())).sum();
        (sum == 10_000).then_some(Self(shares))
    }

    /// From plain numbers.
    pub fn from_bps(bps: [u16; POLICIES]) -> Option<Self> {
        let mut shares = [BasisPoints::ZERO; POLICIES];
        for (share, value) in shares.iter_mut().zip(bps) {
            *share = BasisPoints::new(value)?;
        }
        Self::new(shares)
    }

    /// P0 to P4.
    pub fn shares(&self) -> &[BasisPoints; POLICIES] {
        &self.0
    }
}

/// What an epoch is computed with. A published file; its SHA-256 is committed
/// in every root computed with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicySet {
    /// Version of the engine that applies it.
    pub engine: u16,
    /// The protocol's share of every payment.
    pub fee: BasisPoints,
    /// Who receives that.
    pub fee_claimant: Claimant,
    /// The mix of models that declare none.
    pub default_mix: Mix,
    /// How P3 cuts tokens.
    pub tokeniser: Tokeniser,
    /// The shortest span that P3 counts, in tokens, at least 1.
    pub span_min: u16,
    /// P3's weight of a token whose span occurs in 2ᵏ to 2ᵏ⁺¹ − 1 clusters, for
    /// k = 0 to 15, at most [`crate::event::TOKEN_WEIGHT`], never increasing.
    pub frequency_weights: [u32; FREQUENCY_STEPS],
    /// No leaf is published below this many base units; it stays residue.
    pub leaf_min: u64,
    /// How near-duplicates and neighbours are found; `None` for engine 1 alone.
    pub similarity: Option<Similarity>,
}

impl PolicySet {
    /// The bytes: magic, version, engine u16, fee u16, fee claimant, default mix
    /// 5 × u16, tokeniser, span minimum u16, weights 16 × u32, leaf minimum u64;
    /// in version 2 the fields of [`Similarity`] follow.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        out.put(MAGIC)
            .put(&[if self.similarity.is_some() { WITH_SIMILARITY } else { WITHOUT_SIMILARITY }])
            .put(&self.engine.to_le_bytes())
            .put(&self.fee.get().to_le_bytes())
            .put(&self.fee_claimant.0);
        for share in self.default_mix.shares() {
            out.put(&share.get().to_le_bytes());
        }
        out.put(&[self.tokeniser as u8]).put(&self.span_min.to_le_bytes());
        for weight in self.frequency_weights {
            out.put(&weight.to_le_bytes());
        }
        out.put(&self.leaf_min.to_le_bytes());
        if let Some(similarity) = &self.similarity {
            similarity.encode(&mut out);
        }
        out
    }

    /// Reads canonical bytes and nothing else.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut r = Reader::new(bytes);
        let version = r.version_after(MAGIC, "policy set")?;
        if !(WITHOUT_SIMILARITY..=WITH_SIMILARITY).contains(&version) {
            return Err(DecodeError::Version(version.into()));
        }
        let engine = r.u16("engine version")?;
        let fee = BasisPoints::new(r.u16("fee")?).ok_or(DecodeError::Value("fee"))?;
        let fee_claimant = Claimant(r.array("fee claimant")?);
        let mut mix = [0; POLICIES];
        for share in &mut mix {
            *share = r.u16("mix")?;
        }
        let default_mix = Mix::from_bps(mix).ok_or(DecodeError::Value("mix"))?;
        let tokeniser = match r.u8("tokeniser")? {
            1 => Tokeniser::Bytes,
            _ => return Err(DecodeError::Value("tokeniser")),
        };
        let span_min = r.u16("span minimum")?;
        let mut frequency_weights = [0; FREQUENCY_STEPS];
        for weight in &mut frequency_weights {
            *weight = r.u32("frequency weights")?;
        }
        let leaf_min = r.u64("leaf minimum")?;
        let similarity = if version == WITH_SIMILARITY { Some(Similarity::decode(&mut r)?) } else { None };
        r.end()?;
        if (engine == 1) != similarity.is_none() {
            return Err(DecodeError::Value("engine version"));
        }
        if span_min == 0 {
            return Err(DecodeError::Value("span minimum"));
        }
        if frequency_weights[0] > crate::event::TOKEN_WEIGHT || frequency_weights.windows(2).any(|two| two[0] < two[1])
        {
            return Err(DecodeError::Value("frequency weights"));
        }
        Ok(Self {
            engine,
            fee,
            fee_claimant,
            default_mix,
            tokeniser,
            span_min,
            frequency_weights,
            leaf_min,
            similarity,
        })
    }

    /// SHA-256 of the bytes.
    pub fn hash(&self) -> FileHash {
        FileHash(sha256(&[&self.encode()]))
    }

    /// P3's weight of one token whose span occurs in `clusters` ≥ 1 clusters.
    pub fn token_weight(&self, clusters: u32) -> u32 {
        let step = clusters.max(1).ilog2() as usize;
        self.frequency_weights[step.min(FREQUENCY_STEPS - 1)]
    }
}
