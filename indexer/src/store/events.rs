//! Raw events: stored once, withdrawn while they are not final, never changed.

use super::{StoreError, bigint, bytes, slot, unsigned};
use crate::event::{DECODER, DeadLetter, EventId, IndexedEvent, position};
use solana_address::Address;
use solana_sdk::signature::Signature;
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};
use tributary_client::{EVENT_TAG, decode_event};
use tributary_core::position::Slot;

/// A stream with its program.
pub type Stream = (Address, Address);

/// Events of slots that were declared complete without them. Storing them would
/// change what was computed from those slots: they are kept aside, which stops
/// the finalised slot until somebody has looked.
pub async fn keep_late_aside(
    tx: &mut PgConnection,
    events: &[IndexedEvent],
    finalised: Slot,
) -> Result<BTreeSet<EventId>, StoreError> {
    let mut late = BTreeSet::new();
    for event in events.iter().filter(|event| event.slot <= finalised) {
        let (known,): (bool,) = sqlx::query_as(
            "SELECT EXISTS (SELECT FROM chain.events WHERE signature = $1 AND outer_index = $2 AND inner_index = $3)",
        )
        .bind(event.id.signature.as_ref())
        .bind(i32::from(event.id.outer))
        .bind(i32::from(event.id.inner))
        .fetch_one(&mut *tx)
        .await?;
        if !known {
            tracing::error!(signature = %event.id.signature, slot = event.slot.0, "an event came after its slot had been declared complete; create the schema `chain` anew and let the indexer fill it again");
            late.insert(event.id);
            let letter = DeadLetter {
                id: event.id,
                slot: event.slot,
                program: event.program,
                data: event.data.clone(),
                reason: "it came after its slot had been declared complete".to_owned(),
            };
            keep_aside(tx, &[letter]).await?;
        }
    }
    Ok(late)
}

/// Keeps events aside that can't be used.
pub async fn keep_aside(tx: &mut PgConnection, letters: &[DeadLetter]) -> Result<(), StoreError> {
    for letter in letters {
        let inserted = sqlx::query(
            "INSERT INTO chain.dead_letters (signature, outer_index, inner_index, slot, program, data, reason)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
        )
        .bind(letter.id.signature.as_ref())
        .bind(i32::from(letter.id.outer))
        .bind(i32::from(letter.id.inner))
        .bind(bigint(letter.slot.0, "a slot")?)
        .bind(letter.program.as_ref())
        .bind(&letter.data)
        .bind(&letter.reason)
        .execute(&mut *tx)
        .await?;
        if inserted.rows_affected() > 0 {
            tracing::error!(signature = %letter.id.signature, reason = %letter.reason, "an event can't be used: it is kept in chain.dead_letters and nothing after it counts as final");
        }
    }
    Ok(())
}

/// Dead letters that this version can read, as events.
pub async fn readable_dead_letters(connection: &mut PgConnection) -> Result<Vec<IndexedEvent>, StoreError> {
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
        let index = |value| u16::try_from(value).map_err(|_| StoreError::Corrupt("an index exceeds 16 bits"));
        let id = EventId {
            signature: Signature::from(bytes::<64>(&signature)?),
            outer: index(outer)?,
            inner: index(inner)?,
        };
        events.push(IndexedEvent { id, slot: slot(stored)?, block_time: None, program, stream, sequence, event, data });
    }
    Ok(events)
}

/// How many events are kept aside.
pub async fn count_dead_letters(tx: &mut PgConnection) -> Result<u64, StoreError> {
    let (count,): (i64,) = sqlx::query_as("SELECT count(*) FROM chain.dead_letters").fetch_one(tx).await?;
    unsigned(count)
}

/// Withdraws events that are not final: of transactions that are no longer on
/// the chain, of those that moved to another slot, and those whose place in a
/// stream another event has taken. The streams they stood in, each with the
/// lowest sequence that was withdrawn.
pub async fn withdraw(
    tx: &mut PgConnection,
    vanished: &[Signature],
    fresh: &[&IndexedEvent],
) -> Result<BTreeMap<Stream, u64>, StoreError> {
    if vanished.is_empty() && fresh.is_empty() {
        return Ok(BTreeMap::new());
    }
    let vanished: Vec<&[u8]> = vanished.iter().map(AsRef::as_ref).collect();
    let columns = Columns::of(fresh)?;
    let rows: Vec<(Vec<u8>, Vec<u8>, i64)> = sqlx::query_as(
        "DELETE FROM chain.events e
         WHERE commitment = 'confirmed' AND (
             signature = ANY ($1)
             OR EXISTS (
                 SELECT FROM unnest($2::bytea[], $3::bigint[], $4::bytea[], $5::bigint[]) AS new (signature, slot, stream, sequence)
                 WHERE (new.signature = e.signature AND new.slot <> e.slot)
                    OR (new.stream = e.stream AND new.sequence = e.sequence AND new.signature <> e.signature)))
         RETURNING program, stream, sequence",
    )
    .bind(&vanished)
    .bind(&columns.signatures)
    .bind(&columns.slots)
    .bind(&columns.streams)
    .bind(&columns.sequences)
    .fetch_all(&mut *tx)
    .await?;
    let mut streams = BTreeMap::new();
    for (program, stream, sequence) in &rows {
        let stream = (Address::new_from_array(bytes(program)?), Address::new_from_array(bytes(stream)?));
        let sequence = unsigned(*sequence)?;
        streams.entry(stream).and_modify(|lowest: &mut u64| *lowest = sequence.min(*lowest)).or_insert(sequence);
    }
    if !rows.is_empty() {
        tracing::warn!(events = rows.len(), "withdrew confirmed events that did not become final");
    }
    Ok(streams)
}

