//! Why a caller may not do what it asks for.

use super::tokens::Scope;
use crate::problem::Kind;
use axum::http::StatusCode;

/// Why a request that needs more than reading is refused.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// No token where one is needed.
    #[error("this needs a token: sign in at /v1/auth/challenge, then send it as `Authorization: Bearer …`")]
    NoToken,
    /// The header holds no token of ours.
    #[error("the token is unknown, expired or revoked; sign in again, or use another key")]
    BadToken,
    /// The token's scopes do not allow it.
    #[error("this token lacks the scope `{}`; make a key that has it, or use a session", .0.as_str())]
    Scope(Scope),
    /// A key cannot do what only the signed-in person may.
    #[error("keys cannot make or remove keys; sign in and use the session's token")]
    NotASession,
    /// The signed message is not one that was handed out for this.
    #[error("{0}")]
    SignIn(&'static str),
    /// The same key with another request.
    #[error("this Idempotency-Key was used for another request within 24 hours; use a new key for a new request")]
    KeyReused,
    /// Too many of something.
    #[error("{what} are limited to {max} an account; remove one first")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many there may be.
        max: i64,
    },
}

impl Refused {
    /// Which kind of problem it is.
    pub fn kind(&self) -> Kind {
        let kind = |status, code, title| Kind { status, code, title, retryable: false };
        match self {
            Self::NoToken => kind(StatusCode::UNAUTHORIZED, "token_needed", "This needs a token"),
            Self::BadToken => kind(StatusCode::UNAUTHORIZED, "token_refused", "The token is not valid"),
            Self::Scope(_) | Self::NotASession => {
                kind(StatusCode::FORBIDDEN, "scope_missing", "The token does not allow this")
            }
            Self::SignIn(_) => kind(StatusCode::UNAUTHORIZED, "sign_in_refused", "The sign-in is not valid"),
            Self::KeyReused => {
                kind(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused", "The key belongs to another request")
            }
            Self::TooMany { .. } => kind(StatusCode::CONFLICT, "too_many", "There are too many already"),
        }
    }
}
