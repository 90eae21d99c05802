//! Runs a chain, providers, a store and indexers together in virtual time, under
//! a seed that decides everything, and checks after each commit that nothing
//! wrong is final.

use crate::actor::{Actor, Waiting};
use crate::chain::Chain;
use crate::node::Node;
use crate::store::Model;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use std::time::Duration;
use tributary_core::id::Genesis;
use tributary_core::position::Slot;
use tributary_indexer::machine::{Action, Asking, Commit, Committed, Failure, Input, Settings, Told, Trouble};

const SLOT: Duration = Duration::from_millis(400);
/// Steps after which a run that has not ended is stuck.
const STEPS_MAX: usize = 200_000;

/// How bad a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weather {
    Calm,
    Storm,
}

/// What was done with the store, as far as it changed something. Read by the test
/// that gives Postgres the same.
#[allow(dead_code)]
pub enum Entry {
    Opened,
    Rewound,
    Committed(Box<Commit>, Result<Committed, Trouble>),
}

pub struct Run {
    pub random: StdRng,
    pub chain: Chain,
    pub store: Model,
    pub nodes: Vec<Node>,
    pub weather: Weather,
    /// Every commit is applied twice.
    pub replays: bool,
    /// What was done with the store, while somebody wants to know.
    pub journal: Option<Vec<Entry>>,
    pub actors: Vec<Actor>,
    settings: Settings,
    pub now: Duration,
    ticks_at: Duration,
    pub database_away_until: Duration,
    /// Whether notifications come.
    notified: bool,
    busy: bool,
}

impl Run {
    /// Indexers on a chain, through these providers, with an empty store.
    pub fn new(seed: u64, chain: Chain, nodes: Vec<Node>, indexers: usize) -> Self {
        let mut random = StdRng::seed_from_u64(seed);
        let settings = Settings {
            page: random.random_range(3..12),
            fetch_max: random.random_range(1..8),
            listed_max: random.random_range(40..200),
            seed,
            ..Settings::default()
        };
        let actors = (0..indexers).map(|_| Actor::start(settings, nodes.len(), Duration::ZERO)).collect();
        let notified = random.random_range(0..2) == 0;
        Self {
            random,
            chain,
            store: Model::default(),
            nodes,
            weather: Weather::Calm,
            replays: false,
            journal: None,
            actors,
            settings,
            now: Duration::ZERO,
            ticks_at: SLOT,
            database_away_until: Duration::ZERO,
            notified,
            busy: false,
        }
    }

    fn storms(&self) -> bool {
        self.weather == Weather::Storm
    }

    pub fn chance(&mut self, of: u32) -> bool {
        self.random.random_range(0..of) == 0
    }

    /// So many slots of bad weather, with transactions.
    pub fn storm(&mut self, slots: u64) {
        let end = Slot(self.chain.now().tip.confirmed.0 + slots);
        (self.weather, self.busy) = (Weather::Storm, true);
        self.until(|run| run.chain.now().tip.confirmed >= end);
        (self.weather, self.busy) = (Weather::Calm, false);
        for node in &mut self.nodes {
            *node = Node { reversed: node.reversed, ..Node::default() };
        }
        self.database_away_until = Duration::ZERO;
    }

    /// Goes on until everything up to a slot is final in the store.
    pub fn until_final(&mut self, slot: Slot) {
        self.until(|run| run.store.finalised >= slot);
    }

    fn until(&mut self, done: impl Fn(&Self) -> bool) {
        let mut steps = 0;
        while !done(self) {
            steps += 1;
            assert!(steps < STEPS_MAX, "stuck: {}", self.describe());
            self.step();
        }
    }

    /// For whoever reads a failure.
    pub fn describe(&self) -> String {
        let actors: Vec<_> = self
            .actors
            .iter()
            .map(|actor| (actor.session, actor.machine.provider(), actor.machine.cursor(), actor.machine.question()))
            .collect();
        format!(
            "at {:?}, chain {:?}, finalised {}, cursor {:?}, gaps {:?}, dead letters {}, indexers {actors:?}",
            self.now,
            self.chain.now().tip,
            self.store.finalised,
            self.store.cursor,
            self.store.gaps,
            self.store.dead_letters.len(),
        )
    }

