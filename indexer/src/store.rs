//! The schema `chain`, of which the indexer is the only writer.
//!
//! One connection does it all: it holds the advisory lock that keeps other
//! indexers out, and every commit on it names the fencing number drawn when the
//! session was opened, so that a writer that was replaced without noticing
//! can't write. A commit is one transaction: events, streams, gaps, projections,
//! digests and cursor. Applying it twice changes nothing.

mod copy;
mod dead_letters;
mod digest;
mod error;
mod events;
mod project;
mod rebuild;
mod session;
mod streams;
mod tables;

pub(crate) use digest::{slot_digests, stored_events};
pub use error::StoreError;
pub use rebuild::Rebuilt;
pub(crate) use session::stored_genesis;
pub use session::{Session, Store};

use crate::machine::{Commit, Committed, Resume, Witness};
use digest::Extended;
use sqlx::{Connection, PgConnection, PgTransaction};
use tributary_core::id::Commitment;
use tributary_core::position::Slot;

impl Session {
    /// Stores a commit. When this returns, it is durable.
    pub async fn commit(&mut self, commit: &Commit) -> Result<Committed, StoreError> {
        let fence = self.fence;
        let mut tx = self.connection().begin().await?;
        let finalised_before = check_fence(&mut tx, fence).await?;
        let late = dead_letters::keep_late(&mut tx, &commit.events, finalised_before).await?;
        dead_letters::keep(&mut tx, &commit.dead_letters).await?;
        let fresh: Vec<_> = commit.events.iter().filter(|event| !late.contains(&event.id)).collect();

        let cursor = move_cursors(&mut tx, commit).await?;
        let provable = commit.verified.map(|verified| cursor.min(verified));
        let waiting = match provable {
            // As many as come at most: a backlog is digested a part at a time.
            Some(to) if to > finalised_before && !fresh.is_empty() => {
                digest::waiting(&mut tx, finalised_before, to, fresh.len()).await?
            }
            _ => None,
        };
        let stored = events::store(&mut tx, &commit.vanished, &commit.fetched, &fresh, cursor).await?;
        dead_letters::release(&mut tx, &fresh).await?;
        let advanced = streams::update(&mut tx, &fresh, &stored.withdrawn, &commit.heads).await?;
        project::apply(&mut tx, &advanced, &fresh).await?;
        events::finalise(&mut tx, cursor).await?;

        let gaps = streams::open_gaps(&mut tx).await?;
        let dead_letters = dead_letters::count(&mut tx).await?;
        let reached = streams::reach(&mut tx, &commit.heads).await?;
        let complete = gaps.is_empty() && dead_letters == 0 && reached;
        let proven = match provable {
            Some(to) if complete => finalised_before.max(to),
            _ => finalised_before,
        };
        let (agreed, expected) = agreed(finalised_before, proven, &commit.witness);
        let at_hand = waiting.filter(|_| stored.only_added);
        let at_hand = at_hand.as_ref().map(|waiting| digest::at_hand(waiting, &fresh));
        let Extended { to: finalised, digest, disputed } =
            digest::extend(&mut tx, finalised_before, agreed, expected, at_hand).await?;
        write_status(&mut tx, commit, finalised).await?;
        tx.commit().await?;
        self.learn(fresh.iter().map(|event| event.stream));
        Ok(Committed { gaps, finalised, digest, dead_letters, disputed })
    }

