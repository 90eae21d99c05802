//! `migrate_config`, `migrate_vault`, `migrate_root`: accounts of layout 1
//! become those of layout 2, and nothing else takes them.

use solana_signer::Signer;
use tributary_client::rewards::{self, Change};
use tributary_core::id::FileHash;
use tributary_program_tests::chain::assert_refused;
use tributary_program_tests::stage::{SETTINGS, Stage, earned};

const POLICY_SET: FileHash = FileHash([0x70; 32]);

#[test]
fn a_migrated_network_goes_on_as_before() {
    let mut stage = Stage::token();
    let (payer, claimant) = (stage.payer(1_000), stage.chain.person());
    let served = stage.serve(&[earned(&claimant.pubkey(), 100)]);
    let pending = stage.build(&[earned(&claimant.pubkey(), 300)]);
    stage.post(&pending.root).unwrap();
    stage.attest(0, &pending).unwrap();
    let before = (stage.config(), stage.vault(), stage.root(0), stage.root(1));
    stage.age_config();
    stage.age_vault();
    stage.age_root(0);
    stage.age_root(1);

    let governor = stage.chain.admin.pubkey();
    stage.chain.send(&[rewards::migrate_config(&governor, 50, 30)], &[]).unwrap();
    stage.chain.send(&[rewards::migrate_vault(&governor, &stage.mint, &POLICY_SET)], &[]).unwrap();
    for place in [0, 1] {
        stage.chain.send(&[rewards::migrate_root(&governor, &stage.vault, place)], &[]).unwrap();
    }
    assert_eq!(stage.config(), rewards::RewardsConfig { sequence: before.0.sequence + 1, ..before.0 });
    let vault = stage.vault();
    assert_eq!(vault.refund_fee_growth.per_slot, [SETTINGS.growth_per_slot; 2]);
    assert_eq!(vault.refund_fee_growth.headroom, [vault.headroom; 2]);
    assert_eq!((vault.outflow.burst, vault.policy_set, vault.highest_epoch.0), (u64::MAX, POLICY_SET, 1));
    assert_eq!((vault.sequence, vault.paid), (before.1.sequence + 3, before.1.paid));
    assert_eq!((stage.root(0), stage.root(1)), (before.2, before.3));

    // Its attestation still counts, the next root serves, and both pay.
    stage.attest(1, &pending).unwrap();
    stage.pass_window();
    stage.activate(&pending).unwrap();
    stage.claim(&payer, &served, 0).unwrap();
    stage.claim(&payer, &pending, 0).unwrap();
    assert_eq!(stage.vault().paid[0], 300);
    stage.change(0, &Change::Threshold(1)).unwrap();
}

#[test]
fn every_instruction_refuses_a_configuration_of_layout_1() {
    let mut stage = Stage::token();
    let (payer, key) = (stage.payer(100), stage.chain.person());
    let root = stage.build(&[earned(&payer.pubkey(), 10)]);
    stage.post(&root.root).unwrap();
    stage.propose(0, &Change::Threshold(1)).unwrap();
    stage.age_config();
    let governor = stage.chain.admin.pubkey();
    assert_refused(stage.post(&root.root), "OldLayout");
    assert_refused(stage.attest(0, &root), "OldLayout");
    assert_refused(stage.activate(&root), "OldLayout");
    assert_refused(stage.propose(1, &Change::Threshold(1)), "OldLayout");
    assert_refused(stage.apply(0, &Change::Threshold(1)), "OldLayout");
    assert_refused(stage.cancel_as_guardian(0, &Change::Threshold(1)), "OldLayout");
    assert_refused(stage.tighten(&Change::Threshold(3)), "OldLayout");
    let watcher = stage.watchers[0].insecure_clone();
    let reason = rewards::VetoReason::Wrong;
    let others = [
        (rewards::veto_root(&watcher.pubkey(), &stage.vault, 0, &root.id(), reason), &watcher),
        (rewards::propose_governor(&governor, &key.pubkey()), &watcher),
        (rewards::accept_governor(&key.pubkey()), &key),
        (rewards::cancel_governor(&key.pubkey()), &key),
        (rewards::migrate_vault(&governor, &stage.mint, &POLICY_SET), &key),
        (rewards::migrate_root(&governor, &stage.vault, 0), &key),
        (rewards::set_recipient(&key.pubkey(), &key.pubkey(), None), &key),
    ];
    for (instruction, signer) in others {
        let signers: &[_] =
            if instruction.accounts.iter().any(|meta| meta.pubkey == signer.pubkey()) { &[signer] } else { &[] };
        assert_refused(stage.chain.send(&[instruction], signers), "OldLayout");
    }
}

