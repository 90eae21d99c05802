#![allow(clippy::unwrap_used)]
//! What engine 2 adds: absolute royalties, curators, neighbours, retirement and
//! disputes, each as a worked example.

use super::*;
use crate::graph::{Asset, Membership, RoyaltyMode};
use crate::sample::{any_rich_events, any_rich_graph};
use tributary_core::id::CollectionId;

const SIMILAR: [u16; 5] = [0, 0, 10_000, 0, 0];

fn absolute(asset: Asset) -> Asset {
    Asset { royalties: RoyaltyMode::Absolute, ..asset }
}

fn earned_by(credits: &Credits, who: &[u64]) -> Vec<u128> {
    who.iter().map(|n| earned(credits, *n)).collect()
}

/// `docs/attribution.md`, *Absolute royalties*.
#[test]
fn an_absolute_models_parents_are_paid_of_what_its_child_receives() {
    // A asks 5 % of B, B asks 10 % of C; B is absolute: A gets 5 of C's 100.
    let graph = Graph::new(vec![dataset(1), absolute(model(2, &[(1, 500)])), agent(3, &[(2, 1_000)])]).unwrap();
    let credits = attribute(&event(0, 3, 2, 100), &graph, &policy(0, DECLARED)).unwrap();
    assert_eq!(earned_by(&credits, &[1, 2, 3]), [5 * UNIT, 10 * UNIT, 85 * UNIT]);
    // What enters at B itself pays A all the same.
    let credits = attribute(&event(0, 3, 2, 100), &graph, &policy(0, USED)).unwrap();
    assert_eq!(earned_by(&credits, &[1, 2, 3]), [5 * UNIT, 95 * UNIT, 0]);
}

#[test]
fn absolute_royalties_reach_through_absolute_assets_and_stop_at_a_relative_one() {
    // 1 ← 2 ← 3 ← 4, each asks 10 %; 3 is absolute, 2 is relative: the agent pays
    // 3 and 2, and 2 splits what it receives.
    let chain = |second: fn(Asset) -> Asset| {
        let models = [second(model(2, &[(1, 1_000)])), absolute(model(3, &[(2, 1_000)]))];
        let [two, three] = models;
        Graph::new(vec![dataset(1), two, three, agent(4, &[(3, 1_000)])]).unwrap()
    };
    let call = event(0, 4, 3, 1_000);
    let relative = attribute(&call, &chain(|asset| asset), &policy(0, DECLARED)).unwrap();
    assert_eq!(earned_by(&relative, &[1, 2, 3, 4]), [10 * UNIT, 90 * UNIT, 100 * UNIT, 800 * UNIT]);
    let all = attribute(&call, &chain(absolute), &policy(0, DECLARED)).unwrap();
    assert_eq!(earned_by(&all, &[1, 2, 3, 4]), [100 * UNIT, 100 * UNIT, 100 * UNIT, 700 * UNIT]);
}

#[test]
fn an_absolute_diamond_pays_once_a_path() {
    let graph = Graph::new(vec![
        dataset(1),
        absolute(model(2, &[(1, 500)])),
        absolute(model(3, &[(1, 700)])),
        agent(4, &[(2, 1_000), (3, 1_000)]),
    ])
    .unwrap();
    let credits = attribute(&event(0, 4, 2, 100), &graph, &policy(0, DECLARED)).unwrap();
    assert_eq!(earned_by(&credits, &[1, 2, 3, 4]), [12 * UNIT, 10 * UNIT, 10 * UNIT, 68 * UNIT]);
}

/// Threat 21.
#[test]
fn a_stack_of_absolute_royalties_above_nine_tenths_makes_no_graph() {
    let with = |asked: u16| {
        let models = [absolute(model(2, &[(1, 4_000)])), absolute(model(3, &[(2, 4_000)]))];
        let [two, three] = models;
        Graph::new(vec![dataset(1), two, three, agent(4, &[(3, asked)])])
    };
    assert!(with(1_000).is_ok());
    assert_eq!(with(1_001), Err(crate::graph::GraphError::Royalties(id(4))));
}

/// `docs/attribution.md`, *Collections*.
#[test]
fn a_curators_share_comes_off_what_a_member_keeps_before_its_co_owners() {
    let mut member = asset_with_parent();
    member.collection = Some(Membership { collection: CollectionId([5; 32]), curator: key(9), share: bps(2_000) });
    member.co_owners = vec![(key(2), bps(7_500)), (key(3), bps(2_500))];
    let graph = Graph::new(vec![dataset(1), member, model(4, &[]), agent(5, &[(4, 0)])]).unwrap();
    let mut call = event(0, 5, 4, 100);
    call.evidence = verbatim(1, &[(2, TOKEN_WEIGHT)]);
    let credits = attribute(&call, &graph, &policy(0, VERBATIM)).unwrap();
    // 100: 10 to the parent, 90 kept: 18 to the curator, 54 and 18 to the owners.
    assert_eq!(line(&credits, 1, 1, PolicyLabel::Royalty), 10 * UNIT);
    assert_eq!(line(&credits, 9, 2, PolicyLabel::Curated), 18 * UNIT);
    assert_eq!(line(&credits, 2, 2, PolicyLabel::Verbatim), 54 * UNIT);
    assert_eq!(line(&credits, 3, 2, PolicyLabel::Verbatim), 18 * UNIT);
}

