//! The indexer's commands, run as an operator would, beside a live indexer.

use anyhow::{Context, Result, ensure};
use tributary_runner::Machine;

/// Runs the commands: they agree with each other and with the chain.
pub async fn indexer_is_sound(machine: &Machine) -> Result<()> {
    let newest = said(machine, &["digest"]).await?;
    let (slot, digest) = parts(&newest)?;
    ensure!(said(machine, &["digest", "--slot", slot]).await? == newest);
    let verified = said(machine, &["verify", "--from", "0", "--to", slot]).await?;
    ensure!(verified.starts_with(&format!("slots 0 to {slot} agree with the chain: ")), "{verified}");
    ensure!(verified.ends_with(&format!("digest {digest}")), "{verified} does not end with {digest}");
    let early = refused(machine, &["digest", "--slot", "9999999999"]).await?;
    ensure!(early.contains("is not final in the database yet"), "{early}");
    ensure!(differing(machine).await? == "0");
    Ok(())
}

/// How many rows `rebuild` found wrong or missing, and has mended.
pub async fn differing(machine: &Machine) -> Result<String> {
    let report = said(machine, &["rebuild"]).await?;
    let last = report.lines().last().unwrap_or_default();
    let count = last.split("rebuilt; ").nth(1).and_then(|rest| rest.strip_suffix(" rows differed"));
    Ok(count.context("rebuild ended without its sum")?.to_owned())
}

/// What `verify` of everything says when it must fail.
pub async fn verify_fails(machine: &Machine) -> Result<String> {
    refused(machine, &["verify"]).await
}

fn parts(line: &str) -> Result<(&str, &str)> {
    line.strip_prefix("slot ").and_then(|rest| rest.split_once(" digest ")).context("no digest was printed")
}

async fn said(machine: &Machine, arguments: &[&str]) -> Result<String> {
    let output = machine.tributary(&[&["indexer"], arguments].concat()).await?;
    let error = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "tributary indexer {arguments:?}: {error}");
    Ok(String::from_utf8(output.stdout)?.trim_end().to_owned())
}

async fn refused(machine: &Machine, arguments: &[&str]) -> Result<String> {
    let output = machine.tributary(&[&["indexer"], arguments].concat()).await?;
    ensure!(!output.status.success(), "tributary indexer {arguments:?} should have failed");
    Ok(String::from_utf8_lossy(&output.stderr).into_owned())
}
