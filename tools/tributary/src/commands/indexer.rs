//! `tributary indexer`: follows the chain, or answers for what it stored.

use super::services::IndexerOwn;
use crate::args::{ChainArgs, DatabaseArgs};
use crate::end;
use anyhow::Context;
use sqlx::PgPool;
use tributary_core::position::Slot;
use tributary_indexer::source::rpc::RpcSource;
use tributary_indexer::store::Store;
use tributary_indexer::verify::{Wrong, verify};

/// Follows both programs and writes what happened to Postgres.
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    follow: Follow,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Print the digest over all events up to a slot
    Digest(Digest),
    /// Recompute the digests of a slot range from the chain and compare
    Verify(Verify),
    /// Build all projections anew from the stored events, beside a running indexer
    Rebuild(Rebuild),
}

/// What following needs. The database may be named by the environment alone, and
/// need not be named at all where a subcommand names its own.
#[derive(clap::Args)]
struct Follow {
    /// Postgres connection string, such as postgres://user@host/database
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, value_name = "URL")]
    database_url: Option<String>,
    #[command(flatten)]
    chain: ChainArgs,
    #[command(flatten)]
    own: IndexerOwn,
}

#[derive(clap::Args)]
struct Digest {
    #[command(flatten)]
    database: DatabaseArgs,
    /// The last slot that counts; the finalised one when left out
    #[arg(long)]
    slot: Option<u64>,
}

#[derive(clap::Args)]
struct Verify {
    #[command(flatten)]
    database: DatabaseArgs,
    #[command(flatten)]
    chain: ChainArgs,
    /// The first slot to compare
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// The last slot to compare; the finalised one when left out
    #[arg(long)]
    to: Option<u64>,
}

#[derive(clap::Args)]
struct Rebuild {
    #[command(flatten)]
    database: DatabaseArgs,
}

pub async fn run(args: Args) -> anyhow::Result<()> {
    match args.command {
        Some(Command::Digest(args)) => digest(args).await,
        Some(Command::Verify(args)) => compare(args).await,
        Some(Command::Rebuild(args)) => rebuild(args).await,
        None => {
            let Follow { database_url, chain, own } = args.follow;
            let database_url = database_url.context("say which database: --database-url or DATABASE_URL")?;
            let config = own.config(&DatabaseArgs { database_url }, &chain);
            Ok(tributary_indexer::run(config, end::token()?).await?)
        }
    }
}

async fn connect(database: &DatabaseArgs) -> anyhow::Result<PgPool> {
    PgPool::connect(&database.database_url)
        .await
        .context("cannot connect to the database: is Postgres running, and is the URL (DATABASE_URL) right?")
}

/// The slot asked for, which must be final, or the finalised one.
async fn final_slot(pool: &PgPool, asked: Option<u64>) -> anyhow::Result<Slot> {
    let finalised = tributary_indexer::finalised_slot(pool).await?.unwrap_or_default();
    let slot = asked.map_or(finalised, Slot);
    anyhow::ensure!(
        slot <= finalised,
        "slot {slot} is not final in the database yet: it is complete up to slot {finalised}; ask for that at most"
    );
    Ok(slot)
}

async fn digest(args: Digest) -> anyhow::Result<()> {
    let pool = connect(&args.database).await?;
    let slot = final_slot(&pool, args.slot).await?;
    println!("slot {slot} digest {}", tributary_indexer::digest_at(&pool, slot).await?);
    Ok(())
}

async fn compare(args: Verify) -> anyhow::Result<()> {
    let pool = connect(&args.database).await?;
    let to = final_slot(&pool, args.to).await?;
    let found = verify(&pool, &RpcSource::new(&args.chain.rpc), Slot(args.from), to).await?;
    match found.outcome {
        Ok(digest) => {
            println!(
                "slots {} to {to} agree with the chain: {} events in {} slots, digest {digest}",
                args.from, found.events, found.slots
            );
            Ok(())
        }
        Err(first) => {
            let events = |side: Option<tributary_indexer::SlotDigest>| side.map_or(0, |digest| digest.events);
            let what = match first.wrong {
                Wrong::Digest => "what was stored there is not what the chain has",
                Wrong::Events => "its digest is right, but the events stored beside it were changed afterwards",
            };
            anyhow::bail!(
                "slot {} differs first: {what} ({} events stored, {} on the chain); do not trust this database from \
                 there on, and let an indexer fill a new one",
                first.slot,
                events(first.stored),
                events(first.chain)
            )
        }
    }
}

async fn rebuild(args: Rebuild) -> anyhow::Result<()> {
    let report = Store::new(&args.database.database_url, Slot(0))?.rebuild().await?;
    let mut differed = 0;
    for table in &report {
        println!("{}: {} rows, {} were wrong, {} were missing", table.table, table.rows, table.wrong, table.missing);
        differed += table.wrong + table.missing;
    }
    println!("{} projections rebuilt; {differed} rows differed", report.len());
    Ok(())
}
