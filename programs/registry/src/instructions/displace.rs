//! Reveals an older commitment to content that somebody else was quicker to
//! reveal: who committed first gets the record, and a leader who censors a
//! reveal gains nothing. The record keeps its place in the order of
//! registrations, since nothing may have been made from it yet.

use crate::error::RegistryError;
use crate::events::Displaced;
use crate::registration::{RegisterArgs, read_parents};
use crate::state::{AssetAccount, Commitment, Config, Shard, asset_space};
use anchor_lang::AccountRealloc;
use anchor_lang::prelude::*;

#[event_cpi]
#[derive(Accounts)]
#[instruction(args: RegisterArgs)]
pub struct Displace {
    /// Pays what a larger record costs, or gets back what a smaller one no longer does. May be the owner or who
    /// committed: it holds nothing that is written here.
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
    /// The record: its type says that this program made it; that it is this content's is checked below.
    #[account(mut)]
    pub asset: AssetAccount,
    pub system_program: Program<System>,
}

pub fn displace(ctx: &mut Context<Displace>, args: RegisterArgs) -> Result<()> {
    let slot = Clock::get()?.slot;
    let owner = *ctx.accounts.owner.address();
    let kind = args.check_terms()?;
    args.check_reveal(&owner, &ctx.accounts.config, &ctx.accounts.commitment, slot)?;
    let commit_slot = ctx.accounts.commitment.slot;

    let asset = &ctx.accounts.asset;
    let same = asset.kind == args.kind && asset.content_id == args.content_id();
    require!(same, RegistryError::OtherContent);
    require!(commit_slot < asset.commit_slot, RegistryError::NotOlder);
    require!(asset.is_displaceable(slot), RegistryError::DisplacementOver);
    let (asset_sequence, previous_owner) = (asset.sequence, asset.owner);

    let sequence = ctx.accounts.shard.take_sequence()?;
    let shard = ctx.accounts.shard.index;
    let records = ctx.remaining_accounts()?;
    let ancestry = read_parents(kind, asset_sequence, &args.royalties_bps, &records, slot)?;

    let payer = *ctx.accounts.payer.account();
    let address = *ctx.accounts.asset.address();
    let asset = &mut ctx.accounts.asset;
    asset.realloc_account(asset_space(ancestry.parents.len(), args.co_owners.len()), payer, false)?;
    asset.commit_slot = commit_slot;
    args.write(asset, owner, &ancestry, slot)?;

    emit_cpi!(Displaced {
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
        previous_owner,
        commit_slot,
    });
    Ok(())
}
