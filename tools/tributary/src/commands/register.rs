//! `tributary register dataset|model|agent`.

use crate::args::{ChainArgs, FolderArgs, KeyArgs, MixBps};
use anyhow::Context;
use clap::Subcommand;
use serde_json::json;
use solana_sdk::pubkey::Pubkey;
use solana_sdk::signature::Keypair;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;
use tributary_client::registry::Asset;
use tributary_core::amount::BasisPoints;
use tributary_core::content::{AssetKind, uses};
use tributary_core::id::{AssetId, Claimant};
use tributary_operator::chain::{Chain, ChainError};
use tributary_operator::register::{self, Plan, Registered};

/// The longest content that is registered from a file, in bytes.
const CONTENT_BYTES_MAX: u64 = 256 << 20;

/// Registers an asset by commit and reveal: publishes its content and metadata to
/// the content store, records a commitment, waits, and reveals it. Killed in
/// between, the same command goes on where it was.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tributary register dataset poems.txt --name 'My poems' --licence CC-BY-4.0 --keypair me.json
  tributary register model --name 'Poet' --dataset ASSET:3000 --dataset ASSET --licence Apache-2.0 --keypair me.json
  tributary register agent --name scribe --model ASSET:5000 --price-per-call 1000 --licence Apache-2.0 --keypair operator.json")]
pub struct Args {
    #[command(subcommand)]
    kind: Kind,
}

#[derive(clap::Args)]
struct About {
    #[command(flatten)]
    chain: ChainArgs,
    #[command(flatten)]
    key: KeyArgs,
    #[command(flatten)]
    store: FolderArgs,
    /// What people call it
    #[arg(long)]
    name: String,
    /// Who made it; the owner's address when left out
    #[arg(long)]
    creator: Option<String>,
    /// A sentence about it
    #[arg(long, default_value = "")]
    description: String,
    /// SPDX identifier of its licence
    #[arg(long)]
    licence: String,
    /// Permitted uses
    #[arg(long, value_delimiter = ',', default_value = "train,ground,display", value_parser = ["train", "ground", "display"])]
    uses: Vec<String>,
    /// A co-owner and its share in basis points (repeatable; all sum to 10000); the owner alone when left out
    #[arg(long = "co-owner", value_name = "ADDRESS:BPS")]
    co_owners: Vec<Share>,
}

#[derive(Subcommand)]
enum Kind {
    /// A text
    Dataset {
        /// The text, UTF-8
        file: PathBuf,
        #[command(flatten)]
        about: About,
        /// A dataset it derives from, with its royalty (repeatable)
        #[arg(long = "parent", value_name = "ASSET:BPS")]
        parents: Vec<Share>,
    },
    /// An unbounded n-gram model over registered datasets
    Model {
        #[command(flatten)]
        about: About,
        /// A dataset it is made of, with its royalty when it asks for one (repeatable)
        #[arg(long = "dataset", value_name = "ASSET[:BPS]", required_unless_present = "parent")]
        datasets: Vec<Share>,
        /// A model whose datasets it is made of too, with its royalty
        #[arg(long, value_name = "ASSET:BPS")]
        parent: Option<Share>,
        /// How its income is mixed: declared, used, similar, verbatim, reported; the policy set's default when left out
        #[arg(long, value_name = "BPS,BPS,BPS,BPS,BPS")]
        mix: Option<MixBps>,
    },
    /// A model with prices, which a gateway serves
    Agent {
        #[command(flatten)]
        about: About,
        /// The model that answers, with its royalty
        #[arg(long, value_name = "ASSET:BPS")]
        model: Share,
        /// Price of a call in base units
        #[arg(long, default_value_t = 0)]
        price_per_call: u64,
        /// Price of a piece of the answer in base units
        #[arg(long, default_value_t = 0)]
        price_per_token: u64,
        /// Put before every prompt
        #[arg(long, default_value = "")]
        prompt_prefix: String,
        /// An agent that it calls before it answers, the most pieces it asks that one for, and its royalty (repeatable)
        #[arg(long = "tool", value_name = "AGENT:PIECES[:BPS]")]
        tools: Vec<Tool>,
        /// How many turns of a session it remembers; without it none
        #[arg(long, value_name = "TURNS", value_parser = clap::value_parser!(u32).range(1..=32))]
        memory: Option<u32>,
    },
}

/// An address and basis points; 0 when none are given.
#[derive(Clone, Copy)]
struct Share {
    address: Pubkey,
    bps: BasisPoints,
}

#[derive(Debug, thiserror::Error)]
#[error("expected ADDRESS:BASISPOINTS, such as 9gEB7cBeasraZZ9y6k9QYqEGvX3CxDprcF4RMDoC2T3d:2500 (10000 is the whole)")]
struct ShareError;

impl FromStr for Share {
    type Err = ShareError;

    fn from_str(text: &str) -> Result<Self, ShareError> {
        let (address, bps) = text.split_once(':').unwrap_or((text, "0"));
        let bps = bps.parse().ok().and_then(BasisPoints::new).ok_or(ShareError)?;
        Ok(Self { address: address.parse().map_err(|_| ShareError)?, bps })
    }
}

/// An agent to be called, the most pieces it is asked for, and its royalty.
#[derive(Clone, Copy)]
struct Tool {
    share: Share,
    max_tokens: u32,
}

#[derive(Debug, thiserror::Error)]
#[error("expected AGENT:PIECES or AGENT:PIECES:BASISPOINTS, such as 9gEB7cBeasraZZ9y6k9QYqEGvX3CxDprcF4RMDoC2T3d:64")]
struct ToolError;

impl FromStr for Tool {
    type Err = ToolError;

