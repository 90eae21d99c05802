//! Reveals a commitment and registers the asset.

use crate::error::RegistryError;
use crate::events::{CoOwner, Parent, Registered};
use crate::state::{
    ASSET_ACTIVE, AssetAccount, CO_OWNERS_MAX, Commitment, Config, DEPTH_MAX, Entry, LAYOUT, PARENTS_MAX, Shard,
    asset_space,
};
use anchor_lang::prelude::*;
use tributary_core::content::{AssetKind, commitment, content_id, uses};
use tributary_core::id::{Genesis, ProgramId};

/// The royalty mode in use: shares of what the child receives.
const RELATIVE: u8 = 0;
/// What parents may take together; the owner keeps at least the rest.
const ROYALTIES_MAX_BPS: u16 = 9_000;
/// The whole.
const WHOLE_BPS: u16 = 10_000;

/// What was committed, and the terms.
#[derive(Clone, AnchorSerialize, AnchorDeserialize, IdlType)]
pub struct RegisterArgs {
    /// 1 dataset, 2 model, 3 agent.
    pub kind: u8,
    /// SHA-256 of the content.
    pub content_hash: [u8; 32],
    /// The content's length in bytes.
    pub content_length: u64,
    /// What kept the commitment from being guessed.
    pub salt: [u8; 32],
    /// SHA-256 of the published metadata.
    pub metadata_hash: [u8; 32],
    /// SHA-256 of the content's URI.
    pub uri_hash: [u8; 32],
    /// SPDX identifier, padded with zeros.
    pub licence: [u8; 32],
    /// Permitted uses as bits: 1 train, 2 ground, 4 display.
    pub uses: u8,
    /// 0: royalties are shares of what the child receives.
    pub royalty_mode: u8,
    /// How a model mixes P0 to P4, in basis points; zeros for the default.
    pub mix_bps: [u16; 5],
    /// The parents' royalties in basis points, in the order of their records.
    pub royalties_bps: Vec<u16>,
    /// 1 to 16, with shares that sum to 10,000.
    pub co_owners: Vec<CoOwner>,
}

impl RegisterArgs {
    /// The content's id; zeros for an unknown kind, which is refused before
    /// anything is written.
    fn content_id(&self) -> [u8; 32] {
        AssetKind::from_code(self.kind)
            .map_or([0; 32], |kind| content_id(kind, self.content_length, &self.content_hash).0)
    }
}

#[event_cpi]
#[derive(Accounts)]
#[instruction(args: RegisterArgs)]
pub struct Register {
    /// Pays the rent. May be the owner or who committed: it holds nothing that is written here.
    #[account(mut, unsafe(dup))]
    pub payer: Signer,
    /// Signs, because the commitment names it and the record will obey it.
    pub owner: Signer,
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
    let kind = AssetKind::from_code(args.kind).ok_or(RegistryError::BadKind)?;
    let content = content_id(kind, args.content_length, &args.content_hash);
    let owner = *ctx.accounts.owner.address();
    check_terms(kind, &args)?;

    // The reveal matches the commitment, neither too early nor too late.
    let config = &ctx.accounts.config;
    let registry = ProgramId(crate::ID.to_bytes());
    let revealed = commitment(&Genesis(config.genesis), &registry, kind, &content, owner.as_array(), &args.salt);
    let commit_slot = ctx.accounts.commitment.slot;
    require!(ctx.accounts.commitment.hash == revealed.0, RegistryError::WrongCommitment);
    let age = slot.checked_sub(commit_slot).ok_or(RegistryError::TooEarly)?;
    require!(age >= config.reveal_min_slots, RegistryError::TooEarly);
    require!(age <= config.reveal_max_slots, RegistryError::TooLate);

    // Its place in the order of all registrations.
    let shard = &mut ctx.accounts.shard;
    let asset_sequence = shard.take_asset_sequence(slot)?.0;
    let sequence = shard.take_sequence()?;
    let shard = shard.index;

    // Parents were there before, so that the graph cannot have a cycle.
    let records = ctx.remaining_accounts()?;
    let ancestry = read_parents(kind, asset_sequence, &args.royalties_bps, &records)?;

    let bump = ctx.bumps.asset;
    let address = *ctx.accounts.asset.address();
    let asset = &mut ctx.accounts.asset;
    asset.version = LAYOUT;
    asset.bump = bump;
    asset.kind = args.kind;
    asset.status = ASSET_ACTIVE;
    asset.uses = args.uses;
    asset.royalty_mode = args.royalty_mode;
    asset.shard = shard;
    asset.depth = ancestry.depth;
    asset.parent_count = ancestry.parents.len() as u8;
    asset.owner_count = args.co_owners.len() as u8;
    asset.stack_bps = ancestry.stack_bps;
    asset.mix_bps = args.mix_bps;
    asset.content_length = args.content_length;
    asset.sequence = asset_sequence;
    asset.commit_slot = commit_slot;
    asset.reveal_slot = slot;
    asset.effective_slot = slot;
    asset.owner = owner;
    asset.content_id = content.0;
    asset.content_hash = args.content_hash;
    asset.metadata_hash = args.metadata_hash;
    asset.uri_hash = args.uri_hash;
    asset.licence = args.licence;
    for parent in &ancestry.parents {
        asset.try_push(Entry { key: parent.asset, bps: parent.royalty_bps })?;
    }
    for co_owner in &args.co_owners {
        asset.try_push(Entry { key: co_owner.key, bps: co_owner.share_bps })?;
    }

