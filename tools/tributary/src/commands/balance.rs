//! `tributary balance`.

use crate::args::{ChainArgs, FolderArgs, MintArgs};
use anyhow::Context;
use solana_sdk::pubkey::Pubkey;
use solana_sdk::signature::Signer;
use std::path::PathBuf;
use tributary_core::id::Claimant;
use tributary_core::leaf::LeafClass;
use tributary_operator::claim::{ClaimError, serving};
use tributary_operator::{amount, keys, vault};

/// Shows what an address has earned, claimed and deposited, read from the chain
/// and the published leaves.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tributary balance --mint MINT --keypair me.json
  tributary balance ADDRESS --mint MINT")]
pub struct Args {
    /// Whose; the keypair's when left out
    address: Option<Pubkey>,
    #[command(flatten)]
    chain: ChainArgs,
    #[command(flatten)]
    mint: MintArgs,
    #[command(flatten)]
    store: FolderArgs,
    /// Keypair file whose address is meant
    #[arg(long, env = "TRIBUTARY_KEYPAIR", value_name = "FILE")]
    keypair: Option<PathBuf>,
}

pub async fn run(args: Args) -> anyhow::Result<()> {
    let address = match (args.address, &args.keypair) {
        (Some(address), _) => address,
        (None, Some(file)) => keys::read(file)?.pubkey(),
        (None, None) => anyhow::bail!("whose balance? pass an address, or --keypair FILE"),
    };
    let chain = args.chain.chain();
    let (id, account) = vault::read(&chain, &args.mint.mint).await?;
    let show = |amount| amount::format(amount, account.decimals);
    println!("{address} in vault {id}");
    println!("  wallet          {}", show(vault::wallet(&chain, &account, &address).await?));
    if let Some(payer) = vault::payer(&chain, &id, &address).await? {
        let refund = if payer.refund_slot.is_some() { ", refund requested" } else { "" };
        println!("  deposited       {}{refund}", show(payer.deposited));
    }
    let serving = match serving(&chain, &args.store.content(), &args.mint.mint).await {
        Err(error @ ClaimError::NoRoot) => {
            println!("  {error}");
            return Ok(());
        }
        other => other.context("what was earned cannot be read")?,
    };
    let entitlements = serving.entitlements(&chain, &Claimant(address.to_bytes())).await?;
    for entitlement in &entitlements {
        let class = match entitlement.class {
            LeafClass::Earned => "earned",
            LeafClass::Refund => "refunds",
            LeafClass::Fee => "fees",
        };
        println!(
            "  {class:<15} {}, claimed {}, claimable {}",
            show(entitlement.cumulative),
            show(entitlement.claimed),
            show(entitlement.due())
        );
    }
    if entitlements.is_empty() {
        println!("  nothing to claim under root {} of epoch {}", serving.root, serving.epoch);
    }
    Ok(())
}
