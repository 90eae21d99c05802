//! Sets the program up: its roles and how long changes of them wait.

use crate::error::RewardsError;
use crate::events::RewardsInitialized;
use crate::limits::check_timelock;
use crate::state::{Config, LAYOUT, WATCHERS_MAX};
use anchor_lang::prelude::*;

/// The roles the program starts with.
#[derive(Clone, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct InitializeArgs {
    /// The cluster's genesis hash, which domains contain.
    pub genesis: [u8; 32],
    /// Who posts roots.
    pub poster: Address,
    /// Who may pause.
    pub guardian: Address,
    /// The registry program.
    pub registry: Address,
    /// How many watchers must attest to a root.
    pub threshold: u8,
    /// How many slots a loosening change waits.
    pub timelock_slots: u64,
    /// How many seconds it waits; both must pass.
    pub timelock_seconds: u64,
    /// Who may attest and veto: 1 to 8, none twice, not the poster.
    pub watchers: Vec<Address>,
}

#[event_cpi]
#[derive(Accounts)]
pub struct Initialize {
    /// Pays; checked below to be the program's upgrade authority.
    #[account(mut)]
    pub authority: Signer,
    /// Its address is fixed, so that it can be created once only.
    #[account(init, payer = authority, seeds = [b"config"], bump)]
    pub config: Account<Config>,
    /// CHECK: where the loader names the upgrade authority; address and owner are checked below.
    pub program_data: UncheckedAccount,
    pub system_program: Program<System>,
}

pub fn initialize(ctx: &mut Context<Initialize>, args: InitializeArgs) -> Result<()> {
    let governor = *ctx.accounts.authority.address();
    let upgrade_authority = tributary_loader::upgrade_authority(&ctx.accounts.program_data, &crate::ID);
    require!(upgrade_authority == Some(governor), RewardsError::NotUpgradeAuthority);
    check_roles(&args)?;
    check_timelock(args.timelock_slots, args.timelock_seconds)?;

    let bump = ctx.bumps.config;
    let address = *ctx.accounts.config.address();
    let config = &mut ctx.accounts.config;
    config.version = LAYOUT;
    config.bump = bump;
    config.threshold = args.threshold;
    config.watcher_count = args.watchers.len() as u8;
    config.governor = governor;
    config.poster = args.poster;
    config.guardian = args.guardian;
    config.registry = args.registry;
    config.genesis = args.genesis;
    config.watchers[..args.watchers.len()].copy_from_slice(&args.watchers);
    config.timelock_slots = args.timelock_slots;
    config.timelock_seconds = args.timelock_seconds;
    let sequence = config.take_sequence()?;

    emit_cpi!(RewardsInitialized {
        vault: address,
        sequence,
        governor,
        poster: args.poster,
        guardian: args.guardian,
        registry: args.registry,
        genesis: args.genesis,
        threshold: args.threshold,
        timelock_slots: args.timelock_slots,
        timelock_seconds: args.timelock_seconds,
        slot: Clock::get()?.slot,
        watchers: args.watchers,
    });
    Ok(())
}

fn check_roles(args: &InitializeArgs) -> Result<()> {
    let zero = Address::default();
    let named = args.poster != zero && args.guardian != zero && args.registry != zero;
    require!(named && !args.watchers.contains(&zero), RewardsError::ZeroRole);
    require!((1..=WATCHERS_MAX).contains(&args.watchers.len()), RewardsError::BadWatchers);
    let twice = args.watchers.iter().enumerate().any(|(n, watcher)| args.watchers[..n].contains(watcher));
    require!(!twice, RewardsError::BadWatchers);
    require!(!args.watchers.contains(&args.poster), RewardsError::PosterWatches);
    let threshold = usize::from(args.threshold);
    require!((1..=args.watchers.len()).contains(&threshold), RewardsError::BadThreshold);
    Ok(())
}
