//! `tributary mandate`.

use crate::args::{ChainArgs, KeyArgs, MintArgs};
use tributary_core::id::GatewayId;
use tributary_core::position::Slot;
use tributary_operator::gateway::GatewayClient;
use tributary_operator::mandate::{Terms, sign};
use tributary_operator::{amount, vault};

/// Lets a gateway spend from your deposit: signs a mandate, posts it and prints
/// the API key it buys. The key is shown once; whoever has it can spend.
#[derive(clap::Args)]
#[command(after_help = "Example:
  tributary mandate --gateway-id GATEWAY --maximum 10 --gateway http://127.0.0.1:8080 --mint MINT --keypair payer.json")]
pub struct Args {
    #[command(flatten)]
    chain: ChainArgs,
    #[command(flatten)]
    key: KeyArgs,
    #[command(flatten)]
    mint: MintArgs,
    /// The gateway's record on the chain
    #[arg(long, env = "TRIBUTARY_GATEWAY_ID", value_name = "ADDRESS")]
    gateway_id: GatewayId,
    /// The gateway's URL
    #[arg(long, env = "TRIBUTARY_GATEWAY", value_name = "URL")]
    gateway: String,
    /// The most it may spend, in tokens, such as 10 or 2.5
    #[arg(long)]
    maximum: String,
    /// For how many slots it lasts (a slot is about 0.4 s)
    #[arg(long, default_value_t = 6_480_000)]
    slots: u64,
    /// Show the text that is signed, and do not post it
    #[arg(long)]
    show: bool,
}

pub async fn run(args: Args) -> anyhow::Result<()> {
    let (chain, payer) = (args.chain.chain(), args.key.read()?);
    let (id, account) = vault::read(&chain, &args.mint.mint).await?;
    let signed = sign(
        &payer,
        &Terms {
            genesis: chain.genesis().await?,
            vault: id,
            gateway: args.gateway_id,
            maximum: amount::parse(&args.maximum, account.decimals)?,
            expires: Slot(chain.slot().await?.0.saturating_add(args.slots)),
            nonce: rand::random(),
        },
    );
    if args.show {
        println!("{}", signed.mandate.text());
        return Ok(());
    }
    let accepted = GatewayClient::new(&args.gateway)?.post_mandate(&signed).await?;
    println!("{}", accepted.api_key);
    eprintln!("mandate {} is accepted; keep the key above, it is not shown again", accepted.mandate_id);
    Ok(())
}
