//! The registry in plain Rust: what each call does to it, or why it is refused.
//! It knows nothing of accounts, bytes or lamports other than bonds.

use super::calls::{Call, HASH};
use solana_address::Address;
use std::collections::BTreeMap;
use tributary_client::pda;
use tributary_client::registry::{
    Asset, AssetStatus, CoOwner, Collection, Contest, Membership, NextTerms, Register, RegistrySettings, SetTerms,
    Verdict,
};
use tributary_core::content::AssetKind;
use tributary_core::id::{AssetId, Commitment};
use tributary_core::position::{AssetSeq, Slot};
use tributary_program_tests::chain::GENESIS;

/// Why a call is refused; empty when the runtime or the framework says so, in
/// words that are theirs.
pub type Refused = &'static str;

/// When something may happen.
#[derive(Clone, Copy, Debug)]
pub struct Ripe(pub u64, pub i64);

/// A dispute.
#[derive(Clone, Debug)]
pub struct Dispute {
    pub challenger: Address,
    pub deadline: u64,
    pub bond: u64,
    pub upheld: Option<Ripe>,
}

/// A gateway's keys with the first slot in which each counts, and the first in which it no longer does.
pub type Keys = Vec<(Address, u64, u64)>;

/// Everything the registry knows.
pub struct Model {
    pub slot: u64,
    pub second: i64,
    pub settings: RegistrySettings,
    pub governor: Address,
    pub next_governor: Option<(Address, Ripe)>,
    pub next_settings: Option<(RegistrySettings, Ripe)>,
    /// By hash: slot and payer.
    pub commitments: BTreeMap<[u8; 32], (u64, Address)>,
    pub assets: BTreeMap<AssetId, Asset>,
    pub disputes: BTreeMap<AssetId, Dispute>,
    pub collections: BTreeMap<Address, Collection>,
    /// Next event, slot and number of the latest registration.
    pub shards: Vec<(u64, u64, u16)>,
    /// By operator and index.
    pub gateways: BTreeMap<(Address, u32), Keys>,
}

fn check(holds: bool, reason: Refused) -> Result<(), Refused> {
    if holds { Ok(()) } else { Err(reason) }
}

impl Model {
    pub fn slot_now(&self) -> Slot {
        Slot(self.slot)
    }

    fn later(&self) -> Slot {
        Slot(self.slot + self.settings.terms_delay_slots)
    }

    fn timelock(&self) -> Ripe {
        Ripe(self.slot + self.settings.timelock_slots, self.second + self.settings.timelock_seconds as i64)
    }

    fn ripe(&self, ripe: &Ripe) -> Result<(), Refused> {
        check(self.slot >= ripe.0 && self.second >= ripe.1, "Timelocked")
    }

    fn governs(&self, who: &Address) -> Result<(), Refused> {
        check(*who == self.governor, "NotGovernor")
    }

    fn asset(&self, asset: &AssetId) -> Result<&Asset, Refused> {
        self.assets.get(asset).ok_or("")
    }

    /// The record as of now, which `who` owns.
    fn owned(&self, who: &Address, asset: &AssetId) -> Result<Asset, Refused> {
        let found = self.asset(asset)?;
        check(found.owner == *who, "NotOwner")?;
        Ok(found.clone())
    }

    /// Does a call, or says why it is refused and changes nothing.
    pub fn call(&mut self, call: &Call, shard: u8) -> Result<(), Refused> {
        let place = match call {
            Call::OpenShard { index, .. } => usize::from(*index),
            _ => usize::from(shard),
        };
        self.change(call, shard)?;
        self.shards[place].0 += 1;
        Ok(())
    }

