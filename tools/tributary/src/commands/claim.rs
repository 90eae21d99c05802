//! `tributary claim`.

use crate::args::{ChainArgs, FolderArgs, KeyArgs, MintArgs};
use solana_sdk::pubkey::Pubkey;
use solana_sdk::signature::Signer;
use tributary_core::amount::BaseUnits;
use tributary_core::id::Claimant;
use tributary_operator::amount;
use tributary_operator::claim::{ClaimError, serving};

/// Claims everything that is due: checks the published leaves against the root on
/// the chain, then claims class by class. Claiming again pays nothing twice.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tributary claim --mint MINT --keypair me.json
  tributary claim --for ADDRESS --mint MINT --keypair friend.json   pay the fee for somebody else")]
pub struct Args {
    #[command(flatten)]
    chain: ChainArgs,
    #[command(flatten)]
    key: KeyArgs,
    #[command(flatten)]
    mint: MintArgs,
    #[command(flatten)]
    store: FolderArgs,
    /// Whose earnings; the keypair's own when left out. The tokens go to that address
    #[arg(long = "for", value_name = "ADDRESS")]
    claimant: Option<Pubkey>,
}

pub async fn run(args: Args) -> anyhow::Result<()> {
    let (chain, payer) = (args.chain.chain(), args.key.read()?);
    let claimant = Claimant(args.claimant.unwrap_or_else(|| payer.pubkey()).to_bytes());
    let serving = serving(&chain, &args.store.content(), &args.mint.mint).await?;
    let entitlements = serving.entitlements(&chain, &claimant).await?;
    let due: Vec<_> = entitlements.iter().filter(|entitlement| entitlement.due() > BaseUnits::ZERO).collect();
    if due.is_empty() {
        return Err(ClaimError::Nothing(claimant).into());
    }
    for entitlement in due {
        let claimed = serving.claim(&chain, &payer, entitlement.class, &claimant).await?;
        println!(
            "paid {} to {claimant} in transaction {}",
            amount::format(claimed.paid, serving.vault.decimals),
            claimed.landed.signature
        );
    }
    Ok(())
}
