//! One rule a test: what was paid under roots that were disabled, and how it is
//! made good.

use super::history::{History, address};
use super::terms::{settle_event, settled_once};
use crate::compute::{Account, ComputeError, EpochOutput, Identity, State, compute};
use tributary_client::rewards::{Claimed, Recapitalised, RewardsEvent, RootActivated, RootsDisabled};
use tributary_core::amount::BaseUnits;
use tributary_core::id::{Claimant, MandateId};
use tributary_core::leaf::LeafClass;

const PARENT: [u8; 32] = [1; 32];
const WRONG: [u8; 32] = [2; 32];
const OWNER: &str = "owner of text";

impl History {
    pub fn activate(&mut self, root_id: [u8; 32], epoch: u64) {
        self.rewards(|vault, sequence, slot| {
            RewardsEvent::RootActivated(Box::new(RootActivated { vault, sequence, root_id, epoch, slot }))
        });
    }

    pub fn claim(&mut self, who: &str, epoch: u64, claimed: u64) {
        let claimant = address(who);
        self.rewards(|vault, sequence, slot| {
            RewardsEvent::Claimed(Box::new(Claimed {
                vault,
                sequence,
                epoch,
                class: LeafClass::Earned as u8,
                claimant,
                destination: claimant,
                paid: 1,
                claimed,
                slot,
            }))
        });
    }

    pub fn disable(&mut self, head_root: [u8; 32], roots: Vec<[u8; 32]>) {
        self.rewards(|vault, sequence, slot| {
            let (by, head_epoch) = (address("governor"), 2);
            let event =
                RootsDisabled { vault, sequence, head_root, head_epoch, by, reason: 1, slot, paid: [0; 3], roots };
            RewardsEvent::RootsDisabled(Box::new(event))
        });
    }

    pub fn recapitalise(&mut self, amount: u64, recapitalised: u64) {
        self.rewards(|vault, sequence, slot| {
            let by = address("friend");
            RewardsEvent::Recapitalised(Box::new(Recapitalised { vault, sequence, by, amount, recapitalised, slot }))
        });
    }
}

pub fn published(state: &State, who: &str) -> u64 {
    let account = (LeafClass::Earned, Claimant(address(who).to_bytes()));
    state.entitlements.get(&account).map_or(0, |entitlement| entitlement.published.0)
}

/// In base units.
fn balance(output: &EpochOutput, account: Account) -> u64 {
    let (units, rest) = output.identity.get(account).floor().unwrap();
    assert_eq!(rest.0, 0, "whole base units are paid");
    units.0
}

/// A root serves, in which the text's owner is entitled to something.
fn served() -> (History, MandateId, u64) {
    let (mut history, mandate) = settled_once();
    let output = settle_event(&mut history, mandate);
    let owed = published(&output.closing, OWNER);
    assert!(owed > 0);
    history.activate(PARENT, 2);
    (history, mandate, owed)
}

#[test]
fn what_was_claimed_under_a_disabled_root_beyond_the_true_leaf_is_overpaid_to_the_unit() {
    let (mut history, _, owed) = served();
    history.activate(WRONG, 3);
    history.claim(OWNER, 3, owed + 500);
    history.claim("everybody's friend", 3, 1);
    history.disable(PARENT, vec![WRONG]);
    let (_, output) = history.settle_all();
    assert_eq!(published(&output.closing, OWNER), owed, "nobody's leaf falls");
    assert_eq!(output.closing.overpaid_by_class().unwrap(), [500, 0, 0]);
    assert_eq!(output.closing.overpaid.len(), 1, "who was paid no more than its leaf is not overpaid");
    assert_eq!((balance(&output, Account::Overpaid), balance(&output, Account::Shortfall)), (500, 500));
    output.identity.check().unwrap();
}

#[test]
fn somebody_without_any_leaf_who_was_paid_is_overpaid_by_all_of_it() {
    let (mut history, _, _) = served();
    history.activate(WRONG, 3);
    history.claim("thief", 3, 777);
    history.disable(PARENT, vec![WRONG]);
    let (_, output) = history.settle_all();
    assert_eq!(output.closing.overpaid_by_class().unwrap(), [777, 0, 0]);
}

