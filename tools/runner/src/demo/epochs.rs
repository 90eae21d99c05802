//! Epochs: the settler is started, a root is posted, judged and activated, and
//! the settler is stopped again, so that each chapter of the demo is one epoch.

use super::progress::Progress;
use crate::machine::Machine;
use anyhow::{Context, Result, bail};
use sqlx::{PgPool, Row};
use std::time::{Duration, Instant};
use tributary_core::id::{FileHash, RootId, VaultId};

/// How long an epoch may take.
const TIMEOUT: Duration = Duration::from_secs(90);

/// A root as the chain knows it.
#[derive(Clone, Debug)]
pub struct PostedRoot {
    /// Which epoch.
    pub epoch: i64,
    /// Which attempt.
    pub attempt: i32,
    /// Its identity.
    pub id: RootId,
    /// Pending, active or vetoed.
    pub status: String,
    /// Its manifest.
    pub manifest: FileHash,
    /// Number of leaves.
    pub leaves: i64,
    /// Sums of earned, refund and fee, in base units.
    pub totals: [String; 3],
    /// The posting transaction, in base58.
    pub signature: String,
}

/// Waits until Postgres holds as many events of all gateways as were acknowledged.
pub async fn wait_drained(pool: &PgPool, acknowledged: u64) -> Result<()> {
    let start = Instant::now();
    loop {
        let counted: i64 =
            sqlx::query_scalar("SELECT count(*) FROM usage.events").fetch_one(pool).await.context("counting events")?;
        if counted >= acknowledged as i64 {
            return Ok(());
        }
        if start.elapsed() > TIMEOUT {
            bail!("only {counted} of {acknowledged} acknowledged events were drained: see gateway.log");
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Settles one epoch and waits until its root serves.
pub async fn settle(
    machine: &Machine,
    pool: &PgPool,
    progress: &Progress,
    vault: &VaultId,
    epoch: i64,
    drill: Option<&str>,
) -> Result<()> {
    let mut settler = machine.settler(drill)?;
    let start = Instant::now();
    let (mut posted, mut vetoed) = (0, 0);
    loop {
        settler.check()?;
        let roots: Vec<PostedRoot> = roots(pool, vault).await?.into_iter().filter(|root| root.epoch == epoch).collect();
        for root in roots.iter().skip(posted) {
            let id = short(&root.id.to_string());
            progress.say(&format!("epoch {epoch}, attempt {}: root {id} posted", root.attempt));
            posted += 1;
        }
        for root in roots.iter().filter(|root| root.status == "vetoed").skip(vetoed) {
            progress.say(&format!(
                "epoch {epoch}, attempt {}: recomputed by the watcher, found wrong, vetoed",
                root.attempt
            ));
            vetoed += 1;
        }
        let step: Option<String> =
            sqlx::query_scalar("SELECT step FROM ledger.epochs WHERE vault = $1 AND epoch = $2 AND step = 'active'")
                .bind(vault.0.as_slice())
                .bind(epoch)
                .fetch_optional(pool)
                .await?;
        let active = roots.iter().any(|root| root.status == "active");
        if step.is_some() && active {
            settler.stop().await?;
            progress.say(&format!("epoch {epoch}: recomputed by the watcher, attested, serving"));
            return Ok(());
        }
        if start.elapsed() > TIMEOUT {
            bail!(
                "epoch {epoch} did not become active within {} s: see settler.log and watcher.log",
                TIMEOUT.as_secs()
            );
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// All roots of a vault in the order they were posted.
pub async fn roots(pool: &PgPool, vault: &VaultId) -> Result<Vec<PostedRoot>> {
    let rows = sqlx::query(
        "SELECT epoch, attempt, root_id, status, manifest, leaf_count, posted_signature,
                earned_total::text, refund_total::text, fee_total::text
         FROM chain.roots WHERE vault = $1 ORDER BY epoch, attempt",
    )
    .bind(vault.0.as_slice())
    .fetch_all(pool)
    .await
    .context("reading roots")?;
    rows.iter()
        .map(|row| {
            let hash = |column: &str| -> Result<[u8; 32]> {
                let bytes: Vec<u8> = row.try_get(column)?;
                bytes.try_into().ok().context("a hash of 32 bytes")
            };
            Ok(PostedRoot {
                epoch: row.try_get("epoch")?,
                attempt: row.try_get("attempt")?,
                id: RootId(hash("root_id")?),
                status: row.try_get("status")?,
                manifest: FileHash(hash("manifest")?),
                leaves: row.try_get("leaf_count")?,
                totals: [row.try_get("earned_total")?, row.try_get("refund_total")?, row.try_get("fee_total")?],
                signature: bs58::encode(row.try_get::<Vec<u8>, _>("posted_signature")?).into_string(),
            })
        })
        .collect()
}

/// The first and last digits of a long name.
pub fn short(text: &str) -> String {
    match (text.get(..6), text.get(text.len().saturating_sub(4)..)) {
        (Some(head), Some(tail)) if text.len() > 12 => format!("{head}…{tail}"),
        _ => text.to_owned(),
    }
}
