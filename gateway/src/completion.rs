//! One paid call, from the reserved maximum price to the durable event.
//!
//! The order is what keeps money right: remember the request, reserve, compute,
//! spool, settle, answer. It runs in a task of its own, so that a caller who
//! hangs up leaves nothing half done. Knows no HTTP.

mod again;
mod call;
mod compute;
mod elsewhere;
mod outlet;
mod standing;
mod tools;

pub(crate) use standing::Standing;

pub use call::{Answer, Call, Called, Delivery, Form, PIECES_MAX, PROMPT_BYTES_MAX, RunError, Text};
pub(crate) use compute::pieces;
pub use compute::{Scene as Quote, quote};
pub use outlet::{Begun, Outlet, Told};
pub use tools::Line;

use crate::catalogue::Answers;
use crate::catalogue::build::USES;
use crate::credit::book::{Account, Reservation};
use crate::gateway::{Gateway, Serving, Stage};
use crate::mandates::Holder;
use crate::requests::{Begin, Paid, identities};
use crate::sessions::{Held, Turn};
use crate::spool::record::Attachment;
use crate::telemetry;
use again::{again, once_more};
use compute::{Made, Scene, compute, look};
use std::sync::Arc;
use tokio::task::JoinHandle;
use tracing::Instrument;
use tributary_core::amount::BaseUnits;
use tributary_core::event::{EventPosition, UsageEvent, sidecar_commitment};
use tributary_core::id::{PayerId, RequestId};
use tributary_core::position::{CreditSeq, EventSeq, Slot};

/// A call that is being answered. Dropping it changes nothing for the call.
#[derive(Debug)]
pub struct Running(JoinHandle<Result<Answer, RunError>>);

impl Running {
    /// Waits for the paid answer.
    pub async fn answer(self) -> Result<Answer, RunError> {
        self.0.await.unwrap_or(Err(RunError::Internal("a task died")))
    }
}

/// Begins to answer a call for the holder of a key, which is charged once. The
/// answer's words go to the outlet as they are made; it counts when it is durable.
pub fn begin(gateway: &Arc<Gateway>, holder: Arc<Holder>, call: Call, outlet: Outlet) -> Result<Running, RunError> {
    let serving = match gateway.stage() {
        Stage::Serving(serving) => serving,
        Stage::Starting(reason) | Stage::Stopped(reason) => return Err(RunError::NotServing(reason)),
    };
    gateway.admit(&serving)?;
    let span = telemetry::span(&call);
    let told = span.clone();
    let answering = {
        let gateway = gateway.clone();
        async move {
            let result = answer(&gateway, &serving, &holder, call, outlet).await;
            match &result {
                Ok(answer) => {
                    telemetry::answered(&told, answer);
                    tracing::info!("a call was answered");
                }
                Err(error) => {
                    telemetry::failed(&told, error.code());
                    tracing::info!(error = error as &dyn std::error::Error, "a call was not answered");
                }
            }
            result
        }
    };
    let task = gateway.tasks.spawn(answering.instrument(span));
    Ok(Running(task))
}

async fn answer(
    gateway: &Gateway,
    serving: &Serving,
    holder: &Holder,
    call: Call,
    mut outlet: Outlet,
) -> Result<Answer, RunError> {
    let key = call.key.clone().unwrap_or_else(|| rand::random::<[u8; 32]>().to_vec());
    let payer = holder.mandate.payer;
    let identities = identities(&gateway.config.gateway, &payer, &key, gateway.clock.now_ms());
    let begun = match &call.key {
        Some(_) => serving.begin(gateway, identities, call.body_hash).await?,
        // Nobody has used it before: there is nothing to ask Postgres.
        None => serving.requests().begin(identities, call.body_hash, gateway.clock.now_ms(), true)?,
    };
    match begun {
        Begin::Running => Err(RunError::Running),
        Begin::Ask => Err(RunError::Internal("a request is still unknown after asking")),
        Begin::OtherBody => Err(RunError::OtherBody),
        Begin::Again(Paid::Here(sequence, _)) => again(serving, &call, sequence).await,
        Begin::Again(Paid::Elsewhere(generation, sequence)) => {
            // It may still be in this spool, though no longer remembered.
            if generation == serving.generation && serving.reader.start().is_some_and(|start| start <= sequence) {
                return again(serving, &call, sequence).await;
            }
            once_more(gateway, &call, payer, identities, (generation, sequence)).await
        }
        Begin::New(request) => {
            let result = charge(gateway, serving, holder, &call, request, &mut outlet).await;
            match &result {
                // Nobody can ask for it again.
                Ok(_) if call.key.is_none() => serving.requests().abandon(request),
                Ok(answer) => serving.requests().paid(request, answer.event.position.sequence, gateway.clock.now_ms()),
                // The event may be durable: only a restart can tell, and until
                // then the key must not be charged again.
                Err(RunError::Spool(error)) if error.is_uncertain() => {}
                Err(_) => serving.requests().abandon(request),
            }
            result
        }
    }
}

