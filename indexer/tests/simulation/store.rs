//! A model of the schema `chain`: what `store/` does in SQL, on maps. That the two
//! do the same is shown by `the_model_of_the_store_does_what_postgres_does`.

use crate::chain::SHARD;
use solana_address::Address;
use solana_sdk::signature::Signature;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use tributary_core::id::Commitment;
use tributary_core::position::Slot;
use tributary_indexer::event::{EventId, IndexedEvent, digest_after};
use tributary_indexer::machine::{Commit, Committed, OpenGap, Resume, Trouble, Witness};
use tributary_indexer::source::Head;

#[derive(Clone)]
pub struct Row {
    pub event: Rc<IndexedEvent>,
    pub is_final: bool,
}

/// What is durable.
#[derive(Clone, Default)]
pub struct Model {
    pub writer: u64,
    /// Who holds the advisory lock.
    pub lock: Option<usize>,
    pub cursor: Option<Slot>,
    newest: BTreeMap<Address, Signature>,
    pub finalised: Slot,
    pub digest: Digest,
    pub rows: BTreeMap<EventId, Row>,
    /// For each stream, up to where it is complete.
    pub streams: BTreeMap<Address, u64>,
    pub gaps: BTreeMap<(Address, u64), u64>,
    pub dead_letters: BTreeSet<EventId>,
}

/// A digest, zeros at first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digest(pub Commitment);

impl Default for Digest {
    fn default() -> Self {
        Self(Commitment([0; 32]))
    }
}

impl Model {
    /// Opens a session and draws its fencing number. `None` while another has one.
    pub fn open(&mut self, who: usize) -> Option<(u64, Resume)> {
        if self.lock.is_some_and(|holder| holder != who) {
            return None;
        }
        self.lock = Some(who);
        self.writer += 1;
        Some((self.writer, self.resume()))
    }

    fn resume(&self) -> Resume {
        let confirmed =
            self.rows.values().filter(|row| !row.is_final).map(|row| (row.event.id.signature, row.event.slot));
        Resume {
            cursor: self.cursor.unwrap_or(Slot(0)),
            newest: self.newest.clone(),
            confirmed: confirmed.collect(),
            gaps: self.open_gaps(),
            finalised: self.finalised,
            digest: self.digest.0,
        }
    }

    /// Streams whose heads are worth asking for.
    pub fn known(&self) -> Vec<Address> {
        self.streams.keys().copied().chain([*SHARD]).collect::<BTreeSet<_>>().into_iter().collect()
    }

    pub fn rewind(&mut self, fence: u64) -> Result<Resume, Trouble> {
        if fence != self.writer {
            return Err(Trouble::Passing);
        }
        for row in self.rows.values_mut().filter(|row| row.event.slot > self.finalised) {
            row.is_final = false;
        }
        self.cursor = self.cursor.map(|cursor| cursor.min(self.finalised));
        self.newest.clear();
        Ok(self.resume())
    }

    /// All or nothing, like a database transaction.
    pub fn commit(&mut self, fence: u64, commit: &Commit) -> Result<Committed, Trouble> {
        if fence != self.writer {
            return Err(Trouble::Passing);
        }
        let mut next = self.clone();
        let committed = next.apply(commit)?;
        *self = next;
        Ok(committed)
    }

    fn apply(&mut self, commit: &Commit) -> Result<Committed, Trouble> {
        let before = self.finalised;
        let late = |event: &&IndexedEvent| event.slot <= before && !self.rows.contains_key(&event.id);
        let late: Vec<EventId> = commit.events.iter().filter(late).map(|event| event.id).collect();
        self.dead_letters.extend(&late);
        self.dead_letters.extend(commit.dead_letters.iter().map(|letter| letter.id));
        let fresh: Vec<&IndexedEvent> = commit.events.iter().filter(|event| !late.contains(&event.id)).collect();
        let withdrawn = self.withdraw(commit, &fresh);
        if let Some(through) = commit.through
            && self.cursor.is_none_or(|cursor| cursor <= through)
        {
            self.cursor = Some(through);
            self.newest.extend(commit.newest.iter().map(|(program, newest)| (*program, *newest)));
        }
        let cursor = self.cursor.unwrap_or(Slot(0));
        self.insert(&fresh, cursor)?;
        let touched: BTreeSet<Address> = fresh.iter().map(|event| event.stream).collect();
        self.update_streams(&touched, &withdrawn, &commit.heads);
        for row in self.rows.values_mut().filter(|row| row.event.slot <= cursor) {
            row.is_final = true;
        }
        let complete = self.gaps.is_empty() && self.dead_letters.is_empty() && self.reach(&commit.heads, cursor);
        let proven = match commit.verified {
            Some(verified) if complete => before.max(cursor.min(verified)),
            _ => before,
        };
        let disputed = !self.finalise(before, proven, &commit.witness);
        let dead_letters = self.dead_letters.len() as u64;
        let (finalised, digest) = (self.finalised, self.digest.0);
        Ok(Committed { gaps: self.open_gaps(), finalised, digest, dead_letters, disputed })
    }

