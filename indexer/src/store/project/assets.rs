//! What each asset is now: its standing registration with parents and
//! co-owners, and what transfers, uses, disputes and retirement made of it.

use super::super::copy::Rows;
use super::super::{StoreError, bigint};
use super::{Applied, Touched, distant, keys};
use solana_address::Address;
use sqlx::PgConnection;
use std::borrow::Cow;
use std::collections::BTreeSet;
use tributary_client::ChainEvent;
use tributary_client::registry::{Registered, RegistryEvent};

/// Derives touched assets anew; `events` are those at hand.
pub async fn refresh(tx: &mut PgConnection, touched: &Touched, events: &[Applied<'_>]) -> Result<(), StoreError> {
    if !touched.registered.is_empty() {
        let standing = standing(tx, &touched.registered, events).await?;
        for statement in [
            "DELETE FROM assets WHERE asset = ANY ($1)",
            "DELETE FROM parents WHERE asset = ANY ($1)",
            "DELETE FROM co_owners WHERE asset = ANY ($1)",
        ] {
            sqlx::query(statement).bind(keys(&touched.registered)).execute(&mut *tx).await?;
        }
        write(tx, &standing).await?;
    }
    let all: BTreeSet<Address> = touched.registered.union(&touched.assets).copied().collect();
    if !all.is_empty() {
        heads(tx, &all).await?;
    }
    Ok(())
}

/// The registrations that stand: of an asset's, the one with the oldest
/// commitment, wherever the shards stand that they were made in.
async fn standing<'a>(
    tx: &mut PgConnection,
    assets: &BTreeSet<Address>,
    events: &'a [Applied<'a>],
) -> Result<Vec<Cow<'a, Applied<'a>>>, StoreError> {
    let places: Vec<(Vec<u8>, i64)> = sqlx::query_as(
        "SELECT DISTINCT ON (asset) stream, sequence FROM registrations WHERE asset = ANY ($1)
         ORDER BY asset, commit_slot NULLS LAST, slot, stream, sequence",
    )
    .bind(keys(assets))
    .fetch_all(&mut *tx)
    .await?;
    super::at_places(tx, &places, events).await
}

fn registration(event: &ChainEvent) -> Result<Cow<'_, Registered>, StoreError> {
    match event {
        ChainEvent::Registry(RegistryEvent::Registered(event)) => Ok(Cow::Borrowed(event)),
        ChainEvent::Registry(RegistryEvent::Displaced(event)) => Ok(Cow::Owned(event.registered())),
        _ => Err(StoreError::Corrupt("a registration's event is none")),
    }
}

/// A licence as text. The program only takes printable ASCII; whatever else were
/// there must not stop the indexer, and Postgres takes no zero byte.
fn licence(padded: &[u8; 32]) -> String {
    let name: Vec<u8> = padded.iter().copied().take_while(|byte| *byte != 0).collect();
    String::from_utf8_lossy(&name).into_owned()
}

async fn write(tx: &mut PgConnection, standing: &[Cow<'_, Applied<'_>>]) -> Result<(), StoreError> {
    let mut assets = Rows::new(
        "COPY assets (asset, kind, content_id, content_hash, content_length, owner, metadata_hash, uri_hash, licence, uses,
                      royalty_mode, mix_bps, asset_sequence, stack_bps, effective_slot, slot, registered_slot)
         FROM STDIN (FORMAT binary)",
        17,
    );
    let mut parents = Rows::new("COPY parents (asset, place, parent, royalty_bps) FROM STDIN (FORMAT binary)", 4);
    let mut co_owners = Rows::new("COPY co_owners (asset, place, claimant, share_bps) FROM STDIN (FORMAT binary)", 4);
    for applied in standing {
        let (slot, event) = (applied.slot, registration(&applied.event)?);
        assets
            .begin()
            .put(event.asset.as_ref())?
            .put(i16::from(event.kind))?
            .put(&event.content_id[..])?
            .put(&event.content_hash[..])?
            // Anybody may claim any length; one beyond 63 bits is as false as the largest.
            .put(distant(event.content_length))?
            .put(event.owner.as_ref())?
            .put(&event.metadata_hash[..])?
            .put(&event.uri_hash[..])?
            .put(licence(&event.licence))?
            .put(i16::from(event.uses))?
            .put(i16::from(event.royalty_mode))?
            .put(event.mix_bps.map(i32::from).to_vec())?
            .put(bigint(event.asset_sequence, "an asset sequence")?)?
            .put(i32::from(event.stack_bps))?
            .put(distant(event.effective_slot))?
            .put(bigint(slot.0, "a slot")?)?
            .put(bigint(slot.0, "a slot")?)?;
        for (place, parent) in (0i16..).zip(&event.parents) {
            parents
                .begin()
                .put(event.asset.as_ref())?
                .put(place)?
                .put(parent.asset.as_ref())?
                .put(i32::from(parent.royalty_bps))?;
        }
        for (place, owner) in (0i16..).zip(&event.co_owners) {
            co_owners
                .begin()
                .put(event.asset.as_ref())?
                .put(place)?
                .put(owner.key.as_ref())?
                .put(i32::from(owner.share_bps))?;
        }
    }
    assets.send(tx).await?;
    parents.send(tx).await?;
    co_owners.send(tx).await
}

