//! Reveals a commitment and registers the asset.

use crate::error::RegistryError;
use crate::events::Registered;
use crate::registration::{RegisterArgs, read_parents};
use crate::state::{AssetAccount, Commitment, Config, Shard, asset_space};
use anchor_lang::prelude::*;

#[event_cpi]
#[derive(Accounts)]
#[instruction(args: RegisterArgs)]
pub struct Register {
    /// Pays the rent. May be the owner or who committed: it holds nothing that is written here.
    #[account(mut, unsafe(dup))]
    pub payer: Signer,
    /// Signs, because the commitment names it and the record will obey it.
    pub owner: Signer,
    /// Its type says that this program made it; there is one only.
    pub config: Account<Config>,
    /// Any open shard: its type says that this program made it.
    #[account(mut)]
    pub shard: Account<Shard>,
    /// Its hash is compared with what is revealed, below. Closed, so that it is revealed once only.
    #[account(mut, close = commitment_payer)]
    pub commitment: Account<Commitment>,
    /// CHECK: gets the commitment's rent back; may be the payer or the owner.
    #[account(mut, unsafe(dup), address = commitment.payer @ RegistryError::WrongCommitmentPayer)]
    pub commitment_payer: UncheckedAccount,
    /// At an address made of kind and content, so that content is registered once only.
    #[account(
        init,
        payer = payer,
        space = asset_space(args.royalties_bps.len(), args.co_owners.len()),
        seeds = [b"asset", &[args.kind], &args.content_id()],
        bump
    )]
    pub asset: AssetAccount,
    pub system_program: Program<System>,
}

pub fn register(ctx: &mut Context<Register>, args: RegisterArgs) -> Result<()> {
    let slot = Clock::get()?.slot;
    let owner = *ctx.accounts.owner.address();
    let kind = args.check_terms()?;
    let config = &ctx.accounts.config;
    args.check_reveal(&owner, config, &ctx.accounts.commitment, slot)?;
    let displaceable_until = slot.checked_add(config.settings.displace_slots).ok_or(RegistryError::Overflow)?;
    let commit_slot = ctx.accounts.commitment.slot;

    // Its place in the order of all registrations.
    let shard = &mut ctx.accounts.shard;
    let asset_sequence = shard.take_asset_sequence(slot)?.0;
    let sequence = shard.take_sequence()?;
    let shard = shard.index;
    let records = ctx.remaining_accounts()?;
    let ancestry = read_parents(kind, asset_sequence, &args.royalties_bps, &records, slot)?;

    let bump = ctx.bumps.asset;
    let address = *ctx.accounts.asset.address();
    let asset = &mut ctx.accounts.asset;
    asset.bump = bump;
    asset.shard = shard;
    asset.sequence = asset_sequence;
    asset.commit_slot = commit_slot;
    asset.reveal_slot = slot;
    asset.displaceable_until = displaceable_until;
    args.write(asset, owner, &ancestry, slot)?;

    emit_cpi!(Registered {
        shard,
        sequence,
        asset: address,
        kind: args.kind,
        content_id: args.content_id(),
        content_hash: args.content_hash,
        content_length: args.content_length,
        owner,
        metadata_hash: args.metadata_hash,
        uri_hash: args.uri_hash,
        licence: args.licence,
        uses: args.uses,
        royalty_mode: args.royalty_mode,
        mix_bps: args.mix_bps,
        asset_sequence,
        stack_bps: ancestry.stack_bps,
        effective_slot: slot,
        slot,
        parents: ancestry.parents,
        co_owners: args.co_owners,
    });
    Ok(())
}
