#![allow(clippy::unwrap_used)]
//! The nearest clusters against a scan of all vectors, and the evidence they give.

use super::*;
use crate::index::corpus::{asset, seq};
use proptest::prelude::*;

const EVER: Slot = Slot(u64::MAX);

/// A vector that differs in its first numbers only, registered at slot `n`.
fn vector(n: usize, cluster: u32, first: [i8; 3]) -> Vector {
    let mut numbers = Box::new([0; DIMENSIONS]);
    numbers[..3].copy_from_slice(&first);
    Vector { asset: asset(n), seq: seq(n), cluster, numbers }
}

fn of(vectors: &[Vector]) -> Neighbours {
    let mut neighbours = Neighbours::default();
    vectors.iter().for_each(|vector| neighbours.add(vector).unwrap());
    neighbours
}

/// So many players, of whom so many count.
fn rules(players: u16, nearest: u16) -> Similarity {
    Similarity { neighbours: players, nearest, ..Similarity::STANDARD }
}

fn some_vectors() -> impl Strategy<Value = Vec<Vector>> {
    let first = || [-4i8..4, -4i8..4, 120i8..127];
    prop::collection::vec((0u32..90, first()), 0..160)
        .prop_map(|all| all.into_iter().enumerate().map(|(n, (cluster, first))| vector(n, cluster, first)).collect())
}

/// Distance, then order of registration, then the first of each cluster.
fn by_scan(vectors: &[Vector], query: &[i8], most: usize) -> Vec<Neighbour> {
    let distance = |vector: &Vector| -> u32 {
        vector.numbers.iter().zip(query).map(|(a, b)| (i32::from(*a) - i32::from(*b)).pow(2) as u32).sum()
    };
    let mut order: Vec<_> = vectors.iter().map(|vector| (distance(vector), vector.seq, vector.cluster)).collect();
    order.sort();
    let mut found: Vec<Neighbour> = Vec::new();
    for (distance, _, cluster) in order {
        if found.len() < most && found.iter().all(|neighbour| neighbour.cluster != cluster) {
            let founder = vectors.iter().find(|vector| vector.cluster == cluster).unwrap().asset;
            found.push(Neighbour { cluster, founder, distance });
        }
    }
    found
}

proptest! {
    #[test]
    fn the_nearest_clusters_equal_a_scan_of_all_vectors(
        vectors in some_vectors(), query in [-4i8..4, -4i8..4, 120i8..127], most in 0usize..70, upto in 0usize..170,
    ) {
        let query = vector(0, 0, query).numbers;
        let neighbours = of(&vectors);
        prop_assert_eq!(neighbours.nearest(&query, most, EVER), by_scan(&vectors, &*query, most));
        let known = &vectors[..vectors.len().min(upto + 1)];
        prop_assert_eq!(neighbours.nearest(&query, most, Slot(upto as u64)), by_scan(known, &*query, most));
    }

    #[test]
    fn evidence_shares_the_whole_among_founders_and_nobody_else(
        vectors in some_vectors(), query in [-4i8..4, -4i8..4, 120i8..127], neighbours in 1u16..=64, players in 1u16..=64, whole in 1u32..,
    ) {
        let query = vector(0, 0, query).numbers;
        let found = of(&vectors);
        let pairs = found.evidence(&query, &rules(players, neighbours), whole, EVER).unwrap();
        prop_assert!(pairs.len() <= usize::from(players));
        prop_assert!(pairs.windows(2).all(|two| two[0].0 < two[1].0));
        prop_assert!(pairs.iter().all(|pair| pair.1 > 0 && found.founders().contains(&pair.0)));
        let sum: u64 = pairs.iter().map(|pair| u64::from(pair.1)).sum();
        prop_assert!(sum == u64::from(whole) || pairs.is_empty());
    }

    #[test]
    fn duplication_proofness_a_copy_in_the_same_cluster_changes_nothing(
        vectors in some_vectors().prop_filter("one", |vectors| !vectors.is_empty()),
        query in [-4i8..4, -4i8..4, 120i8..127], copied in any::<prop::sample::Index>(),
    ) {
        let query = vector(0, 0, query).numbers;
        let before = of(&vectors).evidence(&query, &Similarity::STANDARD, 1 << 20, EVER).unwrap();
        let copied = copied.get(&vectors).clone();
        let mut more = vectors.clone();
        more.push(Vector { asset: asset(vectors.len()), seq: seq(vectors.len()), ..copied });
        prop_assert_eq!(of(&more).evidence(&query, &Similarity::STANDARD, 1 << 20, EVER).unwrap(), before);
    }
}

