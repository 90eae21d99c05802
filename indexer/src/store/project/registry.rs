//! The registry's history: who registered, offered, disputed and announced what.

use super::super::copy::{Row, Rows};
use super::super::{StoreError, bigint};
use super::{Applied, Touched, amount, distant};
use solana_address::Address;
use sqlx::PgConnection;
use tributary_client::registry::{CoOwner, RegistryEvent};

/// The verdict of a dispute that is ruled for the owner.
const FOR_OWNER: u8 = 0;

/// Rows to write.
pub struct History {
    registrations: Rows,
    terms: Rows,
    owners: Rows,
    offers: Rows,
    uses: Rows,
    retirements: Rows,
    disputes: Rows,
    collections: Rows,
    memberships: Rows,
    gateway_changes: Rows,
}

impl History {
    pub fn new() -> Self {
        Self {
            registrations: Rows::new(
                "COPY registrations (stream, sequence, slot, asset, commit_slot) FROM STDIN (FORMAT binary)",
                5,
            ),
            terms: Rows::new(
                "COPY terms (stream, sequence, slot, asset, claimants, shares_bps, mix_bps, effective_slot)
                 FROM STDIN (FORMAT binary)",
                8,
            ),
            owners: Rows::new(
                "COPY owners (stream, sequence, slot, asset, previous_owner, owner) FROM STDIN (FORMAT binary)",
                6,
            ),
            offers: Rows::new(
                "COPY offers (stream, sequence, slot, asset, owner, recipient) FROM STDIN (FORMAT binary)",
                6,
            ),
            uses: Rows::new(
                "COPY uses (stream, sequence, slot, asset, uses, next_uses, effective_slot) FROM STDIN (FORMAT binary)",
                7,
            ),
            retirements: Rows::new(
                "COPY retirements (stream, sequence, slot, asset, owner) FROM STDIN (FORMAT binary)",
                5,
            ),
            disputes: Rows::new(
                "COPY disputes (stream, sequence, slot, asset, step, challenger, evidence_hash, bond, deadline_slot)
                 FROM STDIN (FORMAT binary)",
                9,
            ),
            collections: Rows::new(
                "COPY collections (stream, sequence, slot, collection, curator, index, share_bps, metadata_hash)
                 FROM STDIN (FORMAT binary)",
                8,
            ),
            memberships: Rows::new(
                "COPY memberships (stream, sequence, slot, asset, collection, curator, share_bps, effective_slot)
                 FROM STDIN (FORMAT binary)",
                8,
            ),
            gateway_changes: Rows::new(
                "COPY gateway_changes (stream, sequence, slot, gateway, operator, index, key, valid_from, revoked_from)
                 FROM STDIN (FORMAT binary)",
                9,
            ),
        }
    }

    pub async fn send(self, tx: &mut PgConnection) -> Result<(), StoreError> {
        let Self { registrations, terms, owners, offers, uses, .. } = self;
        for rows in [registrations, terms, owners, offers, uses] {
            rows.send(tx).await?;
        }
        for rows in [self.retirements, self.disputes, self.collections, self.memberships, self.gateway_changes] {
            rows.send(tx).await?;
        }
        Ok(())
    }

