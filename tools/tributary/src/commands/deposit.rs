//! `tributary deposit`.

use crate::args::{ChainArgs, KeyArgs, MintArgs};
use tributary_operator::{amount, vault};

/// Deposits tokens from the keypair's token account. The credit can be spent once
/// the deposit is final, and what is left can be had back with `tributary refund`.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  tributary deposit 25.5 --mint MINT --keypair payer.json")]
pub struct Args {
    /// How many tokens, such as 25.5
    amount: String,
    #[command(flatten)]
    chain: ChainArgs,
    #[command(flatten)]
    key: KeyArgs,
    #[command(flatten)]
    mint: MintArgs,
}

pub async fn run(args: Args) -> anyhow::Result<()> {
    let (chain, payer) = (args.chain.chain(), args.key.read()?);
    let (_, account) = vault::read(&chain, &args.mint.mint).await?;
    let amount = amount::parse(&args.amount, account.decimals)?;
    let landed = vault::deposit(&chain, &payer, &account, amount).await?;
    println!("deposited {} in transaction {}", amount::format(amount, account.decimals), landed.signature);
    Ok(())
}
