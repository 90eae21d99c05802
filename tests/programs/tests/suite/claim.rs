//! `claim`: who is paid, how much and where.

use solana_signer::Signer;
use tributary_client::pda;
use tributary_client::rewards::Claim;
use tributary_core::leaf::LeafClass;
use tributary_program_tests::chain::assert_refused;
use tributary_program_tests::claims::{claimed, stranger};
use tributary_program_tests::stage::{Stage, earned, leaf};
use tributary_program_tests::tokens::transfer_fee;

fn a_claimant_claims_for_itself(mut stage: Stage) {
    stage.payer(1_000);
    let claimant = stage.chain.person();
    let published = stage.serve(&[earned(&claimant.pubkey(), 700), earned(&stranger(9), 300)]);
    let index = published.index(LeafClass::Earned, &claimant.pubkey());

    let receipt = stage.claim(&claimant, &published, index).unwrap();

    assert_eq!(stage.balance(&claimant.pubkey()), 700);
    assert_eq!(stage.vault_balance(), 300);
    assert_eq!(stage.vault().paid, [700, 0, 0]);
    let record = pda::claim(&stage.vault, LeafClass::Earned, &claimant.pubkey());
    assert_eq!(Claim::decode(&stage.chain.data(&record)).unwrap().claimed.0, 700);
    let event = claimed(&receipt);
    assert_eq!(event.vault, stage.vault_address());
    assert_eq!(event.sequence + 1, stage.vault().sequence);
    assert_eq!((event.epoch, event.class, event.claimant), (1, 0, claimant.pubkey()));
    assert_eq!(event.destination, stage.account_of(&claimant.pubkey()));
    assert_eq!((event.paid, event.claimed), (700, 700));
}

#[test]
fn a_claimant_claims_for_itself_in_spl_token() {
    a_claimant_claims_for_itself(Stage::token());
}

#[test]
fn a_claimant_claims_for_itself_in_token_2022() {
    a_claimant_claims_for_itself(Stage::token_2022());
}

#[test]
fn anyone_can_pay_for_a_claim_and_the_claimant_receives_it() {
    let mut stage = Stage::token();
    stage.payer(1_000);
    let helper = stage.chain.person();
    let published = stage.serve(&[earned(&stranger(9), 1_000)]);

    stage.claim(&helper, &published, 0).unwrap();

    assert_eq!(stage.balance(&stranger(9)), 1_000);
    assert_eq!(stage.balance(&helper.pubkey()), 0);
}

#[test]
fn a_second_claim_pays_nothing_and_succeeds() {
    let mut stage = Stage::token();
    stage.payer(1_000);
    let claimant = stage.chain.person();
    let published = stage.serve(&[earned(&claimant.pubkey(), 1_000)]);
    stage.claim(&claimant, &published, 0).unwrap();

    let receipt = stage.claim(&claimant, &published, 0).unwrap();

    assert_eq!((claimed(&receipt).paid, claimed(&receipt).claimed), (0, 1_000));
    assert_eq!(stage.balance(&claimant.pubkey()), 1_000);
    assert_eq!(stage.vault().paid[0], 1_000);
}

#[test]
fn one_claim_pays_all_missed_epochs() {
    let mut stage = Stage::token();
    stage.payer(1_000);
    let claimant = stage.chain.person();
    stage.serve(&[earned(&claimant.pubkey(), 100)]);
    stage.serve(&[earned(&claimant.pubkey(), 250)]);
    let newest = stage.serve(&[earned(&claimant.pubkey(), 600)]);

    stage.claim(&claimant, &newest, 0).unwrap();

    assert_eq!(stage.balance(&claimant.pubkey()), 600);
}

#[test]
fn a_later_root_pays_the_difference() {
    let mut stage = Stage::token();
    stage.payer(1_000);
    let claimant = stage.chain.person();
    let first = stage.serve(&[earned(&claimant.pubkey(), 100)]);
    stage.claim(&claimant, &first, 0).unwrap();
    let second = stage.serve(&[earned(&claimant.pubkey(), 250)]);

    assert_eq!(claimed(&stage.claim(&claimant, &second, 0).unwrap()).paid, 150);
    // The older root still serves, and has nothing to add.
    assert_eq!(claimed(&stage.claim(&claimant, &first, 0).unwrap()).paid, 0);
    assert_eq!(stage.balance(&claimant.pubkey()), 250);
}

#[test]
fn the_newest_four_roots_can_be_claimed_from_and_no_older_one() {
    let mut stage = Stage::token();
    stage.payer(1_000);
    let claimant = stage.chain.person();
    let roots: Vec<_> = (1..=5).map(|n| stage.serve(&[earned(&claimant.pubkey(), n * 100)])).collect();

    assert_refused(stage.claim(&claimant, &roots[0], 0), "NotClaimable");
    for (root, paid) in roots[1..].iter().zip([200, 100, 100, 100]) {
        assert_eq!(claimed(&stage.claim(&claimant, root, 0).unwrap()).paid, paid);
    }
}

