//! `recapitalise`: the reserve that makes good what was paid wrongly.

use solana_keypair::Keypair;
use solana_signer::Signer;
use tributary_client::rewards::{self, RewardsEvent};
use tributary_client::{ChainEvent, pda};
use tributary_core::amount::BaseUnits;
use tributary_program_tests::chain::{Outcome, assert_refused};
use tributary_program_tests::stage::{SETTINGS, Stage, earned};
use tributary_program_tests::tokens::{self, transfer_fee};

fn recapitalise(stage: &mut Stage, who: &Keypair, amount: u64) -> Outcome {
    let add = rewards::recapitalise(&who.pubkey(), &stage.mint, &stage.token_program, BaseUnits(amount));
    stage.chain.send(&[add], &[who])
}

#[test]
fn anybody_adds_to_the_reserve_and_roots_may_owe_it() {
    for mut stage in [Stage::token(), Stage::token_2022()] {
        let (giver, claimant) = (stage.holder(500), stage.chain.person());
        stage.payer(100);
        let receipt = recapitalise(&mut stage, &giver, 40).unwrap();
        let [ChainEvent::Rewards(RewardsEvent::Recapitalised(event))] = receipt.events.as_slice() else {
            panic!("expected one Recapitalised event, found {:?}", receipt.events);
        };
        assert_eq!((event.by, event.amount, event.recapitalised), (giver.pubkey(), 40, 40));
        assert_eq!(event.sequence + 1, stage.vault().sequence);
        assert_eq!((stage.vault().deposited.0, stage.vault().recapitalised.0), (100, 40));
        assert_eq!(stage.vault_balance(), 140);

        let above = stage.build(&[earned(&claimant.pubkey(), 141)]);
        assert_refused(stage.post(&above.root), "Insolvent");
        let served = stage.serve(&[earned(&claimant.pubkey(), 140)]);
        stage.claim(&claimant, &served, 0).unwrap();
        assert_eq!(stage.vault_balance(), 0);
    }
}

#[test]
fn the_reserve_is_nobodys_credit() {
    let mut stage = Stage::token();
    let giver = stage.holder(500);
    recapitalise(&mut stage, &giver, 40).unwrap();
    assert!(stage.chain.account(&pda::payer(&stage.vault, &giver.pubkey())).is_none());
}

#[test]
fn what_arrives_in_the_reserve_counts_and_not_what_was_sent() {
    let mut stage = Stage::new(pda::TOKEN_2022, &[transfer_fee(1_000)]);
    let giver = stage.holder(1_000);
    recapitalise(&mut stage, &giver, 100).unwrap();
    assert_eq!(stage.vault().recapitalised.0, 90);
    assert_refused(recapitalise(&mut stage, &giver, 0), "ZeroAmount");
    let mut stage = Stage::new(pda::TOKEN_2022, &[transfer_fee(10_000)]);
    let giver = stage.holder(1_000);
    assert_refused(recapitalise(&mut stage, &giver, 100), "NothingArrived");
}

#[test]
fn nobody_gives_what_is_not_theirs() {
    let mut stage = Stage::token();
    let (giver, thief) = (stage.holder(500), stage.holder(0));
    let mut add = rewards::recapitalise(&thief.pubkey(), &stage.mint, &stage.token_program, BaseUnits(10));
    add.accounts[3].pubkey = stage.account_of(&giver.pubkey());
    assert!(stage.chain.send(&[add], &[&thief]).is_err());
    let mut unsigned = rewards::recapitalise(&giver.pubkey(), &stage.mint, &stage.token_program, BaseUnits(10));
    unsigned.accounts[0].is_signer = false;
    assert!(stage.chain.send(&[unsigned], &[]).is_err());
    assert_eq!(stage.balance(&giver.pubkey()), 500);
}

#[test]
fn accounts_of_another_vault_are_refused() {
    let mut stage = Stage::token();
    let giver = stage.holder(500);
    let (mint, vault) = (stage.mint, stage.vault);
    stage.mint = tokens::mint(&mut stage.chain, &pda::TOKEN, &[], false);
    stage.vault = pda::vault(&stage.mint);
    stage.create_vault(&SETTINGS).unwrap();
    let foreign = rewards::recapitalise(&giver.pubkey(), &stage.mint, &pda::TOKEN, BaseUnits(10));
    (stage.mint, stage.vault) = (mint, vault);
    for (account, expected) in [(1, "WrongMint"), (2, "WrongMint"), (4, "WrongTokenAccount")] {
        let mut add = rewards::recapitalise(&giver.pubkey(), &mint, &pda::TOKEN, BaseUnits(10));
        add.accounts[account].pubkey = foreign.accounts[account].pubkey;
        assert_refused(stage.chain.send(&[add], &[&giver]), expected);
    }
    let mut add = rewards::recapitalise(&giver.pubkey(), &mint, &pda::TOKEN, BaseUnits(10));
    add.accounts[5].pubkey = pda::TOKEN_2022;
    assert_refused(stage.chain.send(&[add], &[&giver]), "WrongTokenProgram");
    // The vault as its own source would count twice what never moved.
    let mut own = rewards::recapitalise(&giver.pubkey(), &mint, &pda::TOKEN, BaseUnits(10));
    own.accounts[3].pubkey = own.accounts[4].pubkey;
    assert!(stage.chain.send(&[own], &[&giver]).is_err());
}
