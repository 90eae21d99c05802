//! A paid answer given again: read back from the spool, or, when that went with a
//! disk, computed once more. Charges nothing.

use super::call::{Answer, Call, Called, RunError};
use super::compute::{Texts, compute, scene};
use super::outlet::Outlet;
use crate::catalogue::Answers;
use crate::credit::desk::DeskError;
use crate::events;
use crate::gateway::{Gateway, Serving, View};
use tributary_core::id::{PayerId, RequestId};
use tributary_core::position::{EventSeq, Generation};

/// From the spool, with the calls that were made for it.
pub(super) async fn again(serving: &Serving, call: &Call, sequence: EventSeq) -> Result<Answer, RunError> {
    let reader = serving.reader.clone();
    let record = tokio::task::spawn_blocking(move || reader.record(sequence))
        .await
        .map_err(|_| RunError::Internal("a read died"))?
        .map_err(|error| RunError::Spool(error.into()))?;
    let damaged = || RunError::Internal("a kept answer is damaged");
    let place = record.place_of(sequence).ok_or_else(damaged)?;
    let attachment = record.attachments.get(place).ok_or_else(damaged)?;
    if attachment.body_hash != call.body_hash {
        return Err(RunError::OtherBody);
    }
    let read = |place: usize| -> Result<Called, RunError> {
        let event = record.group.events.get(place).cloned().ok_or_else(damaged)?;
        let answer = &record.attachments.get(place).ok_or_else(damaged)?.answer;
        Ok(Called { event, text: serde_json::from_slice(answer).map_err(|_| damaged())? })
    };
    let Called { event, text } = read(place)?;
    // What was submitted together lies in one record.
    let first = usize::try_from(text.calls).ok().and_then(|calls| place.checked_sub(calls)).ok_or_else(damaged)?;
    let calls = (first..place).map(read).collect::<Result<_, _>>()?;
    Ok(Answer { event, text, calls, remembered: None, again: true })
}

/// A paid answer whose text went with a disk: computed once more, free of
/// charge, when it comes out as it was charged, and so do the calls made for it.
pub(super) async fn once_more(
    gateway: &Gateway,
    call: &Call,
    payer: PayerId,
    identities: [RequestId; 2],
    (generation, sequence): (Generation, EventSeq),
) -> Result<Answer, RunError> {
    let lost = || RunError::AnswerLost(generation, sequence);
    let read = |sequence| events::read(&gateway.pool, gateway.config.gateway, generation, sequence);
    let event = read(sequence)
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
    // What was said elsewhere would not be said again, and would cost again; and what
    // was remembered then is not what is remembered now.
    if call.session.is_some() || agent.all().any(|agent| matches!(agent.model.answers, Answers::Elsewhere(_))) {
        return Err(lost());
    }
    let texts = Texts { evidence: catalogue.evidence.clone(), neighbours, graph_slot: event.graph_slot };
    let scene = scene(agent, texts, call)?;
    let made = compute(gateway, scene, call, event.request, &mut Outlet::default()).await?;
    let first = sequence.0.checked_sub(made.len().saturating_sub(1) as u64).ok_or_else(lost)?;
    let mut calls = Vec::new();
    for (place, made) in (first..).zip(made) {
        let same = |event: &tributary_core::event::UsageEvent| {
            (event.request, event.agent, event.price) == (made.request, made.agent, made.price)
                && event.evidence == made.evidence
        };
        let event = read(EventSeq(place)).await.map_err(DeskError::from)?.filter(same).ok_or_else(lost)?;
        calls.push(Called { event, text: made.text });
    }
    let Called { event, text } = calls.pop().ok_or_else(lost)?;
    Ok(Answer { event, text, calls, remembered: None, again: true })
}
