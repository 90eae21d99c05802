//! One rule a test: which terms pay an epoch's events, and which record an event
//! is judged by.

use super::changes::DELAY;
use super::history::{History, address, asset, payer};
use crate::compute::{EpochOutput, VoidReason};
use tributary_attribution::{AttributionError, PolicyLabel};
use tributary_core::amount::SubUnits;
use tributary_core::content::{AssetKind, uses};
use tributary_core::event::UsageEvent;
use tributary_core::id::{Claimant, MandateId};
use tributary_core::position::Slot;

/// A history whose first epoch is settled, and in which Pat has a lease.
pub fn settled_once() -> (History, MandateId) {
    let mut history = History::new();
    let mandate = history.mandate("pat", 1 << 40, 10_000);
    history.deposit("pat", 1 << 40);
    history.grant();
    history.lease("pat", mandate, 1 << 39);
    history.settle_all();
    (history, mandate)
}

/// Serves an event and settles what there is.
pub fn settle_event(history: &mut History, mandate: MandateId) -> EpochOutput {
    serve(history, mandate, |_| {});
    history.settle_all().1
}

fn serve(history: &mut History, mandate: MandateId, change: impl FnOnce(&mut UsageEvent)) {
    let mut event = history.event("pat", mandate, 1_000_000);
    change(&mut event);
    history.serve(vec![event]);
}

/// What somebody earned with an asset in an epoch.
pub fn earned(output: &EpochOutput, who: &str, with: &str) -> SubUnits {
    let lines = output
        .credits
        .iter()
        .filter(|((claimant, of, _), _)| *claimant == Claimant(address(who).to_bytes()) && *of == asset(with));
    SubUnits(lines.map(|(_, amount)| amount.0).sum())
}

const NOTHING: SubUnits = SubUnits::ZERO;

#[test]
fn terms_pay_from_the_epoch_whose_parent_closed_at_or_after_their_slot() {
    let (mut history, mandate) = settled_once();
    history.set_terms(0, "text", "owner of text", &[("heir", 10_000)]);
    let announced = settle_event(&mut history, mandate);
    assert_eq!(earned(&announced, "heir", "text"), NOTHING);
    assert_eq!(history.changes_of("text").len(), 1, "published as announced");

    history.slot += DELAY;
    let in_which_they_begin = settle_event(&mut history, mandate);
    assert_eq!(earned(&in_which_they_begin, "heir", "text"), NOTHING);
    assert!(earned(&in_which_they_begin, "owner of text", "text") > NOTHING);
    assert!(history.changes_of("text").is_empty(), "they count at the close, so they are the asset's fields");

    let next = settle_event(&mut history, mandate);
    assert!(earned(&next, "heir", "text") > NOTHING);
    assert_eq!(earned(&next, "owner of text", "text"), NOTHING);
}

#[test]
fn the_manifest_names_the_slot_whose_terms_paid() {
    let (mut history, mandate) = settled_once();
    let parent = history.opening.finalised_slot;
    serve(&mut history, mandate, |_| {});
    history.slot += 3;
    let (inputs, _) = history.settle_all();
    assert_eq!(inputs.terms_slot(), parent);
    let first = History::new();
    let closing = crate::closing::close(&first.opening, &first.arrived(first.slot), crate::closing::Limits::NONE);
    assert_eq!(first.inputs(first.slot, &closing).terms_slot(), Slot(first.slot), "nothing came before the first");
}

#[test]
fn an_asset_registered_in_the_epoch_earns_by_its_first_terms_whatever_was_set_since() {
    let (mut history, mandate) = settled_once();
    history.register("new text", AssetKind::Dataset, &[], uses::ALL);
    history.set_terms(0, "new text", "owner of new text", &[("heir", 10_000)]);
    history.slot += DELAY + 1;
    serve(&mut history, mandate, |event| event.evidence.pairs[0].0 = asset("new text"));
    let (_, output) = history.settle_all();
    assert!(earned(&output, "owner of new text", "new text") > NOTHING);
    assert_eq!(earned(&output, "heir", "new text"), NOTHING);
}

#[test]
fn a_later_announcement_takes_the_place_of_one_that_does_not_count_yet() {
    let (mut history, mandate) = settled_once();
    history.set_terms(0, "text", "owner of text", &[("heir", 10_000)]);
    history.slot += 1;
    history.set_terms(0, "text", "owner of text", &[("cousin", 10_000)]);
    history.slot += DELAY;
    history.settle_all();
    let output = settle_event(&mut history, mandate);
    assert_eq!(earned(&output, "heir", "text"), NOTHING);
    assert!(earned(&output, "cousin", "text") > NOTHING);
}

#[test]
fn a_transfer_moves_control_at_once_and_income_with_its_slot() {
    let (mut history, mandate) = settled_once();
    history.slot += 1;
    let friend = ("everybody's friend", 3_333);
    let before = history.event("pat", mandate, 1_000_000);
    history.slot += 1;
    history.transfer(0, "agent", "owner of agent", "buyer", &[("buyer", 6_667), friend]);
    let mut after = history.event("pat", mandate, 1_000_000);
    after.request.0[0] ^= 1;
    history.serve(vec![before]);
    history.serve(vec![after]);
    let (_, output) = history.settle_all();
    // The gateway's operator is the old owner: it may serve up to the slot before.
    let voids: Vec<_> = output.voids.iter().map(|void| (void.position.sequence.0, void.reason.clone())).collect();
    assert_eq!(voids, [(1, VoidReason::Operator)]);
    assert!(earned(&output, "owner of agent", "agent") > NOTHING, "what was earned before stays earned");
    assert_eq!(earned(&output, "buyer", "agent"), NOTHING);
    history.slot += DELAY;
    history.settle_all();
    assert_eq!(history.graph.get(&asset("agent")).unwrap().co_owners[0].0, Claimant(address("buyer").to_bytes()));
}

