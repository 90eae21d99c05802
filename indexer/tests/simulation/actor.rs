//! An indexer as a process: its two machines, its session, and what it waits for.
//! A crash is that it waits no longer.

use std::time::Duration;
use tributary_indexer::machine::{Action, Asking, Input, Machine, Settings, Told, WitnessMachine};

/// What a process waits for.
pub enum Waiting<Question, Answer> {
    /// Asked, and answered when the time has come.
    Question(Question),
    /// Answered already; the answer is under way.
    Answer(Answer),
}

/// A process.
pub struct Actor {
    pub machine: Machine,
    pub witness: WitnessMachine,
    /// The fencing number of its session.
    pub session: Option<u64>,
    /// What its machine waits for, and until when.
    pub waiting: Option<(Duration, Waiting<Action, Input>)>,
    /// The same of its witness.
    pub witnessing: Option<(Duration, Waiting<Asking, Told>)>,
    /// When it is started again, while it is down.
    pub starts_at: Duration,
}

impl Actor {
    pub fn start(settings: Settings, providers: usize, now: Duration) -> Self {
        Self {
            machine: Machine::new(settings, providers),
            witness: WitnessMachine::new(&settings, providers),
            session: None,
            waiting: Some((now, Waiting::Answer(Input::Awake))),
            witnessing: (providers > 1).then_some((now, Waiting::Answer(Told::Awake))),
            starts_at: Duration::ZERO,
        }
    }

    /// Gone, until `starts_at`.
    pub fn crash(&mut self, starts_at: Duration) {
        self.waiting = None;
        self.witnessing = None;
        self.session = None;
        self.starts_at = starts_at;
    }

    /// When something happens here next.
    pub fn due(&self) -> Duration {
        let waiting = self.waiting.as_ref().map(|(due, _)| *due);
        let witnessing = self.witnessing.as_ref().map(|(due, _)| *due);
        match (waiting, witnessing) {
            (None, _) => self.starts_at,
            (Some(due), None) => due,
            (Some(due), Some(other)) => due.min(other),
        }
    }
}
