//! Assets with their parents and co-owners, gateways and their keys.

use super::super::{StoreError, bigint};
use super::Applied;
use sqlx::PgConnection;
use tributary_client::registry::{
    Displaced, GatewayKeyAdded, GatewayKeyRevoked, GatewayRegistered, Registered, RegistryEvent,
};

pub async fn apply(tx: &mut PgConnection, applied: &Applied<'_>, event: &RegistryEvent) -> Result<(), StoreError> {
    match event {
        RegistryEvent::Registered(event) => asset(tx, applied, event).await,
        RegistryEvent::Displaced(event) => displaced(tx, applied, event).await,
        RegistryEvent::GatewayRegistered(event) => gateway(tx, applied, event).await,
        RegistryEvent::GatewayKeyAdded(event) => key_added(tx, event).await,
        RegistryEvent::GatewayKeyRevoked(event) => key_revoked(tx, event).await,
        RegistryEvent::RegistryInitialized(_)
        | RegistryEvent::ShardOpened(_)
        | RegistryEvent::Committed(_)
        | RegistryEvent::TermsSet(_)
        | RegistryEvent::TransferOffered(_)
        | RegistryEvent::Transferred(_)
        | RegistryEvent::UsesSet(_)
        | RegistryEvent::Retired(_)
        | RegistryEvent::DisputeOpened(_)
        | RegistryEvent::DisputeRuled(_)
        | RegistryEvent::DisputeEnded(_)
        | RegistryEvent::Reassigned(_)
        | RegistryEvent::ReassignmentCancelled(_)
        | RegistryEvent::CollectionCreated(_)
        | RegistryEvent::CollectionJoined(_)
        | RegistryEvent::CollectionLeft(_)
        | RegistryEvent::GovernorProposed(_)
        | RegistryEvent::GovernorChanged(_)
        | RegistryEvent::GovernorCancelled(_)
        | RegistryEvent::SettingsProposed(_)
        | RegistryEvent::SettingsApplied(_)
        | RegistryEvent::SettingsCancelled(_) => Ok(()),
    }
}

/// A licence as text. The program only takes printable ASCII; whatever else were
/// there must not stop the indexer, and Postgres takes no zero byte.
fn licence(padded: &[u8; 32]) -> String {
    let name: Vec<u8> = padded.iter().copied().take_while(|byte| *byte != 0).collect();
    String::from_utf8_lossy(&name).into_owned()
}

// A displacement may stand in another shard than the registration and be known
// first: then the registration changes nothing.

async fn displaced(tx: &mut PgConnection, applied: &Applied<'_>, event: &Displaced) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM chain.assets WHERE asset = $1 AND slot <= $2")
        .bind(event.asset.as_ref())
        .bind(bigint(applied.slot.0, "a slot")?)
        .execute(&mut *tx)
        .await?;
    asset(tx, applied, &event.registered()).await
}

async fn asset(tx: &mut PgConnection, applied: &Applied<'_>, event: &Registered) -> Result<(), StoreError> {
    let mix: Vec<i32> = event.mix_bps.iter().map(|share| i32::from(*share)).collect();
    let written = sqlx::query(
        "INSERT INTO chain.assets (asset, kind, content_id, content_hash, content_length, owner, metadata_hash, uri_hash,
                                   licence, uses, royalty_mode, mix_bps, asset_sequence, stack_bps, effective_slot, slot)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
         ON CONFLICT (asset) DO NOTHING",
    )
    .bind(event.asset.as_ref())
    .bind(i16::from(event.kind))
    .bind(&event.content_id[..])
    .bind(&event.content_hash[..])
    // Anybody may claim any length; one beyond 63 bits is as false as the largest.
    .bind(i64::try_from(event.content_length).unwrap_or(i64::MAX))
    .bind(event.owner.as_ref())
    .bind(&event.metadata_hash[..])
    .bind(&event.uri_hash[..])
    .bind(licence(&event.licence))
    .bind(i16::from(event.uses))
    .bind(i16::from(event.royalty_mode))
    .bind(mix)
    .bind(bigint(event.asset_sequence, "an asset sequence")?)
    .bind(i32::from(event.stack_bps))
    .bind(bigint(event.effective_slot, "a slot")?)
    .bind(bigint(applied.slot.0, "a slot")?)
    .execute(&mut *tx)
    .await?;
    if written.rows_affected() == 0 {
        return Ok(());
    }
    for (place, parent) in (0i16..).zip(&event.parents) {
        sqlx::query("INSERT INTO chain.parents (asset, place, parent, royalty_bps) VALUES ($1, $2, $3, $4)")
            .bind(event.asset.as_ref())
            .bind(place)
            .bind(parent.asset.as_ref())
            .bind(i32::from(parent.royalty_bps))
            .execute(&mut *tx)
            .await?;
    }
    for (place, owner) in (0i16..).zip(&event.co_owners) {
        sqlx::query("INSERT INTO chain.co_owners (asset, place, claimant, share_bps) VALUES ($1, $2, $3, $4)")
            .bind(event.asset.as_ref())
            .bind(place)
            .bind(owner.key.as_ref())
            .bind(i32::from(owner.share_bps))
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

async fn gateway(tx: &mut PgConnection, applied: &Applied<'_>, event: &GatewayRegistered) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO chain.gateways (gateway, operator, index, slot) VALUES ($1, $2, $3, $4)")
        .bind(event.gateway.as_ref())
        .bind(event.operator.as_ref())
        .bind(i64::from(event.index))
        .bind(bigint(applied.slot.0, "a slot")?)
        .execute(tx)
        .await?;
    Ok(())
}

// A gateway's events may stand in different shards, and one shard may be behind
// another: so a key may be added before its gateway is known, and revoked
// before it is added. The rows come out the same.

async fn key_added(tx: &mut PgConnection, event: &GatewayKeyAdded) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO chain.gateway_keys (gateway, key, valid_from) VALUES ($1, $2, $3)
         ON CONFLICT (gateway, key) DO UPDATE SET valid_from = EXCLUDED.valid_from",
    )
    .bind(event.gateway.as_ref())
    .bind(event.key.as_ref())
    .bind(bigint(event.valid_from, "a slot")?)
    .execute(tx)
    .await?;
    Ok(())
}

async fn key_revoked(tx: &mut PgConnection, event: &GatewayKeyRevoked) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO chain.gateway_keys (gateway, key, valid_from, revoked_from) VALUES ($1, $2, $3, $3)
         ON CONFLICT (gateway, key) DO UPDATE SET revoked_from = EXCLUDED.revoked_from",
    )
    .bind(event.gateway.as_ref())
    .bind(event.key.as_ref())
    .bind(bigint(event.revoked_from, "a slot")?)
    .execute(tx)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_licence_that_is_no_text_becomes_one_that_postgres_takes() {
        let mut bytes = [0; 32];
        bytes[..3].copy_from_slice(b"MIT");
        assert_eq!(licence(&bytes), "MIT");
        bytes[3..6].copy_from_slice(&[0xff, 0, b'x']);
        assert_eq!(licence(&bytes), "MIT\u{fffd}");
    }
}
