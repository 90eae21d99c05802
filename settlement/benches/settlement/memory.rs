//! How long a step takes and how much memory the process had at most in it.

use std::time::Instant;

/// A measured step.
#[derive(Clone)]
pub struct Step {
    pub name: &'static str,
    pub seconds: f64,
    /// Of all threads together: what a busy machine does not change much.
    pub cpu_seconds: f64,
    /// Resident at most, with what earlier steps still hold.
    pub peak_mb: u64,
}

/// Runs a step.
pub fn step<T>(name: &'static str, run: impl FnOnce() -> T) -> (Step, T) {
    // Linux then counts the peak anew.
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let (started, cpu) = (Instant::now(), cpu_seconds());
    let result = run();
    let (seconds, cpu_seconds) = (started.elapsed().as_secs_f64(), cpu_seconds() - cpu);
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let kilobytes: u64 = line.split_whitespace().next().unwrap().parse().unwrap();
    (Step { name, seconds, cpu_seconds, peak_mb: kilobytes / 1024 }, result)
}

/// What the process's threads have computed so far.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    // The program's name, in parentheses, may hold blanks; user and system time come 12th and 13th after it.
    let (_, fields) = stat.rsplit_once(')').unwrap();
    let ticks: u64 = fields.split_whitespace().skip(11).take(2).map(|ticks| ticks.parse::<u64>().unwrap()).sum();
    ticks as f64 / 100.0
}
