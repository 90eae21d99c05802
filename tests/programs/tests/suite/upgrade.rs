//! A live rewards program is upgraded through the real loader while claims are
//! outstanding: they are paid before and after, from the same books.

use solana_address::Address;
use solana_instruction::{AccountMeta, Instruction};
use solana_keypair::Keypair;
use solana_signer::Signer;
use tributary_client::pda;
use tributary_core::hash::sha256;
use tributary_program_tests::chain::{Chain, assert_refused, program_bytes};
use tributary_program_tests::claims::claimed;
use tributary_program_tests::stage::{Stage, earned};

const RENT: Address = Address::from_str_const("SysvarRent111111111111111111111111111111111");
const CLOCK: Address = Address::from_str_const("SysvarC1ock11111111111111111111111111111111");
/// Bytes of a ProgramData account before the program.
const HEADER: usize = 45;

/// The program with other words in the panic handler's message: another program
/// to the loader, the same to everybody else.
fn next_version() -> Vec<u8> {
    let mut elf = program_bytes("rewards");
    let words = b"** PANICKED **";
    let at = elf.windows(words.len()).position(|window| window == words).unwrap();
    elf[at..at + words.len()].copy_from_slice(b"** panicked **");
    elf
}

/// The loader's `Upgrade` from a filled buffer.
fn upgrade(chain: &mut Chain, authority: &Address, elf: &[u8]) -> Instruction {
    let buffer = Keypair::new().pubkey();
    let contents = [&1u32.to_le_bytes()[..], &[1], authority.as_ref(), elf].concat();
    chain.place(buffer, pda::UPGRADEABLE_LOADER, contents);
    Instruction {
        program_id: pda::UPGRADEABLE_LOADER,
        accounts: vec![
            AccountMeta::new(pda::program_data(&pda::REWARDS), false),
            AccountMeta::new(pda::REWARDS, false),
            AccountMeta::new(buffer, false),
            AccountMeta::new(*authority, false),
            AccountMeta::new_readonly(RENT, false),
            AccountMeta::new_readonly(CLOCK, false),
            AccountMeta::new_readonly(*authority, true),
        ],
        data: 3u32.to_le_bytes().to_vec(),
    }
}

/// What the chain runs.
fn deployed(chain: &Chain) -> [u8; 32] {
    sha256(&[&chain.data(&pda::program_data(&pda::REWARDS))[HEADER..]])
}

#[test]
fn claims_are_paid_before_and_after_an_upgrade_from_the_same_books() {
    let mut stage = Stage::token();
    stage.payer(1_000);
    let (alice, bob) = (stage.chain.person(), stage.chain.person());
    let first = stage.serve(&[earned(&alice.pubkey(), 300), earned(&bob.pubkey(), 200)]);
    let index = |who: &Keypair| first.index(tributary_core::leaf::LeafClass::Earned, &who.pubkey());
    let (alices, bobs) = (index(&alice), index(&bob));
    assert_eq!(claimed(&stage.claim(&alice, &first, alices).unwrap()).paid, 300);
    let (books, old) = (stage.chain.data(&stage.vault_address()), deployed(&stage.chain));

    let elf = next_version();
    let admin = stage.chain.admin.pubkey();
    let upgrade = upgrade(&mut stage.chain, &admin, &elf);
    stage.chain.send(&[upgrade], &[]).unwrap();
    // A program can be called from the slot after its upgrade.
    stage.chain.pass(1, 1);

    assert_ne!(deployed(&stage.chain), old);
    assert_eq!(deployed(&stage.chain), sha256(&[&elf]));
    assert_eq!(stage.chain.data(&stage.vault_address()), books);
    assert_eq!(claimed(&stage.claim(&alice, &first, alices).unwrap()).paid, 0);
    assert_eq!(claimed(&stage.claim(&bob, &first, bobs).unwrap()).paid, 200);
    let second = stage.serve(&[earned(&alice.pubkey(), 450), earned(&bob.pubkey(), 200)]);
    let index = second.index(tributary_core::leaf::LeafClass::Earned, &alice.pubkey());
    assert_eq!(claimed(&stage.claim(&alice, &second, index).unwrap()).paid, 150);
    assert_eq!(stage.vault_balance(), 1_000 - 650);
}

#[test]
fn nobody_but_the_upgrade_authority_upgrades() {
    let mut stage = Stage::token();
    let thief = stage.chain.person();
    stage.chain.pass(1, 1);
    let old = deployed(&stage.chain);
    let elf = next_version();
    let upgrade = upgrade(&mut stage.chain, &thief.pubkey(), &elf);
    assert_refused(stage.chain.send(&[upgrade], &[&thief]), "IncorrectAuthority");
    assert_eq!(deployed(&stage.chain), old);
}