fn asset_with_parent() -> Asset {
    crate::sample::asset(2, tributary_core::content::AssetKind::Dataset, &[(1, 1_000)])
}

/// `docs/attribution.md`, *Similar*.
#[test]
fn similar_income_goes_to_the_neighbours_in_proportion_and_owes_royalties() {
    let graph = Graph::new(vec![dataset(1), asset_with_parent(), model(3, &[]), agent(4, &[(3, 0)])]).unwrap();
    let mut call = event(0, 4, 3, 100);
    call.evidence = call.evidence.with_similar(vec![(id(1), 1), (id(2), 3)]);
    call.evidence.similar.sort();
    let credits = attribute(&call, &graph, &policy(0, SIMILAR)).unwrap();
    assert_eq!(line(&credits, 1, 1, PolicyLabel::Similar), 25 * UNIT);
    assert_eq!(line(&credits, 2, 2, PolicyLabel::Similar), 67 * UNIT + UNIT / 2);
    assert_eq!(line(&credits, 1, 1, PolicyLabel::Royalty), 7 * UNIT + UNIT / 2);
}

#[test]
fn both_kinds_of_evidence_serve_a_mix_of_both() {
    let graph = Graph::new(vec![dataset(1), dataset(2), model(3, &[]), agent(4, &[(3, 0)])]).unwrap();
    let mut call = event(0, 4, 3, 100);
    call.evidence = verbatim(2, &[(1, TOKEN_WEIGHT)]).with_similar(vec![(id(2), 7)]);
    let credits = attribute(&call, &graph, &policy(0, [1_000, 1_000, 4_000, 4_000, 0])).unwrap();
    assert_eq!(line(&credits, 1, 1, PolicyLabel::Verbatim), 20 * UNIT);
    assert_eq!(line(&credits, 2, 2, PolicyLabel::Similar), 40 * UNIT);
    assert_eq!(line(&credits, 3, 3, PolicyLabel::Unmatched), 20 * UNIT);
}

#[test]
fn a_retired_asset_is_paid_for_old_uses_and_not_for_new_ones() {
    let retired = |n: u64| {
        let mut assets = vec![dataset(1), dataset(2), model(3, &[(1, 1_000)]), agent(4, &[(3, 1_000)])];
        assets.iter_mut().filter(|asset| asset.asset == id(n)).for_each(|asset| asset.retired_from = Some(Slot(500)));
        Graph::new(assets).unwrap()
    };
    let call = |slot: u64| {
        let mut call = event(0, 4, 3, 100);
        call.graph_slot = Slot(slot);
        call.evidence = verbatim(2, &[(1, TOKEN_WEIGHT), (2, TOKEN_WEIGHT)]).with_similar(vec![(id(1), 1)]);
        call
    };
    let policy = policy(0, [0, 2_000, 2_000, 6_000, 0]);
    let before = attribute(&call(499), &retired(1), &policy).unwrap();
    assert_eq!(line(&before, 1, 1, PolicyLabel::Verbatim), 30 * UNIT);
    assert_eq!(line(&before, 1, 1, PolicyLabel::Similar), 20 * UNIT);
    let after = attribute(&call(500), &retired(1), &policy).unwrap();
    assert_eq!(line(&after, 1, 1, PolicyLabel::Verbatim) + line(&after, 1, 1, PolicyLabel::Similar), 0);
    assert_eq!(line(&after, 3, 3, PolicyLabel::Unmatched), 50 * UNIT, "its part stays with the model");
    assert_eq!(line(&after, 2, 2, PolicyLabel::Verbatim), 30 * UNIT, "and nobody else's changes");
    assert_eq!(line(&after, 1, 1, PolicyLabel::Royalty), 2 * UNIT, "the model was made of it before");
    for gone in [3, 4] {
        assert!(attribute(&call(499), &retired(gone), &policy).is_ok());
        let refused = AttributionError::Retired { asset: id(gone), graph_slot: Slot(500) };
        assert_eq!(attribute(&call(500), &retired(gone), &policy), Err(refused));
    }
}

