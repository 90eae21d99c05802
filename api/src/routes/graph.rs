//! What an asset was made from and what was made from it.

use super::assets::AssetKind;
use super::metadata;
use crate::answer::Answer;
use crate::problem::{Problem, ReadError};
use crate::request::parse;
use crate::rows::Columns;
use crate::server::Api;
use crate::snapshot::Snapshot;
use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use sqlx::Row;
use std::collections::BTreeMap;
use tributary_core::id::{AssetId, Claimant};
use utoipa::ToSchema;

/// How far up and down is looked.
const UP_MAX: i32 = 5;
const DOWN_MAX: i32 = 3;
/// The most assets in either direction.
const EACH_WAY_MAX: i64 = 60;

/// An asset's surroundings.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AssetGraph {
    /// Whose.
    #[schema(value_type = String)]
    pub asset: AssetId,
    /// It and those around it, the nearest first.
    pub nodes: Vec<GraphNode>,
    /// Between them.
    pub edges: Vec<GraphEdge>,
    /// Whether there are more than are shown: walk there to see them.
    pub is_cut: bool,
}

/// An asset in a graph.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct GraphNode {
    /// Which.
    #[schema(value_type = String)]
    pub asset: AssetId,
    /// What it is.
    pub kind: AssetKind,
    /// What its metadata calls it.
    pub name: Option<String>,
    /// Who may change its record.
    #[schema(value_type = String)]
    pub owner: Claimant,
    /// Steps from the asset: below 0 for what it was made from, above 0 for what
    /// was made from it.
    pub distance: i32,
}

/// One was made from the other.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct GraphEdge {
    /// The younger.
    #[schema(value_type = String)]
    pub child: AssetId,
    /// The older.
    #[schema(value_type = String)]
    pub parent: AssetId,
    /// The parent's share of what the child receives, in ten-thousandths.
    pub royalty_bps: u16,
}

/// An asset with its ancestors and descendants, as far as a picture can show them.
#[utoipa::path(get, path = "/v1/assets/{asset}/graph", tag = "assets", params(("asset" = String, Path)), responses(
    (status = 200, body = Answer<AssetGraph>),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
pub async fn graph(State(api): State<Api>, Path(asset): Path<String>) -> Result<Json<Answer<AssetGraph>>, ReadError> {
    let id: AssetId = parse("asset", &asset)?;
    let mut snapshot = Snapshot::open(&api.readers).await?;
    // Postgres walks breadth first and stops at the limit: the nearest are found.
    let up = sqlx::query(
        "WITH RECURSIVE walk (asset, steps) AS (
             SELECT $1::bytea, 0
             UNION SELECT p.parent::bytea, w.steps + 1 FROM walk w JOIN chain.parents p ON p.asset = w.asset WHERE w.steps < $2)
         SELECT asset, steps FROM walk LIMIT $3",
    );
    let down = sqlx::query(
        "WITH RECURSIVE walk (asset, steps) AS (
             SELECT $1::bytea, 0
             UNION SELECT p.asset::bytea, w.steps + 1 FROM walk w JOIN chain.parents p ON p.parent = w.asset WHERE w.steps < $2)
         SELECT asset, steps FROM walk LIMIT $3",
    );
    let mut distances: BTreeMap<AssetId, i32> = BTreeMap::new();
    let mut is_cut = false;
    for (query, steps_max, sign) in [(up, UP_MAX, -1), (down, DOWN_MAX, 1)] {
        let query = query.bind(id.0.as_slice()).bind(steps_max).bind(EACH_WAY_MAX + 2);
        let rows = query.fetch_all(snapshot.connection()).await?;
        is_cut |= rows.len() as i64 > EACH_WAY_MAX + 1;
        for row in rows.iter().take(EACH_WAY_MAX as usize + 1) {
            distances.entry(row.id("asset")?).or_insert(sign * row.try_get::<i32, _>("steps")?);
        }
    }
    let near: Vec<Vec<u8>> = distances.keys().map(|asset| asset.0.to_vec()).collect();
    let rows = sqlx::query("SELECT asset, kind, owner, metadata_hash FROM chain.assets WHERE asset = ANY ($1)")
        .bind(&near)
        .fetch_all(snapshot.connection())
        .await?;
    let mut nodes = Vec::with_capacity(rows.len());
    for row in &rows {
        let asset: AssetId = row.id("asset")?;
        nodes.push(GraphNode {
            asset,
            kind: AssetKind::of(row.try_get("kind")?)?,
            name: metadata::name(&api, row.id("metadata_hash")?).await?,
            owner: row.id("owner")?,
            distance: distances.get(&asset).copied().unwrap_or_default(),
        });
    }
    if !nodes.iter().any(|node| node.asset == id) {
        return Err(snapshot.unknown("asset", id));
    }
    nodes.sort_by_key(|node| (node.distance.abs(), node.distance, node.asset));
    let rows = sqlx::query(
        "SELECT asset, parent, royalty_bps FROM chain.parents WHERE asset = ANY ($1) AND parent = ANY ($1)
         ORDER BY asset, place",
    )
    .bind(&near)
    .fetch_all(snapshot.connection())
    .await?;
    let edge = |row: &sqlx::postgres::PgRow| {
        Ok(GraphEdge { child: row.id("asset")?, parent: row.id("parent")?, royalty_bps: row.small("royalty_bps")? })
    };
    let edges = rows.iter().map(edge).collect::<Result<_, ReadError>>()?;
    Ok(Json(snapshot.answer(None, AssetGraph { asset: id, nodes, edges, is_cut })))
}