    fn change(&mut self, call: &Call, shard: u8) -> Result<(), Refused> {
        let now = Slot(self.slot);
        match call {
            Call::Commit { who, hash } => {
                check(!self.commitments.contains_key(&hash.0), "")?;
                self.commitments.insert(hash.0, (self.slot, *who));
            }
            Call::Register(reveal) => self.register(reveal, shard)?,
            Call::Displace(reveal) => self.displace(reveal)?,
            Call::SetTerms(terms) => self.set_terms(terms)?,
            Call::Offer { who, asset, to } => {
                let mut found = self.owned(who, asset)?;
                check(found.contest == Contest::None, "Contested")?;
                found.offered_to = (*to != Address::default()).then_some(*to);
                self.assets.insert(*asset, found);
            }
            Call::Accept { who, asset } => {
                let found = self.asset(asset)?;
                check(found.offered_to == Some(*who), "NotOffered")?;
                check(found.contest == Contest::None, "Contested")?;
                let accepted = accepted(found.clone().settled(now), *who, self.later());
                self.assets.insert(*asset, accepted);
            }
            Call::SetUses { who, asset, uses } => {
                let mut found = self.owned(who, asset)?.settled(now);
                check(*uses <= 7, "BadUses")?;
                found.uses &= uses;
                found.next_uses = (found.uses != *uses).then_some((*uses, self.later()));
                self.assets.insert(*asset, found);
            }
            Call::Retire { who, asset } => {
                let mut found = self.owned(who, asset)?;
                check(found.contest == Contest::None, "Contested")?;
                check(found.status == AssetStatus::Active, "AlreadyRetired")?;
                found.status = AssetStatus::Retired;
                self.assets.insert(*asset, found);
            }
            Call::OpenDispute { .. }
            | Call::Rule { .. }
            | Call::End { .. }
            | Call::Apply { .. }
            | Call::CancelReassignment { .. } => self.dispute(call)?,
            Call::CreateCollection { who, index, share_bps } => {
                let address = pda::collection(who, *index);
                check(!self.collections.contains_key(&address), "")?;
                check(*share_bps <= 5_000, "BadCuratorShare")?;
                let record = Collection { share_bps: *share_bps, index: *index, curator: *who, metadata_hash: HASH };
                self.collections.insert(address, record);
            }
            Call::Join { who, curator, collection, asset } => {
                let kept = *self.collections.get(collection).ok_or("")?;
                let mut found = self.owned(who, asset)?;
                check(kept.curator == *curator, "NotCurator")?;
                check(found.kind == AssetKind::Dataset, "NotDataset")?;
                check(found.contest == Contest::None, "Contested")?;
                let free = found.membership.is_none_or(|member| member.until.is_some_and(|until| until <= now));
                check(free, "AlreadyMember")?;
                let (share_bps, from) = (kept.share_bps, self.later());
                found.membership = Some(Membership { collection: *collection, share_bps, from, until: None });
                self.assets.insert(*asset, found);
            }
            Call::Leave { who, collection, asset } => {
                let kept = *self.collections.get(collection).ok_or("")?;
                let mut found = self.asset(asset)?.clone();
                check(found.owner == *who || kept.curator == *who, "NotOwnerOrCurator")?;
                let until = self.later();
                let member = found.membership.as_mut().filter(|member| member.collection == *collection);
                let member = member.filter(|member| member.until.is_none()).ok_or("NotMember")?;
                member.until = Some(until);
                self.assets.insert(*asset, found);
            }
            Call::ProposeGovernor { who, next } => {
                self.governs(who)?;
                self.next_governor = Some((*next, self.timelock()));
            }
            Call::AcceptGovernor { who } => {
                let (next, ripe) = self.next_governor.filter(|(next, _)| next == who).ok_or("NotNextGovernor")?;
                self.ripe(&ripe)?;
                self.governor = next;
                self.next_governor = None;
            }
            Call::CancelGovernor { who } => {
                self.governs(who)?;
                self.next_governor.take().ok_or("NoProposal")?;
            }
            Call::ProposeSettings { who, settings } => {
                self.governs(who)?;
                if tightens(&self.settings, settings) {
                    self.settings = *settings;
                    self.next_settings = None;
                } else {
                    self.next_settings = Some((*settings, self.timelock()));
                }
            }
            Call::ApplySettings { who } => {
                self.governs(who)?;
                let (next, ripe) = self.next_settings.ok_or("NoProposal")?;
                self.ripe(&ripe)?;
                self.settings = next;
                self.next_settings = None;
            }
            Call::CancelSettings { who } => {
                self.governs(who)?;
                self.next_settings.take().ok_or("NoProposal")?;
            }
            Call::OpenShard { who, index } => {
                check(*who == self.governor && usize::from(*index) == self.shards.len(), "")?;
                self.shards.push((0, 0, 0));
            }
            Call::RegisterGateway { who, index } => {
                check(!self.gateways.contains_key(&(*who, *index)), "")?;
                self.gateways.insert((*who, *index), Vec::new());
            }
            Call::AddKey { who, operator, key, from } => {
                let slot = self.slot;
                let keys = self.gateways.get_mut(&(*operator, 0)).ok_or("")?;
                check(who == operator, "NotOperator")?;
                check(*from == 0 || *from >= slot, "ValidInPast")?;
                check(keys.iter().all(|(known, ..)| known != key), "KnownKey")?;
                check(keys.len() < 8, "TooManyKeys")?;
                keys.push((*key, if *from == 0 { slot } else { *from }, 0));
            }
            Call::RevokeKey { who, operator, key } => {
                let slot = self.slot;
                let keys = self.gateways.get_mut(&(*operator, 0)).ok_or("")?;
                check(who == operator, "NotOperator")?;
                let known = keys.iter_mut().find(|(known, _, revoked)| known == key && *revoked == 0);
                known.ok_or("UnknownKey")?.2 = slot;
            }
        }
        Ok(())
    }

