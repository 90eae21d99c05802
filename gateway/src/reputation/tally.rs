//! Sums up what this gateway's events say of agents, assets and payers: reads
//! groups by position and moves on in the transaction that adds them, so that each
//! counts once whenever the process dies. Judges nothing.

use crate::database::{DatabaseError, bigint, position};
use sqlx::{PgConnection, PgPool, Row};
use std::collections::BTreeMap;
use tributary_core::event::{EvidenceKind, TOKEN_WEIGHT, UsageEvent};
use tributary_core::group::Group;
use tributary_core::id::{AssetId, GatewayId, PayerId, VaultId};

/// Groups that are added together.
const GROUPS_MAX: i64 = 64;
const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

/// A day since 1970, in UTC.
pub fn day_of(at_ms: u64) -> i32 {
    i32::try_from(at_ms / DAY_MS).unwrap_or(i32::MAX)
}

/// What some events say.
#[derive(Debug, Default)]
struct Tally {
    /// By agent and day: answers, their weight, what of it was matched.
    agents: BTreeMap<(AssetId, i32), (u64, u64, u64)>,
    /// By asset and day: answers near it or with its words, and those with them.
    assets: BTreeMap<(AssetId, i32), (u64, u64)>,
    /// By agent, vault and payer: the newest graph slot and day.
    callers: BTreeMap<(AssetId, VaultId, PayerId), (u64, i32)>,
}

impl Tally {
    fn add(&mut self, event: &UsageEvent) {
        let (day, evidence) = (day_of(event.at_ms), &event.evidence);
        if evidence.kind == EvidenceKind::Verbatim {
            let agent = self.agents.entry((event.agent, day)).or_default();
            let matched: u64 = evidence.pairs.iter().map(|(_, weight)| u64::from(*weight)).sum();
            let whole = u64::from(evidence.tokens) * u64::from(TOKEN_WEIGHT);
            *agent = (agent.0 + 1, agent.1 + whole, agent.2 + matched.min(whole));
        }
        let mut near: BTreeMap<AssetId, bool> = evidence.similar.iter().map(|(asset, _)| (*asset, false)).collect();
        near.extend(evidence.pairs.iter().map(|(asset, _)| (*asset, true)));
        for (asset, verbatim) in near {
            let seen = self.assets.entry((asset, day)).or_default();
            *seen = (seen.0 + 1, seen.1 + u64::from(verbatim));
        }
        let caller = self.callers.entry((event.agent, event.vault, event.payer)).or_default();
        *caller = (caller.0.max(event.graph_slot.0), caller.1.max(day));
    }

