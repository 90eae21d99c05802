//! One rule a test: what is void and why, and what no root may be built on.

use super::history::{History, address, asset, gateway, key, payer, scope};
use crate::closing::{Limits, close};
use crate::compute::{Account, ComputeError, EpochOutput, VoidReason, compute};
use crate::files::credit::CreditKind;
use ed25519_dalek::Signer;
use tributary_attribution::AttributionError;
use tributary_client::registry::{GatewayKeyRevoked, RegistryEvent};
use tributary_core::amount::BaseUnits;
use tributary_core::content::{AssetKind, uses};
use tributary_core::event::UsageEvent;
use tributary_core::id::{Claimant, MandateId};
use tributary_core::leaf::LeafClass;
use tributary_core::position::{CreditSeq, Slot};

/// A history in which Pat has a lease of 1,000.
fn with_lease() -> (History, MandateId) {
    let mut history = History::new();
    let mandate = history.mandate("pat", 900, 500);
    history.deposit("pat", 5_000);
    history.grant();
    history.lease("pat", mandate, 1_000);
    (history, mandate)
}

/// Settles a history in which one event was changed. Its reason, if it is void.
fn fate(change: impl FnOnce(&mut UsageEvent)) -> (Option<VoidReason>, EpochOutput) {
    let (mut history, mandate) = with_lease();
    let mut event = history.event("pat", mandate, 100);
    change(&mut event);
    history.serve(vec![event]);
    let (_, output) = history.settle_all();
    (output.voids.first().map(|void| void.reason.clone()), output)
}

/// A void event whose price went back to the payer.
fn assert_returned(output: &EpochOutput) {
    let state = &output.closing.payers[&payer("pat")];
    assert_eq!((state.available, state.returned), (BaseUnits(4_000), BaseUnits(100)));
    assert_eq!(output.identity.get(Account::Leased), BaseUnits(900).to_sub_units());
    assert!(output.credits.is_empty() && output.leaves.is_empty());
}

#[test]
fn a_valid_event_pays_owners_co_owners_and_the_fee() {
    let (reason, output) = fate(|_| {});
    assert_eq!(reason, None);
    assert_eq!(output.fee.0, (100 << 32) * 250 / 10_000);
    let friend = Claimant(address("everybody's friend").to_bytes());
    assert!(output.closing.entitlements[&(LeafClass::Earned, friend)].cumulative.0 > 0);
    let entitled: u128 = output.closing.entitlements.values().map(|e| e.cumulative.0).sum();
    assert_eq!(entitled, 100 << 32);
}

#[test]
fn an_event_that_cites_a_lease_of_another_mandate_spends_nothing() {
    let (reason, output) = fate(|event| event.mandate = MandateId([9; 32]));
    assert_eq!(reason, Some(VoidReason::Lease));
    assert_eq!(output.identity.get(Account::Leased), BaseUnits(1_000).to_sub_units());
}

#[test]
fn an_event_beyond_its_lease_is_void_and_spends_nothing() {
    let (reason, output) = fate(|event| event.price = BaseUnits(1_001));
    assert_eq!(reason, Some(VoidReason::BeyondLease));
    assert_eq!(output.identity.get(Account::Leased), BaseUnits(1_000).to_sub_units());
}

#[test]
fn an_event_that_exceeds_its_mandate_is_void_and_its_price_returns() {
    let (mut history, mandate) = with_lease();
    let events = vec![history.event("pat", mandate, 850), {
        let mut event = history.event("pat", mandate, 100);
        event.request.0[0] ^= 1;
        event
    }];
    history.serve(events);
    let (_, output) = history.settle_all();
    assert_eq!(output.voids[0].reason, VoidReason::ExceededMandate);
    assert_eq!(output.closing.mandates[&mandate], BaseUnits(850));
    assert_eq!(output.closing.payers[&payer("pat")].returned, BaseUnits(100));
}

#[test]
fn an_event_after_its_mandate_expired_is_void() {
    let (mut history, mandate) = with_lease();
    history.slot = 501;
    let event = history.event("pat", mandate, 100);
    history.serve(vec![event]);
    let (_, output) = history.settle_all();
    assert_eq!(output.voids[0].reason, VoidReason::ExpiredMandate);
    assert_returned(&output);
}

