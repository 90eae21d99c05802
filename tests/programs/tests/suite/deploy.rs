//! The programs through the upgradeable loader, which verifies more strictly
//! than LiteSVM loads, with the development keys.

use solana_address::Address;
use solana_instruction::{AccountMeta, Instruction};
use solana_keypair::Keypair;
use solana_signer::Signer;
use tributary_client::{pda, registry};
use tributary_program_tests::chain::{Chain, GENESIS, program_bytes, program_key};

const RENT: Address = Address::from_str_const("SysvarRent111111111111111111111111111111111");
const CLOCK: Address = Address::from_str_const("SysvarC1ock11111111111111111111111111111111");
/// Bytes of the loader's Program account.
const PROGRAM_BYTES: usize = 36;

/// Deploys `elf` under the address of `program`; `admin` may upgrade it.
fn deploy(chain: &mut Chain, program: &Keypair, elf: &[u8]) {
    let admin = chain.admin.pubkey();
    // A filled buffer: its kind, its authority, the program.
    let buffer = Keypair::new().pubkey();
    let contents = [&1u32.to_le_bytes()[..], &[1], admin.as_ref(), elf].concat();
    chain.place(buffer, pda::UPGRADEABLE_LOADER, contents);
    let create = Instruction {
        program_id: pda::SYSTEM,
        accounts: vec![AccountMeta::new(admin, true), AccountMeta::new(program.pubkey(), true)],
        data: [
            &0u32.to_le_bytes()[..],
            &chain.rent(PROGRAM_BYTES).to_le_bytes(),
            &(PROGRAM_BYTES as u64).to_le_bytes(),
            pda::UPGRADEABLE_LOADER.as_ref(),
        ]
        .concat(),
    };
    let deploy = Instruction {
        program_id: pda::UPGRADEABLE_LOADER,
        accounts: vec![
            AccountMeta::new(admin, true),
            AccountMeta::new(pda::program_data(&program.pubkey()), false),
            AccountMeta::new(program.pubkey(), false),
            AccountMeta::new(buffer, false),
            AccountMeta::new_readonly(RENT, false),
            AccountMeta::new_readonly(CLOCK, false),
            AccountMeta::new_readonly(pda::SYSTEM, false),
            AccountMeta::new_readonly(admin, true),
        ],
        data: [&2u32.to_le_bytes()[..], &(elf.len() as u64).to_le_bytes()].concat(),
    };
    chain.send(&[create, deploy], &[program]).unwrap();
}

#[test]
fn the_development_keys_are_those_of_the_declared_addresses() {
    assert_eq!(program_key("registry").pubkey(), pda::REGISTRY);
    assert_eq!(program_key("rewards").pubkey(), pda::REWARDS);
}

#[test]
fn both_programs_deploy_and_obey_their_upgrade_authority() {
    let mut chain = Chain::empty();
    for name in ["registry", "rewards"] {
        let key = program_key(name);
        deploy(&mut chain, &key, &program_bytes(name));
        assert!(chain.account(&key.pubkey()).unwrap().executable);
    }
    // A program can be called from the slot after its deployment.
    chain.pass(1, 1);
    let initialize =
        registry::initialize(&chain.admin.pubkey(), &GENESIS, &tributary_program_tests::registrations::settings());
    chain.send(&[initialize], &[]).unwrap();
}

/// Version 3 maps read-only data at address 0: an object there would have a null
/// reference.
#[test]
fn the_programs_are_sbpf_version_3_and_leave_address_zero_alone() {
    for name in ["registry", "rewards"] {
        let elf = program_bytes(name);
        let word = |at: usize| u64::from_le_bytes(elf[at..at + 8].try_into().unwrap());
        assert_eq!(elf[48..52], 3u32.to_le_bytes());
        let (offset, address) = (word(64 + 8) as usize, word(64 + 16));
        assert_eq!(address, 0);
        assert_eq!(elf[offset..offset + 16], [0; 16]);
    }
}
