//! A local Solana network with Tributary's programs deployed, a test mint and a
//! funded cast. For development, tests and the demo; it is not a validator: it
//! has no forks and keeps nothing once it ends.

mod cast;
mod cheat;
mod error;
mod forward;
mod keys;
mod mint;
mod network;
mod program;

use clap::{Args, Parser, Subcommand};
use error::LocalnetError;
use std::path::PathBuf;
use std::process::ExitCode;

/// Starts a local Solana network with Tributary's programs deployed.
///
/// Prints its URLs when everything is in place and runs until Ctrl-C or SIGTERM.
#[derive(Parser)]
#[command(name = "tributary-localnet", version, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    start: Option<Start>,
}

#[derive(Subcommand)]
enum Command {
    /// Compares the programs of a running network with the built ones and replaces those that differ.
    Redeploy(Redeploy),
}

#[derive(Args)]
struct Start {
    /// Folder with registry.so and rewards.so (`make programs` fills target/deploy).
    #[arg(long, value_name = "DIR")]
    deploy_dir: PathBuf,
    /// Port of the JSON-RPC endpoint; 0 picks a free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Port of the WebSocket endpoint; 0 picks a free one.
    #[arg(long, default_value_t = 0)]
    ws_port: u16,
    /// Milliseconds between two slots.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u64).range(10..=10_000))]
    slot_ms: u64,
    /// JSON file of accounts to fund: [{"address", "lamports", "tokens"}], tokens in base units of the test mint.
    #[arg(long, value_name = "FILE")]
    cast: Option<PathBuf>,
    /// File to write once everything is in place, as JSON: URLs, genesis, mint, program ids and hashes.
    #[arg(long, value_name = "FILE")]
    ready: Option<PathBuf>,
    /// End when the process that started this one ends, however it ends.
    #[arg(long)]
    with_parent: bool,
}

#[derive(Args)]
struct Redeploy {
    /// JSON-RPC URL of the running network.
    #[arg(long, value_name = "URL")]
    rpc: String,
    /// Folder with registry.so and rewards.so.
    #[arg(long, value_name = "DIR")]
    deploy_dir: PathBuf,
}

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match (cli.command, cli.start) {
        (Some(Command::Redeploy(options)), _) => redeploy(&options),
        (None, Some(options)) => start(options).await,
        (None, None) => Err(LocalnetError::NothingToDo),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", error::with_causes(&error));
            ExitCode::FAILURE
        }
    }
}

async fn start(options: Start) -> Result<(), LocalnetError> {
    // Listened for from the first moment, so that a signal during the start is not lost.
    let end = network::EndSignal::listen(options.with_parent)?;
    let mut network = network::Network::start(&network::Plan {
        programs: program::Program::read_all(&options.deploy_dir)?,
        cast: options.cast.as_deref().map(cast::read).transpose()?.unwrap_or_default(),
        slot_ms: options.slot_ms,
        port: options.port,
        ws_port: options.ws_port,
    })
    .await?;
    if let Some(file) = &options.ready {
        network.write_ready(file)?;
    }
    let ready = network.ready();
    println!("listening on {}", ready.rpc_url);
    println!("websocket on {}", ready.ws_url);
    println!("test mint {}", ready.mint);
    end.wait().await;
    if let Some(file) = &options.ready {
        // A file that says "ready" of a network that is gone misleads whoever finds it.
        let _ = std::fs::remove_file(file);
    }
    network.stop()
}

fn redeploy(options: &Redeploy) -> Result<(), LocalnetError> {
    let rpc = cheat::client(&options.rpc);
    for program in program::Program::read_all(&options.deploy_dir)? {
        if program.is_deployed(&rpc)? {
            println!("{} is up to date ({})", program.name(), program.sha256());
        } else {
            program.deploy(&rpc)?;
            println!("{} was redeployed ({})", program.name(), program.sha256());
        }
    }
    Ok(())
}
