//! One pass over the chain: a listing from the newest back to a floor, then a
//! queue from the oldest on, with the rules for how far the cursor may follow.

use super::plan::{Commit, FetchOutcome, OpenGap};
use crate::decode::decode;
use crate::source::{Failure, Head, Listed, Tip};
use solana_address::Address;
use solana_sdk::signature::Signature;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use tributary_core::position::Slot;

/// Why a sweep is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To follow the programs from the cursor on.
    Follow,
    /// To find missing sequences.
    Refill,
}

/// What is to be fetched.
#[derive(Clone, Copy, Debug)]
struct Item {
    /// The cursor must not pass this slot before it is dealt with: its own, or
    /// the one where it was stored before it moved.
    due: Slot,
    signature: Signature,
    /// Where the listing has it. `None` for one that was stored and is no longer
    /// listed.
    listed: Option<Slot>,
}

/// What a commit changed, once it is durable.
#[derive(Default)]
pub struct Settled {
    pub stored: Vec<(Signature, Slot)>,
    pub vanished: Vec<Signature>,
    pub through: Option<Slot>,
    pub newest: BTreeMap<Address, Signature>,
}

/// Heads, and the finalised slot as of which they were read.
#[derive(Clone, Debug, Default)]
pub struct Proof {
    pub heads: Vec<Head>,
    pub finalised: Slot,
}

/// A pass.
pub struct Sweep {
    purpose: Purpose,
    tip: Tip,
    proof: Option<Proof>,
    floor: Slot,
    /// What to list, and down to which slot (that slot not included).
    addresses: VecDeque<(Address, Slot)>,
    before: Option<Listed>,
    listed: BTreeMap<(Slot, Signature), bool>,
    /// By address, for the cursor's hint.
    newest: BTreeMap<Address, BTreeMap<Slot, Signature>>,
    listed_max: usize,
    /// The lowest slot of which something was left out for want of room.
    truncated: Option<Slot>,
    queue: VecDeque<Item>,
    batch: Vec<Item>,
    /// The lowest slot of which something could not be fetched.
    unresolved: Option<Slot>,
    /// The worst reason for that.
    failure: Option<Failure>,
    settled: Settled,
    commits: usize,
}

impl Sweep {
    /// Over the programs, from the cursor on.
    pub fn follow(programs: &[Address], cursor: Slot, tip: Tip, proof: Option<Proof>, listed_max: usize) -> Self {
        let addresses = programs.iter().map(|program| (*program, cursor)).collect();
        Self::new(Purpose::Follow, addresses, tip, proof, listed_max)
    }

    /// Over the streams with gaps, from where the gaps begin.
    pub fn refill(gaps: &[OpenGap], tip: Tip, listed_max: usize) -> Self {
        let mut floors: BTreeMap<Address, Slot> = BTreeMap::new();
        for gap in gaps {
            // The slot of the event before the gap may hold what is missing too.
            let floor = Slot(gap.from_slot.0.saturating_sub(1));
            floors.entry(gap.stream).and_modify(|lowest| *lowest = (*lowest).min(floor)).or_insert(floor);
        }
        Self::new(Purpose::Refill, floors.into_iter().collect(), tip, None, listed_max)
    }

    fn new(
        purpose: Purpose,
        addresses: VecDeque<(Address, Slot)>,
        tip: Tip,
        proof: Option<Proof>,
        listed_max: usize,
    ) -> Self {
        let floor = addresses.iter().map(|(_, floor)| *floor).min().unwrap_or_default();
        Self {
            purpose,
            tip,
            proof,
            floor,
            addresses,
            before: None,
            listed: BTreeMap::new(),
            newest: BTreeMap::new(),
            listed_max,
            truncated: None,
            queue: VecDeque::new(),
            batch: Vec::new(),
            unresolved: None,
            failure: None,
            settled: Settled::default(),
            commits: 0,
        }
    }

    pub fn purpose(&self) -> &Purpose {
        &self.purpose
    }

    pub fn tip(&self) -> &Tip {
        &self.tip
    }

    pub fn commits(&self) -> usize {
        self.commits
    }

