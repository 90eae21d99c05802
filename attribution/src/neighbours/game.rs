//! The exact value of each neighbour: graded KNN-Shapley.
//!
//! A coalition is worth a K-th of the weights of its K heaviest members. With
//! weights that descend, the Shapley value of the last of N is w_N / max(N, K),
//! and that of any other s_i = s_{i+1} + (w_i − w_{i+1}) / max(K, i). Integers over
//! one common denominator, so nothing is rounded before the end.

use super::NeighboursError;
use std::cmp::Reverse;
use tributary_core::policy::NEIGHBOURS_MAX;

/// The most players of a game.
pub const PLAYERS_MAX: usize = NEIGHBOURS_MAX as usize;
/// Fractional bits of a value.
pub const FRACTION_BITS: u32 = 64;

/// The least common multiple of 1 to [`PLAYERS_MAX`], below 2⁹⁰.
const DENOMINATOR: u128 = {
    let (mut all, mut n) = (1u128, 2u128);
    while n <= PLAYERS_MAX as u128 {
        let (mut a, mut b) = (all, n);
        while b > 0 {
            (a, b) = (b, a % b);
        }
        all *= n / a;
        n += 1;
    }
    all
};

/// The values of players whose weights descend and are below 2¹⁶, in units of
/// 2⁻⁶⁴: floored, and what flooring leaves of their sum given to the largest
/// remainders, of equal ones to the nearer player.
pub fn values(weights: &[u32], neighbours: u16) -> Result<Vec<u128>, NeighboursError> {
    let exact = numerators(weights, neighbours)?;
    let mut values = Vec::with_capacity(exact.len());
    let mut remainders = Vec::with_capacity(exact.len());
    let (mut floored, mut whole) = (0, 0);
    for numerator in &exact {
        let (value, remainder) = fixed(*numerator);
        values.push(value);
        remainders.push(remainder);
        floored += value;
        whole += numerator;
    }
    // The sum is the K-th of at most 64 weights: below 2¹¹² as a numerator.
    let left = fixed(whole).0 - floored;
    let mut order: Vec<usize> = (0..exact.len()).collect();
    order.sort_by_key(|n| (Reverse(remainders[*n]), *n));
    // Less is left than there are players.
    for n in order.into_iter().take(usize::try_from(left).unwrap_or(exact.len())) {
        values[n] += 1;
    }
    Ok(values)
}

/// The exact values as numerators of [`DENOMINATOR`].
fn numerators(weights: &[u32], neighbours: u16) -> Result<Vec<u128>, NeighboursError> {
    let neighbour_count = usize::from(neighbours);
    if neighbour_count == 0 || neighbour_count > PLAYERS_MAX || weights.len() > PLAYERS_MAX {
        return Err(NeighboursError::Neighbours(neighbours));
    }
    let part = |players: usize| DENOMINATOR / players.max(neighbour_count) as u128;
    let mut values = vec![0; weights.len()];
    let mut value = 0;
    let mut behind = 0;
    for (n, weight) in weights.iter().enumerate().rev() {
        // The farthest player's value is the same step, down to nothing.
        value += u128::from(weight - behind) * part(n + 1);
        values[n] = value;
        behind = *weight;
    }
    Ok(values)
}

/// `numerator / DENOMINATOR` in units of 2⁻⁶⁴, and what is left over.
fn fixed(numerator: u128) -> (u128, u128) {
    let (mut value, mut rest) = (numerator / DENOMINATOR, numerator % DENOMINATOR);
    for _ in 0..FRACTION_BITS / 32 {
        // The rest is below 2⁹⁰: 32 bits more fit.
        rest <<= 32;
        value = (value << 32) | (rest / DENOMINATOR);
        rest %= DENOMINATOR;
    }
    (value, rest)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use num_rational::Ratio;
    use proptest::prelude::*;

    type Exact = Ratio<i128>;

    /// What a coalition is worth: a K-th of its K heaviest weights.
    fn worth(weights: &[u32], coalition: usize, neighbours: usize) -> i128 {
        let members = weights.iter().enumerate().filter(|(n, _)| coalition >> n & 1 == 1);
        members.take(neighbours).map(|(_, weight)| i128::from(*weight)).sum()
    }

    /// Shapley's own formula over all 2ⁿ coalitions.
    fn brute_force(weights: &[u32], neighbours: usize) -> Vec<Exact> {
        let n = weights.len();
        let factorial = |n: usize| (1..=n as i128).product::<i128>();
        let value = |player: usize| {
            let mut value = Exact::from_integer(0);
            for others in (0..1usize << n).filter(|others| others >> player & 1 == 0) {
                let size = others.count_ones() as usize;
                let gain = worth(weights, others | 1 << player, neighbours) - worth(weights, others, neighbours);
                value +=
                    Exact::new(gain * factorial(size) * factorial(n - size - 1), factorial(n) * neighbours as i128);
            }
            value
        };
        (0..n).map(value).collect()
    }

    fn descending(mut weights: Vec<u32>) -> Vec<u32> {
        weights.sort_by_key(|weight| Reverse(*weight));
        weights
    }

    proptest! {
        #[test]
        fn equality_with_brute_force_in_exact_rationals_for_all_numbers_of_neighbours(
            weights in prop::collection::vec(0u32..40_000, 0..=8), neighbours in 1u16..=12,
        ) {
            let weights = descending(weights);
            let found = numerators(&weights, neighbours).unwrap();
            for (ours, exact) in found.iter().zip(brute_force(&weights, usize::from(neighbours))) {
                // Over the common denominator, which its own denominator divides.
                let denominator = DENOMINATOR as i128;
                prop_assert_eq!(denominator % exact.denom(), 0);
                prop_assert_eq!(*ours as i128, exact.numer() * (denominator / exact.denom()));
            }
        }

        #[test]
        fn values_are_within_a_unit_of_the_exact_ones_and_sum_to_the_games_worth(
            weights in prop::collection::vec(0u32..40_000, 0..=PLAYERS_MAX), neighbours in 1..=NEIGHBOURS_MAX,
        ) {
            let weights = descending(weights);
            let found = values(&weights, neighbours).unwrap();
            for (value, numerator) in found.iter().zip(numerators(&weights, neighbours).unwrap()) {
                let floor = fixed(numerator).0;
                prop_assert!(*value == floor || *value == floor + 1);
            }
            let worth: u128 = weights.iter().take(usize::from(neighbours)).map(|weight| u128::from(*weight)).sum();
            prop_assert_eq!(found.iter().sum::<u128>(), (worth << FRACTION_BITS) / u128::from(neighbours));
            prop_assert!(found.windows(2).all(|two| two[0] >= two[1]), "the nearer are worth no less");
        }
    }

    #[test]
    fn a_game_without_neighbours_or_with_too_many_players_is_refused() {
        assert_eq!(values(&[1], 0), Err(NeighboursError::Neighbours(0)));
        assert_eq!(values(&[1], 65), Err(NeighboursError::Neighbours(65)));
        assert_eq!(values(&[1; 65], 1), Err(NeighboursError::Neighbours(1)));
        assert_eq!(values(&[], 1), Ok(Vec::new()));
    }
}
