//! Keeps what reputations are made of: adds what events say, notes each minute
//! which agents are served, and looks at the scores of those. A task of its own;
//! nobody waits for it.

use super::{Reputation, ReputationError, facts, tally};
use crate::backoff::Backoff;
use crate::database::{DatabaseError, bigint};
use crate::gateway::Gateway;
use std::sync::Arc;
use std::time::Instant;
use tributary_core::id::AssetId;

/// Goes on until the gateway ends.
pub async fn keep_reputations(gateway: &Arc<Gateway>) {
    let mut backoff = Backoff::default();
    let mut done = Done::default();
    loop {
        match round(gateway, &mut done).await {
            Ok(()) => {
                backoff.reset();
                tokio::time::sleep(gateway.config.limits.poll).await;
            }
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "reputations stand still");
                backoff.wait().await;
            }
        }
    }
}

/// How far it is.
#[derive(Default)]
struct Done {
    minute: Option<u64>,
    looked: Option<Instant>,
}

async fn round(gateway: &Gateway, done: &mut Done) -> Result<(), ReputationError> {
    // A batch a round: what comes in faster is caught up with later.
    tally::tally(&gateway.pool, gateway.config.gateway).await?;
    let agents: Vec<AssetId> = match gateway.view().catalogue {
        Some((catalogue, _)) => catalogue.agents.values().map(|agent| agent.asset).collect(),
        None => return Ok(()),
    };
    let minute = facts::minute(gateway);
    if done.minute != Some(minute) {
        note(gateway, &agents, minute).await?;
        done.minute = Some(minute);
    }
    if done.looked.is_none_or(|at| at.elapsed() >= gateway.config.limits.reputation) {
        for agent in agents {
            let reputation = Reputation::of(facts::read(gateway, agent.0).await?, &gateway.config.limits);
            gateway.reputations.learn(agent, &reputation);
        }
        done.looked = Some(Instant::now());
    }
    Ok(())
}

/// These agents are served in this minute; each minute counts once, whoever says so.
async fn note(gateway: &Gateway, agents: &[AssetId], minute: u64) -> Result<(), DatabaseError> {
    let day = i32::try_from(minute / (24 * 60)).map_err(|_| DatabaseError::Value("day"))?;
    sqlx::query(
        "INSERT INTO usage.uptime AS u (agent, day, first_minute, last_minute, minutes)
         SELECT agent, $2, $3, $3, 1 FROM unnest($1::bytea[]) AS served (agent)
         ON CONFLICT (agent, day) DO UPDATE SET last_minute = $3, minutes = u.minutes + 1
         WHERE u.last_minute < $3",
    )
    .bind(agents.iter().map(|agent| agent.0.to_vec()).collect::<Vec<_>>())
    .bind(day)
    .bind(bigint(minute)?)
    .execute(&gateway.pool)
    .await?;
    Ok(())
}
