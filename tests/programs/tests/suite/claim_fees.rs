//! `claim` from vaults whose mint takes a transfer fee, and what happens when it
//! raises it.

use solana_instruction::{AccountMeta, Instruction};
use solana_keypair::Keypair;
use solana_signer::Signer;
use tributary_client::pda;
use tributary_client::rewards::Payout;
use tributary_core::amount::BaseUnits;
use tributary_program_tests::chain::{Outcome, assert_refused};
use tributary_program_tests::claims::{account, claim_of, claimed};
use tributary_program_tests::stage::{Published, Stage, earned};
use tributary_program_tests::tokens::{self, transfer_fee};

/// A vault of a mint with a fee of 1 % that owes Alice 900.
fn staged() -> (Stage, Published, Keypair) {
    let mut stage = Stage::new(pda::TOKEN_2022, &[transfer_fee(100)]);
    let payer = stage.holder(1_000);
    stage.deposit(&payer, 1_000).unwrap();
    let alice = stage.chain.person();
    let published = stage.serve(&[earned(&alice.pubkey(), 900)]);
    (stage, published, alice)
}

/// The mint's fee becomes another, as if its authority had changed it two epochs ago.
fn change_fee(stage: &mut Stage, bps: u16) {
    let mut data = stage.chain.data(&stage.mint);
    let fees = transfer_fee(bps).value;
    let at = data.len() - fees.len() + 72;
    data[at..].copy_from_slice(&fees[72..]);
    stage.chain.place(stage.mint, pda::TOKEN_2022, data);
}

/// Claims all, with a minimum.
fn claim(stage: &mut Stage, payer: &Keypair, signs: Option<&Keypair>, published: &Published, minimum: u64) -> Outcome {
    let payout = Payout { minimum: BaseUnits(minimum), claimant_signs: signs.is_some(), ..Payout::default() };
    let claim = claim_of(stage, &payer.pubkey(), published, 0, &payout);
    let signers: Vec<&Keypair> = [Some(payer), signs].into_iter().flatten().collect();
    stage.chain.send(&[claim], &signers)
}

#[test]
fn under_the_fee_the_vault_was_created_with_anyone_can_pay_for_a_claim() {
    for bps in [100, 99, 0] {
        let (mut stage, published, alice) = staged();
        change_fee(&mut stage, bps);
        let other = stage.chain.person();
        let receipt = claim(&mut stage, &other, None, &published, 0).unwrap();
        assert_eq!(claimed(&receipt).paid, 900);
        assert_eq!(stage.balance(&alice.pubkey()), 900 - (900 * u64::from(bps)).div_ceil(10_000));
    }
}

#[test]
fn above_it_only_the_claimant_claims_and_names_a_minimum() {
    for bps in [111, 5_000, 9_999] {
        let (mut stage, published, alice) = staged();
        change_fee(&mut stage, bps);
        let other = stage.chain.person();
        let arrives = 900 - (900 * u64::from(bps)).div_ceil(10_000);
        assert_refused(claim(&mut stage, &other, None, &published, 0), "FeeRaised");
        if arrives > 0 {
            assert_refused(claim(&mut stage, &other, None, &published, arrives), "FeeRaised");
        }
        assert_refused(claim(&mut stage, &alice, Some(&alice), &published, 0), "FeeRaised");
        assert_refused(claim(&mut stage, &alice, Some(&alice), &published, arrives + 1), "TooLittleArrived");
        assert_eq!(stage.vault().paid[0], 0);

        if arrives > 0 {
            // The claimant signs; somebody else may still pay for it.
            claim(&mut stage, &other, Some(&alice), &published, arrives).unwrap();
            assert_eq!(stage.balance(&alice.pubkey()), arrives);
        }
    }
}

#[test]
fn a_mint_that_takes_everything_gets_nothing() {
    let (mut stage, published, alice) = staged();
    change_fee(&mut stage, 10_000);
    let other = stage.chain.person();
    assert_refused(claim(&mut stage, &other, None, &published, 0), "FeeRaised");
    assert_refused(claim(&mut stage, &alice, Some(&alice), &published, 0), "FeeRaised");
    assert_refused(claim(&mut stage, &alice, Some(&alice), &published, 1), "TooLittleArrived");
    // Once the fee is bearable again, all is still there.
    change_fee(&mut stage, 100);
    claim(&mut stage, &other, None, &published, 0).unwrap();
    assert_eq!(stage.balance(&alice.pubkey()), 891);
}

#[test]
fn a_minimum_is_kept_with_every_mint() {
    let mut stage = Stage::token();
    stage.payer(1_000);
    let alice = stage.chain.person();
    let published = stage.serve(&[earned(&alice.pubkey(), 900)]);
    assert_refused(claim(&mut stage, &alice, None, &published, 901), "TooLittleArrived");
    claim(&mut stage, &alice, None, &published, 900).unwrap();
    // Nothing is due any more, so nothing arrives.
    assert_refused(claim(&mut stage, &alice, None, &published, 1), "TooLittleArrived");
    claim(&mut stage, &alice, None, &published, 0).unwrap();
}

#[test]
fn nothing_due_needs_no_signature_however_high_the_fee() {
    let (mut stage, published, alice) = staged();
    let other = stage.chain.person();
    claim(&mut stage, &other, None, &published, 0).unwrap();
    change_fee(&mut stage, 10_000);
    assert_eq!(claimed(&claim(&mut stage, &other, None, &published, 0).unwrap()).paid, 0);
    assert_eq!(stage.balance(&alice.pubkey()), 891);
}

#[test]
fn a_frozen_destination_refuses_and_changes_nothing() {
    let mut stage = Stage::without_vault(pda::TOKEN, &[]);
    stage.mint = tokens::mint(&mut stage.chain, &pda::TOKEN, &[], true);
    stage.vault = pda::vault(&stage.mint);
    stage.create_vault(&tributary_program_tests::stage::SETTINGS).unwrap();
    stage.payer(1_000);
    let alice = stage.holder(0);
    let published = stage.serve(&[earned(&alice.pubkey(), 900)]);
    let admin = stage.chain.admin.pubkey();
    let freeze = |stage: &Stage, code: u8| Instruction {
        program_id: pda::TOKEN,
        accounts: vec![
            AccountMeta::new(stage.account_of(&alice.pubkey()), false),
            AccountMeta::new_readonly(stage.mint, false),
            AccountMeta::new_readonly(admin, true),
        ],
        data: vec![code],
    };
    let frozen = freeze(&stage, 10);
    stage.chain.send(&[frozen], &[]).unwrap();
    let before = stage.chain.data(&stage.vault_address());
    assert!(claim(&mut stage, &alice, None, &published, 0).is_err());
    assert_eq!(stage.chain.data(&stage.vault_address()), before);

    let thawed = freeze(&stage, 11);
    stage.chain.send(&[thawed], &[]).unwrap();
    claim(&mut stage, &alice, None, &published, 0).unwrap();
    assert_eq!(stage.balance(&alice.pubkey()), 900);
}

#[test]
fn the_fee_authority_can_not_pass_another_mint() {
    let (mut stage, published, alice) = staged();
    let free = tokens::mint(&mut stage.chain, &pda::TOKEN_2022, &[], false);
    let mut claim = claim_of(&stage, &alice.pubkey(), &published, 0, &Payout::default());
    claim.accounts[account::MINT].pubkey = free;
    assert_refused(stage.chain.send(&[claim], &[&alice]), "WrongMint");
}
