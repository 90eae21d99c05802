//! One binary: every service and every step of owners, payers and operators is
//! a subcommand. It parses flags and environment, calls the room concerned and
//! turns an error into one sentence; it decides nothing itself.

mod args;
mod commands;
mod end;
mod report;
mod traces;

use clap::{Parser, Subcommand};
use commands::*;
use std::process::ExitCode;
use traces::Traces;

/// Tributary pays the people whose data, models and agents made an AI answer worth paying for.
#[derive(Parser)]
#[command(name = "tributary", version, propagate_version = true, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
A contributor:
  tributary keygen --out me.json
  tributary dataset add poems.txt --name 'My poems' --licence CC-BY-4.0 --keypair me.json
  tributary balance --keypair me.json
  tributary claim --keypair me.json
  tributary history --keypair me.json

A payer:
  tributary deposit 25 --keypair payer.json
  tributary mandate --gateway-id GATEWAY --maximum 10 --gateway http://127.0.0.1:8080 --keypair payer.json
  tributary run --agent scribe --prompt 'In the beginning' --gateway http://127.0.0.1:8080 --api-key KEY

Anyone:
  tributary verify        recompute every root from the chain and the published files
  tributary statement     explain what roots pay, down to the event

`tributary COMMAND --help` explains each command. Most flags can be set by environment variables.";

#[derive(Subcommand)]
enum Command {
    /// Bring the database's schema up to date; the only thing that changes it
    Migrate(migrate::Args),
    /// Run all services on this machine in one process
    Up(Box<up::Args>),
    /// Run the indexer: chain to Postgres; or print, check and rebuild what it stored
    Indexer(indexer::Args),
    /// Run a gateway: paid completions over HTTP
    Gateway(services::GatewayArgs),
    /// Run the settler: close epochs, publish and post roots
    Settle(services::SettleArgs),
    /// Run a watcher: recompute roots and attest to them or veto them
    Watch(services::WatchArgs),
    /// Run the API: reads for pages and programs, and the claim page
    Api(services::ApiArgs),
    /// Recompute every active root from the chain and the published files
    Verify(verify::Args),
    /// Explain what roots pay: waterfall, receipts, a claimant's year
    Statement(statement::Args),
    /// Make a new keypair file
    Keygen(keygen::Args),
    /// Set both programs up on a new network (upgrade authority)
    Init(init::Args),
    /// Create the vault of a mint (governor)
    CreateVault(create_vault::Args),
    /// Make a lookup table that keeps a vault's claims short
    CreateLookupTable(create_lookup_table::Args),
    /// Write a policy set file: fee, mix and weights of attribution
    PolicySet(policy_set::Args),
    /// Register a dataset, a model or an agent
    Register(register::Args),
    /// Offer a file to a gateway and follow it until it is registered and indexed
    Dataset(dataset::Args),
    /// Register a gateway and the key it signs with
    RegisterGateway(register_gateway::Args),
    /// Deposit tokens to spend with agents
    Deposit(deposit::Args),
    /// Ask for what is left of a deposit, or take that back
    Refund(refund::Args),
    /// Let a gateway spend from a deposit; prints the API key
    Mandate(mandate::Args),
    /// Pay an agent for a completion
    Run(run::Args),
    /// Show what a key has earned, claimed and deposited
    Balance(balance::Args),
    /// Show what a key earned and was paid, entry by entry, as an API knows it
    History(history::Args),
    /// Claim what has been earned, for oneself or for somebody else
    Claim(claim::Args),
}

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let traces = match Traces::from_environment() {
        Ok(traces) => traces,
        Err(error) => return failed(&error),
    };
    report::start_log(traces.as_ref());
    let outcome = run(cli.command).await;
    if let Some(traces) = traces {
        traces.end().await;
    }
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

fn failed(error: &anyhow::Error) -> ExitCode {
    eprintln!("error: {}", report::sentence(error));
    ExitCode::FAILURE
}

async fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Migrate(args) => migrate::run(args).await,
        Command::Up(args) => up::run(*args).await,
        Command::Indexer(args) => indexer::run(args).await,
        Command::Gateway(args) => services::gateway(args).await,
        Command::Settle(args) => services::settle(args).await,
        Command::Watch(args) => services::watch(args).await,
        Command::Api(args) => services::api(args).await,
        Command::Verify(args) => verify::run(args).await,
        Command::Statement(args) => statement::run(args).await,
        Command::Keygen(args) => keygen::run(args),
        Command::Init(args) => init::run(args).await,
        Command::CreateVault(args) => create_vault::run(args).await,
        Command::CreateLookupTable(args) => create_lookup_table::run(args).await,
        Command::PolicySet(args) => policy_set::run(args),
        Command::Register(args) => register::run(args).await,
        Command::Dataset(args) => dataset::run(args).await,
        Command::RegisterGateway(args) => register_gateway::run(args).await,
        Command::Deposit(args) => deposit::run(args).await,
        Command::Refund(args) => refund::run(args).await,
        Command::Mandate(args) => mandate::run(args).await,
        Command::Run(args) => run::run(args).await,
        Command::Balance(args) => balance::run(args).await,
        Command::History(args) => history::run(args).await,
        Command::Claim(args) => claim::run(args).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn every_command_and_its_flags_fit_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_indexer_follows_by_itself_and_answers_with_a_command() {
        let database = ["--database-url", "postgres://one@host/two"];
        for command in [&[][..], &["digest", "--slot", "7"], &["verify", "--from", "1", "--to", "2"], &["rebuild"]] {
            let given = ["tributary", "indexer"].iter().chain(command).chain(&database);
            let parsed = Cli::try_parse_from(given).map_err(|error| error.to_string());
            assert!(matches!(parsed, Ok(Cli { command: Command::Indexer(_) })), "{:?}: {:?}", command, parsed.err());
        }
    }
}
