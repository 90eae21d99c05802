//! Why a request has no answer, and how a caller is told: RFC 9457.

use crate::access::Refused;
use crate::replay::ReplayError;
use crate::store::StoreError;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::sync::Arc;
use tributary_core::id::FileHash;
use utoipa::ToSchema;

/// Why a request has no answer.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// A part of the request is not what it should be.
    #[error("{field}: {reason}")]
    Malformed {
        /// Which part.
        field: &'static str,
        /// What it should be.
        reason: String,
    },
    /// There is no such thing (yet).
    #[error(
        "there is no {what} {id} among what was indexed up to slot {as_of_slot}; check the id, or try again if it is new"
    )]
    Unknown {
        /// What kind of thing.
        what: &'static str,
        /// What was asked for.
        id: String,
        /// As of when.
        as_of_slot: u64,
    },
    /// No such file in the store.
    #[error("no file of hash {0} is in this content store; check the hash, or ask another publisher")]
    NoFile(FileHash),
    /// A published file that an answer needs is not there.
    #[error("file {0} is not in this API's content store, so this cannot be worked out here; any other copy will do")]
    FileAway(FileHash),
    /// The content store failed.
    #[error("the content store failed")]
    Store(#[from] StoreError),
    /// Postgres failed.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    /// A row that no writer may write.
    #[error("column {0} holds a value outside its bounds")]
    Row(&'static str),
    /// Nothing was indexed yet.
    #[error("nothing was indexed yet: the indexer has not started on this database")]
    NotIndexed,
    /// Too many callers.
    #[error("the API is serving as many requests as it can; try again in a second")]
    Busy,
    /// A published file contradicts the chain or itself.
    #[error("published file {file} is not what the chain says: {reason}")]
    Contradiction {
        /// Which.
        file: FileHash,
        /// What is wrong.
        reason: String,
    },
    /// An epoch cannot be computed again.
    #[error("the epoch's receipts cannot be computed again")]
    Replay(#[from] ReplayError),
    /// What the caller has seen elsewhere is not indexed yet.
    #[error(
        "slot {min_slot} is not indexed yet, only {as_of_slot}; try again in a second, or leave min_slot out for what is known now"
    )]
    NotYet {
        /// What was asked for.
        min_slot: u64,
        /// What there is.
        as_of_slot: u64,
    },
    /// There is no such thing among the caller's own.
    #[error("there is no {what} {id} of this account; list yours to see their ids")]
    NotYours {
        /// What kind of thing.
        what: &'static str,
        /// What was asked for.
        id: String,
    },
    /// The caller may not do this.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// A computation on a worker thread died.
    #[error("a computation ended before it had a result")]
    Worker(#[from] tokio::task::JoinError),
}

/// What went wrong with one part of a request.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FieldError {
    /// Which part: the name of a path or query parameter.
    pub field: String,
    /// What it should be.
    pub detail: String,
}

/// A problem, as `application/problem+json`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Problem {
    /// Names the kind of problem; docs/api.md explains them.
    #[schema(example = "urn:tributary:problem:not_found")]
    pub r#type: String,
    /// The kind in words.
    #[schema(value_type = String)]
    pub title: &'static str,
    /// The HTTP status again.
    pub status: u16,
    /// What happened here and what to do about it.
    pub detail: String,
    /// The kind for programs.
    #[schema(value_type = String, example = "not_found")]
    pub code: &'static str,
    /// Quote it when asking for help; also in the header `x-request-id`.
    pub request_id: String,
    /// Whether the same request may succeed later.
    pub retryable: bool,
    /// What is wrong with which part of the request.
    pub errors: Vec<FieldError>,
}

/// A kind of problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// The HTTP status.
    pub status: StatusCode,
    /// For programs.
    pub code: &'static str,
    /// For people.
    pub title: &'static str,
    /// Whether the same request may succeed later.
    pub retryable: bool,
}

impl Kind {
    const fn new(status: StatusCode, code: &'static str, title: &'static str, retryable: bool) -> Self {
        Self { status, code, title, retryable }
    }

    /// The kind of a status that came without one.
    pub fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::new(status, "no_such_path", "There is nothing at this path", false),
            StatusCode::METHOD_NOT_ALLOWED => {
                Self::new(status, "method_not_allowed", "This path is only for reading", false)
            }
            StatusCode::REQUEST_TIMEOUT | StatusCode::GATEWAY_TIMEOUT => {
                Self::new(status, "timed_out", "The answer took too long", true)
            }
            StatusCode::PAYLOAD_TOO_LARGE => Self::new(status, "body_too_large", "The body is too long", false),
            StatusCode::URI_TOO_LONG => Self::new(status, "url_too_long", "The URL is too long", false),
            StatusCode::TOO_MANY_REQUESTS => Self::new(status, "too_many_requests", "Too many requests", true),
            StatusCode::RANGE_NOT_SATISFIABLE => {
                Self::new(status, "range_not_satisfiable", "The file has no such range", false)
            }
            status if status.is_client_error() => Self::new(status, "malformed", "The request is malformed", false),
            status => Self::new(status, "internal", "Something broke on our side", true),
        }
    }
}

