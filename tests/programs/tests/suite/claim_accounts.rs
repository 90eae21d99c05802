//! `claim`: accounts that are not what they should be, one wrong account at a
//! time in an instruction that is right otherwise.

use solana_instruction::{AccountMeta, Instruction};
use solana_keypair::Keypair;
use solana_signer::Signer;
use tributary_client::pda;
use tributary_client::rewards::Payout;
use tributary_core::leaf::LeafClass;
use tributary_program_tests::chain::assert_refused;
use tributary_program_tests::claims::{account, argument, claim_of, claimed, stranger};
use tributary_program_tests::stage::{Published, SETTINGS, Stage, earned};
use tributary_program_tests::tokens;

/// A stage that owes Alice, the claimant, 400 under one root.
fn staged() -> (Stage, Published, Keypair) {
    let mut stage = Stage::token();
    stage.payer(1_000);
    let alice = stage.chain.person();
    let published = stage.serve(&[earned(&alice.pubkey(), 400)]);
    (stage, published, alice)
}

/// Alice's right claim.
fn right(stage: &Stage, published: &Published, payer: &Keypair) -> Instruction {
    claim_of(stage, &payer.pubkey(), published, 0, &Payout::default())
}

#[test]
fn another_claim_account_is_refused() {
    let mut stage = Stage::token();
    stage.payer(1_000);
    let (alice, bob) = (stage.chain.person(), stage.chain.person());
    let published = stage.serve(&[earned(&alice.pubkey(), 400), earned(&bob.pubkey(), 600)]);
    let index = published.index(LeafClass::Earned, &alice.pubkey());
    // Bob's claim account exists; Alice's would be new.
    stage.claim(&bob, &published, 1 - index).unwrap();

    let refused = |stage: &mut Stage| {
        for other in [
            pda::claim(&stage.vault, LeafClass::Earned, &bob.pubkey()),
            pda::claim(&stage.vault, LeafClass::Refund, &alice.pubkey()),
            pda::rewards_config(),
            stranger(7),
        ] {
            let mut claim = claim_of(stage, &alice.pubkey(), &published, index, &Payout::default());
            claim.accounts[account::RECORD].pubkey = other;
            assert_refused(stage.chain.send(&[claim], &[&alice]), "WrongClaimAccount");
        }
    };
    refused(&mut stage);
    // The same once Alice's exists.
    stage.claim(&alice, &published, index).unwrap();
    refused(&mut stage);
}

#[test]
fn a_claim_account_of_another_vault_is_refused() {
    let (mut stage, published, alice) = staged();
    let (mint, vault) = (stage.mint, stage.vault);
    let foreign = with_second_vault(&mut stage, &alice);
    stage.chain.send(&[foreign], &[&alice]).unwrap();
    let record = pda::claim(&stage.vault, LeafClass::Earned, &alice.pubkey());
    (stage.mint, stage.vault) = (mint, vault);

    let mut claim = right(&stage, &published, &alice);
    claim.accounts[account::RECORD].pubkey = record;
    assert_refused(stage.chain.send(&[claim], &[&alice]), "WrongClaimAccount");
}

#[test]
fn a_claim_account_made_by_another_program_is_refused() {
    // The right bytes at another address, owned by somebody else.
    let (mut stage, published, alice) = staged();
    stage.claim(&alice, &published, 0).unwrap();
    let record = pda::claim(&stage.vault, LeafClass::Earned, &alice.pubkey());
    let mut forged = stage.chain.data(&record);
    forged[10..18].fill(0);
    stage.chain.place(stranger(8), pda::TOKEN, forged);

    let mut claim = right(&stage, &published, &alice);
    claim.accounts[account::RECORD].pubkey = stranger(8);
    assert_refused(stage.chain.send(&[claim], &[&alice]), "WrongClaimAccount");
}

#[test]
fn another_destination_is_refused() {
    let (mut stage, published, alice) = staged();
    let bob = stage.holder(0);
    for wrong in [stage.account_of(&bob.pubkey()), alice.pubkey(), pda::rewards_config(), stage.mint] {
        for payer in [&alice, &bob] {
            let mut claim = right(&stage, &published, payer);
            claim.accounts[account::DESTINATION].pubkey = wrong;
            assert!(stage.chain.send(&[claim], &[payer]).is_err());
        }
    }
    let mut claim = right(&stage, &published, &alice);
    claim.accounts[account::DESTINATION].pubkey = stage.account_of(&bob.pubkey());
    assert_refused(stage.chain.send(&[claim], &[&alice]), "WrongDestination");
    assert_eq!(stage.vault().paid, [0; 3]);
}

