#![allow(clippy::unwrap_used)]
//! Order, sharding and threads cannot show; doubles do not count.

use super::*;
use crate::sample::{agent, any_rich_events, any_rich_graph, dataset, event, id, key, model, policy};
use crate::settle::settle;
use proptest::prelude::*;
use tributary_core::amount::BaseUnits;
use tributary_core::domain::Domain;
use tributary_core::leaf::LeafClass;
use tributary_core::leaf_file::LeafFile;
use tributary_core::position::Epoch;

const MIX: [u16; 5] = [3_000, 2_000, 500, 4_000, 500];

/// The bytes an epoch would publish.
fn leaf_file(sum: &EpochSum, policy: &PolicySet) -> Option<Vec<u8>> {
    let mut credits: BTreeMap<_, _> =
        sum.earned.iter().map(|(claimant, amount)| ((LeafClass::Earned, *claimant), *amount)).collect();
    credits.insert((LeafClass::Fee, policy.fee_claimant), sum.fee);
    let settled = settle(&BTreeMap::new(), &credits, BaseUnits(policy.leaf_min)).ok()?;
    let file = LeafFile::new(Domain([5; 32]), Epoch(1), 0, settled.leaves).ok()?;
    let tree = file.tree().ok()?;
    Some(file.encode(&tree))
}

#[test]
fn the_same_event_twice_counts_once_and_two_events_at_one_position_are_refused() {
    let graph = Graph::new(vec![dataset(1), model(2, &[(1, 500)]), agent(3, &[(2, 1_000)])]).unwrap();
    let policy = policy(250, MIX);
    let once = attribute_all(&[event(0, 3, 2, 70)], &graph, &policy).unwrap();
    let twice = attribute_all(&[event(0, 3, 2, 70), event(0, 3, 2, 70)], &graph, &policy).unwrap();
    assert_eq!(once, twice);
    assert_eq!(once.sum.events, 1);
    let forged = attribute_all(&[event(0, 3, 2, 70), event(0, 3, 2, 71)], &graph, &policy);
    assert_eq!(forged, Err(EpochError::TwoEvents(event(0, 3, 2, 70).position)));
}

#[test]
fn void_events_are_reported_in_order_and_the_others_still_count() {
    let graph = Graph::new(vec![model(2, &[]), agent(3, &[(2, 1_000)])]).unwrap();
    let events = [event(5, 3, 9, 10), event(1, 8, 2, 10), event(3, 3, 2, 10)];
    let all = attribute_all(&events, &graph, &policy(0, MIX)).unwrap();
    assert_eq!(all.sum.events, 1);
    assert_eq!(all.sum.total(), Some(SubUnits(10 << 32)));
    let reasons: Vec<_> = all.void.iter().map(|(position, error)| (position.sequence.0, error.clone())).collect();
    let unknown = |n| AttributionError::UnknownAsset(id(n));
    assert_eq!(reasons, [(1, unknown(8)), (5, unknown(9))]);
}

#[test]
fn sums_past_128_bits_are_refused_instead_of_wrapped() {
    let mut sum = EpochSum { fee: SubUnits(u128::MAX), ..EpochSum::default() };
    let one = Credits { fee: SubUnits(1), ..Credits::default() };
    assert_eq!(sum.add(&one), Err(EpochError::Overflow));
    let full = EpochSum { earned: BTreeMap::from([(key(1), SubUnits(u128::MAX))]), ..EpochSum::default() };
    assert_eq!(full.clone().merge(full.clone()), Err(EpochError::Overflow));
    assert_eq!(EpochSum { fee: SubUnits(1), ..full }.total(), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn order_independence_any_permutation_gives_the_same_bytes(
        graph in any_rich_graph(), events in any_rich_events(), keys in prop::collection::vec(any::<u64>(), 40),
    ) {
        let policy = policy(300, MIX);
        let straight = attribute_all(&events, &graph, &policy).unwrap();
        let mut shuffled: Vec<_> = events.iter().zip(keys).collect();
        shuffled.sort_by_key(|(_, key)| *key);
        let shuffled: Vec<_> = shuffled.into_iter().map(|(event, _)| event.clone()).collect();
        let permuted = attribute_all(&shuffled, &graph, &policy).unwrap();
        prop_assert_eq!(leaf_file(&straight.sum, &policy), leaf_file(&permuted.sum, &policy));
        prop_assert_eq!(straight, permuted);
    }

    #[test]
    fn sharding_an_epoch_and_merging_in_any_order_gives_the_same_bytes(
        graph in any_rich_graph(), events in any_rich_events(), shards in 1usize..6, turn in 0usize..6,
    ) {
        let policy = policy(300, MIX);
        let whole = attribute_all(&events, &graph, &policy).unwrap().sum;
        let mut parts: Vec<EpochSum> = (0..shards)
            .map(|shard| {
                let mine: Vec<_> = events.iter().skip(shard).step_by(shards).cloned().collect();
                attribute_all(&mine, &graph, &policy).unwrap().sum
            })
            .collect();
        parts.rotate_left(turn % shards);
        let merged = parts.into_iter().try_fold(EpochSum::default(), EpochSum::merge).unwrap();
        prop_assert_eq!(leaf_file(&whole, &policy), leaf_file(&merged, &policy));
        prop_assert_eq!(whole, merged);
    }

    #[test]
    fn additivity_an_epochs_sum_is_the_sum_of_its_events_in_sub_units(graph in any_rich_graph(), events in any_rich_events()) {
        let policy = policy(300, MIX);
        let sum = attribute_all(&events, &graph, &policy).unwrap().sum;
        let mut expected: BTreeMap<Claimant, u128> = BTreeMap::new();
        let mut price = 0;
        for event in &events {
            let Ok(credits) = attribute(event, &graph, &policy) else { continue };
            price += u128::from(event.price.0) << 32;
            credits.by_claimant.iter().for_each(|(key, amount)| *expected.entry(*key).or_default() += amount.0);
        }
        let actual: BTreeMap<_, _> = sum.earned.iter().map(|(key, amount)| (*key, amount.0)).collect();
        prop_assert_eq!(actual, expected);
        prop_assert_eq!(sum.total().map(|total| total.0), Some(price));
        let receipts: u128 = sum.receipts.values().chain(sum.held.values()).map(|amount| amount.0).sum();
        prop_assert_eq!(receipts + sum.fee.0, price);
    }

    #[test]
    fn the_quick_sum_is_that_of_single_events_to_the_last_line(graph in any_rich_graph(), events in any_rich_events()) {
        let policy = policy(300, MIX);
        let all = attribute_all(&events, &graph, &policy).unwrap();
        let mut plain = AttributedEvents::default();
        for event in &events {
            match attribute(event, &graph, &policy) {
                Ok(credits) => plain.sum.add(&credits).unwrap(),
                Err(error) => plain.void.push((event.position, error)),
            }
        }
        prop_assert_eq!(all, plain);
    }
}

#[test]
fn one_thread_and_many_give_the_same_sum() {
    let graph = Graph::new(vec![dataset(1), model(2, &[(1, 777)]), agent(3, &[(2, 1_111)])]).unwrap();
    let events: Vec<_> = (0..5_000).map(|n| event(n, 3, 2, n * n % 9_973 + 1)).collect();
    let policy = policy(123, MIX);
    let sums: Vec<_> = [1, 2, 7]
        .into_iter()
        .map(|threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| attribute_all(&events, &graph, &policy)).unwrap()
        })
        .collect();
    assert_eq!(sums[0].sum.events, 5_000);
    assert!(sums.iter().all(|sum| *sum == sums[0]));
}
