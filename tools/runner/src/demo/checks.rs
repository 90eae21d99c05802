//! What must hold at the end, recomputed from the chain, by `tributary verify`
//! and by a second implementation that shares no code.

use super::epochs::{PostedRoot, short};
use super::traffic::Paid;
use crate::machine::Machine;
use anyhow::{Context, Result};
use serde::Serialize;
use sqlx::PgPool;
use std::collections::BTreeSet;
use std::process::Stdio;
use tributary_core::id::Claimant;
use tributary_core::leaf::LeafClass;
use tributary_operator::{claim, vault};

/// One thing that must hold.
#[derive(Clone, Debug, Serialize)]
pub struct Check {
    /// What, as a sentence.
    pub what: String,
    /// Whether it does.
    pub holds: bool,
    /// The numbers.
    pub numbers: String,
}

fn check(what: &str, holds: bool, numbers: String) -> Check {
    Check { what: what.to_owned(), holds, numbers }
}

/// The money, read from the chain alone.
pub async fn money(machine: &Machine, claimants: &[Claimant]) -> Result<Vec<Check>> {
    let (id, account) = vault::read(&machine.chain, &machine.mint()).await?;
    let held = vault::holdings(&machine.chain, &account).await?.0;
    let paid: u64 = account.paid.iter().sum();
    let left = account.deposited.0.checked_sub(paid);
    let mut claimed = 0u64;
    let mut wallets = 0u64;
    for claimant in claimants {
        for class in LeafClass::ALL {
            claimed += claim::claimed(&machine.chain, &id, class, claimant).await?.0;
        }
        wallets += vault::wallet(&machine.chain, &account, &claimant.0.into()).await?.0;
    }
    let owed: u64 = account.head_class_totals.iter().sum();
    Ok(vec![
        check(
            "the vault holds what was deposited less what was claimed",
            left == Some(held),
            format!("{} deposited − {paid} claimed = {held} held", account.deposited),
        ),
        check(
            "what left the vault is what the claim accounts say",
            claimed == paid,
            format!("{claimed} in claim accounts, {paid} paid by the vault, {wallets} in the claimants' wallets"),
        ),
        check(
            "the newest root owes no more than was deposited",
            owed <= account.deposited.0,
            format!("{owed} owed of {}", account.deposited),
        ),
    ])
}

/// The events, against what the gateway acknowledged.
pub async fn events(pool: &PgPool, paid: &[Paid]) -> Result<Vec<Check>> {
    let rows: Vec<(i64, String)> =
        sqlx::query_as("SELECT sequence, price::text FROM usage.events ORDER BY sequence").fetch_all(pool).await?;
    let counted: BTreeSet<(u64, String)> =
        rows.iter().map(|(sequence, price)| (*sequence as u64, price.clone())).collect();
    let acknowledged: BTreeSet<(u64, String)> = paid.iter().map(|run| (run.sequence, run.price.to_string())).collect();
    let dense = rows.iter().enumerate().all(|(n, (sequence, _))| n as i64 == *sequence);
    Ok(vec![
        check(
            "every acknowledged run was counted once, at its price",
            counted == acknowledged && rows.len() == paid.len(),
            format!("{} acknowledged, {} counted", paid.len(), rows.len()),
        ),
        check("the events' positions are dense", dense, format!("0 to {}", rows.len().saturating_sub(1))),
    ])
}

/// Every active root, recomputed by `tributary verify` once it is final.
pub async fn verify(machine: &Machine, active: usize) -> Result<Check> {
    let newest = machine.chain.slot().await?;
    while machine.chain.finalised_slot().await? < newest {
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    let output = machine.tributary(&["verify"]).await?;
    let text = String::from_utf8_lossy(&output.stdout);
    let right = text.lines().filter(|line| line.contains(": right; ")).count();
    let last = format!("{right} of {active} right; {}", text.lines().last().unwrap_or_default());
    let error = String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or_default().to_owned();
    let numbers = if output.status.success() { last } else { format!("{last} {error}") };
    let holds = output.status.success() && right == active;
    Ok(check("tributary verify recomputes every active root byte for byte", holds, numbers))
}

/// Every root that serves or served, recomputed by the Python implementation;
/// and the vetoed one, whose published files lead elsewhere.
pub async fn independent(machine: &Machine, roots: &[PostedRoot]) -> Result<Vec<Check>> {
    let script = machine.layout.checkout.join("tests/independent/verify_root.py");
    let mut checks = Vec::new();
    for root in roots.iter().filter(|root| root.status == "active") {
        let output = tokio::process::Command::new("python3")
            .arg(&script)
            .arg(machine.layout.store())
            .arg(root.manifest.to_string())
            .arg("--root-id")
            .arg(root.id.to_string())
            .stdin(Stdio::null())
            .output()
            .await
            .context("running python3")?;
        let error = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        let id = short(&root.id.to_string());
        checks.push(check(
            &format!("a second implementation recomputes epoch {}'s root", root.epoch),
            output.status.success(),
            if output.status.success() { id } else { error },
        ));
    }
    Ok(checks)
}

/// The identity of design §4, to the sub-unit, for every epoch.
pub async fn identity(pool: &PgPool, vault: &[u8; 32]) -> Result<(Vec<Check>, Vec<serde_json::Value>)> {
    const TERMS: [&str; 12] = [
        "deposited",
        "recapitalised",
        "entitled_earned",
        "entitled_refund",
        "entitled_fee",
        "available",
        "leased",
        "refunds_pending",
        "unsettled",
        "held",
        "residue",
        "overpaid",
    ];
    let rows: Vec<serde_json::Value> = sqlx::query_scalar(
        "SELECT jsonb_build_object('epoch', i.epoch, 'attempt', i.attempt,
            'deposited', deposited::text, 'recapitalised', recapitalised::text,
            'entitled_earned', entitled_earned::text, 'entitled_refund', entitled_refund::text,
            'entitled_fee', entitled_fee::text, 'available', available::text, 'leased', leased::text,
            'refunds_pending', refunds_pending::text, 'unsettled', unsettled::text, 'held', held::text,
            'residue', residue::text, 'overpaid', overpaid::text)
         FROM ledger.identity i JOIN ledger.epochs e USING (vault, epoch, attempt)
         WHERE i.vault = $1 AND e.step = 'active' ORDER BY i.epoch",
    )
    .bind(vault.as_slice())
    .fetch_all(pool)
    .await?;
    let mut checks = Vec::new();
    for row in &rows {
        let term = |name: &str| row[name].as_str().and_then(|text| text.parse::<u128>().ok()).unwrap_or(u128::MAX);
        let left = term(TERMS[0]).checked_add(term(TERMS[1]));
        let right = TERMS[2..].iter().try_fold(0u128, |sum, name| sum.checked_add(term(name)));
        checks.push(check(
            &format!("the identity holds to the sub-unit at epoch {}", row["epoch"]),
            left.is_some() && left == right,
            format!("{} = {} sub-units", left.unwrap_or(0), right.unwrap_or(0)),
        ));
    }
    Ok((checks, rows))
}
