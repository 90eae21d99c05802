//! Builds all projections anew from the raw events, beside the live ones, and
//! brings the live ones in line in one transaction.
//!
//! An indexer may go on meanwhile: what is final is read without any lock, and
//! only the rest and the comparison hold commits back. Readers see the old rows
//! or the new ones, never none. What differed is counted, so that a rebuild is
//! also the proof that nothing did.

use super::project::{self, PROJECTIONS, Row};
use super::session::{Store, check_chain};
use super::tables::TABLES;
use super::{StoreError, bigint, digest, slot};
use sqlx::{Connection, PgConnection};
use tributary_core::position::Slot;

/// Events applied at once.
const CHUNK: i64 = 20_000;

/// What a rebuild found in a projection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rebuilt {
    /// Its name.
    pub table: &'static str,
    /// How many rows it has now.
    pub rows: u64,
    /// How many live rows should not have been there, or not like that.
    pub wrong: u64,
    /// How many were missing, or stood there in another form.
    pub missing: u64,
}

impl Store {
    /// Rebuilds all projections.
    pub async fn rebuild(&self) -> Result<Vec<Rebuilt>, StoreError> {
        let mut connection = self.connect_beside().await?;
        check_chain(&mut connection).await?;
        for table in TABLES {
            sqlx::query(table.create_beside).execute(&mut connection).await?;
        }
        let (finalised,): (i64,) =
            sqlx::query_as("SELECT finalised_slot FROM chain.status").fetch_one(&mut connection).await?;
        apply_between(&mut connection, Slot(0), slot(finalised)?).await?;

        let mut tx = connection.begin().await?;
        // Commits take this lock first.
        sqlx::query("SELECT FROM chain.status FOR UPDATE").execute(&mut *tx).await?;
        let (last,): (i64,) =
            sqlx::query_as("SELECT coalesce(max(slot), 0) FROM chain.events").fetch_one(&mut *tx).await?;
        apply_between(&mut tx, slot(finalised)?, slot(last)?).await?;
        let mut report = Vec::with_capacity(TABLES.len());
        for table in TABLES {
            let wrong = sqlx::query(table.delete_others).execute(&mut *tx).await?.rows_affected();
            let missing = sqlx::query(table.insert_missing).execute(&mut *tx).await?.rows_affected();
            let (rows,): (i64,) = sqlx::query_as(table.count_beside).fetch_one(&mut *tx).await?;
            report.push(Rebuilt { table: table.name, rows: super::unsigned(rows)?, wrong, missing });
        }
        sqlx::query("UPDATE chain.status SET projections = $1").bind(PROJECTIONS).execute(&mut *tx).await?;
        tx.commit().await?;
        connection.close().await?;
        Ok(report)
    }
}

/// Applies the events of the slots after `from` up to and with `to`, as far as
/// their streams are complete, a part at a time.
async fn apply_between(connection: &mut PgConnection, from: Slot, to: Slot) -> Result<(), StoreError> {
    let mut done = from;
    while done < to {
        let through = digest::reachable(connection, done, to, CHUNK).await?;
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT e.program, e.stream, e.sequence, e.slot, e.signature, e.data
             FROM chain.events e JOIN chain.streams s ON s.stream = e.stream AND e.sequence < s.next_sequence
             WHERE e.slot > $1 AND e.slot <= $2",
        )
        .bind(bigint(done.0, "a slot")?)
        .bind(bigint(through.0, "a slot")?)
        .fetch_all(&mut *connection)
        .await?;
        project::write_stored(connection, rows).await?;
        done = through;
    }
    Ok(())
}
