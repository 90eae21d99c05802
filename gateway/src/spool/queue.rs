//! Collects what callers submit into groups, on a thread of its own.
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

/// Events that may wait for the writer.
pub const QUEUE_MAX: usize = 1024;
/// Attachments beyond this many bytes begin a new group.
pub const GROUP_ATTACHMENT_BYTES: usize = 8 << 20;

/// What a caller hears of its event.
pub type Receipt = Result<EventSeq, Arc<SpoolError>>;

struct Submission {
    event: UsageEvent,
    attachment: Attachment,
    reply: oneshot::Sender<Receipt>,
}

/// Where events are submitted.
#[derive(Clone, Debug)]
pub struct SpoolQueue(mpsc::Sender<Submission>);

/// A submitted event on its way to the disk.
#[derive(Debug)]
pub struct Submitted(oneshot::Receiver<Receipt>);

impl Submitted {
    /// Waits until the event is durable: its sequence.
    pub async fn durable(self) -> Receipt {
        self.0.await.unwrap_or_else(|_| Err(Arc::new(SpoolError::Vanished)))
    }
}

impl SpoolQueue {
    /// Submits an event. Once this returns `Ok` the event may become durable
    /// whatever the caller does.
    pub fn submit(&self, event: UsageEvent, attachment: Attachment) -> Result<Submitted, SpoolError> {
        attachment.check()?;
        let (reply, receipt) = oneshot::channel();
        match self.0.try_send(Submission { event, attachment, reply }) {
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
    while let Some(first) = submitted.blocking_recv() {
        let mut bytes = first.attachment.answer.len() + first.attachment.sidecar.len();
        let mut batch = vec![(first.event, first.attachment)];
        let mut replies = vec![first.reply];
        while batch.len() < GROUP_MAX && bytes < GROUP_ATTACHMENT_BYTES {
            let Ok(next) = submitted.try_recv() else { break };
            bytes += next.attachment.answer.len() + next.attachment.sidecar.len();
            batch.push((next.event, next.attachment));
            replies.push(next.reply);
        }
        match writer.append(batch) {
            Ok(first) => {
                tell.send_replace(writer.next());
                for (sequence, reply) in (first.0..).zip(replies) {
                    // A caller that went away does not change that the event counts.
                    let _ = reply.send(Ok(EventSeq(sequence)));
                }
            }
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "no event could be written");
                let error = Arc::new(error);
                for reply in replies {
                    let _ = reply.send(Err(error.clone()));
                }
            }
        }
    }
}
