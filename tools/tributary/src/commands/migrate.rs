//! `tributary migrate`: the only thing that changes the schema.

use crate::args::DatabaseArgs;
use anyhow::Context;
use sqlx::migrate::{Migrate, MigrateError};
use sqlx::{Connection, PgConnection};
use std::collections::BTreeSet;
use std::time::Duration;

/// The longest a server may take to accept the connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");

/// Applies what the database does not have yet, each migration in a transaction.
/// Running it again changes nothing.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  DATABASE_URL=postgres://me@localhost/tributary tributary migrate")]
pub struct Args {
    #[command(flatten)]
    database: DatabaseArgs,
}

#[derive(Debug, thiserror::Error)]
enum MigrateFailure {
    #[error("DATABASE_URL is not a Postgres connection string: write postgres://user:password@host:port/database")]
    Url(#[source] sqlx::Error),
    #[error("cannot connect to the database: check DATABASE_URL (host, port, user, database) and that Postgres runs")]
    Connect(#[source] sqlx::Error),
    #[error("the database did not accept the connection within {} s: check DATABASE_URL and the network", CONNECT_TIMEOUT.as_secs())]
    Slow,
    #[error("this database was migrated by another version of tributary: use that version, or a new database")]
    Foreign(#[source] MigrateError),
}

pub async fn run(args: Args) -> anyhow::Result<()> {
    let mut connection = connect(&args.database.database_url).await?;
    connection.ensure_migrations_table().await.context("cannot read which migrations were applied")?;
    let before: BTreeSet<i64> = connection
        .list_applied_migrations()
        .await
        .context("cannot read which migrations were applied")?
        .into_iter()
        .map(|migration| migration.version)
        .collect();
    match MIGRATIONS.run(&mut connection).await {
        Err(error @ (MigrateError::VersionMissing(_) | MigrateError::VersionMismatch(_))) => {
            return Err(MigrateFailure::Foreign(error).into());
        }
        other => other.context("the migration failed; the database is as it was before that step")?,
    }
    let mut new = 0;
    for migration in MIGRATIONS.iter().filter(|migration| !before.contains(&migration.version)) {
        println!("applied {:04} {}", migration.version, migration.description);
        new += 1;
    }
    if new == 0 {
        println!("the schema is up to date ({} migrations)", before.len());
    }
    connection.close().await.context("the database closed the connection badly")?;
    Ok(())
}

async fn connect(url: &str) -> Result<PgConnection, MigrateFailure> {
    let options: sqlx::postgres::PgConnectOptions = url.parse().map_err(MigrateFailure::Url)?;
    match tokio::time::timeout(CONNECT_TIMEOUT, PgConnection::connect_with(&options)).await {
        Ok(connected) => connected.map_err(MigrateFailure::Connect),
        Err(_) => Err(MigrateFailure::Slow),
    }
}
