//! Emits events of a fixed size from the stack: the bytes that Anchor's
//! `emit_cpi!` sends, for fewer compute units.

use crate::error::RewardsError;
use anchor_lang::cpi::{CpiSeed, CpiSigner, InstructionAccount, InstructionView};
use anchor_lang::event::EVENT_IX_TAG_LE;
use anchor_lang::pinocchio::cpi::invoke_signed;
use anchor_lang::prelude::*;
use anchor_lang::wincode::{self, TypeMeta};
use anchor_lang::{BORSH_CONFIG, BorshConfig, Event, SchemaWrite};

/// Bytes of the two tags in front: that of all events, that of this one.
const TAGS: usize = 16;

/// How many bytes an event takes with its tags. Does not compile for one whose
/// size depends on what it says.
pub const fn event_bytes<E: SchemaWrite<BorshConfig>>() -> usize {
    match E::TYPE_META {
        TypeMeta::Static { size, .. } => TAGS + size,
        TypeMeta::Dynamic => panic!("only events of a fixed size can be built on the stack"),
    }
}

/// Emits an event of [`event_bytes`] bytes, signed by the event authority.
#[inline(always)]
pub fn emit_fixed<const BYTES: usize, E>(authority: &AccountView, bump: u8, event: &E) -> Result<()>
where
    E: Event + SchemaWrite<BorshConfig, Src = E>,
{
    let mut data = [0; BYTES];
    let (tags, body) = data.split_at_mut(TAGS);
    tags[..8].copy_from_slice(EVENT_IX_TAG_LE);
    tags[8..].copy_from_slice(E::DISCRIMINATOR);
    wincode::config::serialize_into(body, event, BORSH_CONFIG).map_err(|_| RewardsError::Overflow)?;
    let instruction = InstructionView {
        program_id: &crate::ID,
        accounts: &[InstructionAccount::readonly_signer(authority.address())],
        data: &data,
    };
    let bump = [bump];
    let seeds = [CpiSeed::from(b"__event_authority"), CpiSeed::from(&bump)];
    invoke_signed(&instruction, &[authority], &[CpiSigner::from(&seeds)])
}
