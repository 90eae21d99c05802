//! Changes of roles and settings in the model: what only tightens, what fits,
//! what it does.

use super::model::{Bucket, Expected, Model, Waiting};
use solana_address::Address;
use tributary_client::rewards::Change;

fn require(holds: bool, reason: &'static str) -> Expected {
    if holds { Ok(()) } else { Err(reason) }
}

/// Whether a change is one of the vault's.
pub fn of_vault(change: &Change) -> bool {
    use Change::{Growth, Outflow, PolicySet, Window};
    matches!(change, Window { .. } | Growth { .. } | Outflow { .. } | PolicySet(_))
}

impl Model {
    fn tightens(&self, change: &Change) -> bool {
        let longer = |new: (u64, u64), old: (u64, u64)| new.0 >= old.0 && new.1 >= old.1;
        match change {
            Change::Guardian(key) => *key == Address::default(),
            Change::RemoveWatcher(_) => self.watchers.len() > usize::from(self.threshold),
            Change::Threshold(threshold) => *threshold >= self.threshold,
            Change::Timelock { slots, seconds } => longer((*slots, *seconds), self.timelock),
            Change::Window { slots, seconds } => longer((*slots, *seconds), self.window),
            Change::Growth { per_slot, burst } => (0..3).all(|class| {
                per_slot[class] <= self.growth[class].per_slot && burst[class] <= self.growth[class].burst
            }),
            Change::Outflow { per_slot, burst } => {
                self.outflow.is_none_or(|outflow| *per_slot <= outflow.per_slot && *burst <= outflow.burst)
            }
            Change::Poster(_) | Change::AddWatcher(_) | Change::PolicySet(_) => false,
        }
    }

    /// Whether a change would fit the settings as they are.
    fn make(&mut self, change: &Change) -> Expected {
        match *change {
            Change::Poster(key) => {
                require(!self.watchers.contains(&key), "PosterWatches")?;
                self.poster = key;
            }
            Change::Guardian(key) => self.guardian = key,
            Change::AddWatcher(key) => {
                require(key != self.poster, "PosterWatches")?;
                require(self.watchers.len() < 8 && !self.watchers.contains(&key), "BadWatchers")?;
                self.watchers.push(key);
                self.forget_attestations();
            }
            Change::RemoveWatcher(key) => {
                require(self.watchers.contains(&key), "NotWatcher")?;
                require(self.watchers.len() > usize::from(self.threshold), "BadThreshold")?;
                self.watchers.retain(|watcher| *watcher != key);
                self.forget_attestations();
            }
            Change::Threshold(threshold) => {
                require(usize::from(threshold) <= self.watchers.len(), "BadThreshold")?;
                self.threshold = threshold;
            }
            Change::Timelock { slots, seconds } => self.timelock = (slots, seconds),
            Change::Window { slots, seconds } => self.window = (slots, seconds),
            Change::Growth { per_slot, burst } => {
                for class in 0..3 {
                    let bucket = &mut self.growth[class];
                    bucket.fill(self.slot);
                    *bucket = Bucket {
                        per_slot: per_slot[class],
                        burst: burst[class],
                        saved: bucket.saved.min(burst[class]),
                        ..*bucket
                    };
                }
            }
            Change::Outflow { per_slot, burst } => {
                let saved = self.outflow.map_or(burst, |mut outflow| {
                    outflow.fill(self.slot);
                    outflow.saved.min(burst)
                });
                self.outflow = Some(Bucket { per_slot, burst, saved, slot: self.slot });
            }
            Change::PolicySet(hash) => self.policy = (self.policy_now(), Some((hash, self.slot))),
        }
        Ok(())
    }

    /// Another list of watchers: what the old one attested is forgotten.
    fn forget_attestations(&mut self) {
        if let Some(pending) = self.pending {
            self.roots[pending].attested.clear();
        }
    }

    pub fn tighten(&mut self, by: Address, change: &Change) -> Expected {
        require(by == self.governor, "NotGovernor")?;
        require(self.tightens(change), "NotTightening")?;
        self.make(change)
    }

    pub fn propose(&mut self, by: Address, nonce: u64, change: Change) -> Expected {
        require(by == self.governor, "NotGovernor")?;
        require(!self.waiting.contains_key(&nonce), "")?;
        let ready = (self.slot + self.timelock.0, self.second + self.timelock.1 as i64);
        self.waiting.insert(nonce, Waiting { change, ready, payer: by });
        Ok(())
    }

    pub fn apply(&mut self, nonce: u64) -> Expected {
        let waiting = self.waiting.get(&nonce).ok_or("")?;
        let (change, ready) = (waiting.change, waiting.ready);
        require(self.slot >= ready.0 && self.second >= ready.1, "ChangeNotReady")?;
        self.make(&change)?;
        self.waiting.remove(&nonce);
        Ok(())
    }

    pub fn cancel(&mut self, by: Address, nonce: u64) -> Expected {
        let waiting = self.waiting.get(&nonce).ok_or("")?;
        require(by == self.guardian || by == self.governor, "NotGuardian")?;
        // The guardian cannot keep itself.
        let of_guardian = matches!(waiting.change, Change::Guardian(_));
        require(!of_guardian || by == self.governor, "NotGovernor")?;
        self.waiting.remove(&nonce);
        Ok(())
    }

    pub fn propose_governor(&mut self, by: Address, next: Address) -> Expected {
        require(by == self.governor, "NotGovernor")?;
        self.next_governor = Some((next, self.slot + self.timelock.0, self.second + self.timelock.1 as i64));
        Ok(())
    }

    pub fn accept_governor(&mut self, by: Address) -> Expected {
        let (next, slot, second) = self.next_governor.ok_or("")?;
        require(by == next, "")?;
        require(self.slot >= slot && self.second >= second, "ChangeNotReady")?;
        self.governor = next;
        self.next_governor = None;
        Ok(())
    }
}
