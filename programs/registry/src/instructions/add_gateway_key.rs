//! Lets a gateway sign with a key, from now or from a later slot on.

use crate::error::RegistryError;
use crate::events::GatewayKeyAdded;
use crate::state::{Gateway, GatewayKey, KEYS_MAX, Shard};
use anchor_lang::prelude::*;

#[event_cpi]
#[derive(Accounts)]
pub struct AddGatewayKey {
    /// Must be the operator, who answers for what the key signs.
    #[account(address = gateway.operator @ RegistryError::NotOperator)]
    pub operator: Signer,
    /// Any open shard: its type says that this program made it.
    #[account(mut)]
    pub shard: Account<Shard>,
    /// Its type says that this program made it; whose it is was checked above.
    #[account(mut)]
    pub gateway: Account<Gateway>,
}

pub fn add_gateway_key(ctx: &mut Context<AddGatewayKey>, key: Address, valid_from: u64) -> Result<()> {
    let slot = Clock::get()?.slot;
    let valid_from = if valid_from == 0 { slot } else { valid_from };
    // A key must not make signatures count that nobody could judge when they were made.
    require!(valid_from >= slot, RegistryError::ValidInPast);
    let address = *ctx.accounts.gateway.address();
    require!(key != Address::default(), RegistryError::ZeroKey);

    let gateway = &mut ctx.accounts.gateway;
    // A key that was revoked stays so: its old and new signatures could not be told apart.
    let known = gateway.known_keys().iter().any(|known| known.key == key);
    require!(!known, RegistryError::KnownKey);
    let count = usize::from(gateway.key_count);
    require!(count < KEYS_MAX, RegistryError::TooManyKeys);
    gateway.keys[count] = GatewayKey { key, valid_from, revoked_from: 0 };
    gateway.key_count += 1;

    let shard = &mut ctx.accounts.shard;
    let sequence = shard.take_sequence()?;
    let shard = shard.index;
    emit_cpi!(GatewayKeyAdded { shard, sequence, gateway: address, key, valid_from, slot });
    Ok(())
}
