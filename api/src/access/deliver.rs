//! Sending webhooks: changes become deliveries, deliveries are tried until they
//! are taken or were tried often enough.
//!
//! Several APIs may run this at once: rows are claimed, not shared. What is
//! claimed and lost with its process is tried again, so a receiver may see a
//! delivery twice, under the same id; none is lost.

use super::target;
use super::webhooks::{add_delivery, filter_of};
use crate::changes::{self, Position};
use crate::problem::ReadError;
use crate::rows::Columns;
use futures::stream::{self, StreamExt};
use sqlx::{PgPool, Row};
use standardwebhooks::Webhook as Signer;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio_util::sync::CancellationToken;

/// How often to look.
const EVERY: Duration = Duration::from_secs(1);
/// Webhooks that get deliveries at a time.
const WEBHOOKS_AT_ONCE: i64 = 50;
/// Deliveries made for one webhook at a time.
const CHANGES_AT_ONCE: usize = 100;
/// Deliveries sent at a time.
const SENT_AT_ONCE: usize = 16;
/// A claimed delivery is free again after this: longer than a try can take.
const CLAIMED_SECONDS: i32 = 30;
/// Seconds until the next try, by tries made: those that Standard Webhooks advises.
const RETRY_SECONDS: [i32; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
/// What is kept of a receiver's complaint.
const ERROR_CHARS_MAX: usize = 200;
/// Delivered and abandoned ones are kept so long.
const KEPT_DAYS: i32 = 30;

/// Delivers until `shutdown`.
pub async fn deliver(pool: PgPool, private: bool, shutdown: CancellationToken) {
    let client = match target::client(private) {
        Ok(client) => client,
        Err(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "no webhooks: there is no client to send them");
            return;
        }
    };
    let mut tick = tokio::time::interval(EVERY);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    while shutdown.run_until_cancelled(tick.tick()).await.is_some() {
        // A round that is cut off leaves claimed rows, which come free by themselves.
        let round = shutdown.run_until_cancelled(round(&pool, &client)).await;
        if let Some(Err(error)) = round {
            tracing::warn!(error = &error as &dyn std::error::Error, "webhooks wait: the database failed");
        }
    }
}

async fn round(pool: &PgPool, client: &reqwest_tls::Client) -> Result<(), ReadError> {
    while fan_out(pool).await? {}
    send_due(pool, client).await?;
    sqlx::query("DELETE FROM access.deliveries WHERE ended_at < now() - make_interval(days => $1)")
        .bind(KEPT_DAYS)
        .execute(pool)
        .await?;
    sqlx::query("DELETE FROM access.challenges WHERE expires_at < now() - interval '1 hour'").execute(pool).await?;
    Ok(())
}

