//! Vaults with their deposits, refund requests, roots and claims.

use super::super::copy::Rows;
use super::super::{StoreError, bigint};
use super::{Applied, amount};
use solana_address::Address;
use sqlx::PgConnection;
use tributary_client::rewards::{Claimed, Deposited, RewardsEvent, RootPosted, VaultCreated};

/// Rows that nothing later changes, written together at the end of a commit.
pub struct Appended {
    deposits: Rows,
    refund_requests: Rows,
    claims: Rows,
}

impl Appended {
    pub fn new() -> Self {
        Self {
            deposits: Rows::new(
                "COPY chain.deposits (vault, sequence, payer, amount, payer_total, slot) FROM STDIN (FORMAT binary)",
                6,
            ),
            refund_requests: Rows::new(
                "COPY chain.refund_requests (vault, sequence, payer, open, slot) FROM STDIN (FORMAT binary)",
                5,
            ),
            claims: Rows::new(
                "COPY chain.claims (vault, sequence, epoch, class, claimant, destination, paid, claimed, signature, slot)
                 FROM STDIN (FORMAT binary)",
                10,
            ),
        }
    }

    pub async fn send(self, tx: &mut PgConnection) -> Result<(), StoreError> {
        self.deposits.send(tx).await?;
        self.refund_requests.send(tx).await?;
        self.claims.send(tx).await
    }

    fn deposit(&mut self, applied: &Applied<'_>, event: &Deposited) -> Result<(), StoreError> {
        self.deposits
            .begin()
            .put(event.vault.as_ref())?
            .put(bigint(event.sequence, "a sequence")?)?
            .put(event.payer.as_ref())?
            .put(amount(event.amount))?
            .put(amount(event.payer_total))?
            .put(bigint(applied.slot.0, "a slot")?)?;
        Ok(())
    }

    fn refund(&mut self, applied: &Applied<'_>, payer: &Address, open: bool) -> Result<(), StoreError> {
        self.refund_requests
            .begin()
            .put(applied.stream.as_ref())?
            .put(bigint(applied.sequence, "a sequence")?)?
            .put(payer.as_ref())?
            .put(open)?
            .put(bigint(applied.slot.0, "a slot")?)?;
        Ok(())
    }

    fn claim(&mut self, applied: &Applied<'_>, event: &Claimed) -> Result<(), StoreError> {
        self.claims
            .begin()
            .put(event.vault.as_ref())?
            .put(bigint(event.sequence, "a sequence")?)?
            .put(bigint(event.epoch, "an epoch")?)?
            .put(i16::from(event.class))?
            .put(event.claimant.as_ref())?
            .put(event.destination.as_ref())?
            .put(amount(event.paid))?
            .put(amount(event.claimed))?
            .put(applied.signature.as_ref())?
            .put(bigint(applied.slot.0, "a slot")?)?;
        Ok(())
    }
}

pub async fn apply(
    tx: &mut PgConnection,
    applied: &Applied<'_>,
    event: &RewardsEvent,
    appended: &mut Appended,
) -> Result<(), StoreError> {
    match event {
        // Roles and settings are read from the accounts; the log keeps their events.
        RewardsEvent::RewardsInitialized(_)
        | RewardsEvent::RecipientSet(_)
        | RewardsEvent::ChangeProposed(_)
        | RewardsEvent::ChangeApplied(_)
        | RewardsEvent::ChangeCancelled(_)
        | RewardsEvent::Tightened(_)
        | RewardsEvent::GovernorProposed(_)
        | RewardsEvent::GovernorAccepted(_)
        | RewardsEvent::GovernorCancelled(_)
        | RewardsEvent::Recapitalised(_)
        | RewardsEvent::Paused(_)
        | RewardsEvent::Unpaused(_)
        | RewardsEvent::Migrated(_) => Ok(()),
        RewardsEvent::VaultCreated(event) => vault(tx, applied, event).await,
        RewardsEvent::Deposited(event) => appended.deposit(applied, event),
        RewardsEvent::RefundRequested(event) => appended.refund(applied, &event.payer, true),
        RewardsEvent::RefundWithdrawn(event) => appended.refund(applied, &event.payer, false),
        RewardsEvent::RootPosted(event) => root(tx, applied, event).await,
        RewardsEvent::RootAttested(event) => attested(tx, applied, &event.root_id, event.attestations).await,
        RewardsEvent::RootVetoed(event) => status(tx, applied, &event.root_id, "vetoed").await,
        RewardsEvent::RootActivated(event) => status(tx, applied, &event.root_id, "active").await,
        RewardsEvent::RootsDisabled(event) => disabled(tx, applied, &event.roots).await,
        RewardsEvent::Claimed(event) => appended.claim(applied, event),
    }
}