    /// Shared by both ways to reveal: the commitment's slot.
    fn revealed(&self, reveal: &Register, hash: &Commitment) -> Result<u64, Refused> {
        let (committed, _) = self.commitments.get(&hash.0).ok_or("")?;
        check(reveal.royalty_mode <= 1, "BadRoyaltyMode")?;
        co_owners_hold(&reveal.co_owners)?;
        let age = self.slot - committed;
        check(age >= self.settings.reveal_min_slots, "TooEarly")?;
        check(age <= self.settings.reveal_max_slots, "TooLate")?;
        Ok(*committed)
    }

    fn register(&mut self, reveal: &Register, shard: u8) -> Result<(), Refused> {
        let (id, hash) = (reveal.asset(), reveal.commitment(&GENESIS));
        check(!self.assets.contains_key(&id), "")?;
        let committed = self.revealed(reveal, &hash)?;
        let (_, latest, nth) = self.shards[usize::from(shard)];
        let nth = if latest == self.slot { nth } else { 0 };
        let sequence = AssetSeq::compose(Slot(self.slot), shard, nth).ok_or("Overflow")?;
        let until = Slot(self.slot + self.settings.displace_slots);
        let record = self.record(reveal, sequence, (committed, self.slot), until)?;
        self.shards[usize::from(shard)].1 = self.slot;
        self.shards[usize::from(shard)].2 = nth + 1;
        self.commitments.remove(&hash.0);
        self.assets.insert(id, record);
        Ok(())
    }

    fn displace(&mut self, reveal: &Register) -> Result<(), Refused> {
        let (id, hash) = (reveal.asset(), reveal.commitment(&GENESIS));
        let old = self.asset(&id)?.clone();
        let committed = self.revealed(reveal, &hash)?;
        check(committed < old.commit_slot.0, "NotOlder")?;
        check(self.slot <= old.displaceable_until.0, "DisplacementOver")?;
        check(reveal.parents.iter().all(|(parent, _)| *parent != id), "ConstraintDuplicateMutableAccount")?;
        let slots = (committed, old.reveal_slot.0);
        let record = self.record(reveal, old.sequence, slots, old.displaceable_until)?;
        self.commitments.remove(&hash.0);
        self.assets.insert(id, record);
        Ok(())
    }

