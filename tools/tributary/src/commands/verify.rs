//! `tributary verify`.

use crate::args::{ChainArgs, MintArgs, PublishedArgs};
use anyhow::Context;
use std::path::PathBuf;
use tributary_operator::amount;
use tributary_settlement::store::Store;
use tributary_settlement::verify::{Checkpoint, EVIDENCE, Outcome, verify};

/// Recomputes every active root of a vault, byte for byte, from the chain and the
/// published files. Needs no key and no database. Exits 1 when anything differs.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  tributary verify --mint MINT --store ./store --rpc http://127.0.0.1:8899")]
pub struct Args {
    #[command(flatten)]
    chain: ChainArgs,
    #[command(flatten)]
    mint: MintArgs,
    #[command(flatten)]
    store: PublishedArgs,
    /// State file of a root that serves: start after it, instead of at the beginning
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
    /// The first epoch to recompute
    #[arg(long, default_value_t = 1)]
    from: u64,
    /// The last epoch to recompute; the newest when left out
    #[arg(long)]
    to: Option<u64>,
}

pub async fn run(args: Args) -> anyhow::Result<()> {
    let epochs = args.from..=args.to.unwrap_or(u64::MAX);
    let (_, account) = tributary_operator::vault::read(&args.chain.chain(), &args.mint.mint).await?;
    let checkpoint = match &args.checkpoint {
        Some(path) => {
            let bytes = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
            Some(Checkpoint::read(&bytes)?)
        }
        None => None,
    };
    let store = Store::open(&args.store.store)?;
    let report = verify(&args.chain.rpc, &store, &args.mint.vault(), checkpoint, epochs).await?;
    for root in &report.roots {
        let total = root.class_totals.iter().fold(0u64, |sum, part| sum.saturating_add(*part));
        let total = amount::format(tributary_core::amount::BaseUnits(total), account.decimals);
        let head = format!("epoch {} attempt {} root {}", root.epoch, root.attempt, root.root);
        match &root.outcome {
            Outcome::Right(found) => println!(
                "{head}: right; {} events, {} of them void, {total} tokens in all, state {}",
                found.events,
                found.voids.len(),
                found.closing_state
            ),
            Outcome::Wrong(why) => println!("{head}: WRONG: {why}"),
            Outcome::Unavailable(what) => println!("{head}: cannot be recomputed: {what}"),
        }
    }
    println!("{} active roots up to slot {}; {EVIDENCE}", report.roots.len(), report.finalised_slot);
    anyhow::ensure!(
        report.holds(),
        "not every root is right: do not claim under a root that is not, and tell a watcher"
    );
    Ok(())
}
