//! What one transaction of the drain writes: the head moves once, everything
//! else goes by COPY. Records follow one another; the caller checks where the
//! first one stands.

use super::{Drain, DrainError, end_of};
use crate::database::copy::Rows;
use crate::database::{DatabaseError, bigint};
use crate::spool::record::Record;
use sqlx::PgConnection;
use std::time::{SystemTime, UNIX_EPOCH};
use tributary_core::event::hash_of;
use tributary_core::id::Head;
use tributary_core::position::EventSeq;

const GROUPS: &str = "COPY usage.groups
    (gateway, generation, first_sequence, end_sequence, previous, head, signer, bytes)
    FROM STDIN (FORMAT binary)";
const EVENTS: &str = "COPY usage.events
    (gateway, generation, sequence, vault, payer, mandate, lease, request, agent, model, price, graph_slot, at_ms,
     tokens, hash)
    FROM STDIN (FORMAT binary)";
const SIDECARS: &str = "COPY usage.sidecars (gateway, generation, sequence, salt, body, expires_at)
    FROM STDIN (FORMAT binary)";
const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

/// Records as rows.
#[derive(Debug)]
pub(super) struct Batch {
    /// The first event.
    pub(super) first: EventSeq,
    /// One past the last event.
    pub(super) end: EventSeq,
    /// How many there are.
    pub(super) events: usize,
    previous: Head,
    head: Head,
    groups: Rows,
    rows: Rows,
    sidecars: Rows,
}

impl Drain {
    /// Puts records into rows; none make no batch. Writes nothing.
    pub(super) fn batch(&self, records: &[Record]) -> Result<Option<Batch>, DrainError> {
        let (Some(first), Some(last)) = (records.first(), records.last()) else { return Ok(None) };
        let mut groups = Rows::new(GROUPS, 8);
        let mut before = first.group.previous;
        let generation = u64::from(self.generation.0);
        for record in records {
            let group = &record.group;
            if group.previous != before {
                return Err(DrainError::Head { expected: group.first(), offered: group.first() });
            }
            before = group.head();
            groups
                .begin()
                .bytes(&self.gateway.0)?
                .bigint(generation)?
                .bigint(group.first().0)?
                .bigint(end_of(group).0)?
                .bytes(&group.previous.0)?
                .bytes(&before.0)?
                .bytes(&group.key.0)?
                .bytes(&group.encode())?;
        }
        Ok(Some(Batch {
            first: first.group.first(),
            end: end_of(&last.group),
            events: records.iter().map(|record| record.group.events.len()).sum(),
            previous: first.group.previous,
            head: before,
            groups,
            rows: self.events(records)?,
            sidecars: self.sidecars(records)?,
        }))
    }

    /// Writes a batch that Postgres does not have.
    pub(super) async fn write(&self, tx: &mut PgConnection, batch: Batch) -> Result<(), DrainError> {
        let moved = sqlx::query(
            "INSERT INTO usage.heads AS h (gateway, generation, next_sequence, head) VALUES ($1, $2, $4, $5)
             ON CONFLICT (gateway, generation) DO UPDATE SET next_sequence = $4, head = $5
             WHERE h.next_sequence = $3 AND h.head = $6",
        )
        .bind(&self.gateway.0[..])
        .bind(i64::from(self.generation.0))
        .bind(bigint(batch.first.0)?)
        .bind(bigint(batch.end.0)?)
        .bind(&batch.head.0[..])
        .bind(&batch.previous.0[..])
        .execute(&mut *tx)
        .await?;
        if moved.rows_affected() != 1 {
            return Err(DrainError::Head { expected: self.expected(tx).await?, offered: batch.first });
        }
        batch.groups.send(&mut *tx).await?;
        batch.rows.send(&mut *tx).await?;
        batch.sidecars.send(&mut *tx).await?;
        Ok(())
    }

    fn events(&self, records: &[Record]) -> Result<Rows, DatabaseError> {
        let mut rows = Rows::new(EVENTS, 15);
        for event in records.iter().flat_map(|record| &record.group.events) {
            rows.begin()
                .bytes(&self.gateway.0)?
                .bigint(u64::from(self.generation.0))?
                .bigint(event.position.sequence.0)?
                .bytes(&event.vault.0)?
                .bytes(&event.payer.0)?
                .bytes(&event.mandate.0)?
                .bigint(event.lease.0)?
                .bytes(&event.request.0)?
                .bytes(&event.agent.0)?
                .bytes(&event.model.0)?
                .numeric(event.price.0)?
                .bigint(event.graph_slot.0)?
                .bigint(event.at_ms)?
                .integer(event.evidence.tokens)?
                .bytes(&hash_of(&event.encode()).0)?;
        }
        Ok(rows)
    }

    fn sidecars(&self, records: &[Record]) -> Result<Rows, DatabaseError> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        let kept = u64::from(self.sidecar_days).saturating_mul(DAY_MS);
        let expires = u64::try_from(now).unwrap_or(u64::MAX).saturating_add(kept);
        let mut rows = Rows::new(SIDECARS, 6);
        for record in records {
            for (event, attachment) in record.group.events.iter().zip(&record.attachments) {
                if attachment.sidecar.is_empty() {
                    continue;
                }
                rows.begin()
                    .bytes(&self.gateway.0)?
                    .bigint(u64::from(self.generation.0))?
                    .bigint(event.position.sequence.0)?
                    .bytes(&attachment.salt)?
                    .bytes(&attachment.sidecar)?
                    .moment(expires)?;
            }
        }
        Ok(rows)
    }
}
