//! Uses that an agent made elsewhere and its payer reports in batches: each is
//! charged like a call whose answer this gateway did not see, so it carries no
//! verbatim evidence; or downloads of whole datasets, whose evidence is the
//! dataset. All uses of a batch count or none; each counts once,
//! however often it is reported. Knows no HTTP.

use crate::completion::{RunError, Standing};
use crate::credit::book::Account;
use crate::gateway::{Gateway, Serving, Stage};
use crate::mandates::Holder;
use crate::requests::{Begin, Paid, identities};
use crate::spool::queue::SUBMISSION_MAX;
use crate::spool::record::Attachment;
use std::sync::Arc;
use tributary_core::amount::BaseUnits;
use tributary_core::event::{EventPosition, Evidence, TOKEN_WEIGHT, TOKENS_MAX, UsageEvent};
use tributary_core::hash::sha256;
use tributary_core::id::{AssetId, Commitment, RequestId};
use tributary_core::position::{CreditSeq, EventSeq, Generation, Slot};

/// The most uses of a batch.
pub const USES_MAX: usize = SUBMISSION_MAX;

/// One use, as it is reported.
#[derive(Clone, Debug)]
pub struct Use {
    /// What makes a second report of it the same use.
    pub key: Vec<u8>,
    /// Pieces of the answer.
    pub tokens: u32,
    /// The dataset that all of it is, when it is one's download.
    pub dataset: Option<AssetId>,
    /// The permitted uses it relies on.
    pub uses: u8,
}

/// A use that counts.
#[derive(Clone, Copy, Debug)]
pub struct Counted {
    /// Which request it is.
    pub request: RequestId,
    /// Where it counts.
    pub generation: Generation,
    /// See `generation`.
    pub sequence: EventSeq,
    /// What it cost, when it was charged by this report.
    pub charged: Option<BaseUnits>,
}

/// Counts a batch for the holder of a key: in the order of the report.
pub async fn count(
    gateway: &Arc<Gateway>,
    holder: Arc<Holder>,
    agent: String,
    uses: Vec<Use>,
) -> Result<Vec<Counted>, RunError> {
    let serving = match gateway.stage() {
        Stage::Serving(serving) => serving,
        Stage::Starting(reason) | Stage::Stopped(reason) => return Err(RunError::NotServing(reason)),
    };
    gateway.admit(&serving)?;
    // A task of its own: a caller who hangs up leaves nothing half done.
    let task = gateway.tasks.spawn({
        let gateway = gateway.clone();
        async move { Batch::begin(&gateway, &serving, &holder, &agent, &uses).await?.charge().await }
    });
    task.await.unwrap_or(Err(RunError::Internal("a task died")))
}

/// A use that is to be charged, and its place in the report.
struct Fresh {
    place: usize,
    request: RequestId,
    body_hash: [u8; 32],
    tokens: u32,
    dataset: Option<AssetId>,
    uses: u8,
    price: BaseUnits,
}

struct Batch<'a> {
    gateway: &'a Gateway,
    serving: &'a Serving,
    holder: &'a Holder,
    agent: AssetId,
    model: AssetId,
    graph_slot: Slot,
    known: Vec<Option<Counted>>,
    fresh: Vec<Fresh>,
    total: BaseUnits,
}

impl<'a> Batch<'a> {
    /// Finds out which uses are new, and holds their keys.
    async fn begin(
        gateway: &'a Gateway,
        serving: &'a Serving,
        holder: &'a Holder,
        agent: &str,
        uses: &[Use],
    ) -> Result<Self, RunError> {
        let standing = Standing::of(gateway, Some(holder))?;
        let agent = standing.agent(gateway, agent)?;
        let now = gateway.clock.now_ms();
        let mut batch = Self {
            gateway,
            serving,
            holder,
            agent: agent.asset,
            model: agent.model.asset,
            graph_slot: standing.graph_slot,
            known: Vec::with_capacity(uses.len()),
            fresh: Vec::with_capacity(uses.len()),
            total: BaseUnits::ZERO,
        };
        for (place, one) in uses.iter().enumerate() {
            match batch.take(place, one, agent.price(one.tokens), now).await {
                Ok(known) => batch.known.push(known),
                Err(error) => {
                    batch.abandon();
                    return Err(error);
                }
            }
        }
        Ok(batch)
    }

