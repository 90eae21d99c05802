//! One box for everything: words of names, addresses, hashes.

use super::metadata;
use crate::answer::Answer;
use crate::catalogue::{query_of, words};
use crate::problem::{Problem, ReadError};
use crate::request::Params;
use crate::rows::Columns;
use crate::server::Api;
use crate::snapshot::Snapshot;
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use sqlx::Row;
use tributary_core::id::{AssetId, FileHash, RootId};
use utoipa::{IntoParams, ToSchema};

/// The most matches shown.
const SHOWN_MAX: i64 = 20;
/// No longer question is looked at, in characters.
const QUESTION_CHARS_MAX: usize = 200;

/// What is looked for.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SearchParams {
    /// Words of a name, or their beginnings; an address; a hash.
    pub q: String,
}

/// What a match is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// `/v1/assets/{id}`
    Asset,
    /// `/v1/collections/{id}`
    Collection,
    /// `/v1/vaults/{id}`
    Vault,
    /// `/v1/roots/{id}`
    Root,
    /// A gateway of `/v1/network`.
    Gateway,
    /// `/v1/claimants/{id}/balances`
    Claimant,
    /// `/v1/payers/{id}`
    Payer,
    /// `/v1/files/{id}`
    File,
}

/// Something that matches.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Match {
    /// What it is.
    pub kind: Found,
    /// Its address or hash.
    pub id: String,
    /// What its metadata calls it; null when it has no name here.
    pub name: Option<String>,
}

/// What was found.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SearchResults {
    /// The best matches; assets by name in the order of registration.
    pub matches: Vec<Match>,
    /// Whether there are more than are shown: `/v1/assets?name=` lists them all.
    pub is_cut: bool,
}

/// Looks for something by name, address or hash.
#[utoipa::path(get, path = "/v1/search", tag = "network", params(SearchParams), responses(
    (status = 200, body = Answer<SearchResults>),
    (status = 400, body = Problem, content_type = "application/problem+json"),
))]
pub async fn search(
    State(api): State<Api>,
    Params(params): Params<SearchParams>,
) -> Result<Json<Answer<SearchResults>>, ReadError> {
    let text = params.q.trim();
    let by_name = asked("q", text)?;
    let mut snapshot = Snapshot::open(&api.readers).await?;
    let (matches, is_cut) = if let Ok(address) = text.parse::<AssetId>() {
        (by_address(&api, &mut snapshot, address).await?, false)
    } else if let Ok(hash) = text.parse::<FileHash>() {
        (by_hash(&api, &mut snapshot, hash).await?, false)
    } else {
        named(&mut snapshot, &by_name).await?
    };
    Ok(Json(snapshot.answer(None, SearchResults { matches, is_cut })))
}

/// A question for names; an error when there is nothing in it to look for.
pub fn asked(field: &'static str, text: &str) -> Result<String, ReadError> {
    let words = words(text);
    if words.is_empty() || text.chars().count() > QUESTION_CHARS_MAX {
        let reason = format!("send at least one letter or digit and at most {QUESTION_CHARS_MAX} characters");
        return Err(ReadError::Malformed { field, reason });
    }
    Ok(query_of(&words))
}

/// Assets by the words of their names.
async fn named(snapshot: &mut Snapshot, query: &str) -> Result<(Vec<Match>, bool), ReadError> {
    let rows = sqlx::query(
        "SELECT a.asset, n.name FROM access.names n JOIN chain.assets a ON a.metadata_hash = n.metadata_hash
         WHERE n.words @@ $1::text::tsquery ORDER BY a.asset_sequence LIMIT $2",
    )
    .bind(query)
    .bind(SHOWN_MAX + 1)
    .fetch_all(snapshot.connection())
    .await?;
    let is_cut = rows.len() as i64 > SHOWN_MAX;
    let found = |row: &sqlx::postgres::PgRow| {
        let id: AssetId = row.id("asset")?;
        Ok(Match { kind: Found::Asset, id: id.to_string(), name: row.try_get("name")? })
    };
    let matches = rows.iter().take(SHOWN_MAX as usize).map(found).collect::<Result<_, ReadError>>()?;
    Ok((matches, is_cut))
}

/// What an address is. A key may be several things at once.
async fn by_address(api: &Api, snapshot: &mut Snapshot, address: AssetId) -> Result<Vec<Match>, ReadError> {
    let row = sqlx::query(
        "SELECT (SELECT metadata_hash FROM chain.assets WHERE asset = $1) AS asset,
                (SELECT metadata_hash FROM chain.collections WHERE collection = $1 LIMIT 1) AS collection,
                EXISTS (SELECT FROM chain.vaults WHERE vault = $1) AS vault,
                EXISTS (SELECT FROM chain.gateways WHERE gateway = $1) AS gateway,
                EXISTS (SELECT FROM chain.co_owners WHERE claimant = $1)
                    OR EXISTS (SELECT FROM chain.claims WHERE claimant = $1)
                    OR EXISTS (SELECT FROM ledger.entitlements WHERE claimant = $1) AS claimant,
                EXISTS (SELECT FROM chain.deposits WHERE payer = $1)
                    OR EXISTS (SELECT FROM usage.mandates WHERE payer = $1) AS payer",
    )
    .bind(address.0.as_slice())
    .fetch_one(snapshot.connection())
    .await?;
    let id = address.to_string();
    let mut matches = Vec::new();
    for (kind, column) in [(Found::Asset, "asset"), (Found::Collection, "collection")] {
        if let Some(hash) = row.id_or_null(column)? {
            matches.push(Match { kind, id: id.clone(), name: metadata::name(api, hash).await? });
        }
    }
    let others =
        [(Found::Vault, "vault"), (Found::Gateway, "gateway"), (Found::Claimant, "claimant"), (Found::Payer, "payer")];
    for (kind, column) in others {
        if row.try_get(column)? {
            matches.push(Match { kind, id: id.clone(), name: None });
        }
    }
    Ok(matches)
}

/// What a hash is: a root, a published file, or the content or metadata of assets.
async fn by_hash(api: &Api, snapshot: &mut Snapshot, hash: FileHash) -> Result<Vec<Match>, ReadError> {
    let mut matches = Vec::new();
    let roots = sqlx::query("SELECT root_id FROM chain.roots WHERE root_id = $1 LIMIT 1")
        .bind(hash.0.as_slice())
        .fetch_all(snapshot.connection())
        .await?;
    for row in &roots {
        let root: RootId = row.id("root_id")?;
        matches.push(Match { kind: Found::Root, id: root.to_string(), name: None });
    }
    let assets = sqlx::query("SELECT asset, metadata_hash FROM chain.assets WHERE metadata_hash = $1 LIMIT $2")
        .bind(hash.0.as_slice())
        .bind(SHOWN_MAX)
        .fetch_all(snapshot.connection())
        .await?;
    for row in &assets {
        let asset: AssetId = row.id("asset")?;
        let name = metadata::name(api, row.id("metadata_hash")?).await?;
        matches.push(Match { kind: Found::Asset, id: asset.to_string(), name });
    }
    if api.store.length(hash).await?.is_some() {
        matches.push(Match { kind: Found::File, id: hash.to_string(), name: None });
    }
    Ok(matches)
}
