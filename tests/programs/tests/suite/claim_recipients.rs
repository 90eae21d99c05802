//! `set_recipient`, and who receives a claim because of it.

use solana_instruction::{AccountMeta, Instruction};
use solana_keypair::Keypair;
use solana_signer::Signer;
use tributary_client::rewards::{self, Payout, Recipient, RewardsEvent};
use tributary_client::{ChainEvent, pda};
use tributary_program_tests::chain::{Outcome, assert_refused};
use tributary_program_tests::claims::{account, claim_of, claimed, stranger};
use tributary_program_tests::stage::{Published, SETTINGS, Stage, earned};
use tributary_program_tests::tokens;

/// A stage that owes Alice 400 under one root.
fn staged() -> (Stage, Published, Keypair) {
    let mut stage = Stage::token();
    stage.payer(1_000);
    let alice = stage.chain.person();
    let published = stage.serve(&[earned(&alice.pubkey(), 400)]);
    (stage, published, alice)
}

/// Alice chooses.
fn choose(stage: &mut Stage, alice: &Keypair, recipient: Option<&Keypair>) -> Outcome {
    let recipient = recipient.map(Signer::pubkey);
    let choose = rewards::set_recipient(&alice.pubkey(), &alice.pubkey(), recipient.as_ref());
    stage.chain.send(&[choose], &[alice])
}

/// Claims Alice's leaf towards `recipient`.
fn claim_to(stage: &mut Stage, payer: &Keypair, published: &Published, recipient: Option<&Keypair>) -> Outcome {
    let payout = Payout { recipient: recipient.map(Signer::pubkey), ..Payout::default() };
    let claim = claim_of(stage, &payer.pubkey(), published, 0, &payout);
    stage.chain.send(&[claim], &[payer])
}

#[test]
fn a_chosen_recipient_receives_whoever_pays_for_the_claim() {
    for alice_pays in [true, false] {
        let (mut stage, published, alice) = staged();
        let (cold, other) = (stage.chain.person(), stage.chain.person());
        let receipt = choose(&mut stage, &alice, Some(&cold)).unwrap();
        let [ChainEvent::Rewards(RewardsEvent::RecipientSet(event))] = receipt.events.as_slice() else {
            panic!("expected one RecipientSet event, found {:?}", receipt.events);
        };
        assert_eq!((event.claimant, event.recipient), (alice.pubkey(), cold.pubkey()));
        assert_eq!(event.vault, pda::rewards_config());

        let payer = if alice_pays { &alice } else { &other };
        let receipt = claim_to(&mut stage, payer, &published, Some(&cold)).unwrap();

        assert_eq!(claimed(&receipt).destination, stage.account_of(&cold.pubkey()));
        assert_eq!(stage.balance(&cold.pubkey()), 400);
        assert_eq!(stage.balance(&alice.pubkey()), 0);
    }
}

#[test]
fn a_choice_holds_for_all_vaults() {
    let (mut stage, _, alice) = staged();
    let cold = stage.chain.person();
    choose(&mut stage, &alice, Some(&cold)).unwrap();
    stage.mint = tokens::mint(&mut stage.chain, &pda::TOKEN, &[], false);
    stage.vault = pda::vault(&stage.mint);
    stage.create_vault(&SETTINGS).unwrap();
    stage.payer(1_000);
    let other = stage.serve(&[earned(&alice.pubkey(), 250)]);

    assert_refused(claim_to(&mut stage, &alice, &other, None), "WrongReceiver");
    claim_to(&mut stage, &alice, &other, Some(&cold)).unwrap();
    assert_eq!(stage.balance(&cold.pubkey()), 250);
}

