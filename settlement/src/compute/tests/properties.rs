//! Properties of whole histories.

use super::changes::DELAY;
use super::history::{History, asset, payer};
use super::overpaid::published;
use crate::bundle::{Attempt, bundle};
use crate::compute::{Account, EpochInputs, EpochOutput, State, compute};
use proptest::prelude::*;
use std::collections::BTreeMap;
use tributary_client::rewards::RewardsEvent;
use tributary_core::content::uses;
use tributary_core::id::{Claimant, MandateId, MintId, RootId};
use tributary_core::leaf::LeafClass;
use tributary_core::position::Epoch;

/// Whom wrong roots pay.
const CLAIMANTS: [&str; 3] = ["owner of text", "owner of model", "thief"];
const PAYERS: [&str; 3] = ["pat", "paul", "pia"];

#[derive(Clone, Debug)]
pub enum Act {
    Deposit(usize, u64),
    Grant,
    Lease(usize, u64),
    Serve(usize, Vec<(u64, Flaw)>),
    Close(usize),
    Request(usize, bool),
    Honour(usize),
    Pass,
    /// Something about the text's record, told in one of three shards.
    Change(u8, Change),
    /// A wrong root serves, pays somebody so much more than a leaf says, and is disabled.
    WrongRoot(usize, u64),
    Recapitalise(u64),
    /// Settles at a slot so many behind the newest.
    Settle(u64),
}

/// What may happen to a record; what the program would refuse just then does not.
#[derive(Clone, Copy, Debug)]
pub enum Change {
    Terms(u16),
    Uses(bool),
    Dispute,
    Rule(u8),
    End,
    Cancel,
    Reassign,
}

/// The text's record as the program would have it.
#[derive(Debug)]
struct Record {
    owner: &'static str,
    disputed: bool,
    upheld: bool,
}

impl Record {
    fn change(&mut self, history: &mut History, shard: u8, change: Change) {
        match change {
            Change::Terms(share) if !self.disputed => {
                history.set_terms(shard, "text", self.owner, &[("heir", share), ("cousin", 10_000 - share)]);
            }
            Change::Uses(ground) => {
                let uses = if ground { uses::ALL } else { uses::ALL & !uses::GROUND };
                history.set_uses("text", uses & !uses::GROUND, uses);
            }
            Change::Dispute if !self.disputed => {
                self.disputed = true;
                history.dispute(shard, "text");
            }
            Change::Rule(verdict) if self.disputed && !self.upheld => {
                (self.disputed, self.upheld) = (verdict == 1, verdict == 1);
                history.rule(shard, "text", verdict, self.owner);
            }
            Change::End if self.disputed && !self.upheld => {
                self.disputed = false;
                history.end_dispute("text", self.owner);
            }
            Change::Cancel if self.upheld => {
                (self.disputed, self.upheld) = (false, false);
                history.cancel_reassignment("text");
            }
            Change::Reassign if self.upheld => {
                history.slot += DELAY;
                history.reassign(shard, "text", self.owner);
                *self = Self { owner: "challenger", disputed: false, upheld: false };
            }
            _ => {}
        }
    }
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        2 => (1u16..10_000).prop_map(Change::Terms),
        1 => any::<bool>().prop_map(Change::Uses),
        3 => Just(Change::Dispute),
        2 => (0u8..2).prop_map(Change::Rule),
        1 => Just(Change::End),
        1 => Just(Change::Cancel),
        2 => Just(Change::Reassign),
    ]
}

#[derive(Clone, Copy, Debug)]
pub enum Flaw {
    None,
    UnknownAgent,
    ForbiddenUse,
    TwiceAnswered,
    BeyondLease,
    ForeignLease,
}

fn flaw() -> impl Strategy<Value = Flaw> {
    prop_oneof![
        6 => Just(Flaw::None),
        1 => Just(Flaw::UnknownAgent),
        1 => Just(Flaw::ForbiddenUse),
        1 => Just(Flaw::TwiceAnswered),
        1 => Just(Flaw::BeyondLease),
        1 => Just(Flaw::ForeignLease),
    ]
}