    /// The record that a reveal makes.
    fn record(
        &self,
        reveal: &Register,
        sequence: AssetSeq,
        (committed, revealed): (u64, u64),
        displaceable_until: Slot,
    ) -> Result<Asset, Refused> {
        let (mut stack, mut depth, mut seen) = (0u32, 0, Vec::new());
        for (parent, royalty) in &reveal.parents {
            let found = self.asset(parent)?;
            check(!seen.contains(parent), "DuplicateParent")?;
            seen.push(*parent);
            check(found.status == AssetStatus::Active, "InactiveParent")?;
            check(found.sequence < sequence, "YoungParent")?;
            check(self.slot > found.displaceable_until.0, "ParentDisplaceable")?;
            let descends = match reveal.kind {
                AssetKind::Dataset => found.kind == AssetKind::Dataset,
                AssetKind::Model => found.kind != AssetKind::Agent,
                AssetKind::Agent => found.kind != AssetKind::Dataset,
            };
            check(descends, "WrongParentKind")?;
            stack += u32::from(*royalty) + if found.royalty_mode == 1 { u32::from(found.stack_bps) } else { 0 };
            check(stack <= 9_000, "RoyaltiesTooHigh")?;
            check(found.depth < 32, "TooDeep")?;
            depth = depth.max(found.depth + 1);
        }
        let parents = reveal.parents.iter().map(|(asset, royalty_bps)| tributary_client::registry::Parent {
            asset: Address::new_from_array(asset.0),
            royalty_bps: *royalty_bps,
        });
        Ok(Asset {
            kind: reveal.kind,
            status: AssetStatus::Active,
            uses: reveal.uses,
            royalty_mode: reveal.royalty_mode,
            depth,
            stack_bps: stack as u16,
            mix_bps: reveal.mix_bps,
            content_length: reveal.content_length,
            sequence,
            commit_slot: Slot(committed),
            reveal_slot: Slot(revealed),
            effective_slot: Slot(self.slot),
            owner: reveal.owner,
            content_id: reveal.content_id(),
            content_hash: reveal.content_hash,
            metadata_hash: reveal.metadata_hash,
            uri_hash: reveal.uri_hash,
            licence: reveal.licence,
            parents: parents.collect(),
            co_owners: reveal.co_owners.clone(),
            next_terms: None,
            next_uses: None,
            contest: Contest::None,
            offered_to: None,
            membership: None,
            displaceable_until,
        })
    }

    fn set_terms(&mut self, terms: &SetTerms) -> Result<(), Refused> {
        let found = self.owned(&terms.owner, &terms.asset)?;
        check(found.contest == Contest::None, "Contested")?;
        co_owners_hold(&terms.co_owners)?;
        let mut found = found.settled(Slot(self.slot));
        let again = terms.consenting.iter().enumerate().any(|(n, who)| terms.consenting[..n].contains(who));
        check(!again, "DuplicateSigner")?;
        for now in &found.co_owners {
            let then = terms.co_owners.iter().find(|next| next.key == now.key).map_or(0, |next| next.share_bps);
            let agrees = now.key == terms.owner || terms.consenting.contains(&now.key);
            check(then >= now.share_bps || agrees, "MissingConsent")?;
        }
        let (co_owners, mix_bps) = (terms.co_owners.clone(), terms.mix_bps);
        found.next_terms = Some(NextTerms { effective_slot: self.later(), mix_bps, co_owners });
        self.assets.insert(terms.asset, found);
        Ok(())
    }

