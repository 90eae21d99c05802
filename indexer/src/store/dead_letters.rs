//! Events that can't be used, kept with their bytes until a version can read
//! them or somebody has looked.

use super::{StoreError, bigint, bytes, slot, unsigned};
use crate::event::{DECODER, DeadLetter, EventId, IndexedEvent, position};
use solana_address::Address;
use solana_sdk::signature::Signature;
use sqlx::PgConnection;
use std::collections::BTreeSet;
use tributary_client::{EVENT_TAG, decode_event};
use tributary_core::position::Slot;

/// Events of slots that were declared complete without them. Storing them would
/// change what was computed from those slots: they are kept aside, which stops
/// the finalised slot until somebody has looked.
pub async fn keep_late(
    tx: &mut PgConnection,
    events: &[IndexedEvent],
    finalised: Slot,
) -> Result<BTreeSet<EventId>, StoreError> {
    let old: Vec<&IndexedEvent> = events.iter().filter(|event| event.slot <= finalised).collect();
    if old.is_empty() {
        return Ok(BTreeSet::new());
    }
    let signatures: BTreeSet<&[u8]> = old.iter().map(|event| event.id.signature.as_ref()).collect();
    let signatures: Vec<&[u8]> = signatures.into_iter().collect();
    let rows: Vec<(Vec<u8>, i32, i32)> =
        sqlx::query_as("SELECT signature, outer_index, inner_index FROM chain.events WHERE signature = ANY ($1)")
            .bind(&signatures)
            .fetch_all(&mut *tx)
            .await?;
    let stored = rows.into_iter().map(identity).collect::<Result<BTreeSet<_>, _>>()?;
    let mut letters = Vec::new();
    for event in old.into_iter().filter(|event| !stored.contains(&event.id)) {
        tracing::error!(signature = %event.id.signature, slot = event.slot.0, "an event came after its slot had been declared complete; create the schema `chain` anew and let the indexer fill it again");
        letters.push(DeadLetter {
            id: event.id,
            slot: event.slot,
            program: event.program,
            data: event.data.clone(),
            reason: "it came after its slot had been declared complete".to_owned(),
        });
    }
    keep(tx, &letters).await?;
    Ok(letters.iter().map(|letter| letter.id).collect())
}

/// Keeps events aside that can't be used.
pub async fn keep(tx: &mut PgConnection, letters: &[DeadLetter]) -> Result<(), StoreError> {
    if letters.is_empty() {
        return Ok(());
    }
    let slots = letters.iter().map(|letter| bigint(letter.slot.0, "a slot")).collect::<Result<Vec<_>, _>>()?;
    let kept: Vec<(Vec<u8>, String)> = sqlx::query_as(
        "INSERT INTO chain.dead_letters (signature, outer_index, inner_index, slot, program, data, reason, decoder)
         SELECT n.*, $8 FROM unnest($1::bytea[], $2::integer[], $3::integer[], $4::bigint[], $5::bytea[], $6::bytea[], $7::text[]) AS n
         ON CONFLICT DO NOTHING RETURNING signature, reason",
    )
    .bind(letters.iter().map(|letter| letter.id.signature.as_ref()).collect::<Vec<&[u8]>>())
    .bind(letters.iter().map(|letter| i32::from(letter.id.outer)).collect::<Vec<_>>())
    .bind(letters.iter().map(|letter| i32::from(letter.id.inner)).collect::<Vec<_>>())
    .bind(slots)
    .bind(letters.iter().map(|letter| letter.program.as_ref()).collect::<Vec<&[u8]>>())
    .bind(letters.iter().map(|letter| letter.data.as_slice()).collect::<Vec<&[u8]>>())
    .bind(letters.iter().map(|letter| letter.reason.as_str()).collect::<Vec<&str>>())
    .bind(DECODER)
    .fetch_all(tx)
    .await?;
    for (signature, reason) in kept {
        let signature = Signature::from(bytes::<64>(&signature)?);
        tracing::error!(%signature, %reason, "an event can't be used: it is kept in chain.dead_letters and nothing after it counts as final");
    }
    Ok(())
}

/// Lets go of what was kept aside and is stored after all.
pub async fn release(tx: &mut PgConnection, stored: &[&IndexedEvent]) -> Result<(), StoreError> {
    if stored.is_empty() || count(tx).await? == 0 {
        return Ok(());
    }
    sqlx::query(
        "DELETE FROM chain.dead_letters d
         USING unnest($1::bytea[], $2::integer[], $3::integer[]) AS n (signature, outer_index, inner_index)
         WHERE (d.signature, d.outer_index, d.inner_index) = (n.signature, n.outer_index, n.inner_index)",
    )
    .bind(stored.iter().map(|event| event.id.signature.as_ref()).collect::<Vec<&[u8]>>())
    .bind(stored.iter().map(|event| i32::from(event.id.outer)).collect::<Vec<_>>())
    .bind(stored.iter().map(|event| i32::from(event.id.inner)).collect::<Vec<_>>())
    .execute(tx)
    .await?;
    Ok(())
}

/// Dead letters that this version can read, as events.
pub async fn readable(connection: &mut PgConnection) -> Result<Vec<IndexedEvent>, StoreError> {
    type Row = (Vec<u8>, i32, i32, i64, Vec<u8>, Vec<u8>);
    let rows: Vec<Row> =
        sqlx::query_as("SELECT signature, outer_index, inner_index, slot, program, data FROM chain.dead_letters")
            .fetch_all(connection)
            .await?;
    let mut events = Vec::new();
    for (signature, outer, inner, stored, program, data) in rows {
        let program = Address::new_from_array(bytes(&program)?);
        let tagged = [&EVENT_TAG[..], &data].concat();
        let Some(Ok(event)) = decode_event(&program, &tagged) else { continue };
        let (stream, sequence) = position(&event);
        let id = identity((signature, outer, inner))?;
        events.push(IndexedEvent { id, slot: slot(stored)?, block_time: None, program, stream, sequence, event, data });
    }
    Ok(events)
}

/// How many events are kept aside.
pub async fn count(tx: &mut PgConnection) -> Result<u64, StoreError> {
    let (count,): (i64,) = sqlx::query_as("SELECT count(*) FROM chain.dead_letters").fetch_one(tx).await?;
    unsigned(count)
}

fn identity((signature, outer, inner): (Vec<u8>, i32, i32)) -> Result<EventId, StoreError> {
    let index = |value| u16::try_from(value).map_err(|_| StoreError::Corrupt("an index exceeds 16 bits"));
    Ok(EventId { signature: Signature::from(bytes::<64>(&signature)?), outer: index(outer)?, inner: index(inner)? })
}