    /// Makes everything above the finalised slot unproven again: the cursor goes
    /// back to it, and what lies above is listed anew.
    pub async fn rewind(&mut self) -> Result<Resume, StoreError> {
        let fence = self.fence;
        let mut tx = self.connection().begin().await?;
        let finalised = check_fence(&mut tx, fence).await?;
        let finalised = bigint(finalised.0, "a slot")?;
        sqlx::query("UPDATE chain.events SET commitment = 'confirmed' WHERE slot > $1 AND commitment = 'finalised'")
            .bind(finalised)
            .execute(&mut *tx)
            .await?;
        sqlx::query("UPDATE chain.cursors SET slot = least(slot, $1), newest = NULL")
            .bind(finalised)
            .execute(&mut *tx)
            .await?;
        // What one provider claimed to have seen is no measure for the next.
        sqlx::query(
            "UPDATE chain.status SET seen_slot = finalised_slot, confirmed_slot = finalised_slot, updated_at = now()",
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        tracing::info!(finalised, "went back to the finalised slot; what came after it is listed anew");
        self.resume().await
    }
}

/// Up to where a commit may make things final, and the digest that must come out
/// there. Without a testimony for the range nothing moves when one is needed.
fn agreed(before: Slot, proven: Slot, witness: &Witness) -> (Slot, Option<Commitment>) {
    match witness {
        Witness::NotAsked => (proven, None),
        Witness::Testified(testimony) if testimony.from == before && testimony.to <= proven => {
            (testimony.to, Some(testimony.digest))
        }
        Witness::Testified(_) | Witness::Awaited => (before, None),
    }
}

/// Refuses to go on when a newer session has been opened; locks the row, so that
/// none can be opened in the middle. The finalised slot so far.
async fn check_fence(tx: &mut PgTransaction<'_>, fence: i64) -> Result<Slot, StoreError> {
    let (writer, finalised): (i64, i64) =
        sqlx::query_as("SELECT writer, finalised_slot FROM chain.status FOR UPDATE").fetch_one(&mut **tx).await?;
    if writer != fence { Err(StoreError::Superseded) } else { slot(finalised) }
}

/// Moves the cursors forward, never back, and says where they stand.
async fn move_cursors(tx: &mut PgConnection, commit: &Commit) -> Result<Slot, StoreError> {
    if let Some(through) = commit.through {
        for program in &crate::machine::PROGRAMS {
            let newest = commit.newest.get(program).map(|signature| signature.as_ref().to_vec());
            sqlx::query(
                "INSERT INTO chain.cursors (program, newest, slot) VALUES ($1, $2, $3)
                 ON CONFLICT (program) DO UPDATE
                 SET slot = EXCLUDED.slot, newest = coalesce(EXCLUDED.newest, chain.cursors.newest)
                 WHERE chain.cursors.slot <= EXCLUDED.slot",
            )
            .bind(program.as_ref())
            .bind(newest)
            .bind(bigint(through.0, "a slot")?)
            .execute(&mut *tx)
            .await?;
        }
    }
    let (lowest,): (Option<i64>,) = sqlx::query_as("SELECT min(slot) FROM chain.cursors").fetch_one(&mut *tx).await?;
    slot(lowest.unwrap_or(0))
}

async fn write_status(tx: &mut PgConnection, commit: &Commit, finalised: Slot) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE chain.status SET
             seen_slot = greatest(seen_slot, $1),
             confirmed_slot = greatest(confirmed_slot, $2),
             finalised_at = CASE WHEN $3 > finalised_slot THEN now() ELSE finalised_at END,
             finalised_slot = greatest(finalised_slot, $3),
             updated_at = now()",
    )
    .bind(bigint(commit.tip.confirmed.0, "a slot")?)
    .bind(bigint(commit.confirmed_through.unwrap_or_default().0, "a slot")?)
    .bind(bigint(finalised.0, "a slot")?)
    .execute(tx)
    .await?;
    Ok(())
}

/// A number as Postgres' bigint.
fn bigint(value: u64, what: &'static str) -> Result<i64, StoreError> {
    i64::try_from(value).map_err(|_| StoreError::TooLarge(what))
}

/// A bigint as a slot.
fn slot(value: i64) -> Result<Slot, StoreError> {
    unsigned(value).map(Slot)
}

/// A bigint that a CHECK keeps from being negative.
fn unsigned(value: i64) -> Result<u64, StoreError> {
    u64::try_from(value).map_err(|_| StoreError::Corrupt("a number is negative"))
}

/// Bytes of a column whose CHECK fixes their length.
fn bytes<const N: usize>(value: &[u8]) -> Result<[u8; N], StoreError> {
    value.try_into().map_err(|_| StoreError::Corrupt("an identity has the wrong length"))
}
