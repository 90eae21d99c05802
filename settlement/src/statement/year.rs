//! A claimant's year as CSV: for every epoch whose root opened in it, what was
//! carried over, credited and published, to the sub-unit. It reads nothing; who
//! has the epochs' inputs and outputs adds them one after the other.

use super::receipts::{ReceiptError, Receipts};
use crate::compute::{EpochInputs, EpochOutput};
use chrono::{DateTime, Datelike, SecondsFormat};
use std::io::Write;
use tributary_attribution::Entitlement;
use tributary_core::amount::SubUnits;
use tributary_core::id::{AssetId, Claimant, RootId};
use tributary_core::leaf::LeafClass;
use tributary_core::position::Epoch;

/// The columns. In each epoch and class, what is carried in and credited is what
/// is published and carried out.
pub const COLUMNS: [&str; 11] =
    ["epoch", "root", "opened_at", "class", "entry", "asset", "agent", "policy", "events", "sub_units", "base_units"];

/// A posted root, as its statement names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opened {
    /// Which epoch.
    pub epoch: Epoch,
    /// The root.
    pub root: RootId,
    /// Unix seconds from which it could be activated, by the chain's clock.
    pub opens_at: i64,
}

/// Why there is no statement.
#[derive(Debug, thiserror::Error)]
pub enum YearError {
    /// The receipts fail.
    #[error("the epoch's receipts cannot be computed")]
    Receipts(#[from] ReceiptError),
    /// The rows would not add up.
    #[error("what the claimant was credited in epoch {0} is not what its leaf grew by; report this with the root")]
    Unbalanced(Epoch),
    /// The chain's clock.
    #[error("the root of epoch {0} opens at a time that no calendar has")]
    Time(Epoch),
    /// The sink failed.
    #[error("the statement cannot be written; check the disk")]
    Sink(#[from] csv::Error),
}

impl Opened {
    /// The year in which the root opened, in UTC.
    pub fn year(&self) -> Result<i32, YearError> {
        Ok(DateTime::from_timestamp(self.opens_at, 0).ok_or(YearError::Time(self.epoch))?.year())
    }
}

/// A row without what all rows of an epoch share.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Row {
    class: LeafClass,
    entry: &'static str,
    asset: Option<AssetId>,
    agent: Option<AssetId>,
    policy: &'static str,
    events: Option<u64>,
    amount: SubUnits,
}

/// A statement that is being written.
pub struct Year<W: Write> {
    claimant: Claimant,
    out: csv::Writer<W>,
}

impl<W: Write> Year<W> {
    /// Begins with the names of the columns.
    pub fn begin(claimant: Claimant, out: W) -> Result<Self, YearError> {
        let mut out = csv::Writer::from_writer(out);
        out.write_record(COLUMNS)?;
        Ok(Self { claimant, out })
    }

    /// Adds an epoch.
    pub fn add(&mut self, about: &Opened, inputs: &EpochInputs, output: &EpochOutput) -> Result<(), YearError> {
        let opened_at = DateTime::from_timestamp(about.opens_at, 0).ok_or(YearError::Time(about.epoch))?;
        let opened_at = opened_at.to_rfc3339_opts(SecondsFormat::Secs, true);
        for row in rows(about.epoch, self.claimant, inputs, output)? {
            let text = |id: Option<AssetId>| id.map(|id| id.to_string()).unwrap_or_default();
            // Less than a unit is told by the exact column alone.
            let whole = row.amount.floor().map(|(whole, _)| whole.to_string()).unwrap_or_default();
            self.out.write_record([
                about.epoch.to_string(),
                about.root.to_string(),
                opened_at.clone(),
                class(row.class).into(),
                row.entry.into(),
                text(row.asset),
                text(row.agent),
                row.policy.into(),
                row.events.map(|events| events.to_string()).unwrap_or_default(),
                row.amount.to_string(),
                whole,
            ])?;
        }
        Ok(())
    }

    /// Hands back the sink.
    pub fn end(self) -> Result<W, YearError> {
        self.out.into_inner().map_err(|error| YearError::Sink(error.into_error().into()))
    }
}

const fn class(class: LeafClass) -> &'static str {
    match class {
        LeafClass::Earned => "earned",
        LeafClass::Refund => "refund",
        LeafClass::Fee => "fee",
    }
}

fn rows(epoch: Epoch, claimant: Claimant, inputs: &EpochInputs, output: &EpochOutput) -> Result<Vec<Row>, YearError> {
    let unbalanced = || YearError::Unbalanced(epoch);
    let mut rows = Vec::new();
    for class in LeafClass::ALL {
        let Some(after) = output.closing.entitlements.get(&(class, claimant)) else { continue };
        let before = inputs.opening.entitlements.get(&(class, claimant)).copied().unwrap_or_default();
        let residue = |e: &Entitlement| e.cumulative.checked_sub(e.published.to_sub_units());
        let grown = after.cumulative.checked_sub(before.cumulative).ok_or_else(unbalanced)?;
        let published = after.published.checked_sub(before.published).ok_or_else(unbalanced)?.to_sub_units();
        let plain = |entry, amount| Row { class, entry, asset: None, agent: None, policy: "", events: None, amount };
        let first = rows.len();
        rows.push(plain("carried_in", residue(&before).ok_or_else(unbalanced)?));
        if class == LeafClass::Earned && grown > SubUnits::ZERO {
            for (key, receipt) in Receipts::of(inputs, output)?.of_claimant(claimant) {
                rows.push(Row {
                    class,
                    entry: if key.agent.is_some() { "credit" } else { "released" },
                    asset: Some(key.asset),
                    agent: key.agent,
                    policy: key.policy.as_str(),
                    events: key.agent.map(|_| receipt.events),
                    amount: receipt.amount,
                });
            }
        } else if grown > SubUnits::ZERO {
            rows.push(plain("credit", grown));
        }
        let credited = rows[first + 1..].iter().try_fold(SubUnits::ZERO, |sum, row| sum.checked_add(row.amount));
        if credited != Some(grown) {
            return Err(unbalanced());
        }
        rows.push(plain("published", published));
        rows.push(plain("carried_out", residue(after).ok_or_else(unbalanced)?));
    }
    Ok(rows)
}