#[test]
fn what_is_earned_after_it_was_paid_is_overpaid_no_more() {
    let (mut history, mandate, owed) = served();
    history.activate(WRONG, 3);
    history.claim(OWNER, 3, owed + 500);
    history.disable(PARENT, vec![WRONG]);
    history.settle_all();
    let output = settle_event(&mut history, mandate);
    assert!(published(&output.closing, OWNER) > owed + 500, "the event earns more than that");
    assert!(output.closing.overpaid.is_empty());
    assert_eq!((balance(&output, Account::Overpaid), balance(&output, Account::Shortfall)), (0, 0));
    let moved = output.entries.iter().find(|entry| entry.debit == Account::Overpaid).unwrap();
    assert_eq!((moved.credit, moved.amount), (Account::Reserve, BaseUnits(500).to_sub_units()));
}

#[test]
fn recapitalising_makes_overpayments_good_and_what_is_more_is_a_reserve() {
    let (mut history, _, owed) = served();
    history.activate(WRONG, 3);
    history.claim(OWNER, 3, owed + 500);
    history.disable(PARENT, vec![WRONG]);
    history.recapitalise(200, 200);
    let (_, first) = history.settle_all();
    assert_eq!((balance(&first, Account::Shortfall), balance(&first, Account::Reserve)), (300, 0));
    history.recapitalise(350, 550);
    let (_, second) = history.settle_all();
    assert_eq!((balance(&second, Account::Shortfall), balance(&second, Account::Reserve)), (0, 50));
    assert_eq!(balance(&second, Account::Recapitalised), 550);
    assert_eq!(balance(&second, Account::Overpaid), 500, "it was paid all the same");
}

#[test]
fn a_reserve_s_total_that_does_not_follow_makes_no_root() {
    let (mut history, _, _) = served();
    history.recapitalise(200, 201);
    history.slot += 1;
    assert!(matches!(history.settle(history.slot - 1), Err(ComputeError::Chain { .. })));
}

#[test]
fn no_root_is_built_beside_one_that_serves() {
    let (mut history, _, owed) = served();
    history.activate(WRONG, 3);
    history.claim(OWNER, 3, owed + 500);
    history.slot += 1;
    let before = history.clone();
    assert!(matches!(history.settle(history.slot - 1), Err(ComputeError::StillServes(_))));
    history = before;
    history.disable(PARENT, vec![WRONG]);
    history.settle_all();
}

#[test]
fn ancestors_that_were_activated_after_the_parent_closed_are_no_rivals() {
    let (mut history, mandate, _) = served();
    // A chain that finalises slowly: the parent's parent and the parent are both activated in this epoch.
    history.activate(WRONG, 1);
    settle_event(&mut history, mandate);
}

#[test]
fn of_a_vault_whose_first_root_was_disabled_all_that_was_paid_in_vain_is_overpaid() {
    let mut history = History::new();
    let mandate = history.mandate("pat", 1 << 40, 10_000);
    history.deposit("pat", 1 << 40);
    history.grant();
    history.lease("pat", mandate, 1 << 39);
    history.serve(vec![history.event("pat", mandate, 1_000_000)]);
    history.activate(WRONG, 1);
    history.claim("thief", 1, 9);
    history.slot += 1;
    assert!(matches!(history.clone().settle(history.slot - 1), Err(ComputeError::StillServes(_))));
    history.disable([0; 32], vec![WRONG]);
    let (inputs, output) = history.settle_all();
    assert_eq!(output.closing.overpaid_by_class().unwrap(), [9, 0, 0]);
    let mut twice = inputs;
    twice.chain.reverse();
    assert_eq!(compute(&twice).unwrap().closing, output.closing, "the order of input does not show");
}

#[test]
fn a_state_with_overpayments_reads_as_it_is_written_and_says_its_version() {
    let (mut history, _, owed) = served();
    history.activate(WRONG, 3);
    history.claim(OWNER, 3, owed + 500);
    history.disable(PARENT, vec![WRONG]);
    let (_, output) = history.settle_all();
    let bytes = output.closing.encode().unwrap();
    assert!(bytes.starts_with(br#"{"version":3,"#));
    assert_eq!(State::decode(&bytes).unwrap(), output.closing);
    let claimed = owed + 500;
    let line = format!(r#","claimed":"{claimed}"}}"#);
    assert!(String::from_utf8(bytes).unwrap().contains(&line));
}

#[test]
fn a_state_in_which_somebody_was_overpaid_less_than_nothing_has_no_identity() {
    let (mut history, _, owed) = served();
    let (_, output) = history.settle_all();
    let mut state = output.closing;
    state.overpaid.insert((LeafClass::Earned, Claimant(address(OWNER).to_bytes())), BaseUnits(owed - 1));
    assert!(matches!(Identity::of(&state), Err(ComputeError::Negative(_))));
}
