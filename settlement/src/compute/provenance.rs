//! What the registry's events make of the graph: terms that are announced and
//! count later, uses, owners, retirement, collections, disputes. It pays nobody;
//! what disputes held back is given out in [`super::held`].

use super::registered::{asset, co_owners, mix, share};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use tributary_attribution::graph::{Asset, Change, Graph, GraphError, Membership, Registration, Terms};
use tributary_client::registry::{Displaced, Reassigned, RegistryEvent, Transferred, UsesSet};
use tributary_core::amount::BasisPoints;
use tributary_core::id::{AssetId, Claimant, CollectionId};
use tributary_core::position::Slot;

/// The verdict of a dispute that is ruled for the owner.
const FOR_OWNER: u8 = 0;

/// The opening graph with what an epoch's events changed. An asset's fields say
/// what counted at the terms slot, or what it was first registered with since;
/// its changes stand beside them with their slots.
pub(super) struct Provenance<'a> {
    opening: &'a Graph,
    /// The slot whose terms pay the epoch's events.
    terms_slot: Slot,
    /// Assets that differ from the opening graph's, and new ones.
    changed: BTreeMap<AssetId, Asset>,
    /// Disputes that ended, and who receives what they held: the new owner, or
    /// `None` for those it was held for.
    ended: BTreeMap<AssetId, Option<Claimant>>,
}

/// The graphs an epoch needs.
pub(super) struct Graphs {
    /// What the next epoch opens with: the terms at the finalised slot.
    pub(super) published: Graph,
    /// The terms at the terms slot, where they differ.
    pub(super) earlier: Option<Graph>,
}

impl Graphs {
    /// The terms by which the epoch's events are paid.
    pub(super) fn terms(&self) -> &Graph {
        self.earlier.as_ref().unwrap_or(&self.published)
    }
}

impl<'a> Provenance<'a> {
    pub(super) fn new(opening: &'a Graph, terms_slot: Slot) -> Self {
        Self { opening, terms_slot, changed: BTreeMap::new(), ended: BTreeMap::new() }
    }

    /// An asset with the changes known so far.
    pub(super) fn get(&self, id: &AssetId) -> Option<&Asset> {
        self.changed.get(id).or_else(|| self.opening.get(id))
    }