#[test]
fn another_token_account_of_the_claimant_is_refused() {
    // Alice's own, of the right mint, but not the associated one.
    let (mut stage, published, alice) = staged();
    stage.claim(&alice, &published, 0).unwrap();
    let bytes = stage.chain.data(&stage.account_of(&alice.pubkey()));
    stage.chain.place(stranger(8), pda::TOKEN, bytes);

    let mut claim = right(&stage, &published, &alice);
    claim.accounts[account::DESTINATION].pubkey = stranger(8);
    assert_refused(stage.chain.send(&[claim], &[&alice]), "WrongDestination");
}

#[test]
fn a_wrong_bump_of_the_destination_is_refused() {
    let (mut stage, published, alice) = staged();
    let right = right(&stage, &published, &alice);
    stage.claim(&alice, &published, 0).unwrap();
    for bump in (0..=255u8).filter(|bump| *bump != right.data[argument::BUMP]).step_by(17) {
        let mut claim = right.clone();
        claim.data[argument::BUMP] = bump;
        assert_refused(stage.chain.send(&[claim], &[&alice]), "WrongDestination");
    }
}

#[test]
fn a_destination_given_away_is_refused() {
    let mut stage = Stage::token();
    stage.payer(1_000);
    let (alice, bob) = (stage.holder(0), stage.chain.person());
    let published = stage.serve(&[earned(&alice.pubkey(), 400)]);
    // SetAuthority of the account's owner.
    let give_away = Instruction {
        program_id: pda::TOKEN,
        accounts: vec![
            AccountMeta::new(stage.account_of(&alice.pubkey()), false),
            AccountMeta::new_readonly(alice.pubkey(), true),
        ],
        data: [&[6, 2, 1][..], bob.pubkey().as_ref()].concat(),
    };
    stage.chain.send(&[give_away], &[&alice]).unwrap();

    assert_refused(stage.claim(&alice, &published, 0), "WrongDestination");
}

#[test]
fn a_destination_that_was_closed_is_made_again() {
    let (mut stage, published, alice) = staged();
    let destination = stage.account_of(&alice.pubkey());
    tokens::open_account(&mut stage.chain, &alice.pubkey(), &stage.mint, &pda::TOKEN);
    let close = Instruction {
        program_id: pda::TOKEN,
        accounts: vec![
            AccountMeta::new(destination, false),
            AccountMeta::new(alice.pubkey(), false),
            AccountMeta::new_readonly(alice.pubkey(), true),
        ],
        data: vec![9],
    };
    stage.chain.send(&[close], &[&alice]).unwrap();

    stage.claim(&alice, &published, 0).unwrap();
    assert_eq!(stage.balance(&alice.pubkey()), 400);
}

#[test]
fn a_payer_who_does_not_sign_pays_nothing() {
    let (mut stage, published, _) = staged();
    let bob = stage.chain.person();
    let mut claim = right(&stage, &published, &bob);
    claim.accounts[account::PAYER].is_signer = false;
    assert_refused(stage.chain.send(&[claim], &[]), "MissingRequiredSignature");
}

/// Creates a vault of another mint with a root that owes Alice too, and leaves the stage at it. Returns Alice's claim.
fn with_second_vault(stage: &mut Stage, alice: &Keypair) -> Instruction {
    stage.mint = tokens::mint(&mut stage.chain, &pda::TOKEN, &[], false);
    stage.vault = pda::vault(&stage.mint);
    stage.create_vault(&SETTINGS).unwrap();
    stage.payer(1_000);
    let other = stage.serve(&[earned(&alice.pubkey(), 400)]);
    right(stage, &other, alice)
}

#[test]
fn accounts_of_another_vault_are_refused() {
    let (mut stage, published, alice) = staged();
    let (mint, vault) = (stage.mint, stage.vault);
    let foreign = with_second_vault(&mut stage, &alice);
    (stage.mint, stage.vault) = (mint, vault);

    for (place, expected) in [
        (account::VAULT, "WrongVault"),
        (account::ROOT, "WrongVault"),
        (account::MINT, "WrongMint"),
        (account::TOKEN_ACCOUNT, "WrongTokenAccount"),
        (account::DESTINATION, "WrongDestination"),
    ] {
        let mut claim = right(&stage, &published, &alice);
        claim.accounts[place].pubkey = foreign.accounts[place].pubkey;
        let outcome = stage.chain.send(&[claim], &[&alice]);
        // A destination that is missing is created first, at the right address or not at all.
        if place == account::DESTINATION {
            assert!(outcome.is_err());
        } else {
            assert_refused(outcome, expected);
        }
    }
}

#[test]
fn another_token_program_is_refused() {
    let (mut stage, published, alice) = staged();
    for wrong in [pda::TOKEN_2022, pda::SYSTEM, pda::REWARDS, stranger(3)] {
        let mut claim = right(&stage, &published, &alice);
        claim.accounts[account::TOKEN_PROGRAM].pubkey = wrong;
        assert_refused(stage.chain.send(&[claim], &[&alice]), "WrongTokenProgram");
    }
}

