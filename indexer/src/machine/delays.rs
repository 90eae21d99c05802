//! Growing waits with jitter, the same under the same seed.

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use std::time::Duration;

/// An endless row of waits.
pub struct Delays {
    builder: ExponentialBuilder,
    delays: ExponentialBackoff,
    longest: Duration,
}

impl Delays {
    pub fn new(shortest: Duration, longest: Duration, seed: u64) -> Self {
        let builder = ExponentialBuilder::default()
            .with_min_delay(shortest)
            .with_max_delay(longest)
            .with_jitter()
            .with_jitter_seed(seed)
            .without_max_times();
        Self { builder, delays: builder.build(), longest }
    }

    /// The next wait, longer than the last until it is the longest.
    pub fn next(&mut self) -> Duration {
        self.delays.next().unwrap_or(self.longest)
    }

    /// Begins again with the shortest.
    pub fn reset(&mut self) {
        self.delays = self.builder.build();
    }
}
