//! `pause`, `unpause`: what waits, what never does, and that it ends by itself.

use solana_keypair::Keypair;
use solana_signer::Signer;
use tributary_client::ChainEvent;
use tributary_client::rewards::{self, Change, RewardsEvent, pauses};
use tributary_program_tests::chain::{Outcome, assert_refused};
use tributary_program_tests::claims::claimed;
use tributary_program_tests::stage::{Stage, earned, guardian};

/// How long a pause lasts, and the next one must wait after its end.
const SECONDS: i64 = 72 * 60 * 60;

fn funded_guardian(stage: &mut Stage) -> Keypair {
    let guardian = guardian();
    stage.chain.fund(&guardian.pubkey());
    guardian
}

fn pause(stage: &mut Stage, who: &Keypair, flags: u8) -> Outcome {
    stage.chain.send(&[rewards::pause(&who.pubkey(), &stage.vault, flags)], &[who])
}

fn unpause(stage: &mut Stage, who: &Keypair) -> Outcome {
    stage.chain.send(&[rewards::unpause(&who.pubkey(), &stage.vault)], &[who])
}

#[test]
fn a_pause_stops_what_it_names_and_ends_by_itself() {
    let mut stage = Stage::token();
    let (payer, guardian) = (stage.holder(100), funded_guardian(&mut stage));
    stage.deposit(&payer, 50).unwrap();
    let receipt = pause(&mut stage, &guardian, pauses::DEPOSITS | pauses::ROOTS).unwrap();
    let [ChainEvent::Rewards(RewardsEvent::Paused(event))] = receipt.events.as_slice() else {
        panic!("expected one Paused event, found {:?}", receipt.events);
    };
    let until = stage.chain.second() + SECONDS;
    assert_eq!((event.flags, event.by, event.until), (3, guardian.pubkey(), until));
    assert_eq!((stage.vault().pause_flags, stage.vault().paused_until), (3, until));

    let root = stage.build(&[earned(&payer.pubkey(), 10)]);
    assert_refused(stage.deposit(&payer, 1), "Paused");
    assert_refused(stage.post(&root.root), "Paused");
    stage.chain.pass(1, SECONDS - 1);
    assert_refused(stage.deposit(&payer, 1), "Paused");
    stage.chain.pass(1, 1);
    stage.deposit(&payer, 1).unwrap();
    stage.serve(&[earned(&payer.pubkey(), 10)]);
}

#[test]
fn challenge_windows_run_on_during_a_pause_and_watchers_act() {
    let mut stage = Stage::token();
    let (payer, guardian) = (stage.payer(100), funded_guardian(&mut stage));
    let root = stage.build(&[earned(&payer.pubkey(), 10)]);
    stage.post(&root.root).unwrap();
    pause(&mut stage, &guardian, 7).unwrap();
    stage.attest(0, &root).unwrap();
    stage.attest(1, &root).unwrap();
    stage.pass_window();
    assert_refused(stage.activate(&root), "Paused");
    unpause(&mut stage, &guardian).unwrap();
    stage.activate(&root).unwrap();

    let wrong = stage.build(&[earned(&payer.pubkey(), 11)]);
    stage.post(&wrong.root).unwrap();
    stage.chain.pass(1, SECONDS);
    pause(&mut stage, &guardian, 7).unwrap();
    let watcher = stage.watchers[0].insecure_clone();
    let veto = rewards::veto_root(&watcher.pubkey(), &stage.vault, 1, &wrong.id(), rewards::VetoReason::Wrong);
    stage.chain.send(&[veto], &[&watcher]).unwrap();
    // Asking for one's money back is never paused either.
    stage.chain.send(&[rewards::request_refund(&payer.pubkey(), &stage.vault)], &[&payer]).unwrap();
}

