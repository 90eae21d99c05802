//! What is announced for an asset beside what is in force: terms with their
//! slots, uses to come, and a dispute that holds its income back.

use super::assets::{CoOwner, Mix, Uses, mix_of};
use crate::commitment::Commitment;
use crate::problem::ReadError;
use crate::rows::Columns;
use crate::snapshot::Snapshot;
use serde::Serialize;
use sqlx::Row;
use sqlx::postgres::PgRow;
use tributary_core::id::{AssetId, Claimant, FileHash};
use utoipa::ToSchema;

/// Who shares an asset's income from a slot on.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Terms {
    /// Who shares it.
    pub co_owners: Vec<CoOwner>,
    /// How a model shares its income; null when it leaves that to the policy set.
    pub mix: Option<Mix>,
    /// When they were announced.
    pub announced_slot: u64,
    /// They count from this slot on.
    pub effective_slot: u64,
    /// How sure the announcement is.
    pub commitment: Commitment,
}

/// Uses that will be permitted.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct PendingUses {
    /// What the owner will permit.
    pub uses: Uses,
    /// From this slot on.
    pub effective_slot: u64,
}

/// An open dispute: what the asset earns meanwhile is held until it ends.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OpenDispute {
    /// Who says that the asset is not its owner's.
    #[schema(value_type = String)]
    pub challenger: Claimant,
    /// SHA-256 of the evidence.
    #[schema(value_type = String)]
    pub evidence_hash: FileHash,
    /// When it was opened.
    pub opened_slot: u64,
    /// Without a ruling up to this slot it ends in the owner's favour.
    pub deadline_slot: u64,
    /// When it was ruled for the challenger; null before a ruling.
    pub upheld_slot: Option<u64>,
    /// From this slot on the asset can be reassigned; null before a ruling.
    pub reassign_from: Option<u64>,
    /// How sure all of this is.
    pub commitment: Commitment,
}

/// An asset's terms, as far as they are announced.
pub struct Announced {
    /// Those in force; of an asset that does not count yet, the first ones to come.
    pub now: Option<Terms>,
    /// Those to come, in their order.
    pub pending: Vec<Terms>,
}

/// The terms in a row that has them beside others' columns.
pub fn in_force(row: &PgRow) -> Result<Option<Terms>, ReadError> {
    if row.try_get::<Option<i64>, _>("terms_slot")?.is_none() { Ok(None) } else { terms_of(row).map(Some) }
}

/// Reads an asset's terms.
pub async fn announced(snapshot: &mut Snapshot, asset: &AssetId) -> Result<Announced, ReadError> {
    let rows = sqlx::query(
        "SELECT claimants, shares_bps, mix_bps, announced_slot, effective_slot AS terms_slot, state,
            commitment AS terms_commitment
         FROM chain.terms_v1
         WHERE asset = $1 AND state IN ('in_force', 'pending') ORDER BY effective_slot, announced_slot",
    )
    .bind(asset.0.as_slice())
    .fetch_all(snapshot.connection())
    .await?;
    let mut now = None;
    let mut pending = Vec::new();
    for row in &rows {
        let terms = terms_of(row)?;
        if row.text("state")? == "in_force" {
            now = Some(terms);
        } else {
            pending.push(terms);
        }
    }
    Ok(Announced { now: now.or_else(|| pending.first().cloned()), pending })
}

fn terms_of(row: &PgRow) -> Result<Terms, ReadError> {
    let shares = row.ids("claimants")?.into_iter().zip(row.shares("shares_bps")?);
    Ok(Terms {
        co_owners: shares.map(|(claimant, share_bps)| CoOwner { claimant, share_bps }).collect(),
        mix: mix_of(row.try_get("mix_bps")?)?,
        announced_slot: row.count("announced_slot")?,
        effective_slot: row.count("terms_slot")?,
        commitment: Commitment::of(&row.text("terms_commitment")?).ok_or(ReadError::Row("terms_commitment"))?,
    })
}

/// Reads an asset's open dispute.
pub async fn open_dispute(snapshot: &mut Snapshot, asset: &AssetId) -> Result<Option<OpenDispute>, ReadError> {
    let row = sqlx::query(
        "SELECT challenger, evidence_hash, opened_slot, deadline_slot, upheld_slot, reassign_from, commitment
         FROM chain.disputes_v1 WHERE asset = $1 AND outcome IS NULL ORDER BY opened_slot DESC LIMIT 1",
    )
    .bind(asset.0.as_slice())
    .fetch_optional(snapshot.connection())
    .await?;
    row.map(|row| {
        Ok(OpenDispute {
            challenger: row.id("challenger")?,
            evidence_hash: row.id("evidence_hash")?,
            opened_slot: row.count("opened_slot")?,
            deadline_slot: row.count("deadline_slot")?,
            upheld_slot: row.count_or_null("upheld_slot")?,
            reassign_from: row.count_or_null("reassign_from")?,
            commitment: commitment_of(&row)?,
        })
    })
    .transpose()
}

/// The column `commitment` of a row.
pub fn commitment_of(row: &PgRow) -> Result<Commitment, ReadError> {
    Commitment::of(&row.text("commitment")?).ok_or(ReadError::Row("commitment"))
}