    fn from_str(text: &str) -> Result<Self, ToolError> {
        let (address, rest) = text.split_once(':').ok_or(ToolError)?;
        let (pieces, bps) = rest.split_once(':').unwrap_or((rest, "0"));
        let share = format!("{address}:{bps}").parse().map_err(|_| ToolError)?;
        Ok(Self { share, max_tokens: pieces.parse().map_err(|_| ToolError)? })
    }
}

pub async fn run(args: Args) -> anyhow::Result<()> {
    let (Kind::Dataset { about, .. } | Kind::Model { about, .. } | Kind::Agent { about, .. }) = &args.kind;
    let (chain, owner, store) = (about.chain.chain(), about.key.read()?, about.store.content());
    let plan = plan(&chain, &owner, args.kind).await?;
    let registration = register::publish(&store, &plan, &owner, 0)?;
    let asset = registration.asset();
    let progress = indicatif::ProgressBar::new_spinner().with_message("committing");
    progress.enable_steady_tick(Duration::from_millis(100));
    if register::existing(&chain, &registration).await?.is_some() {
        progress.finish_and_clear();
        println!("{asset} is registered already");
        return Ok(());
    }
    let config = register::config(&chain).await?;
    let committed = register::commit(&chain, &registration, &owner, &config.genesis).await?;
    let ripe = register::parents_ripe(&chain, &registration).await?;
    let from = ripe.0.max(committed.0.saturating_add(config.settings.reveal_min_slots));
    progress.set_message(format!("committed in slot {}; waiting for slot {from} to reveal", committed.0));
    let registered = register::reveal(&chain, &registration, &owner, &config, committed).await?;
    progress.finish_and_clear();
    match registered {
        Registered::Now(landed) => println!("{asset} registered in transaction {}", landed.signature),
        Registered::Before => println!("{asset} is registered already"),
    }
    Ok(())
}

async fn plan(chain: &Chain, owner: &Keypair, kind: Kind) -> anyhow::Result<Plan> {
    match kind {
        Kind::Dataset { file, about, parents } => {
            let length = std::fs::metadata(&file).with_context(|| format!("cannot read {}", file.display()))?.len();
            anyhow::ensure!(
                length <= CONTENT_BYTES_MAX,
                "{} has {length} bytes, at most {CONTENT_BYTES_MAX} are registered: split it",
                file.display()
            );
            let content = std::fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
            anyhow::ensure!(
                std::str::from_utf8(&content).is_ok(),
                "{} is not UTF-8: convert it first, for example with iconv",
                file.display()
            );
            Ok(fill(about, owner, AssetKind::Dataset, content, &parents))
        }
        Kind::Model { about, datasets, parent, mix } => {
            let mut manifest = json!({
                "kind": "infinigram",
                "version": 1,
                "name": about.name,
                "datasets": datasets.iter().map(|dataset| dataset.address.to_string()).collect::<Vec<_>>(),
            });
            if let Some(parent) = parent {
                manifest["parent"] = json!(parent.address.to_string());
            }
            let parents: Vec<Share> = parent.into_iter().chain(datasets).take(16).collect();
            let mut plan = fill(about, owner, AssetKind::Model, serde_json::to_vec(&manifest)?, &parents);
            if let Some(MixBps(mix)) = mix {
                plan.mix_bps = mix;
            }
            expect(chain, &parents).await?;
            Ok(plan)
        }
        Kind::Agent { about, model, price_per_call, price_per_token, prompt_prefix, tools, memory } => {
            let mut manifest = json!({
                "name": about.name,
                "model": model.address.to_string(),
                "price_per_call": price_per_call.to_string(),
                "price_per_token": price_per_token.to_string(),
                "prompt_prefix": prompt_prefix,
            });
            if !tools.is_empty() {
                let tool =
                    |tool: &Tool| json!({"agent": tool.share.address.to_string(), "max_tokens": tool.max_tokens});
                manifest["tools"] = tools.iter().map(tool).collect();
            }
            if let Some(turns) = memory {
                manifest["memory"] = json!({"turns": turns});
            }
            let parents: Vec<Share> = std::iter::once(model).chain(tools.iter().map(|tool| tool.share)).collect();
            expect(chain, &parents).await?;
            Ok(fill(about, owner, AssetKind::Agent, serde_json::to_vec(&manifest)?, &parents))
        }
    }
}

/// Checks that parents are registered, before anything is published.
async fn expect(chain: &Chain, parents: &[Share]) -> anyhow::Result<()> {
    for parent in parents {
        let address = parent.address;
        let next = "register it first, or check its address";
        let data = chain.account(&address).await?.ok_or(ChainError::Missing { what: "asset", address, next })?;
        Asset::decode(&data).map_err(|source| ChainError::Account { address, source })?;
    }
    Ok(())
}

fn fill(about: About, owner: &Keypair, kind: AssetKind, content: Vec<u8>, parents: &[Share]) -> Plan {
    let uses = about.uses.iter().fold(0, |bits, name| {
        bits | match name.as_str() {
            "train" => uses::TRAIN,
            "ground" => uses::GROUND,
            _ => uses::DISPLAY,
        }
    });
    Plan {
        kind,
        content,
        name: about.name,
        creator: about.creator.unwrap_or_else(|| solana_sdk::signature::Signer::pubkey(owner).to_string()),
        description: about.description,
        licence: about.licence,
        uses,
        mix_bps: [0; 5],
        parents: parents.iter().map(|share| (AssetId(share.address.to_bytes()), share.bps)).collect(),
        co_owners: about.co_owners.iter().map(|share| (Claimant(share.address.to_bytes()), share.bps)).collect(),
    }
}
