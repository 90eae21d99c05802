//! The battery: what our way of compiling to SBF computes against the same
//! source compiled natively. `SEEDS=500` runs longer.

use solana_address::Address;
use solana_instruction::{AccountMeta, Instruction};
use solana_signer::Signer;
use tributary_core::hash::sha256;
use tributary_program_tests::chain::Chain;

#[path = "../../../../tools/sbpf/battery/src/kernel.rs"]
mod kernel;

const BATTERY: Address = Address::from_str_const("BatteryProgram11111111111111111111111111111");

/// How many rounds a kernel makes within a transaction's compute units.
const ROUNDS: [u32; kernel::KERNELS as usize] = [40, 40, 12, 60, 30, 2, 60, 4, 60];

fn on_chain(chain: &mut Chain, kernel: u8, seed: u64, rounds: u32) -> u64 {
    let mut data = sha256(&[b"global:run"])[..8].to_vec();
    data.push(kernel);
    data.extend_from_slice(&seed.to_le_bytes());
    data.extend_from_slice(&rounds.to_le_bytes());
    let accounts = vec![AccountMeta::new_readonly(chain.admin.pubkey(), true)];
    let receipt = chain.send(&[Instruction { program_id: BATTERY, accounts, data }], &[]).unwrap();
    // Trailing zero bytes are cut off return data on their way out.
    let mut bytes = [0; 8];
    bytes[..receipt.returned.len()].copy_from_slice(&receipt.returned);
    u64::from_le_bytes(bytes)
}

#[test]
fn the_virtual_machine_computes_what_the_host_computes() {
    let seeds: u64 = std::env::var("SEEDS").map_or(6, |seeds| seeds.parse().unwrap());
    let mut chain = Chain::empty();
    chain.deploy_unowned(BATTERY, "battery");
    for kernel in 0..kernel::KERNELS {
        let rounds = ROUNDS[usize::from(kernel)];
        for seed in 0..seeds {
            let native = kernel::run(kernel, seed, rounds).unwrap();
            assert_eq!(on_chain(&mut chain, kernel, seed, rounds), native, "kernel {kernel}, seed {seed}");
        }
    }
}

#[test]
fn every_kernel_depends_on_its_seed() {
    // Otherwise the comparison above could not fail.
    for kernel in 0..kernel::KERNELS {
        let digests: std::collections::BTreeSet<_> = (0..20).map(|seed| kernel::run(kernel, seed, 60)).collect();
        assert_eq!(digests.len(), 20, "kernel {kernel}");
    }
    assert_eq!(kernel::run(kernel::KERNELS, 0, 1), None);
}
