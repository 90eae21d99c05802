//! `tributary statement`: what epochs came to, recomputed from the chain and the
//! published files.

use crate::args::{ChainArgs, MintArgs, PublishedArgs};
use anyhow::{Context, bail};
use clap::Subcommand;
use std::io::stdout;
use tributary_client::rewards::RootPosted;
use tributary_core::id::{Claimant, RootId};
use tributary_core::position::Epoch;
use tributary_settlement::judge::{Judged, Verdict};
use tributary_settlement::statement::receipts::{Receipts, counted, lines};
use tributary_settlement::statement::waterfall::Waterfall;
use tributary_settlement::statement::year::{Opened, Year};
use tributary_settlement::store::Store;
use tributary_settlement::verify::Verifier;

/// Explains what roots pay. Each one is recomputed first; a wrong one is refused.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  tributary statement year 2026 --claimant ADDRESS --mint MINT --store ./store > 2026.csv"
)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Where an epoch's gross went: fees, held, carried, the contributors' pool
    Waterfall(OfEpoch),
    /// What a claimant was credited in an epoch, by asset, agent and policy
    Receipts(OfClaimant),
    /// A claimant's year as CSV
    Year(OfYear),
}

#[derive(clap::Args)]
struct OfEpoch {
    #[command(flatten)]
    from: From,
    /// The epoch
    #[arg(long)]
    epoch: u64,
    /// As JSON instead of a table
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args)]
struct OfClaimant {
    #[command(flatten)]
    from: From,
    /// Whose
    #[arg(long, value_name = "ADDRESS")]
    claimant: Claimant,
    /// The epoch
    #[arg(long)]
    epoch: u64,
    /// Event by event
    #[arg(long)]
    events: bool,
}

#[derive(clap::Args)]
struct OfYear {
    #[command(flatten)]
    from: From,
    /// Whose
    #[arg(long, value_name = "ADDRESS")]
    claimant: Claimant,
    /// The year, in UTC, in which the roots opened
    year: i32,
}

#[derive(clap::Args)]
struct From {
    #[command(flatten)]
    chain: ChainArgs,
    #[command(flatten)]
    mint: MintArgs,
    #[command(flatten)]
    store: PublishedArgs,
}

impl From {
    async fn verifier<'a>(&self, store: &'a Store) -> anyhow::Result<Verifier<'a>> {
        Ok(Verifier::open(&self.chain.rpc, store, &self.mint.vault(), None).await?)
    }

    fn store(&self) -> anyhow::Result<Store> {
        Ok(Store::open(&self.store.store)?)
    }
}

/// Recomputes a root that must be right.
async fn right(verifier: &mut Verifier<'_>, n: usize) -> anyhow::Result<(RootPosted, Box<Judged>)> {
    let posted = verifier.roots()[n].clone();
    match verifier.recompute(n).await? {
        Verdict::Right(judged) => Ok((posted, judged)),
        Verdict::Wrong(why) => bail!("the root of epoch {} is wrong: {why}", posted.epoch),
        Verdict::Unavailable(what) => bail!("the root of epoch {} cannot be recomputed: {what}", posted.epoch),
    }
}

async fn of_epoch(from: &From, epoch: u64) -> anyhow::Result<Box<Judged>> {
    let store = from.store()?;
    let mut verifier = from.verifier(&store).await?;
    let n = verifier.roots().iter().position(|root| root.epoch == epoch);
    let n = n.with_context(|| format!("the vault has no active root of epoch {epoch}"))?;
    Ok(right(&mut verifier, n).await?.1)
}

pub async fn run(args: Args) -> anyhow::Result<()> {
    match args.what {
        What::Waterfall(args) => waterfall(args).await,
        What::Receipts(args) => receipts(args).await,
        What::Year(args) => year(args).await,
    }
}

async fn waterfall(args: OfEpoch) -> anyhow::Result<()> {
    let judged = of_epoch(&args.from, args.epoch).await?;
    let waterfall = Waterfall::of(&judged.inputs, &judged.output, &judged.bundle)?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&waterfall)?);
        return Ok(());
    }
    println!(
        "epoch {} root {}: {} events, {} void",
        waterfall.epoch, waterfall.root, waterfall.events, waterfall.void_events
    );
    for line in &waterfall.lines {
        let indent = if line.of.is_some() { "  " } else { "" };
        println!("{indent}{:<70}{:>34} sub-units", line.label, line.amount);
    }
    Ok(())
}

async fn receipts(args: OfClaimant) -> anyhow::Result<()> {
    let judged = of_epoch(&args.from, args.epoch).await?;
    let (inputs, output) = (&judged.inputs, &judged.output);
    let mut out = csv::Writer::from_writer(stdout());
    if args.events {
        out.write_record(["gateway", "generation", "sequence", "at_ms", "agent", "asset", "policy", "sub_units"])?;
        for event in counted(inputs, output) {
            for line in lines(inputs, output, event)?.into_iter().filter(|line| line.claimant == args.claimant) {
                let position = event.position;
                out.write_record([
                    position.gateway.to_string(),
                    position.generation.to_string(),
                    position.sequence.to_string(),
                    event.at_ms.to_string(),
                    event.agent.to_string(),
                    line.asset.to_string(),
                    line.policy.as_str().into(),
                    line.amount.to_string(),
                ])?;
            }
        }
    } else {
        out.write_record(["asset", "agent", "policy", "events", "sub_units"])?;
        for (key, receipt) in Receipts::of(inputs, output)?.of_claimant(args.claimant) {
            out.write_record([
                key.asset.to_string(),
                key.agent.map(|agent| agent.to_string()).unwrap_or_default(),
                key.policy.as_str().into(),
                receipt.events.to_string(),
                receipt.amount.to_string(),
            ])?;
        }
    }
    Ok(out.flush()?)
}

async fn year(args: OfYear) -> anyhow::Result<()> {
    let store = args.from.store()?;
    let mut verifier = args.from.verifier(&store).await?;
    let mut year = Year::begin(args.claimant, stdout())?;
    for n in 0..verifier.roots().len() {
        let posted = &verifier.roots()[n];
        let about = Opened { epoch: Epoch(posted.epoch), root: RootId(posted.root_id), opens_at: posted.opens_at };
        if about.year()? == args.year {
            let (_, judged) = right(&mut verifier, n).await?;
            year.add(&about, &judged.inputs, &judged.output)?;
        }
    }
    year.end()?;
    Ok(())
}