    emit_cpi!(Registered {
        shard,
        sequence,
        asset: address,
        kind: args.kind,
        content_id: content.0,
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

/// Refuses terms that no record may hold.
fn check_terms(kind: AssetKind, args: &RegisterArgs) -> Result<()> {
    require!(args.content_length > 0, RegistryError::EmptyContent);
    require!(args.uses & !uses::ALL == 0, RegistryError::BadUses);
    require!(args.royalty_mode == RELATIVE, RegistryError::BadRoyaltyMode);

    let name = args.licence.iter().take_while(|byte| **byte != 0).count();
    let (name, padding) = args.licence.split_at(name);
    let printable = !name.is_empty() && name.iter().all(u8::is_ascii_graphic);
    require!(printable && padding.iter().all(|byte| *byte == 0), RegistryError::BadLicence);

    let mix: u32 = args.mix_bps.iter().map(|share| u32::from(*share)).sum();
    let mixes = kind == AssetKind::Model && mix == u32::from(WHOLE_BPS);
    require!(mix == 0 || mixes, RegistryError::BadMix);

    require!((1..=CO_OWNERS_MAX).contains(&args.co_owners.len()), RegistryError::BadCoOwner);
    let mut shares = 0u16;
    for (n, co_owner) in args.co_owners.iter().enumerate() {
        let named = co_owner.key != Address::default() && co_owner.share_bps > 0;
        require!(named, RegistryError::BadCoOwner);
        let again = args.co_owners[..n].iter().any(|other| other.key == co_owner.key);
        require!(!again, RegistryError::DuplicateCoOwner);
        shares = shares.checked_add(co_owner.share_bps).ok_or(RegistryError::BadShares)?;
    }
    require!(shares == WHOLE_BPS, RegistryError::BadShares);
    Ok(())
}

/// What the parents' records say together.
struct Ancestry {
    parents: Vec<Parent>,
    /// What all ancestors together receive of this asset's income: with relative
    /// royalties they live on what its parents pass on.
    stack_bps: u16,
    /// Length of the longest path through parents.
    depth: u8,
}

/// Reads and checks the parents' records.
fn read_parents(
    kind: AssetKind,
    asset_sequence: u64,
    royalties_bps: &[u16],
    records: &[AccountView],
) -> Result<Ancestry> {
    require!(royalties_bps.len() <= PARENTS_MAX, RegistryError::TooManyParents);
    require!(royalties_bps.len() == records.len(), RegistryError::ParentCount);
    let mut ancestry = Ancestry { parents: Vec::with_capacity(records.len()), stack_bps: 0, depth: 0 };
    for (record, royalty_bps) in records.iter().zip(royalties_bps) {
        // Loading checks that this program owns the account and that it is a record.
        let parent = AssetAccount::load(*record)?;
        let again = ancestry.parents.iter().any(|other| other.asset == *record.address());
        require!(!again, RegistryError::DuplicateParent);
        require!(parent.status == ASSET_ACTIVE, RegistryError::InactiveParent);
        require!(parent.sequence < asset_sequence, RegistryError::YoungParent);
        let parent_kind = AssetKind::from_code(parent.kind).ok_or(RegistryError::BadKind)?;
        require!(may_descend(kind, parent_kind), RegistryError::WrongParentKind);

        ancestry.stack_bps = ancestry
            .stack_bps
            .checked_add(*royalty_bps)
            .filter(|sum| *sum <= ROYALTIES_MAX_BPS)
            .ok_or(RegistryError::RoyaltiesTooHigh)?;
        let depth = parent.depth.checked_add(1).ok_or(RegistryError::TooDeep)?;
        require!(depth <= DEPTH_MAX, RegistryError::TooDeep);
        ancestry.depth = ancestry.depth.max(depth);
        ancestry.parents.push(Parent { asset: *record.address(), royalty_bps: *royalty_bps });
    }
    Ok(ancestry)
}

/// Whether something of one kind can be made from another.
fn may_descend(child: AssetKind, parent: AssetKind) -> bool {
    use AssetKind::{Agent, Dataset, Model};
    match child {
        Dataset => parent == Dataset,
        Model => matches!(parent, Model | Dataset),
        Agent => matches!(parent, Model | Agent),
    }
}
