//! The terms that pay people, co-owners and mix, and the permitted uses: what a
//! record may hold, what it says now, and what it will say from a later slot.
//! Who may change them is in the instructions.

use crate::error::RegistryError;
use crate::events::CoOwner;
use crate::state::{AssetAccount, CO_OWNERS_MAX, Entry};
use anchor_lang::AccountRealloc;
use anchor_lang::prelude::*;
use tributary_core::content::{AssetKind, uses};

/// The whole.
pub const WHOLE_BPS: u16 = 10_000;

/// Refuses co-owners that no record may hold.
pub fn check_co_owners(co_owners: &[CoOwner]) -> Result<()> {
    require!((1..=CO_OWNERS_MAX).contains(&co_owners.len()), RegistryError::BadCoOwner);
    let mut shares = 0u16;
    for (n, co_owner) in co_owners.iter().enumerate() {
        let named = co_owner.key != Address::default() && co_owner.share_bps > 0;
        require!(named, RegistryError::BadCoOwner);
        let again = co_owners[..n].iter().any(|other| other.key == co_owner.key);
        require!(!again, RegistryError::DuplicateCoOwner);
        shares = shares.checked_add(co_owner.share_bps).ok_or(RegistryError::BadShares)?;
    }
    require!(shares == WHOLE_BPS, RegistryError::BadShares);
    Ok(())
}

/// Refuses a mix that an asset of this kind may not have.
pub fn check_mix(kind: AssetKind, mix_bps: &[u16; 5]) -> Result<()> {
    let mix: u32 = mix_bps.iter().map(|share| u32::from(*share)).sum();
    let mixes = kind == AssetKind::Model && mix == u32::from(WHOLE_BPS);
    require!(mix == 0 || mixes, RegistryError::BadMix);
    Ok(())
}

/// Refuses uses that do not exist.
pub fn check_uses(permitted: u8) -> Result<()> {
    require!(permitted & !uses::ALL == 0, RegistryError::BadUses);
    Ok(())
}

/// The co-owners whose shares count now, once `settle` was called.
pub fn co_owners(asset: &AssetAccount) -> Vec<CoOwner> {
    let first = usize::from(asset.parent_count);
    listed(asset, first, usize::from(asset.owner_count))
}

/// The co-owners of the latest terms: those to follow, or else those of now.
pub fn latest_co_owners(asset: &AssetAccount) -> Vec<CoOwner> {
    if asset.terms_slot == 0 {
        return co_owners(asset);
    }
    let first = usize::from(asset.parent_count) + usize::from(asset.owner_count);
    listed(asset, first, usize::from(asset.next_owner_count))
}

/// The slot from which the latest terms count.
pub fn latest_slot(asset: &AssetAccount) -> u64 {
    if asset.terms_slot == 0 { asset.effective_slot } else { asset.terms_slot }
}

fn listed(asset: &AssetAccount, first: usize, count: usize) -> Vec<CoOwner> {
    asset.iter().skip(first).take(count).map(|entry| CoOwner { key: entry.key, share_bps: entry.bps }).collect()
}

/// Makes terms and uses current whose slot has come.
pub fn settle(asset: &mut AssetAccount, slot: u64) {
    if asset.terms_slot != 0 && slot >= asset.terms_slot {
        let (owners, mix_bps, since) = (latest_co_owners(asset), asset.next_mix_bps, asset.terms_slot);
        replace(asset, &owners);
        asset.mix_bps = mix_bps;
        asset.effective_slot = since;
    }
    if asset.next_uses_slot != 0 && slot >= asset.next_uses_slot {
        asset.uses = asset.next_uses;
        drop_next_uses(asset);
    }
}

/// Makes these the co-owners of now, and forgets what was to follow. There is
/// always room: they are no more than the longer of the two lists.
fn replace(asset: &mut AssetAccount, owners: &[CoOwner]) {
    let first = usize::from(asset.parent_count);
    for (entry, owner) in asset.as_mut_slice()[first..].iter_mut().zip(owners) {
        *entry = Entry { key: owner.key, bps: owner.share_bps };
    }
    asset.truncate(first + owners.len());
    asset.owner_count = owners.len() as u8;
    drop_next_terms(asset);
}

/// Makes somebody the only co-owner from now on.
pub fn give_whole(asset: &mut AssetAccount, key: Address, slot: u64) {
    replace(asset, &[CoOwner { key, share_bps: WHOLE_BPS }]);
    asset.effective_slot = slot;
}

/// Forgets the terms to follow.
fn drop_next_terms(asset: &mut AssetAccount) {
    let kept = usize::from(asset.parent_count) + usize::from(asset.owner_count);
    asset.truncate(kept);
    asset.next_owner_count = 0;
    asset.next_mix_bps = [0; 5];
    asset.terms_slot = 0;
}

/// Forgets the uses to follow.
pub fn drop_next_uses(asset: &mut AssetAccount) {
    asset.next_uses = 0;
    asset.next_uses_slot = 0;
}

/// Records terms that count from `slot`, instead of any others that were to
/// follow. The record grows when it must; `payer` pays the rent of that. It
/// does not shrink again: the next change needs the room.
pub fn schedule(
    asset: &mut AssetAccount,
    payer: &AccountView,
    owners: &[CoOwner],
    mix_bps: [u16; 5],
    slot: u64,
) -> Result<()> {
    drop_next_terms(asset);
    let needed = asset.len() + owners.len();
    if needed > asset.capacity() {
        asset.realloc_account(AssetAccount::try_space_for(needed as u32)?, *payer, false)?;
    }
    for owner in owners {
        asset.try_push(Entry { key: owner.key, bps: owner.share_bps })?;
    }
    asset.next_owner_count = owners.len() as u8;
    asset.next_mix_bps = mix_bps;
    asset.terms_slot = slot;
    Ok(())
}