#[test]
fn every_instruction_refuses_a_vault_of_layout_1() {
    let mut stage = Stage::token();
    let (payer, holder) = (stage.payer(100), stage.holder(100));
    let served = stage.serve(&[earned(&payer.pubkey(), 10)]);
    let root = stage.build(&[earned(&payer.pubkey(), 20)]);
    stage.post(&root.root).unwrap();
    stage.propose(0, &Change::PolicySet([5; 32])).unwrap();
    stage.age_vault();
    assert_refused(stage.deposit(&holder, 1), "OldLayout");
    assert_refused(stage.post(&root.root), "OldLayout");
    assert_refused(stage.attest(0, &root), "OldLayout");
    assert_refused(stage.activate(&root), "OldLayout");
    assert_refused(stage.claim(&payer, &served, 0), "OldLayout");
    assert_refused(stage.propose(1, &Change::PolicySet([5; 32])), "OldLayout");
    assert_refused(stage.apply(0, &Change::PolicySet([5; 32])), "OldLayout");
    assert_refused(stage.cancel_as_guardian(0, &Change::PolicySet([5; 32])), "OldLayout");
    assert_refused(stage.tighten(&Change::Outflow { per_slot: 1, burst: 1 }), "OldLayout");
    let governor = stage.chain.admin.pubkey();
    assert_refused(stage.chain.send(&[rewards::migrate_root(&governor, &stage.vault, 0)], &[]), "OldLayout");
    for refund in [rewards::request_refund, rewards::withdraw_refund_request] {
        let refund = refund(&payer.pubkey(), &stage.vault);
        assert_refused(stage.chain.send(&[refund], &[&payer]), "OldLayout");
    }
    let watcher = stage.watchers[0].insecure_clone();
    let veto = rewards::veto_root(&watcher.pubkey(), &stage.vault, 1, &root.id(), rewards::VetoReason::Wrong);
    assert_refused(stage.chain.send(&[veto], &[&watcher]), "OldLayout");
}

#[test]
fn every_instruction_refuses_a_root_of_layout_1() {
    let mut stage = Stage::token();
    let payer = stage.payer(100);
    let served = stage.serve(&[earned(&payer.pubkey(), 10)]);
    stage.age_root(0);
    assert_refused(stage.claim(&payer, &served, 0), "OldLayout");
    let root = stage.build(&[earned(&payer.pubkey(), 20)]);
    stage.post(&root.root).unwrap();
    stage.age_root(1);
    assert_refused(stage.attest(0, &root), "OldLayout");
    assert_refused(stage.activate(&root), "OldLayout");
    let watcher = stage.watchers[0].insecure_clone();
    let veto = rewards::veto_root(&watcher.pubkey(), &stage.vault, 1, &root.id(), rewards::VetoReason::Wrong);
    assert_refused(stage.chain.send(&[veto], &[&watcher]), "OldLayout");
}

#[test]
fn what_is_migrated_is_not_migrated_again() {
    let mut stage = Stage::token();
    let payer = stage.payer(100);
    stage.serve(&[earned(&payer.pubkey(), 10)]);
    let governor = stage.chain.admin.pubkey();
    let again = [
        rewards::migrate_config(&governor, 0, 0),
        rewards::migrate_vault(&governor, &stage.mint, &POLICY_SET),
        rewards::migrate_root(&governor, &stage.vault, 0),
    ];
    for migrate in again {
        assert_refused(stage.chain.send(&[migrate], &[]), "AlreadyMigrated");
    }
}

#[test]
fn nobody_but_the_governor_migrates_and_only_with_sound_settings() {
    let mut stage = Stage::token();
    let (payer, thief, governor) = (stage.payer(100), stage.chain.person(), stage.chain.admin.pubkey());
    stage.serve(&[earned(&payer.pubkey(), 10)]);
    stage.age_root(0);
    stage.age_vault();
    let steal = [
        rewards::migrate_vault(&thief.pubkey(), &stage.mint, &POLICY_SET),
        rewards::migrate_root(&thief.pubkey(), &stage.vault, 0),
    ];
    for steal in steal {
        assert_refused(stage.chain.send(&[steal], &[&thief]), "NotGovernor");
    }
    let none = rewards::migrate_vault(&governor, &stage.mint, &FileHash([0; 32]));
    assert_refused(stage.chain.send(&[none], &[]), "BadPolicySet");
    let mut other = rewards::migrate_vault(&governor, &stage.mint, &POLICY_SET);
    other.accounts[3].pubkey = stage.account_of(&payer.pubkey());
    assert_refused(stage.chain.send(&[other], &[]), "WrongMint");
    stage.age_config();
    let steal = rewards::migrate_config(&thief.pubkey(), 0, 0);
    assert_refused(stage.chain.send(&[steal], &[&thief]), "NotGovernor");
    let forever = rewards::migrate_config(&governor, u64::MAX, 0);
    assert_refused(stage.chain.send(&[forever], &[]), "BadTimelock");
}