    /// Takes an event's rows and notes what they touch.
    pub fn add(
        &mut self,
        applied: &Applied<'_>,
        event: &RegistryEvent,
        touched: &mut Touched,
    ) -> Result<(), StoreError> {
        match event {
            RegistryEvent::Registered(event) => {
                touched.registered.insert(event.asset);
                begin(&mut self.registrations, applied)?.put(event.asset.as_ref())?.put(None::<i64>)?;
                self.terms(applied, &event.asset, &event.co_owners, event.mix_bps, event.effective_slot)?;
            }
            RegistryEvent::Displaced(event) => {
                touched.registered.insert(event.asset);
                let committed = bigint(event.commit_slot, "a slot")?;
                begin(&mut self.registrations, applied)?.put(event.asset.as_ref())?.put(Some(committed))?;
                self.terms(applied, &event.asset, &event.co_owners, event.mix_bps, event.effective_slot)?;
            }
            RegistryEvent::TermsSet(event) => {
                self.terms(applied, &event.asset, &event.co_owners, event.mix_bps, event.effective_slot)?;
            }
            RegistryEvent::Transferred(event) => {
                touched.assets.insert(event.asset);
                self.owner(applied, &event.asset, &event.previous_owner, &event.owner)?;
                // Otherwise the old owner had no share, and the event repeats what counts.
                if event.effective_slot >= event.slot {
                    self.terms(applied, &event.asset, &event.co_owners, event.mix_bps, event.effective_slot)?;
                }
            }
            RegistryEvent::Reassigned(event) => {
                touched.assets.insert(event.asset);
                self.owner(applied, &event.asset, &event.previous_owner, &event.owner)?;
                let whole = [CoOwner { key: event.owner, share_bps: 10_000 }];
                self.terms(applied, &event.asset, &whole, event.mix_bps, event.effective_slot)?;
                self.dispute(applied, &event.asset, "reassigned", &event.owner, Step::default())?;
            }
            RegistryEvent::TransferOffered(event) => {
                let to = (event.to != Address::default()).then_some(event.to.as_ref());
                begin(&mut self.offers, applied)?.put(event.asset.as_ref())?.put(event.owner.as_ref())?.put(to)?;
            }
            RegistryEvent::UsesSet(event) => {
                touched.assets.insert(event.asset);
                begin(&mut self.uses, applied)?
                    .put(event.asset.as_ref())?
                    .put(i16::from(event.uses))?
                    .put(i16::from(event.next_uses))?
                    .put(distant(event.effective_slot))?;
            }
            RegistryEvent::Retired(event) => {
                touched.assets.insert(event.asset);
                begin(&mut self.retirements, applied)?.put(event.asset.as_ref())?.put(event.owner.as_ref())?;
            }
            RegistryEvent::DisputeOpened(event) => {
                touched.assets.insert(event.asset);
                let step = Step {
                    evidence_hash: Some(&event.evidence_hash),
                    bond: Some(event.bond),
                    deadline_slot: Some(event.deadline_slot),
                };
                self.dispute(applied, &event.asset, "opened", &event.challenger, step)?;
            }
            RegistryEvent::DisputeRuled(event) => {
                touched.assets.insert(event.asset);
                let rejected = event.verdict == FOR_OWNER;
                let deadline_slot = (!rejected).then_some(event.ripe_slot);
                let step = Step { bond: Some(event.bond), deadline_slot, ..Step::default() };
                let name = if rejected { "rejected" } else { "upheld" };
                self.dispute(applied, &event.asset, name, &event.challenger, step)?;
            }
            RegistryEvent::DisputeEnded(event) => {
                touched.assets.insert(event.asset);
                let step = Step { bond: Some(event.bond), ..Step::default() };
                self.dispute(applied, &event.asset, "expired", &event.challenger, step)?;
            }
            RegistryEvent::ReassignmentCancelled(event) => {
                touched.assets.insert(event.asset);
                self.dispute(applied, &event.asset, "cancelled", &event.challenger, Step::default())?;
            }
            RegistryEvent::CollectionCreated(event) => {
                begin(&mut self.collections, applied)?
                    .put(event.collection.as_ref())?
                    .put(event.curator.as_ref())?
                    .put(i64::from(event.index))?
                    .put(i32::from(event.share_bps))?
                    .put(&event.metadata_hash[..])?;
            }
            RegistryEvent::CollectionJoined(event) => {
                begin(&mut self.memberships, applied)?
                    .put(event.asset.as_ref())?
                    .put(event.collection.as_ref())?
                    .put(Some(event.curator.as_ref()))?
                    .put(Some(i32::from(event.share_bps)))?
                    .put(distant(event.effective_slot))?;
            }
            RegistryEvent::CollectionLeft(event) => {
                begin(&mut self.memberships, applied)?
                    .put(event.asset.as_ref())?
                    .put(event.collection.as_ref())?
                    .put(None::<&[u8]>)?
                    .put(None::<i32>)?
                    .put(distant(event.effective_slot))?;
            }
            RegistryEvent::GatewayRegistered(event) => {
                touched.gateways.insert(event.gateway);
                begin(&mut self.gateway_changes, applied)?
                    .put(event.gateway.as_ref())?
                    .put(Some(event.operator.as_ref()))?
                    .put(Some(i64::from(event.index)))?
                    .put(None::<&[u8]>)?
                    .put(None::<i64>)?
                    .put(None::<i64>)?;
            }
            RegistryEvent::GatewayKeyAdded(event) => {
                touched.gateways.insert(event.gateway);
                self.gateway_key(applied, &event.gateway, &event.key, Some(event.valid_from), None)?;
            }
            RegistryEvent::GatewayKeyRevoked(event) => {
                touched.gateways.insert(event.gateway);
                self.gateway_key(applied, &event.gateway, &event.key, None, Some(event.revoked_from))?;
            }
            // Settings and roles are read from the accounts; the log keeps their events.
            RegistryEvent::RegistryInitialized(_)
            | RegistryEvent::ShardOpened(_)
            | RegistryEvent::Committed(_)
            | RegistryEvent::GovernorProposed(_)
            | RegistryEvent::GovernorChanged(_)
            | RegistryEvent::GovernorCancelled(_)
            | RegistryEvent::SettingsProposed(_)
            | RegistryEvent::SettingsApplied(_)
            | RegistryEvent::SettingsCancelled(_) => {}
        }
        Ok(())
    }

