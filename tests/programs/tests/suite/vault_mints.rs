//! `create_vault`: for which mints, by whom, with which settings.

use solana_signer::Signer;
use tributary_client::rewards::{self, RewardsEvent, VaultSettings};
use tributary_client::{ChainEvent, pda};
use tributary_core::domain::Domain;
use tributary_core::id::ProgramId;
use tributary_program_tests::chain::{GENESIS, assert_refused};
use tributary_program_tests::stage::{SETTINGS, Stage};
use tributary_program_tests::tokens::{self, Extension, transfer_fee};

fn extension(kind: u16, value: &[u8]) -> Extension {
    Extension { kind, value: value.to_vec() }
}

fn a_vault_is_made(token_program: solana_address::Address) {
    let mut stage = Stage::without_vault(token_program, &[]);
    let receipt = stage.create_vault(&SETTINGS).unwrap();

    let vault = stage.vault();
    assert_eq!((vault.mint, vault.token_program), (stage.mint, token_program));
    assert_eq!(vault.token_account, stage.account_of(&stage.vault_address()));
    assert_eq!(vault.domain, Domain::of(&GENESIS, &ProgramId(pda::REWARDS.to_bytes()), &stage.vault));
    assert_eq!((vault.decimals, vault.freezable, vault.next_place()), (tokens::DECIMALS, false, 0));
    assert_eq!((vault.growth_per_slot, vault.growth_burst), (SETTINGS.growth_per_slot, SETTINGS.growth_burst));
    assert_eq!(
        (vault.challenge_slots, vault.challenge_seconds),
        (SETTINGS.challenge_slots, SETTINGS.challenge_seconds)
    );
    let [ChainEvent::Rewards(RewardsEvent::VaultCreated(event))] = receipt.events.as_slice() else {
        panic!("expected one VaultCreated event, found {:?}", receipt.events);
    };
    assert_eq!((event.vault, event.sequence, event.mint), (stage.vault_address(), 0, stage.mint));
    assert_eq!((event.token_account, event.domain), (vault.token_account, vault.domain.0));
    assert!(stage.create_vault(&SETTINGS).is_err(), "a mint has one vault");
}

#[test]
fn a_vault_is_made_for_spl_token() {
    a_vault_is_made(pda::TOKEN);
}

#[test]
fn a_vault_is_made_for_token_2022() {
    a_vault_is_made(pda::TOKEN_2022);
}

#[test]
fn dangerous_extensions_are_refused_by_name() {
    let cases = [
        (extension(12, &[7; 32]), "PermanentDelegate"),
        (extension(3, &[7; 32]), "MintCloseAuthority"),
        (extension(26, &[0; 33]), "Pausable"),
        (extension(9, &[]), "NonTransferable"),
        (extension(4, &[0; 65]), "Confidential"),
        (extension(16, &[0; 129]), "Confidential"),
        (extension(24, &[0; 196]), "Confidential"),
        (extension(6, &[2]), "DefaultFrozen"),
        // A hook that names no program yet can name one later.
        (extension(14, &[0; 64]), "TransferHook"),
        (extension(28, &[0; 32]), "UnknownExtension"),
        (extension(999, &[0; 8]), "UnknownExtension"),
    ];
    for (bad, reason) in cases {
        // Behind a harmless one, so that all extensions are looked at.
        let mut stage = Stage::without_vault(pda::TOKEN_2022, &[transfer_fee(1), bad]);
        match reason {
            // The associated token program itself knows no such extension.
            "UnknownExtension" => assert!(stage.create_vault(&SETTINGS).is_err()),
            _ => assert_refused(stage.create_vault(&SETTINGS), reason),
        }
    }
}

#[test]
fn harmless_extensions_are_taken() {
    for good in [transfer_fee(100), extension(10, &[0; 52]), extension(18, &[0; 64]), extension(6, &[1])] {
        let mut stage = Stage::without_vault(pda::TOKEN_2022, &[good]);
        stage.create_vault(&SETTINGS).unwrap();
    }
}

#[test]
fn a_freeze_authority_is_disclosed() {
    let mut stage = Stage::without_vault(pda::TOKEN, &[]);
    stage.mint = tokens::mint(&mut stage.chain, &pda::TOKEN, &[], true);
    stage.vault = pda::vault(&stage.mint);
    stage.create_vault(&SETTINGS).unwrap();
    assert!(stage.vault().freezable);
}

#[test]
fn nobody_but_the_governor_makes_vaults() {
    let mut stage = Stage::without_vault(pda::TOKEN, &[]);
    for other in [stage.chain.person(), stage.poster.insecure_clone()] {
        let create = rewards::create_vault(&other.pubkey(), &stage.mint, &stage.token_program, &SETTINGS);
        assert_refused(stage.chain.send(&[create], &[&other]), "NotGovernor");
    }
}

#[test]
fn settings_that_make_no_sense_are_refused() {
    let mut stage = Stage::without_vault(pda::TOKEN, &[]);
    let month = 30 * 24 * 60 * 60;
    for (settings, reason) in [
        (VaultSettings { challenge_slots: 0, ..SETTINGS }, "BadWindow"),
        (VaultSettings { challenge_slots: month * 5 / 2 + 1, ..SETTINGS }, "BadWindow"),
        (VaultSettings { challenge_seconds: month + 1, ..SETTINGS }, "BadWindow"),
        (VaultSettings { challenge_seconds: u64::MAX, ..SETTINGS }, "BadWindow"),
        (VaultSettings { growth_burst: 0, ..SETTINGS }, "BadGrowth"),
    ] {
        assert_refused(stage.create_vault(&settings), reason);
    }
}

#[test]
fn a_vault_account_at_another_address_or_for_another_program_is_refused() {
    let mut stage = Stage::without_vault(pda::TOKEN, &[]);
    let admin = stage.chain.admin.pubkey();
    let right = rewards::create_vault(&admin, &stage.mint, &stage.token_program, &SETTINGS);
    let other = tokens::mint(&mut stage.chain, &pda::TOKEN, &[], false);
    let foreign = rewards::create_vault(&admin, &other, &pda::TOKEN_2022, &SETTINGS);
    for account in [2, 3, 4, 5] {
        let mut create = right.clone();
        create.accounts[account].pubkey = foreign.accounts[account].pubkey;
        assert!(stage.chain.send(&[create], &[]).is_err(), "account {account}");
    }
}

#[test]
fn a_token_account_that_was_there_before_changes_nothing() {
    let mut stage = Stage::without_vault(pda::TOKEN, &[]);
    let vault = stage.vault_address();
    let (mint, program) = (stage.mint, stage.token_program);
    let account = tokens::open_account(&mut stage.chain, &vault, &mint, &program);
    tokens::mint_to(&mut stage.chain, &account, &mint, &program, 77);
    stage.create_vault(&SETTINGS).unwrap();
    assert_eq!(stage.vault().deposited.0, 0);
}