    fn step(&mut self) {
        let next = (0..self.actors.len()).min_by_key(|who| self.actors[*who].due());
        match next {
            Some(who) if self.actors[who].due() < self.ticks_at => {
                self.now = self.now.max(self.actors[who].due());
                self.resume(who);
            }
            _ => {
                self.now = self.ticks_at;
                self.ticks_at += SLOT;
                self.chain.pass(1, self.busy, self.storms());
                if self.storms() {
                    self.worsen();
                }
                if self.notified {
                    self.notify();
                }
            }
        }
    }

    fn resume(&mut self, who: usize) {
        let now = self.now;
        let actor = &mut self.actors[who];
        if actor.waiting.is_none() {
            *actor = Actor::start(self.settings, self.nodes.len(), now);
            return;
        }
        if actor.witnessing.as_ref().is_some_and(|(due, _)| *due <= now) {
            if let Some((_, waiting)) = actor.witnessing.take() {
                self.witness(who, waiting);
            }
            return;
        }
        let Some((_, waiting)) = actor.waiting.take() else { return };
        let provider = actor.machine.provider();
        let input = match waiting {
            Waiting::Answer(input) => input,
            Waiting::Question(action) => self.answer(who, provider, &action),
        };
        let actor = &mut self.actors[who];
        for (place, tip) in actor.witness.tips().into_iter().enumerate() {
            if let Some((tip, at)) = tip {
                actor.machine.hear(at, place, tip);
            }
        }
        if let Some(testimony) = actor.witness.testimony() {
            actor.machine.testify(testimony);
        }
        let before = actor.machine.cursor();
        let rewound = matches!(input, Input::Rewound(_) | Input::Opened(_));
        let action = actor.machine.step(now, input);
        assert!(rewound || actor.machine.cursor() >= before, "the cursor went back");
        self.wait(who, action);
    }

    /// Lets an action take its time; its answer is of the beginning or of the end.
    fn wait(&mut self, who: usize, action: Action) {
        let provider = self.actors[who].machine.provider();
        let takes = match &action {
            Action::End => {
                // Whoever runs it starts it again.
                self.actors[who].crash(self.now + Duration::from_secs(1));
                return;
            }
            Action::Sleep { duration, .. } => *duration,
            _ if self.storms() && self.chance(40) => Duration::from_millis(self.random.random_range(1_000..20_000)),
            _ => Duration::from_millis(self.random.random_range(1..150)),
        };
        let sleeps = matches!(action, Action::Sleep { .. });
        let waiting = if sleeps || self.chance(2) {
            Waiting::Question(action)
        } else {
            Waiting::Answer(self.answer(who, provider, &action))
        };
        self.actors[who].waiting = Some((self.now + takes, waiting));
    }

    fn answer(&mut self, who: usize, provider: usize, action: &Action) -> Input {
        let asks = matches!(action, Action::Identify | Action::Probe | Action::List(_) | Action::Fetch(_));
        let node = &self.nodes[provider];
        if asks && let Some(failure) = node.fault(&mut self.random) {
            return Input::Failed(failure);
        }
        match action {
            Action::Identify => Input::Identified(Genesis([1; 32])),
            Action::Probe => {
                let heads = node.heads(&mut self.random, &self.chain, &self.store.known());
                Input::Probed { tip: node.tip(&self.chain), heads }
            }
            Action::List(request) => match node.list(&mut self.random, &self.chain, request) {
                Ok(page) => Input::Page(page),
                Err(failure) => Input::Failed(failure),
            },
            Action::Fetch(signatures) => Input::Fetched(node.fetch(&mut self.random, &self.chain, signatures)),
            Action::Open(_) => self.open(who),
            Action::Commit(commit) => self.commit(who, commit),
            Action::Rewind => self.in_session(who, |store, fence, journal| {
                let resume = store.rewind(fence)?;
                journal.extend([Entry::Rewound]);
                Ok(Input::Rewound(resume))
            }),
            Action::Sleep { .. } | Action::End => Input::Awake,
        }
    }

    fn note(&mut self, entry: impl Fn() -> Entry) {
        if let Some(journal) = &mut self.journal {
            journal.push(entry());
        }
    }

