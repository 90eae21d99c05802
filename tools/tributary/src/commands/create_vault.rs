//! `tributary create-vault`.

use crate::args::{ChainArgs, KeyArgs, MintArgs, PolicyArgs};
use solana_sdk::pubkey::Pubkey;
use tributary_client::pda;
use tributary_client::rewards::VaultSettings;
use tributary_core::leaf_file::file_hash;
use tributary_operator::setup;

/// Creates the vault of a mint (governor only). One vault a mint, for life.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  tributary create-vault --mint MINT --policy-set policy.bin --keypair governor.json"
)]
pub struct Args {
    #[command(flatten)]
    chain: ChainArgs,
    #[command(flatten)]
    key: KeyArgs,
    #[command(flatten)]
    mint: MintArgs,
    /// The mint's token program; SPL Token when left out
    #[arg(long, value_name = "ADDRESS", default_value_t = pda::TOKEN)]
    token_program: Pubkey,
    /// Challenge window in slots
    #[arg(long, default_value_t = 9_000)]
    challenge_slots: u64,
    /// Challenge window in seconds; both must pass
    #[arg(long, default_value_t = 3_600)]
    challenge_seconds: u64,
    /// Base units by which a root's total may grow, a slot
    #[arg(long, default_value_t = 1_000_000)]
    growth_per_slot: u64,
    /// The most that growth can be saved up, in base units
    #[arg(long, default_value_t = 1_000_000_000_000)]
    growth_burst: u64,
    /// Base units that may leave against claims, a slot; without a burst there is no limit
    #[arg(long, default_value_t = 0, requires = "outflow_burst")]
    outflow_per_slot: u64,
    /// The most that outflow can be saved up, in base units
    #[arg(long, default_value_t = 0, requires = "outflow_per_slot")]
    outflow_burst: u64,
    #[command(flatten)]
    policy: PolicyArgs,
}

pub async fn run(args: Args) -> anyhow::Result<()> {
    let (chain, governor) = (args.chain.chain(), args.key.read()?);
    let policy = args.policy.read()?;
    let settings = VaultSettings {
        challenge_slots: args.challenge_slots,
        challenge_seconds: args.challenge_seconds,
        growth_per_slot: args.growth_per_slot,
        growth_burst: args.growth_burst,
        outflow_per_slot: args.outflow_per_slot,
        outflow_burst: args.outflow_burst,
        policy_set: file_hash(&policy),
    };
    let (vault, landed) =
        setup::create_vault(&chain, &governor, &args.mint.mint, &args.token_program, &settings).await?;
    match landed {
        Some(landed) => println!("vault {vault} created in transaction {}", landed.signature),
        None => println!("vault {vault} exists already; nothing was changed"),
    }
    Ok(())
}