pub fn act() -> impl Strategy<Value = Act> {
    let who = 0..PAYERS.len();
    prop_oneof![
        3 => (who.clone(), 1u64..1 << 40).prop_map(|(who, amount)| Act::Deposit(who, amount)),
        3 => Just(Act::Grant),
        3 => (who.clone(), 1u64..1 << 36).prop_map(|(who, amount)| Act::Lease(who, amount)),
        6 => (who.clone(), prop::collection::vec((0u64..1 << 30, flaw()), 1..6))
            .prop_map(|(who, events)| Act::Serve(who, events)),
        2 => who.clone().prop_map(Act::Close),
        1 => (who.clone(), any::<bool>()).prop_map(|(who, open)| Act::Request(who, open)),
        2 => who.prop_map(Act::Honour),
        3 => Just(Act::Pass),
        4 => (0u8..3, change()).prop_map(|(shard, change)| Act::Change(shard, change)),
        2 => (0..CLAIMANTS.len(), 1u64..1 << 24).prop_map(|(who, more)| Act::WrongRoot(who, more)),
        1 => (1u64..1 << 24).prop_map(Act::Recapitalise),
        2 => (0u64..4).prop_map(Act::Settle),
    ]
}

/// Plays a script; `check` sees every epoch.
pub fn play(script: &[Act], mut check: impl FnMut(&State, &EpochInputs, &EpochOutput)) {
    let mut history = History::new();
    let mut record = Record { owner: "owner of text", disputed: false, upheld: false };
    let (mut wrong_roots, mut recapitalised) = (0u8, 0);
    let mut claimed: BTreeMap<&str, u64> = BTreeMap::new();
    let mandates: BTreeMap<&str, MandateId> =
        PAYERS.into_iter().map(|name| (name, history.mandate(name, 1 << 38, 1 << 30))).collect();
    for act in script {
        match act {
            Act::Deposit(who, amount) => history.deposit(PAYERS[*who], *amount),
            Act::Grant => history.grant(),
            Act::Lease(who, amount) => history.lease(PAYERS[*who], mandates[PAYERS[*who]], *amount),
            Act::Serve(who, events) => {
                let name = PAYERS[*who];
                for (price, flaw) in events {
                    let left = history.leases.get(&payer(name)).map_or(0, |lease| lease.amount - lease.spent);
                    let mut event = history.event(name, mandates[name], (*price).min(left));
                    // Only Pat relies on what the record may cease to permit.
                    if *who > 0 {
                        event.uses = uses::TRAIN;
                    }
                    match flaw {
                        Flaw::None => {}
                        Flaw::UnknownAgent => event.agent = asset("nobody's agent"),
                        Flaw::ForbiddenUse => (event.model, event.uses) = (asset("private model"), uses::ALL),
                        Flaw::TwiceAnswered => event.request = tributary_core::id::RequestId([5; 32]),
                        Flaw::BeyondLease => event.price.0 = u64::MAX,
                        Flaw::ForeignLease => event.lease = tributary_core::position::CreditSeq(1),
                    }
                    history.serve(vec![event]);
                }
            }
            Act::Close(who) => history.close_lease(PAYERS[*who]),
            Act::Request(who, open) => history.request_refund(PAYERS[*who], *open),
            Act::Honour(who) => history.honour_refund(PAYERS[*who]),
            Act::Pass => history.slot += 1,
            Act::Change(shard, change) => record.change(&mut history, *shard, *change),
            Act::WrongRoot(who, more) => {
                // The program keeps what was claimed, whichever root paid it.
                let name = CLAIMANTS[*who];
                let paid = published(&history.opening, name).max(claimed.get(name).copied().unwrap_or_default()) + more;
                claimed.insert(name, paid);
                wrong_roots = wrong_roots.wrapping_add(1);
                let (root, epoch) = ([wrong_roots; 32], u64::MAX);
                history.activate(root, epoch);
                history.claim(name, epoch, paid);
                history.disable([0; 32], vec![root]);
            }
            Act::Recapitalise(amount) => {
                recapitalised += amount;
                history.recapitalise(*amount, recapitalised);
            }
            Act::Settle(behind) => {
                history.slot += 1;
                let slot = history.slot - 1 - behind;
                if slot > history.opening.finalised_slot.0 && slot >= 11 {
                    let opening = history.opening.clone();
                    let (inputs, output) = history.settle(slot).unwrap();
                    check(&opening, &inputs, &output);
                }
            }
        }
    }
    let opening = history.opening.clone();
    let (inputs, output) = history.settle_all();
    check(&opening, &inputs, &output);
}

