//! `tributary init`: both programs of a new network.

use crate::args::{ChainArgs, KeyArgs};
use solana_sdk::pubkey::Pubkey;
use tributary_operator::setup::{Roles, initialize, open_shards};

/// Sets both programs up. The keypair must be their upgrade authority; it becomes
/// the governor. What is set up already is left alone.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  tributary init --poster POSTER --watcher WATCHER --keypair authority.json")]
pub struct Args {
    #[command(flatten)]
    chain: ChainArgs,
    #[command(flatten)]
    key: KeyArgs,
    /// Who posts roots
    #[arg(long, value_name = "ADDRESS")]
    poster: Pubkey,
    /// Who may pause; the governor when left out
    #[arg(long, value_name = "ADDRESS")]
    guardian: Option<Pubkey>,
    /// Who may attest and veto (repeatable, at most 8)
    #[arg(long = "watcher", value_name = "ADDRESS", required = true)]
    watchers: Vec<Pubkey>,
    /// How many watchers must attest before a root serves
    #[arg(long, default_value_t = 1)]
    threshold: u8,
    /// Slots between a commitment and its reveal
    #[arg(long, default_value_t = 10)]
    reveal_min_slots: u64,
    /// Slots after which a commitment is stale
    #[arg(long, default_value_t = 216_000)]
    reveal_max_slots: u64,
    /// Event sequences of the registry, so that registrations need not queue
    #[arg(long, default_value_t = 1)]
    shards: u8,
}

pub async fn run(args: Args) -> anyhow::Result<()> {
    let (chain, authority) = (args.chain.chain(), args.key.read()?);
    let roles = Roles {
        poster: args.poster,
        guardian: args.guardian.unwrap_or_else(|| solana_sdk::signature::Signer::pubkey(&authority)),
        watchers: args.watchers,
        threshold: args.threshold,
        reveal_min_slots: args.reveal_min_slots,
        reveal_max_slots: args.reveal_max_slots,
    };
    let landed = initialize(&chain, &authority, &roles).await?;
    open_shards(&chain, &authority, args.shards).await?;
    for transaction in &landed {
        println!("initialised in transaction {}", transaction.signature);
    }
    if landed.is_empty() {
        println!("both programs were set up before; nothing was changed");
    }
    Ok(())
}