async fn vault(tx: &mut PgConnection, applied: &Applied<'_>, event: &VaultCreated) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO chain.vaults (vault, mint, token_program, token_account, decimals, domain, challenge_slots,
                                   challenge_seconds, growth_per_slot, growth_burst, freezable, slot)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(event.vault.as_ref())
    .bind(event.mint.as_ref())
    .bind(event.token_program.as_ref())
    .bind(event.token_account.as_ref())
    .bind(i16::from(event.decimals))
    .bind(&event.domain[..])
    .bind(amount(event.challenge_slots))
    .bind(amount(event.challenge_seconds))
    .bind(amount(event.growth_per_slot))
    .bind(amount(event.growth_burst))
    .bind(event.freezable)
    .bind(bigint(applied.slot.0, "a slot")?)
    .execute(tx)
    .await?;
    Ok(())
}

async fn root(tx: &mut PgConnection, applied: &Applied<'_>, event: &RootPosted) -> Result<(), StoreError> {
    let [earned, refund, fee] = event.class_totals;
    sqlx::query(
        "INSERT INTO chain.roots (vault, root_id, place, epoch, attempt, parent, finalised_slot, tree_hash, earned_total,
                                  refund_total, fee_total, leaf_count, manifest, policy_set, opens_slot, opens_at, status,
                                  posted_slot, posted_signature, slot)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 'pending', $17, $18, $17)",
    )
    .bind(event.vault.as_ref())
    .bind(&event.root_id[..])
    .bind(i16::from(event.place))
    .bind(bigint(event.epoch, "an epoch")?)
    .bind(i32::from(event.attempt))
    .bind(&event.parent[..])
    .bind(bigint(event.finalised_slot, "a slot")?)
    .bind(&event.tree_hash[..])
    .bind(amount(earned))
    .bind(amount(refund))
    .bind(amount(fee))
    .bind(i64::from(event.leaf_count))
    .bind(&event.manifest[..])
    .bind(&event.policy_set[..])
    // A window that ends beyond 63 bits never ends.
    .bind(i64::try_from(event.opens_slot).unwrap_or(i64::MAX))
    .bind(event.opens_at)
    .bind(bigint(applied.slot.0, "a slot")?)
    .bind(applied.signature.as_ref())
    .execute(tx)
    .await?;
    Ok(())
}

async fn attested(
    tx: &mut PgConnection,
    applied: &Applied<'_>,
    root_id: &[u8; 32],
    attestations: u8,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE chain.roots SET attestations = $3, slot = $4 WHERE vault = $1 AND root_id = $2")
        .bind(applied.stream.as_ref())
        .bind(&root_id[..])
        .bind(i16::from(attestations))
        .bind(bigint(applied.slot.0, "a slot")?)
        .execute(tx)
        .await?;
    Ok(())
}

async fn status(
    tx: &mut PgConnection,
    applied: &Applied<'_>,
    root_id: &[u8; 32],
    status: &'static str,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE chain.roots SET status = $3, slot = $4 WHERE vault = $1 AND root_id = $2")
        .bind(applied.stream.as_ref())
        .bind(&root_id[..])
        .bind(status)
        .bind(bigint(applied.slot.0, "a slot")?)
        .execute(tx)
        .await?;
    Ok(())
}

async fn disabled(tx: &mut PgConnection, applied: &Applied<'_>, roots: &[[u8; 32]]) -> Result<(), StoreError> {
    for root_id in roots {
        status(tx, applied, root_id, "disabled").await?;
    }
    Ok(())
}
