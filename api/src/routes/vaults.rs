//! Vaults: what they hold, what they owe and on whose word.

use crate::amounts::{Amount, Token};
use crate::answer::{Answer, Page};
use crate::paging::PageRequest;
use crate::problem::{Problem, ReadError};
use crate::request::{PageParams, Params, parse};
use crate::roots::{Root, RootStatus, newest};
use crate::rows::Columns;
use crate::server::Api;
use crate::snapshot::{Snapshot, token_of};
use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use sqlx::Row;
use tributary_core::id::VaultId;
use utoipa::ToSchema;

const LIST: &str = "vaults";

/// A vault.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Vault {
    /// What it holds.
    pub token: Token,
    /// SPL Token or Token-2022.
    pub token_program: String,
    /// Where the tokens lie.
    pub token_account: String,
    /// Whether the mint can freeze accounts.
    pub freezable: bool,
    /// A root waits at least so many slots for a veto...
    pub challenge_slots: u64,
    /// ...and at least so many seconds.
    pub challenge_seconds: u64,
    /// What the roots' total may grow by in a slot.
    pub growth_per_slot: Amount,
    /// What it may grow by at once.
    pub growth_burst: Amount,
}

/// A vault with its books.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct VaultDetail {
    /// The vault.
    #[serde(flatten)]
    pub vault: Vault,
    /// Everything that was deposited.
    pub deposited: Amount,
    /// Everything that was paid out.
    pub claimed: Amount,
    /// The newest root that serves claims; null before the first.
    pub active_root: Option<Root>,
    /// The root that waits for its challenge window to end, if any.
    pub pending_root: Option<Root>,
    /// Why settlement stopped posting for this vault; null when it has not.
    pub halted: Option<Halt>,
}

/// Why settlement stopped posting.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Halt {
    /// In a sentence.
    pub reason: String,
    /// Unix seconds.
    pub since: i64,
}

/// The vaults.
#[utoipa::path(get, path = "/v1/vaults", tag = "vaults", params(PageParams), responses(
    (status = 200, body = Page<Vault>),
    (status = 400, body = Problem, content_type = "application/problem+json"),
))]
pub async fn vaults(
    State(api): State<Api>,
    Params(params): Params<PageParams>,
) -> Result<Json<Page<Vault>>, ReadError> {
    let page = PageRequest::<VaultId>::parse(LIST, params.cursor.as_deref(), params.limit)?;
    let mut snapshot = Snapshot::open(&api.readers).await?;
    let rows = sqlx::query(
        "SELECT vault, mint, decimals, token_program, token_account, freezable, challenge_slots::text,
                challenge_seconds::text, growth_per_slot::text, growth_burst::text
         FROM chain.vaults WHERE $1::bytea IS NULL OR vault > $1 ORDER BY vault LIMIT $2",
    )
    .bind(page.after.map(|vault| vault.0.to_vec()))
    .bind(page.rows())
    .fetch_all(snapshot.connection())
    .await?;
    let list = rows.iter().map(vault_of).collect::<Result<_, _>>()?;
    Ok(Json(page.page(&snapshot, None, LIST, list, |vault| vault.token.vault)))
}

fn vault_of(row: &sqlx::postgres::PgRow) -> Result<Vault, ReadError> {
    let address = |column| row.id::<VaultId>(column).map(|key| key.to_string());
    Ok(Vault {
        token: token_of(row)?,
        token_program: address("token_program")?,
        token_account: address("token_account")?,
        freezable: row.try_get("freezable")?,
        challenge_slots: row.number("challenge_slots")?,
        challenge_seconds: row.number("challenge_seconds")?,
        growth_per_slot: row.amount("growth_per_slot")?,
        growth_burst: row.amount("growth_burst")?,
    })
}

/// A vault with what it holds and owes.
#[utoipa::path(get, path = "/v1/vaults/{vault}", tag = "vaults", params(("vault" = String, Path)), responses(
    (status = 200, body = Answer<VaultDetail>),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
pub async fn vault(State(api): State<Api>, Path(vault): Path<String>) -> Result<Json<Answer<VaultDetail>>, ReadError> {
    let id: VaultId = parse("vault", &vault)?;
    let mut snapshot = Snapshot::open(&api.readers).await?;
    let row = sqlx::query(
        "SELECT vault, mint, decimals, token_program, token_account, freezable, challenge_slots::text,
                challenge_seconds::text, growth_per_slot::text, growth_burst::text,
                (SELECT coalesce(sum(amount), 0)::text FROM chain.deposits WHERE vault = $1) AS deposited,
                (SELECT coalesce(sum(paid), 0)::text FROM chain.claims WHERE vault = $1) AS claimed
         FROM chain.vaults WHERE vault = $1",
    )
    .bind(id.0.as_slice())
    .fetch_optional(snapshot.connection())
    .await?
    .ok_or_else(|| snapshot.unknown("vault", id))?;
    let halted = sqlx::query(
        "SELECT reason, floor(extract(epoch FROM since))::bigint AS since FROM ledger.halts WHERE vault = $1",
    )
    .bind(id.0.as_slice())
    .fetch_optional(snapshot.connection())
    .await?
    .map(|row| Ok::<_, ReadError>(Halt { reason: row.text("reason")?, since: row.try_get("since")? }))
    .transpose()?;
    let detail = VaultDetail {
        vault: vault_of(&row)?,
        deposited: row.amount("deposited")?,
        claimed: row.amount("claimed")?,
        active_root: newest(&mut snapshot, &id, RootStatus::Active).await?,
        pending_root: newest(&mut snapshot, &id, RootStatus::Pending).await?,
        halted,
    };
    let epoch = detail.active_root.as_ref().map(|root| root.epoch);
    Ok(Json(snapshot.answer(epoch, detail)))
}