#[test]
fn an_event_under_a_mandate_that_nobody_published_is_void() {
    let (mut history, mandate) = with_lease();
    let event = history.event("pat", mandate, 100);
    history.serve(vec![event]);
    history.mandates.clear();
    let (_, output) = history.settle_all();
    assert_eq!(output.voids[0].reason, VoidReason::UnknownMandate);
    assert_returned(&output);
}

#[test]
fn an_event_under_a_mandate_that_the_payer_did_not_sign_is_void() {
    let (mut history, mandate) = with_lease();
    let event = history.event("pat", mandate, 100);
    history.serve(vec![event]);
    let signed = &mut history.mandates[0];
    signed.signature = key("thief").sign(signed.mandate.text().as_bytes()).to_bytes();
    let (_, output) = history.settle_all();
    assert_eq!(output.voids[0].reason, VoidReason::ForgedMandate);
    assert_returned(&output);
}

#[test]
fn an_event_of_an_unknown_agent_is_void() {
    let (reason, output) = fate(|event| event.agent = asset("nobody's"));
    assert!(matches!(reason, Some(VoidReason::Assets(AttributionError::UnknownAsset(_)))));
    assert_returned(&output);
}

#[test]
fn an_event_that_names_an_asset_registered_after_its_graph_position_is_void() {
    let (mut history, mandate) = with_lease();
    let early = history.slot;
    history.slot += 5;
    history.register("late text", AssetKind::Dataset, &[], uses::ALL);
    let mut event = history.event("pat", mandate, 100);
    event.graph_slot = Slot(early);
    event.evidence.pairs = vec![(asset("late text"), 1)];
    history.serve(vec![event]);
    let (_, output) = history.settle_all();
    assert!(matches!(output.voids[0].reason, VoidReason::Assets(AttributionError::FutureAsset { .. })));
    assert_returned(&output);
}

#[test]
fn an_event_that_relies_on_a_use_its_model_s_texts_do_not_permit_is_void() {
    let (reason, output) = fate(|event| event.model = asset("private model"));
    assert_eq!(reason, Some(VoidReason::Uses));
    assert_returned(&output);
}

#[test]
fn an_event_of_an_agent_that_the_operator_does_not_own_is_void() {
    let (mut history, mandate) = with_lease();
    history.register("rival agent", AssetKind::Agent, &["model"], uses::ALL);
    let mut event = history.event("pat", mandate, 100);
    event.agent = asset("rival agent");
    history.serve(vec![event]);
    let (_, output) = history.settle_all();
    assert_eq!(output.voids[0].reason, VoidReason::Operator);
    assert_returned(&output);
}

#[test]
fn events_signed_by_a_key_that_is_not_the_gateway_s_are_void() {
    let (mut history, mandate) = with_lease();
    let event = history.event("pat", mandate, 100);
    history.serve_signed_by("stolen key", vec![event]);
    let (_, output) = history.settle_all();
    assert_eq!(output.voids[0].reason, VoidReason::Key);
    assert_returned(&output);
}

#[test]
fn events_at_or_after_the_slot_of_their_key_s_revocation_are_void() {
    let (mut history, mandate) = with_lease();
    let before = history.event("pat", mandate, 100);
    history.slot += 3;
    let slot_of_revocation = history.slot;
    history.registry(|sequence, slot| {
        let gateway = solana_address::Address::new_from_array(gateway().0);
        let key = solana_address::Address::new_from_array(key("gateway key").verifying_key().to_bytes());
        let event = GatewayKeyRevoked { shard: 0, sequence, gateway, key, revoked_from: slot_of_revocation, slot };
        RegistryEvent::GatewayKeyRevoked(Box::new(event))
    });
    let mut after = history.event("pat", mandate, 100);
    after.request.0[0] ^= 1;
    history.serve(vec![before, after]);
    let (_, output) = history.settle_all();
    assert_eq!(output.voids.len(), 1);
    assert_eq!(output.voids[0].position.sequence.0, 1);
    assert_eq!(output.voids[0].reason, VoidReason::Key);
}