#[test]
fn other_programs_in_the_places_of_programs_are_refused() {
    let (mut stage, published, alice) = staged();
    for place in [account::ASSOCIATED_TOKEN_PROGRAM, account::SYSTEM_PROGRAM, account::EVENT_AUTHORITY] {
        let mut claim = right(&stage, &published, &alice);
        claim.accounts[place].pubkey = pda::TOKEN;
        assert!(stage.chain.send(&[claim], &[&alice]).is_err(), "account {place}");
    }
    assert_eq!(stage.vault().paid, [0; 3]);
}

#[test]
fn an_account_of_another_kind_is_no_vault_and_no_root() {
    let (mut stage, published, alice) = staged();
    let forged_vault = stage.chain.data(&stage.vault_address());
    stage.chain.place(stranger(4), pda::TOKEN, forged_vault);
    let forged_root = stage.chain.data(&pda::root(&stage.vault, 0));
    stage.chain.place(stranger(5), pda::TOKEN, forged_root);
    let kinds = [pda::rewards_config(), stage.mint, stage.vault_address(), pda::root(&stage.vault, 0)];
    for place in [account::VAULT, account::ROOT] {
        for other in kinds.iter().chain(&[stranger(4), stranger(5), stranger(6)]) {
            let mut claim = right(&stage, &published, &alice);
            if claim.accounts[place].pubkey != *other {
                claim.accounts[place].pubkey = *other;
                assert!(stage.chain.send(&[claim], &[&alice]).is_err(), "{other} as account {place}");
            }
        }
    }
}

#[test]
fn no_account_but_the_payer_can_be_passed_twice() {
    let (mut stage, published, alice) = staged();
    let changed = [account::VAULT, account::ROOT, account::RECORD, account::TOKEN_ACCOUNT, account::DESTINATION];
    for first in changed {
        for second in (0..account::COUNT).filter(|second| *second != first) {
            let mut claim = right(&stage, &published, &alice);
            claim.accounts[second].pubkey = claim.accounts[first].pubkey;
            let signs: Vec<&Keypair> = if second == account::PAYER { vec![] } else { vec![&alice] };
            claim.accounts[second].is_signer = false;
            let outcome = stage.chain.send(&[claim], &signs);
            assert!(outcome.is_err(), "account {first} again as {second}");
        }
    }
    assert_eq!(stage.vault().paid, [0; 3]);
}

#[test]
fn a_destination_that_is_the_vault_s_own_account_is_refused() {
    let (mut stage, published, alice) = staged();
    let mut claim = right(&stage, &published, &alice);
    claim.accounts[account::DESTINATION].pubkey = claim.accounts[account::TOKEN_ACCOUNT].pubkey;
    assert_refused(stage.chain.send(&[claim], &[&alice]), "ConstraintDuplicateMutableAccount");
}

#[test]
fn too_few_accounts_are_refused() {
    let (mut stage, published, alice) = staged();
    for count in 1..account::COUNT {
        let mut claim = right(&stage, &published, &alice);
        claim.accounts.truncate(count);
        assert!(stage.chain.send(&[claim], &[&alice]).is_err(), "{count} accounts");
    }
}

#[test]
fn an_account_that_must_be_written_and_is_passed_as_readable_is_refused() {
    let (mut stage, published, alice) = staged();
    for place in [account::VAULT, account::ROOT, account::RECORD, account::TOKEN_ACCOUNT, account::DESTINATION] {
        let mut claim = right(&stage, &published, &alice);
        claim.accounts[place].is_writable = false;
        assert!(stage.chain.send(&[claim], &[&alice]).is_err(), "account {place}");
    }
    assert_eq!(claimed(&stage.claim(&alice, &published, 0).unwrap()).paid, 400);
}

#[test]
fn an_event_cannot_be_forged_from_outside() {
    // The branch of the program that takes events answers to its own authority only.
    let (mut stage, _, alice) = staged();
    let data = [&tributary_client::EVENT_TAG[..], &[0; 145]].concat();
    for (authority, signs, refusal) in
        [(pda::rewards_event_authority(), false, "MissingRequiredSignature"), (alice.pubkey(), true, "InvalidSeeds")]
    {
        let forged = Instruction {
            program_id: pda::REWARDS,
            accounts: vec![AccountMeta::new_readonly(authority, signs)],
            data: data.clone(),
        };
        let signers: &[&Keypair] = if signs { &[&alice] } else { &[] };
        assert_refused(stage.chain.send(&[forged], signers), refusal);
    }
}

#[test]
fn another_claimant_than_the_leaf_s_is_refused_whoever_signs() {
    let (mut stage, published, alice) = staged();
    let thief = stage.chain.person();
    let mut claim = right(&stage, &published, &thief);
    claim.accounts[account::CLAIMANT] = AccountMeta::new_readonly(thief.pubkey(), true);
    assert_refused(stage.chain.send(&[claim], &[&thief]), "BadProof");
    assert_eq!(stage.balance(&alice.pubkey()), 0);
}
