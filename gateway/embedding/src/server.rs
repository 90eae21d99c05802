//! OpenAI's `/v1/embeddings` over one model. Bounded in what it takes and in how
//! much it computes at a time.

use crate::{DIMENSIONS, Embedder, Embedding, EmbeddingError, NAME};
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// No request has more texts.
pub const TEXTS_MAX: usize = 256;
/// No request is longer, in bytes.
pub const BODY_BYTES_MAX: usize = 1 << 20;
/// Requests computed at a time: the model uses all processors for each.
const TURNS: usize = 2;

#[derive(Deserialize)]
struct Body {
    input: Input,
    encoding_format: Option<String>,
    dimensions: Option<usize>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Input {
    One(String),
    Many(Vec<String>),
}

struct Shared {
    embedder: Arc<Embedder>,
    turns: Semaphore,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("the body is not the JSON expected: {0}")]
    Body(#[source] serde_json::Error),
    #[error("input must be 1 to {TEXTS_MAX} texts that are not empty")]
    Texts,
    #[error("dimensions must be {DIMENSIONS} or left out, and encoding_format float or base64")]
    Form,
    #[error(transparent)]
    Model(#[from] EmbeddingError),
    #[error("the computation died")]
    Died,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, kind) = match self {
            Self::Model(_) | Self::Died => (StatusCode::INTERNAL_SERVER_ERROR, "server_error"),
            _ => (StatusCode::BAD_REQUEST, "invalid_request_error"),
        };
        let error = json!({"message": self.to_string(), "type": kind, "param": null, "code": null});
        (status, Json(json!({"error": error}))).into_response()
    }
}

/// The routes.
pub fn router(embedder: Embedder) -> Router {
    let shared = Shared { embedder: Arc::new(embedder), turns: Semaphore::new(TURNS) };
    Router::new()
        .route("/v1/embeddings", post(embed))
        .route("/health", get(|| async { Json(json!({"state": "serving", "model": NAME})) }))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(Arc::new(shared))
}

async fn embed(State(shared): State<Arc<Shared>>, body: axum::body::Bytes) -> Result<Json<Value>, Refusal> {
    let body: Body = serde_json::from_slice(&body).map_err(Refusal::Body)?;
    let texts = match body.input {
        Input::One(text) => vec![text],
        Input::Many(texts) => texts,
    };
    if texts.is_empty() || texts.len() > TEXTS_MAX || texts.iter().any(String::is_empty) {
        return Err(Refusal::Texts);
    }
    let base64 = match body.encoding_format.as_deref() {
        None | Some("float") => false,
        Some("base64") => true,
        Some(_) => return Err(Refusal::Form),
    };
    if body.dimensions.is_some_and(|dimensions| dimensions != DIMENSIONS) {
        return Err(Refusal::Form);
    }
    let _turn = shared.turns.acquire().await.map_err(|_| Refusal::Died)?;
    let embedder = shared.embedder.clone();
    let embeddings = tokio::task::spawn_blocking(move || {
        texts.iter().map(|text| embedder.embed(text)).collect::<Result<Vec<_>, _>>()
    })
    .await
    .map_err(|_| Refusal::Died)??;
    let tokens: u64 = embeddings.iter().map(|embedding| u64::from(embedding.tokens)).sum();
    let data: Vec<Value> = embeddings
        .iter()
        .enumerate()
        .map(|(index, embedding)| json!({"object": "embedding", "index": index, "embedding": spell(embedding, base64)}))
        .collect();
    Ok(Json(json!({
        "object": "list",
        "model": NAME,
        "data": data,
        "usage": {"prompt_tokens": tokens, "total_tokens": tokens},
    })))
}

/// As numbers, or as their little-endian bytes, which clients ask for by default.
fn spell(embedding: &Embedding, base64: bool) -> Value {
    if base64 {
        let bytes: Vec<u8> = embedding.numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        STANDARD.encode(bytes).into()
    } else {
        json!(embedding.numbers)
    }
}