#[test]
fn a_second_answer_to_the_same_paid_request_is_void() {
    let (mut history, mandate) = with_lease();
    let event = history.event("pat", mandate, 100);
    history.serve(vec![event.clone(), event]);
    let (_, output) = history.settle_all();
    assert_eq!(output.voids.len(), 1);
    assert_eq!(output.voids[0].reason, VoidReason::DuplicateRequest);
}

#[test]
fn an_event_of_another_vault_waits_for_that_vault_s_own_epoch() {
    let (reason, output) = fate(|event| event.vault.0[0] ^= 1);
    assert_eq!((reason, output.events), (None, 0));
    assert_eq!(
        output.closing.head(gateway(), super::history::GENERATION).next.0,
        1,
        "it is behind the head all the same"
    );
}

#[test]
fn a_published_event_that_claims_a_later_slot_than_the_epoch_s_is_void() {
    let (mut history, mandate) = with_lease();
    let mut event = history.event("pat", mandate, 100);
    event.graph_slot = Slot(history.slot + 1);
    history.serve(vec![event]);
    let closing = close(&history.opening, &history.arrived(history.slot), Limits::NONE);
    assert!(closing.events.is_empty(), "a settler leaves it for the next epoch");
    let mut inputs = history.inputs(history.slot, &closing);
    inputs.usage[0].groups = history.groups.clone();
    assert_eq!(compute(&inputs).unwrap().voids[0].reason, VoidReason::FutureSlot);
}

#[test]
fn a_group_that_is_not_signed_or_does_not_continue_the_chain_makes_no_root() {
    let (mut history, mandate) = with_lease();
    let event = history.event("pat", mandate, 100);
    history.serve(vec![event]);
    let closing = close(&history.opening, &history.arrived(history.slot), Limits::NONE);
    let inputs = history.inputs(history.slot, &closing);
    compute(&inputs).unwrap();
    let mut forged = inputs.clone();
    forged.usage[0].groups[0].signature[0] ^= 1;
    assert!(matches!(compute(&forged), Err(ComputeError::Segment { .. })));
    let mut broken = inputs.clone();
    broken.usage[0].groups[0].previous.0[0] ^= 1;
    assert!(matches!(compute(&broken), Err(ComputeError::Segment { .. })));
    let mut repriced = inputs;
    repriced.usage[0].groups[0].events[0].price = BaseUnits(99);
    assert!(matches!(compute(&repriced), Err(ComputeError::Segment { .. })));
}

#[test]
fn a_settler_leaves_a_broken_segment_out_and_says_so() {
    let (mut history, mandate) = with_lease();
    let event = history.event("pat", mandate, 100);
    history.serve(vec![event]);
    history.groups[0].signature[0] ^= 1;
    let closing = close(&history.opening, &history.arrived(history.slot), Limits::NONE);
    assert!(closing.events.is_empty());
    assert!(matches!(closing.broken[..], [ComputeError::Segment { .. }]));
}

#[test]
fn a_missing_or_repeated_chain_event_makes_no_root() {
    let (history, _) = with_lease();
    let closing = close(&history.opening, &history.arrived(history.slot), Limits::NONE);
    let inputs = history.inputs(history.slot, &closing);
    compute(&inputs).unwrap();
    for n in 0..inputs.chain.len() {
        let is_last_of_stream = inputs.chain[n + 1..].iter().all(|row| row.stream != inputs.chain[n].stream);
        if is_last_of_stream {
            // Only who asks the chain can miss it, as a watcher does.
            continue;
        }
        let mut missing = inputs.clone();
        missing.chain.remove(n);
        assert!(compute(&missing).is_err(), "event {n} is missing");
        let mut twice = inputs.clone();
        twice.chain.push(inputs.chain[n].clone());
        assert!(matches!(compute(&twice), Err(ComputeError::Chain { .. })));
    }
}