#[test]
fn a_payer_can_not_withhold_a_choice() {
    let (mut stage, published, alice) = staged();
    let (cold, thief) = (stage.chain.person(), stage.chain.person());
    choose(&mut stage, &alice, Some(&cold)).unwrap();

    // As if nothing were chosen; and as if the thief were.
    for payer in [&alice, &thief] {
        assert_refused(claim_to(&mut stage, payer, &published, None), "WrongReceiver");
        assert_refused(claim_to(&mut stage, payer, &published, Some(&thief)), "WrongReceiver");
    }
    // With another account in the place of the choice: somebody else's, an empty one, one that is no choice.
    choose(&mut stage, &thief, Some(&thief)).unwrap();
    for other in [pda::recipient(&thief.pubkey()), pda::recipient(&cold.pubkey()), stranger(9), pda::rewards_config()] {
        let mut claim = claim_of(&stage, &thief.pubkey(), &published, 0, &Payout::default());
        claim.accounts[account::RECIPIENT].pubkey = other;
        assert_refused(stage.chain.send(&[claim], &[&thief]), "WrongRecipientAccount");
    }
    assert_eq!(stage.vault().paid, [0; 3]);
}

#[test]
fn without_a_choice_nobody_but_the_claimant_receives() {
    let (mut stage, published, alice) = staged();
    let thief = stage.chain.person();
    assert_refused(claim_to(&mut stage, &thief, &published, Some(&thief)), "WrongReceiver");
    assert_refused(claim_to(&mut stage, &alice, &published, Some(&thief)), "WrongReceiver");
}

#[test]
fn the_receiver_s_account_must_be_the_receiver_s() {
    let (mut stage, published, alice) = staged();
    let (cold, thief) = (stage.holder(0), stage.holder(0));
    choose(&mut stage, &alice, Some(&cold)).unwrap();
    for wrong in [&thief, &alice] {
        let payout = Payout { recipient: Some(cold.pubkey()), ..Payout::default() };
        let mut claim = claim_of(&stage, &thief.pubkey(), &published, 0, &payout);
        claim.accounts[account::DESTINATION].pubkey = stage.account_of(&wrong.pubkey());
        assert!(stage.chain.send(&[claim], &[&thief]).is_err());
    }
    assert_eq!(stage.vault().paid, [0; 3]);
}

#[test]
fn a_choice_can_be_changed_and_taken_back() {
    let mut stage = Stage::token();
    stage.payer(1_000);
    let (alice, first, second) = (stage.chain.person(), stage.chain.person(), stage.chain.person());
    let recipient = |stage: &Stage| Recipient::decode(&stage.chain.data(&pda::recipient(&alice.pubkey()))).unwrap();

    choose(&mut stage, &alice, Some(&first)).unwrap();
    let rent = stage.chain.lamports(&pda::recipient(&alice.pubkey()));
    let published = stage.serve(&[earned(&alice.pubkey(), 100)]);
    claim_to(&mut stage, &alice, &published, Some(&first)).unwrap();

    choose(&mut stage, &alice, Some(&second)).unwrap();
    assert_eq!(recipient(&stage).chosen, Some(second.pubkey()));
    let published = stage.serve(&[earned(&alice.pubkey(), 300)]);
    assert_refused(claim_to(&mut stage, &alice, &published, Some(&first)), "WrongReceiver");
    claim_to(&mut stage, &alice, &published, Some(&second)).unwrap();

    choose(&mut stage, &alice, None).unwrap();
    assert_eq!(recipient(&stage), Recipient { claimant: alice.pubkey(), chosen: None });
    let published = stage.serve(&[earned(&alice.pubkey(), 700)]);
    claim_to(&mut stage, &alice, &published, None).unwrap();

    let paid = [&first, &second, &alice].map(|who| stage.balance(&who.pubkey()));
    assert_eq!(paid, [100, 200, 400]);
    assert_eq!(stage.chain.lamports(&pda::recipient(&alice.pubkey())), rent);
}

