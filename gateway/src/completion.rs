//! One paid call, from the reserved maximum price to the durable event.
//!
//! The order is what keeps money right: remember the request, reserve, compute,
//! spool, settle, answer. It runs in a task of its own, so that a caller who
//! hangs up leaves nothing half done. Knows no HTTP.

mod call;
mod compute;
mod elsewhere;
mod outlet;
mod standing;

pub(crate) use standing::Standing;

pub use call::{Answer, Call, Delivery, Form, PIECES_MAX, PROMPT_BYTES_MAX, RunError, Text};
pub(crate) use compute::pieces;
pub use compute::{Scene as Quote, quote};
pub use outlet::{Begun, Outlet, Told};

use crate::catalogue::Answers;
use crate::catalogue::build::USES;
use crate::credit::book::{Account, Reservation};
use crate::credit::desk::DeskError;
use crate::gateway::{Gateway, Serving, Stage, View};
use crate::mandates::Holder;
use crate::requests::{Begin, Paid, identities};
use crate::spool::record::Attachment;
use crate::telemetry;
use compute::{compute, look, scene};
use std::sync::Arc;
use tokio::task::JoinHandle;
use tracing::Instrument;
use tributary_core::amount::BaseUnits;
use tributary_core::event::{EventPosition, UsageEvent, sidecar_commitment};
use tributary_core::id::{PayerId, RequestId};
use tributary_core::position::{EventSeq, Generation};

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
    match serving.begin(gateway, identities, call.body_hash).await? {
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
    let scene = look(gateway, holder, call)?;
    gateway.reputations.admit(&scene.agent.asset)?;
    let mandate = &holder.mandate;
    let account = Account { vault: mandate.vault, payer: mandate.payer, mandate: holder.id };
    let mut covered = holder.budget.cover(&gateway.pool, &holder.key_hash, scene.maximum).await?;
    let reservation = serving.desk.reserve(account, scene.maximum).await?;
    let (lease, reserved) = (reservation.lease(), reservation.maximum());
    let graph_slot = scene.graph_slot;
    let (agent, model) = (scene.agent.asset, scene.agent.model.asset);
    let begun = Begun {
        request,
        agent_name: scene.agent.name.clone(),
        elsewhere: matches!(scene.agent.model.answers, Answers::Elsewhere(_)),
        maximum: scene.maximum,
        at_ms: gateway.clock.now_ms(),
    };
    outlet.tell(Told::Begun(begun)).await;
    let made = match compute(gateway, scene, call, request, outlet).await {
        Ok(made) => made,
        Err(error) => return Err(release(serving, reservation, error)),
    };
    let salt = rand::random();
    let event = UsageEvent {
        // The spool sets the sequence.
        position: EventPosition {
            gateway: gateway.config.gateway,
            generation: serving.generation,
            sequence: EventSeq(0),
        },
        vault: mandate.vault,
        payer: mandate.payer,
        mandate: holder.id,
        lease,
        request,
        agent,
        model,
        price: made.price,
        graph_slot,
        at_ms: gateway.clock.now_ms(),
        uses: USES,
        sidecar: sidecar_commitment(&salt, &made.sidecar),
        evidence: made.evidence,
    };
    let answer = serde_json::to_vec(&made.text).map_err(|_| RunError::Internal("an answer is not JSON"));
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => return Err(release(serving, reservation, error)),
    };
    let attachment = Attachment { salt, body_hash: call.body_hash, sidecar: made.sidecar, answer };
    let submitted = match serving.queue.submit(event.clone(), attachment) {
        Ok(submitted) => submitted,
        Err(error) => return Err(release(serving, reservation, RunError::Spool(error.into()))),
    };
    match submitted.durable().await {
        Ok(sequence) => {
            covered.spend(made.price);
            settle(serving, reservation, made.price, sequence)?;
            let position = EventPosition { sequence, ..event.position };
            Ok(Answer { event: UsageEvent { position, ..event }, text: made.text, again: false })
        }
        // Neither spent nor free: a restart reads it back from the disk.
        Err(error) if error.is_uncertain() => {
            covered.spend(reserved);
            Err(RunError::Spool(error))
        }
        Err(error) => Err(release(serving, reservation, RunError::Spool(error))),
    }
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

async fn again(serving: &Serving, call: &Call, sequence: EventSeq) -> Result<Answer, RunError> {
    let reader = serving.reader.clone();
    let (event, attachment) = tokio::task::spawn_blocking(move || reader.event(sequence))
        .await
        .map_err(|_| RunError::Internal("a read died"))?
        .map_err(|error| RunError::Spool(error.into()))?;
    if attachment.body_hash != call.body_hash {
        return Err(RunError::OtherBody);
    }
    let text =
        serde_json::from_slice(&attachment.answer).map_err(|_| RunError::Internal("a kept answer is damaged"))?;
    Ok(Answer { event, text, again: true })
}

/// A paid answer whose text went with a disk: computed once more, free of
/// charge, when it comes out as it was charged.
async fn once_more(
    gateway: &Gateway,
    call: &Call,
    payer: PayerId,
    identities: [RequestId; 2],
    (generation, sequence): (Generation, EventSeq),
) -> Result<Answer, RunError> {
    let lost = || RunError::AnswerLost(generation, sequence);
    let event = crate::events::read(&gateway.pool, gateway.config.gateway, generation, sequence)
        .await
        .map_err(DeskError::from)?
        .filter(|event| event.payer == payer && identities.contains(&event.request))
        .ok_or_else(lost)?;
    let view = gateway.view();
    let neighbours = view.catalogue.as_ref().and_then(|(catalogue, _)| view.neighbours_of(&catalogue.evidence));
    let View { catalogue: Some((catalogue, _)), .. } = view else {
        return Err(RunError::NotServing("it has not read the registered assets yet".into()));
    };
    let agent = catalogue.agent(&call.agent).filter(|agent| agent.asset == event.agent).cloned().ok_or_else(lost)?;
    // What was said elsewhere would not be said again, and would cost again.
    if matches!(agent.model.answers, Answers::Elsewhere(_)) {
        return Err(lost());
    }
    let scene = scene(agent, (catalogue.evidence.clone(), neighbours), event.graph_slot, call)?;
    let made = compute(gateway, scene, call, event.request, &mut Outlet::default()).await?;
    if made.price != event.price || made.evidence != event.evidence {
        return Err(lost());
    }
    Ok(Answer { event, text: made.text, again: true })
}
