//! Payers deposit, sign mandates and pay for answers.

use super::cast::{self, PAYERS};
use super::progress::Progress;
use super::publish::Published;
use crate::machine::Machine;
use anyhow::{Context, Result, bail};
use futures::{StreamExt, stream};
use serde_json::Value;
use std::time::{Duration, Instant};
use tributary_core::amount::BaseUnits;
use tributary_core::id::VaultId;
use tributary_core::position::Slot;
use tributary_operator::gateway::{CompletionRequest, GatewayClient, GatewayError};
use tributary_operator::mandate::{self, Terms};
use tributary_operator::vault;

/// Calls under way at a time.
const CONCURRENCY: usize = 16;
/// What each payer deposits, in base units.
pub const DEPOSIT: BaseUnits = BaseUnits(150_000_000);
/// How often a call that may succeed later is repeated.
const ATTEMPTS: usize = 40;
/// How long the texts may take to get their vectors.
const VECTORS_WAIT: Duration = Duration::from_secs(300);
/// How often somebody who waits is told how far it is.
const TELL: Duration = Duration::from_secs(5);
/// The prompts.
const PROMPTS: &str = include_str!("../../prompts.txt");

/// What one paid run said.
#[derive(Clone, Debug)]
pub struct Paid {
    /// The event's sequence in the gateway's generation.
    pub sequence: u64,
    /// Its price, in base units.
    pub price: u64,
    /// What was answered.
    pub text: String,
    /// What was asked.
    pub prompt: String,
}

/// The prompts, one a line.
pub fn prompts() -> Vec<&'static str> {
    PROMPTS.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
}

/// Every payer deposits.
pub async fn deposit(machine: &Machine, vault: &VaultId) -> Result<()> {
    let (_, account) = vault::read(&machine.chain, &machine.mint()).await?;
    for name in PAYERS {
        machine.key_file(name)?;
        vault::deposit(&machine.chain, &cast::key(name), &account, DEPOSIT)
            .await
            .with_context(|| format!("{name} deposits in {vault}"))?;
    }
    Ok(())
}

/// Every payer signs a mandate; returns the keys that spend under them.
pub async fn mandates(machine: &Machine, gateway: &GatewayClient, published: &Published) -> Result<Vec<String>> {
    let genesis = machine.chain.genesis().await?;
    let expires = Slot(machine.chain.slot().await?.0.saturating_add(1_000_000));
    let mut keys = Vec::new();
    for name in PAYERS {
        let terms =
            Terms { genesis, vault: published.vault, gateway: published.gateway, maximum: DEPOSIT, expires, nonce: 1 };
        let signed = mandate::sign(&cast::key(name), &terms);
        let accepted = gateway.post_mandate(&signed).await.with_context(|| format!("{name}'s mandate"))?;
        keys.push(accepted.api_key);
    }
    Ok(keys)
}

/// Waits until the gateway serves all agents and every key has credit.
pub async fn wait_until_served(gateway: &GatewayClient, agents: usize, keys: &[String]) -> Result<()> {
    let start = Instant::now();
    loop {
        let served = gateway.models().await.ok().and_then(|list| list["data"].as_array().map(Vec::len)).unwrap_or(0);
        let mut credited = 0;
        for key in keys {
            let credit = gateway.credit(key).await.unwrap_or(Value::Null);
            let has = |field: &str| credit[field].as_str().is_some_and(|amount| amount != "0");
            credited += usize::from(has("available") || has("leased"));
        }
        if served >= agents && credited == keys.len() {
            return Ok(());
        }
        if start.elapsed() > Duration::from_secs(60) {
            bail!(
                "after a minute the gateway serves {served} of {agents} agents and {credited} of {} payers have credit: see gateway.log and indexer.log",
                keys.len()
            );
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// Waits until the texts have their vectors, so that answers from the first one on
/// are compared with all of them.
pub async fn wait_for_vectors(gateway: &GatewayClient, progress: &Progress, datasets: usize) -> Result<()> {
    let start = Instant::now();
    let (mut there, mut told) = (0, start);
    while there < datasets {
        if start.elapsed() > VECTORS_WAIT {
            bail!(
                "after {} s {there} of {datasets} texts have vectors: see embedding.log and gateway.log",
                VECTORS_WAIT.as_secs()
            );
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
        there = gateway.vectors().await.ok().and_then(|list| list["data"].as_array().map(Vec::len)).unwrap_or(there);
        if told.elapsed() > TELL || there >= datasets {
            progress.say(&format!("{there} of {datasets} texts have vectors"));
            told = Instant::now();
        }
    }
    Ok(())
}

/// So many paid runs; `from` is the number of the first.
pub async fn runs(
    gateway: &GatewayClient,
    progress: &Progress,
    name: &str,
    (from, count): (u64, u64),
    keys: &[String],
    agents: &[String],
) -> Result<Vec<Paid>> {
    let prompts = prompts();
    let step = progress.step(name, count);
    let mut paid = Vec::with_capacity(count as usize);
    let mut answers = stream::iter(from..from + count)
        .map(|n| {
            let key = &keys[(n % keys.len() as u64) as usize];
            let agent = &agents[(n / 5 % agents.len() as u64) as usize];
            let prompt = prompts[(n * 7 % prompts.len() as u64) as usize];
            let request = CompletionRequest {
                model: agent.clone(),
                prompt: prompt.to_owned(),
                max_tokens: 24 + (n % 4) as u32 * 8,
                seed: Some(n),
            };
            async move { call(gateway, key, &format!("demo-run-{n}"), &request).await }
        })
        .buffer_unordered(CONCURRENCY);
    while let Some(answer) = answers.next().await {
        paid.push(answer?);
        step.tick();
    }
    drop(answers);
    step.end(progress);
    Ok(paid)
}

/// One paid run. What may succeed later is repeated under the same idempotency
/// key, so that it is charged once.
async fn call(gateway: &GatewayClient, key: &str, idempotency_key: &str, request: &CompletionRequest) -> Result<Paid> {
    let mut attempt = 1;
    loop {
        match gateway.complete(key, idempotency_key, request).await {
            Ok(answer) => return read(&answer, &request.prompt),
            Err(GatewayError::Refused { problem, status }) if problem.retryable && attempt < ATTEMPTS => {
                tracing::debug!(status, detail = problem.detail, "repeating a run");
            }
            Err(GatewayError::Unreachable { .. }) if attempt < ATTEMPTS => {}
            Err(error) => return Err(error).with_context(|| format!("the run {idempotency_key}")),
        }
        attempt += 1;
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
}

fn read(answer: &Value, prompt: &str) -> Result<Paid> {
    let tributary = &answer["tributary"];
    let number = |value: &Value| {
        value
            .as_u64()
            .or_else(|| value.as_str().and_then(|text| text.parse().ok()))
            .context("a number is missing in the answer")
    };
    Ok(Paid {
        sequence: number(&tributary["event"]["sequence"])?,
        price: number(&tributary["price"])?,
        text: answer["choices"][0]["text"].as_str().unwrap_or_default().to_owned(),
        prompt: prompt.to_owned(),
    })
}
