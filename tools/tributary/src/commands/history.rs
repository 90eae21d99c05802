//! `tributary history`.

use anyhow::Context;
use chrono::DateTime;
use futures::TryStreamExt;
use solana_sdk::pubkey::Pubkey;
use solana_sdk::signature::Signer;
use std::io::Write;
use std::path::PathBuf;
use std::pin::pin;
use tributary_api_client::Client;
use tributary_api_client::operations::HistoryQuery;
use tributary_api_client::types::{HistoryEntry, RootStatus};
use tributary_core::amount::{BaseUnits, SUB_UNITS_PER_BASE_UNIT};
use tributary_operator::{amount, keys};

/// Shows what an address earned and was paid, newest first, as an API knows it. The
/// chain and the published files have the last word: `tributary balance`, `tributary
/// statement`.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tributary history --keypair me.json
  tributary history ADDRESS --limit 100 --api https://api.example.com")]
pub struct Args {
    /// Whose; the keypair's when left out
    address: Option<Pubkey>,
    /// The API's address
    #[arg(long, env = "TRIBUTARY_API", value_name = "URL")]
    api: String,
    /// Entries at most
    #[arg(long, default_value_t = 25)]
    limit: usize,
    /// Keypair file whose address is meant
    #[arg(long, env = "TRIBUTARY_KEYPAIR", value_name = "FILE")]
    keypair: Option<PathBuf>,
}

pub async fn run(args: Args) -> anyhow::Result<()> {
    let address = match (args.address, &args.keypair) {
        (Some(address), _) => address,
        (None, Some(file)) => keys::read(file)?.pubkey(),
        (None, None) => anyhow::bail!("whose history? pass an address, or --keypair FILE"),
    };
    let api = Client::new(&args.api)?;
    let claimant = address.to_string();
    let mut entries = pin!(api.all_history(&claimant, HistoryQuery { limit: Some(100), ..HistoryQuery::default() }));
    let mut out = std::io::stdout().lock();
    let mut shown = 0;
    while shown < args.limit {
        let Some(entry) = entries.try_next().await? else { break };
        // Whoever reads only the first lines has all that was asked for.
        if writeln!(out, "{}", line(&entry)?).is_err() {
            return Ok(());
        }
        shown += 1;
    }
    if shown == 0 {
        println!("nothing was earned by or paid to {address} yet");
    } else if shown == args.limit && entries.try_next().await?.is_some() {
        println!("there is more: --limit {}", args.limit.saturating_mul(4));
    }
    Ok(())
}

/// When, in which epoch, what, how much, and the transaction to look it up by.
fn line(entry: &HistoryEntry) -> anyhow::Result<String> {
    let at = entry.at.and_then(|at| DateTime::from_timestamp(at, 0));
    let at = at.map_or_else(|| format!("slot {}", entry.slot), |at| at.format("%Y-%m-%d %H:%M:%S").to_string());
    let decimals = u8::try_from(entry.token.decimals).context("the API names impossible decimals")?;
    let (what, base_units) = match (&entry.claim, &entry.root) {
        (Some(claim), _) => (format!("paid ({})", claim.class.as_str()), claim.paid.0),
        (None, Some(root)) => {
            let status = match root.status {
                RootStatus::Active => "earned".to_owned(),
                other => format!("earned ({})", other.as_str()),
            };
            // What is shown is rounded down, as what is paid is; the rest stays in the books.
            (
                status,
                u64::try_from(root.earned.0 / SUB_UNITS_PER_BASE_UNIT).context("the API names an impossible amount")?,
            )
        }
        (None, None) => ("something this version does not know".to_owned(), 0),
    };
    let amount = amount::format(BaseUnits(base_units), decimals);
    Ok(format!("{at:<19}  epoch {:<5} {what:<20} {amount:>20}  {}", entry.epoch, entry.signature))
}
