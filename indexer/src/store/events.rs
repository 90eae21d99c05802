//! Raw events: stored once, withdrawn while they are not final, never changed.

use super::copy::Rows;
use super::{StoreError, bigint, bytes, unsigned};
use crate::event::{DECODER, IndexedEvent};
use solana_address::Address;
use solana_sdk::signature::Signature;
use sqlx::{Connection, PgConnection, PgTransaction};
use std::collections::{BTreeMap, BTreeSet};
use tributary_core::position::Slot;

/// A stream with its program.
pub type Stream = (Address, Address);

const COPY: &str =
    "COPY chain.events (signature, outer_index, inner_index, slot, block_time, program, stream, sequence,
    name, data, decoder, commitment) FROM STDIN (FORMAT binary)";

/// What storing came to.
#[derive(Default)]
pub struct Stored {
    /// The streams something was withdrawn from, each with the lowest sequence.
    pub withdrawn: BTreeMap<Stream, u64>,
    /// Whether all events were new and nothing was withdrawn.
    pub only_added: bool,
}

/// Stores events and withdraws what they, vanished transactions and those that
/// were fetched again supersede.
pub async fn store(
    tx: &mut PgTransaction<'_>,
    vanished: &[Signature],
    fetched: &[Signature],
    fresh: &[&IndexedEvent],
    cursor: Slot,
) -> Result<Stored, StoreError> {
    let only_added = Stored { only_added: true, ..Stored::default() };
    if vanished.is_empty() && fetched.is_empty() && fresh.is_empty() {
        return Ok(only_added);
    }
    // While nothing stored can be withdrawn, what comes is as good as always new.
    if vanished.is_empty() && !meets_confirmed(tx, fetched, fresh).await? && copy_if_new(tx, fresh, cursor).await? {
        return Ok(only_added);
    }
    let withdrawn = withdraw(tx, vanished, fetched, fresh).await?;
    let known = known(tx, fresh).await?;
    let is_new = |event: &&&IndexedEvent| !known.contains(&(event.id.signature, event.id.outer, event.id.inner));
    copy(tx, fresh.iter().filter(is_new).copied(), cursor).await?;
    Ok(Stored { withdrawn, only_added: false })
}

/// Whether what comes may withdraw something: a stored event that is not final
/// has its transaction or its place in a stream. A backfill leaves those of one
/// slot behind, so it is worth looking at as many as come; where there are more,
/// the answer is yes.
async fn meets_confirmed(
    tx: &mut PgConnection,
    fetched: &[Signature],
    fresh: &[&IndexedEvent],
) -> Result<bool, StoreError> {
    let most = fresh.len();
    let rows: Vec<(Vec<u8>, Vec<u8>, i64)> =
        sqlx::query_as("SELECT signature, stream, sequence FROM chain.events WHERE commitment = 'confirmed' LIMIT $1")
            .bind(i64::try_from(most).map_err(|_| StoreError::TooLarge("the number of events"))? + 1)
            .fetch_all(tx)
            .await?;
    if rows.len() > most {
        return Ok(true);
    }
    let mut signatures = BTreeSet::new();
    let mut places = BTreeSet::new();
    for (signature, stream, sequence) in &rows {
        signatures.insert(signature.as_slice());
        places.insert((stream.as_slice(), unsigned(*sequence)?));
    }
    let refetched = fetched.iter().any(|signature| signatures.contains(signature.as_ref()));
    Ok(refetched
        || fresh.iter().any(|event| {
            signatures.contains(event.id.signature.as_ref())
                || places.contains(&(event.stream.as_ref(), event.sequence))
        }))
}

/// Stores all events, or none when one of them is stored already.
async fn copy_if_new(tx: &mut PgTransaction<'_>, fresh: &[&IndexedEvent], cursor: Slot) -> Result<bool, StoreError> {
    let mut attempt = tx.begin().await?;
    match copy(&mut attempt, fresh.iter().copied(), cursor).await {
        Ok(()) => {
            attempt.commit().await?;
            Ok(true)
        }
        Err(error) if error.is_duplicate() => {
            attempt.rollback().await?;
            Ok(false)
        }
        Err(error) => Err(error),
    }
}

async fn copy<'a>(
    tx: &mut PgConnection,
    events: impl Iterator<Item = &'a IndexedEvent>,
    cursor: Slot,
) -> Result<(), StoreError> {
    let mut rows = Rows::new(COPY, 12);
    for event in events {
        rows.begin()
            .put(event.id.signature.as_ref())?
            .put(i32::from(event.id.outer))?
            .put(i32::from(event.id.inner))?
            .put(bigint(event.slot.0, "a slot")?)?
            .put(event.block_time)?
            .put(event.program.as_ref())?
            .put(event.stream.as_ref())?
            .put(bigint(event.sequence, "a sequence")?)?
            .put(event.name())?
            .put(event.data.as_slice())?
            .put(DECODER)?
            .put(if event.slot <= cursor { "finalised" } else { "confirmed" })?;
    }
    rows.send(tx).await
}

