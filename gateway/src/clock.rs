//! The time of a gateway, in milliseconds of the Unix epoch: for people, and for
//! the days in which idempotency keys count. No money depends on it.
//!
//! While a process lives its time only passes: the wall clock is read once, at
//! the start, and never again, so a wall clock that jumps changes nothing. After
//! a restart time goes on no earlier than the newest event that was charged.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Where time comes from: the machine, unless a drill says otherwise.
#[derive(Clone, Copy, Debug)]
pub struct Clocks {
    /// What the machine believes the time to be, in Unix milliseconds.
    pub wall: fn() -> u64,
    /// What only passes.
    pub passing: fn() -> Instant,
}

impl Default for Clocks {
    fn default() -> Self {
        Self { wall: wall_ms, passing: Instant::now }
    }
}

/// What this machine believes the time to be.
pub fn wall_ms() -> u64 {
    let passed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(passed.as_millis()).unwrap_or(u64::MAX)
}

/// See the module's head.
#[derive(Debug)]
pub struct Clock {
    origin_ms: AtomicU64,
    started: Instant,
    passing: fn() -> Instant,
}

impl Clock {
    /// Reads the wall clock, once.
    pub fn start(clocks: Clocks) -> Self {
        let Clocks { wall, passing } = clocks;
        Self { origin_ms: AtomicU64::new(wall()), started: passing(), passing }
    }

    /// Now, for telling how long ago something was.
    pub fn now(&self) -> Instant {
        (self.passing)()
    }

    /// Now.
    pub fn now_ms(&self) -> u64 {
        let passed = self.now().saturating_duration_since(self.started);
        let passed = u64::try_from(passed.as_millis()).unwrap_or(u64::MAX);
        self.origin_ms.load(Ordering::Relaxed).saturating_add(passed)
    }

    /// Goes on no earlier than at a moment that was seen before, by however much
    /// the wall clock fell back meanwhile. Returns that in milliseconds.
    pub fn not_before(&self, seen_ms: u64) -> u64 {
        let behind = seen_ms.saturating_sub(self.now_ms());
        self.origin_ms.fetch_add(behind, Ordering::Relaxed);
        behind
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_goes_on_no_earlier_than_what_was_seen_and_never_back() {
        let clock = Clock::start(Clocks { wall: || 1_000_000, ..Clocks::default() });
        assert_eq!(clock.not_before(500), 0);
        assert!(clock.now_ms() >= 1_000_000 && clock.now_ms() < 1_060_000);
        assert!(clock.not_before(9_000_000) > 7_900_000);
        assert!(clock.now_ms() >= 9_000_000);
    }

    #[test]
    fn a_wall_clock_that_jumps_while_the_process_lives_changes_nothing() {
        static WALL: AtomicU64 = AtomicU64::new(5_000_000);
        let clock = Clock::start(Clocks { wall: || WALL.load(Ordering::Relaxed), ..Clocks::default() });
        WALL.store(99_000_000, Ordering::Relaxed);
        assert!(clock.now_ms() < 5_060_000);
        WALL.store(0, Ordering::Relaxed);
        assert!(clock.now_ms() >= 5_000_000);
    }
}