#[test]
fn uses_are_narrowed_at_once_and_widened_at_their_slot() {
    let (mut history, mandate) = settled_once();
    let permitted = history.event("pat", mandate, 1);
    history.slot += 1;
    history.set_uses("text", uses::ALL & !uses::GROUND, uses::ALL & !uses::GROUND);
    let forbidden = history.event("pat", mandate, 1);
    history.slot += 1;
    history.set_uses("text", uses::ALL & !uses::GROUND, uses::ALL);
    let announced = history.event("pat", mandate, 1);
    history.slot += DELAY;
    let again = history.event("pat", mandate, 1);
    for (n, mut event) in [permitted, forbidden, announced, again].into_iter().enumerate() {
        event.request.0[0] = n as u8;
        history.serve(vec![event]);
    }
    let (_, output) = history.settle_all();
    let voids: Vec<_> = output.voids.iter().map(|void| (void.position.sequence.0, void.reason.clone())).collect();
    assert_eq!(voids, [(1, VoidReason::Uses), (2, VoidReason::Uses)]);
}

#[test]
fn calls_of_a_retired_agent_are_void_from_its_slot_on_and_those_before_are_paid() {
    let (mut history, mandate) = settled_once();
    let before = history.event("pat", mandate, 1_000);
    history.slot += 1;
    history.retire("agent");
    let mut after = history.event("pat", mandate, 1_000);
    after.request.0[0] ^= 1;
    history.serve(vec![before, after]);
    let (_, output) = history.settle_all();
    assert_eq!(output.voids.len(), 1);
    assert!(matches!(output.voids[0].reason, VoidReason::Assets(AttributionError::Retired { .. })));
    assert_eq!(output.closing.payers[&payer("pat")].returned.0, 1_000);
}

#[test]
fn a_curator_is_paid_between_the_slots_of_joining_and_leaving() {
    let (mut history, mandate) = settled_once();
    let curated = |output: &EpochOutput| {
        let line = (Claimant(address("curator").to_bytes()), asset("text"), PolicyLabel::Curated);
        output.credits.get(&line).copied().unwrap_or_default() > NOTHING
    };
    history.join("text", 2_000);
    history.slot += 2;
    // Left before it began: still a member between the two slots.
    history.leave("text");
    assert!(!curated(&settle_event(&mut history, mandate)));
    history.slot = history.slot - 3 + DELAY;
    history.settle_all();
    assert!(curated(&settle_event(&mut history, mandate)));
    history.slot += 2;
    history.settle_all();
    assert!(!curated(&settle_event(&mut history, mandate)));
}

#[test]
fn a_displaced_registration_pays_the_older_commitment_from_the_next_epoch() {
    let (mut history, mandate) = settled_once();
    history.set_terms(0, "text", "owner of text", &[("heir", 10_000)]);
    history.slot += 1;
    history.displace(0, "text", "owner of text", "first committer", &[]);
    let same_epoch = settle_event(&mut history, mandate);
    assert!(earned(&same_epoch, "owner of text", "text") > NOTHING);
    assert!(history.changes_of("text").is_empty(), "what the displaced had announced is gone");
    let next = settle_event(&mut history, mandate);
    assert!(earned(&next, "first committer", "text") > NOTHING);
    assert_eq!(earned(&next, "owner of text", "text"), NOTHING);
}

#[test]
fn a_squatter_displaced_in_the_epoch_of_its_registration_earns_nothing() {
    let (mut history, mandate) = settled_once();
    history.register("new text", AssetKind::Dataset, &[], uses::ALL);
    history.slot += 1;
    history.displace(0, "new text", "owner of new text", "first committer", &["text"]);
    serve(&mut history, mandate, |event| event.evidence.pairs[0].0 = asset("new text"));
    let (_, output) = history.settle_all();
    assert_eq!(earned(&output, "owner of new text", "new text"), NOTHING);
    assert!(earned(&output, "first committer", "new text") > NOTHING);
    assert!(earned(&output, "owner of text", "text") > NOTHING, "and owes the parents that it names");
}

#[test]
fn events_of_a_slot_in_several_shards_are_applied_in_an_order_that_can_have_happened() {
    // Whichever shard's address is lower: the buyer set its terms after it had bought.
    for (first, second) in [(1, 2), (2, 1)] {
        let (mut history, mandate) = settled_once();
        history.register("sold text", AssetKind::Dataset, &[], uses::ALL);
        history.transfer(first, "sold text", "owner of sold text", "buyer", &[("buyer", 10_000)]);
        history.set_terms(second, "sold text", "buyer", &[("buyer's child", 10_000)]);
        history.slot += DELAY;
        history.settle_all();
        serve(&mut history, mandate, |event| event.evidence.pairs[0].0 = asset("sold text"));
        let (_, output) = history.settle_all();
        assert!(earned(&output, "buyer's child", "sold text") > NOTHING);
        assert_eq!(earned(&output, "buyer", "sold text"), NOTHING);
    }
}

#[test]
fn a_record_changed_in_the_slot_of_its_registration_is_known_whichever_shard_comes_first() {
    for (first, second) in [(1, 2), (2, 1)] {
        let (mut history, _) = settled_once();
        history.register("new text", AssetKind::Dataset, &[], uses::ALL);
        history.displace(first, "new text", "owner of new text", "first committer", &[]);
        history.displace(second, "new text", "first committer", "still earlier", &[]);
        history.settle_all();
        let owner = history.graph.get(&asset("new text")).unwrap().owner;
        assert_eq!(owner, Claimant(address("still earlier").to_bytes()));
    }
}