#[test]
fn a_grant_of_a_deposit_that_the_chain_does_not_have_makes_no_root() {
    let (mut history, _) = with_lease();
    history.append(payer("pat"), 5_000, 11, CreditKind::Grant { deposit: 77 });
    history.slot += 1;
    assert!(matches!(history.settle(history.slot - 1), Err(ComputeError::Credit { .. })));
}

#[test]
fn a_deposit_can_be_granted_once() {
    let (mut history, _) = with_lease();
    history.append(payer("pat"), 5_000, 11, CreditKind::Grant { deposit: 0 });
    history.slot += 1;
    assert!(matches!(history.settle(history.slot - 1), Err(ComputeError::Credit { .. })));
}

#[test]
fn a_lease_of_more_than_is_available_makes_no_root() {
    let (mut history, mandate) = with_lease();
    let kind = CreditKind::Lease { gateway: gateway(), generation: super::history::GENERATION, mandate };
    history.append(payer("pat"), 4_001, 0, kind);
    history.slot += 1;
    assert!(matches!(history.settle(history.slot - 1), Err(ComputeError::Credit { .. })));
}

#[test]
fn a_close_waits_for_the_events_of_its_lease() {
    let (mut history, mandate) = with_lease();
    let event = history.event("pat", mandate, 100);
    history.serve(vec![event]);
    history.close_lease("pat");
    let hidden = history.groups.pop().unwrap();
    let closing = close(&history.opening, &history.arrived(history.slot), Limits::NONE);
    assert_eq!((closing.credit_end, closing.waiting_close), (CreditSeq(2), Some(CreditSeq(3))));
    history.groups.push(hidden);
    let closing = close(&history.opening, &history.arrived(history.slot), Limits::NONE);
    assert_eq!((closing.credit_end, closing.waiting_close), (CreditSeq(3), None));
}

#[test]
fn a_published_close_that_hides_an_event_of_its_lease_makes_no_root() {
    let (mut history, mandate) = with_lease();
    let event = history.event("pat", mandate, 100);
    history.serve(vec![event]);
    history.close_lease("pat");
    let closing = close(&history.opening, &history.arrived(history.slot), Limits::NONE);
    let mut inputs = history.inputs(history.slot, &closing);
    inputs.usage.clear();
    assert!(matches!(compute(&inputs), Err(ComputeError::Close { left: BaseUnits(1_000), .. })));
}

#[test]
fn credit_that_rests_on_a_later_slot_waits_for_the_next_epoch() {
    let mut history = History::new();
    history.slot = 30;
    history.deposit("pat", 5);
    history.grant();
    let closing = close(&history.opening, &history.arrived(29), Limits::NONE);
    assert_eq!(closing.credit_end, CreditSeq(0));
    let closing = close(&history.opening, &history.arrived(30), Limits::NONE);
    assert_eq!(closing.credit_end, CreditSeq(1));
}

#[test]
fn a_refund_pays_all_that_is_available_and_what_void_events_returned() {
    let (mut history, mandate) = with_lease();
    let mut event = history.event("pat", mandate, 100);
    event.agent = asset("nobody's");
    history.serve(vec![event]);
    history.close_lease("pat");
    history.request_refund("pat", true);
    history.honour_refund("pat");
    let (_, output) = history.settle_all();
    let entitled = &output.closing.entitlements[&(LeafClass::Refund, Claimant(payer("pat").0))];
    assert_eq!(entitled.published, BaseUnits(5_000));
    assert_eq!(output.identity.get(Account::RefundsPending).0, 0);
}

#[test]
fn a_request_is_pending_until_the_credit_log_honours_it() {
    let (mut history, _) = with_lease();
    history.request_refund("pat", true);
    let (_, output) = history.settle_all();
    assert_eq!(output.identity.get(Account::RefundsPending), BaseUnits(4_000).to_sub_units());
    assert_eq!(output.identity.get(Account::Available).0, 0);
    history.request_refund("pat", false);
    let (_, output) = history.settle_all();
    assert_eq!(output.identity.get(Account::Available), BaseUnits(4_000).to_sub_units());
}

