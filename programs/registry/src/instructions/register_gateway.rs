//! Opens a gateway's record.

use crate::events::GatewayRegistered;
use crate::state::{Gateway, LAYOUT, Shard};
use anchor_lang::prelude::*;

#[event_cpi]
#[derive(Accounts)]
#[instruction(index: u32)]
pub struct RegisterGateway {
    /// Pays, and will run the gateway.
    #[account(mut)]
    pub operator: Signer,
    /// Any open shard: its type says that this program made it.
    #[account(mut)]
    pub shard: Account<Shard>,
    /// At an address made of operator and index, so that nobody can take another's.
    #[account(init, payer = operator, seeds = [b"gateway", operator.address().as_ref(), &index.to_le_bytes()], bump)]
    pub gateway: Account<Gateway>,
    pub system_program: Program<System>,
}

pub fn register_gateway(ctx: &mut Context<RegisterGateway>, index: u32) -> Result<()> {
    let bump = ctx.bumps.gateway;
    let operator = *ctx.accounts.operator.address();
    let address = *ctx.accounts.gateway.address();
    let gateway = &mut ctx.accounts.gateway;
    gateway.version = LAYOUT;
    gateway.bump = bump;
    gateway.index = index;
    gateway.operator = operator;

    let shard = &mut ctx.accounts.shard;
    let sequence = shard.take_sequence()?;
    let shard = shard.index;
    emit_cpi!(GatewayRegistered { shard, sequence, gateway: address, operator, index, slot: Clock::get()?.slot });
    Ok(())
}
