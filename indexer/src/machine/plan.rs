//! What goes into the machine and what comes out of it.

use crate::event::{DeadLetter, IndexedEvent};
use crate::source::{ChainTransaction, Failure, Head, ListRequest, Listed, Tip};
use solana_address::Address;
use solana_sdk::signature::Signature;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tributary_core::id::{Commitment, Genesis};
use tributary_core::position::Slot;

/// How the machine paces itself.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// The longest rest between two sweeps when no notification comes.
    pub poll: Duration,
    /// The shortest time from the start of a sweep to that of the next.
    pub sweep_pause: Duration,
    /// The shortest wait after a failure.
    pub retry_min: Duration,
    /// The longest.
    pub retry_max: Duration,
    /// Signatures asked for in a page.
    pub page: usize,
    /// Transactions fetched and committed together.
    pub fetch_max: usize,
    /// Signatures a sweep holds; when there are more, the oldest are kept and
    /// the others are left to the next sweep. Must exceed what a slot can hold.
    pub listed_max: usize,
    /// A provider whose finalised slot is further than this behind another's is
    /// left for it, in slots.
    pub lag_max: u64,
    /// The most that a witness is asked about at once, in slots.
    pub witness_slots: u64,
    /// Seed of the jitter.
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            poll: Duration::from_millis(400),
            sweep_pause: Duration::from_millis(50),
            retry_min: Duration::from_millis(200),
            retry_max: Duration::from_secs(15),
            page: super::PAGE,
            fetch_max: 512,
            listed_max: 500_000,
            lag_max: 64,
            witness_slots: 1_000,
            seed: 0,
        }
    }
}

/// Where the store stands.
#[derive(Clone, Debug, Default)]
pub struct Resume {
    /// Everything in slots up to here was listed, fetched and stored.
    pub cursor: Slot,
    /// For each program, a signature at or below the cursor.
    pub newest: BTreeMap<Address, Signature>,
    /// Stored transactions above the cursor.
    pub confirmed: BTreeMap<Signature, Slot>,
    /// Sequences that are missing.
    pub gaps: Vec<OpenGap>,
    /// Everything up to here is stored, final and without gap.
    pub finalised: Slot,
    /// The digest over it.
    pub digest: Commitment,
}

/// What a witness is asked: the digest of a range that others supplied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Everything up to here is agreed on.
    pub from: Slot,
    /// The digest over that.
    pub digest: Commitment,
    /// The range's last slot.
    pub to: Slot,
    /// Who supplied what is stored of it.
    pub not_by: BTreeSet<usize>,
    /// Counts how often it had to be asked anew.
    pub round: u64,
}

/// A witness's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Testimony {
    /// The range is after this slot.
    pub from: Slot,
    /// Its last slot.
    pub to: Slot,
    /// The digest over everything up to there.
    pub digest: Commitment,
    /// The question it answers.
    pub round: u64,
}

/// What a commit needs to move the finalised slot, besides its own proof.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Witness {
    /// Nothing: there is one provider.
    #[default]
    NotAsked,
    /// A testimony, which is not there yet.
    Awaited,
    /// The digest must come out as this.
    Testified(Testimony),
}

/// Sequences of a stream that are missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenGap {
    /// Whose.
    pub stream: Address,
    /// The first one.
    pub first: u64,
    /// The last one.
    pub last: u64,
    /// They are not in older slots than this: here is the event before them.
    pub from_slot: Slot,
}

/// What came of the last action.
#[derive(Debug)]
pub enum Input {
    /// The rest is over, or a notification ended it.
    Awake,
    /// The chain that the provider follows.
    Identified(Genesis),
    /// A session with the store is open.
    Opened(Resume),
    /// Another indexer writes into the store.
    Occupied,
    /// The store has gone back to its finalised slot.
    Rewound(Resume),
    /// The node's newest slots, and the streams' heads from before that.
    Probed {
        /// Newest slots.
        tip: Tip,
        /// Heads of all streams known.
        heads: Vec<Head>,
    },
    /// The page asked for.
    Page(Vec<Listed>),
    /// The transactions asked for, in any order.
    Fetched(Vec<FetchOutcome>),
    /// The commit is durable.
    Committed(Committed),
    /// A question to the chain got no answer.
    Failed(Failure),
    /// The store did not do what was asked, and the session is gone. What was
    /// asked may be durable nevertheless.
    StoreFailed(Trouble),
}

/// What is the matter with the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The same may work later without anybody doing anything.
    Passing,
    /// What was to be stored contradicts what is stored.
    Contradiction,
    /// Waiting will not help.
    Lasting,
}

/// What became of fetching a transaction.
#[derive(Debug)]
pub enum FetchOutcome {
    /// Here it is.
    Found(ChainTransaction),
    /// The node says that it does not have it.
    Null(Signature),
    /// The node gave no answer.
    Failed(Signature, Failure),
}

/// What the store found out while it stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Committed {
    /// Sequences that are missing now.
    pub gaps: Vec<OpenGap>,
    /// Everything up to here is stored, final and without gap.
    pub finalised: Slot,
    /// The digest over it.
    pub digest: Commitment,
    /// Events that can't be used.
    pub dead_letters: u64,
    /// The witness says something else about what would have become final.
    pub disputed: bool,
}

/// What to do next.
#[derive(Debug, PartialEq, Eq)]
pub enum Action {
    /// Ask which chain the provider follows.
    Identify,
    /// Open a session with the store, for this chain.
    Open(Genesis),
    /// Make everything above the finalised slot unproven again, and the cursor
    /// the finalised slot.
    Rewind,
    /// Give up: the store can't be used, and waiting will not help.
    End,
    /// Ask for the heads of all streams known, then for the tip.
    Probe,
    /// Ask for a page.
    List(ListRequest),
    /// Fetch these transactions.
    Fetch(Vec<Signature>),
    /// Store this, in one transaction.
    Commit(Box<Commit>),
    /// Rest.
    Sleep {
        /// How long at most.
        duration: Duration,
        /// Whether a notification ends it.
        wakeable: bool,
    },
}

/// What belongs together in one database transaction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Commit {
    /// To store.
    pub events: Vec<IndexedEvent>,
    /// To keep aside.
    pub dead_letters: Vec<DeadLetter>,
    /// Transactions that were confirmed and are no longer on the chain.
    pub vanished: Vec<Signature>,
    /// Transactions that were fetched: what is stored of them beside `events` is
    /// not of them.
    pub fetched: Vec<Signature>,
    /// The cursor: everything in slots up to here is stored with this commit
    /// and final. `None` leaves it where it is.
    pub through: Option<Slot>,
    /// For each program, a signature at or below it.
    pub newest: BTreeMap<Address, Signature>,
    /// Heads that the streams must have reached with this commit.
    pub heads: Vec<Head>,
    /// The finalised slot as of which those heads were read: up to there, streams
    /// that have reached them are complete. `None` proves nothing new.
    pub verified: Option<Slot>,
    /// The node's newest slots.
    pub tip: Tip,
    /// Everything in slots up to here is stored with this commit, final or not.
    pub confirmed_through: Option<Slot>,
    /// What a second provider says.
    pub witness: Witness,
}
