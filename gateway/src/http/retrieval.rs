//! Registered datasets: found, paid for, downloaded under a link that expires.

use super::problem::Problem;
use super::{authenticate, refusal};
use crate::catalogue::content::{self, ContentError};
use crate::completion::Standing;
use crate::gateway::{Gateway, View};
use crate::intake::declaration::use_bit;
use crate::metered::{self, Use};
use crate::refusal::{Forbidden, Refusal, words};
use crate::requests::KEY_BYTES_MAX;
use crate::retrieval::{AGENT, LINK_MS, Link, LinkError, QUESTION_BYTES_MAX, pieces, search};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use tributary_core::id::AssetId;

#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    q: String,
}

pub(super) async fn find(
    State(gateway): State<Arc<Gateway>>,
    Query(asked): Query<Asked>,
) -> Result<Json<Value>, Problem> {
    if asked.q.len() > QUESTION_BYTES_MAX {
        return Err(bad(format!("q has {} bytes; at most {QUESTION_BYTES_MAX} are read.", asked.q.len())));
    }
    let View { catalogue: Some((catalogue, graph_slot)), .. } = gateway.view() else {
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "not_serving", "The gateway is not serving")
            .detail("It has not read the registered assets yet.")
            .retry_after(2));
    };
    let policy = gateway.policy.clone();
    let searching = tokio::task::spawn_blocking(move || {
        let seller = catalogue.agent(AGENT);
        let found = search(&catalogue, &asked.q, &policy, graph_slot)?;
        let data: Vec<Value> = found
            .iter()
            .map(|found| {
                let sold = seller.filter(|seller| seller.model.texts.iter().any(|(asset, _)| *asset == found.asset));
                let price = sold.and_then(|seller| seller.price(pieces(found.listed.bytes)?));
                json!({
                    "asset": found.asset,
                    "name": found.listed.name,
                    "licence": found.listed.licence,
                    "permitted_uses": words(found.listed.uses),
                    "bytes": found.listed.bytes,
                    "sha256": found.listed.text,
                    "cluster_of": catalogue.clusters.founder_of(&found.asset),
                    "verbatim_weight": found.weight,
                    "download_price": price.map(|price| price.to_string()),
                })
            })
            .collect();
        Ok::<_, tributary_attribution::IndexError>(json!({"object": "list", "graph_slot": graph_slot, "data": data}))
    });
    match searching.await {
        Ok(Ok(found)) => Ok(Json(found)),
        Ok(Err(error)) => Err(internal().detail(error.to_string())),
        Err(_) => Err(internal()),
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    dataset: AssetId,
    purpose: String,
}

/// Charges a download and answers with a link.
pub(super) async fn link(
    State(gateway): State<Arc<Gateway>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, Problem> {
    let holder = authenticate(&gateway, &headers)?;
    let wanted: Wanted =
        serde_json::from_slice(&body).map_err(|error| bad(format!("The body is not the JSON expected: {error}.")))?;
    let needed = use_bit(&wanted.purpose).ok_or_else(|| bad("purpose is train, ground or display.".into()))?;
    let key = match headers.get("idempotency-key").map(|value| value.as_bytes()) {
        Some(key) if key.is_empty() || key.len() > KEY_BYTES_MAX => {
            return Err(bad(format!("Idempotency-Key must have 1 to {KEY_BYTES_MAX} bytes.")));
        }
        Some(key) => key.to_vec(),
        None => rand::random::<[u8; 32]>().to_vec(),
    };
    let standing = Standing::of(&gateway, Some(&holder)).map_err(|error| refusal::problem(&gateway, &holder, error))?;
    let seller = standing.agent(&gateway, AGENT).map_err(|error| refusal::problem(&gateway, &holder, error))?;
    let offered = seller.model.texts.iter().any(|(asset, _)| *asset == wanted.dataset);
    let listed = standing.catalogue.datasets.get(&wanted.dataset).filter(|_| offered).ok_or_else(|| {
        Problem::new(StatusCode::NOT_FOUND, "no_such_dataset", "This dataset cannot be downloaded here")
            .next("GET /v1/search lists datasets; those with a download_price can be downloaded.")
    })?;
    // The event names the seller's model, so each of its texts must permit it.
    let mut sold = std::iter::once(wanted.dataset).chain(seller.model.texts.iter().map(|(asset, _)| *asset));
    let in_the_way = sold.find_map(|asset| {
        let permitted = standing.catalogue.datasets.get(&asset)?.uses;
        (permitted & needed == 0).then_some((asset, permitted))
    });
    if let Some((record, permitted)) = in_the_way {
        let forbidden = Forbidden { record, permitted, needed };
        let slot = standing.graph_slot;
        let written = Refusal::sign(gateway.config.gateway, wanted.dataset, forbidden, slot, &gateway.signing);
        return Err(Problem::new(StatusCode::FORBIDDEN, "use_forbidden", "An owner does not permit this use")
            .detail(format!("The record {record} permits {}, not {}.", words(permitted), wanted.purpose))
            .refusal(written));
    }
    let tokens = pieces(listed.bytes).ok_or_else(|| bad("The dataset is too long for one download.".into()))?;
    let link = Link {
        asset: wanted.dataset,
        text: listed.text,
        bytes: listed.bytes,
        until_ms: gateway.clock.now_ms().saturating_add(LINK_MS),
    };
    let one = Use { key, tokens, dataset: Some(wanted.dataset), uses: needed };
    let counted = metered::count(&gateway, holder.clone(), AGENT.into(), vec![one])
        .await
        .map_err(|error| refusal::problem(&gateway, &holder, error))?;
    let event = counted.first().copied().ok_or_else(internal)?;
    Ok(Json(json!({
        "object": "link",
        "url": format!("/v1/content/{}", link.sign(&gateway.signing)),
        "expires_ms": link.until_ms,
        "licence": listed.licence,
        "sha256": listed.text,
        "bytes": listed.bytes,
        "request": event.request,
        "generation": event.generation,
        "sequence": event.sequence,
        "charged": event.charged.map(|price| price.to_string()),
    })))
}

pub(super) async fn download(
    State(gateway): State<Arc<Gateway>>,
    Path(link): Path<String>,
) -> Result<Response, Problem> {
    let opened = Link::open(&link, &gateway.signing.verifying_key(), gateway.clock.now_ms());
    let link = opened.map_err(|error| {
        let status = match error {
            LinkError::Forged => StatusCode::NOT_FOUND,
            LinkError::Over => StatusCode::GONE,
        };
        Problem::new(status, "link_over", "This link opens nothing").detail(error.to_string())
    })?;
    let store = gateway.config.store.clone();
    let read = tokio::task::spawn_blocking(move || content::read(&store, link.text, link.bytes, link.bytes)).await;
    let bytes = read.map_err(|_| internal())?.map_err(|error| match error {
        ContentError::Read { .. } => {
            Problem::new(StatusCode::GONE, "withdrawn", "The dataset's text is gone").detail("Its owner took it back.")
        }
        error => internal().detail(error.to_string()),
    })?;
    let fields = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8".to_string()),
        (header::ETAG, format!("\"{}\"", link.text)),
        (header::CACHE_CONTROL, "private, no-store".into()),
    ];
    Ok((fields, bytes).into_response())
}

fn internal() -> Problem {
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "The gateway failed internally")
}

fn bad(detail: String) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "bad_request", "The request cannot be read").detail(detail)
}