/// Threat 18: a dispute holds, and holds nothing else.
#[test]
fn what_a_disputed_assets_co_owners_earn_is_held_apart_and_nothing_else_is() {
    let mut member = asset_with_parent();
    member.collection = Some(Membership { collection: CollectionId([5; 32]), curator: key(9), share: bps(2_000) });
    let mut disputed = member.clone();
    disputed.disputed_from = Some(Slot(7));
    let graph =
        |asset: &Asset| Graph::new(vec![dataset(1), asset.clone(), model(4, &[(2, 5_000)]), agent(5, &[(4, 0)])]);
    let mut call = event(0, 5, 4, 100);
    call.evidence = verbatim(2, &[(2, TOKEN_WEIGHT)]);
    let policy = policy(100, [0, 5_000, 0, 5_000, 0]);
    let calm = attribute(&call, &graph(&member).unwrap(), &policy).unwrap();
    let held = attribute(&call, &graph(&disputed).unwrap(), &policy).unwrap();
    assert!(calm.held.is_empty());
    let (mine, others): (Vec<CreditLine>, Vec<CreditLine>) =
        calm.lines.iter().partition(|line| line.asset == id(2) && line.policy != PolicyLabel::Curated);
    assert_eq!(mine.len(), 2, "verbatim and royalty");
    assert_eq!((held.held, held.lines), (mine, others));
    assert_eq!(earned(&calm, 1), held.by_claimant[&key(1)].0, "its parents are paid");
    assert!(!held.by_claimant.contains_key(&key(2)));
}

proptest! {
    #[test]
    fn conservation_holds_with_all_that_engine_two_knows(
        graph in any_rich_graph(), events in any_rich_events(), fee in 0u16..=10_000, mix in 0usize..3,
    ) {
        let mix = [SIMILAR, VERBATIM, [2_000, 2_000, 2_500, 3_000, 500]][mix];
        for call in &events {
            let Ok(credits) = attribute(call, &graph, &policy(fee, mix)) else { continue };
            let sum = |lines: &[CreditLine]| lines.iter().map(|line| line.amount.0).sum::<u128>();
            let by_claimant: u128 = credits.by_claimant.values().map(|amount| amount.0).sum();
            prop_assert_eq!(by_claimant, sum(&credits.lines));
            prop_assert_eq!(credits.fee.0 + by_claimant + sum(&credits.held), u128::from(call.price.0) << 32);
        }
    }

    #[test]
    fn symmetry_between_clusters_equal_weights_earn_the_same_but_for_a_sub_unit(
        price in any::<u64>(), weight in 1u32..=u32::MAX, others in prop::collection::vec(1u32..=u32::MAX, 0..6),
    ) {
        let datasets = 2 + others.len() as u64;
        let mut assets: Vec<Asset> = (0..datasets).map(dataset).collect();
        assets.extend([model(50, &[]), agent(51, &[(50, 0)])]);
        let graph = Graph::new(assets).unwrap();
        let mut call = event(0, 51, 50, price);
        let weights = [weight, weight].into_iter().chain(others);
        call.evidence.similar = (0..datasets).map(id).zip(weights).collect();
        call.evidence.similar.sort();
        let credits = attribute(&call, &graph, &policy(0, SIMILAR)).unwrap();
        prop_assert!(earned(&credits, 0).abs_diff(earned(&credits, 1)) <= 1);
    }

    #[test]
    fn monotonicity_more_weight_never_earns_less_than_the_old_share_rounded_down(
        price in any::<u64>(), weights in prop::collection::vec(1u32..1 << 16, 2..6), more in 1u32..1 << 16,
        is_similar in any::<bool>(),
    ) {
        let count = weights.len() as u64;
        let mut assets: Vec<Asset> = (0..count).map(dataset).collect();
        assets.extend([model(50, &[]), agent(51, &[(50, 0)])]);
        let graph = Graph::new(assets).unwrap();
        let earned_with = |first: u32| {
            let mut call = event(0, 51, 50, price);
            let mut pairs: Vec<_> = (0..count).map(id).zip(weights.iter().copied()).collect();
            pairs[0].1 = first;
            pairs.sort();
            call.evidence =
                if is_similar { call.evidence.with_similar(pairs) } else { tributary_core::event::Evidence::verbatim(99, pairs) };
            let mix = if is_similar { SIMILAR } else { VERBATIM };
            earned(&attribute(&call, &graph, &policy(0, mix)).unwrap(), 0)
        };
        // The exact share grows; each is paid rounded down or up.
        prop_assert!(earned_with(weights[0] + more) + 1 >= earned_with(weights[0]));
    }

    #[test]
    fn wash_bound_holds_for_curators_absolute_royalties_and_neighbours_too(
        graph in any_rich_graph(), events in any_rich_events(), fee in 1u16..=10_000,
    ) {
        // Everybody colludes: payer, agent, model, datasets and curators.
        let (mut paid, mut received) = (0u128, 0u128);
        for call in &events {
            let Ok(credits) = attribute(call, &graph, &policy(fee, [2_000, 2_000, 2_500, 3_000, 500])) else { continue };
            paid += u128::from(call.price.0) << 32;
            received += credits.lines.iter().chain(&credits.held).map(|line| line.amount.0).sum::<u128>();
        }
        let bound = paid - paid / 10_000 * u128::from(fee) - paid % 10_000 * u128::from(fee) / 10_000;
        prop_assert!(received <= bound + events.len() as u128);
    }
}
