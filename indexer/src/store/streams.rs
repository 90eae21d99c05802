//! How far each stream is complete, and what is missing beyond.

use super::events::Stream;
use super::{StoreError, bigint, bytes, slot, unsigned};
use crate::event::IndexedEvent;
use crate::machine::OpenGap;
use crate::source::Head;
use solana_address::Address;
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// A stream whose complete part changed, and the sequences that it gained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advance {
    pub program: Address,
    pub stream: Address,
    pub sequences: Range<u64>,
    /// Events that were applied before have been withdrawn.
    pub rewound: bool,
}

/// How far a stream is complete and what is missing.
#[derive(Debug, PartialEq, Eq)]
struct Continuity {
    /// All sequences below are there.
    next: u64,
    /// First and last of each run of missing ones.
    missing: Vec<(u64, u64)>,
}

/// From where a stream was complete to, the sequences stored from there on in
/// ascending order, and the next sequence that its account names, if known.
fn continuity(next: u64, stored: &[u64], head: Option<u64>) -> Continuity {
    let mut complete = next;
    let mut missing = Vec::new();
    let mut expected = next;
    for sequence in stored.iter().copied().filter(|sequence| *sequence >= next) {
        if sequence > expected {
            missing.push((expected, sequence - 1));
        }
        expected = sequence.saturating_add(1);
        if missing.is_empty() {
            complete = expected;
        }
    }
    if let Some(head) = head.filter(|head| *head > expected) {
        missing.push((expected, head - 1));
    }
    Continuity { next: complete, missing }
}

/// What is known of a stream before a commit.
#[derive(Clone, Copy, Default)]
struct Before {
    next: u64,
    has_gap: bool,
}

/// Brings streams and gaps up to date with the events stored in this
/// transaction, with the lowest sequence withdrawn from each stream, and with the
/// heads. The streams that got longer or were rewound.
pub async fn update(
    tx: &mut PgConnection,
    fresh: &[&IndexedEvent],
    withdrawn: &BTreeMap<Stream, u64>,
    heads: &[Head],
) -> Result<Vec<Advance>, StoreError> {
    let states = states(tx).await?;
    let heads: BTreeMap<Address, u64> = heads.iter().map(|head| (head.stream, head.next_sequence)).collect();
    let mut gained: BTreeMap<Stream, BTreeSet<u64>> = BTreeMap::new();
    for event in fresh {
        gained.entry((event.program, event.stream)).or_default().insert(event.sequence);
    }
    // To look at: what this commit touched, and what lies behind its account.
    let mut work: BTreeSet<Stream> = gained.keys().chain(withdrawn.keys()).copied().collect();
    for (stream, head) in &heads {
        let (program, before) = states.get(stream).copied().unwrap_or((program_of(stream), Before::default()));
        if *head > before.next || before.has_gap {
            work.insert((program, *stream));
        }
    }
    let mut advances = Vec::new();
    for key in work {
        let (program, stream) = key;
        let before = states.get(&stream).map_or_else(Before::default, |(_, before)| *before);
        let from = withdrawn.get(&key).map_or(before.next, |lowest| before.next.min(*lowest));
        let rewound = from < before.next;
        let here = gained.get(&key);
        let stored = match here {
            // Nothing is stored beyond what is complete, or there were a gap.
            Some(here) if !rewound && !before.has_gap => here.range(from..).copied().collect(),
            _ => stored_from(tx, stream, from).await?,
        };
        let now = continuity(from, &stored, heads.get(&stream).copied());
        if before.has_gap || !now.missing.is_empty() {
            record_gaps(tx, stream, &now.missing).await?;
        }
        // A stream is known from its first event or head on, complete or not.
        if rewound || now.next > from || !states.contains_key(&stream) {
            advances.push(Advance { program, stream, sequences: from..now.next, rewound });
        }
    }
    write(tx, &advances).await?;
    advances.retain(|advance| advance.rewound || !advance.sequences.is_empty());
    Ok(advances)
}

