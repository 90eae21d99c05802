//! The time of a gateway, in milliseconds of the Unix epoch: for people, and for
//! the days in which idempotency keys count. No money depends on it.
//!
//! While a process lives its time only passes: the wall clock is read once, at
//! the start, and never again, so a wall clock that jumps changes nothing. After
//! a restart time goes on no earlier than the newest event that was charged.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Where the wall clock is read: [`wall_ms`] unless a drill says otherwise.
pub type WallClock = fn() -> u64;

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
}

impl Clock {
    /// Reads the wall clock, once.
    pub fn start(wall: WallClock) -> Self {
        Self { origin_ms: AtomicU64::new(wall()), started: Instant::now() }
    }

    /// Now.
    pub fn now_ms(&self) -> u64 {
        let passed = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
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
        let clock = Clock::start(|| 1_000_000);
        assert_eq!(clock.not_before(500), 0);
        assert!(clock.now_ms() >= 1_000_000 && clock.now_ms() < 1_060_000);
        assert!(clock.not_before(9_000_000) > 7_900_000);
        assert!(clock.now_ms() >= 9_000_000);
    }

    #[test]
    fn a_wall_clock_that_jumps_while_the_process_lives_changes_nothing() {
        static WALL: AtomicU64 = AtomicU64::new(5_000_000);
        let clock = Clock::start(|| WALL.load(Ordering::Relaxed));
        WALL.store(99_000_000, Ordering::Relaxed);
        assert!(clock.now_ms() < 5_060_000);
        WALL.store(0, Ordering::Relaxed);
        assert!(clock.now_ms() >= 5_000_000);
    }
}
