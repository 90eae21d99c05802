//! `tributary init`: both programs of a new network.

use crate::args::{ChainArgs, KeyArgs};
use solana_sdk::pubkey::Pubkey;
use tributary_client::registry::RegistrySettings;
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
    #[command(flatten)]
    registry: RegistryArgs,
    /// Event sequences of the registry, so that registrations need not queue
    #[arg(long, default_value_t = 1)]
    shards: u8,
}

/// The registry's delays, windows and deposits. Slots last some 400 ms.
#[derive(clap::Args)]
struct RegistryArgs {
    /// Slots between a commitment and its reveal
    #[arg(long, default_value_t = 10)]
    reveal_min_slots: u64,
    /// Slots after which a commitment is stale
    #[arg(long, default_value_t = 216_000)]
    reveal_max_slots: u64,
    /// Slots after a reveal in which an older commitment takes the record over; nothing is made from it before
    #[arg(long, default_value_t = 9_000)]
    displace_slots: u64,
    /// Slots between a change of co-owners, mix or uses and its effect
    #[arg(long, default_value_t = 216_000)]
    terms_delay_slots: u64,
    /// Slots between a governor's proposal and its effect, in both programs
    #[arg(long, default_value_t = 432_000)]
    timelock_slots: u64,
    /// Seconds that must pass as well
    #[arg(long, default_value_t = 172_800)]
    timelock_seconds: u64,
    /// Slots in which the arbiter may rule a dispute
    #[arg(long, default_value_t = 1_512_000)]
    dispute_slots: u64,
    /// What opening a dispute costs whoever loses it, in lamports
    #[arg(long, default_value_t = 1_000_000_000)]
    dispute_bond: u64,
    /// Who rules disputes; the governor when left out
    #[arg(long, value_name = "ADDRESS")]
    arbiter: Option<Pubkey>,
}

impl RegistryArgs {
    fn settings(self, governor: Pubkey) -> RegistrySettings {
        RegistrySettings {
            reveal_min_slots: self.reveal_min_slots,
            reveal_max_slots: self.reveal_max_slots,
            displace_slots: self.displace_slots,
            terms_delay_slots: self.terms_delay_slots,
            timelock_slots: self.timelock_slots,
            timelock_seconds: self.timelock_seconds,
            dispute_slots: self.dispute_slots,
            dispute_bond: self.dispute_bond,
            arbiter: self.arbiter.unwrap_or(governor),
        }
    }
}

pub async fn run(args: Args) -> anyhow::Result<()> {
    let (chain, authority) = (args.chain.chain(), args.key.read()?);
    let roles = Roles {
        poster: args.poster,
        guardian: args.guardian.unwrap_or_else(|| solana_sdk::signature::Signer::pubkey(&authority)),
        watchers: args.watchers,
        threshold: args.threshold,
        // One timelock for both programs.
        timelock_slots: args.registry.timelock_slots,
        timelock_seconds: args.registry.timelock_seconds,
        registry: args.registry.settings(solana_sdk::signature::Signer::pubkey(&authority)),
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
