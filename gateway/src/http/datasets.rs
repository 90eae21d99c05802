//! The datasets of owners: declared, uploaded, followed, tried again, withdrawn.
//! What happens to them is decided in [`crate::intake`].

use super::problem::Problem;
use crate::gateway::{Gateway, View};
use crate::intake::declaration::Declaration;
use crate::intake::records::{self, Event, Record, State};
use crate::intake::registration::prepare;
use crate::intake::upload::UploadError;
use crate::intake::{IntakeError, Step, bounds, steps, worker};
use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State as Shared};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::sse::{self, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::Stream;
use serde::Deserialize;
use serde_json::{Value, json};
use std::convert::Infallible;
use std::sync::Arc;

const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");
const LAST_EVENT: HeaderName = HeaderName::from_static("last-event-id");

#[derive(Debug, Deserialize)]
struct Declared {
    signature: String,
    #[serde(flatten)]
    declaration: Value,
}

pub(super) async fn declare(
    Shared(gateway): Shared<Arc<Gateway>>,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let unreadable = |error: serde_json::Error| {
        Problem::new(StatusCode::BAD_REQUEST, "bad_request", "The request cannot be read")
            .detail(format!("The body is not a declaration: {error}."))
            .next("docs/gateway.md, Intake, lists its fields.")
    };
    let declared: Declared = serde_json::from_slice(&body).map_err(unreadable)?;
    let declaration: Declaration = serde_json::from_value(declared.declaration).map_err(unreadable)?;
    let View { tip: Some(tip), .. } = gateway.view() else {
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "not_serving", "The gateway is not serving")
            .detail("It has not heard from the chain yet.")
            .retry_after(2));
    };
    let signature = declaration
        .check(tip.genesis, gateway.config.gateway, &declared.signature)
        .map_err(|error| problem(error.into()))?;
    bounds::check(&gateway, &declaration).await.map_err(problem)?;
    let (record, key) =
        records::declare(&gateway.pool, gateway.config.gateway, &declaration, signature).await.map_err(problem)?;
    let mut shown = status(&gateway, &record).await?;
    shown["key"] = key.into();
    Ok((StatusCode::CREATED, Json(shown)))
}

