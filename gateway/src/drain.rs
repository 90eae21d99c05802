//! Carries spool records to Postgres, in order, each once. Reads the spool,
//! writes `usage.groups`, `usage.events`, `usage.sidecars` and `usage.heads` in
//! one transaction a record batch; after an outage it goes on where the head in
//! Postgres stands. Never the other way round, and never past a fence.

use crate::backoff::Backoff;
use crate::credit::generations;
use crate::credit::log::CreditError;
use crate::database::{DatabaseError, bigint, position};
use crate::spool::SpoolError;
use crate::spool::reader::SpoolReader;
use crate::spool::record::Record;
use sqlx::{PgConnection, PgPool};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tributary_core::event::hash_of;
use tributary_core::id::GatewayId;
use tributary_core::position::{EventSeq, Generation};

/// Records written in one transaction.
const RECORDS_MAX: usize = 64;

/// Why records do not arrive in Postgres.
#[derive(Debug, thiserror::Error)]
pub enum DrainError {
    /// Postgres, or a fence.
    #[error(transparent)]
    Credit(#[from] CreditError),
    /// The spool cannot be read.
    #[error(transparent)]
    Spool(#[from] SpoolError),
    /// Postgres stands elsewhere than this process believes.
    #[error(
        "Postgres expects event {expected} next, the spool offers {offered}: another process drained this generation, or Postgres was restored; restart the gateway"
    )]
    Head {
        /// By `usage.heads`.
        expected: EventSeq,
        /// By the spool.
        offered: EventSeq,
    },
    /// A task died.
    #[error("reading the spool failed")]
    Task(#[from] tokio::task::JoinError),
}

impl From<DatabaseError> for DrainError {
    fn from(error: DatabaseError) -> Self {
        Self::Credit(error.into())
    }
}

impl From<sqlx::Error> for DrainError {
    fn from(error: sqlx::Error) -> Self {
        Self::Credit(error.into())
    }
}

/// Which spool goes where.
#[derive(Clone, Debug)]
pub struct Drain {
    /// Postgres.
    pub pool: PgPool,
    /// The spool.
    pub reader: SpoolReader,
    /// Whose.
    pub gateway: GatewayId,
    /// In which of its lives.
    pub generation: Generation,
    /// How long sidecars are kept.
    pub sidecar_days: u16,
}

impl Drain {
    /// Drains whatever becomes durable until told to end; errors are logged and
    /// retried. Ends early only when the generation is fenced: the error.
    pub async fn run(
        self,
        mut durable: watch::Receiver<EventSeq>,
        drained: watch::Sender<EventSeq>,
        end: CancellationToken,
    ) -> Result<(), DrainError> {
        let mut backoff = Backoff::default();
        loop {
            match self.step(&drained).await {
                Ok(true) => backoff.reset(),
                Ok(false) => {
                    backoff.reset();
                    tokio::select! {
                        () = end.cancelled() => return Ok(()),
                        changed = durable.changed() => if changed.is_err() && !self.is_behind(&drained) { return Ok(()) },
                    }
                }
                Err(error @ DrainError::Credit(CreditError::Fenced(_))) => return Err(error),
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "events wait in the spool");
                    tokio::select! {
                        () = end.cancelled() => return Ok(()),
                        () = backoff.wait() => {}
                    }
                }
            }
        }
    }

    fn is_behind(&self, drained: &watch::Sender<EventSeq>) -> bool {
        self.reader.end().is_some_and(|end| *drained.borrow() < end)
    }

    /// Writes some records; whether there were any.
    async fn step(&self, drained: &watch::Sender<EventSeq>) -> Result<bool, DrainError> {
        let from = *drained.borrow();
        let reader = self.reader.clone();
        let records = tokio::task::spawn_blocking(move || records_from(&reader, from)).await??;
        let Some(last) = records.last() else { return Ok(false) };
        let end = EventSeq(last.group.first().0.saturating_add(last.group.events.len() as u64));
        let mut tx = self.pool.begin().await?;
        generations::hold(&mut tx, self.gateway, self.generation).await?;
        let mut expected = self.expected(&mut tx).await?;
        for record in &records {
            let first = record.group.first();
            let next = EventSeq(first.0.saturating_add(record.group.events.len() as u64));
            // A commit whose answer got lost may have stored it already.
            if next <= expected {
                continue;
            }
            if first != expected {
                return Err(DrainError::Head { expected, offered: first });
            }
            self.write(&mut tx, record).await?;
            expected = next;
        }
        tx.commit().await?;
        self.reader.drained(end);
        drained.send_replace(end);
        Ok(true)
    }

    async fn expected(&self, tx: &mut PgConnection) -> Result<EventSeq, DrainError> {
        let row =
            sqlx::query("SELECT next_sequence FROM usage.heads WHERE gateway = $1 AND generation = $2 FOR UPDATE")
                .bind(&self.gateway.0[..])
                .bind(i64::from(self.generation.0))
                .fetch_optional(tx)
                .await?;
        Ok(EventSeq(row.map_or(Ok(0), |row| position(&row, "next_sequence"))?))
    }

    async fn write(&self, tx: &mut PgConnection, record: &Record) -> Result<(), DrainError> {
        let group = &record.group;
        let (first, head) = (group.first(), group.head());
        let end = first.0.saturating_add(group.events.len() as u64);
        let moved = sqlx::query(
            "INSERT INTO usage.heads AS h (gateway, generation, next_sequence, head) VALUES ($1, $2, $4, $5)
             ON CONFLICT (gateway, generation) DO UPDATE SET next_sequence = $4, head = $5
             WHERE h.next_sequence = $3 AND h.head = $6",
        )
        .bind(&self.gateway.0[..])
        .bind(i64::from(self.generation.0))
        .bind(bigint(first.0)?)
        .bind(bigint(end)?)
        .bind(&head.0[..])
        .bind(&group.previous.0[..])
        .execute(&mut *tx)
        .await?;
        if moved.rows_affected() != 1 {
            return Err(DrainError::Head { expected: self.expected(tx).await?, offered: first });
        }
        sqlx::query(
            "INSERT INTO usage.groups
                (gateway, generation, first_sequence, end_sequence, previous, head, signer, bytes)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(&self.gateway.0[..])
        .bind(i64::from(self.generation.0))
        .bind(bigint(first.0)?)
        .bind(bigint(end)?)
        .bind(&group.previous.0[..])
        .bind(&head.0[..])
        .bind(&group.key.0[..])
        .bind(group.encode())
        .execute(&mut *tx)
        .await?;
        self.write_events(&mut *tx, record).await?;
        self.write_sidecars(&mut *tx, record).await
    }

    async fn write_events(&self, tx: &mut PgConnection, record: &Record) -> Result<(), DrainError> {
        let events = &record.group.events;
        let bytes = |of: fn(&tributary_core::event::UsageEvent) -> [u8; 32]| -> Vec<Vec<u8>> {
            events.iter().map(|event| of(event).to_vec()).collect()
        };
        let numbers = |of: fn(&tributary_core::event::UsageEvent) -> u64| -> Result<Vec<i64>, DatabaseError> {
            events.iter().map(|event| bigint(of(event))).collect()
        };
        sqlx::query(
            "INSERT INTO usage.events
                (gateway, generation, sequence, vault, payer, mandate, lease, request, agent, model, price,
                 graph_slot, at_ms, tokens, hash)
             SELECT $1, $2, sequence, vault, payer, mandate, lease, request, agent, model, price::numeric,
                    graph_slot, at_ms, tokens, hash
             FROM unnest($3::bigint[], $4::bytea[], $5::bytea[], $6::bytea[], $7::bigint[], $8::bytea[], $9::bytea[],
                         $10::bytea[], $11::text[], $12::bigint[], $13::bigint[], $14::integer[], $15::bytea[])
               AS t (sequence, vault, payer, mandate, lease, request, agent, model, price, graph_slot, at_ms,
                     tokens, hash)",
        )
        .bind(&self.gateway.0[..])
        .bind(i64::from(self.generation.0))
        .bind(numbers(|event| event.position.sequence.0)?)
        .bind(bytes(|event| event.vault.0))
        .bind(bytes(|event| event.payer.0))
        .bind(bytes(|event| event.mandate.0))
        .bind(numbers(|event| event.lease.0)?)
        .bind(bytes(|event| event.request.0))
        .bind(bytes(|event| event.agent.0))
        .bind(bytes(|event| event.model.0))
        .bind(events.iter().map(|event| event.price.to_string()).collect::<Vec<_>>())
        .bind(numbers(|event| event.graph_slot.0)?)
        .bind(numbers(|event| event.at_ms)?)
        // At most 65,535 by the encoding's own bound.
        .bind(events.iter().map(|event| event.evidence.tokens as i32).collect::<Vec<_>>())
        .bind(bytes(|event| hash_of(&event.encode()).0))
        .execute(tx)
        .await?;
        Ok(())
    }

    async fn write_sidecars(&self, tx: &mut PgConnection, record: &Record) -> Result<(), DrainError> {
        let with: Vec<_> = record
            .group
            .events
            .iter()
            .zip(&record.attachments)
            .filter(|(_, attachment)| !attachment.sidecar.is_empty())
            .collect();
        let sequences: Vec<i64> =
            with.iter().map(|(event, _)| bigint(event.position.sequence.0)).collect::<Result<_, _>>()?;
        sqlx::query(
            "INSERT INTO usage.sidecars (gateway, generation, sequence, salt, body, expires_at)
             SELECT $1, $2, sequence, salt, body, now() + make_interval(days => $6)
             FROM unnest($3::bigint[], $4::bytea[], $5::bytea[]) AS t (sequence, salt, body)",
        )
        .bind(&self.gateway.0[..])
        .bind(i64::from(self.generation.0))
        .bind(sequences)
        .bind(with.iter().map(|(_, attachment)| attachment.salt.to_vec()).collect::<Vec<_>>())
        .bind(with.iter().map(|(_, attachment)| attachment.sidecar.clone()).collect::<Vec<_>>())
        .bind(i32::from(self.sidecar_days))
        .execute(tx)
        .await?;
        Ok(())
    }

    /// Deletes sidecars whose time has come. Returns how many.
    pub async fn expire_sidecars(&self) -> Result<u64, DrainError> {
        let done = sqlx::query("DELETE FROM usage.sidecars WHERE gateway = $1 AND expires_at < now()")
            .bind(&self.gateway.0[..])
            .execute(&self.pool)
            .await?;
        Ok(done.rows_affected())
    }
}

fn records_from(reader: &SpoolReader, from: EventSeq) -> Result<Vec<Record>, SpoolError> {
    let mut records = Vec::new();
    let mut next = from;
    while records.len() < RECORDS_MAX && reader.end().is_some_and(|end| next < end) {
        let record = reader.record(next)?;
        next = EventSeq(record.group.first().0.saturating_add(record.group.events.len() as u64));
        records.push(record);
    }
    Ok(records)
}
