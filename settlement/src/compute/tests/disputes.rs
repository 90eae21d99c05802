//! One rule a test: what a dispute holds, and who receives it when it ends.

use super::changes::DELAY;
use super::history::{History, address, asset};
use super::terms::{earned, settle_event, settled_once};
use crate::compute::{Account, EpochOutput, State};
use crate::files::FileError;
use tributary_attribution::PolicyLabel;
use tributary_core::amount::SubUnits;
use tributary_core::id::{Claimant, MandateId};
use tributary_core::leaf::LeafClass;

const NOTHING: SubUnits = SubUnits::ZERO;
const OWNER: &str = "owner of text";

/// After an epoch that held something, and what it held.
pub fn held_once() -> (History, MandateId, SubUnits) {
    let (mut history, mandate) = settled_once();
    history.dispute(0, "text");
    let output = settle_event(&mut history, mandate);
    let held = output.identity.get(Account::Held);
    assert!(held > NOTHING);
    assert_eq!(earned(&output, OWNER, "text"), NOTHING);
    (history, mandate, held)
}

fn held(output: &EpochOutput) -> SubUnits {
    output.identity.get(Account::Held)
}

/// What an epoch without events gives out for the text, and to whom of these two.
fn released(history: &mut History, one: &str, other: &str) -> (SubUnits, SubUnits, EpochOutput) {
    let before = history.opening.clone();
    let (_, output) = history.settle_all();
    let grown = |who: &str| {
        let account = (LeafClass::Earned, Claimant(address(who).to_bytes()));
        let of = |state: &State| state.entitlements.get(&account).map_or(0, |entitlement| entitlement.cumulative.0);
        let grown = SubUnits(of(&output.closing) - of(&before));
        assert_eq!(grown, earned(&output, who, "text"), "a receipt says what was released");
        grown
    };
    (grown(one), grown(other), output.clone())
}

#[test]
fn a_dispute_holds_its_co_owners_credits_and_nobody_else_s() {
    let (mut history, mandate) = settled_once();
    let undisputed = settle_event(&mut history, mandate);
    history.dispute(0, "text");
    let disputed = settle_event(&mut history, mandate);
    let of_text: u128 =
        undisputed.credits.iter().filter(|((_, of, _), _)| *of == asset("text")).map(|(_, amount)| amount.0).sum();
    assert_eq!(held(&disputed).0, of_text);
    assert!(disputed.credits.keys().all(|(_, of, _)| *of != asset("text")));
    assert_eq!(earned(&disputed, "owner of model", "model"), earned(&undisputed, "owner of model", "model"));
    let moved = disputed.entries.iter().find(|entry| entry.credit == Account::Held).unwrap();
    assert_eq!((moved.debit, moved.amount), (Account::Leased, held(&disputed)));
}

#[test]
fn a_dispute_ruled_for_the_owner_gives_what_it_held_to_those_it_was_held_for() {
    let (mut history, _, sum) = held_once();
    history.rule(0, "text", 0, OWNER);
    let (owner, friend, output) = released(&mut history, OWNER, "everybody's friend");
    assert_eq!((SubUnits(owner.0 + friend.0), held(&output)), (sum, NOTHING));
    assert!(owner > friend && friend > NOTHING, "by the shares they had then");
    assert!(output.closing.held.is_empty());
}

#[test]
fn a_dispute_that_nobody_ruled_in_time_gives_what_it_held_to_those_it_was_held_for() {
    let (mut history, _, sum) = held_once();
    history.slot += 200;
    history.end_dispute("text", OWNER);
    let (owner, friend, output) = released(&mut history, OWNER, "everybody's friend");
    assert_eq!((SubUnits(owner.0 + friend.0), held(&output)), (sum, NOTHING));
}

#[test]
fn a_verdict_for_the_challenger_releases_nothing_until_it_takes_effect() {
    let (mut history, mandate, sum) = held_once();
    history.rule(0, "text", 1, OWNER);
    let output = settle_event(&mut history, mandate);
    assert!(held(&output) > sum, "and goes on holding");
    assert_eq!(earned(&output, OWNER, "text"), NOTHING);
}

#[test]
fn a_cancelled_reassignment_gives_what_was_held_to_those_it_was_held_for() {
    let (mut history, _, sum) = held_once();
    history.rule(0, "text", 1, OWNER);
    history.slot += 1;
    history.cancel_reassignment("text");
    let (owner, friend, output) = released(&mut history, OWNER, "everybody's friend");
    assert_eq!((SubUnits(owner.0 + friend.0), held(&output)), (sum, NOTHING));
}

