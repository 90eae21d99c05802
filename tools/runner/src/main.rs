//! The developer runner: `runner demo` shows the whole loop on one machine.

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Runs Tributary on one machine, for people who develop it or want to see it.
#[derive(Parser)]
#[command(name = "runner", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Real texts by real authors earn tokens, from registration to claim; then everything stays up.
    Demo(tributary_runner::demo::Options),
}

#[tokio::main]
async fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let Command::Demo(options) = Cli::parse().command;
    match tributary_runner::demo::run(&options).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
