//! `tributary run`: a paid completion.

use anyhow::Context;
use tributary_operator::gateway::{CompletionRequest, GatewayClient};

/// Pays an agent for a completion and prints it, with what it cost and whose
/// texts it is made of.
#[derive(clap::Args)]
#[command(after_help = "Example:
  tributary run --agent scribe --prompt 'In the beginning' --gateway http://127.0.0.1:8080 --api-key KEY")]
pub struct Args {
    /// The gateway's URL
    #[arg(long, env = "TRIBUTARY_GATEWAY", value_name = "URL")]
    gateway: String,
    /// The key that `tributary mandate` printed
    #[arg(long, env = "TRIBUTARY_API_KEY", hide_env_values = true, value_name = "KEY")]
    api_key: String,
    /// The agent's name or asset
    #[arg(long)]
    agent: String,
    /// What to go on from
    #[arg(long)]
    prompt: String,
    /// The most pieces to answer with
    #[arg(long, default_value_t = 48)]
    max_tokens: u32,
    /// The same seed gives the same answer
    #[arg(long)]
    seed: Option<u64>,
    /// Repeating a request with the same key is free
    #[arg(long, value_name = "TEXT")]
    idempotency_key: Option<String>,
    /// Print the whole answer as JSON
    #[arg(long)]
    json: bool,
}

pub async fn run(args: Args) -> anyhow::Result<()> {
    let request =
        CompletionRequest { model: args.agent, prompt: args.prompt, max_tokens: args.max_tokens, seed: args.seed };
    let key = args.idempotency_key.unwrap_or_else(|| format!("cli-{:032x}", rand::random::<u128>()));
    let client = GatewayClient::new(&args.gateway)?;
    let answer = client
        .complete(&args.api_key, &key, &request)
        .await
        .with_context(|| format!("no answer; a retry with --idempotency-key {key} is not charged twice"))?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&answer).context("the answer cannot be shown")?);
        return Ok(());
    }
    println!("{}{}", request.prompt, answer["choices"][0]["text"].as_str().unwrap_or_default());
    let tributary = &answer["tributary"];
    eprintln!("\nprice: {} base units, request {}", text(&tributary["price"]), text(&tributary["request"]));
    for span in tributary["spans"].as_array().into_iter().flatten() {
        eprintln!("  bytes {} to {} from {}", span["start"], span["end"], text(&span["asset"]));
    }
    Ok(())
}

fn text(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