#[test]
fn a_reassignment_gives_what_was_held_and_the_epoch_s_own_credits_to_the_new_owner() {
    let (mut history, mandate, sum) = held_once();
    history.rule(0, "text", 1, OWNER);
    history.slot += DELAY;
    history.reassign(0, "text", OWNER);
    let output = settle_event(&mut history, mandate);
    assert_eq!(held(&output), NOTHING);
    assert_eq!(earned(&output, "challenger", "text").0, 2 * sum.0, "one such event was held, one is of this epoch");
    assert_eq!(earned(&output, OWNER, "text"), NOTHING);
    let record = history.graph.get(&asset("text")).unwrap();
    assert_eq!(record.owner, Claimant(address("challenger").to_bytes()));
    assert_eq!(record.co_owners, [(record.owner, tributary_core::amount::BasisPoints::ONE)]);
}

#[test]
fn a_second_dispute_holds_for_the_new_owner_what_the_first_no_longer_does() {
    let (mut history, mandate, sum) = held_once();
    history.rule(0, "text", 1, OWNER);
    history.slot += DELAY;
    history.reassign(0, "text", OWNER);
    history.slot += 1;
    history.dispute(0, "text");
    let output = settle_event(&mut history, mandate);
    assert_eq!((earned(&output, "challenger", "text"), held(&output)), (sum, sum));
    assert!(output.closing.held.keys().all(|(_, claimant, _)| claimant.0 == address("challenger").to_bytes()));
}

#[test]
fn a_dispute_that_begins_and_ends_within_an_epoch_holds_nothing() {
    let (mut history, mandate) = settled_once();
    history.dispute(0, "text");
    history.slot += 1;
    history.rule(0, "text", 0, OWNER);
    let output = settle_event(&mut history, mandate);
    assert!(earned(&output, OWNER, "text") > NOTHING);
    assert_eq!(held(&output), NOTHING);
}

#[test]
fn of_a_slot_s_disputes_in_several_shards_the_one_that_is_open_stays_open() {
    for (first, second) in [(1, 2), (2, 1)] {
        let (mut history, _, sum) = held_once();
        history.rule(first, "text", 0, OWNER);
        history.dispute(second, "text");
        let (owner, friend, output) = released(&mut history, OWNER, "everybody's friend");
        assert_eq!((SubUnits(owner.0 + friend.0), held(&output)), (sum, NOTHING));
        assert!(history.graph.get(&asset("text")).unwrap().disputed_from.is_some());
    }
}

#[test]
fn what_was_published_before_a_dispute_stays_published() {
    let (mut history, mandate) = settled_once();
    let before = settle_event(&mut history, mandate);
    history.dispute(0, "text");
    let after = settle_event(&mut history, mandate);
    for leaf in &before.leaves {
        let now = after.leaves.iter().find(|now| (now.class, now.claimant) == (leaf.class, leaf.claimant));
        assert!(now.is_some_and(|now| now.cumulative >= leaf.cumulative));
    }
}

#[test]
fn a_state_with_held_credits_says_its_version_and_one_without_keeps_its_bytes() {
    let claimant = Claimant([2; 32]);
    let plain = State::default().encode().unwrap();
    assert!(plain.starts_with(b"{\"finalised_slot\":0,"));
    let mut state = State::default();
    state.held.insert((tributary_core::id::AssetId([1; 32]), claimant, PolicyLabel::Verbatim), SubUnits(1 << 40));
    let bytes = state.encode().unwrap();
    let text = String::from_utf8(bytes.clone()).unwrap();
    let (header, lines) = text.split_once('\n').unwrap();
    assert!(header.starts_with("{\"version\":2,\"finalised_slot\":0,"));
    assert_eq!(
        lines,
        "{\"kind\":\"held\",\"asset\":\"4vJ9JU1bJJE96FWSJKvHsmmFADCg4gpZQff4P3bkLKi\",\
         \"claimant\":\"8qbHbw2BbbTHBW1sbeqakYXVKRQM8Ne7pLK7m6CVfeR\",\"policy\":\"verbatim\",\
         \"amount\":\"1099511627776\"}\n"
    );
    assert_eq!(State::decode(&bytes).unwrap(), state);
    let newer = text.replacen("\"version\":2", "\"version\":4", 1);
    assert!(matches!(State::decode(newer.as_bytes()), Err(FileError::Version { version: 4, .. })));
    let unsaid = text.replacen("\"version\":2,", "", 1);
    assert!(matches!(State::decode(unsaid.as_bytes()), Err(FileError::Canonical { .. })));
}
