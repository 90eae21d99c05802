//! The end of the demo: who earned what from which texts, for people and as JSON.

use super::cast::Cast;
use super::checks::Check;
use super::epochs::{PostedRoot, short};
use anyhow::Result;
use serde::Serialize;
use serde_json::{Value, json};
use sqlx::PgPool;
use std::collections::BTreeMap;
use tributary_core::amount::{BaseUnits, SUB_UNITS_PER_BASE_UNIT};
use tributary_core::id::{AssetId, Claimant};
use tributary_operator::amount::format;

/// How many texts are named for each earner.
const TEXTS_SHOWN: usize = 3;
/// The test mint's decimals.
pub const DECIMALS: u8 = 6;

/// What somebody earned, from what.
#[derive(Clone, Debug, Serialize)]
pub struct Earner {
    /// Who.
    pub name: String,
    /// The claimant's key.
    pub claimant: Claimant,
    /// In base units, rounded down.
    pub earned: String,
    /// What was claimed of it.
    pub claimed: String,
    /// Title, policy label and base units, largest first.
    pub from: Vec<(String, String, String)>,
}

impl Earner {
    /// Whether something is left to claim.
    pub fn has_more(&self) -> bool {
        self.earned != self.claimed
    }
}

/// Everything that is printed.
pub struct Summary {
    /// Earners, richest first.
    pub earners: Vec<Earner>,
    /// Roots in order.
    pub roots: Vec<PostedRoot>,
    /// The identity of each epoch.
    pub identity: Vec<Value>,
    /// What must hold.
    pub checks: Vec<Check>,
    /// Where to look.
    pub urls: BTreeMap<&'static str, String>,
    /// Numbers: runs, texts, seconds …
    pub numbers: BTreeMap<&'static str, u64>,
    /// An example run: prompt and answer.
    pub example: (String, String),
}

/// Adds up the ledger's credits of all active epochs.
pub async fn earners(
    pool: &PgPool,
    vault: &[u8; 32],
    cast: &Cast,
    titles: &BTreeMap<AssetId, String>,
    claimed: &BTreeMap<Claimant, u64>,
) -> Result<Vec<Earner>> {
    let rows: Vec<(Vec<u8>, Vec<u8>, String, String)> = sqlx::query_as(
        "SELECT c.claimant, c.asset, c.policy, sum(c.amount)::text
         FROM ledger.credits c JOIN ledger.epochs e USING (vault, epoch, attempt)
         WHERE c.vault = $1 AND e.step = 'active'
         GROUP BY c.claimant, c.asset, c.policy",
    )
    .bind(vault.as_slice())
    .fetch_all(pool)
    .await?;
    let mut by_claimant: BTreeMap<Claimant, Vec<(u128, String, String)>> = BTreeMap::new();
    for (claimant, asset, policy, amount) in rows {
        let (Ok(claimant), Ok(asset)) = (<[u8; 32]>::try_from(claimant), <[u8; 32]>::try_from(asset)) else { continue };
        let title = titles.get(&AssetId(asset)).cloned().unwrap_or_else(|| AssetId(asset).to_string());
        by_claimant.entry(Claimant(claimant)).or_default().push((amount.parse()?, title, policy));
    }
    let mut earners: Vec<(u128, Earner)> = by_claimant
        .into_iter()
        .map(|(claimant, mut lines)| {
            lines.sort_by(|a, b| b.cmp(a));
            let total: u128 = lines.iter().map(|line| line.0).sum();
            let base = |sub: u128| (sub / SUB_UNITS_PER_BASE_UNIT).to_string();
            let from = lines.into_iter().map(|(sub, title, policy)| (title, policy, base(sub))).collect();
            let claimed = claimed.get(&claimant).copied().unwrap_or(0).to_string();
            (total, Earner { name: cast.name(&claimant), claimant, earned: base(total), claimed, from })
        })
        .collect();
    earners.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.name.cmp(&b.1.name)));
    Ok(earners.into_iter().map(|(_, earner)| earner).collect())
}

fn tokens(base_units: &str) -> String {
    format(BaseUnits(base_units.parse().unwrap_or(0)), DECIMALS)
}

impl Summary {
    /// Whether everything held.
    pub fn holds(&self) -> bool {
        self.checks.iter().all(|check| check.holds)
    }

    /// As JSON.
    pub fn json(&self) -> Value {
        let roots: Vec<Value> = self
            .roots
            .iter()
            .map(|root| {
                json!({
                    "epoch": root.epoch, "attempt": root.attempt, "root_id": root.id, "status": root.status,
                    "manifest": root.manifest, "leaves": root.leaves, "earned": root.totals[0],
                    "refund": root.totals[1], "fee": root.totals[2], "signature": root.signature,
                })
            })
            .collect();
        json!({
            "holds": self.holds(), "numbers": self.numbers, "urls": self.urls, "earners": self.earners,
            "roots": roots, "identity_sub_units": self.identity, "checks": self.checks,
            "example": {"prompt": self.example.0, "answer": self.example.1},
        })
    }

    /// For people.
    pub fn print(&self) {
        println!("\nAn answer that was paid for\n  {} »{}«", self.example.0, self.example.1.trim_end());
        println!("\nWho earned what (tokens), from which texts");
        for earner in &self.earners {
            println!("  {:<38} {:>14}   claimed {:>14}", earner.name, tokens(&earner.earned), tokens(&earner.claimed));
            for (title, policy, amount) in earner.from.iter().take(TEXTS_SHOWN) {
                println!("      {:>12}  {policy:<9} {title}", tokens(amount));
            }
            if earner.from.len() > TEXTS_SHOWN {
                println!("                    … and {} more", earner.from.len() - TEXTS_SHOWN);
            }
        }
        println!("\nRoots");
        for root in &self.roots {
            let [earned, refund, fee] = &root.totals;
            println!(
                "  epoch {} attempt {}  {:<7} {}  {} leaves; earned {}, refunds {}, fee {}\n      posted by {}",
                root.epoch,
                root.attempt,
                root.status,
                short(&root.id.to_string()),
                root.leaves,
                tokens(earned),
                tokens(refund),
                tokens(fee),
                root.signature,
            );
        }
        println!("\nThe identity, in sub-units (2^-32 of a base unit)");
        for row in &self.identity {
            println!("  epoch {}", row["epoch"]);
            let terms =
                row.as_object().into_iter().flatten().filter(|(name, _)| *name != "epoch" && *name != "attempt");
            for (name, amount) in terms {
                println!("      {name:<16} {:>32}", amount.as_str().unwrap_or_default());
            }
        }
        println!("\nWhat must hold");
        for check in &self.checks {
            println!("  {} {} ({})", if check.holds { "✓" } else { "✗" }, check.what, check.numbers);
        }
        println!("\nWhere to look");
        for (name, url) in &self.urls {
            println!("  {name:<12} {url}");
        }
    }
}
