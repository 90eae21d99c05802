//! Largest remainder by basis points, without an allocation a split: the bytes
//! of [`crate::apportion::apportion`], which a test compares.

/// The whole, in basis points.
const WHOLE: u16 = 10_000;

/// A part of a split: its weight, and what it comes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Part {
    /// Basis points. All of a split sum to the whole.
    pub weight: u16,
    /// The result.
    pub amount: u128,
    remainder: u16,
}

impl Part {
    /// A part to be computed.
    pub fn of(weight: u16) -> Self {
        Self { weight, amount: 0, remainder: 0 }
    }
}

/// Splits an amount by weights that sum to 10,000. What rounding down leaves
/// goes, a sub-unit each, to the largest remainders; of equal ones to the earlier.
pub(super) fn split(amount: u128, parts: &mut [Part]) {
    let (whole, rest) = match u64::try_from(amount) {
        // Most amounts have 64 bits, where division by a constant is quick.
        Ok(amount) => (u128::from(amount / u64::from(WHOLE)), (amount % u64::from(WHOLE)) as u32),
        Err(_) => (amount / u128::from(WHOLE), (amount % u128::from(WHOLE)) as u32),
    };
    let mut left = rest;
    for part in parts.iter_mut() {
        // Below 10,000 · 10,000: fits 32 bits.
        let product = rest * u32::from(part.weight);
        let floor = product / u32::from(WHOLE);
        part.remainder = (product % u32::from(WHOLE)) as u16;
        part.amount = whole * u128::from(part.weight) + u128::from(floor);
        left -= floor;
    }
    give_rest(left, parts);
}

fn give_rest(left: u32, parts: &mut [Part]) {
    // Fewer sub-units are left than there are parts with a remainder.
    if parts.len() <= 32 {
        for _ in 0..left {
            let mut largest: Option<&mut Part> = None;
            for part in parts.iter_mut() {
                if part.remainder > largest.as_ref().map_or(0, |largest| largest.remainder) {
                    largest = Some(part);
                }
            }
            if let Some(part) = largest {
                part.amount += 1;
                part.remainder = 0;
            }
        }
    } else if left > 0 {
        let mut order: Vec<usize> = (0..parts.len()).collect();
        order.sort_unstable_by_key(|n| (std::cmp::Reverse(parts[*n].remainder), *n));
        for n in order.into_iter().take(left as usize) {
            parts[n].amount += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::apportion::apportion;
    use proptest::prelude::*;
    use tributary_core::amount::SubUnits;

    proptest! {
        #[test]
        fn a_quick_split_equals_the_plain_one_to_the_sub_unit(
            amount in prop_oneof![0u128..100_000, 0u128..1 << 64, 0u128..1 << 96],
            cuts in prop::collection::vec(0u16..=WHOLE, 0..60),
        ) {
            let mut cuts = cuts;
            cuts.extend([0, WHOLE]);
            cuts.sort();
            let weights: Vec<u16> = cuts.windows(2).map(|two| two[1] - two[0]).collect();
            let mut parts: Vec<Part> = weights.iter().map(|weight| Part::of(*weight)).collect();
            split(amount, &mut parts);
            let wide: Vec<u64> = weights.iter().map(|weight| u64::from(*weight)).collect();
            let expected: Vec<u128> =
                apportion(SubUnits(amount), &wide).unwrap().into_iter().map(|part| part.0).collect();
            prop_assert_eq!(parts.iter().map(|part| part.amount).collect::<Vec<_>>(), expected);
        }
    }
}
