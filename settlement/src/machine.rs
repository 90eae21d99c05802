//! The order of an epoch's steps, as a pure function: what is recorded and what
//! the chain says in, what to do next out. No I/O and no clock; each action may
//! be done twice, so a settler can be killed anywhere and start again.

/// How far an attempt is, as `ledger.epochs` records it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Slot, credit position and event positions are chosen.
    Closing,
    /// Computed and checked; the hashes are known.
    Built,
    /// All files can be fetched by their hashes.
    Published,
    /// On-chain, in its challenge window.
    Posted,
    /// Serves.
    Active,
    /// Struck down, or overtaken before it was posted.
    Vetoed,
    /// Served and was struck down, or was built on one that was.
    Disabled,
}

impl Step {
    /// As the ledger spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Closing => "closing",
            Self::Built => "built",
            Self::Published => "published",
            Self::Posted => "posted",
            Self::Active => "active",
            Self::Vetoed => "vetoed",
            Self::Disabled => "disabled",
        }
    }

    /// From the ledger's spelling.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Closing, Self::Built, Self::Published, Self::Posted, Self::Active, Self::Vetoed, Self::Disabled]
            .into_iter()
            .find(|step| step.as_str() == text)
    }
}

/// What the chain says about an attempt's root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnChain {
    /// It is not there, and its place is still free.
    Absent,
    /// It is not there and can't be any more: another root or attempt stands
    /// where it would have to.
    Overtaken,
    /// In its challenge window; `ripe` once it can be activated.
    Pending {
        /// Window passed and attestations enough.
        ripe: bool,
    },
    /// It serves, and that is final.
    Active,
    /// A watcher struck it down.
    Vetoed,
    /// It served, or was built on one that did, and an older root serves again; that is final.
    Disabled,
}

/// What became of the posting transaction whose signature is journalled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Posting {
    /// None was sent.
    None,
    /// Not seen, but its blockhash still counts: it may land any moment.
    InFlight,
    /// Not seen, and its blockhash has expired: it can never land.
    Expired,
    /// It landed and failed.
    Failed,
    /// It landed.
    Landed,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Choose where the next attempt closes, if there is anything to post.
    Close,
    /// Compute it.
    Build,
    /// Keep its files in the store.
    Publish,
    /// Journal a signature with a new blockhash, then send.
    Post,
    /// Send the journalled transaction again, unchanged.
    Resend,
    /// Record a step that the chain has taken.
    Record(Step),
    /// Ask the program to activate it.
    Activate,
    /// Nothing to do but look again later.
    Wait,
}

