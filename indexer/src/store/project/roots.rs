//! What became of each root: what was posted, whether it is pending, active,
//! vetoed or disabled, and by how many it was attested.

use super::super::copy::Rows;
use super::super::{StoreError, bigint};
use super::{Applied, Touched, amount, distant};
use solana_address::Address;
use sqlx::PgConnection;
use std::borrow::Cow;
use std::collections::BTreeSet;
use tributary_client::ChainEvent;
use tributary_client::rewards::RewardsEvent;

/// Derives touched roots anew; `events` are those at hand.
pub async fn refresh(tx: &mut PgConnection, touched: &Touched, events: &[Applied<'_>]) -> Result<(), StoreError> {
    if !touched.posted.is_empty() {
        let (vaults, roots) = columns(&touched.posted);
        sqlx::query(
            "DELETE FROM roots r USING unnest($1::bytea[], $2::bytea[]) AS n (vault, root_id)
             WHERE r.vault = n.vault AND r.root_id = n.root_id",
        )
        .bind(&vaults)
        .bind(&roots)
        .execute(&mut *tx)
        .await?;
        let places: Vec<(Vec<u8>, i64)> = sqlx::query_as(
            "SELECT DISTINCT ON (c.vault, c.root_id) c.vault, c.sequence
             FROM unnest($1::bytea[], $2::bytea[]) AS n (vault, root_id)
             JOIN root_changes c ON c.vault = n.vault AND c.root_id = n.root_id AND c.step = 'posted'
             ORDER BY c.vault, c.root_id, c.sequence DESC",
        )
        .bind(&vaults)
        .bind(&roots)
        .fetch_all(&mut *tx)
        .await?;
        let posted = super::at_places(tx, &places, events).await?;
        write(tx, &posted).await?;
    }
    status(tx, &touched.roots).await
}

/// Vaults and roots as Postgres takes many at once.
fn columns(roots: &BTreeSet<(Address, [u8; 32])>) -> (Vec<&[u8]>, Vec<&[u8]>) {
    roots.iter().map(|(vault, root)| (vault.as_ref(), &root[..])).unzip()
}

async fn write(tx: &mut PgConnection, posted: &[Cow<'_, Applied<'_>>]) -> Result<(), StoreError> {
    let mut rows = Rows::new(
        "COPY roots (vault, root_id, place, epoch, attempt, parent, finalised_slot, tree_hash, earned_total, refund_total,
                     fee_total, leaf_count, manifest, policy_set, opens_slot, opens_at, status, posted_slot,
                     posted_signature, slot)
         FROM STDIN (FORMAT binary)",
        20,
    );
    for applied in posted {
        let ChainEvent::Rewards(RewardsEvent::RootPosted(event)) = applied.event.as_ref() else {
            return Err(StoreError::Corrupt("a posted root's event is none"));
        };
        let [earned, refund, fee] = event.class_totals;
        rows.begin()
            .put(event.vault.as_ref())?
            .put(&event.root_id[..])?
            .put(i16::from(event.place))?
            .put(bigint(event.epoch, "an epoch")?)?
            .put(i32::from(event.attempt))?
            .put(&event.parent[..])?
            .put(bigint(event.finalised_slot, "a slot")?)?
            .put(&event.tree_hash[..])?
            .put(amount(earned))?
            .put(amount(refund))?
            .put(amount(fee))?
            .put(i64::from(event.leaf_count))?
            .put(&event.manifest[..])?
            .put(&event.policy_set[..])?
            .put(distant(event.opens_slot))?
            .put(event.opens_at)?
            .put("pending")?
            .put(bigint(applied.slot.0, "a slot")?)?
            .put(applied.signature.as_ref())?
            .put(bigint(applied.slot.0, "a slot")?)?;
    }
    rows.send(tx).await
}

async fn status(tx: &mut PgConnection, roots: &BTreeSet<(Address, [u8; 32])>) -> Result<(), StoreError> {
    if roots.is_empty() {
        return Ok(());
    }
    let (vaults, ids) = columns(roots);
    sqlx::query(
        "UPDATE roots r SET status = s.status, attestations = s.attestations, slot = s.slot
         FROM unnest($1::bytea[], $2::bytea[]) AS n (vault, root_id)
         CROSS JOIN LATERAL (
             SELECT (SELECT CASE c.step WHEN 'posted' THEN 'pending' ELSE c.step END FROM root_changes c
                     WHERE c.vault = n.vault AND c.root_id = n.root_id AND c.step <> 'attested'
                     ORDER BY c.sequence DESC LIMIT 1) AS status,
                    coalesce((SELECT c.attestations FROM root_changes c
                              WHERE c.vault = n.vault AND c.root_id = n.root_id AND c.step = 'attested'
                              ORDER BY c.sequence DESC LIMIT 1), 0) AS attestations,
                    (SELECT c.slot FROM root_changes c WHERE c.vault = n.vault AND c.root_id = n.root_id
                     ORDER BY c.sequence DESC LIMIT 1) AS slot) s
         WHERE r.vault = n.vault AND r.root_id = n.root_id
           AND (r.status, r.attestations, r.slot) IS DISTINCT FROM (s.status, s.attestations, s.slot)",
    )
    .bind(vaults)
    .bind(ids)
    .execute(tx)
    .await?;
    Ok(())
}
