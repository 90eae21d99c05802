//! How long to wait before trying again: twice as long each time, with jitter,
//! up to a bound. Knows nothing of what is tried.

use std::time::Duration;

/// The first wait.
const FIRST: Duration = Duration::from_millis(100);
/// No wait is longer.
const LONGEST: Duration = Duration::from_secs(5);

/// See the module's head.
#[derive(Clone, Copy, Debug)]
pub struct Backoff(Duration);

impl Default for Backoff {
    fn default() -> Self {
        Self(FIRST)
    }
}

impl Backoff {
    /// The next wait: between half and all of the present step.
    pub fn next_wait(&mut self) -> Duration {
        let step = self.0;
        self.0 = step.saturating_mul(2).min(LONGEST);
        let half = step / 2;
        half + half.mul_f64(rand::random::<f64>())
    }

    /// Waits.
    pub async fn wait(&mut self) {
        tokio::time::sleep(self.next_wait()).await;
    }

    /// It worked: the next wait is short again.
    pub fn reset(&mut self) {
        *self = Self::default();
    }
}
