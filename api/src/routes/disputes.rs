//! Disputes about who owns an asset, with what came of them.

use super::receipts::{NamedAsset, named, names};
use crate::amounts::Amount;
use crate::answer::Page;
use crate::paging::PageRequest;
use crate::problem::{Problem, ReadError};
use crate::request::{Params, parse_or_none};
use crate::rows::Columns;
use crate::server::Api;
use crate::snapshot::Snapshot;
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use sqlx::Row;
use tributary_core::id::{AssetId, Claimant, FileHash};
use utoipa::{IntoParams, ToSchema};

const LIST: &str = "disputes";

/// Which disputes.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DisputeParams {
    /// Only about this asset.
    pub asset: Option<String>,
    /// Only by this challenger.
    pub challenger: Option<String>,
    /// Only those that are open, or only those that ended.
    pub open: Option<bool>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Entries a page, 1 to 100; 25 when left out.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
}

/// A dispute. While it is open, what the asset earns is held back.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Dispute {
    /// About which asset.
    pub asset: NamedAsset,
    /// Who opened it.
    #[schema(value_type = String)]
    pub challenger: Claimant,
    /// SHA-256 of the evidence.
    #[schema(value_type = Option<String>)]
    pub evidence: Option<FileHash>,
    /// What the challenger put up, in lamports.
    pub bond_lamports: Option<Amount>,
    /// The slot it was opened in.
    pub opened_slot: u64,
    /// The last slot for a ruling; without one it ends in the owner's favour.
    pub deadline_slot: Option<u64>,
    /// The slot it was upheld in; the owner changes only after the timelock.
    pub upheld_slot: Option<u64>,
    /// The first slot at which the owner can change; null unless upheld.
    pub reassign_from: Option<u64>,
    /// How it ended (`rejected`, `expired`, `reassigned`, `cancelled`,
    /// `displaced`); null while it is open.
    pub outcome: Option<String>,
    /// The slot it ended in.
    pub outcome_slot: Option<u64>,
}

/// Disputes, the newest first.
#[utoipa::path(get, path = "/v1/disputes", tag = "assets", params(DisputeParams), responses(
    (status = 200, body = Page<Dispute>),
    (status = 400, body = Problem, content_type = "application/problem+json"),
))]
pub async fn disputes(
    State(api): State<Api>,
    Params(params): Params<DisputeParams>,
) -> Result<Json<Page<Dispute>>, ReadError> {
    let asset: Option<AssetId> = parse_or_none("asset", params.asset.as_deref())?;
    let challenger: Option<Claimant> = parse_or_none("challenger", params.challenger.as_deref())?;
    let page = PageRequest::<(u64, AssetId)>::parse(LIST, params.cursor.as_deref(), params.limit)?;
    let mut snapshot = Snapshot::open(&api.readers).await?;
    let rows = sqlx::query(
        "SELECT asset, challenger, evidence_hash, bond::text, opened_slot, deadline_slot, upheld_slot, reassign_from,
                outcome, outcome_slot
         FROM chain.disputes_v1
         WHERE ($1::bytea IS NULL OR asset = $1) AND ($2::bytea IS NULL OR challenger = $2)
           AND ($3::boolean IS NULL OR (outcome IS NULL) = $3)
           AND ($4::bigint IS NULL OR opened_slot < $4 OR (opened_slot = $4 AND asset > $5))
         ORDER BY opened_slot DESC, asset LIMIT $6",
    )
    .bind(asset.map(|id| id.0.to_vec()))
    .bind(challenger.map(|id| id.0.to_vec()))
    .bind(params.open)
    .bind(page.after_bigint(|(slot, _)| *slot)?)
    .bind(page.after.map(|(_, asset)| asset.0.to_vec()))
    .bind(page.rows())
    .fetch_all(snapshot.connection())
    .await?;
    let about: Vec<AssetId> = rows.iter().map(|row| row.id("asset")).collect::<Result<_, _>>()?;
    let names = names(&api, &mut snapshot, about.into_iter()).await?;
    let dispute = |row: &sqlx::postgres::PgRow| {
        Ok(Dispute {
            asset: named(&names, row.id("asset")?),
            challenger: row.id("challenger")?,
            evidence: row.id_or_null("evidence_hash")?,
            bond_lamports: row.amount_or_null("bond")?,
            opened_slot: row.count("opened_slot")?,
            deadline_slot: row.count_or_null("deadline_slot")?,
            upheld_slot: row.count_or_null("upheld_slot")?,
            reassign_from: row.count_or_null("reassign_from")?,
            outcome: row.try_get("outcome")?,
            outcome_slot: row.count_or_null("outcome_slot")?,
        })
    };
    let list = rows.iter().map(dispute).collect::<Result<_, ReadError>>()?;
    Ok(Json(page.page(&snapshot, None, LIST, list, |entry: &Dispute| (entry.opened_slot, entry.asset.asset))))
}
