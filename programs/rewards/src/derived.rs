//! Addresses that are made of others, checked by one hash each. That suffices
//! wherever the account's owner shows that it was created by whom alone can sign
//! for its address: no key is known for the hash of chosen seeds.

use anchor_lang::prelude::*;
use tributary_core::hash::sha256;

/// What the runtime hashes behind a program address's seeds and program.
const MARKER: &[u8] = b"ProgramDerivedAddress";
/// Room for the most seeds asked about here, program and marker.
const SEEDS_MAX: usize = 5 + 2;

/// Whether `address` is the program address of these seeds, the last of which
/// is the bump. Whether it lies off the curve is not asked.
#[inline(always)]
pub fn is_program_address<const SEEDS: usize>(address: &Address, seeds: [&[u8]; SEEDS], program: &Address) -> bool {
    let mut parts: [&[u8]; SEEDS_MAX] = [MARKER; SEEDS_MAX];
    parts[..SEEDS].copy_from_slice(&seeds);
    parts[SEEDS] = program.as_ref();
    is_hash(address, &parts[..SEEDS + 2])
}

/// Whether `address` is the one for which `base` signs under a seed, as the
/// System program makes it for an account of `owner`.
#[inline(always)]
pub fn is_seeded_address(address: &Address, base: &Address, seed: &[u8], owner: &Address) -> bool {
    is_hash(address, &[base.as_ref(), seed, owner.as_ref()])
}

#[inline(always)]
fn is_hash(address: &Address, parts: &[&[u8]]) -> bool {
    anchor_lang::address_eq(address, &Address::new_from_array(sha256(parts)))
}
