//! What a claimant earned, by epoch and asset: the rows of a chart.

use super::receipts::{NamedAsset, named, names};
use crate::amounts::{SubAmount, Token};
use crate::answer::Page;
use crate::paging::PageRequest;
use crate::problem::{Problem, ReadError};
use crate::request::{Params, parse};
use crate::rows::Columns;
use crate::server::Api;
use crate::snapshot::Snapshot;
use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use tributary_core::id::{AssetId, Claimant, VaultId};
use utoipa::{IntoParams, ToSchema};

const LIST: &str = "earnings";

/// Of which vault, and which page.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EarningParams {
    /// The vault.
    pub vault: String,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Entries a page, 1 to 100; 25 when left out.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
}

/// What an asset earned a claimant in an epoch.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Earning {
    /// What its amount is counted in.
    pub token: Token,
    /// In which epoch.
    pub epoch: u64,
    /// The finalised slot that closed it.
    pub finalised_slot: u64,
    /// Whether its root serves already.
    pub is_active: bool,
    /// For which asset.
    pub asset: NamedAsset,
    /// How much, over all policies, in sub-units.
    pub amount: SubAmount,
}

/// What a claimant earned, by epoch and asset, the newest epoch first. Epochs
/// whose root was struck down are left out.
#[utoipa::path(get, path = "/v1/claimants/{claimant}/earnings", tag = "claimants",
    params(("claimant" = String, Path), EarningParams),
    responses(
        (status = 200, body = Page<Earning>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn earnings(
    State(api): State<Api>,
    Path(claimant): Path<String>,
    Params(params): Params<EarningParams>,
) -> Result<Json<Page<Earning>>, ReadError> {
    let claimant: Claimant = parse("claimant", &claimant)?;
    let vault: VaultId = parse("vault", &params.vault)?;
    let page = PageRequest::<(u64, AssetId)>::parse(LIST, params.cursor.as_deref(), params.limit)?;
    let mut snapshot = Snapshot::open(&api.readers).await?;
    let token = snapshot.token(&vault).await?;
    let root_epoch = snapshot.root_epoch(&vault).await?;
    // Of an epoch's attempts at most one stands: one that was struck down is left out.
    let rows = sqlx::query(
        "SELECT c.epoch, c.asset, sum(c.amount)::text AS amount, r.finalised_slot, bool_and(r.status = 'active') AS active
         FROM ledger.credits c
         JOIN chain.roots r ON r.vault = c.vault AND r.epoch = c.epoch AND r.attempt = c.attempt
         WHERE c.claimant = $1 AND c.vault = $2 AND r.status IN ('pending', 'active')
           AND ($3::bigint IS NULL OR c.epoch < $3 OR (c.epoch = $3 AND c.asset > $4))
         GROUP BY c.epoch, c.asset, r.finalised_slot
         ORDER BY c.epoch DESC, c.asset LIMIT $5",
    )
    .bind(claimant.0.as_slice())
    .bind(vault.0.as_slice())
    .bind(page.after_bigint(|(epoch, _)| *epoch)?)
    .bind(page.after.map(|(_, asset)| asset.0.to_vec()))
    .bind(page.rows())
    .fetch_all(snapshot.connection())
    .await?;
    let assets: Vec<AssetId> = rows.iter().map(|row| row.id("asset")).collect::<Result<_, _>>()?;
    let names = names(&api, &mut snapshot, assets.into_iter()).await?;
    let earning = |row: &sqlx::postgres::PgRow| {
        Ok(Earning {
            token,
            epoch: row.count("epoch")?,
            finalised_slot: row.count("finalised_slot")?,
            is_active: sqlx::Row::try_get(row, "active")?,
            asset: named(&names, row.id("asset")?),
            amount: row.sub_amount("amount")?,
        })
    };
    let list = rows.iter().map(earning).collect::<Result<_, ReadError>>()?;
    Ok(Json(page.page(&snapshot, root_epoch, LIST, list, |entry: &Earning| (entry.epoch, entry.asset.asset))))
}
