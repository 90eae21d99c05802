//! What a thief of each role's key can and cannot do: docs/security.md cites
//! these tests line by line.

use solana_signer::Signer;
use tributary_client::pda;
use tributary_client::rewards::{self, Change, RootStatus, VetoReason};
use tributary_program_tests::chain::assert_refused;
use tributary_program_tests::stage::{Stage, earned, guardian};

#[test]
fn a_stolen_governor_key_changes_nothing_before_the_timelock() {
    let mut stage = Stage::token();
    let thief = stage.chain.person();
    let loosening = [
        Change::Poster(thief.pubkey()),
        Change::AddWatcher(thief.pubkey()),
        Change::Threshold(1),
        Change::Window { slots: 1, seconds: 0 },
        Change::Timelock { slots: 0, seconds: 0 },
        Change::PolicySet([6; 32]),
    ];
    for (nonce, change) in loosening.iter().enumerate() {
        assert_refused(stage.tighten(change), "NotTightening");
        stage.propose(nonce as u64, change).unwrap();
        assert_refused(stage.apply(nonce as u64, change), "ChangeNotReady");
        stage.cancel_as_guardian(nonce as u64, change).unwrap();
    }
    let governor = stage.chain.admin.pubkey();
    stage.chain.send(&[rewards::propose_governor(&governor, &thief.pubkey())], &[]).unwrap();
    assert_refused(stage.chain.send(&[rewards::accept_governor(&thief.pubkey())], &[&thief]), "ChangeNotReady");
    stage.chain.send(&[rewards::cancel_governor(&guardian().pubkey())], &[&guardian()]).unwrap();
    assert_eq!((stage.config().governor, stage.config().next_governor), (governor, None));
}

/// A known limit: see docs/security.md.
#[test]
fn a_stolen_governor_key_can_dismiss_the_guardian_but_still_waits() {
    let mut stage = Stage::token();
    let change = Change::Poster(stage.chain.person().pubkey());
    stage.propose(0, &change).unwrap();
    stage.tighten(&Change::Guardian(Default::default())).unwrap();
    assert_refused(stage.cancel_as_guardian(0, &change), "NotGuardian");
    assert_refused(stage.apply(0, &change), "ChangeNotReady");
}

#[test]
fn a_stolen_governor_key_neither_posts_nor_attests_nor_vetoes() {
    let mut stage = Stage::token();
    let (payer, governor) = (stage.payer(100), stage.chain.admin.pubkey());
    let root = stage.build(&[earned(&payer.pubkey(), 10)]);
    let post = rewards::post_root(&governor, &stage.vault, &root.root);
    assert_refused(stage.chain.send(&[post], &[]), "NotPoster");
    stage.post(&root.root).unwrap();
    let attest = rewards::attest_root(&governor, &stage.vault, 0, &root.id());
    assert_refused(stage.chain.send(&[attest], &[]), "NotWatcher");
    let veto = rewards::veto_root(&governor, &stage.vault, 0, &root.id(), VetoReason::Wrong);
    assert_refused(stage.chain.send(&[veto], &[]), "NotWatcher");
}

#[test]
fn a_stolen_poster_key_pays_nobody_without_the_watchers() {
    let mut stage = Stage::token();
    stage.payer(100);
    let thief = stage.chain.person();
    let root = stage.build(&[earned(&thief.pubkey(), 100)]);
    stage.post(&root.root).unwrap();
    stage.pass_window();
    assert_refused(stage.activate(&root), "TooFewAttestations");
    assert_refused(stage.claim(&thief, &root, 0), "NotClaimable");
    let poster = stage.poster.insecure_clone();
    let attest = rewards::attest_root(&poster.pubkey(), &stage.vault, 0, &root.id());
    assert_refused(stage.chain.send(&[attest], &[&poster]), "NotWatcher");
    let watcher = stage.watchers[0].insecure_clone();
    let veto = rewards::veto_root(&watcher.pubkey(), &stage.vault, 0, &root.id(), VetoReason::Wrong);
    stage.chain.send(&[veto], &[&watcher]).unwrap();
    assert_eq!(stage.root(0).status, RootStatus::Vetoed);
    // Nor can it owe more than was deposited.
    let root = stage.build(&[earned(&thief.pubkey(), 101)]);
    assert_refused(stage.post(&root.root), "Insolvent");
}

