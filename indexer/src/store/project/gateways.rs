//! What each gateway is: who runs it, and from when to when its keys count. A
//! gateway's events may stand in different shards, and one shard may be known
//! further than another: a key may be added before its gateway is known, and
//! revoked before it is added.

use super::super::StoreError;
use super::keys;
use solana_address::Address;
use sqlx::PgConnection;
use std::collections::BTreeSet;

/// Derives touched gateways anew.
pub async fn refresh(tx: &mut PgConnection, gateways: &BTreeSet<Address>) -> Result<(), StoreError> {
    if gateways.is_empty() {
        return Ok(());
    }
    for statement in [
        "DELETE FROM gateways WHERE gateway = ANY ($1)",
        "DELETE FROM gateway_keys WHERE gateway = ANY ($1)",
        "INSERT INTO gateways (gateway, operator, index, slot)
         SELECT DISTINCT ON (gateway) gateway, operator, index, slot FROM gateway_changes
         WHERE gateway = ANY ($1) AND operator IS NOT NULL ORDER BY gateway, slot DESC, stream, sequence",
        // The program adds a key once and revokes it once.
        "INSERT INTO gateway_keys (gateway, key, valid_from, revoked_from)
         SELECT gateway, key, coalesce(max(valid_from), max(revoked_from)), max(revoked_from) FROM gateway_changes
         WHERE gateway = ANY ($1) AND key IS NOT NULL GROUP BY gateway, key",
    ] {
        sqlx::query(statement).bind(keys(gateways)).execute(&mut *tx).await?;
    }
    Ok(())
}
