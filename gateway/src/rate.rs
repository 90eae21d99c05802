//! A token bucket: so many a second, as many at once after a pause. Pure; the
//! caller brings the time.

use std::time::Instant;

/// Thousandths of a token, so that slow rates fill exactly.
const TOKEN: u64 = 1_000;

/// See the module's head.
#[derive(Clone, Copy, Debug)]
pub struct Bucket {
    level: u64,
    per_second: u32,
    filled: Instant,
}

impl Bucket {
    /// Full.
    pub fn new(per_second: u32, now: Instant) -> Self {
        Self { level: u64::from(per_second) * TOKEN, per_second, filled: now }
    }

    /// Takes one, if there is one.
    pub fn take(&mut self, now: Instant) -> bool {
        let passed = u64::try_from(now.saturating_duration_since(self.filled).as_millis()).unwrap_or(u64::MAX);
        let fresh = passed.saturating_mul(u64::from(self.per_second));
        if fresh > 0 {
            self.filled = now;
        }
        self.level = self.level.saturating_add(fresh).min(u64::from(self.per_second) * TOKEN);
        let taken = self.level.checked_sub(TOKEN);
        self.level = taken.unwrap_or(self.level);
        taken.is_some()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_full_bucket_serves_a_second_worth_at_once_and_then_its_rate() {
        let start = Instant::now();
        let mut bucket = Bucket::new(5, start);
        assert_eq!((0..10).filter(|_| bucket.take(start)).count(), 5);
        let served = (1..=1_000u64).filter(|ms| bucket.take(start + Duration::from_millis(*ms))).count();
        assert_eq!(served, 5);
    }
}