    /// Why something could not be fetched, if so.
    pub fn unresolved(&self) -> Option<Failure> {
        self.failure
    }

    /// The lowest slot that was listed for a refill.
    pub fn floor(&self) -> Slot {
        self.floor
    }

    pub fn truncated(&self) -> bool {
        self.truncated.is_some()
    }

    /// The page to ask for: an address and where to go on.
    pub fn next_page(&self) -> Option<(Address, Option<Signature>)> {
        let (address, _) = self.addresses.front()?;
        Some((*address, self.before.map(|line| line.signature)))
    }

    /// Whether all addresses are listed down to their floors.
    pub fn listed(&self) -> bool {
        self.addresses.is_empty()
    }

    /// Takes a page. `false` when the node gave one that does not continue the
    /// last: then nothing may be concluded from it.
    pub fn take_page(&mut self, page: &[Listed], limit: usize) -> bool {
        let Some(&(address, floor)) = self.addresses.front() else { return false };
        let continues = match (&self.before, page.first()) {
            (Some(before), Some(first)) => first.slot <= before.slot && first.signature != before.signature,
            // A node that has lost the fork of `before` meanwhile has nothing after
            // it. Once it is final, it can't be lost.
            (Some(before), None) => before.slot <= self.tip.finalised,
            (None, _) => true,
        };
        // Another node behind the same address may be further behind than the one that
        // was probed: what it does not call final may stand on a fork that lost.
        let behind = page.iter().any(|line| line.slot <= self.tip.finalised && !line.finalised);
        if !continues || behind {
            return false;
        }
        for line in page.iter().filter(|line| line.slot > floor && line.confirmed) {
            self.listed.insert((line.slot, line.signature), line.failed);
            self.newest.entry(address).or_default().insert(line.slot, line.signature);
        }
        while self.listed.len() > self.listed_max {
            // The oldest are kept: the cursor can only move over what is complete.
            let Some(((slot, _), _)) = self.listed.pop_last() else { break };
            self.truncated = Some(slot);
        }
        match page.last() {
            // The lowest slot is listed again: its lines may come in another order
            // next time, and then one could fall between two pages.
            Some(last) if page.len() >= limit && last.slot > floor => {
                let above = page.iter().rev().find(|line| line.slot > last.slot);
                self.before = Some(*above.unwrap_or(last));
            }
            _ => {
                self.before = None;
                self.addresses.pop_front();
            }
        }
        true
    }

    /// Once everything is listed: what is to be fetched, oldest first. `stored`
    /// are transactions above the cursor that need no fetching again, but for those
    /// that are doubted.
    pub fn queue_up(&mut self, stored: &BTreeMap<Signature, Slot>, doubted: &BTreeSet<Signature>) {
        let follow = self.purpose == Purpose::Follow;
        let succeeded = self.listed.iter().filter(|(_, failed)| !**failed).map(|(place, _)| *place);
        let mut items = Vec::new();
        let mut listed = BTreeSet::new();
        for (slot, signature) in succeeded {
            listed.insert(signature);
            match stored.get(&signature) {
                Some(place) if follow && *place == slot && !doubted.contains(&signature) => {}
                Some(place) => items.push(Item { due: slot.min(*place), signature, listed: Some(slot) }),
                None => items.push(Item { due: slot, signature, listed: Some(slot) }),
            }
        }
        if follow {
            // One that is listed as failed is as good as gone.
            let settled = self.settled_limit();
            let gone = stored.iter().filter(|(signature, slot)| **slot <= settled && !listed.contains(*signature));
            items.extend(gone.map(|(signature, slot)| Item { due: *slot, signature: *signature, listed: None }));
        }
        items.sort_by_key(|item| (item.due, item.signature));
        self.queue = items.into();
    }

    /// The next transactions to fetch.
    pub fn next_batch(&mut self, most: usize) -> Vec<Signature> {
        let count = self.queue.len().min(most.max(1));
        self.batch = self.queue.drain(..count).collect();
        self.batch.iter().map(|item| item.signature).collect()
    }