pub(super) async fn show(
    Shared(gateway): Shared<Arc<Gateway>>,
    Path(dataset): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Value>, Problem> {
    let record = find(&gateway, &dataset, &headers).await?;
    Ok(Json(status(&gateway, &record).await?))
}

pub(super) async fn offset(
    Shared(gateway): Shared<Arc<Gateway>>,
    Path(dataset): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let record = find(&gateway, &dataset, &headers).await?;
    let bytes = match record.step {
        Step::Upload => gateway.uploads.offset(&record.dataset).await.map_err(|error| problem(error.into()))?,
        _ => record.declaration.bytes,
    };
    Ok(progress(StatusCode::OK, bytes, &record))
}

pub(super) async fn upload(
    Shared(gateway): Shared<Arc<Gateway>>,
    Path(dataset): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let record = find(&gateway, &dataset, &headers).await?;
    if record.step != Step::Upload || record.state != State::Waiting {
        return Err(problem(IntakeError::Late(format!("{} at the step {}", record.state.name(), record.step.name()))));
    }
    let from = headers.get(UPLOAD_OFFSET).and_then(|value| value.to_str().ok()).and_then(|text| text.parse().ok());
    let from: u64 = from.ok_or_else(|| {
        Problem::new(StatusCode::BAD_REQUEST, "bad_request", "The request cannot be read")
            .detail("Upload-Offset says from which byte on this part goes.")
            .next("Ask for the offset with HEAD; a new file begins at 0.")
    })?;
    gateway.admit_upload(record.declaration.bytes.saturating_sub(from)).map_err(|shed| {
        Problem::new(StatusCode::INSUFFICIENT_STORAGE, "full", "The gateway has no room for the file")
            .detail(shed.to_string())
            .retry_after(shed.retry_after())
    })?;
    let declared = (record.declaration.sha256, record.declaration.bytes);
    let taken = gateway.uploads.take(&record.dataset, declared, from, body.into_data_stream()).await;
    let taken = taken.map_err(|error| problem(error.into()))?;
    if taken.whole {
        worker::uploaded(&gateway, &record).await.map_err(problem)?;
    }
    Ok(progress(StatusCode::NO_CONTENT, taken.bytes, &record))
}

pub(super) async fn again(
    Shared(gateway): Shared<Arc<Gateway>>,
    Path(dataset): Path<String>,
    headers: HeaderMap,
) -> Result<Json<Value>, Problem> {
    let record = find(&gateway, &dataset, &headers).await?;
    worker::again(&gateway, &record).await.map_err(problem)?;
    let record = find(&gateway, &dataset, &headers).await?;
    Ok(Json(status(&gateway, &record).await?))
}

pub(super) async fn withdraw(
    Shared(gateway): Shared<Arc<Gateway>>,
    Path(dataset): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let record = find(&gateway, &dataset, &headers).await?;
    worker::withdraw(&gateway, &record).await.map_err(problem)?;
    Ok(StatusCode::NO_CONTENT)
}

/// What happens, as server-sent events, from where the client left off.
pub(super) async fn follow(
    Shared(gateway): Shared<Arc<Gateway>>,
    Path(dataset): Path<String>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<sse::Event, Infallible>>>, Problem> {
    let record = find(&gateway, &dataset, &headers).await?;
    let last: Option<u64> =
        headers.get(LAST_EVENT).and_then(|value| value.to_str().ok()).and_then(|text| text.parse().ok());
    let from = last.map_or(0, |last| last.saturating_add(1));
    let told = Told { gateway, dataset: record.dataset, next: from, waiting: Vec::new().into_iter(), over: false };
    let stream = futures::stream::unfold(told, |mut told| async move { told.next().await.map(|event| (event, told)) });
    Ok(Sse::new(stream).keep_alive(KeepAlive::default()))
}

struct Told {
    gateway: Arc<Gateway>,
    dataset: [u8; 32],
    next: u64,
    waiting: std::vec::IntoIter<Event>,
    over: bool,
}

impl Told {
    /// The next event; ends after the last one there can be, and with the gateway.
    async fn next(&mut self) -> Option<Result<sse::Event, Infallible>> {
        loop {
            if let Some(event) = self.waiting.next() {
                self.next = event.sequence.saturating_add(1);
                self.over = matches!(event.kind.as_str(), "embedded" | "withdrawn");
                let shown = sse::Event::default().id(event.sequence.to_string()).event(event.kind);
                return Some(Ok(shown.data(event.body.to_string())));
            }
            if self.over || self.gateway.is_ending() {
                return None;
            }
            match records::events(&self.gateway.pool, self.dataset, self.next).await {
                Ok(events) if !events.is_empty() => self.waiting = events.into_iter(),
                // Postgres may be away for a moment: the stream stays open.
                Ok(_) | Err(_) => tokio::time::sleep(self.gateway.config.limits.poll).await,
            }
        }
    }
}

fn progress(status: StatusCode, bytes: u64, record: &Record) -> Response {
    let fields = [
        (UPLOAD_OFFSET, HeaderValue::from(bytes)),
        (UPLOAD_LENGTH, HeaderValue::from(record.declaration.bytes)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (status, fields).into_response()
}

async fn find(gateway: &Gateway, dataset: &str, headers: &HeaderMap) -> Result<Record, Problem> {
    let unknown = || problem(IntakeError::Unknown);
    let mut id = [0; 32];
    hex::decode_to_slice(dataset, &mut id).map_err(|_| unknown())?;
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).ok_or_else(unknown)?;
    let key = value.strip_prefix("Bearer ").ok_or_else(unknown)?.trim();
    records::by_key(&gateway.pool, id, key).await.map_err(problem)
}

async fn status(gateway: &Gateway, record: &Record) -> Result<Value, Problem> {
    let bytes = match record.step {
        Step::Upload => gateway.uploads.offset(&record.dataset).await.map_err(|error| problem(error.into()))?,
        _ => record.declaration.bytes,
    };
    let registration = match record.step {
        Step::Register => {
            steps::content_of(record).ok().map(|content| prepare(&record.declaration, content, record.salt))
        }
        _ => None,
    };
    Ok(json!({
        "object": "dataset",
        "id": hex::encode(record.dataset),
        "declaration": record.declaration,
        "step": record.step,
        "state": record.state.name(),
        "reason": record.reason,
        "attempts": record.attempts,
        "upload": {"bytes": bytes, "of": record.declaration.bytes},
        "facts": record.facts,
        "registration": registration,
    }))
}

fn problem(error: IntakeError) -> Problem {
    let detail = error.to_string();
    let new = |status, code, title| Problem::new(status, code, title).detail(&detail);
    match error {
        IntakeError::Database(_) | IntakeError::Reputation(_) | IntakeError::Store(_) | IntakeError::Died(_) => {
            new(StatusCode::SERVICE_UNAVAILABLE, "database", "Datasets cannot be read at the moment").retry_after(2)
        }
        IntakeError::Declaration(_) => {
            new(StatusCode::BAD_REQUEST, "declaration_refused", "The dataset cannot be declared like this")
        }
        IntakeError::Unknown => new(StatusCode::NOT_FOUND, "no_such_dataset", "No dataset has this key"),
        IntakeError::Late(_) => new(StatusCode::CONFLICT, "too_late", "The dataset is past that"),
        IntakeError::TooLarge { .. } => {
            new(StatusCode::PAYLOAD_TOO_LARGE, "file_too_long", "The file is longer than its owner's score allows")
        }
        IntakeError::TooMany { .. } => {
            new(StatusCode::TOO_MANY_REQUESTS, "too_many", "Too many datasets of this owner are on their way")
                .retry_after(60)
        }
        IntakeError::Full(_) => {
            new(StatusCode::SERVICE_UNAVAILABLE, "full", "Too many datasets are on their way").retry_after(60)
        }
        IntakeError::Upload(UploadError::Offset { have, .. }) => {
            new(StatusCode::CONFLICT, "wrong_offset", "The parts of the file do not fit together")
                .missing(json!({"offset": have}))
        }
        IntakeError::Upload(UploadError::TooLong(_)) => {
            new(StatusCode::PAYLOAD_TOO_LARGE, "file_too_long", "The file is longer than declared")
        }
        IntakeError::Upload(UploadError::Busy) => {
            new(StatusCode::CONFLICT, "in_progress", "The file is being sent").retry_after(1)
        }
        IntakeError::Upload(UploadError::Other { .. }) => {
            new(StatusCode::UNPROCESSABLE_ENTITY, "other_file", "The file is another than was declared")
        }
        IntakeError::Upload(UploadError::Broken) => {
            new(StatusCode::BAD_REQUEST, "broken_upload", "The file broke off").retry_after(1)
        }
        IntakeError::Upload(UploadError::Io(..)) => {
            new(StatusCode::SERVICE_UNAVAILABLE, "disk", "The file cannot be kept at the moment").retry_after(30)
        }
    }
}
