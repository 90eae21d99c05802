//! Disputes who owns an asset, with a bond that is lost when the arbiter rules
//! for the owner, or does not rule in time. One at a time, so that disputes
//! cannot be stacked against a rival.

use crate::error::RegistryError;
use crate::events::DisputeOpened;
use crate::state::{AssetAccount, Config, DISPUTE_OPEN, DISPUTED, Dispute, LAYOUT, Shard};
use anchor_lang::prelude::*;
use anchor_lang::system_program::{self, Transfer};

#[event_cpi]
#[derive(Accounts)]
pub struct OpenDispute {
    /// Pays bond and rent; gets the rent back, and the bond when it wins.
    #[account(mut)]
    pub challenger: Signer,
    /// Its type says that this program made it; there is one only.
    pub config: Account<Config>,
    /// Any open shard: its type says that this program made it.
    #[account(mut)]
    pub shard: Account<Shard>,
    /// Its type says that this program made it; anybody may dispute any.
    #[account(mut)]
    pub asset: AssetAccount,
    /// At an address made of the asset's, so that one is open at a time.
    #[account(init, payer = challenger, seeds = [b"dispute", asset.address().as_ref()], bump)]
    pub dispute: Account<Dispute>,
    pub system_program: Program<System>,
}

pub fn open_dispute(ctx: &mut Context<OpenDispute>, evidence_hash: [u8; 32]) -> Result<()> {
    let slot = Clock::get()?.slot;
    let challenger = *ctx.accounts.challenger.address();
    let settings = ctx.accounts.config.settings;
    let deadline_slot = slot.checked_add(settings.dispute_slots).ok_or(RegistryError::Overflow)?;
    let bond = settings.dispute_bond;
    let sequence = ctx.accounts.shard.take_sequence()?;
    let shard = ctx.accounts.shard.index;
    let asset = &mut ctx.accounts.asset;
    // Until then an older commitment decides, not an arbiter.
    require!(!asset.is_displaceable(slot), RegistryError::AssetDisplaceable);
    asset.check_uncontested()?;
    asset.contest = DISPUTED;
    let asset = *ctx.accounts.asset.address();

    let bump = ctx.bumps.dispute;
    let dispute = &mut ctx.accounts.dispute;
    dispute.version = LAYOUT;
    dispute.bump = bump;
    dispute.status = DISPUTE_OPEN;
    dispute.opened_slot = slot;
    dispute.deadline_slot = deadline_slot;
    dispute.bond = bond;
    dispute.asset = asset;
    dispute.challenger = challenger;
    dispute.evidence_hash = evidence_hash;
    system_program::transfer(
        CpiContext::new(
            ctx.accounts.system_program.address(),
            Transfer { from: ctx.accounts.challenger.cpi_handle_mut(), to: ctx.accounts.dispute.cpi_handle_mut() },
        ),
        bond,
    )?;

    emit_cpi!(DisputeOpened { shard, sequence, asset, challenger, evidence_hash, bond, deadline_slot, slot });
    Ok(())
}
