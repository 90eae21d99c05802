//! One asset as a JSON object. What engine 1 did not know stands behind the
//! rest and only where it differs from the default, so that older files keep
//! their bytes.

use super::super::{Asset, Change, Membership, Registration, RoyaltyMode, Terms};
use serde::{Deserialize, Serialize};
use tributary_core::amount::BasisPoints;
use tributary_core::content::AssetKind;
use tributary_core::id::{AssetId, Claimant, CollectionId};
use tributary_core::policy::{Mix, POLICIES};
use tributary_core::position::{AssetSeq, Slot};

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Dataset,
    Model,
    Agent,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Royalties {
    #[default]
    Relative,
    Absolute,
}

impl Royalties {
    fn is_relative(&self) -> bool {
        *self == Self::Relative
    }

    fn of(mode: RoyaltyMode) -> Self {
        match mode {
            RoyaltyMode::Relative => Self::Relative,
            RoyaltyMode::Absolute => Self::Absolute,
        }
    }

    fn mode(self) -> RoyaltyMode {
        match self {
            Self::Relative => RoyaltyMode::Relative,
            Self::Absolute => RoyaltyMode::Absolute,
        }
    }
}

/// Collection, curator, curator's share in basis points.
type Member = (CollectionId, Claimant, u16);
type Shares<T> = Vec<(T, u16)>;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LineRegistration {
    owner: Claimant,
    co_owners: Shares<Claimant>,
    parents: Shares<AssetId>,
    royalties: Royalties,
    mix: Option<[u16; POLICIES]>,
    uses: u8,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum LineTerms {
    Income { co_owners: Shares<Claimant>, mix: Option<[u16; POLICIES]> },
    Owner(Claimant),
    Uses(u8),
    Collection(Option<Member>),
    Registration(LineRegistration),
}

/// A line, its fields in this order. Sequences exceed what a double can hold
/// exactly, so they are decimal strings.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Line {
    asset: AssetId,
    seq: String,
    kind: Kind,
    owner: Claimant,
    co_owners: Shares<Claimant>,
    parents: Shares<AssetId>,
    mix: Option<[u16; POLICIES]>,
    uses: u8,
    effective_slot: Slot,
    #[serde(default, skip_serializing_if = "Royalties::is_relative")]
    royalties: Royalties,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    collection: Option<Member>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    retired_from: Option<Slot>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    disputed_from: Option<Slot>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    changes: Vec<(Slot, LineTerms)>,
}

impl Line {
    pub(super) fn of(asset: &Asset) -> Self {
        Self {
            asset: asset.asset,
            seq: asset.seq.to_string(),
            kind: match asset.kind {
                AssetKind::Dataset => Kind::Dataset,
                AssetKind::Model => Kind::Model,
                AssetKind::Agent => Kind::Agent,
            },
            owner: asset.owner,
            co_owners: numbers(&asset.co_owners),
            parents: numbers(&asset.parents),
            mix: mix_numbers(&asset.mix),
            uses: asset.uses,
            effective_slot: asset.effective_slot,
            royalties: Royalties::of(asset.royalties),
            collection: member_numbers(&asset.collection),
            retired_from: asset.retired_from,
            disputed_from: asset.disputed_from,
            changes: asset.changes.iter().map(|change| (change.from, line_terms(&change.terms))).collect(),
        }
    }

    pub(super) fn asset(self) -> Result<Asset, &'static str> {
        Ok(Asset {
            asset: self.asset,
            seq: AssetSeq(self.seq.parse().map_err(|_| "sequence")?),
            kind: match self.kind {
                Kind::Dataset => AssetKind::Dataset,
                Kind::Model => AssetKind::Model,
                Kind::Agent => AssetKind::Agent,
            },
            owner: self.owner,
            co_owners: shares(self.co_owners, "share of a co-owner")?,
            parents: shares(self.parents, "royalty of a parent")?,
            royalties: self.royalties.mode(),
            collection: member(self.collection)?,
            mix: mix(self.mix)?,
            uses: self.uses,
            effective_slot: self.effective_slot,
            retired_from: self.retired_from,
            disputed_from: self.disputed_from,
            changes: self
                .changes
                .into_iter()
                .map(|(from, line)| Ok(Change { from, terms: terms(line)? }))
                .collect::<Result<_, &'static str>>()?,
        })
    }
}

fn numbers<T: Copy>(list: &[(T, BasisPoints)]) -> Shares<T> {
    list.iter().map(|(id, share)| (*id, share.get())).collect()
}

fn shares<T>(list: Shares<T>, what: &'static str) -> Result<Vec<(T, BasisPoints)>, &'static str> {
    list.into_iter().map(|(id, bps)| BasisPoints::new(bps).map(|bps| (id, bps)).ok_or(what)).collect()
}

fn mix_numbers(mix: &Option<Mix>) -> Option<[u16; POLICIES]> {
    mix.map(|mix| mix.shares().map(BasisPoints::get))
}

fn mix(bps: Option<[u16; POLICIES]>) -> Result<Option<Mix>, &'static str> {
    bps.map(|bps| Mix::from_bps(bps).ok_or("mix")).transpose()
}

fn member_numbers(member: &Option<Membership>) -> Option<Member> {
    member.map(|member| (member.collection, member.curator, member.share.get()))
}

fn member(member: Option<Member>) -> Result<Option<Membership>, &'static str> {
    member
        .map(|(collection, curator, bps)| {
            let share = BasisPoints::new(bps).ok_or("share of a curator")?;
            Ok(Membership { collection, curator, share })
        })
        .transpose()
}

fn line_terms(terms: &Terms) -> LineTerms {
    match terms {
        Terms::Income { co_owners, mix } => LineTerms::Income { co_owners: numbers(co_owners), mix: mix_numbers(mix) },
        Terms::Owner(owner) => LineTerms::Owner(*owner),
        Terms::Uses(uses) => LineTerms::Uses(*uses),
        Terms::Collection(collection) => LineTerms::Collection(member_numbers(collection)),
        Terms::Registration(other) => LineTerms::Registration(LineRegistration {
            owner: other.owner,
            co_owners: numbers(&other.co_owners),
            parents: numbers(&other.parents),
            royalties: Royalties::of(other.royalties),
            mix: mix_numbers(&other.mix),
            uses: other.uses,
        }),
    }
}

fn terms(line: LineTerms) -> Result<Terms, &'static str> {
    Ok(match line {
        LineTerms::Income { co_owners, mix: bps } => {
            Terms::Income { co_owners: shares(co_owners, "share of a co-owner")?, mix: mix(bps)? }
        }
        LineTerms::Owner(owner) => Terms::Owner(owner),
        LineTerms::Uses(uses) => Terms::Uses(uses),
        LineTerms::Collection(collection) => Terms::Collection(member(collection)?),
        LineTerms::Registration(other) => Terms::Registration(Registration {
            owner: other.owner,
            co_owners: shares(other.co_owners, "share of a co-owner")?,
            parents: shares(other.parents, "royalty of a parent")?,
            royalties: other.royalties.mode(),
            mix: mix(other.mix)?,
            uses: other.uses,
        }),
    })
}