#[test]
fn a_founder_without_vectors_is_paid_for_its_cluster() {
    let mut neighbours = Neighbours::default();
    let withdrawn = asset(9);
    neighbours.found(3, withdrawn);
    neighbours.found(3, asset(8));
    for vector in [vector(0, 3, [127, 0, 0]), vector(1, 4, [126, 10, 0])] {
        neighbours.add(&vector).unwrap();
    }
    let query = vector(0, 0, [127, 0, 0]).numbers;
    let found: Vec<_> = neighbours.nearest(&query, 9, EVER).iter().map(|found| found.founder).collect();
    assert_eq!(found, [withdrawn, asset(1)]);
    let paid = neighbours.evidence(&query, &Similarity::STANDARD, 100, EVER).unwrap();
    assert!(paid.iter().any(|(asset, weight)| *asset == withdrawn && *weight > 0), "{paid:?}");
}

#[test]
fn what_stands_at_right_angles_is_paid_nothing() {
    let neighbours = of(&[vector(0, 0, [127, 0, 0]), vector(1, 1, [0, 127, 0])]);
    let query = vector(0, 0, [127, 0, 0]).numbers;
    assert_eq!(similarity(0), UNRELATED);
    assert_eq!(neighbours.evidence(&query, &rules(64, 2), 1_000, EVER), Ok(vec![(asset(0), 1_000)]));
    let away = vector(0, 0, [-127, 0, 0]).numbers;
    assert_eq!(neighbours.evidence(&away, &rules(64, 2), 1_000, EVER), Ok(Vec::new()));
}

#[test]
fn a_worked_example_of_three_datasets() {
    // Squared distances 0, 400 and 900: similarities 32,258, 31,858 and 31,358.
    let texts = [vector(0, 0, [0, 0, 127]), vector(1, 1, [20, 0, 127]), vector(2, 2, [0, 30, 127])];
    let query = vector(0, 0, [0, 0, 127]).numbers;
    // K = 2: s3 = 31,358 / 3, s2 = s3 + 500 / 2, s1 = s2 + 400 / 2; they sum to 32,058.
    let found = of(&texts).evidence(&query, &rules(64, 2), 32_058 * 3, EVER).unwrap();
    assert_eq!(found, [(asset(0), 31_358 + 1_350), (asset(1), 31_358 + 750), (asset(2), 31_358)]);
}

#[test]
fn vectors_out_of_the_order_of_registration_are_refused() {
    let mut neighbours = of(&[vector(3, 0, [1, 0, 0])]);
    assert_eq!(neighbours.add(&vector(2, 1, [1, 0, 0])), Err(NeighboursError::Order(asset(2), seq(2))));
    assert_eq!((neighbours.len(), neighbours.is_empty()), (1, false));
}

#[test]
fn rules_that_no_policy_set_may_hold_are_refused() {
    let neighbours = of(&[vector(0, 0, [1, 0, 0])]);
    let query = vector(0, 0, [1, 0, 0]).numbers;
    for (players, nearest) in [(0, 5), (65, 5), (64, 0), (64, 65)] {
        let found = neighbours.evidence(&query, &rules(players, nearest), 1, EVER);
        assert!(matches!(found, Err(NeighboursError::Rules(_))), "{players} players, {nearest} count");
    }
}