    fn dispute(&mut self, call: &Call) -> Result<(), Refused> {
        let slot = self.slot;
        let upheld = |dispute: &Dispute| dispute.upheld.ok_or("NotUpheld");
        match call {
            Call::OpenDispute { who, asset } => {
                let mut found = self.asset(asset)?.clone();
                check(!self.disputes.contains_key(asset), "")?;
                check(slot > found.displaceable_until.0, "AssetDisplaceable")?;
                found.contest = Contest::Disputed;
                let (deadline, bond) = (slot + self.settings.dispute_slots, self.settings.dispute_bond);
                self.disputes.insert(*asset, Dispute { challenger: *who, deadline, bond, upheld: None });
                self.assets.insert(*asset, found);
            }
            Call::Rule { who, parties, verdict } => {
                let mut found = self.asset(&parties.asset)?.clone();
                let mut dispute = self.disputes.get(&parties.asset).ok_or("")?.clone();
                check(*who == self.settings.arbiter, "NotArbiter")?;
                let named = dispute.challenger == parties.challenger && found.owner == parties.owner;
                check(named, "WrongRecipient")?;
                check(dispute.upheld.is_none(), "AlreadyRuled")?;
                check(slot <= dispute.deadline, "DeadlinePassed")?;
                if *verdict == Verdict::ForChallenger {
                    let slots = self.settings.terms_delay_slots.max(self.settings.timelock_slots);
                    dispute.upheld = Some(Ripe(slot + slots, self.timelock().1));
                    found.contest = Contest::Reassigning;
                    self.disputes.insert(parties.asset, dispute);
                } else {
                    found.contest = Contest::None;
                    self.disputes.remove(&parties.asset);
                }
                self.assets.insert(parties.asset, found);
            }
            Call::End { parties } => {
                let mut found = self.asset(&parties.asset)?.clone();
                let dispute = self.disputes.get(&parties.asset).ok_or("")?;
                let named = dispute.challenger == parties.challenger && found.owner == parties.owner;
                check(named, "WrongRecipient")?;
                check(dispute.upheld.is_none(), "AlreadyRuled")?;
                check(slot > dispute.deadline, "DeadlineOpen")?;
                found.contest = Contest::None;
                self.disputes.remove(&parties.asset);
                self.assets.insert(parties.asset, found);
            }
            Call::Apply { asset, challenger } => {
                let mut found = self.asset(asset)?.clone().settled(Slot(slot));
                let dispute = self.disputes.get(asset).ok_or("")?;
                check(dispute.challenger == *challenger, "WrongRecipient")?;
                self.ripe(&upheld(dispute)?)?;
                found.owner = *challenger;
                found.offered_to = None;
                found.contest = Contest::None;
                found.next_terms = None;
                found.co_owners = vec![CoOwner { key: *challenger, share_bps: 10_000 }];
                found.effective_slot = Slot(slot);
                self.disputes.remove(asset);
                self.assets.insert(*asset, found);
            }
            Call::CancelReassignment { who, asset, challenger } => {
                let mut found = self.asset(asset)?.clone();
                let dispute = self.disputes.get(asset).ok_or("")?;
                self.governs(who)?;
                check(dispute.challenger == *challenger, "WrongRecipient")?;
                upheld(dispute)?;
                found.contest = Contest::None;
                self.disputes.remove(asset);
                self.assets.insert(*asset, found);
            }
            _ => unreachable!("no call about a dispute"),
        }
        Ok(())
    }
}

/// The record after its new owner has accepted it.
fn accepted(mut asset: Asset, to: Address, later: Slot) -> Asset {
    let from = std::mem::replace(&mut asset.owner, to);
    asset.offered_to = None;
    let (latest, mix_bps) = match &asset.next_terms {
        Some(next) => (next.co_owners.clone(), next.mix_bps),
        None => (asset.co_owners.clone(), asset.mix_bps),
    };
    if from == to || latest.iter().all(|co_owner| co_owner.key != from) {
        return asset;
    }
    // Who has a share already keeps its place; otherwise the old owner's place is taken.
    let moved: u16 = latest.iter().filter(|co_owner| co_owner.key == from).map(|co_owner| co_owner.share_bps).sum();
    let has = latest.iter().any(|co_owner| co_owner.key == to);
    let mut co_owners = Vec::new();
    for co_owner in latest {
        if co_owner.key == to {
            co_owners.push(CoOwner { key: to, share_bps: co_owner.share_bps + moved });
        } else if co_owner.key != from {
            co_owners.push(co_owner);
        } else if !has {
            co_owners.push(CoOwner { key: to, share_bps: moved });
        }
    }
    asset.next_terms = Some(NextTerms { effective_slot: later, mix_bps, co_owners });
    asset
}

fn co_owners_hold(co_owners: &[CoOwner]) -> Result<(), Refused> {
    let named = co_owners.iter().all(|co_owner| co_owner.share_bps > 0);
    check((1..=16).contains(&co_owners.len()) && named, "BadCoOwner")?;
    let again = |n: usize| co_owners[..n].iter().any(|other| other.key == co_owners[n].key);
    check(!(0..co_owners.len()).any(again), "DuplicateCoOwner")?;
    check(co_owners.iter().map(|co_owner| u32::from(co_owner.share_bps)).sum::<u32>() == 10_000, "BadShares")
}

fn tightens(now: &RegistrySettings, next: &RegistrySettings) -> bool {
    now.arbiter == next.arbiter
        && now.reveal_min_slots <= next.reveal_min_slots
        && now.reveal_max_slots <= next.reveal_max_slots
        && now.displace_slots <= next.displace_slots
        && now.terms_delay_slots <= next.terms_delay_slots
        && now.timelock_slots <= next.timelock_slots
        && now.timelock_seconds <= next.timelock_seconds
        && now.dispute_slots <= next.dispute_slots
        && now.dispute_bond <= next.dispute_bond
}
