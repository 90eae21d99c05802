//! Following the feed: one task watches how far the chain is indexed, streams
//! read only when it moved.

use crate::changes::{self, Filter, Position};
use crate::problem::ReadError;
use crate::readers::Readers;
use crate::rows::Columns;
use crate::server::Api;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, HeaderName};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::stream;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// How often to look how far the chain is indexed: about once a slot.
const EVERY: Duration = Duration::from_millis(400);
/// Changes read at once.
const READ_AT_ONCE: usize = 100;
/// A stream ends after this, and its client comes back.
const LIFE: Duration = Duration::from_secs(3600);
/// How often a silent stream says that it lives.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// How far the chain is indexed: slots of the newest events known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tip {
    confirmed: u64,
    finalised: u64,
}

/// What all streams share.
#[derive(Clone)]
pub struct Streams {
    tip: watch::Receiver<Tip>,
    seats: Arc<Semaphore>,
    shutdown: CancellationToken,
}

impl Streams {
    /// Starts watching, for at most `seats` streams at once.
    pub fn start(readers: Readers, seats: usize, shutdown: CancellationToken) -> Self {
        let (sender, tip) = watch::channel(Tip::default());
        let end = shutdown.clone();
        tokio::spawn(async move { end.run_until_cancelled(watch_tip(readers, sender)).await });
        Self { tip, seats: Arc::new(Semaphore::new(seats)), shutdown }
    }
}

async fn watch_tip(readers: Readers, sender: watch::Sender<Tip>) {
    let mut tick = tokio::time::interval(EVERY);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        // One receiver is the one that new streams copy.
        if sender.receiver_count() <= 1 {
            continue;
        }
        // Without the database streams are silent; they go on where they were.
        if let Ok(tip) = read_tip(&readers).await {
            sender.send_if_modified(|known| std::mem::replace(known, tip) != tip);
        }
    }
}

async fn read_tip(readers: &Readers) -> Result<Tip, ReadError> {
    let query = || {
        sqlx::query(
            "SELECT (SELECT coalesce(max(slot), 0) FROM chain.events WHERE slot <= s.confirmed_slot) AS confirmed,
                    (SELECT coalesce(max(slot), 0) FROM chain.events WHERE slot <= s.finalised_slot) AS finalised
             FROM chain.status s",
        )
    };
    let row = readers.row(query).await?.ok_or(ReadError::NotIndexed)?;
    Ok(Tip { confirmed: row.count("confirmed")?, finalised: row.count("finalised")? })
}

/// One reader of the feed.
struct Follower {
    readers: Readers,
    filter: Filter,
    is_final: bool,
    position: Position,
    ready: VecDeque<changes::Change>,
    tip: watch::Receiver<Tip>,
    shutdown: CancellationToken,
    end: Instant,
    _seat: OwnedSemaphorePermit,
}

/// Answers with the feed after a position, without end.
pub fn follow(api: &Api, filter: Filter, is_final: bool, after: Position) -> Result<Response, ReadError> {
    let streams = &api.streams;
    let seat = streams.seats.clone().try_acquire_owned().map_err(|_| ReadError::Busy)?;
    let mut tip = streams.tip.clone();
    // Look at once: what lies between the position and now is already there.
    tip.mark_changed();
    let follower = Follower {
        readers: api.readers.clone(),
        filter,
        is_final,
        position: after,
        ready: VecDeque::new(),
        tip,
        shutdown: streams.shutdown.clone(),
        end: Instant::now() + LIFE,
        _seat: seat,
    };
    let events = stream::unfold(follower, async |mut follower| {
        let change = follower.next().await?;
        let event = Event::default().id(&change.cursor).event(&change.kind).json_data(&change);
        Some((event, follower))
    });
    let mut response = Sse::new(events).keep_alive(KeepAlive::new().interval(HEARTBEAT)).into_response();
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // For proxies that would hold events back.
    response.headers_mut().insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    Ok(response)
}

impl Follower {
    /// The next change; `None` when the stream is to end.
    async fn next(&mut self) -> Option<changes::Change> {
        loop {
            if let Some(change) = self.ready.pop_front() {
                return Some(change);
            }
            let moved = self.shutdown.clone();
            tokio::select! {
                () = moved.cancelled() => return None,
                () = tokio::time::sleep_until(self.end) => return None,
                changed = self.tip.changed() => changed.ok()?,
            }
            if let Err(error) = self.read().await {
                tracing::warn!(error = &error as &dyn std::error::Error, "a stream ends; its client comes back");
                return None;
            }
        }
    }

    async fn read(&mut self) -> Result<(), ReadError> {
        let mut snapshot = crate::snapshot::Snapshot::open(&self.readers).await?;
        let up_to = if self.is_final { snapshot.finalised_slot() } else { snapshot.as_of_slot() };
        let read = changes::read(snapshot.connection(), &self.filter, Some(self.position), up_to, READ_AT_ONCE).await?;
        self.position = read.position.unwrap_or(self.position);
        self.ready.extend(read.changes);
        if read.has_more {
            self.tip.mark_changed();
        }
        Ok(())
    }
}
