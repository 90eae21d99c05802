//! Sets the registry up: its configuration and the first shard.

use crate::error::RegistryError;
use crate::events::RegistryInitialized;
use crate::state::{Config, LAYOUT, RegistrySettings, Shard};
use anchor_lang::prelude::*;

#[event_cpi]
#[derive(Accounts)]
pub struct Initialize {
    /// Pays; checked below to be the program's upgrade authority.
    #[account(mut)]
    pub authority: Signer,
    /// Its address is fixed, so that it can be created once only.
    #[account(init, payer = authority, seeds = [b"config"], bump)]
    pub config: Account<Config>,
    /// The first shard, at its fixed address.
    #[account(init, payer = authority, seeds = [b"shard", &[0]], bump)]
    pub shard: Account<Shard>,
    /// CHECK: where the loader names the upgrade authority; address and owner are checked below.
    pub program_data: UncheckedAccount,
    pub system_program: Program<System>,
}

pub fn initialize(ctx: &mut Context<Initialize>, genesis: [u8; 32], settings: RegistrySettings) -> Result<()> {
    let governor = *ctx.accounts.authority.address();
    let upgrade_authority = tributary_loader::upgrade_authority(&ctx.accounts.program_data, &crate::ID);
    require!(upgrade_authority == Some(governor), RegistryError::NotUpgradeAuthority);
    settings.check()?;

    let bumps = (ctx.bumps.config, ctx.bumps.shard);
    let config = &mut ctx.accounts.config;
    config.version = LAYOUT;
    config.bump = bumps.0;
    config.shards = 1;
    config.settings = settings;
    config.governor = governor;
    config.genesis = genesis;

    let shard = &mut ctx.accounts.shard;
    shard.version = LAYOUT;
    shard.bump = bumps.1;
    let sequence = shard.take_sequence()?;

    emit_cpi!(RegistryInitialized { shard: 0, sequence, governor, genesis, settings, slot: Clock::get()?.slot });
    Ok(())
}
