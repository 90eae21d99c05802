//! What `register` and `displace` have in common: the checks of what is
//! revealed, and how it is written into the record. Where the record comes from
//! is in the instructions.

use crate::error::RegistryError;
use crate::events::{CoOwner, Parent};
use crate::state::{
    ASSET_ACTIVE, AssetAccount, Commitment, Config, DEPTH_MAX, Entry, LAYOUT, PARENTS_MAX, UNCONTESTED,
};
use crate::terms::{check_co_owners, check_mix, check_uses};
use anchor_lang::prelude::*;
use tributary_core::content::{AssetKind, commitment, content_id};
use tributary_core::id::{Genesis, ProgramId};

/// The royalty mode in which parents take shares of what the child receives.
const RELATIVE: u8 = 0;
/// The royalty mode in which an asset's own parents' royalties are taken of
/// what each of its descendants receives.
const ABSOLUTE: u8 = 1;
/// What all ancestors may take together; the owner keeps at least the rest.
const ROYALTIES_MAX_BPS: u16 = 9_000;

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
    /// 0 relative, 1 absolute.
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
    pub fn content_id(&self) -> [u8; 32] {
        AssetKind::from_code(self.kind)
            .map_or([0; 32], |kind| content_id(kind, self.content_length, &self.content_hash).0)
    }

    /// Refuses terms that no record may hold. Returns the kind.
    pub fn check_terms(&self) -> Result<AssetKind> {
        let kind = AssetKind::from_code(self.kind).ok_or(RegistryError::BadKind)?;
        require!(self.content_length > 0, RegistryError::EmptyContent);
        check_uses(self.uses)?;
        require!(matches!(self.royalty_mode, RELATIVE | ABSOLUTE), RegistryError::BadRoyaltyMode);

        let name = self.licence.iter().take_while(|byte| **byte != 0).count();
        let (name, padding) = self.licence.split_at(name);
        let printable = !name.is_empty() && name.iter().all(u8::is_ascii_graphic);
        require!(printable && padding.iter().all(|byte| *byte == 0), RegistryError::BadLicence);

        check_mix(kind, &self.mix_bps)?;
        check_co_owners(&self.co_owners)?;
        Ok(kind)
    }

    /// Refuses a reveal that does not match its commitment, or that comes too
    /// early or too late.
    pub fn check_reveal(&self, owner: &Address, config: &Config, committed: &Commitment, slot: u64) -> Result<()> {
        let kind = AssetKind::from_code(self.kind).ok_or(RegistryError::BadKind)?;
        let content = content_id(kind, self.content_length, &self.content_hash);
        let registry = ProgramId(crate::ID.to_bytes());
        let revealed = commitment(&Genesis(config.genesis), &registry, kind, &content, owner.as_array(), &self.salt);
        require!(committed.hash == revealed.0, RegistryError::WrongCommitment);
        let age = slot.checked_sub(committed.slot).ok_or(RegistryError::TooEarly)?;
        require!(age >= config.settings.reveal_min_slots, RegistryError::TooEarly);
        require!(age <= config.settings.reveal_max_slots, RegistryError::TooLate);
        Ok(())
    }

    /// Writes what is revealed into a record that has room for it. What tells
    /// one record from another, address, sequence and slots of reveal, is the
    /// instructions' business.
    pub fn write(&self, asset: &mut AssetAccount, owner: Address, ancestry: &Ancestry, slot: u64) -> Result<()> {
        asset.version = LAYOUT;
        asset.kind = self.kind;
        asset.status = ASSET_ACTIVE;
        asset.uses = self.uses;
        asset.royalty_mode = self.royalty_mode;
        asset.depth = ancestry.depth;
        asset.parent_count = ancestry.parents.len() as u8;
        asset.owner_count = self.co_owners.len() as u8;
        asset.stack_bps = ancestry.stack_bps;
        asset.mix_bps = self.mix_bps;
        asset.content_length = self.content_length;
        asset.effective_slot = slot;
        asset.owner = owner;
        asset.content_id = self.content_id();
        asset.content_hash = self.content_hash;
        asset.metadata_hash = self.metadata_hash;
        asset.uri_hash = self.uri_hash;
        asset.licence = self.licence;
        // Nothing that a displaced record had promised is left.
        asset.next_owner_count = 0;
        asset.next_mix_bps = [0; 5];
        asset.terms_slot = 0;
        asset.next_uses = 0;
        asset.next_uses_slot = 0;
        asset.offered_to = Address::default();
        asset.contest = UNCONTESTED;
        asset.collection = Address::default();
        asset.collection_bps = 0;
        asset.collection_from = 0;
        asset.collection_until = 0;
        asset.clear();
        for parent in &ancestry.parents {
            asset.try_push(Entry { key: parent.asset, bps: parent.royalty_bps })?;
        }
        for co_owner in &self.co_owners {
            asset.try_push(Entry { key: co_owner.key, bps: co_owner.share_bps })?;
        }
        Ok(())
    }
}

/// What the parents' records say together.
pub struct Ancestry {
    /// With what they ask for.
    pub parents: Vec<Parent>,
    /// What all ancestors together receive of this asset's income.
    pub stack_bps: u16,
    /// Length of the longest path through parents.
    pub depth: u8,
}

/// Reads and checks the parents' records.
pub fn read_parents(
    kind: AssetKind,
    asset_sequence: u64,
    royalties_bps: &[u16],
    records: &[AccountView],
    slot: u64,
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
        // Parents were there before, so that the graph cannot have a cycle.
        require!(parent.sequence < asset_sequence, RegistryError::YoungParent);
        // What is read here stays so: depth and stack of a child never change.
        require!(!parent.is_displaceable(slot), RegistryError::ParentDisplaceable);
        let parent_kind = AssetKind::from_code(parent.kind).ok_or(RegistryError::BadKind)?;
        require!(may_descend(kind, parent_kind), RegistryError::WrongParentKind);

        // A relative parent's ancestors live on what it receives; an absolute one's on what the child does.
        let inherited = if parent.royalty_mode == ABSOLUTE { parent.stack_bps } else { 0 };
        ancestry.stack_bps = ancestry
            .stack_bps
            .checked_add(*royalty_bps)
            .and_then(|sum| sum.checked_add(inherited))
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
