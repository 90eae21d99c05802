//! `deposit`: whose credit grows, and by how much.

use solana_keypair::Keypair;
use solana_signer::Signer;
use tributary_client::rewards::{self, Payer, RewardsEvent};
use tributary_client::{ChainEvent, pda};
use tributary_core::amount::BaseUnits;
use tributary_program_tests::chain::{Receipt, assert_refused};
use tributary_program_tests::stage::{SETTINGS, Stage, earned};
use tributary_program_tests::tokens::{self, transfer_fee};

fn account(stage: &Stage, payer: &Keypair) -> Payer {
    Payer::decode(&stage.chain.data(&pda::payer(&stage.vault, &payer.pubkey()))).unwrap()
}

fn deposited(receipt: &Receipt) -> &rewards::Deposited {
    match receipt.events.as_slice() {
        [ChainEvent::Rewards(RewardsEvent::Deposited(event))] => event,
        other => panic!("expected one Deposited event, found {other:?}"),
    }
}

fn deposits_add_up(mut stage: Stage) {
    let payer = stage.holder(1_000);
    stage.deposit(&payer, 300).unwrap();
    let other = stage.payer(50);
    let receipt = stage.deposit(&payer, 200).unwrap();

    assert_eq!(account(&stage, &payer).deposited.0, 500);
    assert_eq!(account(&stage, &other).deposited.0, 50);
    assert_eq!(account(&stage, &payer).vault, stage.vault);
    assert_eq!(stage.vault().deposited.0, 550);
    assert_eq!(stage.vault_balance(), 550);
    assert_eq!(stage.balance(&payer.pubkey()), 500);
    let event = deposited(&receipt);
    assert_eq!((event.amount, event.payer_total, event.deposited), (200, 500, 550));
    assert_eq!(event.payer, payer.pubkey());
    // Creation, then three deposits.
    assert_eq!((event.sequence, stage.vault().sequence), (3, 4));
}

#[test]
fn deposits_of_spl_token_add_up() {
    deposits_add_up(Stage::token());
}

#[test]
fn deposits_of_token_2022_add_up() {
    deposits_add_up(Stage::token_2022());
}

#[test]
fn what_arrives_counts_and_not_what_was_sent() {
    let mut stage = Stage::new(pda::TOKEN_2022, &[transfer_fee(250)]);
    let payer = stage.holder(1_000);
    let receipt = stage.deposit(&payer, 1_000).unwrap();

    assert_eq!(deposited(&receipt).amount, 975);
    assert_eq!(stage.vault().deposited.0, 975);
    assert_eq!(stage.vault_balance(), 975);
}

#[test]
fn a_deposit_of_which_nothing_arrives_is_refused() {
    let mut stage = Stage::new(pda::TOKEN_2022, &[transfer_fee(10_000)]);
    let payer = stage.holder(1_000);
    assert_refused(stage.deposit(&payer, 1_000), "NothingArrived");
    assert_eq!(stage.balance(&payer.pubkey()), 1_000);
}

#[test]
fn nothing_and_more_than_there_is_are_refused() {
    let mut stage = Stage::token();
    let payer = stage.holder(1_000);
    assert_refused(stage.deposit(&payer, 0), "ZeroAmount");
    // The token program's own "insufficient funds".
    assert_refused(stage.deposit(&payer, 1_001), "Custom(1)");
    assert_refused(stage.deposit(&payer, u64::MAX), "Custom(1)");
    assert_eq!(stage.vault().deposited.0, 0);
}

#[test]
fn a_total_that_would_overflow_is_refused() {
    let mut stage = Stage::token();
    let payer = stage.holder(u64::MAX);
    stage.deposit(&payer, u64::MAX).unwrap();
    // What was deposited stays counted after it has left, so the same tokens can come in again.
    let published = stage.serve(&[earned(&payer.pubkey(), 10)]);
    stage.claim(&payer, &published, 0).unwrap();
    assert_eq!(stage.balance(&payer.pubkey()), 10);

    assert_refused(stage.deposit(&payer, 10), "Overflow");
    assert_eq!(stage.vault().deposited.0, u64::MAX);
}

#[test]
fn somebody_elses_tokens_are_refused() {
    let mut stage = Stage::token();
    let (alice, bob) = (stage.holder(1_000), stage.holder(1_000));
    let mut deposit = rewards::deposit(&alice.pubkey(), &stage.mint, &stage.token_program, BaseUnits(10));
    deposit.accounts[4].pubkey = stage.account_of(&bob.pubkey());
    // The token program's own "owner does not match".
    assert_refused(stage.chain.send(&[deposit], &[&alice]), "Custom(4)");
}

#[test]
fn a_payer_must_sign() {
    let mut stage = Stage::token();
    let alice = stage.holder(1_000);
    let mut deposit = rewards::deposit(&alice.pubkey(), &stage.mint, &stage.token_program, BaseUnits(10));
    deposit.accounts[0].is_signer = false;
    assert_refused(stage.chain.send(&[deposit], &[]), "MissingRequiredSignature");
}

#[test]
fn credit_cannot_go_to_somebody_elses_account() {
    let mut stage = Stage::token();
    let (alice, bob) = (stage.holder(1_000), stage.payer(10));
    let mut deposit = rewards::deposit(&alice.pubkey(), &stage.mint, &stage.token_program, BaseUnits(10));
    deposit.accounts[2].pubkey = pda::payer(&stage.vault, &bob.pubkey());
    assert!(stage.chain.send(&[deposit], &[&alice]).is_err());
    assert_eq!(account(&stage, &bob).deposited.0, 10);
}

#[test]
fn the_vaults_tokens_cannot_be_deposited_to_the_vault() {
    let mut stage = Stage::token();
    let alice = stage.payer(1_000);
    let mut deposit = rewards::deposit(&alice.pubkey(), &stage.mint, &stage.token_program, BaseUnits(10));
    deposit.accounts[4].pubkey = stage.vault().token_account;
    assert_refused(stage.chain.send(&[deposit], &[&alice]), "ConstraintDuplicateMutableAccount");
}

#[test]
fn accounts_of_another_mint_are_refused() {
    let mut stage = Stage::token();
    let alice = stage.holder(1_000);
    let (mint, vault) = (stage.mint, stage.vault);
    stage.mint = tokens::mint(&mut stage.chain, &pda::TOKEN, &[], false);
    stage.vault = pda::vault(&stage.mint);
    stage.create_vault(&SETTINGS).unwrap();
    let foreign = rewards::deposit(&alice.pubkey(), &stage.mint, &stage.token_program, BaseUnits(10));
    (stage.mint, stage.vault) = (mint, vault);

    let right = rewards::deposit(&alice.pubkey(), &stage.mint, &stage.token_program, BaseUnits(10));
    for (index, reason) in [(3, "WrongMint"), (5, "WrongTokenAccount")] {
        let mut deposit = right.clone();
        deposit.accounts[index].pubkey = foreign.accounts[index].pubkey;
        assert_refused(stage.chain.send(&[deposit], &[&alice]), reason);
    }
    let mut deposit = right.clone();
    deposit.accounts[6].pubkey = pda::TOKEN_2022;
    assert_refused(stage.chain.send(&[deposit], &[&alice]), "WrongTokenProgram");
    let mut deposit = right;
    deposit.accounts[1].pubkey = foreign.accounts[1].pubkey;
    assert!(stage.chain.send(&[deposit], &[&alice]).is_err());
}