impl ReadError {
    /// Which kind of problem it is.
    pub fn kind(&self) -> Kind {
        let internal = Kind::of_status(StatusCode::INTERNAL_SERVER_ERROR);
        let away = |code, title| Kind::new(StatusCode::SERVICE_UNAVAILABLE, code, title, true);
        match self {
            Self::Malformed { .. } => Kind::of_status(StatusCode::BAD_REQUEST),
            Self::Unknown { .. } => Kind::new(StatusCode::NOT_FOUND, "not_found", "There is no such thing", false),
            Self::NoFile(_) => Kind::new(StatusCode::NOT_FOUND, "not_found", "There is no such file", false),
            Self::FileAway(_) => away("file_unavailable", "A published file is not at hand"),
            Self::Store(StoreError::Damaged(_)) => {
                Kind::new(StatusCode::INTERNAL_SERVER_ERROR, "file_damaged", "A stored file is damaged", false)
            }
            Self::Store(StoreError::Away(_)) => away("file_unavailable", "A published file is not at hand"),
            Self::Replay(error) if error.is_away() => away("file_unavailable", "A published file is not at hand"),
            Self::Replay(ReplayError::TooLarge { .. } | ReplayError::TooManyRoots { .. }) => {
                Kind::new(StatusCode::UNPROCESSABLE_ENTITY, "epoch_too_large", "The epoch is too large", false)
            }
            Self::Replay(error) if error.missing().is_some() => {
                away("file_unavailable", "A published file is not at hand")
            }
            Self::Replay(_) | Self::Contradiction { .. } => Kind::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "contradiction",
                "A published file contradicts the chain",
                false,
            ),
            Self::Database(error) if !is_our_mistake(error) => {
                away("database_unavailable", "The database cannot be read right now")
            }
            Self::NotYet { .. } => away("not_yet", "That slot is not indexed yet"),
            Self::NotYours { .. } => Kind::new(StatusCode::NOT_FOUND, "not_found", "There is no such thing", false),
            Self::Refused(refused) => refused.kind(),
            Self::NotIndexed => away("not_indexed", "Nothing was indexed yet"),
            Self::Busy => away("busy", "The API is busy"),
            Self::Store(_) | Self::Database(_) | Self::Row(_) | Self::Worker(_) => internal,
        }
    }

    /// What a stranger may read: nothing of our insides.
    pub fn detail(&self) -> String {
        match self {
            Self::Database(_) if self.kind().retryable && self.kind().status == StatusCode::SERVICE_UNAVAILABLE => {
                "the database cannot be read right now; claims work without this API, from the chain and the \
                 published leaf file; try again shortly"
                    .into()
            }
            Self::Replay(error) => {
                error.missing().map_or_else(|| error.to_string(), |hash| Self::FileAway(hash).to_string())
            }
            Self::Store(error @ StoreError::Away(_)) => error.to_string(),
            Self::Store(StoreError::Damaged(hash)) => {
                format!("the stored bytes of {hash} do not have that hash; fetch them from another publisher")
            }
            Self::Store(_) | Self::Database(_) | Self::Row(_) | Self::Worker(_) => {
                "this is a fault of the server; it was logged under the request id".into()
            }
            other => other.to_string(),
        }
    }

    /// Which parts of the request are wrong.
    pub fn errors(&self) -> Vec<FieldError> {
        match self {
            Self::Malformed { field, reason } => {
                vec![FieldError { field: (*field).into(), detail: reason.clone() }]
            }
            _ => Vec::new(),
        }
    }
}

/// Whether Postgres refused the statement itself. Everything else (no
/// connection, a shutdown, no resources, a statement that took too long) may
/// pass. Classes are those of the SQL standard's codes.
fn is_our_mistake(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(refused) => {
            let code = refused.code().unwrap_or_default();
            !matches!(code.get(..2), Some("08" | "25" | "28" | "3D" | "40" | "53" | "57" | "58"))
        }
        sqlx::Error::ColumnDecode { .. }
        | sqlx::Error::ColumnNotFound(_)
        | sqlx::Error::ColumnIndexOutOfBounds { .. }
        | sqlx::Error::Decode(_)
        | sqlx::Error::Encode(_)
        | sqlx::Error::TypeNotFound { .. } => true,
        _ => false,
    }
}

impl IntoResponse for ReadError {
    /// The body is written further out, where the request's id is known.
    fn into_response(self) -> Response {
        let mut response = self.kind().status.into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}
