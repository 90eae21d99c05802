//! Reads what is on record about somebody: the chain's tables up to the finalised
//! slot, and what [`super::tally`] and [`super::keep`] summed up of the last days.

use super::score::{Agent, Contributor, Disputes};
use super::tally::day_of;
use super::{Facts, Record, ReputationError};
use crate::catalogue::decisions::rules_hash;
use crate::database::{DatabaseError, bigint, key, position};
use crate::gateway::Gateway;
use sqlx::Row;
use tributary_core::content::AssetKind;
use tributary_core::id::{AssetId, Claimant};

/// Uses count for so many days, today among them.
const DAYS: i32 = 30;
const MINUTE_MS: u64 = 60_000;
const DAY_MINUTES: u64 = 24 * 60;

/// The minute it is, since 1970.
pub(super) fn minute(gateway: &Gateway) -> u64 {
    gateway.clock.now_ms() / MINUTE_MS
}

/// What is on record about an address.
pub(super) async fn read(gateway: &Gateway, address: [u8; 32]) -> Result<Record, ReputationError> {
    let slot = gateway.view().tip.ok_or(ReputationError::NoChain)?.finalised;
    let from_day = day_of(gateway.clock.now_ms()) - DAYS + 1;
    let asset = sqlx::query("SELECT kind, owner FROM chain.assets WHERE asset = $1 AND asset_sequence >> 24 <= $2")
        .bind(&address[..])
        .bind(bigint(slot.0)?)
        .fetch_optional(&gateway.pool)
        .await?;
    let about = Asked { gateway, slot: bigint(slot.0)?, from_day };
    let facts = match asset {
        Some(row) if row.try_get::<i16, _>("kind")? == AssetKind::Agent as i16 => {
            Facts::Agent { subject: AssetId(address), facts: about.agent(address).await? }
        }
        Some(row) => about.whose(key(&row, "owner")?).await?,
        None => about.whose(Claimant(address)).await?,
    };
    Ok(Record { facts, as_of_slot: slot, from_day })
}

struct Asked<'a> {
    gateway: &'a Gateway,
    slot: i64,
    from_day: i32,
}

impl Asked<'_> {
    async fn whose(&self, subject: Claimant) -> Result<Facts, DatabaseError> {
        Ok(Facts::Contributor { subject, facts: self.contributor(subject).await? })
    }

    async fn contributor(&self, owner: Claimant) -> Result<Contributor, DatabaseError> {
        let rules = self.gateway.policy.similarity.as_ref().map(|rules| rules_hash(rules).to_vec());
        let row = sqlx::query(
            "WITH mine AS (SELECT asset FROM chain.assets
                           WHERE owner = $1 AND kind = $5 AND asset_sequence >> 24 <= $2)
             SELECT (SELECT count(*) FROM mine) AS datasets,
                    (SELECT count(*) FROM mine m JOIN intake.clusters c ON c.asset = m.asset AND c.rules = $4
                     JOIN chain.assets f ON f.asset = c.founder WHERE f.owner <> $1) AS duplicates,
                    (SELECT coalesce(sum(d.answers), 0)::bigint FROM usage.asset_days d JOIN mine USING (asset)
                     WHERE d.day >= $3) AS answers,
                    (SELECT coalesce(sum(d.verbatim), 0)::bigint FROM usage.asset_days d JOIN mine USING (asset)
                     WHERE d.day >= $3) AS verbatim",
        )
        .bind(&owner.0[..])
        .bind(self.slot)
        .bind(self.from_day)
        .bind(rules)
        .bind(AssetKind::Dataset as i16)
        .fetch_one(&self.gateway.pool)
        .await?;
        Ok(Contributor {
            datasets: position(&row, "datasets")?,
            duplicates: position(&row, "duplicates")?,
            answers: position(&row, "answers")?,
            verbatim: position(&row, "verbatim")?,
            disputes: self.disputes(None, Some(owner)).await?,
        })
    }

    async fn agent(&self, agent: [u8; 32]) -> Result<Agent, DatabaseError> {
        let row = sqlx::query(
            "SELECT d.answers, d.permille, u.first_minute, u.served, u.older, c.payers, c.refunds
             FROM (SELECT coalesce(sum(answers), 0)::bigint AS answers,
                          coalesce(div(sum(matched) * 1000, nullif(sum(whole), 0)), 0)::bigint AS permille
                   FROM usage.agent_days WHERE agent = $1 AND day >= $3) d,
                  (SELECT min(first_minute) AS first_minute, coalesce(sum(minutes), 0)::bigint AS served,
                          EXISTS (SELECT FROM usage.uptime WHERE agent = $1 AND day < $3) AS older
                   FROM usage.uptime WHERE agent = $1 AND day >= $3) u,
                  (SELECT count(DISTINCT payer) AS payers,
                          count(DISTINCT payer) FILTER (WHERE EXISTS (
                              SELECT FROM chain.refund_requests r
                              WHERE r.vault = c.vault AND r.payer = c.payer AND r.open
                                AND r.slot >= c.last_slot AND r.slot <= $2)) AS refunds
                   FROM usage.callers c WHERE agent = $1 AND last_day >= $3) c",
        )
        .bind(&agent[..])
        .bind(self.slot)
        .bind(self.from_day)
        .fetch_one(&self.gateway.pool)
        .await?;
        let now = minute(self.gateway);
        let window = u64::try_from(self.from_day).unwrap_or_default() * DAY_MINUTES;
        let first: Option<i64> = row.try_get("first_minute")?;
        let first =
            if row.try_get("older")? { Some(window) } else { first.and_then(|first| u64::try_from(first).ok()) };
        Ok(Agent {
            answers: position(&row, "answers")?,
            matched_permille: position(&row, "permille")?,
            minutes: first.map_or(0, |first| (now + 1).saturating_sub(first)),
            served: position(&row, "served")?,
            payers: position(&row, "payers")?,
            refunds: position(&row, "refunds")?,
            disputes: self.disputes(Some(AssetId(agent)), None).await?,
        })
    }

    /// About one record, or all that somebody owned when the dispute began: a
    /// transfer takes no dispute off its owner's record.
    async fn disputes(&self, asset: Option<AssetId>, owner: Option<Claimant>) -> Result<Disputes, DatabaseError> {
        let row = sqlx::query(
            "SELECT count(*) FILTER (WHERE outcome IS NULL AND upheld_slot IS NULL) AS open,
                    count(*) FILTER (WHERE outcome = 'reassigned' OR (outcome IS NULL AND upheld_slot IS NOT NULL)) AS lost,
                    count(*) FILTER (WHERE outcome IN ('rejected', 'expired', 'cancelled')) AS won
             FROM chain.disputes_v1 d JOIN chain.assets a USING (asset)
             WHERE d.opened_slot <= $1 AND ($2::bytea IS NULL OR d.asset = $2)
               AND ($3::bytea IS NULL OR $3 = coalesce(
                   (SELECT o.previous_owner FROM chain.owners o WHERE o.asset = d.asset AND o.slot >= d.opened_slot
                    ORDER BY o.slot LIMIT 1)::bytea, a.owner::bytea))",
        )
        .bind(self.slot)
        .bind(asset.map(|asset| asset.0.to_vec()))
        .bind(owner.map(|owner| owner.0.to_vec()))
        .fetch_one(&self.gateway.pool)
        .await?;
        Ok(Disputes { open: position(&row, "open")?, lost: position(&row, "lost")?, won: position(&row, "won")? })
    }
}
