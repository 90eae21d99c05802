//! `tributary refund`.

use crate::args::{ChainArgs, KeyArgs, MintArgs};
use tributary_operator::vault;

/// Asks for what is left of a deposit. Gateways stop spending it; once the last
/// lease has ended the rest becomes a leaf that `tributary claim` pays out.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  tributary refund --mint MINT --keypair payer.json
  tributary refund --withdraw --mint MINT --keypair payer.json")]
pub struct Args {
    #[command(flatten)]
    chain: ChainArgs,
    #[command(flatten)]
    key: KeyArgs,
    #[command(flatten)]
    mint: MintArgs,
    /// Take the request back and go on spending
    #[arg(long)]
    withdraw: bool,
}

pub async fn run(args: Args) -> anyhow::Result<()> {
    let (chain, payer) = (args.chain.chain(), args.key.read()?);
    let id = args.mint.vault();
    if args.withdraw {
        let landed = vault::withdraw_refund_request(&chain, &payer, &id).await?;
        println!("the request is withdrawn, transaction {}", landed.signature);
    } else {
        let landed = vault::request_refund(&chain, &payer, &id).await?;
        println!("requested in transaction {}; claim it after the next epochs", landed.signature);
    }
    Ok(())
}
