//! Creates the vault of a mint.

use crate::error::RewardsError;
use crate::events::VaultCreated;
use crate::limits::{check_outflow, check_policy_set, check_window};
use crate::mint_terms;
use crate::state::{Config, LAYOUT, RING, Vault};
use anchor_lang::prelude::*;
use anchor_spl::associated_token::AssociatedToken;
use anchor_spl::mint;
use anchor_spl::token_interface::{Mint, TokenAccount, TokenInterface};
use tributary_core::domain::Domain;
use tributary_core::id::{Genesis, ProgramId, VaultId};
use tributary_core::leaf::CLASSES;

/// How a vault is run.
pub struct VaultSettings {
    pub challenge_slots: u64,
    pub challenge_seconds: u64,
    pub growth_per_slot: u64,
    pub growth_burst: u64,
    pub outflow_per_slot: u64,
    pub outflow_burst: u64,
    pub policy_set: [u8; 32],
}

#[event_cpi]
#[derive(Accounts)]
pub struct CreateVault {
    /// Pays; must be the governor.
    #[account(mut, address = config.governor @ RewardsError::NotGovernor)]
    pub governor: Signer,
    #[account(constraint = config.is_current() @ RewardsError::OldLayout)]
    pub config: Account<Config>,
    /// Must belong to the token program; its extensions are checked below.
    #[account(mint::token_program = token_program)]
    pub mint: InterfaceAccount<Mint>,
    /// One a mint: at an address made of it.
    #[account(init, payer = governor, seeds = [b"vault", mint.address().as_ref()], bump)]
    pub vault: Account<Vault>,
    /// The vault's associated token account. Anyone may have created it before; nothing in it counts as deposited.
    #[account(
        init_if_needed,
        payer = governor,
        associated_token::mint = mint,
        associated_token::authority = vault,
        associated_token::token_program = token_program
    )]
    pub token_account: InterfaceAccount<TokenAccount>,
    pub token_program: Interface<'static, TokenInterface>,
    pub associated_token_program: Program<AssociatedToken>,
    pub system_program: Program<System>,
}

pub fn create_vault(ctx: &mut Context<CreateVault>, settings: VaultSettings) -> Result<()> {
    check_window(settings.challenge_slots, settings.challenge_seconds)?;
    require!(settings.growth_burst > 0, RewardsError::BadGrowth);
    check_policy_set(&settings.policy_set)?;
    let (outflow_per_slot, outflow_burst) = check_outflow(settings.outflow_per_slot, settings.outflow_burst)?;
    let clock = Clock::get()?;
    let slot = clock.slot;
    let fee_bps = {
        let data = ctx.accounts.mint.view().try_borrow()?;
        mint_terms::check(&data)?;
        mint_terms::fee_bps(&data, clock.epoch)?
    };
    let bump = ctx.bumps.vault;
    let mint = *ctx.accounts.mint.address();
    let decimals = ctx.accounts.mint.decimals();
    let freezable = ctx.accounts.mint.has_freeze_authority();
    let token_program = *ctx.accounts.token_program.address();
    let token_account = *ctx.accounts.token_account.address();
    let address = *ctx.accounts.vault.address();
    let genesis = Genesis(ctx.accounts.config.genesis);
    let domain = Domain::of(&genesis, &ProgramId(crate::ID.to_bytes()), &VaultId(address.to_bytes())).0;

    let vault = &mut ctx.accounts.vault;
    vault.version = LAYOUT;
    vault.bump = bump;
    vault.decimals = decimals;
    vault.freezable = freezable.into();
    // The first root goes to place 0.
    vault.head_place = RING - 1;
    // Each leaf class has the same to itself, full at the start.
    vault.set_growth([settings.growth_per_slot; CLASSES], [settings.growth_burst; CLASSES], slot);
    vault.set_headroom([settings.growth_burst; CLASSES]);
    vault.outflow_per_slot = outflow_per_slot;
    vault.outflow_burst = outflow_burst;
    vault.outflow = outflow_burst;
    vault.outflow_slot = slot;
    vault.fee_bps_at_creation = fee_bps;
    vault.policy_set = settings.policy_set;
    vault.challenge_slots = settings.challenge_slots;
    vault.challenge_seconds = settings.challenge_seconds;
    vault.mint = mint;
    vault.token_program = token_program;
    vault.token_account = token_account;
    vault.domain = domain;
    let sequence = vault.take_sequence()?;

    emit_cpi!(VaultCreated {
        vault: address,
        sequence,
        mint,
        token_program,
        token_account,
        decimals,
        domain,
        challenge_slots: settings.challenge_slots,
        challenge_seconds: settings.challenge_seconds,
        growth_per_slot: settings.growth_per_slot,
        growth_burst: settings.growth_burst,
        outflow_per_slot,
        outflow_burst,
        policy_set: settings.policy_set,
        fee_bps,
        freezable,
        slot,
    });
    Ok(())
}