pub fn attempt() -> Attempt {
    Attempt { mint: MintId([4; 32]), epoch: Epoch(1), attempt: 0, parent: RootId([6; 32]) }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_deposited_unit_is_somewhere_after_every_epoch_of_every_history(
        script in prop::collection::vec(act(), 0..60),
    ) {
        play(&script, |opening, _, output| {
            output.identity.check().unwrap();
            let (came_in, is_somewhere) = output.identity.sides().unwrap();
            assert_eq!(came_in, is_somewhere);
            assert!(output.closing.deposited >= opening.deposited);
        });
    }

    #[test]
    fn what_is_overpaid_is_what_was_claimed_beyond_the_leaves_however_often_roots_are_disabled(
        script in prop::collection::vec(act(), 0..60),
    ) {
        let mut claimed: BTreeMap<Claimant, u64> = BTreeMap::new();
        play(&script, |_, inputs, output| {
            for row in inputs.chain.iter().filter(|row| row.program == inputs.scope.rewards) {
                if let RewardsEvent::Claimed(event) = RewardsEvent::decode(&row.data).unwrap() {
                    let paid = claimed.entry(Claimant(event.claimant.to_bytes())).or_default();
                    *paid = (*paid).max(event.claimed);
                }
            }
            let leaf = |claimant: &Claimant| {
                let entitlement = output.closing.entitlements.get(&(LeafClass::Earned, *claimant));
                entitlement.map_or(0, |entitlement| entitlement.published.0)
            };
            let beyond: u64 = claimed.iter().map(|(claimant, paid)| paid.saturating_sub(leaf(claimant))).sum();
            assert_eq!(output.closing.overpaid_by_class().unwrap(), [beyond, 0, 0]);
            let of = |account| output.identity.get(account).0;
            assert_eq!(of(Account::Overpaid), u128::from(beyond) << 32);
            assert_eq!(of(Account::Recapitalised) + of(Account::Shortfall), of(Account::Overpaid) + of(Account::Reserve));
            assert!(of(Account::Shortfall) == 0 || of(Account::Reserve) == 0);
        });
    }

    #[test]
    fn an_entitlement_never_decreases_and_no_leaf_exceeds_it(script in prop::collection::vec(act(), 0..60)) {
        play(&script, |opening, inputs, output| {
            for (account, before) in &opening.entitlements {
                let after = &output.closing.entitlements[account];
                assert!(after.cumulative >= before.cumulative && after.published >= before.published);
            }
            for leaf in &output.leaves {
                let entitled = &output.closing.entitlements[&(leaf.class, leaf.claimant)];
                assert_eq!(leaf.cumulative, entitled.published);
                assert!(entitled.published.to_sub_units() <= entitled.cumulative);
                assert!(leaf.cumulative.0 >= inputs.policy.leaf_min);
            }
        });
    }

    #[test]
    fn credits_fee_and_what_is_held_are_exactly_what_valid_events_cost(script in prop::collection::vec(act(), 0..60)) {
        play(&script, |opening, inputs, output| {
            let held = |state: &State| state.held.values().map(|amount| amount.0).sum::<u128>();
            let void: BTreeMap<_, _> = output.voids.iter().map(|void| (void.position, void.price)).collect();
            let groups = inputs.usage.iter().flat_map(|segment| &segment.groups);
            let paid: u128 = groups
                .flat_map(|group| &group.events)
                .filter(|event| !void.contains_key(&event.position))
                .map(|event| event.price.to_sub_units().0)
                .sum();
            let credited: u128 = output.credits.values().map(|amount| amount.0).sum::<u128>() + output.fee.0;
            assert_eq!(paid + held(opening), credited + held(&output.closing));
        });
    }

    #[test]
    fn the_order_and_sharding_of_the_input_do_not_show_in_a_single_byte(
        script in prop::collection::vec(act(), 0..40),
        seed in any::<u64>(),
    ) {
        play(&script, |_, inputs, output| {
            let mut shuffled = inputs.clone();
            let mut state = seed | 1;
            let mut random = |n: usize| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                (state % n as u64) as usize
            };
            for n in (1..shuffled.chain.len()).rev() {
                shuffled.chain.swap(n, random(n + 1));
            }
            for n in (1..shuffled.credit.len()).rev() {
                shuffled.credit.swap(n, random(n + 1));
            }
            for n in (1..shuffled.mandates.len()).rev() {
                shuffled.mandates.swap(n, random(n + 1));
            }
            let again = compute(&shuffled).unwrap();
            assert_eq!(&again, output);
            if !output.leaves.is_empty() {
                let (mut files, mut other_files) = (Vec::new(), Vec::new());
                let one = bundle(inputs, output, &attempt(), &mut |file| files.push(file)).unwrap();
                let other = bundle(&shuffled, &again, &attempt(), &mut |file| other_files.push(file)).unwrap();
                assert_eq!(files, other_files);
                assert_eq!(one.root_id(), other.root_id());
            }
        });
    }

    #[test]
    fn nothing_is_held_but_for_an_open_dispute(script in prop::collection::vec(act(), 0..200)) {
        // Money to earn from the start, and a dispute to hold it.
        let begin = [Act::Deposit(1, 1 << 40), Act::Grant, Act::Lease(1, 1 << 35), Act::Change(0, Change::Dispute)];
        let script: Vec<Act> = begin.into_iter().chain(script).collect();
        play(&script, |_, _, output| {
            for ((asset, ..), amount) in &output.closing.held {
                assert!(amount.0 > 0 && output.graph.get(asset).unwrap().disputed_from.is_some());
            }
        });
    }

    #[test]
    fn a_state_reads_as_it_was_written_and_any_changed_byte_is_noticed(
        script in prop::collection::vec(act(), 0..40),
        at in any::<prop::sample::Index>(),
    ) {
        play(&script, |_, _, output| {
            let bytes = output.closing.encode().unwrap();
            assert_eq!(State::decode(&bytes).unwrap(), output.closing);
            let mut changed = bytes.clone();
            let at = at.index(changed.len());
            changed[at] ^= 1;
            // Either it cannot be read, or it says something else.
            assert!(State::decode(&changed).map_or(true, |state| state != output.closing));
        });
    }

    #[test]
    fn the_entries_alone_lead_from_the_opening_to_the_closing_balances(
        script in prop::collection::vec(act(), 0..60),
    ) {
        play(&script, |opening, _, output| {
            let before = crate::compute::Identity::of(opening).unwrap();
            for account in Account::ALL {
                let sum = |of: fn(&crate::compute::Entry) -> Account| -> i128 {
                    let entries = output.entries.iter().filter(|entry| of(entry) == account);
                    entries.map(|entry| i128::try_from(entry.amount.0).unwrap()).sum()
                };
                let grown = sum(|entry| entry.credit) - sum(|entry| entry.debit);
                let grown = if account.is_source() { -grown } else { grown };
                let (before, after) = (before.get(account).0, output.identity.get(account).0);
                assert_eq!(i128::try_from(before).unwrap() + grown, i128::try_from(after).unwrap(), "{account:?}");
            }
        });
    }
}