    /// Takes what was fetched and says what to commit.
    pub fn take_fetched(&mut self, outcomes: Vec<FetchOutcome>) -> Commit {
        let mut outcomes: BTreeMap<Signature, FetchOutcome> = outcomes
            .into_iter()
            .map(|outcome| match &outcome {
                FetchOutcome::Found(transaction) => (transaction.signature, outcome),
                FetchOutcome::Null(signature) | FetchOutcome::Failed(signature, _) => (*signature, outcome),
            })
            .collect();
        let mut commit = Commit { tip: self.tip, ..Commit::default() };
        for item in std::mem::take(&mut self.batch) {
            match outcomes.remove(&item.signature) {
                Some(FetchOutcome::Found(transaction)) if transaction.failed && item.listed.is_none() => {
                    commit.vanished.push(transaction.signature);
                }
                // There, but not listed: one of the two is behind. Where the listing does
                // not reach, it landed below what it was stored at.
                Some(FetchOutcome::Found(found)) if item.listed.is_none() && found.slot > self.floor => {
                    self.leave(item.due, Failure::NotYet);
                }
                Some(FetchOutcome::Found(transaction)) => {
                    if transaction.slot != item.listed.unwrap_or(item.due) {
                        // It moved since it was listed: the next sweep will know where to.
                        self.leave(item.due.min(transaction.slot), Failure::NotYet);
                    }
                    commit.fetched.push(transaction.signature);
                    let decoded = decode(&transaction);
                    commit.events.extend(decoded.events);
                    commit.dead_letters.extend(decoded.dead_letters);
                    self.settled.stored.push((transaction.signature, transaction.slot));
                }
                // Neither listed any more nor to be had: it was on a fork that lost.
                Some(FetchOutcome::Null(signature)) if item.listed.is_none() => commit.vanished.push(signature),
                // "Not there" of something that was listed is no answer.
                Some(FetchOutcome::Null(_)) => self.leave(item.due, Failure::NotYet),
                Some(FetchOutcome::Failed(_, failure)) => self.leave(item.due, failure),
                None => self.leave(item.due, Failure::Unanswered),
            }
        }
        self.settled.vanished.clone_from(&commit.vanished);
        if self.purpose == Purpose::Follow {
            commit.through = self.complete_to(self.tip.finalised);
            commit.confirmed_through = self.complete_to(self.tip.confirmed);
            if let Some(through) = commit.through {
                commit.newest = self.newest_through(through);
            }
            if self.queue.is_empty()
                && self.unresolved.is_none()
                && self.truncated.is_none()
                && let Some(proof) = self.proof.take()
            {
                commit.heads = proof.heads;
                commit.verified = Some(proof.finalised);
            }
        }
        self.settled.through = commit.through;
        self.settled.newest.clone_from(&commit.newest);
        self.commits += 1;
        commit
    }

    /// What the commit just made durable.
    pub fn settle(&mut self) -> Settled {
        std::mem::take(&mut self.settled)
    }

    fn leave(&mut self, slot: Slot, failure: Failure) {
        self.failure = self.failure.max(Some(failure));
        self.unresolved = Some(self.unresolved.map_or(slot, |lowest| lowest.min(slot)));
    }

    /// Up to where this sweep can make things final at all.
    fn settled_limit(&self) -> Slot {
        self.truncated.map_or(self.tip.finalised, |slot| self.tip.finalised.min(Slot(slot.0.saturating_sub(1))))
    }

    /// The last slot, at most `limit`, of which nothing is left to do.
    fn complete_to(&self, limit: Slot) -> Option<Slot> {
        let open = [self.truncated, self.unresolved, self.queue.front().map(|item| item.due)];
        match open.into_iter().flatten().min() {
            Some(slot) => slot.0.checked_sub(1).map(|below| limit.min(Slot(below))),
            None => Some(limit),
        }
    }

    fn newest_through(&self, through: Slot) -> BTreeMap<Address, Signature> {
        let last = |slots: &BTreeMap<Slot, Signature>| slots.range(..=through).next_back().map(|(_, newest)| *newest);
        self.newest.iter().filter_map(|(address, slots)| Some((*address, last(slots)?))).collect()
    }
}
