//! `tributary register-gateway`.

use crate::args::{ChainArgs, KeyArgs};
use solana_sdk::pubkey::Pubkey;
use solana_sdk::signature::Signer;
use std::path::PathBuf;
use tributary_operator::{keys, setup};

/// Opens a gateway's record and lets it sign with a key. The keypair is the
/// operator's, who owns the agents the gateway serves.
#[derive(clap::Args)]
#[command(after_help = "Example:
  tributary keygen --out gateway.json
  tributary register-gateway --gateway-key gateway.json --keypair operator.json")]
pub struct Args {
    #[command(flatten)]
    chain: ChainArgs,
    #[command(flatten)]
    key: KeyArgs,
    /// Which of the operator's gateways
    #[arg(long, default_value_t = 0)]
    index: u32,
    /// Keypair file the gateway signs with
    #[arg(long, value_name = "FILE", required_unless_present = "revoke")]
    gateway_key: Option<PathBuf>,
    /// End the validity of this key instead
    #[arg(long, value_name = "ADDRESS", conflicts_with = "gateway_key")]
    revoke: Option<Pubkey>,
}

pub async fn run(args: Args) -> anyhow::Result<()> {
    let (chain, operator) = (args.chain.chain(), args.key.read()?);
    if let Some(key) = args.revoke {
        let landed = setup::revoke_gateway_key(&chain, &operator, args.index, &key).await?;
        println!("key {key} counts no more, transaction {}", landed.signature);
        return Ok(());
    }
    let Some(file) = args.gateway_key else { return Ok(()) };
    let key = keys::read(&file)?.pubkey();
    let (gateway, landed) = setup::register_gateway(&chain, &operator, args.index, &key).await?;
    match landed {
        Some(landed) => println!("gateway {gateway} signs with {key}, transaction {}", landed.signature),
        None => println!("gateway {gateway} signs with {key} already"),
    }
    Ok(())
}
