//! `tributary create-lookup-table`.

use crate::args::{ChainArgs, KeyArgs, MintArgs};
use tributary_operator::lookup_table;

/// Makes an address lookup table that keeps claims short, and says which flag of
/// the API names it. Anyone may; the key pays its rent and can close it.
#[derive(clap::Args)]
#[command(after_help = "Example:
  tributary create-lookup-table --mint MINT --keypair operator.json
  tributary api --lookup-table TABLE …")]
pub struct Args {
    #[command(flatten)]
    chain: ChainArgs,
    #[command(flatten)]
    key: KeyArgs,
    #[command(flatten)]
    mint: MintArgs,
}

pub async fn run(args: Args) -> anyhow::Result<()> {
    let (chain, key) = (args.chain.chain(), args.key.read()?);
    let (table, landed) = lookup_table::create(&chain, &key, &args.mint.mint).await?;
    println!("lookup table {table} created in transaction {}", landed.signature);
    println!("start the API with --lookup-table {table} so that clients use it");
    Ok(())
}
