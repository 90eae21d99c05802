//! `GET /v1/vectors`: the published vector files with the cluster and founder of
//! each dataset, in the order of registration: with the policy set all that is
//! needed to repeat an event's evidence of similarity. The files themselves lie in
//! the content store, under their hashes.

use super::problem::Problem;
use crate::catalogue::decisions::rules_hash;
use crate::database::{DatabaseError, bigint, key, position};
use crate::gateway::Gateway;
use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use sqlx::Row;
use std::sync::Arc;
use tributary_core::id::{AssetId, FileHash};

/// The most files of an answer.
const FILES_MAX: i64 = 1_000;

#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    /// Files of datasets registered after this sequence.
    #[serde(default)]
    after: u64,
}

pub(super) async fn list(
    State(gateway): State<Arc<Gateway>>,
    Query(asked): Query<Asked>,
) -> Result<Json<Value>, Problem> {
    let data = files(&gateway, asked.after).await.map_err(|error| {
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "database", "Vectors cannot be listed at the moment")
            .detail(error.to_string())
            .retry_after(2)
    })?;
    let model = gateway.config.embedding.as_ref().map(|server| server.served_as.clone());
    Ok(Json(json!({"object": "list", "model": model, "data": data})))
}

async fn files(gateway: &Gateway, after: u64) -> Result<Vec<Value>, DatabaseError> {
    let (Some(server), Some(rules)) = (&gateway.config.embedding, &gateway.policy.similarity) else {
        return Ok(Vec::new());
    };
    let rows = sqlx::query(
        "SELECT c.asset, c.asset_sequence, c.founder, f.file, f.vectors
         FROM usage.vector_files f JOIN intake.clusters c ON c.asset = f.asset AND c.rules = $2
         WHERE f.model = $1 AND c.asset_sequence > $3 ORDER BY c.asset_sequence LIMIT $4",
    )
    .bind(&server.served_as)
    .bind(&rules_hash(rules)[..])
    .bind(bigint(after)?)
    .bind(FILES_MAX)
    .fetch_all(&gateway.pool)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(json!({
                "asset": key::<AssetId>(row, "asset")?,
                "sequence": position(row, "asset_sequence")?,
                "founder": key::<AssetId>(row, "founder")?,
                "sha256": key::<FileHash>(row, "file")?,
                "vectors": row.try_get::<i32, _>("vectors")?,
            }))
        })
        .collect()
}
