//! Collections: curators and the assets that joined them.

use super::metadata;
use super::receipts::{NamedAsset, named, names};
use crate::answer::{Answer, Page};
use crate::paging::PageRequest;
use crate::problem::{Problem, ReadError};
use crate::request::{Params, parse, parse_or_none};
use crate::rows::Columns;
use crate::server::Api;
use crate::snapshot::Snapshot;
use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use sqlx::postgres::PgRow;
use tributary_core::id::{AssetId, Claimant, FileHash};
use utoipa::{IntoParams, ToSchema};

const LIST: &str = "collections";
/// The most members shown with a collection.
const MEMBERS_MAX: i64 = 1_000;

/// Which collections.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CollectionParams {
    /// Only this curator's.
    pub curator: Option<String>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// Entries a page, 1 to 100; 25 when left out.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
}

/// A collection.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Collection {
    /// Its record's address.
    #[schema(value_type = String)]
    pub collection: AssetId,
    /// What its metadata calls it; null when the metadata is not in this API's store.
    pub name: Option<String>,
    /// Who keeps it.
    #[schema(value_type = String)]
    pub curator: Claimant,
    /// The curator's share of what its members earn, in ten-thousandths.
    pub share_bps: u16,
    /// SHA-256 of the metadata.
    #[schema(value_type = String)]
    pub metadata_hash: FileHash,
    /// The slot it was made in.
    pub slot: u64,
}

/// A collection with its members.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CollectionDetail {
    /// The collection.
    #[serde(flatten)]
    pub collection: Collection,
    /// Who is in it, was, or is about to be.
    pub members: Vec<Member>,
    /// Whether it has more than are shown.
    pub is_cut: bool,
}

/// An asset's time in a collection.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Member {
    /// Which asset.
    pub asset: NamedAsset,
    /// The curator's share as it was when the asset joined, in ten-thousandths.
    pub share_bps: u16,
    /// The first slot it counts at.
    pub from_slot: u64,
    /// The first slot it no longer counts at; null while it stays.
    pub until_slot: Option<u64>,
}

/// Collections by address.
#[utoipa::path(get, path = "/v1/collections", tag = "assets", params(CollectionParams), responses(
    (status = 200, body = Page<Collection>),
    (status = 400, body = Problem, content_type = "application/problem+json"),
))]
pub async fn collections(
    State(api): State<Api>,
    Params(params): Params<CollectionParams>,
) -> Result<Json<Page<Collection>>, ReadError> {
    let curator: Option<Claimant> = parse_or_none("curator", params.curator.as_deref())?;
    let page = PageRequest::<AssetId>::parse(LIST, params.cursor.as_deref(), params.limit)?;
    let mut snapshot = Snapshot::open(&api.readers).await?;
    let rows = sqlx::query(
        "SELECT collection, curator, share_bps, metadata_hash, slot FROM chain.collections
         WHERE ($1::bytea IS NULL OR curator = $1) AND ($2::bytea IS NULL OR collection > $2)
         ORDER BY collection LIMIT $3",
    )
    .bind(curator.map(|key| key.0.to_vec()))
    .bind(page.after.map(|id| id.0.to_vec()))
    .bind(page.rows())
    .fetch_all(snapshot.connection())
    .await?;
    let mut list = Vec::with_capacity(rows.len());
    for row in &rows {
        list.push(collection_of(&api, row).await?);
    }
    Ok(Json(page.page(&snapshot, None, LIST, list, |entry| entry.collection)))
}

async fn collection_of(api: &Api, row: &PgRow) -> Result<Collection, ReadError> {
    let metadata_hash = row.id("metadata_hash")?;
    Ok(Collection {
        collection: row.id("collection")?,
        name: metadata::name(api, metadata_hash).await?,
        curator: row.id("curator")?,
        share_bps: row.small("share_bps")?,
        metadata_hash,
        slot: row.count("slot")?,
    })
}

/// A collection with its members, those that stay first.
#[utoipa::path(get, path = "/v1/collections/{collection}", tag = "assets", params(("collection" = String, Path)),
    responses(
        (status = 200, body = Answer<CollectionDetail>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn collection(
    State(api): State<Api>,
    Path(collection): Path<String>,
) -> Result<Json<Answer<CollectionDetail>>, ReadError> {
    let id: AssetId = parse("collection", &collection)?;
    let mut snapshot = Snapshot::open(&api.readers).await?;
    let row = sqlx::query(
        "SELECT collection, curator, share_bps, metadata_hash, slot FROM chain.collections WHERE collection = $1 LIMIT 1",
    )
    .bind(id.0.as_slice())
    .fetch_optional(snapshot.connection())
    .await?
    .ok_or_else(|| snapshot.unknown("collection", id))?;
    let collection = collection_of(&api, &row).await?;
    let rows = sqlx::query(
        "SELECT asset, share_bps, from_slot, until_slot FROM chain.members_v1 WHERE collection = $1
         ORDER BY until_slot IS NOT NULL, from_slot, asset LIMIT $2",
    )
    .bind(id.0.as_slice())
    .bind(MEMBERS_MAX + 1)
    .fetch_all(snapshot.connection())
    .await?;
    let is_cut = rows.len() as i64 > MEMBERS_MAX;
    let assets: Vec<AssetId> = rows.iter().map(|row| row.id("asset")).collect::<Result<_, _>>()?;
    let names = names(&api, &mut snapshot, assets.into_iter()).await?;
    let member = |row: &PgRow| {
        Ok(Member {
            asset: named(&names, row.id("asset")?),
            share_bps: row.small("share_bps")?,
            from_slot: row.count("from_slot")?,
            until_slot: row.count_or_null("until_slot")?,
        })
    };
    let members = rows.iter().take(MEMBERS_MAX as usize).map(member).collect::<Result<_, ReadError>>()?;
    Ok(Json(snapshot.answer(None, CollectionDetail { collection, members, is_cut })))
}