#[test]
fn the_ring_comes_round_and_old_proofs_stop_working() {
    let mut stage = Stage::token();
    stage.payer(10_000);
    let claimant = stage.chain.person();
    let first = stage.serve(&[earned(&claimant.pubkey(), 100)]);
    for n in 2..=9 {
        stage.serve(&[earned(&claimant.pubkey(), n * 100)]);
    }

    assert_eq!(stage.vault().head_place, first.root.place);
    assert_refused(stage.claim(&claimant, &first, 0), "BadProof");
}

#[test]
fn classes_are_paid_apart() {
    let mut stage = Stage::token();
    stage.payer(1_000);
    let claimant = stage.chain.person();
    let who = claimant.pubkey();
    let published = stage.serve(&[
        leaf(LeafClass::Earned, &who, 1),
        leaf(LeafClass::Refund, &who, 20),
        leaf(LeafClass::Fee, &who, 300),
    ]);

    for index in 0..3 {
        stage.claim(&claimant, &published, index).unwrap();
    }

    assert_eq!(stage.balance(&who), 321);
    assert_eq!(stage.vault().paid, [1, 20, 300]);
}

#[test]
fn a_pending_or_vetoed_root_pays_nobody() {
    let mut stage = Stage::token();
    stage.payer(1_000);
    let claimant = stage.chain.person();
    let published = stage.build(&[earned(&claimant.pubkey(), 700)]);
    stage.post(&published.root).unwrap();
    assert_refused(stage.claim(&claimant, &published, 0), "NotClaimable");

    let watcher = stage.watchers[0].insecure_clone();
    let veto = tributary_client::rewards::veto_root(
        &watcher.pubkey(),
        &stage.vault,
        published.root.place,
        &published.id(),
        tributary_client::rewards::VetoReason::Wrong,
    );
    stage.chain.send(&[veto], &[&watcher]).unwrap();
    assert_refused(stage.claim(&claimant, &published, 0), "NotClaimable");
}

#[test]
fn a_claim_account_costs_little_and_needs_no_second_payment() {
    let mut stage = Stage::token();
    stage.payer(1_000);
    let claimant = stage.chain.person();
    let published = stage.serve(&[earned(&claimant.pubkey(), 700)]);
    stage.claim(&claimant, &published, 0).unwrap();

    let record = pda::claim(&stage.vault, LeafClass::Earned, &claimant.pubkey());
    let rent = stage.chain.lamports(&record);
    assert!(rent <= 1_100_000, "{rent} lamports");
    let before = stage.chain.lamports(&claimant.pubkey());
    stage.claim(&claimant, &published, 0).unwrap();
    assert_eq!(stage.chain.lamports(&claimant.pubkey()), before);
}

#[test]
fn lamports_sent_ahead_to_the_claim_account_change_nothing() {
    let mut stage = Stage::token();
    stage.payer(1_000);
    let claimant = stage.chain.person();
    let published = stage.serve(&[earned(&claimant.pubkey(), 700)]);
    let record = pda::claim(&stage.vault, LeafClass::Earned, &claimant.pubkey());
    stage.chain.fund(&record);

    stage.claim(&claimant, &published, 0).unwrap();

    assert_eq!(stage.balance(&claimant.pubkey()), 700);
}

#[test]
fn what_leaves_a_vault_with_a_transfer_fee_is_what_was_due() {
    let mut stage = Stage::new(pda::TOKEN_2022, &[transfer_fee(100)]);
    let payer = stage.holder(1_000);
    stage.deposit(&payer, 1_000).unwrap();
    let claimant = stage.chain.person();
    let published = stage.serve(&[earned(&claimant.pubkey(), 900)]);

    let receipt = stage.claim(&claimant, &published, 0).unwrap();

    assert_eq!(claimed(&receipt).paid, 900);
    assert_eq!(stage.balance(&claimant.pubkey()), 891);
    assert_eq!(stage.vault_balance(), 990 - 900);
}

#[test]
fn all_claims_together_never_exceed_the_newest_root() {
    // Two live roots that contradict each other: what one gave to Alice, the other gives to Bob. A correct builder
    // never makes them; the vault must not pay both.
    let mut stage = Stage::token();
    stage.payer(1_000);
    let (alice, bob) = (stage.chain.person(), stage.chain.person());
    let first = stage.serve(&[earned(&alice.pubkey(), 600)]);
    let second = stage.serve(&[earned(&bob.pubkey(), 600)]);
    stage.claim(&alice, &first, 0).unwrap();

    assert_refused(stage.claim(&bob, &second, 0), "OverClaimed");
}
