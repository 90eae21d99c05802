//! A usage event: public evidence, and where it was settled.

use crate::amounts::{Amount, Token};
use crate::answer::Answer;
use crate::problem::{Problem, ReadError};
use crate::request::parse;
use crate::rows::Columns;
use crate::server::Api;
use crate::snapshot::Snapshot;
use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use sqlx::Row;
use sqlx::postgres::PgRow;
use tributary_core::event::{EvidenceKind, UsageEvent};
use tributary_core::group::Group;
use tributary_core::id::{AssetId, EventHash, GatewayId, GatewayKey, Head, MandateId, PayerId, RequestId};
use utoipa::ToSchema;

/// A paid use of an agent.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Event {
    /// What its amounts are counted in.
    pub token: Token,
    /// The gateway: with generation and sequence the event's identity.
    #[schema(value_type = String)]
    pub gateway: GatewayId,
    /// The gateway's life.
    pub generation: u32,
    /// Its place in that life.
    pub sequence: u64,
    /// Its hash.
    #[schema(value_type = String)]
    pub hash: EventHash,
    /// Who paid.
    #[schema(value_type = String)]
    pub payer: PayerId,
    /// The mandate that allowed it.
    #[schema(value_type = String)]
    pub mandate: MandateId,
    /// The credit log's position of the lease it spent.
    pub lease: u64,
    /// Which paid request it answers.
    #[schema(value_type = String)]
    pub request: RequestId,
    /// The agent that was called.
    #[schema(value_type = String)]
    pub agent: AssetId,
    /// The model that answered.
    #[schema(value_type = String)]
    pub model: AssetId,
    /// What it cost.
    pub price: Amount,
    /// The finalised slot the gateway had seen.
    pub graph_slot: u64,
    /// Unix milliseconds.
    pub at_ms: u64,
    /// Tokens of the answer.
    pub tokens: u32,
    /// How the evidence was found: none, similar, verbatim, or verbatim, then similar.
    pub evidence: String,
    /// Which assets account for how much of the answer; 65,536 a token.
    pub weights: Vec<Weight>,
    /// The group commit that holds it.
    pub group: GroupCommit,
    /// The epoch attempts that counted it, oldest first; empty until one closes past it.
    pub settled: Vec<SettledIn>,
}

/// How much of an answer an asset accounts for.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Weight {
    /// Which asset.
    #[schema(value_type = String)]
    pub asset: AssetId,
    /// In 65,536ths of a token.
    pub weight: u32,
}

/// A signed group of events.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct GroupCommit {
    /// Its first event's sequence.
    pub first_sequence: u64,
    /// One past its last event's.
    pub end_sequence: u64,
    /// Head of the chain before it.
    #[schema(value_type = String)]
    pub previous: Head,
    /// Head of the chain after it: what is signed.
    #[schema(value_type = String)]
    pub head: Head,
    /// The key that signed.
    #[schema(value_type = String)]
    pub signer: GatewayKey,
}

/// An epoch attempt that counted an event.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SettledIn {
    /// The epoch.
    pub epoch: u64,
    /// The attempt.
    pub attempt: u16,
    /// How far the attempt got.
    pub step: String,
}

/// A usage event by its identity.
#[utoipa::path(get, path = "/v1/events/{gateway}/{generation}/{sequence}", tag = "claimants",
    params(("gateway" = String, Path), ("generation" = u32, Path), ("sequence" = u64, Path)),
    responses(
        (status = 200, body = Answer<Event>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn event(
    State(api): State<Api>,
    Path((gateway, generation, sequence)): Path<(String, String, String)>,
) -> Result<Json<Answer<Event>>, ReadError> {
    let gateway: GatewayId = parse("gateway", &gateway)?;
    let generation: u32 = parse("generation", &generation)?;
    let sequence: u64 = parse("sequence", &sequence)?;
    let mut snapshot = Snapshot::open(&api.readers).await?;
    let unknown = snapshot.unknown("event", format!("{gateway}/{generation}/{sequence}"));
    let Ok(number) = i64::try_from(sequence) else { return Err(unknown) };
    let row = sqlx::query(
        "SELECT first_sequence, end_sequence, previous, head, signer, bytes FROM usage.groups
         WHERE gateway = $1 AND generation = $2 AND first_sequence <= $3 ORDER BY first_sequence DESC LIMIT 1",
    )
    .bind(gateway.0.as_slice())
    .bind(i64::from(generation))
    .bind(number)
    .fetch_optional(snapshot.connection())
    .await?;
    let Some(row) = row.filter(|row| row.count("end_sequence").is_ok_and(|end| sequence < end)) else {
        return Err(unknown);
    };
    let group = Group::decode(&row.try_get::<Vec<u8>, _>("bytes")?).map_err(|_| ReadError::Row("bytes"))?;
    let found = group.events.into_iter().find(|event| event.position.sequence.0 == sequence);
    let event = found.ok_or(ReadError::Row("bytes"))?;
    let token = snapshot.token(&event.vault).await?;
    let epoch = snapshot.root_epoch(&event.vault).await?;
    let settled = settled(&mut snapshot, &event, number).await?;
    Ok(Json(snapshot.answer(epoch, shown(token, event, &row, settled)?)))
}

async fn settled(snapshot: &mut Snapshot, event: &UsageEvent, number: i64) -> Result<Vec<SettledIn>, ReadError> {
    let rows = sqlx::query(
        "SELECT e.epoch, e.attempt, e.step FROM ledger.epoch_positions p JOIN ledger.epochs e USING (vault, epoch, attempt)
         WHERE p.vault = $1 AND p.gateway = $2 AND p.generation = $3 AND p.first_sequence <= $4 AND p.end_sequence > $4
         ORDER BY e.epoch, e.attempt",
    )
    .bind(event.vault.0.as_slice())
    .bind(event.position.gateway.0.as_slice())
    .bind(i64::from(event.position.generation.0))
    .bind(number)
    .fetch_all(snapshot.connection())
    .await?;
    let settled = |row: &PgRow| {
        Ok(SettledIn { epoch: row.count("epoch")?, attempt: row.small("attempt")?, step: row.text("step")? })
    };
    rows.iter().map(settled).collect()
}

fn shown(token: Token, event: UsageEvent, group: &PgRow, settled: Vec<SettledIn>) -> Result<Event, ReadError> {
    Ok(Event {
        token,
        gateway: event.position.gateway,
        generation: event.position.generation.0,
        sequence: event.position.sequence.0,
        hash: event.hash(),
        payer: event.payer,
        mandate: event.mandate,
        lease: event.lease.0,
        request: event.request,
        agent: event.agent,
        model: event.model,
        price: Amount(event.price),
        graph_slot: event.graph_slot.0,
        at_ms: event.at_ms,
        tokens: event.evidence.tokens,
        evidence: match (event.evidence.kind, event.evidence.similar.is_empty()) {
            (EvidenceKind::None, true) => "none".into(),
            (EvidenceKind::None, false) => "similar".into(),
            (EvidenceKind::Verbatim, true) => "verbatim".into(),
            (EvidenceKind::Verbatim, false) => "verbatim, then similar".into(),
        },
        weights: event
            .evidence
            .pairs
            .iter()
            .chain(&event.evidence.similar)
            .map(|(asset, weight)| Weight { asset: *asset, weight: *weight })
            .collect(),
        group: GroupCommit {
            first_sequence: group.count("first_sequence")?,
            end_sequence: group.count("end_sequence")?,
            previous: group.id("previous")?,
            head: group.id("head")?,
            signer: group.id("signer")?,
        },
        settled,
    })
}
