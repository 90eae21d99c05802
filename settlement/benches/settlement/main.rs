//! What settlement costs: prints `name=value` lines, ratios against a baseline of
//! the same run. Measures; that results are right is for the tests, but each part
//! checks that it measured the right thing.
//!
//! LEAVES, EVENTS and CLAIMANTS set the sizes.

#![allow(clippy::unwrap_used, missing_docs, reason = "a benchmark ends where it fails")]

mod epoch;
mod made;
mod memory;
mod tree;

/// A size from the environment.
fn size(name: &str, default: u32) -> u32 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name} is not a number")))
}

fn say(name: &str, value: impl std::fmt::Display) {
    println!("{name}={value}");
}

fn say_verify(events: u32, step: &memory::Step) {
    say(&format!("verify_{events}_events_s"), format!("{:.2}", step.seconds));
    say(&format!("verify_{events}_events_cpu_s"), format!("{:.2}", step.cpu_seconds));
}

fn main() {
    let (leaves, events, claimants) =
        (size("LEAVES", 1_000_000), size("EVENTS", 1_000_000), size("CLAIMANTS", 100_000));
    for (name, value) in [("leaves", leaves), ("events", events), ("claimants", claimants)] {
        say(name, value);
    }
    tree::run(leaves);
    // The last one is the full epoch, whose every step is told.
    for part in [events / 4, events / 2] {
        say_verify(part, &epoch::run(part, claimants).verify);
    }
    let full = epoch::run(events, claimants);
    say_verify(events, &full.verify);
    say("verify_s", format!("{:.2}", full.verify.seconds));
    for step in full.steps {
        say(&format!("epoch_{}_s", step.name), format!("{:.2}", step.seconds));
        say(&format!("epoch_{}_cpu_s", step.name), format!("{:.2}", step.cpu_seconds));
        say(&format!("epoch_{}_peak_mb", step.name), step.peak_mb);
    }
}