#[test]
fn a_refund_before_the_last_lease_ended_or_without_a_request_makes_no_root() {
    let (mut history, _) = with_lease();
    history.request_refund("pat", true);
    history.append(payer("pat"), 4_000, history.slot, CreditKind::Refund);
    history.slot += 1;
    assert!(matches!(history.settle(history.slot - 1), Err(ComputeError::RefundBeforeClose { .. })));

    let (mut history, _) = with_lease();
    history.close_lease("pat");
    history.append(payer("pat"), 5_000, history.slot, CreditKind::Refund);
    history.slot += 1;
    assert!(matches!(history.settle(history.slot - 1), Err(ComputeError::Credit { .. })));
}

#[test]
fn an_epoch_cut_to_fewer_groups_leaves_the_rest_for_the_next_one() {
    let (mut history, mandate) = with_lease();
    for _ in 0..3 {
        let event = history.event("pat", mandate, 10);
        history.serve(vec![event]);
    }
    let closing = close(&history.opening, &history.arrived(history.slot), Limits { groups: 2, ..Limits::NONE });
    let output = compute(&history.inputs(history.slot, &closing)).unwrap();
    assert_eq!(output.events, 2);
}

#[test]
fn a_manifest_s_files_can_be_read_back_and_give_the_same_root() {
    let (mut history, mandate) = with_lease();
    let event = history.event("pat", mandate, 100);
    history.serve(vec![event]);
    let (inputs, output) = history.settle_all();
    let folder = tempfile::tempdir().unwrap();
    let store = crate::store::Store::in_folder(folder.path()).unwrap();
    let attempt = crate::bundle::Attempt {
        mint: tributary_core::id::MintId([4; 32]),
        epoch: tributary_core::position::Epoch(1),
        attempt: 0,
        parent: tributary_core::id::RootId::default(),
    };
    let (mut files, mut again_files) = (Vec::new(), Vec::new());
    let one = crate::bundle::bundle(&inputs, &output, &attempt, &mut |file| files.push(file)).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        for file in files.clone() {
            store.put(file).await.unwrap();
        }
        let manifest = crate::bundle::load_manifest(&store, &one.header.manifest).await.unwrap();
        let again = crate::bundle::load_inputs(&store, &manifest).await.unwrap();
        assert_eq!(again.scope, scope());
        let output = compute(&again).unwrap();
        assert_eq!(
            crate::bundle::InputFiles::write(&again, attempt.parent, &mut drop).unwrap(),
            crate::bundle::InputFiles::of(&manifest)
        );
        let two = crate::bundle::bundle(&again, &output, &attempt, &mut |file| again_files.push(file)).unwrap();
        assert_eq!(two.root_id(), one.root_id());
        assert_eq!(again_files, files);
    });
}

#[test]
fn a_root_in_which_somebody_loses_what_was_published_is_refused() {
    let (mut history, mandate) = with_lease();
    let event = history.event("pat", mandate, 100);
    history.serve(vec![event]);
    history.settle_all();
    let event = history.event("pat", mandate, 100);
    history.serve(vec![event]);
    let (inputs, good) = history.settle_all();
    let attempt = crate::bundle::Attempt {
        mint: tributary_core::id::MintId([4; 32]),
        epoch: tributary_core::position::Epoch(2),
        attempt: 0,
        parent: tributary_core::id::RootId([1; 32]),
    };
    crate::bundle::bundle(&inputs, &good, &attempt, &mut drop).unwrap();
    for n in 0..good.leaves.len() {
        let account = (good.leaves[n].class, good.leaves[n].claimant);
        let before = inputs.opening.entitlements[&account].published;
        if before == BaseUnits::ZERO {
            continue; // it has a leaf for the first time
        }
        let mut lower = good.clone();
        lower.leaves[n].cumulative.0 = before.0 - 1;
        let mut gone = good.clone();
        gone.leaves.remove(n);
        for wrong in [lower, gone] {
            let refused = crate::bundle::bundle(&inputs, &wrong, &attempt, &mut drop).unwrap_err();
            assert!(matches!(refused, ComputeError::Decreased { claimant, .. } if claimant == account.1), "{refused}");
        }
    }
}
