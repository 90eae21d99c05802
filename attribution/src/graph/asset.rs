//! An asset with the terms that pay people, and what changes about them when.
//! Values only: what makes them a valid graph is checked by [`super::Graph`].

use tributary_core::amount::BasisPoints;
use tributary_core::content::AssetKind;
use tributary_core::id::{AssetId, Claimant, CollectionId};
use tributary_core::policy::Mix;
use tributary_core::position::{AssetSeq, Slot};

/// What an asset's parents ask a share of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum RoyaltyMode {
    /// Of what this asset itself receives.
    #[default]
    Relative,
    /// Of what this asset and each of its descendants receive, undiluted: a child
    /// pays this asset's parents out of its own inflow, and what this asset gets
    /// as royalty it keeps whole.
    Absolute,
}

/// A dataset's place in a collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The collection's record.
    pub collection: CollectionId,
    /// Who is paid for curating it.
    pub curator: Claimant,
    /// The curator's share of what the dataset keeps, before its co-owners.
    pub share: BasisPoints,
}

/// An asset with the terms that pay people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    /// Its record's address.
    pub asset: AssetId,
    /// Its place in the order of registration; no other asset has the same.
    pub seq: AssetSeq,
    /// What it is.
    pub kind: AssetKind,
    /// Who may change the record. Income goes to the co-owners, not here.
    pub owner: Claimant,
    /// 1 to [`super::CO_OWNERS_MAX`] claimants and their shares, which sum to the whole.
    pub co_owners: Vec<(Claimant, BasisPoints)>,
    /// At most [`super::PARENTS_MAX`] older assets and the share that each receives.
    pub parents: Vec<(AssetId, BasisPoints)>,
    /// What those shares are of.
    pub royalties: RoyaltyMode,
    /// The collection it is a member of; datasets only.
    pub collection: Option<Membership>,
    /// How a model's income is shared between policies; `None` for the default.
    pub mix: Option<Mix>,
    /// Permitted uses ([`tributary_core::content::uses`]).
    pub uses: u8,
    /// From which slot these terms count.
    pub effective_slot: Slot,
    /// Events whose graph position lies at this slot or later earn it nothing.
    pub retired_from: Option<Slot>,
    /// Since when a dispute about it is open: what it earns is held apart.
    pub disputed_from: Option<Slot>,
    /// Terms that are announced but do not count yet, ascending by slot.
    pub changes: Vec<Change>,
}

/// Other terms of an asset, and from which slot they count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The first slot.
    pub from: Slot,
    /// What is different then.
    pub terms: Terms,
}

/// Terms that replace those before them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Terms {
    /// Who is paid, and how a model mixes policies.
    Income {
        /// As [`Asset::co_owners`].
        co_owners: Vec<(Claimant, BasisPoints)>,
        /// As [`Asset::mix`].
        mix: Option<Mix>,
    },
    /// Another owner.
    Owner(Claimant),
    /// Other permitted uses.
    Uses(u8),
    /// A collection joined, or left for none.
    Collection(Option<Membership>),
    /// An older commitment displaced the registration: everything that it said.
    Registration(Registration),
}

/// What a registration says about who is paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// As [`Asset::owner`].
    pub owner: Claimant,
    /// As [`Asset::co_owners`].
    pub co_owners: Vec<(Claimant, BasisPoints)>,
    /// As [`Asset::parents`].
    pub parents: Vec<(AssetId, BasisPoints)>,
    /// As [`Asset::royalties`].
    pub royalties: RoyaltyMode,
    /// As [`Asset::mix`].
    pub mix: Option<Mix>,
    /// As [`Asset::uses`].
    pub uses: u8,
}

impl Terms {
    fn is_like(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

impl Asset {
    /// Notes what was announced at slot `now`. It takes the place of what was
    /// announced of its kind and does not count yet; a displaced registration
    /// takes that of everything that does not. What counted up to `now` stays.
    pub fn announce(&mut self, now: Slot, change: Change) {
        let displaced = matches!(change.terms, Terms::Registration(_));
        self.changes.retain(|old| old.from <= now || !(displaced || old.terms.is_like(&change.terms)));
        if displaced {
            self.disputed_from = None;
        }
        let at = self.changes.partition_point(|old| old.from <= change.from);
        self.changes.insert(at, change);
    }

    /// The asset with what counts at a slot as its terms; later changes stay
    /// changes. Retirement and dispute are facts, not terms, and stay.
    pub fn as_of(&self, slot: Slot) -> Self {
        let mut asset = self.clone();
        let later = asset.changes.split_off(asset.changes.partition_point(|change| change.from <= slot));
        for change in std::mem::replace(&mut asset.changes, later) {
            asset.apply(change.terms);
        }
        asset
    }

    fn apply(&mut self, terms: Terms) {
        match terms {
            Terms::Income { co_owners, mix } => {
                self.co_owners = co_owners;
                self.mix = mix;
            }
            Terms::Owner(owner) => self.owner = owner,
            Terms::Uses(uses) => self.uses = uses,
            Terms::Collection(collection) => self.collection = collection,
            Terms::Registration(registration) => {
                self.owner = registration.owner;
                self.co_owners = registration.co_owners;
                self.parents = registration.parents;
                self.royalties = registration.royalties;
                self.mix = registration.mix;
                self.uses = registration.uses;
                // The curator agreed with somebody else.
                self.collection = None;
            }
        }
    }
}
