//! Addresses that are made of others, checked by one hash each. That suffices
//! wherever the account's owner shows that it was created by whom alone can sign
//! for its address: no key is known for the hash of chosen seeds.

use anchor_lang::prelude::*;
use tributary_core::hash::sha256;

/// What the runtime hashes behind a program address's seeds and program.
pub const MARKER: &[u8] = b"ProgramDerivedAddress";

/// Whether `address` is the hash of these parts. For a program address they are
/// its seeds with the bump, the program and [`MARKER`]; that it lies off the
/// curve is not asked. For an address with a seed they are base, seed and owner.
#[inline(always)]
pub fn is_hash<const PARTS: usize>(address: &Address, parts: [&[u8]; PARTS]) -> bool {
    anchor_lang::address_eq(address, &Address::new_from_array(sha256(&parts)))
}
