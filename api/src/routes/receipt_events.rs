//! The events behind a claimant's credit, down to the spans of one's own texts.
//!
//! Spans come from a sidecar that expires; no arithmetic needs them. Only spans
//! in the claimant's own assets are shown, few and short, and their text only
//! where its owner permits display: together they must not rebuild an answer.

use super::receipts::{NamedAsset, Policy, ReceiptParams, named, names, replay_of};
use crate::amounts::{Amount, SubAmount, Token};
use crate::answer::Page;
use crate::excerpts::{self, Sidecar, TextAt};
use crate::paging::{PageRequest, encode};
use crate::problem::{Problem, ReadError};
use crate::request::{Params, parse};
use crate::rows::Columns;
use crate::server::Api;
use crate::snapshot::Snapshot;
use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use sqlx::Row;
use std::collections::{BTreeMap, BTreeSet};
use tributary_attribution::CreditLine;
use tributary_core::amount::SubUnits;
use tributary_core::content::uses;
use tributary_core::event::{EventPosition, UsageEvent};
use tributary_core::id::{AssetId, Claimant, GatewayId, VaultId};
use tributary_core::position::{EventSeq, Generation};
use utoipa::ToSchema;

const LIST: &str = "receipt_events";
/// Events looked at for one page: of an epoch's many, few may be this claimant's.
const LOOKED_AT_MAX: usize = 5_000;

/// An event that credited the claimant.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReceiptEvent {
    /// What its amounts are counted in.
    pub token: Token,
    /// The gateway: with generation and sequence the event's identity.
    #[schema(value_type = String)]
    pub gateway: GatewayId,
    /// The gateway's life.
    pub generation: u32,
    /// Its place in that life.
    pub sequence: u64,
    /// Unix milliseconds.
    pub at_ms: u64,
    /// Which agent was called.
    pub agent: NamedAsset,
    /// Which model answered.
    pub model: NamedAsset,
    /// What was paid.
    pub price: Amount,
    /// What of that is this claimant's, in sub-units.
    pub credited: SubAmount,
    /// Why, line by line.
    pub lines: Vec<ReceiptLine>,
    /// The longest spans of the answer that stand in this claimant's texts; null
    /// when the sidecar has expired.
    pub spans: Option<Vec<SpanExcerpt>>,
}

/// A line of an event's receipt.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReceiptLine {
    /// For which asset.
    pub asset: NamedAsset,
    /// Why.
    pub policy: Policy,
    /// How much, in sub-units.
    pub amount: SubAmount,
}

/// A stretch of the answer that stands in one of the claimant's texts.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SpanExcerpt {
    /// In which asset.
    pub asset: NamedAsset,
    /// How many bytes long.
    pub bytes: u32,
    /// In how many registered assets the match occurs.
    pub clusters: u32,
    /// The text itself; null when its owner does not permit display, or it is not
    /// in this API's store.
    pub excerpt: Option<String>,
    /// Whether the excerpt was cut short.
    pub cut: bool,
}

