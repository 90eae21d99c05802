//! Accepts an offered asset. Control moves at once; the old owner's share
//! follows with the delay of all terms, and what it has earned stays with it.

use crate::error::RegistryError;
use crate::events::{CoOwner, Transferred};
use crate::state::{AssetAccount, Config, Shard};
use crate::terms::{latest_co_owners, latest_slot, schedule, settle};
use anchor_lang::prelude::*;

#[event_cpi]
#[derive(Accounts)]
pub struct AcceptTransfer {
    /// Pays what a larger record costs. May be anybody: it holds nothing that is written here.
    #[account(mut, unsafe(dup))]
    pub payer: Signer,
    /// Must be whom the asset was offered to.
    #[account(address = asset.offered_to @ RegistryError::NotOffered)]
    pub new_owner: Signer,
    /// Its type says that this program made it; there is one only.
    pub config: Account<Config>,
    /// Any open shard: its type says that this program made it.
    #[account(mut)]
    pub shard: Account<Shard>,
    /// The record: its type says that this program made it; who may have it was checked above.
    #[account(mut)]
    pub asset: AssetAccount,
    pub system_program: Program<System>,
}

pub fn accept_transfer(ctx: &mut Context<AcceptTransfer>) -> Result<()> {
    let slot = Clock::get()?.slot;
    let owner = *ctx.accounts.new_owner.address();
    let payer = *ctx.accounts.payer.account();
    let terms_slot = ctx.accounts.config.terms_slot(slot)?;
    let sequence = ctx.accounts.shard.take_sequence()?;
    let shard = ctx.accounts.shard.index;
    let asset = &mut ctx.accounts.asset;
    asset.check_uncontested()?;
    settle(asset, slot);
    let previous_owner = asset.owner;
    asset.owner = owner;
    asset.offered_to = Address::default();

    // What was to follow follows together with the share, so that nothing is lost or counted twice.
    let mut co_owners = latest_co_owners(asset);
    let mix_bps = if asset.terms_slot == 0 { asset.mix_bps } else { asset.next_mix_bps };
    if hand_over(&mut co_owners, &previous_owner, &owner)? {
        schedule(asset, &payer, &co_owners, mix_bps, terms_slot)?;
    }
    let effective_slot = latest_slot(asset);

    let asset = *ctx.accounts.asset.address();
    emit_cpi!(Transferred { shard, sequence, asset, previous_owner, owner, mix_bps, effective_slot, co_owners, slot });
    Ok(())
}

/// Moves one key's share to another, which may have one already. False when
/// there is nothing to move.
fn hand_over(co_owners: &mut Vec<CoOwner>, from: &Address, to: &Address) -> Result<bool> {
    let Some(old) = co_owners.iter().position(|co_owner| co_owner.key == *from).filter(|_| from != to) else {
        return Ok(false);
    };
    if let Some(new) = co_owners.iter().position(|co_owner| co_owner.key == *to) {
        let (share, moved) = (co_owners[new].share_bps, co_owners[old].share_bps);
        co_owners[new].share_bps = share.checked_add(moved).ok_or(RegistryError::Overflow)?;
        co_owners.remove(old);
    } else {
        co_owners[old].key = *to;
    }
    Ok(true)
}
