//! Vaults with their deposits, refund requests, roots and claims.

use super::super::{StoreError, bigint};
use super::{Applied, amount};
use solana_address::Address;
use sqlx::PgConnection;
use tributary_client::rewards::{Claimed, Deposited, RewardsEvent, RootPosted, VaultCreated};

pub async fn apply(tx: &mut PgConnection, applied: &Applied, event: &RewardsEvent) -> Result<(), StoreError> {
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
        RewardsEvent::Deposited(event) => deposit(tx, applied, event).await,
        RewardsEvent::RefundRequested(event) => refund(tx, applied, &event.payer, true).await,
        RewardsEvent::RefundWithdrawn(event) => refund(tx, applied, &event.payer, false).await,
        RewardsEvent::RootPosted(event) => root(tx, applied, event).await,
        RewardsEvent::RootAttested(event) => attested(tx, applied, &event.root_id, event.attestations).await,
        RewardsEvent::RootVetoed(event) => status(tx, applied, &event.root_id, "vetoed").await,
        RewardsEvent::RootActivated(event) => status(tx, applied, &event.root_id, "active").await,
        RewardsEvent::RootsDisabled(event) => disabled(tx, applied, &event.roots).await,
        RewardsEvent::Claimed(event) => claim(tx, applied, event).await,
    }
}

async fn vault(tx: &mut PgConnection, applied: &Applied, event: &VaultCreated) -> Result<(), StoreError> {
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

async fn deposit(tx: &mut PgConnection, applied: &Applied, event: &Deposited) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO chain.deposits (vault, sequence, payer, amount, payer_total, slot) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(event.vault.as_ref())
    .bind(bigint(event.sequence, "a sequence")?)
    .bind(event.payer.as_ref())
    .bind(amount(event.amount))
    .bind(amount(event.payer_total))
    .bind(bigint(applied.slot.0, "a slot")?)
    .execute(tx)
    .await?;
    Ok(())
}

async fn refund(tx: &mut PgConnection, applied: &Applied, payer: &Address, open: bool) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO chain.refund_requests (vault, sequence, payer, open, slot) VALUES ($1, $2, $3, $4, $5)")
        .bind(applied.stream.as_ref())
        .bind(bigint(applied.sequence, "a sequence")?)
        .bind(payer.as_ref())
        .bind(open)
        .bind(bigint(applied.slot.0, "a slot")?)
        .execute(tx)
        .await?;
    Ok(())
}

async fn root(tx: &mut PgConnection, applied: &Applied, event: &RootPosted) -> Result<(), StoreError> {
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
    .bind(&applied.signature)
    .execute(tx)
    .await?;
    Ok(())
}

async fn attested(
    tx: &mut PgConnection,
    applied: &Applied,
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
    applied: &Applied,
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

async fn disabled(tx: &mut PgConnection, applied: &Applied, roots: &[[u8; 32]]) -> Result<(), StoreError> {
    for root_id in roots {
        status(tx, applied, root_id, "disabled").await?;
    }
    Ok(())
}

async fn claim(tx: &mut PgConnection, applied: &Applied, event: &Claimed) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO chain.claims (vault, sequence, epoch, class, claimant, destination, paid, claimed, signature, slot)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(event.vault.as_ref())
    .bind(bigint(event.sequence, "a sequence")?)
    .bind(bigint(event.epoch, "an epoch")?)
    .bind(i16::from(event.class))
    .bind(event.claimant.as_ref())
    .bind(event.destination.as_ref())
    .bind(amount(event.paid))
    .bind(amount(event.claimed))
    .bind(&applied.signature)
    .bind(bigint(applied.slot.0, "a slot")?)
    .execute(tx)
    .await?;
    Ok(())
}
