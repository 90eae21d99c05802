//! What can go wrong with the database.

use crate::machine::Trouble;
use tributary_core::id::Genesis;

/// Why the database did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The URL is not one.
    #[error("the database URL is not valid: it looks like postgres://user:password@host:port/database")]
    Url(#[source] sqlx::Error),
    /// No connection.
    #[error("cannot connect to the database: is Postgres running, and is the URL (DATABASE_URL) right?")]
    Connect(#[source] sqlx::Error),
    /// The schema is missing.
    #[error("the database has no schema `chain`, or an old one: run `tributary migrate`")]
    Schema(#[source] sqlx::Error),
    /// The connecting user may not write.
    #[error("the database user may not act as tributary_indexer: GRANT tributary_indexer TO that user")]
    Role(#[source] sqlx::Error),
    /// The database holds another chain.
    #[error("the database belongs to the chain {stored}, but the node runs {found}: use another database or node")]
    OtherChain {
        /// In the database.
        stored: Genesis,
        /// Of the node.
        found: Genesis,
    },
    /// Nothing was ever written.
    #[error("no indexer has written to this database yet: run `tributary indexer` first")]
    Empty,
    /// A newer session has been opened.
    #[error("another indexer has taken over; this one stops writing")]
    Superseded,
    /// The chain says something else about what was final.
    #[error(
        "the node contradicts what was final: another event has the sequence of a stored one; going back to what is proven"
    )]
    Contradiction(#[source] sqlx::Error),
    /// A number does not fit its column.
    #[error("{0} does not fit into 63 bits")]
    TooLarge(&'static str),
    /// The database holds what this software never writes.
    #[error("the schema `chain` is damaged: {0}; create it anew and let the indexer fill it again")]
    Corrupt(&'static str),
    /// A commit took too long.
    #[error("the database took too long")]
    Timeout,
    /// A statement failed.
    #[error("a database statement failed")]
    Sql(#[source] sqlx::Error),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let code = error.as_database_error().and_then(|database| database.code());
        let constraint = error.as_database_error().and_then(|database| database.constraint());
        match (code.as_deref(), constraint) {
            // undefined_table, undefined_column, invalid_schema_name
            (Some("42P01" | "42703" | "3F000"), _) => Self::Schema(error),
            (Some("42501"), _) => Self::Role(error),
            (Some("23505"), Some("events_stream_sequence_key")) => Self::Contradiction(error),
            _ => Self::Sql(error),
        }
    }
}

impl StoreError {
    /// Whether a row was stored already.
    pub(super) fn is_duplicate(&self) -> bool {
        let (Self::Sql(error) | Self::Contradiction(error)) = self else { return false };
        error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation)
    }

    /// What follows from it.
    pub fn trouble(&self) -> Trouble {
        match self {
            Self::Connect(_) | Self::Timeout | Self::Sql(_) | Self::Superseded => Trouble::Passing,
            Self::Contradiction(_) => Trouble::Contradiction,
            Self::Url(_)
            | Self::Schema(_)
            | Self::Role(_)
            | Self::OtherChain { .. }
            | Self::Empty
            | Self::TooLarge(_)
            | Self::Corrupt(_) => Trouble::Lasting,
        }
    }
}