/// Makes deliveries of final changes. Whether there may be more to make.
async fn fan_out(pool: &PgPool) -> Result<bool, ReadError> {
    let mut transaction = pool.begin().await?;
    let webhooks = sqlx::query(
        "SELECT w.id, w.kinds, w.vault, w.claimant, w.slot, w.program, w.stream, w.sequence, s.finalised_slot
         FROM access.webhooks w CROSS JOIN chain.status s
         WHERE w.disabled_at IS NULL AND EXISTS (
             SELECT 1 FROM chain.events e WHERE e.slot <= s.finalised_slot
               AND (e.slot, e.program, e.stream, e.sequence) > (w.slot, w.program, w.stream, w.sequence))
         ORDER BY w.slot LIMIT $1 FOR UPDATE OF w SKIP LOCKED",
    )
    .bind(WEBHOOKS_AT_ONCE)
    .fetch_all(&mut *transaction)
    .await?;
    let mut is_more = false;
    for row in &webhooks {
        let id = row.text("id")?;
        let after = Position {
            slot: row.count("slot")?,
            program: row.id("program")?,
            stream: row.id("stream")?,
            sequence: row.count("sequence")?,
        };
        let filter = filter_of(row)?.into();
        let up_to = row.count("finalised_slot")?;
        let read = changes::read(&mut transaction, &filter, Some(after), up_to, CHANGES_AT_ONCE).await?;
        is_more |= read.has_more;
        for change in &read.changes {
            let body = body_of(&change.kind, change.at, change);
            add_delivery(&mut transaction, &id, &change.kind, &body).await?;
        }
        // Where nothing was wanted, everything up to the slot was passed over.
        let reached = if read.has_more { read.position } else { Some(Position::after_slot(up_to)) };
        let Some(reached) = reached else { continue };
        sqlx::query("UPDATE access.webhooks SET slot = $2, program = $3, stream = $4, sequence = $5 WHERE id = $1")
            .bind(&id)
            .bind(i64::try_from(reached.slot).map_err(|_| ReadError::Row("slot"))?)
            .bind(reached.program.0.as_slice())
            .bind(reached.stream.0.as_slice())
            .bind(i64::try_from(reached.sequence).map_err(|_| ReadError::Row("sequence"))?)
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await?;
    Ok(is_more)
}

/// The body of a delivery, as Standard Webhooks lays it out.
pub fn body_of(kind: &str, at: Option<i64>, data: &impl serde::Serialize) -> String {
    serde_json::json!({ "type": kind, "timestamp": at, "data": data }).to_string()
}

/// A delivery to be tried.
struct Due {
    webhook: String,
    number: i64,
    attempts: i16,
    url: String,
    secret: Vec<u8>,
    body: String,
}

/// How a try ended.
struct Outcome {
    status: Option<u16>,
    error: Option<String>,
}

async fn send_due(pool: &PgPool, client: &reqwest_tls::Client) -> Result<(), ReadError> {
    let rows = sqlx::query(
        "UPDATE access.deliveries d
         SET attempts = d.attempts + 1, next_at = now() + make_interval(secs => $1)
         FROM (SELECT x.webhook, x.number FROM access.deliveries x JOIN access.webhooks w ON w.id = x.webhook
               WHERE x.state = 'waiting' AND x.next_at <= now() AND w.disabled_at IS NULL
               ORDER BY x.next_at LIMIT $2 FOR UPDATE OF x SKIP LOCKED) due
         JOIN access.webhooks h ON h.id = due.webhook
         WHERE d.webhook = due.webhook AND d.number = due.number
         RETURNING d.webhook, d.number, d.attempts, d.body, h.url, h.secret",
    )
    .bind(f64::from(CLAIMED_SECONDS))
    .bind(SENT_AT_ONCE as i64)
    .fetch_all(pool)
    .await?;
    let due: Vec<Due> = rows
        .iter()
        .map(|row| {
            Ok(Due {
                webhook: row.text("webhook")?,
                number: row.try_get("number")?,
                attempts: row.try_get("attempts")?,
                url: row.text("url")?,
                secret: row.try_get("secret")?,
                body: row.text("body")?,
            })
        })
        .collect::<Result<_, ReadError>>()?;
    let outcomes: Vec<(Due, Outcome)> = stream::iter(due)
        .map(async |due| {
            let outcome = send(client, &due).await;
            (due, outcome)
        })
        .buffer_unordered(SENT_AT_ONCE)
        .collect()
        .await;
    for (due, outcome) in outcomes {
        record(pool, &due, &outcome).await?;
    }
    Ok(())
}

/// One try. Whatever keeps it from being taken is a text for the delivery log.
async fn send(client: &reqwest_tls::Client, due: &Due) -> Outcome {
    let id = format!("{}_{}", due.webhook, due.number);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let now = i64::try_from(now).unwrap_or(i64::MAX);
    let failed = |error: &dyn std::error::Error| Outcome { status: None, error: Some(chain_of(error)) };
    let signature = match Signer::from_bytes(due.secret.clone()).and_then(|key| key.sign(&id, now, due.body.as_bytes()))
    {
        Ok(signature) => signature,
        Err(error) => return failed(&error),
    };
    let sent = client
        .post(&due.url)
        .header("content-type", "application/json")
        .header("webhook-id", id)
        .header("webhook-timestamp", now)
        .header("webhook-signature", signature)
        .body(due.body.clone())
        .send()
        .await;
    match sent {
        Ok(response) if response.status().is_success() => {
            Outcome { status: Some(response.status().as_u16()), error: None }
        }
        Ok(response) => Outcome {
            status: Some(response.status().as_u16()),
            error: Some(format!("the receiver answered {}", response.status())),
        },
        Err(error) => failed(&error.without_url()),
    }
}

fn chain_of(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text = format!("{text}: {inner}");
        source = inner.source();
    }
    text.chars().take(ERROR_CHARS_MAX).collect()
}

async fn record(pool: &PgPool, due: &Due, outcome: &Outcome) -> Result<(), ReadError> {
    let tries = usize::try_from(due.attempts).unwrap_or(usize::MAX);
    let wait = tries.checked_sub(1).and_then(|made| RETRY_SECONDS.get(made));
    let state = match (&outcome.error, wait) {
        (None, _) => "delivered",
        (Some(_), Some(_)) => "waiting",
        (Some(_), None) => "given_up",
    };
    sqlx::query(
        "UPDATE access.deliveries
         SET state = $3, last_status = $4, last_error = $5, next_at = now() + make_interval(secs => $6),
             ended_at = CASE WHEN $3 = 'waiting' THEN NULL ELSE now() END
         WHERE webhook = $1 AND number = $2 AND state = 'waiting'",
    )
    .bind(&due.webhook)
    .bind(due.number)
    .bind(state)
    .bind(outcome.status.map(i32::from))
    .bind(&outcome.error)
    .bind(f64::from(wait.copied().unwrap_or_default()))
    .execute(pool)
    .await?;
    if outcome.status == Some(410) {
        // Gone: the receiver wants no more, by the standard's own sign.
        sqlx::query("UPDATE access.webhooks SET disabled_at = now() WHERE id = $1 AND disabled_at IS NULL")
            .bind(&due.webhook)
            .execute(pool)
            .await?;
    }
    Ok(())
}
