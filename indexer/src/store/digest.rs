//! The chained digest over slots with events, extended as slots become final,
//! and events read back in canonical order. What a commit brings along is
//! digested as it came, not read back.

use super::{StoreError, bigint, bytes, slot};
use crate::event::IndexedEvent;
use crate::read::{SlotDigest, StoredEvent};
use solana_address::Address;
use solana_sdk::signature::Signature;
use sqlx::PgConnection;
use tributary_core::chain::{ChainItem, slot_digest};
use tributary_core::id::{Commitment, ProgramId};
use tributary_core::position::Slot;

/// Events digested in one commit; the rest of the last one's slot comes on top.
const DIGESTED_MAX: i64 = 50_000;

type EventRow = (i64, Vec<u8>, Vec<u8>, i64, Vec<u8>, i32, i32, Option<i64>, String, Vec<u8>);

/// Events of the slots after `from` up to and with `to`, in canonical order:
/// (slot, program, stream, sequence).
pub(crate) async fn stored_events(
    connection: &mut PgConnection,
    from: Slot,
    to: Slot,
) -> Result<Vec<StoredEvent>, StoreError> {
    let rows: Vec<EventRow> = sqlx::query_as(
        "SELECT slot, program, stream, sequence, signature, outer_index, inner_index, block_time, name, data
         FROM chain.events WHERE slot > $1 AND slot <= $2 ORDER BY slot, program, stream, sequence",
    )
    .bind(bigint(from.0, "a slot")?)
    .bind(bigint(to.0, "a slot")?)
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(at, program, stream, sequence, signature, outer, inner, block_time, name, data)| {
            let index = |value| u16::try_from(value).map_err(|_| StoreError::Corrupt("an index exceeds 16 bits"));
            Ok(StoredEvent {
                slot: slot(at)?,
                program: Address::new_from_array(bytes(&program)?),
                stream: Address::new_from_array(bytes(&stream)?),
                sequence: super::unsigned(sequence)?,
                signature: Signature::from(bytes::<64>(&signature)?),
                outer: index(outer)?,
                inner: index(inner)?,
                block_time,
                name,
                data,
            })
        })
        .collect()
}

/// What of an event is digested, and its place in the canonical order.
#[derive(Clone, Copy)]
pub(crate) struct Digested<'a> {
    slot: Slot,
    program: Address,
    stream: Address,
    sequence: u64,
    signature: &'a Signature,
    outer: u16,
    inner: u16,
    data: &'a [u8],
}

impl<'a> From<&'a StoredEvent> for Digested<'a> {
    fn from(event: &'a StoredEvent) -> Self {
        Self {
            slot: event.slot,
            program: event.program,
            stream: event.stream,
            sequence: event.sequence,
            signature: &event.signature,
            outer: event.outer,
            inner: event.inner,
            data: &event.data,
        }
    }
}

impl<'a> From<&'a IndexedEvent> for Digested<'a> {
    fn from(event: &'a IndexedEvent) -> Self {
        Self {
            slot: event.slot,
            program: event.program,
            stream: event.stream,
            sequence: event.sequence,
            signature: &event.id.signature,
            outer: event.id.outer,
            inner: event.id.inner,
            data: &event.data,
        }
    }
}

/// Events of the slots after `from` up to and with `to` that are stored before a
/// commit adds its own. `None` when there are more than `most`.
pub async fn waiting(
    tx: &mut PgConnection,
    from: Slot,
    to: Slot,
    most: usize,
) -> Result<Option<Vec<StoredEvent>>, StoreError> {
    let most = bigint(most as u64, "the number of events")?;
    let full = reachable(tx, from, to, most).await?;
    if full < to { Ok(None) } else { stored_events(tx, from, to).await.map(Some) }
}

