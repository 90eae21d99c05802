//! `tributary dataset add`: a file on its way through a gateway's intake, each step
//! told as it happens. What is signed is made here, from the file and the flags,
//! never taken from the gateway.

mod file;
mod steps;

use crate::args::{ChainArgs, KeyArgs};
use anyhow::{Context, bail, ensure};
use clap::Subcommand;
use file::Chosen;
use indicatif::{ProgressBar, ProgressStyle};
use solana_sdk::signature::{Keypair, Signer};
use std::io::{Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::time::Duration;
use steps::{bytes, told};
use tributary_core::hash::sha256;
use tributary_core::id::{AssetId, Claimant, FileHash, GatewayId};
use tributary_gateway::intake::declaration::Declaration;
use tributary_gateway::intake::format::Format;
use tributary_gateway::intake::registration::{self, Content};
use tributary_operator::chain::Chain;
use tributary_operator::dataset::{Declared, Facts, PART_BYTES, Status};
use tributary_operator::gateway::GatewayClient;
use tributary_operator::register;

/// What the gateway's steps say when they are done with the registration.
const EMBED: &str = "embed";

/// Takes a dataset in through a gateway, from a file to the index.
#[derive(clap::Args)]
#[command(after_help = "Example:
  tributary dataset add poems.txt --name 'My poems' --licence CC-BY-4.0 --keypair me.json")]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Send a file, have it checked, register it and follow it into the index
    Add(Box<Add>),
}

/// Declares a file, sends it, waits while the gateway validates, scans, compares and
/// publishes it, registers it under your key and follows it into the index. Killed
/// in between, the same command goes on where it was.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tributary dataset add poems.txt --name 'My poems' --licence CC-BY-4.0 --keypair me.json
  tributary dataset add letters.csv --field body --name 'Letters' --licence CC0-1.0 --uses train --keypair me.json")]
struct Add {
    /// The file: text, JSON Lines, CSV or Parquet, at most 256 MiB
    file: PathBuf,
    #[command(flatten)]
    chain: ChainArgs,
    #[command(flatten)]
    key: KeyArgs,
    /// The gateway's URL
    #[arg(long, env = "TRIBUTARY_GATEWAY", default_value = "http://127.0.0.1:8080", value_name = "URL")]
    gateway: String,
    /// The gateway's record on the chain; asked of the gateway when left out
    #[arg(long, env = "TRIBUTARY_GATEWAY_ID", value_name = "ADDRESS")]
    gateway_id: Option<GatewayId>,
    /// What people call it
    #[arg(long)]
    name: String,
    /// Who made it; your address when left out
    #[arg(long)]
    creator: Option<String>,
    /// A sentence about it
    #[arg(long, default_value = "")]
    description: String,
    /// SPDX identifier of its licence, or LicenseRef-<name>
    #[arg(long)]
    licence: String,
    /// Permitted uses
    #[arg(long, value_delimiter = ',', default_value = "train,ground,display", value_parser = ["train", "ground", "display"])]
    uses: Vec<String>,
    /// How to read the file; by its name when left out
    #[arg(long, value_enum)]
    format: Option<Chosen>,
    /// Which field or column is the text
    #[arg(long, value_name = "NAME")]
    field: Option<String>,
    /// Your own description of it, a Croissant file of at most 32 KiB; it is published with the generated metadata
    #[arg(long, value_name = "FILE")]
    croissant: Option<PathBuf>,
    /// There is personal data in it, and you may publish that
    #[arg(long)]
    personal_data: bool,
}

