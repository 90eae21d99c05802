//! Takes back what a stream lost: the rows of the events from a sequence on, and
//! nothing else. Heads are derived anew afterwards.

use super::super::{StoreError, bigint, bytes};
use super::Touched;
use solana_address::Address;
use sqlx::PgConnection;

/// History of assets: what is deleted names the asset.
const OF_ASSETS: [&str; 8] = [
    "DELETE FROM registrations WHERE stream = $1 AND sequence >= $2 RETURNING asset",
    "DELETE FROM terms WHERE stream = $1 AND sequence >= $2 RETURNING asset",
    "DELETE FROM owners WHERE stream = $1 AND sequence >= $2 RETURNING asset",
    "DELETE FROM offers WHERE stream = $1 AND sequence >= $2 RETURNING asset",
    "DELETE FROM uses WHERE stream = $1 AND sequence >= $2 RETURNING asset",
    "DELETE FROM retirements WHERE stream = $1 AND sequence >= $2 RETURNING asset",
    "DELETE FROM disputes WHERE stream = $1 AND sequence >= $2 RETURNING asset",
    "DELETE FROM memberships WHERE stream = $1 AND sequence >= $2 RETURNING asset",
];

/// History that no head is derived from.
const OF_ITSELF: [&str; 9] = [
    "DELETE FROM collections WHERE stream = $1 AND sequence >= $2",
    "DELETE FROM deposits WHERE vault = $1 AND sequence >= $2",
    "DELETE FROM refund_requests WHERE vault = $1 AND sequence >= $2",
    "DELETE FROM claims WHERE vault = $1 AND sequence >= $2",
    "DELETE FROM changes WHERE vault = $1 AND sequence >= $2",
    "DELETE FROM policy_sets WHERE vault = $1 AND sequence >= $2",
    "DELETE FROM pauses WHERE vault = $1 AND sequence >= $2",
    "DELETE FROM recapitalisations WHERE vault = $1 AND sequence >= $2",
    "DELETE FROM recipients WHERE vault = $1 AND sequence >= $2",
];

/// Takes back a stream's rows from `sequence` on.
pub async fn to(
    tx: &mut PgConnection,
    stream: &Address,
    sequence: u64,
    touched: &mut Touched,
) -> Result<(), StoreError> {
    let from = bigint(sequence, "a sequence")?;
    for statement in OF_ASSETS {
        let assets: Vec<(Vec<u8>,)> =
            sqlx::query_as(statement).bind(stream.as_ref()).bind(from).fetch_all(&mut *tx).await?;
        for (asset,) in assets {
            // Its registration stands as it was made, before anything changed it.
            touched.registered.insert(Address::new_from_array(bytes(&asset)?));
        }
    }
    for statement in OF_ITSELF {
        sqlx::query(statement).bind(stream.as_ref()).bind(from).execute(&mut *tx).await?;
    }
    let gateways: Vec<(Vec<u8>,)> =
        sqlx::query_as("DELETE FROM gateway_changes WHERE stream = $1 AND sequence >= $2 RETURNING gateway")
            .bind(stream.as_ref())
            .bind(from)
            .fetch_all(&mut *tx)
            .await?;
    for (gateway,) in gateways {
        touched.gateways.insert(Address::new_from_array(bytes(&gateway)?));
    }
    roots(tx, stream, from, touched).await?;
    if sequence == 0 {
        sqlx::query("DELETE FROM vaults WHERE vault = $1").bind(stream.as_ref()).execute(tx).await?;
    }
    Ok(())
}

async fn roots(tx: &mut PgConnection, vault: &Address, from: i64, touched: &mut Touched) -> Result<(), StoreError> {
    let changed: Vec<(Vec<u8>, String)> =
        sqlx::query_as("DELETE FROM root_changes WHERE vault = $1 AND sequence >= $2 RETURNING root_id, step")
            .bind(vault.as_ref())
            .bind(from)
            .fetch_all(tx)
            .await?;
    for (root_id, step) in &changed {
        let root = (*vault, bytes(root_id)?);
        touched.roots.insert(root);
        if step == "posted" {
            touched.posted.insert(root);
        }
    }
    Ok(())
}
