#![allow(clippy::unwrap_used)]
//! The engine against its definition in exact rationals: every path from where
//! money enters to who is paid is walked on its own, nothing is rounded.

use super::*;
use crate::graph::{Asset, RoyaltyMode};
use crate::sample::{any_rich_events, any_rich_graph};
use num_rational::BigRational;
use std::collections::BTreeMap;

type Shares = BTreeMap<(Claimant, AssetId, PolicyLabel), BigRational>;

fn ratio(over: u128, under: u128) -> BigRational {
    BigRational::new(over.into(), under.into())
}

fn part(amount: &BigRational, bps: u16) -> BigRational {
    amount * ratio(bps.into(), 10_000)
}

/// Adds what an inflow at an asset comes to. `owes` is false for a royalty of an
/// absolute asset, which keeps it whole.
fn walk(graph: &Graph, at: &Asset, label: PolicyLabel, inflow: &BigRational, owes: bool, shares: &mut Shares) {
    let mut own = inflow.clone();
    if owes {
        own -= royalties(graph, at, inflow, shares);
    }
    keep(at, label, &own, shares);
}

/// Pays an asset's parents of an inflow, and an absolute parent's in turn of the
/// same inflow. Returns what that came to.
fn royalties(graph: &Graph, at: &Asset, inflow: &BigRational, shares: &mut Shares) -> BigRational {
    let mut paid = ratio(0, 1);
    for (parent, royalty) in &at.parents {
        let parent = graph.get(parent).unwrap();
        let amount = part(inflow, royalty.get());
        let is_relative = parent.royalties == RoyaltyMode::Relative;
        walk(graph, parent, PolicyLabel::Royalty, &amount, is_relative, shares);
        paid += amount;
        if !is_relative {
            paid += royalties(graph, parent, inflow, shares);
        }
    }
    paid
}

fn keep(at: &Asset, label: PolicyLabel, amount: &BigRational, shares: &mut Shares) {
    let mut left = amount.clone();
    let mut add = |claimant, label, amount: BigRational| {
        *shares.entry((claimant, at.asset, label)).or_insert_with(|| ratio(0, 1)) += amount;
    };
    if let Some(member) = at.collection {
        let curated = part(amount, member.share.get());
        left -= &curated;
        add(member.curator, PolicyLabel::Curated, curated);
    }
    for (claimant, share) in &at.co_owners {
        add(*claimant, label, part(&left, share.get()));
    }
}

/// What each line of an event's receipt would be without rounding.
fn exact(event: &UsageEvent, graph: &Graph, policy: &PolicySet) -> Shares {
    let mut shares = Shares::new();
    let price = ratio(u128::from(event.price.0) << 32, 1);
    let pool = &price - part(&price, policy.fee.get());
    let model = graph.get(&event.model).unwrap();
    let mix = model.mix.unwrap_or(policy.default_mix);
    let [declared, used, similar, verbatim, reported] = mix.shares().map(|share| part(&pool, share.get()));
    let evidence = &event.evidence;
    let mut declared = declared + reported;
    if evidence.similar.is_empty() {
        declared += &similar;
    }
    walk(graph, graph.get(&event.agent).unwrap(), PolicyLabel::Declared, &declared, true, &mut shares);
    walk(graph, model, PolicyLabel::Used, &used, true, &mut shares);
    let mut own = ratio(0, 1);
    let mut give = |pairs: &[(AssetId, u32)], share: &BigRational, whole: u64, label, shares: &mut Shares| {
        let mut left = share.clone();
        for (asset, weight) in pairs {
            let asset = graph.get(asset).unwrap();
            let amount = share * ratio(u128::from(*weight), u128::from(whole));
            left -= &amount;
            match asset.retired_from {
                Some(from) if from <= event.graph_slot => own += amount,
                _ => walk(graph, asset, label, &amount, true, shares),
            }
        }
        own += left;
    };
    give(&evidence.pairs, &verbatim, evidence.whole(), PolicyLabel::Verbatim, &mut shares);
    if !evidence.similar.is_empty() {
        let whole = evidence.similar.iter().map(|pair| u64::from(pair.1)).sum();
        give(&evidence.similar, &similar, whole, PolicyLabel::Similar, &mut shares);
    }
    keep(model, PolicyLabel::Unmatched, &own, &mut shares);
    shares
}

/// No line passes more roundings than this: an inflow meets at most 13 assets of
/// these graphs, each path adds less than a sub-unit, and so do fee, mix,
/// evidence, curator and co-owner.
const SUB_UNITS_OFF_MAX: u128 = 64;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn every_line_is_its_exact_share_but_for_a_few_sub_units(
        graph in any_rich_graph(), events in any_rich_events(), fee in 0u16..=10_000,
    ) {
        let policy = policy(fee, [2_000, 2_000, 2_500, 3_000, 500]);
        for call in &events {
            let Ok(credits) = attribute(call, &graph, &policy) else { continue };
            let expected = exact(call, &graph, &policy);
            let mut paid: BTreeMap<(Claimant, AssetId, PolicyLabel), u128> = BTreeMap::new();
            for line in credits.lines.iter().chain(&credits.held) {
                paid.insert((line.claimant, line.asset, line.policy), line.amount.0);
            }
            prop_assert!(paid.keys().all(|line| expected.contains_key(line)));
            for (line, share) in &expected {
                let off = share - ratio(paid.get(line).copied().unwrap_or(0), 1);
                let most = ratio(SUB_UNITS_OFF_MAX, 1);
                prop_assert!(off < most && off > -most, "{line:?} is off by {off}");
            }
        }
    }

    #[test]
    fn quota_cumulatively_nobody_is_a_base_unit_away_from_the_exact_share(
        graph in any_rich_graph(), events in any_rich_events(),
    ) {
        // Credits stay in sub-units: what is lost to rounding in a whole epoch is
        // far below the one base unit that flooring its leaf may take.
        let policy = policy(250, [2_000, 2_000, 2_500, 3_000, 500]);
        let mut expected: BTreeMap<Claimant, BigRational> = BTreeMap::new();
        let mut paid: BTreeMap<Claimant, u128> = BTreeMap::new();
        for call in &events {
            let Ok(credits) = attribute(call, &graph, &policy) else { continue };
            for line in credits.lines.iter().chain(&credits.held) {
                *paid.entry(line.claimant).or_default() += line.amount.0;
            }
            for ((claimant, _, _), share) in exact(call, &graph, &policy) {
                *expected.entry(claimant).or_insert_with(|| ratio(0, 1)) += share;
            }
        }
        for (claimant, share) in expected {
            let off = share - ratio(paid.get(&claimant).copied().unwrap_or(0), 1);
            prop_assert!(off < ratio(1 << 32, 1) && off > -ratio(1 << 32, 1));
        }
    }
}
