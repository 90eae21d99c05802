//! Roots: a vault's, newest first, and one with everything it was computed from.

use crate::answer::{Answer, Page};
use crate::paging::PageRequest;
use crate::problem::{Problem, ReadError};
use crate::request::{PageParams, Params, parse};
use crate::roots::{Root, select_roots};
use crate::server::Api;
use crate::snapshot::Snapshot;
use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use serde_json::Value;
use tributary_core::id::{FileHash, RootId, VaultId};
use tributary_core::manifest::Manifest;
use utoipa::ToSchema;

const LIST: &str = "roots";
/// The most files of one root shown.
const FILES_MAX: usize = 1_000;

/// A root with what it was computed from.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RootDetail {
    /// The root.
    #[serde(flatten)]
    pub root: Root,
    /// Its manifest as published (docs/formats.md); null when it is not in this
    /// API's store.
    #[schema(value_type = Option<Object>)]
    pub manifest_document: Option<Value>,
    /// The files that it names.
    pub files: Vec<PublishedFile>,
}

/// A published file.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PublishedFile {
    /// What it is to the root.
    pub role: String,
    /// SHA-256 of its bytes: read it at `/v1/files/{hash}`.
    #[schema(value_type = String)]
    pub hash: FileHash,
    /// How long it is; null when it is not in this API's store.
    pub bytes: Option<u64>,
}

/// A vault's roots, newest first, vetoed ones too.
#[utoipa::path(get, path = "/v1/vaults/{vault}/roots", tag = "roots", params(("vault" = String, Path), PageParams),
    responses(
        (status = 200, body = Page<Root>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn roots(
    State(api): State<Api>,
    Path(vault): Path<String>,
    Params(params): Params<PageParams>,
) -> Result<Json<Page<Root>>, ReadError> {
    let id: VaultId = parse("vault", &vault)?;
    let page = PageRequest::<(u64, u16)>::parse(LIST, params.cursor.as_deref(), params.limit)?;
    let mut snapshot = Snapshot::open(&api.readers).await?;
    snapshot.token(&id).await?;
    let epoch = snapshot.root_epoch(&id).await?;
    let rows = sqlx::query(select_roots!(
        "WHERE r.vault = $1 AND ($2::bigint IS NULL OR (r.epoch, r.attempt) < ($2, $3))
         ORDER BY r.epoch DESC, r.attempt DESC LIMIT $4"
    ))
    .bind(id.0.as_slice())
    .bind(page.after_bigint(|(epoch, _)| *epoch)?)
    .bind(page.after.map(|(_, attempt)| i32::from(attempt)))
    .bind(page.rows())
    .fetch_all(snapshot.connection())
    .await?;
    let list = rows.iter().map(Root::of).collect::<Result<_, _>>()?;
    Ok(Json(page.page(&snapshot, epoch, LIST, list, |root: &Root| (root.epoch, root.attempt))))
}

/// A root with its manifest and the files it names.
#[utoipa::path(get, path = "/v1/roots/{root_id}", tag = "roots", params(("root_id" = String, Path)), responses(
    (status = 200, body = Answer<RootDetail>),
    (status = 400, body = Problem, content_type = "application/problem+json"),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
pub async fn root(State(api): State<Api>, Path(root_id): Path<String>) -> Result<Json<Answer<RootDetail>>, ReadError> {
    let id: RootId = parse("root_id", &root_id)?;
    let mut snapshot = Snapshot::open(&api.readers).await?;
    // A root's id is made of its vault's domain, so no two vaults share one.
    let row = sqlx::query(select_roots!("WHERE r.root_id = $1 LIMIT 1"))
        .bind(id.0.as_slice())
        .fetch_optional(snapshot.connection())
        .await?
        .ok_or_else(|| snapshot.unknown("root", id))?;
    let root = Root::of(&row)?;
    let epoch = snapshot.root_epoch(&root.token.vault).await?;
    let manifest = root.manifest(&api.store).await?;
    let mut files = Vec::new();
    for (role, hash) in manifest.iter().flat_map(named_files).take(FILES_MAX) {
        files.push(PublishedFile { role, hash, bytes: api.store.length(hash).await? });
    }
    let manifest_document = manifest.map(serde_json::to_value).transpose().map_err(|_| ReadError::Row("manifest"))?;
    Ok(Json(snapshot.answer(epoch, RootDetail { root, manifest_document, files })))
}

/// Each file that a manifest names; zeros stand for none.
fn named_files(manifest: &Manifest) -> Vec<(String, FileHash)> {
    let usage = manifest
        .usage
        .iter()
        .map(|segment| (format!("usage of {} generation {}", segment.gateway, segment.generation), segment.file));
    [
        ("leaf file", manifest.leaf_file),
        ("policy set", manifest.policy_set),
        ("opening state", manifest.opening_state),
        ("closing state", manifest.closing_state),
        ("chain events", manifest.chain),
        ("graph", manifest.graph),
        ("mandates", manifest.mandates),
        ("credit log", manifest.credit),
    ]
    .into_iter()
    .map(|(role, hash)| (role.to_owned(), hash))
    .chain(usage)
    .filter(|(_, hash)| hash.0 != [0; 32])
    .collect()
}