/// Threat 7: watchers are admitted by the governor, and one thief is not enough.
#[test]
fn a_stolen_watcher_key_delays_roots_but_serves_none_alone() {
    let mut stage = Stage::token();
    let payer = stage.payer(100);
    let outsider = stage.chain.person();
    let root = stage.build(&[earned(&payer.pubkey(), 10)]);
    stage.post(&root.root).unwrap();
    let attest = rewards::attest_root(&outsider.pubkey(), &stage.vault, 0, &root.id());
    assert_refused(stage.chain.send(&[attest], &[&outsider]), "NotWatcher");
    let veto = rewards::veto_root(&outsider.pubkey(), &stage.vault, 0, &root.id(), VetoReason::Wrong);
    assert_refused(stage.chain.send(&[veto], &[&outsider]), "NotWatcher");
    stage.attest(0, &root).unwrap();
    assert_refused(stage.attest(0, &root), "AlreadyAttested");
    stage.pass_window();
    assert_refused(stage.activate(&root), "TooFewAttestations");

    // It vetoes what is right; the governor removes it at once, and roots serve again.
    let thief = stage.watchers[0].insecure_clone();
    let veto = rewards::veto_root(&thief.pubkey(), &stage.vault, 0, &root.id(), VetoReason::Wrong);
    stage.chain.send(&[veto], &[&thief]).unwrap();
    stage.tighten(&Change::RemoveWatcher(thief.pubkey())).unwrap();
    let root = stage.build(&[earned(&payer.pubkey(), 10)]);
    stage.post(&root.root).unwrap();
    let veto = rewards::veto_root(&thief.pubkey(), &stage.vault, 0, &root.id(), VetoReason::Wrong);
    assert_refused(stage.chain.send(&[veto], &[&thief]), "NotWatcher");
    stage.attest(1, &root).unwrap();
    stage.attest(2, &root).unwrap();
    stage.pass_window();
    stage.activate(&root).unwrap();
    stage.claim(&payer, &root, 0).unwrap();
}

/// Threat 16: it delays changes, changes nothing, and is dismissed at once.
#[test]
fn a_stolen_guardian_key_delays_changes_until_it_is_dismissed() {
    let mut stage = Stage::token();
    let (payer, thief) = (stage.payer(100), guardian());
    stage.chain.fund(&thief.pubkey());
    let change = Change::Threshold(1);
    stage.propose(0, &change).unwrap();
    stage.cancel_as_guardian(0, &change).unwrap();
    for instruction in [
        rewards::propose_change(&thief.pubkey(), None, 1, &change),
        rewards::tighten(&thief.pubkey(), None, &Change::Threshold(3)),
        rewards::propose_governor(&thief.pubkey(), &thief.pubkey()),
    ] {
        assert_refused(stage.chain.send(&[instruction], &[&thief]), "NotGovernor");
    }
    let root = stage.serve(&[earned(&payer.pubkey(), 10)]);
    stage.claim(&payer, &root, 0).unwrap();

    stage.tighten(&Change::Guardian(Default::default())).unwrap();
    stage.propose(1, &change).unwrap();
    assert_refused(stage.cancel_as_guardian(1, &change), "NotGuardian");
    stage.pass_timelock();
    stage.apply(1, &change).unwrap();
}

#[test]
fn a_stolen_payer_key_reaches_no_other_payers_credit() {
    let mut stage = Stage::token();
    let (thief, victim) = (stage.payer(100), stage.payer(100));
    let mut refund = rewards::request_refund(&thief.pubkey(), &stage.vault);
    refund.accounts[2].pubkey = pda::payer(&stage.vault, &victim.pubkey());
    assert!(stage.chain.send(&[refund], &[&thief]).is_err());
    let account = stage.chain.data(&pda::payer(&stage.vault, &victim.pubkey()));
    assert_eq!(rewards::Payer::decode(&account).unwrap().refund_slot, None);
}

#[test]
fn a_stolen_claimant_key_moves_its_own_payments_only() {
    let mut stage = Stage::token();
    let (payer, thief, victim) = (stage.payer(100), stage.chain.person(), stage.chain.person());
    let mut steal = rewards::set_recipient(&thief.pubkey(), &thief.pubkey(), Some(&thief.pubkey()));
    steal.accounts[3].pubkey = pda::recipient(&victim.pubkey());
    assert_refused(stage.chain.send(&[steal], &[&thief]), "WrongRecipientAccount");
    let root = stage.serve(&[earned(&thief.pubkey(), 10), earned(&victim.pubkey(), 20)]);
    stage.claim(&payer, &root, root.index(tributary_core::leaf::LeafClass::Earned, &victim.pubkey())).unwrap();
    let receives = stage.account_of(&victim.pubkey());
    assert_eq!(tributary_program_tests::tokens::balance(&stage.chain, &receives), 20);
}

/// Threat 12: a squatter cannot take the roles; the key of upgrades has no other power.
#[test]
fn the_upgrade_authority_has_no_role_once_the_governor_was_handed_over() {
    let mut stage = Stage::token();
    let (authority, next) = (stage.chain.admin.pubkey(), stage.chain.person());
    stage.chain.send(&[rewards::propose_governor(&authority, &next.pubkey())], &[]).unwrap();
    stage.pass_timelock();
    stage.chain.send(&[rewards::accept_governor(&next.pubkey())], &[&next]).unwrap();
    assert_refused(stage.propose(0, &Change::Threshold(1)), "NotGovernor");
    assert_refused(stage.tighten(&Change::Threshold(3)), "NotGovernor");
    let watchers = stage.watchers.iter().map(|watcher| watcher.insecure_clone()).collect::<Vec<_>>();
    let again = tributary_program_tests::stage::roles(&stage.chain, &stage.poster.pubkey(), &watchers);
    assert!(stage.chain.send(&[rewards::initialize(&again)], &[]).is_err());
}
