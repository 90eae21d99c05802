//! Paid requests by idempotency key: the same key is charged once. Pure; the
//! spool and Postgres hold what it is rebuilt from.
//!
//! A key counts in the day of its first use and in the next one, so that
//! identities never repeat. Only the newest are remembered one by one; of older
//! ones that Postgres has, a filter knows which may have been paid, and Postgres
//! is asked.

mod seen;

use seen::Seen;
use std::collections::{BTreeMap, VecDeque};
use tributary_core::event::request_id;
use tributary_core::id::{GatewayId, PayerId, RequestId};
use tributary_core::position::{EventSeq, Generation};

/// A day in milliseconds.
pub const DAY_MS: u64 = 24 * 60 * 60 * 1000;
/// No more are remembered while Postgres is away.
pub const REQUESTS_MAX: usize = 4_000_000;
/// No idempotency key is longer, in bytes.
pub const KEY_BYTES_MAX: usize = 255;

/// Where the paid answer of a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paid {
    /// In this generation's spool, for a request with this body.
    Here(EventSeq, [u8; 32]),
    /// In Postgres, at this generation's position; the answer of an earlier
    /// generation went with its disk.
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
    /// It may have been paid: ask Postgres, [`Requests::recover`] it if so, and
    /// begin again, being sure.
    Ask,
}

/// Why nothing can be remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestsError {
    /// As many as may be are remembered.
    #[error("{REQUESTS_MAX} paid requests of the last days are remembered, which is the limit: retry later")]
    Full,
}

/// See the module's head.
#[derive(Debug)]
pub struct Requests {
    recent_max: usize,
    known: BTreeMap<RequestId, State>,
    by_age: VecDeque<(u64, RequestId)>,
    seen: Seen,
    drained: EventSeq,
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
    /// Remembers nothing; later at most `recent_max` one by one, beside those that
    /// Postgres does not have yet.
    pub fn new(recent_max: usize) -> Self {
        Self {
            recent_max,
            known: BTreeMap::new(),
            by_age: VecDeque::new(),
            seen: Seen::default(),
            drained: EventSeq(0),
        }
    }

    /// Begins a request, unless its key was used before. Whoever is `sure` has
    /// asked Postgres.
    pub fn begin(
        &mut self,
        [today, yesterday]: [RequestId; 2],
        body_hash: [u8; 32],
        now_ms: u64,
        sure: bool,
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
        if !sure && [today, yesterday].iter().any(|identity| self.seen.contains(identity)) {
            return Ok(Begin::Ask);
        }
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
        self.trim(self.drained);
        Ok(())
    }

    /// Notes that Postgres has every event of this generation before `drained`:
    /// beyond the newest, those need not be remembered one by one.
    pub fn trim(&mut self, drained: EventSeq) {
        self.drained = self.drained.max(drained);
        while self.by_age.len() > self.recent_max {
            let Some((at_ms, request)) = self.by_age.front().copied() else { break };
            let waits = match self.known.get(&request) {
                Some(State::Paid(Paid::Here(sequence, _))) => *sequence >= self.drained,
                Some(State::Paid(Paid::Elsewhere(..))) | None => false,
                Some(State::Running(_)) => true,
            };
            if waits || !self.seen.add(at_ms, &request) {
                break;
            }
            self.known.remove(&request);
            self.by_age.pop_front();
        }
    }

    fn forget(&mut self, now_ms: u64) {
        self.seen.forget(now_ms);
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
