//! Ends the validity of a gateway's key now.

use crate::error::RegistryError;
use crate::events::GatewayKeyRevoked;
use crate::state::{Gateway, KEYS_MAX, Shard};
use anchor_lang::prelude::*;

#[event_cpi]
#[derive(Accounts)]
pub struct RevokeGatewayKey {
    /// Must be the operator.
    #[account(address = gateway.operator @ RegistryError::NotOperator)]
    pub operator: Signer,
    /// Any open shard: its type says that this program made it.
    #[account(mut)]
    pub shard: Account<Shard>,
    /// Its type says that this program made it; whose it is was checked above.
    #[account(mut)]
    pub gateway: Account<Gateway>,
}

pub fn revoke_gateway_key(ctx: &mut Context<RevokeGatewayKey>, key: Address) -> Result<()> {
    let slot = Clock::get()?.slot;
    let address = *ctx.accounts.gateway.address();
    let gateway = &mut ctx.accounts.gateway;
    let count = usize::from(gateway.key_count).min(KEYS_MAX);
    let revoked = gateway.keys[..count]
        .iter_mut()
        .find(|known| known.key == key && known.revoked_from == 0)
        .ok_or(RegistryError::UnknownKey)?;
    revoked.revoked_from = slot;

    let shard = &mut ctx.accounts.shard;
    let sequence = shard.take_sequence()?;
    let shard = shard.index;
    emit_cpi!(GatewayKeyRevoked { shard, sequence, gateway: address, key, revoked_from: slot, slot });
    Ok(())
}