/// The events behind a claimant's credit in an epoch, in their order.
///
/// A page may be short, even empty, while `has_more` is true. What an ended dispute
/// released is of no event and stands in the receipts alone.
#[utoipa::path(get, path = "/v1/claimants/{claimant}/receipts/events", tag = "claimants",
    params(("claimant" = String, Path), ReceiptParams),
    responses(
        (status = 200, body = Page<ReceiptEvent>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such vault", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Too many events to recompute on request", body = Problem,
            content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn receipt_events(
    State(api): State<Api>,
    Path(claimant): Path<String>,
    Params(params): Params<ReceiptParams>,
) -> Result<Json<Page<ReceiptEvent>>, ReadError> {
    let claimant: Claimant = parse("claimant", &claimant)?;
    let vault: VaultId = parse("vault", &params.vault)?;
    let page = PageRequest::<(GatewayId, u32, u64)>::parse(LIST, params.cursor.as_deref(), params.limit)?;
    let mut snapshot = Snapshot::open(&api.readers).await?;
    let token = snapshot.token(&vault).await?;
    let root_epoch = snapshot.root_epoch(&vault).await?;
    let (as_of_slot, mut data, mut next) = (snapshot.as_of_slot(), Vec::new(), None);
    if let Some(replay) = replay_of(&api, &mut snapshot, &vault, params.epoch, &claimant).await? {
        let after = page.after.map(|(gateway, generation, sequence)| EventPosition {
            gateway,
            generation: Generation(generation),
            sequence: EventSeq(sequence),
        });
        let events = replay.events_after(after);
        let mut found: Vec<(&UsageEvent, Vec<CreditLine>)> = Vec::new();
        let mut looked_at = 0;
        for event in events.iter().take(LOOKED_AT_MAX) {
            if found.len() == page.limit {
                break;
            }
            looked_at += 1;
            let lines = replay.lines(event, &claimant)?;
            if !lines.is_empty() {
                found.push((event, lines));
            }
        }
        next = events.get(looked_at).and(events.get(looked_at.wrapping_sub(1))).map(|last| last.position);
        data = Shown::load(&api, &mut snapshot, &found).await?.events(&api, token, found).await?;
    }
    let next_cursor = next.map(|at| encode(LIST, &(at.gateway, at.generation.0, at.sequence.0)));
    Ok(Json(Page { as_of_slot, root_epoch, data, has_more: next_cursor.is_some(), next_cursor }))
}

/// What is needed to show some events.
struct Shown {
    names: BTreeMap<AssetId, String>,
    sidecars: BTreeMap<EventPosition, Sidecar>,
    /// Where the texts of assets that permit display are.
    texts: BTreeMap<AssetId, TextAt>,
}

impl Shown {
    async fn load(
        api: &Api,
        snapshot: &mut Snapshot,
        found: &[(&UsageEvent, Vec<CreditLine>)],
    ) -> Result<Self, ReadError> {
        // Collected before the first await: a borrowing iterator held across it
        // would make this future less general than a handler must be.
        let assets: BTreeSet<AssetId> =
            found.iter().flat_map(|(_, lines)| lines.iter().map(|line| line.asset)).collect();
        let called: BTreeSet<AssetId> = found.iter().flat_map(|(event, _)| [event.agent, event.model]).collect();
        let wanted: Vec<AssetId> = assets.union(&called).copied().collect();
        let names = names(api, snapshot, wanted.into_iter()).await?;
        let rows =
            sqlx::query("SELECT asset, content_hash, uses FROM chain.assets WHERE kind = 1 AND asset = ANY ($1)")
                .bind(assets.iter().map(|asset| asset.0.to_vec()).collect::<Vec<_>>())
                .fetch_all(snapshot.connection())
                .await?;
        let mut texts = BTreeMap::new();
        for row in &rows {
            let permitted: u8 = row.small("uses")?;
            let displayable = permitted & uses::DISPLAY != 0;
            texts.insert(row.id("asset")?, TextAt { content: row.id("content_hash")?, displayable });
        }
        Ok(Self { names, sidecars: sidecars(snapshot, found).await?, texts })
    }

    async fn events(
        &self,
        api: &Api,
        token: Token,
        found: Vec<(&UsageEvent, Vec<CreditLine>)>,
    ) -> Result<Vec<ReceiptEvent>, ReadError> {
        let mut out = Vec::with_capacity(found.len());
        for (event, lines) in found {
            let total = lines.iter().try_fold(SubUnits::ZERO, |sum, line| sum.checked_add(line.amount));
            out.push(ReceiptEvent {
                token,
                gateway: event.position.gateway,
                generation: event.position.generation.0,
                sequence: event.position.sequence.0,
                at_ms: event.at_ms,
                agent: named(&self.names, event.agent),
                model: named(&self.names, event.model),
                price: Amount(event.price),
                credited: SubAmount(total.ok_or(ReadError::Row("credited"))?),
                spans: self.spans(api, event, &lines).await?,
                lines: lines
                    .into_iter()
                    .map(|line| ReceiptLine {
                        asset: named(&self.names, line.asset),
                        policy: line.policy.into(),
                        amount: SubAmount(line.amount),
                    })
                    .collect(),
            });
        }
        Ok(out)
    }

    async fn spans(
        &self,
        api: &Api,
        event: &UsageEvent,
        lines: &[CreditLine],
    ) -> Result<Option<Vec<SpanExcerpt>>, ReadError> {
        let Some(sidecar) = self.sidecars.get(&event.position) else { return Ok(None) };
        let own: BTreeSet<AssetId> = lines.iter().map(|line| line.asset).collect();
        let mut out = Vec::new();
        for span in sidecar.longest(&own) {
            let excerpt = match self.texts.get(&span.asset) {
                Some(text) if text.displayable => excerpts::read(&api.store, text.content, &span).await?,
                _ => None,
            };
            out.push(SpanExcerpt {
                asset: named(&self.names, span.asset),
                bytes: span.end - span.start,
                clusters: span.clusters,
                cut: excerpt.is_some() && excerpts::is_cut(&span),
                excerpt,
            });
        }
        Ok(Some(out))
    }
}

/// The sidecars of events that are still there and are what the events commit to.
async fn sidecars(
    snapshot: &mut Snapshot,
    found: &[(&UsageEvent, Vec<CreditLine>)],
) -> Result<BTreeMap<EventPosition, Sidecar>, ReadError> {
    let mut out = BTreeMap::new();
    let rows = sqlx::query(
        "SELECT s.gateway, s.generation, s.sequence, s.salt, s.body FROM usage.sidecars s
         JOIN unnest($1::bytea[], $2::bigint[], $3::bigint[]) AS w (gateway, generation, sequence)
              ON s.gateway = w.gateway AND s.generation = w.generation AND s.sequence = w.sequence
         WHERE s.expires_at > now()",
    )
    .bind(found.iter().map(|(event, _)| event.position.gateway.0.to_vec()).collect::<Vec<_>>())
    .bind(found.iter().map(|(event, _)| i64::from(event.position.generation.0)).collect::<Vec<_>>())
    .bind(found.iter().map(|(event, _)| event.position.sequence.0.cast_signed()).collect::<Vec<_>>())
    .fetch_all(snapshot.connection())
    .await?;
    for row in &rows {
        let generation = u32::try_from(row.count("generation")?).map_err(|_| ReadError::Row("generation"))?;
        let position = EventPosition {
            gateway: row.id("gateway")?,
            generation: Generation(generation),
            sequence: EventSeq(row.count("sequence")?),
        };
        let event = found.iter().find(|(event, _)| event.position == position);
        let (salt, body): ([u8; 32], Vec<u8>) = (row.id("salt")?, row.try_get("body")?);
        if let Some(sidecar) = event.and_then(|(event, _)| Sidecar::read(event, &salt, &body)) {
            out.insert(position, sidecar);
        }
    }
    Ok(out)
}
