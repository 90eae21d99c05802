//! Paid requests by idempotency key: the same key is charged once. Pure; the
//! spool and Postgres hold what it is rebuilt from.
//!
//! A key counts in the day of its first use and in the next one, so that
//! identities never repeat although only a bounded number is remembered.

use std::collections::{BTreeMap, VecDeque};
use tributary_core::event::request_id;
use tributary_core::id::{GatewayId, PayerId, RequestId};
use tributary_core::position::{EventSeq, Generation};

/// A day in milliseconds.
pub const DAY_MS: u64 = 24 * 60 * 60 * 1000;
/// Requests remembered at a time.
pub const REQUESTS_MAX: usize = 4_000_000;
/// No idempotency key is longer, in bytes.
pub const KEY_BYTES_MAX: usize = 255;

/// Where the paid answer of a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paid {
    /// In this generation's spool, for a request with this body.
    Here(EventSeq, [u8; 32]),
    /// In an earlier generation, whose answers went with its disk.
    Elsewhere(Generation, EventSeq),
}

#[derive(Clone, Copy, Debug)]
enum State {
    Running([u8; 32]),
    Paid(Paid),
}

/// What to do with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begin {
    /// Compute and charge it under this identity, then call
    /// [`Requests::paid`] or [`Requests::abandon`].
    New(RequestId),
    /// The same request is being computed.
    Running,
    /// It was paid: give that answer again.
    Again(Paid),
    /// The key was used with another body.
    OtherBody,
}

/// Why nothing can be remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestsError {
    /// As many as may be are remembered.
    #[error("{REQUESTS_MAX} paid requests of the last days are remembered, which is the limit: retry later")]
    Full,
}

/// See the module's head.
#[derive(Debug, Default)]
pub struct Requests {
    known: BTreeMap<RequestId, State>,
    by_age: VecDeque<(u64, RequestId)>,
}

/// The identities a key may have now: of today, and of yesterday.
pub fn identities(gateway: &GatewayId, payer: &PayerId, key: &[u8], now_ms: u64) -> [RequestId; 2] {
    let today = now_ms / DAY_MS;
    [today, today.saturating_sub(1)].map(|day| {
        let mut named = key.to_vec();
        named.push(0);
        named.extend_from_slice(&day.to_le_bytes());
        request_id(gateway, payer, &named)
    })
}

impl Requests {
    /// Remembers nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Begins a request, unless its key was used before.
    pub fn begin(
        &mut self,
        [today, yesterday]: [RequestId; 2],
        body_hash: [u8; 32],
        now_ms: u64,
    ) -> Result<Begin, RequestsError> {
        for identity in [today, yesterday] {
            match self.known.get(&identity) {
                Some(State::Running(body) | State::Paid(Paid::Here(_, body))) if *body != body_hash => {
                    return Ok(Begin::OtherBody);
                }
                Some(State::Running(_)) => return Ok(Begin::Running),
                Some(State::Paid(paid)) => return Ok(Begin::Again(*paid)),
                None => {}
            }
        }
        self.forget(now_ms);
        if self.known.len() >= REQUESTS_MAX {
            return Err(RequestsError::Full);
        }
        self.known.insert(today, State::Running(body_hash));
        Ok(Begin::New(today))
    }

    /// The request's event is durable.
    pub fn paid(&mut self, request: RequestId, sequence: EventSeq, now_ms: u64) {
        if let Some(state) = self.known.get_mut(&request)
            && let State::Running(body) = *state
        {
            *state = State::Paid(Paid::Here(sequence, body));
            self.by_age.push_back((now_ms, request));
        }
    }

    /// The request came to nothing and was not charged: its key is free.
    pub fn abandon(&mut self, request: RequestId) {
        if matches!(self.known.get(&request), Some(State::Running(_))) {
            self.known.remove(&request);
        }
    }

    /// Takes in a request paid before the process began. What this spool holds
    /// goes before what only Postgres knows.
    pub fn recover(&mut self, request: RequestId, at_ms: u64, paid: Paid) -> Result<(), RequestsError> {
        if self.known.len() >= REQUESTS_MAX {
            return Err(RequestsError::Full);
        }
        if self.known.insert(request, State::Paid(paid)).is_none() {
            self.by_age.push_back((at_ms, request));
        }
        Ok(())
    }

    fn forget(&mut self, now_ms: u64) {
        while let Some((at_ms, request)) = self.by_age.front().copied() {
            // Its day and the next have passed.
            if at_ms / DAY_MS + 2 > now_ms / DAY_MS {
                break;
            }
            self.known.remove(&request);
            self.by_age.pop_front();
        }
    }

    /// How many are remembered.
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }
}

#[cfg(test)]
mod tests;