/// Whether everything that the heads count is final here too. An event that they
/// count and that lies above the cursor landed below it on the fork that won: it
/// is stored where it was before, and the listing left out where it is now.
pub async fn reach(tx: &mut PgConnection, heads: &[Head]) -> Result<bool, StoreError> {
    if heads.is_empty() {
        return Ok(true);
    }
    let next = heads.iter().map(|head| bigint(head.next_sequence, "a sequence")).collect::<Result<Vec<_>, _>>()?;
    let (above,): (bool,) = sqlx::query_as(
        // The few that are not final are read once, whatever the streams hold.
        "WITH above AS MATERIALIZED (SELECT stream, sequence FROM chain.events WHERE commitment = 'confirmed')
         SELECT EXISTS (SELECT FROM above JOIN unnest($1::bytea[], $2::bigint[]) AS head (stream, next)
                        ON above.stream = head.stream AND above.sequence < head.next)",
    )
    .bind(heads.iter().map(|head| head.stream.as_ref()).collect::<Vec<&[u8]>>())
    .bind(next)
    .fetch_one(tx)
    .await?;
    Ok(!above)
}

/// All streams.
async fn states(tx: &mut PgConnection) -> Result<BTreeMap<Address, (Address, Before)>, StoreError> {
    let rows: Vec<(Vec<u8>, Vec<u8>, i64, bool)> = sqlx::query_as(
        "SELECT stream, program, next_sequence,
                EXISTS (SELECT FROM chain.gaps g WHERE g.stream = s.stream AND filled_at IS NULL)
         FROM chain.streams s",
    )
    .fetch_all(tx)
    .await?;
    rows.iter()
        .map(|(stream, program, next, has_gap)| {
            let before = Before { next: unsigned(*next)?, has_gap: *has_gap };
            Ok((Address::new_from_array(bytes(stream)?), (Address::new_from_array(bytes(program)?), before)))
        })
        .collect()
}

/// The only streams known before their first event are two of fixed addresses.
fn program_of(stream: &Address) -> Address {
    use tributary_client::pda;
    if *stream == pda::rewards_config() { pda::REWARDS } else { pda::REGISTRY }
}

/// The sequences of a stream that are stored, from one on.
async fn stored_from(tx: &mut PgConnection, stream: Address, from: u64) -> Result<Vec<u64>, StoreError> {
    let rows: Vec<(i64,)> =
        sqlx::query_as("SELECT sequence FROM chain.events WHERE stream = $1 AND sequence >= $2 ORDER BY sequence")
            .bind(stream.as_ref())
            .bind(bigint(from, "a sequence")?)
            .fetch_all(tx)
            .await?;
    rows.iter().map(|(sequence,)| unsigned(*sequence)).collect()
}

/// Stores how far streams are complete.
async fn write(tx: &mut PgConnection, advances: &[Advance]) -> Result<(), StoreError> {
    if advances.is_empty() {
        return Ok(());
    }
    let next =
        advances.iter().map(|advance| bigint(advance.sequences.end, "a sequence")).collect::<Result<Vec<_>, _>>()?;
    sqlx::query(
        "INSERT INTO chain.streams (stream, program, next_sequence)
         SELECT * FROM unnest($1::bytea[], $2::bytea[], $3::bigint[])
         ON CONFLICT (stream) DO UPDATE SET next_sequence = EXCLUDED.next_sequence",
    )
    .bind(advances.iter().map(|advance| advance.stream.as_ref()).collect::<Vec<&[u8]>>())
    .bind(advances.iter().map(|advance| advance.program.as_ref()).collect::<Vec<&[u8]>>())
    .bind(next)
    .execute(tx)
    .await?;
    Ok(())
}