    fn terms(
        &mut self,
        applied: &Applied<'_>,
        asset: &Address,
        co_owners: &[CoOwner],
        mix_bps: [u16; 5],
        effective_slot: u64,
    ) -> Result<(), StoreError> {
        let claimants: Vec<&[u8]> = co_owners.iter().map(|owner| owner.key.as_ref()).collect();
        let shares: Vec<i32> = co_owners.iter().map(|owner| i32::from(owner.share_bps)).collect();
        begin(&mut self.terms, applied)?
            .put(asset.as_ref())?
            .put(claimants)?
            .put(shares)?
            .put(mix_bps.map(i32::from).to_vec())?
            .put(distant(effective_slot))?;
        Ok(())
    }

    fn owner(
        &mut self,
        applied: &Applied<'_>,
        asset: &Address,
        previous: &Address,
        owner: &Address,
    ) -> Result<(), StoreError> {
        begin(&mut self.owners, applied)?.put(asset.as_ref())?.put(previous.as_ref())?.put(owner.as_ref())?;
        Ok(())
    }

    fn dispute(
        &mut self,
        applied: &Applied<'_>,
        asset: &Address,
        name: &str,
        challenger: &Address,
        step: Step<'_>,
    ) -> Result<(), StoreError> {
        begin(&mut self.disputes, applied)?
            .put(asset.as_ref())?
            .put(name)?
            .put(challenger.as_ref())?
            .put(step.evidence_hash.map(|hash| &hash[..]))?
            .put(step.bond.map(amount))?
            .put(step.deadline_slot.map(distant))?;
        Ok(())
    }

    fn gateway_key(
        &mut self,
        applied: &Applied<'_>,
        gateway: &Address,
        key: &Address,
        valid_from: Option<u64>,
        revoked_from: Option<u64>,
    ) -> Result<(), StoreError> {
        begin(&mut self.gateway_changes, applied)?
            .put(gateway.as_ref())?
            .put(None::<&[u8]>)?
            .put(None::<i64>)?
            .put(Some(key.as_ref()))?
            .put(valid_from.map(distant))?
            .put(revoked_from.map(distant))?;
        Ok(())
    }
}

/// What only some steps of a dispute have.
#[derive(Default)]
struct Step<'a> {
    evidence_hash: Option<&'a [u8; 32]>,
    bond: Option<u64>,
    deadline_slot: Option<u64>,
}

/// A row with the event's place, which all begin with.
pub(super) fn begin<'r>(rows: &'r mut Rows, applied: &Applied<'_>) -> Result<Row<'r>, StoreError> {
    rows.begin()
        .put(applied.stream.as_ref())?
        .put(bigint(applied.sequence, "a sequence")?)?
        .put(bigint(applied.slot.0, "a slot")?)
}