    /// An asset as it was at a slot; before the terms slot, as it was then.
    pub(super) fn at(&self, id: &AssetId, slot: Slot) -> Option<Cow<'_, Asset>> {
        let asset = self.get(id)?;
        let changes = asset.changes.first().is_some_and(|change| change.from <= slot);
        Some(if changes { Cow::Owned(asset.as_of(slot)) } else { Cow::Borrowed(asset) })
    }

    /// Who receives what was held for an asset whose dispute ended in the epoch.
    pub(super) fn ended(&self, id: &AssetId) -> Option<Option<Claimant>> {
        self.ended.get(id).copied()
    }

    /// The slots at which some asset's permitted uses or parents change, ascending.
    pub(super) fn uses_change_at(&self) -> Vec<Slot> {
        let of_uses = |change: &&Change| matches!(change.terms, Terms::Uses(_) | Terms::Registration(_));
        let slots: BTreeSet<Slot> =
            self.all().flat_map(|asset| &asset.changes).filter(of_uses).map(|change| change.from).collect();
        slots.into_iter().collect()
    }

    fn all(&self) -> impl Iterator<Item = &Asset> {
        let known = self.opening.assets().iter().map(|asset| self.changed.get(&asset.asset).unwrap_or(asset));
        known.chain(self.changed.values().filter(|asset| self.opening.get(&asset.asset).is_none()))
    }

    /// The graphs that everything so far leads to.
    pub(super) fn graphs(&self, finalised: Slot) -> Result<Graphs, GraphError> {
        let is_plain = self.all().all(|asset| asset.changes.is_empty());
        if is_plain && self.changed.is_empty() {
            return Ok(Graphs { published: self.opening.clone(), earlier: None });
        }
        let published = Graph::new(self.all().map(|asset| asset.as_of(finalised)).collect())?;
        let then = |asset: &Asset| Asset { changes: Vec::new(), ..asset.as_of(self.terms_slot) };
        // Not `Graph::as_of`: what was registered since then earns by its first terms.
        let earlier = (!is_plain).then(|| Graph::new(self.all().map(then).collect())).transpose()?;
        Ok(Graphs { published, earlier })
    }

    /// Notes a new asset.
    pub(super) fn register(&mut self, asset: Asset) -> Result<(), &'static str> {
        let before = self.changed.insert(asset.asset, asset);
        if before.is_some() { Err("it registers an asset twice") } else { Ok(()) }
    }

    /// Applies an event about a known asset; others change nothing.
    pub(super) fn apply(&mut self, event: &RegistryEvent) -> Result<(), &'static str> {
        match event {
            RegistryEvent::Displaced(event) => return self.displace(event),
            RegistryEvent::TermsSet(event) => {
                let (co_owners, mix) = (co_owners(&event.co_owners)?, mix(event.mix_bps)?);
                let change = Change { from: Slot(event.effective_slot), terms: Terms::Income { co_owners, mix } };
                self.edit(event.asset.to_bytes())?.announce(Slot(event.slot), change);
            }
            RegistryEvent::Transferred(event) => return self.transfer(event),
            RegistryEvent::UsesSet(event) => self.set_uses(event)?,
            RegistryEvent::Retired(event) => {
                self.edit(event.asset.to_bytes())?.retired_from = Some(Slot(event.slot));
            }
            RegistryEvent::DisputeOpened(event) => {
                self.edit(event.asset.to_bytes())?.disputed_from = Some(Slot(event.slot));
            }
            // Ruled for the challenger it goes on, until the asset is reassigned or the governor cancels that.
            RegistryEvent::DisputeRuled(event) if event.verdict == FOR_OWNER => {
                self.end(event.asset.to_bytes(), None)?;
            }
            RegistryEvent::DisputeEnded(event) => self.end(event.asset.to_bytes(), None)?,
            RegistryEvent::ReassignmentCancelled(event) => self.end(event.asset.to_bytes(), None)?,
            RegistryEvent::Reassigned(event) => self.reassign(event)?,
            RegistryEvent::CollectionJoined(event) => {
                let member = Membership {
                    collection: CollectionId(event.collection.to_bytes()),
                    curator: Claimant(event.curator.to_bytes()),
                    share: share(event.share_bps)?,
                };
                self.change_collection(event.asset.to_bytes(), event.effective_slot, Some(member))?;
            }
            RegistryEvent::CollectionLeft(event) => {
                self.change_collection(event.asset.to_bytes(), event.effective_slot, None)?;
            }
            _ => {}
        }
        Ok(())
    }

    /// An asset to be changed.
    fn edit(&mut self, id: [u8; 32]) -> Result<&mut Asset, &'static str> {
        let id = AssetId(id);
        if !self.changed.contains_key(&id) {
            let known = self.opening.get(&id).ok_or("it changes an asset that was never registered")?;
            self.changed.insert(id, known.clone());
        }
        self.changed.get_mut(&id).ok_or("it changes an asset that was never registered")
    }

    /// An older commitment took the record over. Of an asset of this epoch nobody
    /// knew the first terms before, so the older commitment's are its first.
    fn displace(&mut self, event: &Displaced) -> Result<(), &'static str> {
        let by = asset(&event.registered())?;
        let is_new = self.opening.get(&by.asset).is_none();
        let known = self.edit(by.asset.0)?;
        if known.disputed_from.is_some() {
            self.end(by.asset.0, None)?;
        }
        let known = self.edit(by.asset.0)?;
        if is_new {
            *known = by;
            return Ok(());
        }
        known.retired_from = None;
        let registration = Registration {
            owner: by.owner,
            co_owners: by.co_owners,
            parents: by.parents,
            royalties: by.royalties,
            mix: by.mix,
            uses: by.uses,
        };
        let change = Change { from: Slot(event.effective_slot), terms: Terms::Registration(registration) };
        known.announce(Slot(event.slot), change);
        Ok(())
    }

    /// Control moves at once, income with the delay of all terms.
    fn transfer(&mut self, event: &Transferred) -> Result<(), &'static str> {
        let now = Slot(event.slot);
        let (co_owners, mix) = (co_owners(&event.co_owners)?, mix(event.mix_bps)?);
        let asset = self.edit(event.asset.to_bytes())?;
        asset.announce(now, Change { from: now, terms: Terms::Owner(Claimant(event.owner.to_bytes())) });
        // The old owner had no share and nothing was to follow: the event repeats what counts.
        if event.effective_slot >= event.slot {
            let from = Slot(event.effective_slot);
            asset.announce(now, Change { from, terms: Terms::Income { co_owners, mix } });
        }
        Ok(())
    }

    /// What is taken away ends at once, what is added waits.
    fn set_uses(&mut self, event: &UsesSet) -> Result<(), &'static str> {
        let now = Slot(event.slot);
        let asset = self.edit(event.asset.to_bytes())?;
        asset.announce(now, Change { from: now, terms: Terms::Uses(event.uses) });
        if event.effective_slot > event.slot {
            let from = Slot(event.effective_slot);
            asset.announce(now, Change { from, terms: Terms::Uses(event.next_uses) });
        }
        Ok(())
    }

    /// Joining and leaving never replace one another: a membership that was left
    /// before it began still lasts from its slot to that of the leaving.
    fn change_collection(&mut self, id: [u8; 32], from: u64, to: Option<Membership>) -> Result<(), &'static str> {
        let asset = self.edit(id)?;
        let from = Slot(from);
        let at = asset.changes.partition_point(|change| change.from <= from);
        asset.changes.insert(at, Change { from, terms: Terms::Collection(to) });
        Ok(())
    }

    /// A dispute ended. What was held at the epoch's opening goes by the first end.
    fn end(&mut self, id: [u8; 32], to: Option<Claimant>) -> Result<(), &'static str> {
        self.edit(id)?.disputed_from = None;
        self.ended.entry(AssetId(id)).or_insert(to);
        Ok(())
    }

    /// The challenger owns the asset. Its verdict waited as long as terms do, and
    /// no credit of a contested asset was settled meanwhile, so it is paid for
    /// the whole of this epoch.
    fn reassign(&mut self, event: &Reassigned) -> Result<(), &'static str> {
        let (now, owner) = (Slot(event.slot), Claimant(event.owner.to_bytes()));
        self.end(event.asset.to_bytes(), Some(owner))?;
        let asset = self.edit(event.asset.to_bytes())?;
        let whole = vec![(owner, BasisPoints::ONE)];
        asset.co_owners.clone_from(&whole);
        asset.changes.retain(|change| change.from <= now || !matches!(change.terms, Terms::Income { .. }));
        for change in &mut asset.changes {
            match &mut change.terms {
                Terms::Income { co_owners, .. } => co_owners.clone_from(&whole),
                Terms::Registration(registration) => registration.co_owners.clone_from(&whole),
                Terms::Owner(_) | Terms::Uses(_) | Terms::Collection(_) => {}
            }
        }
        asset.announce(now, Change { from: now, terms: Terms::Owner(owner) });
        Ok(())
    }
}