async fn charge(
    gateway: &Gateway,
    serving: &Serving,
    holder: &Holder,
    call: &Call,
    request: RequestId,
    outlet: &mut Outlet,
) -> Result<Answer, RunError> {
    let mut scene = look(gateway, holder, call)?;
    for agent in scene.agent.all() {
        gateway.reputations.admit(&agent.asset, 1)?;
    }
    let mandate = &holder.mandate;
    let session = match &call.session {
        Some(name) => Some(recall(gateway, &mandate.payer, name, &mut scene).await?),
        None => None,
    };
    let account = Account { vault: mandate.vault, payer: mandate.payer, mandate: holder.id };
    let mut covered = holder.budget.cover(&gateway.pool, &holder.key_hash, scene.total).await?;
    let reservation = serving.desk.reserve(account, scene.total).await?;
    let (lease, reserved) = (reservation.lease(), reservation.maximum());
    let graph_slot = scene.texts.graph_slot;
    let begun = Begun {
        request,
        agent_name: scene.agent.name.clone(),
        elsewhere: matches!(scene.agent.model.answers, Answers::Elsewhere(_)),
        maximum: scene.total,
        at_ms: gateway.clock.now_ms(),
    };
    outlet.tell(Told::Begun(begun)).await;
    let made = compute(gateway, scene, call, request, outlet).await;
    let made = made.and_then(|all| {
        let events = all.into_iter().map(|made| event(gateway, serving, holder, (lease, graph_slot), call, made));
        events.collect::<Result<Vec<_>, _>>()
    });
    let made = match made {
        Ok(made) => made,
        Err(error) => return Err(release(serving, reservation, error)),
    };
    let (mut calls, attachments): (Vec<Called>, Vec<Attachment>) = made.into_iter().unzip();
    // Prices of one reservation: their sum fits.
    let price = BaseUnits(calls.iter().fold(0, |sum: u64, called| sum.saturating_add(called.event.price.0)));
    let events = calls.iter().map(|called| called.event.clone()).zip(attachments).collect();
    let submitted = match serving.queue.submit_all(events) {
        Ok(submitted) => submitted,
        Err(error) => return Err(release(serving, reservation, RunError::Spool(error.into()))),
    };
    match submitted.durable().await {
        Ok(first) => {
            covered.spend(price);
            let mut last = first;
            for (sequence, called) in (first.0..).map(EventSeq).zip(&mut calls) {
                called.event.position.sequence = sequence;
                last = sequence;
            }
            settle(serving, reservation, price, last)?;
            let Called { event, text } = calls.pop().ok_or(RunError::Internal("an answer is missing"))?;
            let remembered = match session {
                Some(held) => Some(remember(gateway, &held, &call.prompt, &text.text).await),
                None => None,
            };
            Ok(Answer { event, text, calls, remembered, again: false })
        }
        // Neither spent nor free: a restart reads it back from the disk.
        Err(error) if error.is_uncertain() => {
            covered.spend(reserved);
            Err(RunError::Spool(error))
        }
        Err(error) => Err(release(serving, reservation, RunError::Spool(error))),
    }
}

/// Waits for the session's turn and reads what the agent remembers of it.
async fn recall(gateway: &Gateway, payer: &PayerId, name: &[u8], scene: &mut Scene) -> Result<Held, RunError> {
    if scene.agent.turns == 0 {
        return Err(RunError::NoMemory);
    }
    let held = gateway.sessions.hold(gateway.sessions.id(payer, &scene.agent.asset, name)).await;
    scene.memory = gateway.sessions.recall(&held, scene.agent.turns).await.map_err(RunError::Session)?;
    Ok(held)
}

/// The answer is paid: if it cannot be remembered, it is given all the same, and
/// says so.
async fn remember(gateway: &Gateway, held: &Held, asked: &str, answered: &str) -> bool {
    let kept = gateway.sessions.remember(held, &Turn::of(asked, answered)).await;
    if let Err(error) = &kept {
        tracing::warn!(error = error as &dyn std::error::Error, "a paid answer is not remembered");
    }
    kept.is_ok()
}

/// The event of an answer, and what belongs to it.
fn event(
    gateway: &Gateway,
    serving: &Serving,
    holder: &Holder,
    (lease, graph_slot): (CreditSeq, Slot),
    call: &Call,
    made: Made,
) -> Result<(Called, Attachment), RunError> {
    let salt = rand::random();
    let event = UsageEvent {
        // The spool sets the sequence.
        position: EventPosition {
            gateway: gateway.config.gateway,
            generation: serving.generation,
            sequence: EventSeq(0),
        },
        vault: holder.mandate.vault,
        payer: holder.mandate.payer,
        mandate: holder.id,
        lease,
        request: made.request,
        agent: made.agent,
        model: made.model,
        price: made.price,
        graph_slot,
        at_ms: gateway.clock.now_ms(),
        uses: USES,
        sidecar: sidecar_commitment(&salt, &made.sidecar),
        evidence: made.evidence,
    };
    let answer = serde_json::to_vec(&made.text).map_err(|_| RunError::Internal("an answer is not JSON"))?;
    let attachment = Attachment { salt, body_hash: call.body_hash, sidecar: made.sidecar, answer };
    Ok((Called { event, text: made.text }, attachment))
}

fn settle(serving: &Serving, reservation: Reservation, price: BaseUnits, sequence: EventSeq) -> Result<(), RunError> {
    serving.desk.settle(reservation, price, sequence).map_err(|error| {
        tracing::error!(error = &error as &dyn std::error::Error, %sequence, "a durable event could not be booked");
        RunError::Internal("the credit book contradicts itself")
    })
}

fn release(serving: &Serving, reservation: Reservation, error: RunError) -> RunError {
    match serving.desk.release(reservation) {
        Ok(()) => error,
        Err(book) => {
            tracing::error!(error = &book as &dyn std::error::Error, "a reservation could not be released");
            RunError::Internal("the credit book contradicts itself")
        }
    }
}
