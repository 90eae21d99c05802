//! Largest remainder: an amount split by integer weights, exactly.
//!
//! Every part is the exact quota rounded down or up, and the parts sum to the
//! amount. Nothing here knows what the parts are for.

use std::cmp::Reverse;
use tributary_core::amount::SubUnits;

/// Why an amount cannot be split by these weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApportionError {
    /// All weights are zero, or there are none.
    #[error("the weights sum to zero, so nothing says who receives the amount")]
    NoWeight,
    /// The weights do not fit.
    #[error("the weights sum to more than 2^64 - 1")]
    TooHeavy,
}

/// Splits `amount` by `weights`. What rounding down leaves over goes, one
/// sub-unit each, to the parts with the largest remainders; of equal remainders
/// the earlier part goes first, so callers pass parts in order of sequence.
pub fn apportion(amount: SubUnits, weights: &[u64]) -> Result<Vec<SubUnits>, ApportionError> {
    let total =
        weights.iter().try_fold(0u64, |sum, weight| sum.checked_add(*weight)).ok_or(ApportionError::TooHeavy)?;
    if total == 0 {
        return Err(ApportionError::NoWeight);
    }
    // With amount = whole · total + rest, the floor of amount · w / total is
    // whole · w + ⌊rest · w / total⌋. The first product is at most the amount and
    // the second below 2¹²⁸, because rest < total < 2⁶⁴: nothing can overflow.
    let whole = amount.0 / u128::from(total);
    let rest = (amount.0 % u128::from(total)) as u64;
    let mut parts = Vec::with_capacity(weights.len());
    let mut remainders = Vec::with_capacity(weights.len());
    let mut left = amount.0;
    for weight in weights {
        let (floor, remainder) = divide(rest, *weight, total);
        let part = whole * u128::from(*weight) + u128::from(floor);
        left -= part;
        parts.push(SubUnits(part));
        remainders.push(remainder);
    }
    if left > 0 {
        let mut order: Vec<usize> = (0..weights.len()).collect();
        order.sort_unstable_by_key(|n| (Reverse(remainders[*n]), *n));
        // Fewer sub-units are left than there are parts with a remainder.
        for n in order.into_iter().take(usize::try_from(left).unwrap_or(weights.len())) {
            parts[n].0 += 1;
        }
    }
    Ok(parts)
}

/// Quotient and remainder of `rest · weight / total`, for `rest < total` and
/// `weight ≤ total`. Most totals are 10,000, where 64 bits are enough and quick.
fn divide(rest: u64, weight: u64, total: u64) -> (u64, u64) {
    match rest.checked_mul(weight) {
        Some(product) => (product / total, product % total),
        None => {
            let (product, total) = (u128::from(rest) * u128::from(weight), u128::from(total));
            // Both are below the total, which has 64 bits.
            ((product / total) as u64, (product % total) as u64)
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn split(amount: u128, weights: &[u64]) -> Vec<u128> {
        apportion(SubUnits(amount), weights).unwrap().into_iter().map(|part| part.0).collect()
    }

    #[test]
    fn the_textbook_case_that_is_not_house_monotone_is_split_by_largest_remainder() {
        assert_eq!(split(10, &[6, 6, 2]), [4, 4, 2]);
        assert_eq!(split(11, &[6, 6, 2]), [5, 5, 1]);
    }

    #[test]
    fn equal_remainders_favour_the_earlier_part() {
        assert_eq!(split(1, &[1, 1]), [1, 0]);
        assert_eq!(split(5, &[1, 1, 1, 1]), [2, 1, 1, 1]);
    }

    #[test]
    fn the_largest_amounts_and_weights_do_not_overflow() {
        assert_eq!(split(u128::MAX, &[u64::MAX]), [u128::MAX]);
        let parts = split(u128::MAX, &[u64::MAX - 1, 1]);
        assert_eq!(parts.iter().sum::<u128>(), u128::MAX);
    }

    #[test]
    fn weights_that_name_nobody_or_do_not_fit_are_refused() {
        assert_eq!(apportion(SubUnits(1), &[]), Err(ApportionError::NoWeight));
        assert_eq!(apportion(SubUnits(1), &[0, 0]), Err(ApportionError::NoWeight));
        assert_eq!(apportion(SubUnits(1), &[u64::MAX, 1]), Err(ApportionError::TooHeavy));
    }

    proptest! {
        #[test]
        fn parts_sum_to_the_amount_and_each_is_its_quota_rounded_down_or_up(
            amount in 0u128..1 << 96,
            weights in prop::collection::vec(prop_oneof![Just(0u64), 1u64..10_001, 1u64..1 << 31], 1..40),
        ) {
            let total: u128 = weights.iter().map(|w| u128::from(*w)).sum();
            prop_assume!(total > 0);
            let parts = split(amount, &weights);
            prop_assert_eq!(parts.iter().sum::<u128>(), amount);
            for (part, weight) in parts.iter().zip(&weights) {
                // |part · total − amount · weight| < total, in whole numbers of at most 2¹²⁸.
                let quota = amount / total * u128::from(*weight) + amount % total * u128::from(*weight) / total;
                prop_assert!(*part == quota || *part == quota + 1);
                if *weight == 0 {
                    prop_assert_eq!(*part, 0, "a part without weight receives nothing");
                }
            }
        }
    }
}