#[test]
fn claims_under_the_oldest_live_root_are_never_paused() {
    let mut stage = Stage::token();
    stage.payer(10_000);
    let (alice, guardian) = (stage.chain.person(), funded_guardian(&mut stage));
    let roots: Vec<_> = (1..=5).map(|n| stage.serve(&[earned(&alice.pubkey(), n * 100)])).collect();
    pause(&mut stage, &guardian, pauses::CLAIMS).unwrap();
    for root in &roots[2..] {
        assert_refused(stage.claim(&alice, root, 0), "Paused");
    }
    assert_eq!(claimed(&stage.claim(&alice, &roots[1], 0).unwrap()).paid, 200);
    unpause(&mut stage, &guardian).unwrap();
    assert_eq!(claimed(&stage.claim(&alice, &roots[4], 0).unwrap()).paid, 300);
}

#[test]
fn a_stolen_guardian_key_pauses_at_most_half_of_the_time() {
    // Threat 16.
    let mut stage = Stage::token();
    let guardian = funded_guardian(&mut stage);
    pause(&mut stage, &guardian, 7).unwrap();
    assert_refused(pause(&mut stage, &guardian, 7), "PausedRecently");
    stage.chain.pass(1, SECONDS);
    assert_refused(pause(&mut stage, &guardian, 7), "PausedRecently");
    stage.chain.pass(1, SECONDS - 1);
    assert_refused(pause(&mut stage, &guardian, 7), "PausedRecently");
    stage.chain.pass(1, 1);
    pause(&mut stage, &guardian, 7).unwrap();
    // Lifting and pausing anew does not make it longer.
    unpause(&mut stage, &guardian).unwrap();
    assert_refused(pause(&mut stage, &guardian, 7), "PausedRecently");
    stage.tighten(&Change::Guardian(Default::default())).unwrap();
    stage.chain.pass(1, SECONDS);
    assert_refused(pause(&mut stage, &guardian, 7), "NotGuardian");
}

#[test]
fn the_governor_pauses_and_lifts_too_and_nobody_else() {
    let mut stage = Stage::token();
    let (governor, stranger) = (stage.chain.admin.insecure_clone(), stage.chain.person());
    for other in [stranger, stage.poster.insecure_clone(), stage.watchers[0].insecure_clone()] {
        assert_refused(pause(&mut stage, &other, 1), "NotGuardian");
        assert_refused(unpause(&mut stage, &other), "NotGuardian");
    }
    pause(&mut stage, &governor, 1).unwrap();
    let receipt = unpause(&mut stage, &governor).unwrap();
    assert!(matches!(receipt.events.as_slice(), [ChainEvent::Rewards(RewardsEvent::Unpaused(_))]));
    assert_refused(unpause(&mut stage, &governor), "NotPaused");
}

#[test]
fn a_pause_names_something_known() {
    let mut stage = Stage::token();
    let guardian = funded_guardian(&mut stage);
    for flags in [0, 8, 255] {
        assert_refused(pause(&mut stage, &guardian, flags), "BadPause");
    }
    pause(&mut stage, &guardian, 1).unwrap();
    stage.chain.pass(1, SECONDS);
    assert_refused(unpause(&mut stage, &guardian), "NotPaused");
}

#[test]
fn accounts_of_other_kinds_are_refused() {
    let mut stage = Stage::token();
    let guardian = funded_guardian(&mut stage);
    for (account, other) in [(1, stage.vault_address()), (2, tributary_client::pda::rewards_config()), (2, stage.mint)]
    {
        for mut instruction in
            [rewards::pause(&guardian.pubkey(), &stage.vault, 1), rewards::unpause(&guardian.pubkey(), &stage.vault)]
        {
            instruction.accounts[account].pubkey = other;
            assert!(stage.chain.send(&[instruction], &[&guardian]).is_err());
        }
    }
    let mut unsigned = rewards::pause(&guardian.pubkey(), &stage.vault, 1);
    unsigned.accounts[0].is_signer = false;
    assert!(stage.chain.send(&[unsigned], &[]).is_err());
}
