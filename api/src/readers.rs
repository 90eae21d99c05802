//! Connections that only read, each lent for one answer.
//!
//! Lending asks the server nothing, as that would cost as much as many an answer.
//! A connection that went bad while it lay idle shows itself at its first
//! statement, which then goes to another one. A connection whose answer was
//! abandoned half-way is closed, never lent again with that answer still in it.

use deadpool::managed::{Manager, Metrics, Object, Pool, PoolError, RecycleResult};
use deadpool::{Runtime, managed::BuildError};
use sqlx::postgres::{PgArguments, PgConnectOptions, PgConnection, PgRow, Postgres};
use sqlx::query::Query;
use sqlx::{Connection, Error, Executor};
use std::time::Duration;

/// Lends connections; none is made before it is needed.
#[derive(Clone)]
pub struct Readers {
    pool: Pool<Connector>,
    size: u32,
}

/// Makes connections.
pub struct Connector(PgConnectOptions);

impl Manager for Connector {
    type Type = PgConnection;
    type Error = Error;

    async fn create(&self) -> Result<PgConnection, Error> {
        PgConnection::connect_with(&self.0).await
    }

    async fn recycle(&self, _: &mut PgConnection, _: &Metrics) -> RecycleResult<Error> {
        Ok(())
    }
}

impl Readers {
    /// At most `size` connections; each is waited for, or made, for at most `patience`.
    pub fn new(options: PgConnectOptions, size: u32, patience: Duration) -> Result<Self, BuildError> {
        let pool = Pool::builder(Connector(options))
            .max_size(size as usize)
            .wait_timeout(Some(patience))
            .create_timeout(Some(patience))
            .runtime(Runtime::Tokio1)
            .build()?;
        Ok(Self { pool, size })
    }

    /// A connection, idle or new.
    pub async fn lend(&self) -> Result<Lent, Error> {
        match self.pool.get().await {
            Ok(object) => Ok(Lent(Some(object))),
            Err(PoolError::Backend(error)) => Err(error),
            Err(PoolError::Closed) => Err(Error::PoolClosed),
            Err(PoolError::Timeout(_) | PoolError::NoRuntimeSpecified | PoolError::PostCreateHook(_)) => {
                Err(Error::PoolTimedOut)
            }
        }
    }

    /// The row of a single statement, which is a snapshot in itself.
    pub async fn row<'q>(
        &self,
        query: impl Fn() -> Query<'q, Postgres, PgArguments> + Send + Sync,
    ) -> Result<Option<PgRow>, Error> {
        let mut tries = 0;
        loop {
            let mut lent = self.lend().await?;
            match query().fetch_optional(lent.connection()).await {
                Ok(row) => {
                    lent.give_back();
                    return Ok(row);
                }
                Err(error) => self.another(&lent, error, &mut tries)?,
            }
        }
    }

    /// The rows of a single statement.
    pub async fn rows<'q>(
        &self,
        query: impl Fn() -> Query<'q, Postgres, PgArguments> + Send + Sync,
    ) -> Result<Vec<PgRow>, Error> {
        let mut tries = 0;
        loop {
            let mut lent = self.lend().await?;
            match query().fetch_all(lent.connection()).await {
                Ok(rows) => {
                    lent.give_back();
                    return Ok(rows);
                }
                Err(error) => self.another(&lent, error, &mut tries)?,
            }
        }
    }

    /// Sends the statements that a transaction begins with; the row they answer.
    pub async fn begin(&self, statements: &'static str) -> Result<(Lent, Option<PgRow>), Error> {
        let mut tries = 0;
        loop {
            let mut lent = self.lend().await?;
            // Text without parameters goes by the simple protocol, which takes several statements.
            match lent.connection().fetch_optional(statements).await {
                Ok(row) => return Ok((lent, row)),
                Err(error) => self.another(&lent, error, &mut tries)?,
            }
        }
    }

    /// Whether to try another connection: when this one may have gone bad while it
    /// lay idle, and no more often than there are connections.
    fn another(&self, lent: &Lent, error: Error, tries: &mut u32) -> Result<(), Error> {
        *tries += 1;
        let is_stale = is_of_the_connection(&error) && lent.was_idle() && *tries <= self.size;
        if is_stale { Ok(()) } else { Err(error) }
    }
}

/// A lent connection. It is closed when it is not given back.
pub struct Lent(Option<Object<Connector>>);

impl Lent {
    /// The connection.
    pub fn connection(&mut self) -> &mut PgConnection {
        self.0.as_deref_mut().expect("only giving back takes it, and that takes the whole")
    }

    /// Whether it was used before.
    fn was_idle(&self) -> bool {
        self.0.as_ref().is_some_and(|object| Object::metrics(object).recycle_count > 0)
    }

    /// Everything asked was answered: others may have it.
    pub fn give_back(mut self) {
        drop(self.0.take());
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(object) = self.0.take() {
            drop(Object::take(object));
        }
    }
}

/// Whether another connection would have done better. The code is that of a
/// server which shuts down.
fn is_of_the_connection(error: &Error) -> bool {
    match error {
        Error::Database(refused) => refused.code().is_some_and(|code| code.starts_with("57P")),
        Error::Io(_) | Error::Protocol(_) | Error::Tls(_) | Error::WorkerCrashed => true,
        _ => false,
    }
}