    async fn take(
        &mut self,
        place: usize,
        one: &Use,
        price: Option<BaseUnits>,
        now: u64,
    ) -> Result<Option<Counted>, RunError> {
        let price = price.filter(|_| one.tokens <= TOKENS_MAX).ok_or(RunError::Price(one.tokens))?;
        let dataset = one.dataset.map_or([0; 32], |dataset| dataset.0);
        let body_hash = sha256(&[b"use", &self.agent.0, &one.tokens.to_le_bytes(), &[one.uses], &dataset]);
        let identities = identities(&self.gateway.config.gateway, &self.holder.mandate.payer, &one.key, now);
        let begun = self.serving.begin(self.gateway, identities, body_hash).await?;
        let counted =
            |generation, sequence| Some(Counted { request: identities[0], generation, sequence, charged: None });
        match begun {
            Begin::Running => Err(RunError::Running),
            Begin::OtherBody => Err(RunError::OtherBody),
            Begin::Ask => Err(RunError::Internal("a request is still unknown after asking")),
            Begin::Again(Paid::Here(sequence, _)) => Ok(counted(self.serving.generation, sequence)),
            Begin::Again(Paid::Elsewhere(generation, sequence)) => Ok(counted(generation, sequence)),
            Begin::New(request) => {
                self.fresh.push(Fresh {
                    place,
                    request,
                    body_hash,
                    tokens: one.tokens,
                    dataset: one.dataset,
                    uses: one.uses,
                    price,
                });
                self.total = self.total.checked_add(price).ok_or(RunError::Price(one.tokens))?;
                Ok(None)
            }
        }
    }

    fn abandon(&self) {
        let mut requests = self.serving.requests();
        self.fresh.iter().for_each(|fresh| requests.abandon(fresh.request));
    }

    /// Reserves, spools and settles what is new.
    async fn charge(mut self) -> Result<Vec<Counted>, RunError> {
        if !self.fresh.is_empty() {
            match self.spool().await {
                Ok(first) => self.count_from(first),
                // Some may be durable: only a restart can tell, and until then
                // the keys must not be charged again.
                Err(RunError::Spool(error)) if error.is_uncertain() => return Err(RunError::Spool(error)),
                Err(error) => {
                    self.abandon();
                    return Err(error);
                }
            }
        }
        let all: Option<Vec<Counted>> = self.known.into_iter().collect();
        all.ok_or(RunError::Internal("a reported use was forgotten"))
    }

    fn count_from(&mut self, first: EventSeq) {
        let now = self.gateway.clock.now_ms();
        let mut requests = self.serving.requests();
        for (sequence, fresh) in (first.0..).map(EventSeq).zip(&self.fresh) {
            requests.paid(fresh.request, sequence, now);
            let (request, generation) = (fresh.request, self.serving.generation);
            self.known[fresh.place] = Some(Counted { request, generation, sequence, charged: Some(fresh.price) });
        }
    }

    async fn spool(&self) -> Result<EventSeq, RunError> {
        // As often as calls, however many come together; what was charged before is not new.
        let calls = u32::try_from(self.fresh.len()).unwrap_or(u32::MAX);
        self.gateway.reputations.admit(&self.agent, calls)?;
        let mandate = &self.holder.mandate;
        let account = Account { vault: mandate.vault, payer: mandate.payer, mandate: self.holder.id };
        let holder = self.holder;
        let mut covered = holder.budget.cover(&self.gateway.pool, &holder.key_hash, self.total).await?;
        let reservation = self.serving.desk.reserve(account, self.total).await?;
        let events = self.fresh.iter().map(|fresh| self.event(fresh, reservation.lease())).collect();
        let durable = match self.serving.queue.submit_all(events) {
            Ok(submitted) => submitted.durable().await,
            Err(error) => Err(error.into()),
        };
        if durable.as_ref().err().is_none_or(|error| error.is_uncertain()) {
            covered.spend(self.total);
        }
        let booked = match &durable {
            Ok(first) => {
                let last = EventSeq(first.0.saturating_add(self.fresh.len() as u64).saturating_sub(1));
                self.serving.desk.settle(reservation, self.total, last)
            }
            Err(error) if error.is_uncertain() => Ok(()),
            Err(_) => self.serving.desk.release(reservation),
        };
        if let Err(error) = booked {
            tracing::error!(error = &error as &dyn std::error::Error, "a batch could not be booked");
            return Err(RunError::Internal("the credit book contradicts itself"));
        }
        durable.map_err(RunError::Spool)
    }

    fn event(&self, fresh: &Fresh, lease: CreditSeq) -> (UsageEvent, Attachment) {
        let mandate = &self.holder.mandate;
        let event = UsageEvent {
            // The spool sets the sequence.
            position: EventPosition {
                gateway: self.gateway.config.gateway,
                generation: self.serving.generation,
                sequence: EventSeq(0),
            },
            vault: mandate.vault,
            payer: mandate.payer,
            mandate: self.holder.id,
            lease,
            request: fresh.request,
            agent: self.agent,
            model: self.model,
            price: fresh.price,
            graph_slot: self.graph_slot,
            at_ms: self.gateway.clock.now_ms(),
            uses: fresh.uses,
            sidecar: Commitment([0; 32]),
            evidence: match fresh.dataset {
                // At most 65,535 pieces: the weight fits 32 bits.
                Some(dataset) if fresh.tokens > 0 => {
                    Evidence::verbatim(fresh.tokens, vec![(dataset, fresh.tokens.saturating_mul(TOKEN_WEIGHT))])
                }
                _ => Evidence::none(fresh.tokens),
            },
        };
        let attachment =
            Attachment { salt: [0; 32], body_hash: fresh.body_hash, sidecar: Vec::new(), answer: Vec::new() };
        (event, attachment)
    }
}
