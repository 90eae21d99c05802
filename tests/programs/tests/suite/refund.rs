//! `request_refund` and `withdraw_refund_request`.

use solana_keypair::Keypair;
use solana_signer::Signer;
use tributary_client::rewards::{self, Payer, RewardsEvent};
use tributary_client::{ChainEvent, pda};
use tributary_program_tests::chain::{Outcome, assert_refused};
use tributary_program_tests::stage::Stage;

fn request(stage: &mut Stage, payer: &Keypair) -> Outcome {
    let request = rewards::request_refund(&payer.pubkey(), &stage.vault);
    stage.chain.send(&[request], &[payer])
}

fn withdraw(stage: &mut Stage, payer: &Keypair) -> Outcome {
    let withdraw = rewards::withdraw_refund_request(&payer.pubkey(), &stage.vault);
    stage.chain.send(&[withdraw], &[payer])
}

fn refund_slot(stage: &Stage, payer: &Keypair) -> Option<u64> {
    let data = stage.chain.data(&pda::payer(&stage.vault, &payer.pubkey()));
    Payer::decode(&data).unwrap().refund_slot.map(|slot| slot.0)
}

#[test]
fn a_request_is_recorded_with_its_slot_and_moves_no_tokens() {
    let mut stage = Stage::token();
    let payer = stage.payer(100);
    let receipt = request(&mut stage, &payer).unwrap();

    assert_eq!(refund_slot(&stage, &payer), Some(stage.chain.slot()));
    assert_eq!(stage.vault_balance(), 100);
    let [ChainEvent::Rewards(RewardsEvent::RefundRequested(event))] = receipt.events.as_slice() else {
        panic!("expected one RefundRequested event, found {:?}", receipt.events);
    };
    assert_eq!((event.payer, event.slot), (payer.pubkey(), stage.chain.slot()));
}

#[test]
fn nothing_can_be_deposited_while_a_refund_is_requested() {
    let mut stage = Stage::token();
    let payer = stage.holder(100);
    stage.deposit(&payer, 50).unwrap();
    request(&mut stage, &payer).unwrap();
    assert_refused(stage.deposit(&payer, 50), "RefundPending");

    let receipt = withdraw(&mut stage, &payer).unwrap();
    assert!(matches!(receipt.events.as_slice(), [ChainEvent::Rewards(RewardsEvent::RefundWithdrawn(_))]));
    assert_eq!(refund_slot(&stage, &payer), None);
    stage.deposit(&payer, 50).unwrap();
}

#[test]
fn a_request_is_made_once_and_withdrawn_once() {
    let mut stage = Stage::token();
    let payer = stage.payer(100);
    assert_refused(withdraw(&mut stage, &payer), "NoRefundRequest");
    request(&mut stage, &payer).unwrap();
    assert_refused(request(&mut stage, &payer), "RefundPending");
    withdraw(&mut stage, &payer).unwrap();
    assert_refused(withdraw(&mut stage, &payer), "NoRefundRequest");
}

#[test]
fn nobody_requests_or_withdraws_for_another() {
    let mut stage = Stage::token();
    let (alice, bob) = (stage.payer(100), stage.payer(100));
    for build in [rewards::request_refund, rewards::withdraw_refund_request] {
        let mut foreign = build(&bob.pubkey(), &stage.vault);
        foreign.accounts[2].pubkey = pda::payer(&stage.vault, &alice.pubkey());
        assert_refused(stage.chain.send(&[foreign], &[&bob]), "InvalidSeeds");
        let mut unsigned = build(&alice.pubkey(), &stage.vault);
        unsigned.accounts[0].is_signer = false;
        assert_refused(stage.chain.send(&[unsigned], &[]), "MissingRequiredSignature");
    }
    assert_eq!(refund_slot(&stage, &alice), None);
}

#[test]
fn who_never_deposited_has_nothing_to_ask_for() {
    let mut stage = Stage::token();
    let stranger = stage.chain.person();
    assert!(request(&mut stage, &stranger).is_err());
}