/// All events after the finalised slot, in canonical order: those that waited
/// and those that a commit added.
pub fn at_hand<'a>(waiting: &'a [StoredEvent], added: &[&'a IndexedEvent]) -> Vec<Digested<'a>> {
    let mut events: Vec<Digested<'a>> =
        waiting.iter().map(Digested::from).chain(added.iter().map(|event| Digested::from(*event))).collect();
    events.sort_by_key(|event| (event.slot, event.program, event.stream, event.sequence));
    events
}

/// How far the digests were extended.
pub struct Extended {
    pub to: Slot,
    pub digest: Commitment,
    /// Another digest was expected: nothing was extended.
    pub disputed: bool,
}

/// Extends the chain of digests from one finalised slot towards the next, by a
/// bounded number of events: a commit must end in time. Where a digest is expected
/// it goes all the way, or nowhere when another one comes out. `at_hand` are all
/// events stored after `from`, when they are known; else they are read.
pub async fn extend(
    tx: &mut PgConnection,
    from: Slot,
    to: Slot,
    expected: Option<Commitment>,
    at_hand: Option<Vec<Digested<'_>>>,
) -> Result<Extended, StoreError> {
    let before = last(tx).await?;
    if to <= from {
        return Ok(Extended { to: from, digest: before, disputed: false });
    }
    let to = if expected.is_some() || at_hand.is_some() { to } else { reachable(tx, from, to, DIGESTED_MAX).await? };
    let read;
    let events = match at_hand {
        Some(mut events) => {
            events.retain(|event| event.slot <= to);
            events
        }
        None => {
            read = stored_events(tx, from, to).await?;
            read.iter().map(Digested::from).collect()
        }
    };
    let mut digest = before;
    let (mut slots, mut counts, mut digests) = (Vec::new(), Vec::new(), Vec::new());
    for of_slot in chained(&before, &events)? {
        digest = of_slot.digest;
        slots.push(bigint(of_slot.slot.0, "a slot")?);
        counts.push(i32::try_from(of_slot.events).map_err(|_| StoreError::TooLarge("the number of events in a slot"))?);
        digests.push(of_slot.digest.0.to_vec());
    }
    if expected.is_some_and(|expected| expected != digest) {
        tracing::error!(
            from = from.0,
            to = to.0,
            "a second provider says something else about the slots after `from` up to `to`: nothing becomes final until they agree"
        );
        return Ok(Extended { to: from, digest: before, disputed: true });
    }
    sqlx::query(
        "INSERT INTO chain.slot_digests (slot, events, digest)
         SELECT * FROM unnest($1::bigint[], $2::integer[], $3::bytea[])",
    )
    .bind(slots)
    .bind(counts)
    .bind(digests)
    .execute(tx)
    .await?;
    Ok(Extended { to, digest, disputed: false })
}

/// The newest digest; zeros when there is none.
pub async fn last(connection: &mut PgConnection) -> Result<Commitment, StoreError> {
    let row: Option<(Vec<u8>,)> = sqlx::query_as("SELECT digest FROM chain.slot_digests ORDER BY slot DESC LIMIT 1")
        .fetch_optional(connection)
        .await?;
    row.map_or(Ok(Commitment([0; 32])), |(stored,)| bytes(&stored).map(Commitment))
}

/// The slot, at most `to`, up to which there are about `most` events after `from`.
pub async fn reachable(tx: &mut PgConnection, from: Slot, to: Slot, most: i64) -> Result<Slot, StoreError> {
    let full: Option<(i64,)> =
        sqlx::query_as("SELECT slot FROM chain.events WHERE slot > $1 AND slot <= $2 ORDER BY slot LIMIT 1 OFFSET $3")
            .bind(bigint(from.0, "a slot")?)
            .bind(bigint(to.0, "a slot")?)
            .bind(most)
            .fetch_optional(tx)
            .await?;
    full.map_or(Ok(to), |(last,)| slot(last))
}

/// The digests after each slot of events in canonical order, chained to the one
/// before.
pub fn slot_digests<'a, E>(previous: &Commitment, events: &'a [E]) -> Result<Vec<SlotDigest>, StoreError>
where
    Digested<'a>: From<&'a E>,
{
    chained(previous, &events.iter().map(Digested::from).collect::<Vec<_>>())
}

fn chained(previous: &Commitment, events: &[Digested<'_>]) -> Result<Vec<SlotDigest>, StoreError> {
    let mut digest = *previous;
    let mut digests = Vec::new();
    for of_slot in events.chunk_by(|a, b| a.slot == b.slot) {
        digest = digest_of(&digest, of_slot)?;
        let events =
            u32::try_from(of_slot.len()).map_err(|_| StoreError::TooLarge("the number of events in a slot"))?;
        digests.push(SlotDigest { slot: of_slot[0].slot, events, digest });
    }
    Ok(digests)
}

/// The digest after a slot's events, which are in canonical order.
fn digest_of(previous: &Commitment, events: &[Digested<'_>]) -> Result<Commitment, StoreError> {
    let programs: Vec<ProgramId> = events.iter().map(|event| ProgramId(event.program.to_bytes())).collect();
    let items: Vec<ChainItem<'_>> = events
        .iter()
        .zip(&programs)
        .map(|(event, program)| ChainItem {
            signature: event.signature.as_array(),
            outer: event.outer,
            inner: event.inner,
            program,
            data: event.data,
        })
        .collect();
    slot_digest(previous, events[0].slot, &items).ok_or(StoreError::TooLarge("the number of events in a slot"))
}
