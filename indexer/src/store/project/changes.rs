//! Changes of the rewards program's settings as rows: what kind, whom it names
//! and which numbers it carries, so that readers need no decoder.

use super::super::StoreError;
use super::super::copy::Rows;
use super::registry::begin;
use super::{Applied, amount};
use sqlx::types::BigDecimal;
use tributary_client::rewards::Change;

pub const COPY: &str =
    "COPY changes (vault, sequence, slot, step, nonce, ready_slot, ready_at, by_key, kind, key, numbers)
    FROM STDIN (FORMAT binary)";
pub const COLUMNS: i16 = 11;

/// What happened to a change.
pub enum Step<'a> {
    Proposed { nonce: u64, ready_slot: u64, ready_at: i64, change: &'a Change },
    Applied { nonce: u64, change: &'a Change },
    Cancelled { nonce: u64, by: &'a [u8] },
    Tightened { change: &'a Change },
}

/// Adds a row.
pub fn add(rows: &mut Rows, applied: &Applied<'_>, step: &Step<'_>) -> Result<(), StoreError> {
    let (name, nonce, change) = match step {
        Step::Proposed { nonce, change, .. } => ("proposed", Some(*nonce), Some(*change)),
        Step::Applied { nonce, change } => ("applied", Some(*nonce), Some(*change)),
        Step::Cancelled { nonce, .. } => ("cancelled", Some(*nonce), None),
        Step::Tightened { change } => ("tightened", None, Some(*change)),
    };
    let (ready_slot, ready_at) = match step {
        Step::Proposed { ready_slot, ready_at, .. } => (Some(*ready_slot), Some(*ready_at)),
        _ => (None, None),
    };
    let by = match step {
        Step::Cancelled { by, .. } => Some(*by),
        _ => None,
    };
    let (kind, key, numbers) = change.map_or((None, None, Vec::new()), |change| {
        let (kind, key, numbers) = parts(change);
        (Some(kind), key, numbers)
    });
    begin(rows, applied)?
        .put(name)?
        .put(nonce.map(amount))?
        .put(ready_slot.map(amount))?
        .put(ready_at)?
        .put(by)?
        .put(kind)?
        .put(key)?
        .put(numbers.into_iter().map(amount).collect::<Vec<BigDecimal>>())?;
    Ok(())
}

fn parts(change: &Change) -> (&'static str, Option<&[u8]>, Vec<u64>) {
    match change {
        Change::Poster(key) => ("poster", Some(key.as_ref()), vec![]),
        Change::Guardian(key) => ("guardian", Some(key.as_ref()), vec![]),
        Change::AddWatcher(key) => ("add_watcher", Some(key.as_ref()), vec![]),
        Change::RemoveWatcher(key) => ("remove_watcher", Some(key.as_ref()), vec![]),
        Change::Threshold(count) => ("threshold", None, vec![u64::from(*count)]),
        Change::Timelock { slots, seconds } => ("timelock", None, vec![*slots, *seconds]),
        Change::Window { slots, seconds } => ("window", None, vec![*slots, *seconds]),
        Change::Growth { per_slot, burst } => ("growth", None, [&per_slot[..], &burst[..]].concat()),
        Change::Outflow { per_slot, burst } => ("outflow", None, vec![*per_slot, *burst]),
        Change::PolicySet(hash) => ("policy_set", Some(&hash[..]), vec![]),
    }
}