    async fn write(&self, tx: &mut PgConnection) -> Result<(), DatabaseError> {
        sqlx::query(
            "INSERT INTO usage.agent_days AS d (agent, day, answers, whole, matched)
             SELECT * FROM unnest($1::bytea[], $2::integer[], $3::bigint[], $4::bigint[], $5::bigint[])
             ON CONFLICT (agent, day) DO UPDATE SET answers = d.answers + excluded.answers,
                whole = d.whole + excluded.whole, matched = d.matched + excluded.matched",
        )
        .bind(self.agents.keys().map(|(agent, _)| agent.0.to_vec()).collect::<Vec<_>>())
        .bind(self.agents.keys().map(|(_, day)| *day).collect::<Vec<_>>())
        .bind(bigints(self.agents.values().map(|sums| sums.0))?)
        .bind(bigints(self.agents.values().map(|sums| sums.1))?)
        .bind(bigints(self.agents.values().map(|sums| sums.2))?)
        .execute(&mut *tx)
        .await?;
        sqlx::query(
            "INSERT INTO usage.asset_days AS d (asset, day, answers, verbatim)
             SELECT * FROM unnest($1::bytea[], $2::integer[], $3::bigint[], $4::bigint[])
             ON CONFLICT (asset, day) DO UPDATE SET answers = d.answers + excluded.answers,
                verbatim = d.verbatim + excluded.verbatim",
        )
        .bind(self.assets.keys().map(|(asset, _)| asset.0.to_vec()).collect::<Vec<_>>())
        .bind(self.assets.keys().map(|(_, day)| *day).collect::<Vec<_>>())
        .bind(bigints(self.assets.values().map(|seen| seen.0))?)
        .bind(bigints(self.assets.values().map(|seen| seen.1))?)
        .execute(&mut *tx)
        .await?;
        sqlx::query(
            "INSERT INTO usage.callers AS c (agent, vault, payer, last_slot, last_day)
             SELECT * FROM unnest($1::bytea[], $2::bytea[], $3::bytea[], $4::bigint[], $5::integer[])
             ON CONFLICT (agent, vault, payer) DO UPDATE SET last_slot = greatest(c.last_slot, excluded.last_slot),
                last_day = greatest(c.last_day, excluded.last_day)",
        )
        .bind(self.callers.keys().map(|(agent, ..)| agent.0.to_vec()).collect::<Vec<_>>())
        .bind(self.callers.keys().map(|(_, vault, _)| vault.0.to_vec()).collect::<Vec<_>>())
        .bind(self.callers.keys().map(|(.., payer)| payer.0.to_vec()).collect::<Vec<_>>())
        .bind(bigints(self.callers.values().map(|last| last.0))?)
        .bind(self.callers.values().map(|last| last.1).collect::<Vec<_>>())
        .execute(&mut *tx)
        .await?;
        Ok(())
    }
}

fn bigints(numbers: impl Iterator<Item = u64>) -> Result<Vec<i64>, DatabaseError> {
    numbers.map(bigint).collect()
}

/// Adds the next groups of one generation, if there are any.
pub async fn tally(pool: &PgPool, gateway: GatewayId) -> Result<(), DatabaseError> {
    let mut tx = pool.begin().await?;
    // Whoever holds this row adds; the other one finds nothing left.
    let next = sqlx::query(
        "SELECT h.generation, coalesce(t.next_sequence, 0) AS next
         FROM usage.heads h LEFT JOIN usage.tallied t USING (gateway, generation)
         WHERE h.gateway = $1 AND h.next_sequence > coalesce(t.next_sequence, 0)
         ORDER BY h.generation LIMIT 1",
    )
    .bind(&gateway.0[..])
    .fetch_optional(&mut *tx)
    .await?;
    let Some(next) = next else { return Ok(()) };
    let (generation, from): (i64, u64) = (next.try_get("generation")?, position(&next, "next")?);
    let rows = sqlx::query(
        "SELECT bytes, end_sequence FROM usage.groups
         WHERE gateway = $1 AND generation = $2 AND first_sequence >= $3 ORDER BY first_sequence LIMIT $4",
    )
    .bind(&gateway.0[..])
    .bind(generation)
    .bind(bigint(from)?)
    .bind(GROUPS_MAX)
    .fetch_all(&mut *tx)
    .await?;
    let mut tally = Tally::default();
    let mut end = from;
    for row in &rows {
        let group = Group::decode(row.try_get("bytes")?).map_err(|_| DatabaseError::Value("bytes"))?;
        group.events.iter().for_each(|event| tally.add(event));
        end = position(row, "end_sequence")?;
    }
    let moved = sqlx::query(
        "INSERT INTO usage.tallied AS t (gateway, generation, next_sequence) VALUES ($1, $2, $4)
         ON CONFLICT (gateway, generation) DO UPDATE SET next_sequence = $4 WHERE t.next_sequence = $3",
    )
    .bind(&gateway.0[..])
    .bind(generation)
    .bind(bigint(from)?)
    .bind(bigint(end)?)
    .execute(&mut *tx)
    .await?;
    if moved.rows_affected() != 1 {
        // Another process of this gateway added them.
        return Ok(());
    }
    tally.write(&mut tx).await?;
    tx.commit().await?;
    Ok(())
}
