//! Sets co-owners and mix. They count after the delay, so that everybody who
//! computes an epoch knows them before; whoever loses by it must agree.

use crate::error::RegistryError;
use crate::events::{CoOwner, TermsSet};
use crate::state::{AssetAccount, Config, Shard};
use crate::terms::{check_co_owners, check_mix, co_owners, schedule, settle};
use anchor_lang::prelude::*;
use tributary_core::content::AssetKind;

#[event_cpi]
#[derive(Accounts)]
pub struct SetTerms {
    /// Pays what a larger record costs. May be anybody: it holds nothing that is written here.
    #[account(mut, unsafe(dup))]
    pub payer: Signer,
    /// Must be the asset's owner.
    #[account(address = asset.owner @ RegistryError::NotOwner)]
    pub owner: Signer,
    /// Its type says that this program made it; there is one only.
    pub config: Account<Config>,
    /// Any open shard: its type says that this program made it.
    #[account(mut)]
    pub shard: Account<Shard>,
    /// The record: its type says that this program made it; whose it is was checked above.
    #[account(mut)]
    pub asset: AssetAccount,
    pub system_program: Program<System>,
}

pub fn set_terms(ctx: &mut Context<SetTerms>, next: Vec<CoOwner>, mix_bps: [u16; 5]) -> Result<()> {
    let slot = Clock::get()?.slot;
    let owner = *ctx.accounts.owner.address();
    let signers = ctx.remaining_accounts()?;
    let payer = *ctx.accounts.payer.account();
    let effective_slot = ctx.accounts.config.terms_slot(slot)?;
    let sequence = ctx.accounts.shard.take_sequence()?;
    let shard = ctx.accounts.shard.index;
    let asset = &mut ctx.accounts.asset;
    asset.check_uncontested()?;
    let kind = AssetKind::from_code(asset.kind).ok_or(RegistryError::BadKind)?;
    check_mix(kind, &mix_bps)?;
    check_co_owners(&next)?;
    settle(asset, slot);
    check_consent(&co_owners(asset), &next, &owner, &signers)?;
    schedule(asset, &payer, &next, mix_bps, effective_slot)?;

    let asset = *ctx.accounts.asset.address();
    emit_cpi!(TermsSet { shard, sequence, asset, owner, mix_bps, effective_slot, co_owners: next, slot });
    Ok(())
}

/// Refuses unless every co-owner whose share falls has signed. The owner has.
fn check_consent(now: &[CoOwner], next: &[CoOwner], owner: &Address, signers: &[AccountView]) -> Result<()> {
    for (n, signer) in signers.iter().enumerate() {
        require!(signer.is_signer(), RegistryError::MissingConsent);
        let again = signers[..n].iter().any(|other| other.address() == signer.address());
        require!(!again, RegistryError::DuplicateSigner);
    }
    for co_owner in now {
        let keeps = next.iter().any(|other| other.key == co_owner.key && other.share_bps >= co_owner.share_bps);
        let agrees = co_owner.key == *owner || signers.iter().any(|signer| *signer.address() == co_owner.key);
        require!(keeps || agrees, RegistryError::MissingConsent);
    }
    Ok(())
}