    fn open(&mut self, who: usize) -> Input {
        if self.database_fails() {
            return Input::StoreFailed(Trouble::Passing);
        }
        match self.store.open(who) {
            Some((fence, resume)) => {
                self.note(|| Entry::Opened);
                self.actors[who].session = Some(fence);
                Input::Opened(resume)
            }
            None => Input::Occupied,
        }
    }

    fn commit(&mut self, who: usize, commit: &Commit) -> Input {
        let times = if self.replays { 2 } else { 1 };
        let input = self.in_session(who, |store, fence, journal| {
            let committed = store.commit(fence, commit);
            if fence == store.writer {
                journal.extend([Entry::Committed(Box::new(commit.clone()), committed.clone())]);
            }
            let mut committed = committed?;
            for _ in 1..times {
                let again =
                    store.commit(fence, &Commit { witness: Default::default(), verified: None, ..commit.clone() })?;
                committed.gaps = again.gaps;
            }
            Ok(Input::Committed(committed))
        });
        self.check();
        input
    }

    /// A statement of it may fail, and so may the answer to what is durable.
    fn in_session(
        &mut self,
        who: usize,
        act: impl Fn(&mut Model, u64, &mut Vec<Entry>) -> Result<Input, Trouble>,
    ) -> Input {
        let failed = Input::StoreFailed(Trouble::Passing);
        let Some(fence) = self.actors[who].session else { return failed };
        let mut entries = Vec::new();
        let fails = self.database_fails();
        let outcome = if fails { Err(Trouble::Passing) } else { act(&mut self.store, fence, &mut entries) };
        if let Some(journal) = &mut self.journal {
            journal.extend(entries);
        }
        let trouble = match outcome {
            Ok(input) if !(self.storms() && self.chance(50)) => return input,
            Ok(_) => Trouble::Passing,
            Err(trouble) => trouble,
        };
        self.actors[who].session = None;
        if self.store.lock == Some(who) {
            self.store.lock = None;
        }
        Input::StoreFailed(trouble)
    }

    fn database_fails(&mut self) -> bool {
        self.now < self.database_away_until || (self.storms() && self.chance(40))
    }

    fn witness(&mut self, who: usize, waiting: Waiting<Asking, Told>) {
        let told = match waiting {
            Waiting::Answer(told) => told,
            Waiting::Question(asking) => self.tell(asking),
        };
        let now = self.now;
        let actor = &mut self.actors[who];
        actor.witness.hear(actor.machine.genesis(), actor.machine.question());
        let asking = actor.witness.step(now, told);
        let takes = match asking {
            Asking::Rest(duration) => duration,
            _ => Duration::from_millis(self.random.random_range(1..300)),
        };
        let waiting = if self.chance(2) { Waiting::Question(asking) } else { Waiting::Answer(self.tell(asking)) };
        self.actors[who].witnessing = Some((now + takes, waiting));
    }

    fn tell(&mut self, asking: Asking) -> Told {
        let provider = match asking {
            Asking::Rest(_) => return Told::Awake,
            Asking::Genesis(provider) | Asking::Tip(provider) | Asking::Events { provider, .. } => provider,
        };
        let node = &self.nodes[provider];
        if let Some(failure) = node.fault(&mut self.random) {
            return Told::Failed(failure);
        }
        match asking {
            Asking::Genesis(_) => Told::Genesis(Genesis([1; 32])),
            Asking::Tip(_) => Told::Tip(node.tip(&self.chain)),
            Asking::Events { to, .. } if to > node.tip(&self.chain).finalised => Told::Failed(Failure::NotYet),
            Asking::Events { from, to, .. } => Told::Events(node.events(&self.chain, from, to)),
            Asking::Rest(_) => Told::Awake,
        }
    }

    /// What the store calls final is what the chain says, no more and no less.
    pub fn check(&self) {
        let (finalised, chain) = (self.store.finalised, self.chain.now().tip.finalised);
        assert!(finalised <= chain, "slot {finalised} is not final on the chain, only {chain} is");
        assert!(self.store.digest.0 == self.chain.digest(finalised), "what is final differs: {}", self.describe());
    }
}
