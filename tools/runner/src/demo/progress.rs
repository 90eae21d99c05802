//! What the demo says while it works: a bar where there is a terminal, plain
//! lines where there is none.

use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::time::Instant;

/// Announces chapters and long steps.
pub struct Progress {
    start: Instant,
    terminal: bool,
}

/// A long step.
pub struct Step {
    bar: Option<ProgressBar>,
    name: String,
    total: u64,
    begun: Instant,
}

impl Progress {
    /// Starts the clock.
    pub fn new() -> Self {
        Self { start: Instant::now(), terminal: std::io::stderr().is_terminal() }
    }

    /// Says one thing.
    pub fn say(&self, text: &str) {
        println!("{:>6.1} s  {text}", self.start.elapsed().as_secs_f32());
    }

    /// Begins a step of `total` parts.
    pub fn step(&self, name: &str, total: u64) -> Step {
        let bar = self.terminal.then(|| {
            let bar = ProgressBar::new(total);
            let style = ProgressStyle::with_template("          {msg:<38} {bar:30} {pos}/{len} {eta}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.set_message(name.to_owned());
            bar
        });
        if bar.is_none() {
            self.say(&format!("{name} …"));
        }
        Step { bar, name: name.to_owned(), total, begun: Instant::now() }
    }

    /// Seconds since the start.
    pub fn seconds(&self) -> u64 {
        self.start.elapsed().as_secs()
    }
}

impl Default for Progress {
    fn default() -> Self {
        Self::new()
    }
}

impl Step {
    /// One part more is done.
    pub fn tick(&self) {
        if let Some(bar) = &self.bar {
            bar.inc(1);
        }
    }

    /// All is done.
    pub fn end(self, progress: &Progress) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
        let seconds = self.begun.elapsed().as_secs_f32();
        progress.say(&format!("{}: {} in {seconds:.1} s", self.name, self.total));
    }
}
