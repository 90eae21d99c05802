//! The policy set of the tests.

use tributary_core::amount::BasisPoints;
use tributary_core::id::Claimant;
use tributary_core::policy::{Mix, PolicySet, Similarity, Tokeniser};

pub(super) fn policy() -> PolicySet {
    let mut weights = [0; 16];
    for (step, weight) in weights.iter_mut().enumerate() {
        *weight = 65_536 >> step;
    }
    PolicySet {
        engine: 2,
        fee: BasisPoints::new(500).unwrap(),
        fee_claimant: Claimant([9; 32]),
        default_mix: Mix::from_bps([1_000, 2_000, 0, 7_000, 0]).unwrap(),
        tokeniser: Tokeniser::Bytes,
        span_min: 8,
        frequency_weights: weights,
        leaf_min: 1,
        similarity: Some(Similarity::STANDARD),
    }
}
