//! A vault's deposits.

use crate::amounts::Amount;
use crate::amounts::Token;
use crate::answer::Page;
use crate::commitment::Commitment;
use crate::paging::PageRequest;
use crate::problem::{Problem, ReadError};
use crate::request::{PageParams, Params, parse};
use crate::rows::Columns;
use crate::server::Api;
use crate::snapshot::{Snapshot, token_of};
use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use sqlx::postgres::PgRow;
use tributary_core::id::{PayerId, VaultId};
use utoipa::ToSchema;

const LIST: &str = "deposits";

/// A deposit.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Deposit {
    /// What its amounts are counted in.
    pub token: Token,
    /// Its place in the vault's events, as a number that never repeats.
    pub sequence: u64,
    /// Who paid in.
    #[schema(value_type = String)]
    pub payer: PayerId,
    /// What arrived.
    pub amount: Amount,
    /// What this payer has deposited in all, this deposit included.
    pub payer_total: Amount,
    /// When.
    pub slot: u64,
    /// How sure it is.
    pub commitment: Commitment,
}

impl Deposit {
    /// Off a row of deposits joined with their vault.
    pub fn of(row: &PgRow, snapshot: &Snapshot) -> Result<Self, ReadError> {
        let slot = row.count("slot")?;
        Ok(Self {
            token: token_of(row)?,
            sequence: row.count("sequence")?,
            payer: row.id("payer")?,
            amount: row.amount("amount")?,
            payer_total: row.amount("payer_total")?,
            slot,
            commitment: snapshot.commitment(slot),
        })
    }
}

/// A vault's deposits, newest first.
#[utoipa::path(get, path = "/v1/vaults/{vault}/deposits", tag = "vaults", params(("vault" = String, Path), PageParams),
    responses(
        (status = 200, body = Page<Deposit>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn deposits(
    State(api): State<Api>,
    Path(vault): Path<String>,
    Params(params): Params<PageParams>,
) -> Result<Json<Page<Deposit>>, ReadError> {
    let id: VaultId = parse("vault", &vault)?;
    let page = PageRequest::<u64>::parse(LIST, params.cursor.as_deref(), params.limit)?;
    let mut snapshot = Snapshot::open(&api.readers).await?;
    snapshot.token(&id).await?;
    let epoch = snapshot.root_epoch(&id).await?;
    let rows = sqlx::query(
        "SELECT d.vault, v.mint, v.decimals, d.sequence, d.payer, d.amount::text, d.payer_total::text, d.slot
         FROM chain.deposits d JOIN chain.vaults v USING (vault)
         WHERE d.vault = $1 AND ($2::bigint IS NULL OR d.sequence < $2)
         ORDER BY d.sequence DESC LIMIT $3",
    )
    .bind(id.0.as_slice())
    .bind(page.after_bigint(|sequence| *sequence)?)
    .bind(page.rows())
    .fetch_all(snapshot.connection())
    .await?;
    let list = rows.iter().map(|row| Deposit::of(row, &snapshot)).collect::<Result<_, _>>()?;
    Ok(Json(page.page(&snapshot, epoch, LIST, list, |deposit: &Deposit| deposit.sequence)))
}