/// Stores events that are not stored yet.
pub async fn insert(tx: &mut PgConnection, fresh: &[&IndexedEvent], cursor: Slot) -> Result<(), StoreError> {
    if fresh.is_empty() {
        return Ok(());
    }
    let columns = Columns::of(fresh)?;
    sqlx::query(
        "INSERT INTO chain.events
             (signature, slot, stream, sequence, outer_index, inner_index, block_time, program, name, data, decoder, commitment)
         SELECT n.signature, n.slot, n.stream, n.sequence, n.outer_index, n.inner_index, n.block_time, n.program, n.name,
                n.data, $11, CASE WHEN n.slot <= $12 THEN 'finalised' ELSE 'confirmed' END
         FROM unnest($1::bytea[], $2::bigint[], $3::bytea[], $4::bigint[], $5::integer[], $6::integer[], $7::bigint[],
                     $8::bytea[], $9::text[], $10::bytea[])
              AS n (signature, slot, stream, sequence, outer_index, inner_index, block_time, program, name, data)
         ON CONFLICT (signature, outer_index, inner_index) DO NOTHING",
    )
    .bind(&columns.signatures)
    .bind(&columns.slots)
    .bind(&columns.streams)
    .bind(&columns.sequences)
    .bind(&columns.outers)
    .bind(&columns.inners)
    .bind(&columns.block_times)
    .bind(&columns.programs)
    .bind(&columns.names)
    .bind(&columns.data)
    .bind(DECODER)
    .bind(bigint(cursor.0, "a slot")?)
    .execute(&mut *tx)
    .await?;
    // What was kept aside and can be used after all.
    sqlx::query(
        "DELETE FROM chain.dead_letters d
         USING unnest($1::bytea[], $2::integer[], $3::integer[]) AS n (signature, outer_index, inner_index)
         WHERE (d.signature, d.outer_index, d.inner_index) = (n.signature, n.outer_index, n.inner_index)",
    )
    .bind(&columns.signatures)
    .bind(&columns.outers)
    .bind(&columns.inners)
    .execute(&mut *tx)
    .await?;
    Ok(())
}

/// Makes everything up to the cursor final.
pub async fn finalise(tx: &mut PgConnection, cursor: Slot) -> Result<(), StoreError> {
    sqlx::query("UPDATE chain.events SET commitment = 'finalised' WHERE commitment = 'confirmed' AND slot <= $1")
        .bind(bigint(cursor.0, "a slot")?)
        .execute(tx)
        .await?;
    Ok(())
}

/// Events column by column, as Postgres takes many at once.
#[derive(Default)]
struct Columns<'a> {
    signatures: Vec<&'a [u8]>,
    outers: Vec<i32>,
    inners: Vec<i32>,
    slots: Vec<i64>,
    block_times: Vec<Option<i64>>,
    programs: Vec<&'a [u8]>,
    streams: Vec<&'a [u8]>,
    sequences: Vec<i64>,
    names: Vec<&'static str>,
    data: Vec<&'a [u8]>,
}

impl<'a> Columns<'a> {
    fn of(events: &[&'a IndexedEvent]) -> Result<Self, StoreError> {
        let mut columns = Self::default();
        for event in events {
            columns.signatures.push(event.id.signature.as_ref());
            columns.outers.push(event.id.outer.into());
            columns.inners.push(event.id.inner.into());
            columns.slots.push(bigint(event.slot.0, "a slot")?);
            columns.block_times.push(event.block_time);
            columns.programs.push(event.program.as_ref());
            columns.streams.push(event.stream.as_ref());
            columns.sequences.push(bigint(event.sequence, "a sequence")?);
            columns.names.push(event.name());
            columns.data.push(&event.data);
        }
        Ok(columns)
    }
}