/// The next action for a vault's newest attempt. `step` is `None` when the
/// vault has no attempt yet.
pub fn next(step: Option<Step>, chain: OnChain, posting: Posting) -> Action {
    let Some(step) = step else { return Action::Close };
    match (step, chain) {
        (Step::Active | Step::Posted | Step::Published, OnChain::Disabled) => Action::Record(Step::Disabled),
        (Step::Active | Step::Vetoed | Step::Disabled, _) => Action::Close,
        // What was never on its way to the chain and can't get there any more.
        (Step::Closing | Step::Built | Step::Published, OnChain::Overtaken | OnChain::Disabled) => {
            Action::Record(Step::Vetoed)
        }
        (Step::Closing, _) => Action::Build,
        (Step::Built, _) => Action::Publish,
        (Step::Published, OnChain::Pending { .. } | OnChain::Active | OnChain::Vetoed) => Action::Record(Step::Posted),
        (Step::Published, OnChain::Absent) => match posting {
            Posting::None | Posting::Expired | Posting::Failed => Action::Post,
            Posting::InFlight => Action::Resend,
            // Landed, but the account is not seen yet: another node's answer.
            Posting::Landed => Action::Wait,
        },
        (Step::Posted, OnChain::Pending { ripe: true }) => Action::Activate,
        (Step::Posted, OnChain::Pending { ripe: false }) => Action::Wait,
        (Step::Posted, OnChain::Active) => Action::Record(Step::Active),
        (Step::Posted, OnChain::Vetoed | OnChain::Overtaken) => Action::Record(Step::Vetoed),
        // A fork took the posting back; the files are still published.
        (Step::Posted, OnChain::Absent) => match posting {
            Posting::Landed => Action::Wait,
            Posting::InFlight => Action::Resend,
            Posting::None | Posting::Expired | Posting::Failed => Action::Record(Step::Published),
        },
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    const STEPS: [Step; 7] =
        [Step::Closing, Step::Built, Step::Published, Step::Posted, Step::Active, Step::Vetoed, Step::Disabled];

    #[test]
    fn a_step_reads_as_it_is_written() {
        for step in STEPS {
            assert_eq!(Step::parse(step.as_str()), Some(step));
        }
        assert_eq!(Step::parse("half done"), None);
    }

    #[test]
    fn a_transaction_that_may_still_land_is_never_replaced_by_another() {
        for step in STEPS {
            for chain in [OnChain::Absent, OnChain::Overtaken, OnChain::Pending { ripe: false }, OnChain::Active] {
                for posting in [Posting::InFlight, Posting::Landed] {
                    assert_ne!(next(Some(step), chain, posting), Action::Post);
                }
            }
        }
    }

    #[test]
    fn a_disabled_root_is_recorded_once_and_then_the_epoch_is_closed_again() {
        for step in [Step::Published, Step::Posted, Step::Active] {
            assert_eq!(next(Some(step), OnChain::Disabled, Posting::Landed), Action::Record(Step::Disabled));
        }
        assert_eq!(next(Some(Step::Disabled), OnChain::Disabled, Posting::Landed), Action::Close);
    }

    /// A chain with one place for one epoch's roots, and a settler that forgets
    /// everything but its journal whenever it is killed.
    #[derive(Default)]
    struct World {
        step: Option<Step>,
        attempt: u16,
        journalled: Option<u64>,
        /// Transactions on their way: attempt and the blockhash they carry.
        flying: Vec<(u16, u64)>,
        blockhash: u64,
        /// What the program accepted, in order.
        accepted: Vec<(u16, bool)>,
        pending: Option<u16>,
        next_attempt: u16,
        active: Option<u16>,
    }

    impl World {
        fn chain(&self, ripe: bool) -> OnChain {
            if self.active == Some(self.attempt) {
                OnChain::Active
            } else if self.pending == Some(self.attempt) {
                OnChain::Pending { ripe }
            } else if self.accepted.contains(&(self.attempt, true)) {
                OnChain::Vetoed
            } else if self.next_attempt > self.attempt || self.active.is_some() {
                OnChain::Overtaken
            } else {
                OnChain::Absent
            }
        }

        fn posting(&self) -> Posting {
            match self.journalled {
                None => Posting::None,
                Some(_) if self.accepted.contains(&(self.attempt, true)) => Posting::Landed,
                Some(hash) if hash + 2 >= self.blockhash => Posting::InFlight,
                Some(_) => Posting::Expired,
            }
        }

        /// One look and one action; `dies` after the journal, before sending.
        fn turn(&mut self, ripe: bool, dies: bool) {
            match next(self.step, self.chain(ripe), self.posting()) {
                Action::Close => {
                    if self.active.is_none() {
                        self.attempt = self.next_attempt;
                        self.journalled = None;
                        self.step = Some(Step::Closing);
                    }
                }
                Action::Build => self.step = Some(Step::Built),
                Action::Publish => self.step = Some(Step::Published),
                Action::Post => {
                    self.journalled = Some(self.blockhash);
                    if !dies {
                        self.flying.push((self.attempt, self.blockhash));
                    }
                }
                Action::Resend => self.flying.push((self.attempt, self.journalled.unwrap())),
                Action::Record(step) => self.step = Some(step),
                Action::Activate => {
                    self.active = self.pending.take();
                }
                Action::Wait => {}
            }
        }

        fn land(&mut self) {
            for (attempt, blockhash) in std::mem::take(&mut self.flying) {
                let fits = blockhash + 2 >= self.blockhash
                    && self.pending.is_none()
                    && self.active.is_none()
                    && attempt == self.next_attempt;
                if fits {
                    self.pending = Some(attempt);
                    self.next_attempt += 1;
                    self.accepted.push((attempt, true));
                }
            }
        }
    }

    proptest! {
        #[test]
        fn however_it_is_killed_delayed_or_vetoed_each_attempt_lands_at_most_once_and_one_becomes_active(
            script in prop::collection::vec((0u8..6, any::<bool>()), 0..120),
        ) {
            let mut world = World::default();
            for (what, flag) in script {
                match what {
                    0..=2 => world.turn(flag, false),
                    3 => world.turn(flag, true),
                    4 => world.land(),
                    _ => {
                        world.blockhash += 1;
                        if flag {
                            world.pending = None;
                        }
                    }
                }
            }
            // Left alone, it finishes.
            for _ in 0..40 {
                world.turn(true, false);
                world.land();
                world.blockhash += 1;
            }
            let mut attempts: Vec<u16> = world.accepted.iter().map(|(attempt, _)| *attempt).collect();
            let landed = attempts.len();
            attempts.dedup();
            prop_assert_eq!(attempts.len(), landed, "an attempt landed twice");
            prop_assert!(world.active.is_some());
            prop_assert_eq!(world.step, Some(Step::Active));
        }
    }
}
