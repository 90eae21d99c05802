#![allow(clippy::unwrap_used)]
//! Rounding once, carrying residues, never taking back.

use super::*;
use crate::sample::key;
use proptest::prelude::*;
use std::collections::BTreeMap;

const HALF: u128 = 1 << 31;

fn account(n: u64) -> Account {
    (LeafClass::Earned, key(n))
}

fn credits(amounts: &[(u64, u128)]) -> BTreeMap<Account, SubUnits> {
    amounts.iter().map(|(n, amount)| (account(*n), SubUnits(*amount))).collect()
}

#[test]
fn halves_of_a_base_unit_become_a_leaf_once_they_are_whole() {
    let first = settle(&BTreeMap::new(), &credits(&[(1, 3 * HALF)]), BaseUnits(0)).unwrap();
    assert_eq!(first.leaves[0].cumulative, BaseUnits(1));
    assert_eq!(first.residue, SubUnits(HALF));
    let second = settle(&first.entitlements, &credits(&[(1, HALF)]), BaseUnits(0)).unwrap();
    assert_eq!(second.leaves[0].cumulative, BaseUnits(2));
    assert_eq!(second.residue, SubUnits::ZERO);
}

#[test]
fn what_is_below_the_minimum_leaf_waits_and_is_not_lost() {
    let first = settle(&BTreeMap::new(), &credits(&[(1, 18 * HALF)]), BaseUnits(10)).unwrap();
    assert!(first.leaves.is_empty());
    assert_eq!(first.residue, SubUnits(18 * HALF));
    let second = settle(&first.entitlements, &credits(&[(1, 2 * HALF)]), BaseUnits(10)).unwrap();
    assert_eq!(second.leaves[0].cumulative, BaseUnits(10));
}

#[test]
fn a_raised_minimum_leaves_published_leaves_standing() {
    let first = settle(&BTreeMap::new(), &credits(&[(1, 10 * HALF)]), BaseUnits(1)).unwrap();
    let second = settle(&first.entitlements, &credits(&[(1, 4 * HALF)]), BaseUnits(100)).unwrap();
    assert_eq!(second.leaves, first.leaves);
    assert_eq!(second.residue, SubUnits(4 * HALF));
}

#[test]
fn a_state_that_published_more_than_was_earned_is_refused() {
    let wrong = Entitlement { cumulative: SubUnits(HALF), published: BaseUnits(1) };
    let opening = BTreeMap::from([(account(1), wrong)]);
    assert_eq!(
        settle(&opening, &BTreeMap::new(), BaseUnits(0)),
        Err(SettleError::Overpublished(LeafClass::Earned, key(1)))
    );
}

#[test]
fn credit_past_sixty_four_bits_of_base_units_is_refused() {
    let refused = |amount: u128| settle(&BTreeMap::new(), &credits(&[(1, amount)]), BaseUnits(0));
    assert!(refused((1 << 96) - 1).is_ok());
    assert_eq!(refused(1 << 96), Err(SettleError::Overflow(LeafClass::Earned, key(1))));
}

proptest! {
    #[test]
    fn leaves_and_residue_are_all_that_was_credited_and_leaves_never_decrease(
        epochs in prop::collection::vec(prop::collection::btree_map((0usize..3, 0u64..6), 0u128..1 << 40, 0..8), 1..6),
        minima in prop::collection::vec(0u64..400, 6),
    ) {
        let mut state = BTreeMap::new();
        let mut credited: BTreeMap<Account, u128> = BTreeMap::new();
        let mut before: BTreeMap<Account, BaseUnits> = BTreeMap::new();
        for (epoch, minimum) in epochs.iter().zip(minima) {
            let epoch: BTreeMap<Account, SubUnits> = epoch
                .iter()
                .map(|((class, n), amount)| ((LeafClass::ALL[*class], key(*n)), SubUnits(*amount)))
                .collect();
            for (account, amount) in &epoch {
                *credited.entry(*account).or_default() += amount.0;
            }
            let settled = settle(&state, &epoch, BaseUnits(minimum)).unwrap();
            let leaves: BTreeMap<Account, BaseUnits> =
                settled.leaves.iter().map(|leaf| ((leaf.class, leaf.claimant), leaf.cumulative)).collect();
            let published: u128 = leaves.values().map(|amount| amount.to_sub_units().0).sum();
            prop_assert_eq!(published + settled.residue.0, credited.values().sum::<u128>());
            prop_assert!(settled.leaves.windows(2).all(|two| (two[0].class, two[0].claimant) < (two[1].class, two[1].claimant)));
            for (account, amount) in &leaves {
                prop_assert!(*amount > BaseUnits::ZERO);
                prop_assert!(amount.to_sub_units().0 <= credited[account], "floored, never rounded up");
            }
            for (account, amount) in &before {
                prop_assert!(leaves[account] >= *amount);
            }
            before = leaves;
            state = settled.entitlements;
        }
    }
}
