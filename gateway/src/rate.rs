//! A token bucket: so many a second, as many at once after a pause. What is taken
//! together may be more than it holds: it is owed, and nothing is given before the
//! debt is filled up, so that the rate holds over any while. Pure; the caller
//! brings the time.

use std::time::{Duration, Instant};

/// Thousandths of a token, so that slow rates fill exactly.
const TOKEN: i64 = 1_000;

/// See the module's head.
#[derive(Clone, Copy, Debug)]
pub struct Bucket {
    /// Thousandths; below zero is owed.
    level: i64,
    per_second: u32,
    filled: Instant,
}

impl Bucket {
    /// Full.
    pub fn new(per_second: u32, now: Instant) -> Self {
        Self { level: i64::from(per_second) * TOKEN, per_second, filled: now }
    }

    /// Takes one, if there is one.
    pub fn take(&mut self, now: Instant) -> bool {
        self.take_together(1, now)
    }

    /// Takes so many, if there is one.
    pub fn take_together(&mut self, many: u32, now: Instant) -> bool {
        let passed = i64::try_from(now.saturating_duration_since(self.filled).as_millis()).unwrap_or(i64::MAX);
        let fresh = passed.saturating_mul(i64::from(self.per_second));
        if fresh > 0 {
            self.filled = now;
        }
        self.level = self.level.saturating_add(fresh).min(i64::from(self.per_second) * TOKEN);
        let there = self.level >= TOKEN;
        if there {
            self.level = self.level.saturating_sub(i64::from(many) * TOKEN);
        }
        there
    }

    /// How long until there is one.
    pub fn wait(&self) -> Duration {
        let lacking = TOKEN.saturating_sub(self.level).max(0);
        Duration::from_millis(u64::try_from(lacking).unwrap_or(0).div_ceil(u64::from(self.per_second.max(1))))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_full_bucket_serves_a_second_worth_at_once_and_then_its_rate() {
        let start = Instant::now();
        let mut bucket = Bucket::new(5, start);
        assert_eq!((0..10).filter(|_| bucket.take(start)).count(), 5);
        let served = (1..=1_000u64).filter(|ms| bucket.take(start + Duration::from_millis(*ms))).count();
        assert_eq!(served, 5);
    }

    #[test]
    fn what_is_taken_together_is_owed_and_the_rate_holds_over_any_while() {
        let start = Instant::now();
        let mut bucket = Bucket::new(50, start);
        assert!(bucket.take_together(256, start));
        assert_eq!(bucket.wait(), Duration::from_millis(4_140));
        let served = (1..=10_000u64)
            .filter(|ms| bucket.take_together(256, start + Duration::from_millis(*ms)))
            .collect::<Vec<_>>();
        assert_eq!(served, [4_140, 9_260], "206 are owed and one is needed, then 255 and one");
        assert_eq!(bucket.wait(), Duration::from_millis(4_380));
    }
}
