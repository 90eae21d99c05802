//! Carries spool records to Postgres, in order, each once. Reads the spool,
//! writes `usage.groups`, `usage.events`, `usage.sidecars` and `usage.heads` in
//! one transaction a record batch; after an outage it goes on where the head in
//! Postgres stands. Never the other way round, and never past a fence.
//!
//! While Postgres takes one batch the next one is read and put into rows, so that
//! neither waits for the other; what comes in drops is gathered for a moment, so
//! that a calm gateway does not commit for every call.

mod rows;

use crate::backoff::Backoff;
use crate::credit::generations;
use crate::credit::log::CreditError;
use crate::database::{DatabaseError, position};
use crate::spool::SpoolError;
use crate::spool::reader::SpoolReader;
use crate::spool::record::Record;
use rows::Batch;
use sqlx::{PgConnection, PgPool};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tributary_core::group::Group;
use tributary_core::id::GatewayId;
use tributary_core::position::{EventSeq, Generation};

/// Records written in one transaction.
const RECORDS_MAX: usize = 64;
/// Once so many events are read, no further record joins the transaction.
const EVENTS_MAX: usize = 4 * 1024;
/// After fewer events than this more are waited for.
const DROPS: usize = 512;
/// How long they are waited for.
const GATHER: Duration = Duration::from_millis(20);

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
        let mut ahead = None;
        loop {
            let stepped = self.step(&drained, &mut ahead).await;
            if stepped.is_err() {
                // It follows on what did not arrive.
                ahead = None;
            }
            match stepped {
                Ok(events) if events > 0 => {
                    backoff.reset();
                    if events < DROPS {
                        tokio::select! {
                            () = end.cancelled() => return Ok(()),
                            () = tokio::time::sleep(GATHER) => {}
                        }
                    }
                }
                Ok(_) => {
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

    /// Writes some records; how many events there were.
    async fn step(&self, drained: &watch::Sender<EventSeq>, ahead: &mut Ahead) -> Result<usize, DrainError> {
        let from = *drained.borrow();
        let batch = match ahead.take() {
            Some(reading) => reading.await??,
            None => self.read(from).await??,
        };
        let Some(mut batch) = batch else { return Ok(0) };
        if self.reader.end().is_some_and(|end| batch.end < end) {
            *ahead = Some(self.read(batch.end));
        }
        let mut tx = self.pool.begin().await?;
        generations::hold(&mut tx, self.gateway, self.generation).await?;
        let expected = self.expected(&mut tx).await?;
        if batch.first < expected {
            // A commit whose answer got lost has stored some already.
            *ahead = None;
            batch = match self.read(expected).await?? {
                Some(rest) => rest,
                None => return Ok(self.arrived(drained, expected, 0)),
            };
        }
        if batch.first != expected {
            return Err(DrainError::Head { expected, offered: batch.first });
        }
        let (end, events) = (batch.end, batch.events);
        self.write(&mut tx, batch).await?;
        tx.commit().await?;
        Ok(self.arrived(drained, end, events))
    }

    /// Postgres has everything before `end`.
    fn arrived(&self, drained: &watch::Sender<EventSeq>, end: EventSeq, events: usize) -> usize {
        self.reader.drained(end);
        drained.send_replace(end);
        events
    }

    /// Reads the records from a position on, as rows.
    fn read(&self, from: EventSeq) -> JoinHandle<Result<Option<Batch>, DrainError>> {
        let (reader, own) = (self.reader.clone(), self.clone());
        tokio::task::spawn_blocking(move || own.batch(&records_from(&reader, from)?))
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

    /// Deletes sidecars whose time has come. Returns how many.
    pub async fn expire_sidecars(&self) -> Result<u64, DrainError> {
        let done = sqlx::query("DELETE FROM usage.sidecars WHERE gateway = $1 AND expires_at < now()")
            .bind(&self.gateway.0[..])
            .execute(&self.pool)
            .await?;
        Ok(done.rows_affected())
    }
}

/// A batch that is being read while the one before it is written.
type Ahead = Option<JoinHandle<Result<Option<Batch>, DrainError>>>;

/// The first sequence after a group's events.
fn end_of(group: &Group) -> EventSeq {
    EventSeq(group.first().0.saturating_add(group.events.len() as u64))
}

fn records_from(reader: &SpoolReader, from: EventSeq) -> Result<Vec<Record>, SpoolError> {
    let mut records = Vec::new();
    let (mut next, mut events) = (from, 0);
    while records.len() < RECORDS_MAX && events < EVENTS_MAX && reader.end().is_some_and(|end| next < end) {
        let record = reader.record(next)?;
        next = end_of(&record.group);
        events += record.group.events.len();
        records.push(record);
    }
    Ok(records)
}