/// Closes the gaps that are filled and opens those that are new.
async fn record_gaps(tx: &mut PgConnection, stream: Address, missing: &[(u64, u64)]) -> Result<(), StoreError> {
    let mut firsts = Vec::with_capacity(missing.len());
    let mut lasts = Vec::with_capacity(missing.len());
    for (first, last) in missing {
        firsts.push(bigint(*first, "a sequence")?);
        lasts.push(bigint(*last, "a sequence")?);
    }
    let filled: Vec<(i64, i64)> = sqlx::query_as(
        "UPDATE chain.gaps g SET filled_at = now()
         WHERE stream = $1 AND filled_at IS NULL AND NOT EXISTS (
             SELECT FROM unnest($2::bigint[], $3::bigint[]) AS m (first, last)
             WHERE (m.first, m.last) = (g.first_missing, g.last_missing))
         RETURNING first_missing, last_missing",
    )
    .bind(stream.as_ref())
    .bind(&firsts)
    .bind(&lasts)
    .fetch_all(&mut *tx)
    .await?;
    for (first, last) in filled {
        tracing::info!(%stream, first, last, "a gap was filled or has become smaller");
    }
    for (first, last) in firsts.iter().zip(&lasts) {
        let opened = sqlx::query(
            "INSERT INTO chain.gaps (stream, first_missing, last_missing, below_slot)
             VALUES ($1, $2, $3, coalesce((SELECT slot FROM chain.events WHERE stream = $1 AND sequence = $3 + 1),
                                          (SELECT seen_slot FROM chain.status)))
             ON CONFLICT (stream, first_missing) DO UPDATE
             SET last_missing = EXCLUDED.last_missing, below_slot = EXCLUDED.below_slot, found_at = now(), filled_at = NULL
             WHERE chain.gaps.filled_at IS NOT NULL",
        )
        .bind(stream.as_ref())
        .bind(first)
        .bind(last)
        .execute(&mut *tx)
        .await?;
        if opened.rows_affected() > 0 {
            tracing::warn!(%stream, first, last, "events are missing; looking for them");
        }
    }
    Ok(())
}

/// All gaps that are open.
pub async fn open_gaps(tx: &mut PgConnection) -> Result<Vec<OpenGap>, StoreError> {
    let rows: Vec<(Vec<u8>, i64, i64, i64)> = sqlx::query_as(
        "SELECT g.stream, first_missing, last_missing, coalesce(e.slot, 0)
         FROM chain.gaps g
         LEFT JOIN chain.events e ON e.stream = g.stream AND e.sequence = g.first_missing - 1
         WHERE filled_at IS NULL ORDER BY g.stream, first_missing",
    )
    .fetch_all(tx)
    .await?;
    rows.iter()
        .map(|(stream, first, last, from)| {
            Ok(OpenGap {
                stream: Address::new_from_array(bytes(stream)?),
                first: unsigned(*first)?,
                last: unsigned(*last)?,
                from_slot: slot(*from)?,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_missing_in_the_middle_ends_the_complete_part() {
        let found = continuity(2, &[2, 3, 6, 7, 9], None);
        assert_eq!(found, Continuity { next: 4, missing: vec![(4, 5), (8, 8)] });
    }

    #[test]
    fn a_head_beyond_the_last_event_is_a_gap_although_nothing_follows_it() {
        assert_eq!(continuity(0, &[0, 1], Some(4)), Continuity { next: 2, missing: vec![(2, 3)] });
        assert_eq!(continuity(0, &[0, 1], Some(2)), Continuity { next: 2, missing: vec![] });
        assert_eq!(continuity(0, &[0, 1], Some(1)), Continuity { next: 2, missing: vec![] });
    }

    proptest! {
        #[test]
        fn every_sequence_below_the_highest_is_either_stored_or_missing(
            next in 0u64..5, stored in proptest::collection::btree_set(0u64..40, 0..30), head in proptest::option::of(0u64..50),
        ) {
            let sorted: Vec<u64> = stored.iter().copied().collect();
            let found = continuity(next, &sorted, head);
            let end = stored.last().map_or(0, |last| last + 1).max(head.unwrap_or(0)).max(next);
            for sequence in next..end {
                let missing = found.missing.iter().any(|(first, last)| (*first..=*last).contains(&sequence));
                prop_assert_eq!(missing, !stored.contains(&sequence), "sequence {}", sequence);
                if sequence < found.next {
                    prop_assert!(stored.contains(&sequence));
                }
            }
            prop_assert!(found.next == end || found.missing.first().map(|gap| gap.0) == Some(found.next));
        }
    }
}