pub async fn run(args: Args) -> anyhow::Result<()> {
    let Command::Add(add) = args.command;
    let (chain, owner, client) = (add.chain.chain(), add.key.read()?, GatewayClient::new(&add.gateway)?);
    let screen = Screen::new();
    screen.doing("reading the file");
    let (sha256, length) = file::hash(&add.file)?;
    let declaration = Declaration {
        genesis: chain.genesis().await?,
        gateway: match add.gateway_id {
            Some(gateway) => gateway,
            None => asked(&client).await?,
        },
        owner: Claimant(owner.pubkey().to_bytes()),
        name: add.name,
        creator: add.creator.unwrap_or_else(|| owner.pubkey().to_string()),
        description: add.description,
        sha256,
        bytes: length,
        format: add.format.map_or_else(|| file::format_of(&add.file), Format::from),
        field: add.field,
        licence: add.licence,
        uses: add.uses,
        personal_data: add.personal_data,
        croissant: add.croissant.as_deref().map(file::described).transpose()?,
    };
    let mut body = serde_json::to_value(&declaration)?;
    body["signature"] = owner.sign_message(declaration.text().as_bytes()).to_string().into();
    screen.doing("declaring");
    let declared = client.declare_dataset(&body).await?;
    let mut status = client.dataset(&declared).await?;
    ensure!(status.state != "withdrawn", "this dataset was withdrawn: change its name or its file to offer it anew");
    if status.state == "parked" {
        screen.say(&format!("  · it was parked ({}); trying again", status.reason.unwrap_or_default()));
        status = client.retry_dataset(&declared).await?;
    }
    if status.step == "upload" {
        send(&client, &declared, &add.file, &status, &screen).await?;
    }
    let mut next = 0;
    let is_registered = matches!(status.step.as_str(), "index" | "embed" | "done");
    let told = follow(&client, &declared, &mut next, is_registered, &screen).await?;
    let asset = match told {
        Stop::Register(facts) => {
            let content = checked(&add.file, &declaration, &facts)?;
            let asset = publish(&chain, &declaration, content, &owner, &screen).await?;
            match follow(&client, &declared, &mut next, true, &screen).await? {
                Stop::Register(_) => {
                    bail!("{asset} is on the chain and the gateway waits for it: run this again later")
                }
                Stop::End => asset,
            }
        }
        Stop::End => {
            let facts = client.dataset(&declared).await?.facts;
            let content = checked(&add.file, &declaration, &facts)?;
            registration::register(&declaration, content, [0; 32]).asset()
        }
    };
    screen.end();
    println!("{asset}");
    eprintln!(
        "it is registered and indexed: whoever uses its words pays you; `tributary balance` shows what came of it"
    );
    Ok(())
}

/// Why nothing more is followed.
enum Stop {
    /// The owner has to register it.
    Register(Facts),
    /// Nothing is left to do, for it or for the owner.
    End,
}

/// Tells each step until the owner is needed, unless it has done its part, or all
/// is done.
async fn follow(
    client: &GatewayClient,
    declared: &Declared,
    next: &mut u64,
    is_registered: bool,
    screen: &Screen,
) -> anyhow::Result<Stop> {
    loop {
        let mut last = String::new();
        client
            .follow_dataset(declared, *next, |event| {
                *next = event.sequence + 1;
                last.clone_from(&event.kind);
                if let Some(line) = told(&event.kind, &event.body) {
                    screen.say(&line);
                }
                if let Some(doing) = steps::after(&event.kind, &event.body) {
                    screen.doing(&doing);
                }
                let waits = event.kind == "waiting" && !is_registered && steps::needs_owner(&event.body);
                waits || matches!(event.kind.as_str(), "embedded" | "parked" | "withdrawn")
            })
            .await?;
        let Status { step, state, reason, facts, .. } = client.dataset(declared).await?;
        match (step.as_str(), state.as_str()) {
            ("done", _) => return Ok(Stop::End),
            // Registered and indexed: only similarity has to wait.
            (EMBED, "parked") => return Ok(Stop::End),
            (_, "parked") => bail!("{}", reason.unwrap_or_else(|| "the gateway parked it".into())),
            (_, "withdrawn") => bail!("the dataset was withdrawn meanwhile"),
            ("register", _) if !is_registered => return Ok(Stop::Register(facts)),
            _ if last.is_empty() => tokio::time::sleep(Duration::from_millis(500)).await,
            _ => {}
        }
    }
}