    fn withdraw(&mut self, commit: &Commit, fresh: &[&IndexedEvent]) -> BTreeMap<Address, u64> {
        let goes = |row: &Row| {
            let (old, id) = (&row.event, row.event.id);
            !row.is_final
                && (commit.vanished.contains(&id.signature)
                    || fresh.iter().any(|new| {
                        (new.id.signature == id.signature && new.slot != old.slot)
                            || (new.id == id && new.data != old.data)
                            || (new.stream == old.stream
                                && new.sequence == old.sequence
                                && new.id.signature != id.signature)
                    })
                    || (commit.fetched.contains(&id.signature) && !fresh.iter().any(|new| new.id == id)))
        };
        let gone: Vec<EventId> = self.rows.iter().filter(|(_, row)| goes(row)).map(|(id, _)| *id).collect();
        let mut lowest = BTreeMap::new();
        for row in gone.iter().filter_map(|id| self.rows.remove(id)) {
            let (stream, sequence) = (row.event.stream, row.event.sequence);
            lowest.entry(stream).and_modify(|low: &mut u64| *low = sequence.min(*low)).or_insert(sequence);
        }
        lowest
    }

    fn insert(&mut self, fresh: &[&IndexedEvent], cursor: Slot) -> Result<(), Trouble> {
        for event in fresh.iter().filter(|event| !self.rows.contains_key(&event.id)).copied().collect::<Vec<_>>() {
            let taken = |row: &Row| (row.event.stream, row.event.sequence) == (event.stream, event.sequence);
            if self.rows.values().any(taken) {
                return Err(Trouble::Contradiction);
            }
            self.rows.insert(event.id, Row { event: Rc::new(event.clone()), is_final: event.slot <= cursor });
        }
        Ok(())
    }

    fn update_streams(&mut self, touched: &BTreeSet<Address>, withdrawn: &BTreeMap<Address, u64>, heads: &[Head]) {
        let heads: BTreeMap<Address, u64> = heads.iter().map(|head| (head.stream, head.next_sequence)).collect();
        let mut work: BTreeSet<Address> = touched.iter().chain(withdrawn.keys()).copied().collect();
        for (stream, head) in &heads {
            let next = self.streams.get(stream).copied().unwrap_or(0);
            if *head > next || self.gaps.keys().any(|(of, _)| of == stream) {
                work.insert(*stream);
            }
        }
        for stream in work {
            let before = self.streams.get(&stream).copied().unwrap_or(0);
            let from = withdrawn.get(&stream).map_or(before, |lowest| before.min(*lowest));
            let mut stored: Vec<u64> =
                self.rows.values().filter(|row| row.event.stream == stream).map(|row| row.event.sequence).collect();
            stored.sort_unstable();
            let end =
                stored.last().map_or(from, |last| last + 1).max(heads.get(&stream).copied().unwrap_or(0)).max(from);
            let missing: Vec<u64> = (from..end).filter(|sequence| stored.binary_search(sequence).is_err()).collect();
            self.streams.insert(stream, missing.first().copied().unwrap_or(end));
            self.gaps.retain(|(of, _), _| *of != stream);
            for run in missing.chunk_by(|a, b| a + 1 == *b) {
                self.gaps.insert((stream, run[0]), run[run.len() - 1]);
            }
        }
    }

    /// Whether nothing that the heads count lies above the cursor.
    fn reach(&self, heads: &[Head], cursor: Slot) -> bool {
        let above = |head: &Head, row: &Row| {
            row.event.slot > cursor && row.event.stream == head.stream && row.event.sequence < head.next_sequence
        };
        !heads.iter().any(|head| self.rows.values().any(|row| above(head, row)))
    }

    /// `false` when the witness says something else.
    fn finalise(&mut self, before: Slot, proven: Slot, witness: &Witness) -> bool {
        let (to, expected) = match witness {
            Witness::NotAsked => (proven, None),
            Witness::Testified(testimony) if testimony.from == before && testimony.to <= proven => {
                (testimony.to, Some(testimony.digest))
            }
            Witness::Testified(_) | Witness::Awaited => return true,
        };
        let range = |row: &&Row| row.event.slot > before && row.event.slot <= to;
        let mut events: Vec<IndexedEvent> = self.rows.values().filter(range).map(|row| (*row.event).clone()).collect();
        events.sort_by_key(IndexedEvent::canonical);
        let digest = digest_after(&self.digest.0, &events).unwrap();
        if expected.is_some_and(|expected| expected != digest) {
            return false;
        }
        (self.finalised, self.digest) = (to, Digest(digest));
        true
    }

    fn open_gaps(&self) -> Vec<OpenGap> {
        let before = |stream: Address, first: u64| {
            let is_before = |row: &&Row| row.event.stream == stream && row.event.sequence + 1 == first;
            self.rows.values().find(is_before).map_or(Slot(0), |row| row.event.slot)
        };
        let gap = |((stream, first), last): (&(Address, u64), &u64)| OpenGap {
            stream: *stream,
            first: *first,
            last: *last,
            from_slot: before(*stream, *first),
        };
        self.gaps.iter().map(gap).collect()
    }

    /// All events, in canonical order.
    pub fn events(&self, to: Slot) -> Vec<IndexedEvent> {
        let mut events: Vec<_> =
            self.rows.values().filter(|row| row.event.slot <= to).map(|row| (*row.event).clone()).collect();
        events.sort_by_key(IndexedEvent::canonical);
        events
    }
}
