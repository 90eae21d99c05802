//! What was paid out of a vault.

use crate::amounts::{Amount, Token};
use crate::answer::Page;
use crate::commitment::Commitment;
use crate::paging::PageRequest;
use crate::problem::{Problem, ReadError};
use crate::request::{Class, PageParams, Params, parse};
use crate::rows::Columns;
use crate::server::Api;
use crate::snapshot::{Snapshot, token_of};
use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use sqlx::postgres::PgRow;
use tributary_core::id::{Claimant, VaultId};
use tributary_core::leaf::LeafClass;
use utoipa::ToSchema;

const LIST: &str = "claims";

/// A claim that was paid.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Claim {
    /// What its amounts are counted in.
    pub token: Token,
    /// Its place in the vault's events, as a number that never repeats.
    pub sequence: u64,
    /// Whose entitlement.
    #[schema(value_type = String)]
    pub claimant: Claimant,
    /// What for.
    pub class: Class,
    /// The epoch of the root it was claimed against.
    pub epoch: u64,
    /// What was paid by this claim.
    pub paid: Amount,
    /// What the claimant has been paid in this class in all.
    pub claimed: Amount,
    /// The token account it was paid to.
    pub destination: String,
    /// The transaction.
    pub signature: String,
    /// When.
    pub slot: u64,
    /// How sure it is.
    pub commitment: Commitment,
}

impl Claim {
    /// Off a row of claims joined with their vault.
    pub fn of(row: &PgRow, snapshot: &Snapshot) -> Result<Self, ReadError> {
        let slot = row.count("slot")?;
        Ok(Self {
            token: token_of(row)?,
            sequence: row.count("sequence")?,
            claimant: row.id("claimant")?,
            class: class_of(row, "class")?,
            epoch: row.count("epoch")?,
            paid: row.amount("paid")?,
            claimed: row.amount("claimed")?,
            destination: row.id::<Claimant>("destination")?.to_string(),
            signature: row.signature("signature")?,
            slot,
            commitment: snapshot.commitment(slot),
        })
    }
}

/// The class a `smallint` stands for.
pub fn class_of(row: &PgRow, column: &'static str) -> Result<Class, ReadError> {
    LeafClass::from_code(row.small(column)?).map(Class::from).ok_or(ReadError::Row(column))
}

/// A vault's claims, newest first.
#[utoipa::path(get, path = "/v1/vaults/{vault}/claims", tag = "vaults", params(("vault" = String, Path), PageParams),
    responses(
        (status = 200, body = Page<Claim>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn claims(
    State(api): State<Api>,
    Path(vault): Path<String>,
    Params(params): Params<PageParams>,
) -> Result<Json<Page<Claim>>, ReadError> {
    let id: VaultId = parse("vault", &vault)?;
    let page = PageRequest::<u64>::parse(LIST, params.cursor.as_deref(), params.limit)?;
    let mut snapshot = Snapshot::open(&api.readers).await?;
    snapshot.token(&id).await?;
    let epoch = snapshot.root_epoch(&id).await?;
    let rows = sqlx::query(
        "SELECT c.vault, v.mint, v.decimals, c.sequence, c.epoch, c.class, c.claimant, c.destination,
                c.paid::text, c.claimed::text, c.signature, c.slot
         FROM chain.claims c JOIN chain.vaults v USING (vault)
         WHERE c.vault = $1 AND ($2::bigint IS NULL OR c.sequence < $2)
         ORDER BY c.sequence DESC LIMIT $3",
    )
    .bind(id.0.as_slice())
    .bind(page.after_bigint(|sequence| *sequence)?)
    .bind(page.rows())
    .fetch_all(snapshot.connection())
    .await?;
    let list = rows.iter().map(|row| Claim::of(row, &snapshot)).collect::<Result<_, _>>()?;
    Ok(Json(page.page(&snapshot, epoch, LIST, list, |claim: &Claim| claim.sequence)))
}