/// Which of the events are stored.
async fn known(tx: &mut PgConnection, events: &[&IndexedEvent]) -> Result<BTreeSet<(Signature, u16, u16)>, StoreError> {
    let signatures: BTreeSet<&[u8]> = events.iter().map(|event| event.id.signature.as_ref()).collect();
    let rows: Vec<(Vec<u8>, i32, i32)> =
        sqlx::query_as("SELECT signature, outer_index, inner_index FROM chain.events WHERE signature = ANY ($1)")
            .bind(signatures.into_iter().collect::<Vec<_>>())
            .fetch_all(tx)
            .await?;
    let index = |value| u16::try_from(value).map_err(|_| StoreError::Corrupt("an index exceeds 16 bits"));
    rows.iter()
        .map(|(signature, outer, inner)| Ok((Signature::from(bytes::<64>(signature)?), index(*outer)?, index(*inner)?)))
        .collect()
}

/// Withdraws events that are not final: of transactions that are no longer on
/// the chain, of those that moved to another slot or turn out to hold something
/// else, and those whose place in a stream another event has taken. The streams they stood in, each with the
/// lowest sequence that was withdrawn.
async fn withdraw(
    tx: &mut PgConnection,
    vanished: &[Signature],
    fetched: &[Signature],
    fresh: &[&IndexedEvent],
) -> Result<BTreeMap<Stream, u64>, StoreError> {
    let slots = fresh.iter().map(|event| bigint(event.slot.0, "a slot")).collect::<Result<Vec<_>, _>>()?;
    let sequences = fresh.iter().map(|event| bigint(event.sequence, "a sequence")).collect::<Result<Vec<_>, _>>()?;
    let rows: Vec<(Vec<u8>, Vec<u8>, i64)> = sqlx::query_as(
        "DELETE FROM chain.events e USING (
             SELECT signature, outer_index, inner_index FROM chain.events
             WHERE signature = ANY ($1) AND commitment = 'confirmed'
             UNION
             SELECT e.signature, e.outer_index, e.inner_index
             FROM unnest($2::bytea[], $3::bigint[]) AS n (signature, slot)
             JOIN chain.events e ON e.signature = n.signature AND e.slot <> n.slot AND e.commitment = 'confirmed'
             UNION
             SELECT e.signature, e.outer_index, e.inner_index
             FROM unnest($2::bytea[], $4::bytea[], $5::bigint[]) AS n (signature, stream, sequence)
             JOIN chain.events e ON e.stream = n.stream AND e.sequence = n.sequence AND e.signature <> n.signature
                                    AND e.commitment = 'confirmed'
             UNION
             SELECT e.signature, e.outer_index, e.inner_index
             FROM chain.events e
             WHERE e.signature = ANY ($6) AND e.commitment = 'confirmed' AND NOT EXISTS (
                 SELECT FROM unnest($2::bytea[], $7::integer[], $8::integer[], $9::bytea[])
                             AS n (signature, outer_index, inner_index, data)
                 WHERE (n.signature, n.outer_index, n.inner_index, n.data)
                     = (e.signature, e.outer_index, e.inner_index, e.data))
         ) AS gone
         WHERE (e.signature, e.outer_index, e.inner_index) = (gone.signature, gone.outer_index, gone.inner_index)
         RETURNING e.program, e.stream, e.sequence",
    )
    .bind(vanished.iter().map(AsRef::as_ref).collect::<Vec<&[u8]>>())
    .bind(fresh.iter().map(|event| event.id.signature.as_ref()).collect::<Vec<&[u8]>>())
    .bind(slots)
    .bind(fresh.iter().map(|event| event.stream.as_ref()).collect::<Vec<&[u8]>>())
    .bind(sequences)
    .bind(fetched.iter().map(AsRef::as_ref).collect::<Vec<&[u8]>>())
    .bind(fresh.iter().map(|event| i32::from(event.id.outer)).collect::<Vec<_>>())
    .bind(fresh.iter().map(|event| i32::from(event.id.inner)).collect::<Vec<_>>())
    .bind(fresh.iter().map(|event| event.data.as_slice()).collect::<Vec<_>>())
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

/// Makes everything up to the cursor final.
pub async fn finalise(tx: &mut PgConnection, cursor: Slot) -> Result<(), StoreError> {
    sqlx::query("UPDATE chain.events SET commitment = 'finalised' WHERE commitment = 'confirmed' AND slot <= $1")
        .bind(bigint(cursor.0, "a slot")?)
        .execute(tx)
        .await?;
    Ok(())
}