/// Brings owner, uses, retirement and dispute up to date with what happened
/// since the registration. Between shards a slot has no order: of two transfers
/// in one, that counts whose new owner the other does not name as the old one.
async fn heads(tx: &mut PgConnection, assets: &BTreeSet<Address>) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE assets SET owner = h.owner, uses = h.uses, next_uses = h.next_uses, next_uses_slot = h.next_uses_slot,
                           retired_slot = h.retired_slot, disputed_slot = h.disputed_slot,
                           dispute_deadline = h.dispute_deadline, slot = h.slot
         FROM (
             SELECT a.asset, coalesce(o.owner, a.owner) AS owner, coalesce(u.uses, a.uses) AS uses,
                    CASE WHEN u.effective_slot > u.slot THEN u.next_uses END AS next_uses,
                    CASE WHEN u.effective_slot > u.slot THEN u.effective_slot END AS next_uses_slot,
                    r.slot AS retired_slot,
                    CASE WHEN d.step IN ('opened', 'upheld') THEN d.opened_slot END AS disputed_slot,
                    CASE WHEN d.step IN ('opened', 'upheld') THEN d.deadline_slot END AS dispute_deadline,
                    greatest(a.slot, o.slot, u.slot, r.slot, d.slot) AS slot
             FROM assets a
             LEFT JOIN LATERAL (
                 SELECT t.owner, t.slot FROM owners t WHERE t.asset = a.asset AND t.slot >= a.registered_slot
                 ORDER BY t.slot DESC, EXISTS (SELECT FROM owners n WHERE n.asset = t.asset AND n.slot = t.slot
                                                                      AND n.previous_owner = t.owner),
                          t.stream DESC, t.sequence DESC LIMIT 1) o ON true
             LEFT JOIN LATERAL (
                 SELECT t.uses, t.next_uses, t.effective_slot, t.slot FROM uses t
                 WHERE t.asset = a.asset AND t.slot >= a.registered_slot
                 ORDER BY t.slot DESC, t.stream DESC, t.sequence DESC LIMIT 1) u ON true
             LEFT JOIN LATERAL (
                 SELECT t.slot FROM retirements t WHERE t.asset = a.asset AND t.slot >= a.registered_slot
                 ORDER BY t.slot DESC LIMIT 1) r ON true
             LEFT JOIN LATERAL (
                 SELECT t.step, t.deadline_slot, t.slot,
                        (SELECT max(n.slot) FROM disputes n
                         WHERE n.asset = t.asset AND n.step = 'opened' AND n.slot <= t.slot) AS opened_slot
                 FROM disputes t WHERE t.asset = a.asset AND t.slot >= a.registered_slot
                 ORDER BY t.slot DESC, (t.step = 'opened') DESC, t.stream DESC, t.sequence DESC LIMIT 1) d ON true
             WHERE a.asset = ANY ($1)) h
         WHERE assets.asset = h.asset
           AND (assets.owner, assets.uses, assets.next_uses, assets.next_uses_slot, assets.retired_slot,
                assets.disputed_slot, assets.dispute_deadline, assets.slot)
               IS DISTINCT FROM (h.owner, h.uses, h.next_uses, h.next_uses_slot, h.retired_slot, h.disputed_slot,
                                 h.dispute_deadline, h.slot)",
    )
    .bind(keys(assets))
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
