//! The way to Postgres: the pool, its time limits and typed columns. Amounts
//! travel as decimal text and are exact; no statement is built from values.

pub mod copy;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions, PgRow};
use sqlx::{Executor, PgPool, Row};
use std::str::FromStr;
use std::time::Duration;
use tributary_core::amount::BaseUnits;

/// A statement that runs longer is cancelled by the server.
const STATEMENT_MS_MAX: &str = "10000";
/// How long a caller waits for a connection.
pub const ACQUIRE: Duration = Duration::from_secs(3);
/// Connections at most.
const CONNECTIONS: u32 = 8;

/// What went wrong between the gateway and Postgres.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// `DATABASE_URL` cannot be read. The value stays out of the message: it may
    /// hold a password.
    #[error("DATABASE_URL is not a Postgres URL such as postgres://user:password@host:5432/tributary")]
    Url(#[source] sqlx::Error),
    /// Postgres refused or cannot be reached.
    #[error("Postgres does not answer as needed: check that it runs, DATABASE_URL and `tributary migrate`")]
    Sql(#[from] sqlx::Error),
    /// A row holds what no row may hold.
    #[error("the column {0} holds a value outside its bounds: the schema and this software differ")]
    Value(&'static str),
}

/// A pool that connects when first used. Every connection acts as the role that
/// may write `usage` and `credit` and nothing else.
pub fn pool(url: &str) -> Result<PgPool, DatabaseError> {
    let options = PgConnectOptions::from_str(url)
        .map_err(DatabaseError::Url)?
        .application_name("tributary-gateway")
        .options([("statement_timeout", STATEMENT_MS_MAX), ("lock_timeout", STATEMENT_MS_MAX)]);
    Ok(PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(ACQUIRE)
        .after_connect(|connection, _| {
            Box::pin(async move {
                connection.execute("SET ROLE tributary_gateway").await?;
                Ok(())
            })
        })
        .connect_lazy_with(options))
}

/// A 32-byte column.
pub fn key<T: From<[u8; 32]>>(row: &PgRow, column: &'static str) -> Result<T, DatabaseError> {
    let bytes: Vec<u8> = row.try_get(column)?;
    <[u8; 32]>::try_from(bytes).map(T::from).map_err(|_| DatabaseError::Value(column))
}

/// An amount selected as text.
pub fn amount(row: &PgRow, column: &'static str) -> Result<BaseUnits, DatabaseError> {
    let text: String = row.try_get(column)?;
    text.parse().map(BaseUnits).map_err(|_| DatabaseError::Value(column))
}

/// A bigint that is not negative.
pub fn position(row: &PgRow, column: &'static str) -> Result<u64, DatabaseError> {
    u64::try_from(row.try_get::<i64, _>(column)?).map_err(|_| DatabaseError::Value(column))
}

/// A position as Postgres stores it.
pub fn bigint(value: u64) -> Result<i64, DatabaseError> {
    i64::try_from(value).map_err(|_| DatabaseError::Value("position"))
}
