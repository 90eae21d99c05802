//! The rewards program's history: vaults with their deposits, refund requests,
//! roots, claims, pauses and changes.

use super::super::copy::Rows;
use super::super::{StoreError, bigint};
use super::changes::{self, Step};
use super::registry::begin;
use super::{Applied, Touched, amount};
use solana_address::Address;
use sqlx::PgConnection;
use tributary_client::rewards::{Change, Claimed, Deposited, RewardsEvent, VaultCreated};

/// Rows to write.
pub struct History {
    vaults: Rows,
    deposits: Rows,
    refund_requests: Rows,
    claims: Rows,
    root_changes: Rows,
    changes: Rows,
    policy_sets: Rows,
    pauses: Rows,
    recapitalisations: Rows,
    recipients: Rows,
}

impl History {
    pub fn new() -> Self {
        Self {
            vaults: Rows::new(
                "COPY vaults (vault, mint, token_program, token_account, decimals, domain, challenge_slots,
                              challenge_seconds, growth_per_slot, growth_burst, freezable, slot)
                 FROM STDIN (FORMAT binary)",
                12,
            ),
            deposits: Rows::new(
                "COPY deposits (vault, sequence, slot, payer, amount, payer_total) FROM STDIN (FORMAT binary)",
                6,
            ),
            refund_requests: Rows::new(
                "COPY refund_requests (vault, sequence, slot, payer, open) FROM STDIN (FORMAT binary)",
                5,
            ),
            claims: Rows::new(
                "COPY claims (vault, sequence, slot, epoch, class, claimant, destination, paid, claimed, signature)
                 FROM STDIN (FORMAT binary)",
                10,
            ),
            root_changes: Rows::new(
                "COPY root_changes (vault, sequence, slot, root_id, step, attestations, by_key, reason)
                 FROM STDIN (FORMAT binary)",
                8,
            ),
            changes: Rows::new(changes::COPY, changes::COLUMNS),
            policy_sets: Rows::new(
                "COPY policy_sets (vault, sequence, slot, policy_set) FROM STDIN (FORMAT binary)",
                4,
            ),
            pauses: Rows::new(
                "COPY pauses (vault, sequence, slot, flags, by_key, until) FROM STDIN (FORMAT binary)",
                6,
            ),
            recapitalisations: Rows::new(
                "COPY recapitalisations (vault, sequence, slot, by_key, amount, total) FROM STDIN (FORMAT binary)",
                6,
            ),
            recipients: Rows::new(
                "COPY recipients (vault, sequence, slot, claimant, recipient) FROM STDIN (FORMAT binary)",
                5,
            ),
        }
    }

    pub async fn send(self, tx: &mut PgConnection) -> Result<(), StoreError> {
        for rows in [self.vaults, self.deposits, self.refund_requests, self.claims, self.root_changes] {
            rows.send(tx).await?;
        }
        for rows in [self.changes, self.policy_sets, self.pauses, self.recapitalisations, self.recipients] {
            rows.send(tx).await?;
        }
        Ok(())
    }

    /// Takes an event's rows and notes what they touch.
    pub fn add(
        &mut self,
        applied: &Applied<'_>,
        event: &RewardsEvent,
        touched: &mut Touched,
    ) -> Result<(), StoreError> {
        match event {
            // Roles are read from the accounts; the log keeps their events.
            RewardsEvent::RewardsInitialized(_)
            | RewardsEvent::GovernorProposed(_)
            | RewardsEvent::GovernorAccepted(_)
            | RewardsEvent::GovernorCancelled(_)
            | RewardsEvent::Migrated(_) => Ok(()),
            RewardsEvent::VaultCreated(event) => self.vault(applied, event),
            RewardsEvent::Deposited(event) => self.deposit(applied, event),
            RewardsEvent::RefundRequested(event) => self.refund(applied, &event.payer, true),
            RewardsEvent::RefundWithdrawn(event) => self.refund(applied, &event.payer, false),
            RewardsEvent::RootPosted(event) => {
                touched.posted.insert((applied.stream, event.root_id));
                self.root_change(applied, &event.root_id, RootStep::named("posted"), touched)
            }
            RewardsEvent::RootAttested(event) => {
                let (by, attestations) = (Some(event.watcher.as_ref()), Some(event.attestations));
                let step = RootStep { by, attestations, ..RootStep::named("attested") };
                self.root_change(applied, &event.root_id, step, touched)
            }
            RewardsEvent::RootVetoed(event) => {
                let (by, reason) = (Some(event.watcher.as_ref()), Some(event.reason));
                let step = RootStep { by, reason, ..RootStep::named("vetoed") };
                self.root_change(applied, &event.root_id, step, touched)
            }
            RewardsEvent::RootActivated(event) => {
                self.root_change(applied, &event.root_id, RootStep::named("active"), touched)
            }
            RewardsEvent::RootsDisabled(event) => event.roots.iter().try_for_each(|root_id| {
                let (by, reason) = (Some(event.by.as_ref()), Some(event.reason));
                let step = RootStep { by, reason, ..RootStep::named("disabled") };
                self.root_change(applied, root_id, step, touched)
            }),
            RewardsEvent::Claimed(event) => self.claim(applied, event),
            RewardsEvent::RecipientSet(event) => {
                let recipient = (event.recipient != Address::default()).then_some(event.recipient.as_ref());
                begin(&mut self.recipients, applied)?.put(event.claimant.as_ref())?.put(recipient)?;
                Ok(())
            }
            RewardsEvent::ChangeProposed(event) => {
                let (nonce, ready_slot, ready_at) = (event.nonce, event.ready_slot, event.ready_at);
                let step = Step::Proposed { nonce, ready_slot, ready_at, change: &event.change };
                changes::add(&mut self.changes, applied, &step)
            }
            RewardsEvent::ChangeApplied(event) => {
                let step = Step::Applied { nonce: event.nonce, change: &event.change };
                changes::add(&mut self.changes, applied, &step)?;
                self.changed(applied, &event.change)
            }
            RewardsEvent::ChangeCancelled(event) => {
                let step = Step::Cancelled { nonce: event.nonce, by: event.by.as_ref() };
                changes::add(&mut self.changes, applied, &step)
            }
            RewardsEvent::Tightened(event) => {
                changes::add(&mut self.changes, applied, &Step::Tightened { change: &event.change })?;
                self.changed(applied, &event.change)
            }
            RewardsEvent::Recapitalised(event) => {
                begin(&mut self.recapitalisations, applied)?
                    .put(event.by.as_ref())?
                    .put(amount(event.amount))?
                    .put(amount(event.recapitalised))?;
                Ok(())
            }
            RewardsEvent::Paused(event) => self.pause(applied, event.flags, &event.by, Some(event.until)),
            RewardsEvent::Unpaused(event) => self.pause(applied, 0, &event.by, None),
        }
    }

    fn vault(&mut self, applied: &Applied<'_>, event: &VaultCreated) -> Result<(), StoreError> {
        self.vaults
            .begin()
            .put(event.vault.as_ref())?
            .put(event.mint.as_ref())?
            .put(event.token_program.as_ref())?
            .put(event.token_account.as_ref())?
            .put(i16::from(event.decimals))?
            .put(&event.domain[..])?
            .put(amount(event.challenge_slots))?
            .put(amount(event.challenge_seconds))?
            .put(amount(event.growth_per_slot))?
            .put(amount(event.growth_burst))?
            .put(event.freezable)?
            .put(bigint(applied.slot.0, "a slot")?)?;
        self.policy_set(applied, &event.policy_set)
    }

    fn changed(&mut self, applied: &Applied<'_>, change: &Change) -> Result<(), StoreError> {
        if let Change::PolicySet(hash) = change { self.policy_set(applied, hash) } else { Ok(()) }
    }

    fn policy_set(&mut self, applied: &Applied<'_>, hash: &[u8; 32]) -> Result<(), StoreError> {
        begin(&mut self.policy_sets, applied)?.put(&hash[..])?;
        Ok(())
    }

    fn deposit(&mut self, applied: &Applied<'_>, event: &Deposited) -> Result<(), StoreError> {
        begin(&mut self.deposits, applied)?
            .put(event.payer.as_ref())?
            .put(amount(event.amount))?
            .put(amount(event.payer_total))?;
        Ok(())
    }

    fn refund(&mut self, applied: &Applied<'_>, payer: &Address, open: bool) -> Result<(), StoreError> {
        begin(&mut self.refund_requests, applied)?.put(payer.as_ref())?.put(open)?;
        Ok(())
    }

    fn claim(&mut self, applied: &Applied<'_>, event: &Claimed) -> Result<(), StoreError> {
        begin(&mut self.claims, applied)?
            .put(bigint(event.epoch, "an epoch")?)?
            .put(i16::from(event.class))?
            .put(event.claimant.as_ref())?
            .put(event.destination.as_ref())?
            .put(amount(event.paid))?
            .put(amount(event.claimed))?
            .put(applied.signature.as_ref())?;
        Ok(())
    }

    fn root_change(
        &mut self,
        applied: &Applied<'_>,
        root_id: &[u8; 32],
        step: RootStep<'_>,
        touched: &mut Touched,
    ) -> Result<(), StoreError> {
        touched.roots.insert((applied.stream, *root_id));
        begin(&mut self.root_changes, applied)?
            .put(&root_id[..])?
            .put(step.name)?
            .put(step.attestations.map(i16::from))?
            .put(step.by)?
            .put(step.reason.map(i16::from))?;
        Ok(())
    }

    fn pause(&mut self, applied: &Applied<'_>, flags: u8, by: &Address, until: Option<i64>) -> Result<(), StoreError> {
        begin(&mut self.pauses, applied)?.put(i16::from(flags))?.put(by.as_ref())?.put(until)?;
        Ok(())
    }
}

/// What happened to a root, and what only some of it has.
#[derive(Default)]
struct RootStep<'a> {
    name: &'static str,
    attestations: Option<u8>,
    by: Option<&'a [u8]>,
    reason: Option<u8>,
}

impl RootStep<'_> {
    fn named(name: &'static str) -> Self {
        Self { name, ..Self::default() }
    }
}
