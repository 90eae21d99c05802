//! Where an epoch's gross went, as the poster signed it beside the root.
//!
//! The statement is read from the store and checked: its signature, its sums and
//! which root it explains. That the amounts follow from the root is for
//! `tributary statement waterfall`, which recomputes it.

use crate::amounts::{SubAmount, Token};
use crate::answer::Answer;
use crate::problem::{Problem, ReadError};
use crate::request::parse;
use crate::rows::Columns;
use crate::server::Api;
use crate::snapshot::{Snapshot, token_of};
use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use tributary_core::id::{FileHash, RootId};
use tributary_settlement::statement::waterfall::{Line, Signed};
use utoipa::ToSchema;

/// No statement is longer: some twenty lines.
const BYTES_MAX: u64 = 64 << 10;

/// A line of the waterfall.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WaterfallLine {
    /// What it is called in data, such as `gross`, `fee` or `pool`.
    pub name: String,
    /// What it is called on a page.
    pub label: String,
    /// The line it is a part of; null at the top. A line with parts is their sum.
    pub of: Option<String>,
    /// How much, in sub-units.
    pub amount: SubAmount,
}

/// What an epoch of a vault came to.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Waterfall {
    /// What its amounts are counted in.
    pub token: Token,
    /// Which epoch.
    pub epoch: u64,
    /// Which attempt at it.
    pub attempt: u16,
    /// The root it explains.
    #[schema(value_type = String)]
    pub root_id: RootId,
    /// The slot that closed the epoch.
    pub finalised_slot: u64,
    /// Usage events in it, void ones included.
    pub events: u64,
    /// Those that earned nobody anything.
    pub void_events: u64,
    /// The protocol's fee in basis points of what was charged.
    pub fee_bps: u16,
    /// In the order in which they are read.
    pub lines: Vec<WaterfallLine>,
    /// Who signed it: the vault's poster then.
    pub key: String,
    /// Ed25519 over the statement's hash, in base58 (docs/formats.md, *Waterfall*).
    pub signature: String,
    /// The signed bytes: a file of `/v1/files`.
    #[schema(value_type = String)]
    pub file: FileHash,
}

/// The signed waterfall of a root: gross, fees, held, carried, the contributors'
/// pool.
#[utoipa::path(get, path = "/v1/roots/{root_id}/waterfall", tag = "roots", params(("root_id" = String, Path)),
    responses(
        (status = 200, body = Answer<Waterfall>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such root, or none was published with it", body = Problem,
            content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn waterfall(
    State(api): State<Api>,
    Path(root_id): Path<String>,
) -> Result<Json<Answer<Waterfall>>, ReadError> {
    let id: RootId = parse("root_id", &root_id)?;
    let mut snapshot = Snapshot::open(&api.readers).await?;
    let row = sqlx::query(
        "SELECT v.vault, v.mint, v.decimals, w.file FROM ledger.waterfalls w JOIN chain.vaults v USING (vault)
         WHERE w.root_id = $1 LIMIT 1",
    )
    .bind(id.0.as_slice())
    .fetch_optional(snapshot.connection())
    .await?
    .ok_or_else(|| snapshot.unknown("waterfall of root", id))?;
    let (token, file): (_, FileHash) = (token_of(&row)?, row.id("file")?);
    let root_epoch = snapshot.root_epoch(&token.vault).await?;
    let bytes = api.store.read(file, BYTES_MAX).await?.ok_or(ReadError::FileAway(file))?;
    let contradiction = |reason: String| ReadError::Contradiction { file, reason };
    let signed = Signed::decode(&bytes).map_err(|error| contradiction(error.to_string()))?;
    if !signed.holds().map_err(|error| contradiction(error.to_string()))? {
        return Err(contradiction("its lines do not add up, or the key it names did not sign it".into()));
    }
    if (signed.waterfall.root, signed.waterfall.vault) != (id, token.vault) {
        return Err(contradiction(format!("it explains root {}", signed.waterfall.root)));
    }
    Ok(Json(snapshot.answer(root_epoch, shown(token, file, signed))))
}

fn shown(token: Token, file: FileHash, signed: Signed) -> Waterfall {
    let Signed { waterfall: said, key, signature } = signed;
    let line =
        |line: Line| WaterfallLine { name: line.name, label: line.label, of: line.of, amount: SubAmount(line.amount) };
    Waterfall {
        token,
        epoch: said.epoch.0,
        attempt: said.attempt,
        root_id: said.root,
        finalised_slot: said.finalised_slot.0,
        events: said.events,
        void_events: said.void_events,
        fee_bps: said.fee_bps,
        lines: said.lines.into_iter().map(line).collect(),
        key: key.to_string(),
        signature: bs58::encode(signature).into_string(),
        file,
    }
}
