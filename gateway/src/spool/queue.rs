//! Collects what callers submit into groups, on a thread of its own. What is
//! submitted together is committed together.
//!
//! While one group is synced the next one gathers, so a busy gateway syncs once
//! for many callers and an idle one at once. The queue is bounded: a full one
//! refuses. Ends when every [`SpoolQueue`] is dropped, after its last event.

use super::SpoolError;
use super::record::Attachment;
use super::writer::SpoolWriter;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot, watch};
use tributary_core::event::UsageEvent;
use tributary_core::group::GROUP_MAX;
use tributary_core::position::EventSeq;

/// Submissions that may wait for the writer.
pub const QUEUE_MAX: usize = 1024;
/// The most events of one submission: several fit into a group.
pub const SUBMISSION_MAX: usize = 256;
/// Attachments beyond this many bytes begin a new group.
pub const GROUP_ATTACHMENT_BYTES: usize = 8 << 20;

/// What a caller hears: the sequence of its first event.
pub type Receipt = Result<EventSeq, Arc<SpoolError>>;

struct Submission {
    events: Vec<(UsageEvent, Attachment)>,
    reply: oneshot::Sender<Receipt>,
}

impl Submission {
    fn attachment_bytes(&self) -> usize {
        self.events.iter().map(|(_, attachment)| attachment.answer.len() + attachment.sidecar.len()).sum()
    }
}

/// Where events are submitted.
#[derive(Clone, Debug)]
pub struct SpoolQueue(mpsc::Sender<Submission>);

/// A submitted event on its way to the disk.
#[derive(Debug)]
pub struct Submitted(oneshot::Receiver<Receipt>);

impl Submitted {
    /// Waits until the events are durable: the first one's sequence.
    pub async fn durable(self) -> Receipt {
        self.0.await.unwrap_or_else(|_| Err(Arc::new(SpoolError::Vanished)))
    }
}

impl SpoolQueue {
    /// Submits an event. Once this returns `Ok` the event may become durable
    /// whatever the caller does.
    pub fn submit(&self, event: UsageEvent, attachment: Attachment) -> Result<Submitted, SpoolError> {
        self.submit_all(vec![(event, attachment)])
    }

    /// Submits events that become durable together, at consecutive sequences.
    pub fn submit_all(&self, events: Vec<(UsageEvent, Attachment)>) -> Result<Submitted, SpoolError> {
        if events.is_empty() || events.len() > SUBMISSION_MAX {
            return Err(SpoolError::TooLarge(SUBMISSION_MAX));
        }
        events.iter().try_for_each(|(_, attachment)| attachment.check())?;
        let (reply, receipt) = oneshot::channel();
        match self.0.try_send(Submission { events, reply }) {
            Ok(()) => Ok(Submitted(receipt)),
            Err(mpsc::error::TrySendError::Full(_)) => Err(SpoolError::QueueFull),
            Err(mpsc::error::TrySendError::Closed(_)) => Err(SpoolError::Closed),
        }
    }
}

/// Starts the writer's thread. The watch tells one past the last durable event.
pub fn start(
    writer: SpoolWriter,
) -> std::io::Result<(SpoolQueue, watch::Receiver<EventSeq>, std::thread::JoinHandle<()>)> {
    let (submit, submitted) = mpsc::channel(QUEUE_MAX);
    let (tell, told) = watch::channel(writer.next());
    let thread = std::thread::Builder::new().name("spool".into()).spawn(move || write_all(writer, submitted, &tell))?;
    Ok((SpoolQueue(submit), told, thread))
}

fn write_all(mut writer: SpoolWriter, mut submitted: mpsc::Receiver<Submission>, tell: &watch::Sender<EventSeq>) {
    // The first submission that did not fit into the group before.
    let mut over: Option<Submission> = None;
    while let Some(first) = over.take().or_else(|| submitted.blocking_recv()) {
        let mut bytes = first.attachment_bytes();
        let mut replies = vec![(first.events.len() as u64, first.reply)];
        let mut batch = first.events;
        while batch.len() < GROUP_MAX && bytes < GROUP_ATTACHMENT_BYTES {
            let Ok(next) = submitted.try_recv() else { break };
            if batch.len() + next.events.len() > GROUP_MAX {
                over = Some(next);
                break;
            }
            bytes += next.attachment_bytes();
            replies.push((next.events.len() as u64, next.reply));
            batch.extend(next.events);
        }
        match writer.append(batch) {
            Ok(first) => {
                tell.send_replace(writer.next());
                let mut sequence = first.0;
                for (events, reply) in replies {
                    // A caller that went away does not change that the event counts.
                    let _ = reply.send(Ok(EventSeq(sequence)));
                    sequence = sequence.saturating_add(events);
                }
            }
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "no event could be written");
                let error = Arc::new(error);
                for (_, reply) in replies {
                    let _ = reply.send(Err(error.clone()));
                }
            }
        }
    }
}