#[test]
fn nobody_chooses_for_another() {
    let (mut stage, published, alice) = staged();
    let thief = stage.chain.person();
    let mut unsigned = rewards::set_recipient(&thief.pubkey(), &alice.pubkey(), Some(&thief.pubkey()));
    unsigned.accounts[1].is_signer = false;
    assert_refused(stage.chain.send(&[unsigned], &[&thief]), "MissingRequiredSignature");
    // The thief signs as claimant, for Alice's place and for one that is nobody's.
    for other in [
        pda::recipient(&alice.pubkey()),
        stranger(9),
        pda::claim(&stage.vault, published.leaves[0].class, &alice.pubkey()),
    ] {
        let mut wrong = rewards::set_recipient(&thief.pubkey(), &thief.pubkey(), Some(&thief.pubkey()));
        wrong.accounts[3].pubkey = other;
        assert_refused(stage.chain.send(&[wrong], &[&thief]), "WrongRecipientAccount");
    }
    assert!(stage.chain.account(&pda::recipient(&alice.pubkey())).is_none());
}

#[test]
fn another_account_can_not_number_the_event_of_a_choice() {
    let (mut stage, _, alice) = staged();
    for other in [stage.vault_address(), stage.mint, stranger(4)] {
        let mut wrong = rewards::set_recipient(&alice.pubkey(), &alice.pubkey(), None);
        wrong.accounts[2].pubkey = other;
        assert!(stage.chain.send(&[wrong], &[&alice]).is_err());
    }
}

#[test]
fn somebody_else_can_pay_the_rent_of_a_choice() {
    let (mut stage, _, _) = staged();
    let (alice, sponsor) = (Keypair::new(), stage.chain.person());
    let choose = rewards::set_recipient(&sponsor.pubkey(), &alice.pubkey(), Some(&sponsor.pubkey()));
    stage.chain.send(&[choose], &[&sponsor, &alice]).unwrap();
    assert_eq!(stage.chain.lamports(&alice.pubkey()), 0);
}

#[test]
fn lamports_sent_ahead_do_not_stop_a_choice_and_are_none() {
    let (mut stage, published, alice) = staged();
    let cold = stage.chain.person();
    let place = pda::recipient(&alice.pubkey());
    stage.chain.fund(&place);
    claim_to(&mut stage, &alice, &published, None).unwrap();

    choose(&mut stage, &alice, Some(&cold)).unwrap();
    let published = stage.serve(&[earned(&alice.pubkey(), 500)]);
    claim_to(&mut stage, &alice, &published, Some(&cold)).unwrap();
    assert_eq!(stage.balance(&cold.pubkey()), 100);
}

/// Allocates Alice's place herself, with so many bytes, as the System program lets her.
fn allocate(stage: &mut Stage, alice: &Keypair, bytes: u64) {
    let (base, place) = (alice.pubkey(), pda::recipient(&alice.pubkey()));
    stage.chain.fund(&place);
    let seed = b"tributary:recipient";
    let data = [
        &9u32.to_le_bytes()[..],
        base.as_ref(),
        &(seed.len() as u64).to_le_bytes(),
        seed,
        &bytes.to_le_bytes(),
        pda::REWARDS.as_ref(),
    ];
    let accounts = vec![AccountMeta::new(place, false), AccountMeta::new_readonly(base, true)];
    let allocate = Instruction { program_id: pda::SYSTEM, accounts, data: data.concat() };
    stage.chain.send(&[allocate], &[alice]).unwrap();
}

#[test]
fn a_place_that_its_claimant_allocated_without_choosing_is_no_choice() {
    let (mut stage, published, alice) = staged();
    allocate(&mut stage, &alice, 80);
    claim_to(&mut stage, &alice, &published, None).unwrap();
    let cold = stage.chain.person();
    choose(&mut stage, &alice, Some(&cold)).unwrap();
    assert_refused(claim_to(&mut stage, &alice, &published, None), "WrongReceiver");
}

#[test]
fn a_place_of_another_size_refuses_a_choice_and_strands_nobody() {
    for bytes in [0, 7, 79, 81] {
        let (mut stage, published, alice) = staged();
        allocate(&mut stage, &alice, bytes);
        let cold = stage.chain.person();
        assert_refused(choose(&mut stage, &alice, Some(&cold)), "WrongRecipientAccount");
        claim_to(&mut stage, &alice, &published, None).unwrap();
        assert_eq!(stage.balance(&alice.pubkey()), 400);
    }
}
