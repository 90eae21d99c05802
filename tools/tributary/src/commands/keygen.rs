//! `tributary keygen`: a new keypair file.

use solana_sdk::signature::{Keypair, Signer};
use std::path::PathBuf;
use tributary_operator::keys;

/// Makes a new keypair file that only you can read, and prints its address. An
/// existing file is never overwritten.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  tributary keygen --out me.json")]
pub struct Args {
    /// Where to write it
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

pub fn run(args: Args) -> anyhow::Result<()> {
    let key = Keypair::new();
    keys::write_new(&args.out, &key)?;
    println!("{}", key.pubkey());
    Ok(())
}