/// The gateway's own address, when nobody named it.
async fn asked(client: &GatewayClient) -> anyhow::Result<GatewayId> {
    let models = client.models().await?;
    let gateway = models["tributary"]["gateway"].as_str().and_then(|gateway| gateway.parse().ok());
    gateway.with_context(|| format!("{} does not say which gateway it is: name it with --gateway-id", client.url()))
}

/// Sends what is missing of the file.
async fn send(
    client: &GatewayClient,
    declared: &Declared,
    path: &std::path::Path,
    status: &Status,
    screen: &Screen,
) -> anyhow::Result<()> {
    let failed = || format!("cannot read {}", path.display());
    let mut file = std::fs::File::open(path).with_context(failed)?;
    let mut at = status.upload.bytes;
    file.seek(SeekFrom::Start(at)).with_context(failed)?;
    let bar = screen.bar(status.upload.of);
    while at < status.upload.of {
        bar.set_position(at);
        let mut part = Vec::with_capacity(PART_BYTES);
        (&mut file).take(PART_BYTES as u64).read_to_end(&mut part).with_context(failed)?;
        ensure!(!part.is_empty(), "{} became shorter meanwhile: run this again", path.display());
        let length = part.len() as u64;
        client.send_part(declared, at, part).await?;
        at += length;
    }
    bar.finish_and_clear();
    Ok(())
}

/// What will be registered, where it can be checked here: a gateway that describes
/// something else is not signed for.
fn checked(path: &std::path::Path, declaration: &Declaration, facts: &Facts) -> anyhow::Result<Content> {
    let (Some(hash), Some(length), Some(records), Some(metadata)) =
        (facts.text_hash, facts.text_bytes, facts.records, facts.metadata_hash)
    else {
        bail!("the gateway does not say what is to be registered: run this again");
    };
    let described = registration::metadata(declaration, hash, records).to_string();
    ensure!(
        FileHash(sha256(&[described.as_bytes()])) == metadata,
        "the gateway published other metadata than you declared: nothing was signed; ask its operator"
    );
    if declaration.format == Format::Text {
        let text = file::text(path)?;
        ensure!(
            (FileHash(sha256(&[&text])), text.len() as u64) == (hash, length),
            "the gateway published another text than you sent: nothing was signed; ask its operator"
        );
    }
    Ok(Content { hash, bytes: length, metadata })
}

/// Commitment and reveal, under the owner's key.
async fn publish(
    chain: &Chain,
    declaration: &Declaration,
    content: Content,
    owner: &Keypair,
    screen: &Screen,
) -> anyhow::Result<AssetId> {
    let reveal = registration::register(declaration, content, register::salt(owner, content.hash));
    if register::existing(chain, &reveal).await?.is_some() {
        return Ok(reveal.asset());
    }
    screen.doing("committing to it on the chain");
    let config = register::config(chain).await?;
    let committed = register::commit(chain, &reveal, owner, &config.genesis).await?;
    let from = committed.0.saturating_add(config.settings.reveal_min_slots);
    screen.doing(&format!("committed in slot {}; waiting for slot {from} to reveal it", committed.0));
    register::reveal(chain, &reveal, owner, &config, committed).await?;
    screen.doing("revealed; waiting until that is final");
    Ok(reveal.asset())
}

/// A line for each step that is done and a moving one for the present one; without
/// a terminal only the lines.
struct Screen(ProgressBar);

impl Screen {
    fn new() -> Self {
        let spinner = ProgressBar::new_spinner();
        spinner.enable_steady_tick(Duration::from_millis(100));
        Self(spinner)
    }

    fn doing(&self, what: &str) {
        self.0.set_message(format!("{what} …"));
    }

    /// On standard error: the address alone goes to standard output.
    fn say(&self, line: &str) {
        self.0.suspend(|| eprintln!("{line}"));
    }

    fn bar(&self, total: u64) -> ProgressBar {
        self.doing(&format!("sending {}", bytes(total)));
        let style = ProgressStyle::with_template("  {spinner} sending {bar:30} {bytes}/{total_bytes} {eta}");
        let bar = ProgressBar::new(total);
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        self.0.set_message(String::new());
        bar
    }

    fn end(&self) {
        self.0.finish_and_clear();
    }
}
