//! The rewards program's rules in plain Rust, for one vault of SPL Token: which
//! call succeeds, why it is refused, and what it changes. No chain here.

use solana_address::Address;
use std::collections::{BTreeMap, BTreeSet};
use tributary_client::rewards::Change;
use tributary_core::leaf::Leaf;
use tributary_program_tests::stage::Published;

/// Places of the ring, live roots, and how long a pause lasts.
const RING: u64 = 8;
const LIVE: u64 = 4;
const PAUSE: i64 = 72 * 60 * 60;

/// A claimant's account with one leaf class.
pub type Account = (usize, Address);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Pending,
    Active,
    Vetoed,
    Disabled,
}

/// A root that was posted.
pub struct Root {
    pub published: Published,
    pub status: Status,
    pub epoch: u64,
    pub parent: Option<usize>,
    pub paid: [u64; 3],
    pub overpaid: [u64; 3],
    pub opens: (u64, i64),
    pub attested: BTreeSet<Address>,
    /// Whether it was ever active.
    pub served: bool,
}

impl Root {
    pub fn totals(&self) -> [u64; 3] {
        self.published.root.header.class_totals
    }
}

/// How fast something may grow, and what is saved up of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bucket {
    pub per_slot: u64,
    pub burst: u64,
    pub saved: u64,
    pub slot: u64,
}

impl Bucket {
    pub fn fill(&mut self, slot: u64) {
        self.saved = (self.saved + (slot - self.slot) * self.per_slot).min(self.burst);
        self.slot = slot;
    }
}

/// A change that waits.
pub struct Waiting {
    pub change: Change,
    pub ready: (u64, i64),
    /// Who paid for it.
    pub payer: Address,
}

/// What should be true.
pub struct Model {
    pub slot: u64,
    pub second: i64,
    pub governor: Address,
    pub next_governor: Option<(Address, u64, i64)>,
    pub poster: Address,
    pub guardian: Address,
    pub watchers: Vec<Address>,
    pub threshold: u8,
    pub timelock: (u64, u64),
    pub window: (u64, u64),
    pub waiting: BTreeMap<u64, Waiting>,
    pub deposits: BTreeMap<Address, u64>,
    pub refunds: BTreeSet<Address>,
    pub recapitalised: u64,
    pub paid: [u64; 3],
    pub roots: Vec<Root>,
    /// Which root was written last at each place of the ring.
    pub ring: [Option<usize>; RING as usize],
    pub head: Option<usize>,
    pub pending: Option<usize>,
    pub allowance: [u64; 3],
    pub attempt: u16,
    pub floor: u16,
    pub highest: u64,
    pub growth: [Bucket; 3],
    pub outflow: Option<Bucket>,
    pub pause: (u8, i64, i64),
    pub policy: ([u8; 32], Option<([u8; 32], u64)>),
    pub claimed: BTreeMap<Account, u64>,
    pub recipients: BTreeMap<Address, Address>,
    pub vault_sequence: u64,
    pub config_sequence: u64,
}

/// Succeeds, or is refused for a reason by name.
pub type Expected = Result<(), &'static str>;

fn require(holds: bool, reason: &'static str) -> Expected {
    if holds { Ok(()) } else { Err(reason) }
}

impl Model {
    pub fn deposited(&self) -> u64 {
        self.deposits.values().sum()
    }

    pub fn head_epoch(&self) -> u64 {
        self.head.map_or(0, |head| self.roots[head].epoch)
    }

    pub fn head_totals(&self) -> [u64; 3] {
        self.head.map_or([0; 3], |head| self.roots[head].totals())
    }

    pub fn head_leaves(&self) -> &[Leaf] {
        self.head.map_or(&[], |head| &self.roots[head].published.leaves)
    }

    pub fn oldest_live(&self) -> u64 {
        self.head_epoch().saturating_sub(LIVE - 1).max(1)
    }

    /// Whether claims are paid under a root: it is in its place still, active and among the newest.
    pub fn serves(&self, root: usize) -> bool {
        let place = usize::from(self.roots[root].published.root.place);
        let epoch = self.roots[root].epoch;
        let (head, is_active) = (self.head_epoch(), self.roots[root].status == Status::Active);
        self.ring[place] == Some(root) && is_active && epoch <= head && epoch + LIVE > head
    }

    pub fn is_paused(&self, flag: u8) -> bool {
        self.pause.0 & flag != 0 && self.second < self.pause.1
    }

    pub fn policy_now(&self) -> [u8; 32] {
        let at = self.head.map_or(0, |head| self.roots[head].published.root.header.finalised_slot.0);
        match self.policy.1 {
            Some((next, from)) if at >= from => next,
            _ => self.policy.0,
        }
    }

    /// What was paid beyond a root's leaves, by class: what the root must declare.
    pub fn overpaid_beyond(&self, leaves: &[Leaf]) -> [u64; 3] {
        let mut overpaid = [0; 3];
        for ((class, claimant), claimed) in &self.claimed {
            let leaf =
                leaves.iter().find(|leaf| leaf.class as usize == *class && leaf.claimant.0 == claimant.to_bytes());
            overpaid[*class] += claimed.saturating_sub(leaf.map_or(0, |leaf| leaf.cumulative.0));
        }
        overpaid
    }

    pub fn deposit(&mut self, payer: Address, amount: u64, holds: u64) -> Expected {
        require(amount > 0, "ZeroAmount")?;
        require(!self.is_paused(1), "Paused")?;
        require(!self.refunds.contains(&payer), "RefundPending")?;
        require(amount <= holds, "")?;
        *self.deposits.entry(payer).or_default() += amount;
        Ok(())
    }

    pub fn refund(&mut self, payer: Address, open: bool) -> Expected {
        require(self.deposits.contains_key(&payer), "")?;
        match open {
            true => require(self.refunds.insert(payer), "RefundPending"),
            false => require(self.refunds.remove(&payer), "NoRefundRequest"),
        }
    }

    pub fn post(&mut self, by: Address, published: Published) -> Expected {
        require(by == self.poster, "NotPoster")?;
        require(!self.is_paused(2), "Paused")?;
        require(self.pending.is_none(), "RootPending")?;
        let header = published.root.header;
        require(header.policy_set.0 == self.policy_now(), "WrongPolicySet")?;
        let overpaid = published.root.overpaid;
        require((0..3).all(|class| overpaid[class] <= self.allowance[class]), "BadOverpaid")?;
        let owed: u64 = header.class_totals.iter().chain(&overpaid).sum();
        require(owed <= self.deposited() + self.recapitalised, "Insolvent")?;
        let before = self.head_totals();
        for class in 0..3 {
            self.growth[class].fill(self.slot);
        }
        for class in 0..3 {
            let growth = header.class_totals[class].checked_sub(before[class]).ok_or("TotalShrank")?;
            require(growth <= self.growth[class].saved, "NoHeadroom")?;
        }
        for class in 0..3 {
            self.growth[class].saved -= header.class_totals[class] - before[class];
        }
        self.ring[usize::from(published.root.place)] = Some(self.roots.len());
        self.pending = Some(self.roots.len());
        self.roots.push(Root {
            status: Status::Pending,
            epoch: header.epoch.0,
            parent: self.head,
            paid: [0; 3],
            overpaid,
            opens: (self.slot + self.window.0, self.second + self.window.1 as i64),
            attested: BTreeSet::new(),
            served: false,
            published,
        });
        Ok(())
    }

    pub fn attest(&mut self, by: Address, root: usize) -> Expected {
        require(self.watchers.contains(&by), "NotWatcher")?;
        require(self.is_in_place(root), "WrongRoot")?;
        require(self.roots[root].status == Status::Pending, "NotPending")?;
        require(self.roots[root].attested.insert(by), "AlreadyAttested")
    }

    pub fn is_in_place(&self, root: usize) -> bool {
        self.ring[usize::from(self.roots[root].published.root.place)] == Some(root)
    }

    fn give_back(&mut self, growth: [u64; 3]) {
        for (class, growth) in growth.into_iter().enumerate() {
            let bucket = &mut self.growth[class];
            bucket.fill(self.slot);
            bucket.saved = (bucket.saved + growth).min(bucket.burst);
        }
    }

    fn growth_of(&self, root: usize) -> [u64; 3] {
        let (totals, before) = (self.roots[root].totals(), self.head_totals());
        std::array::from_fn(|class| totals[class] - before[class])
    }

    pub fn veto(&mut self, by: Address, root: usize) -> Expected {
        require(self.watchers.contains(&by), "NotWatcher")?;
        require(self.is_in_place(root), "WrongRoot")?;
        require(self.roots[root].status == Status::Pending, "NotPending")?;
        self.roots[root].status = Status::Vetoed;
        self.pending = None;
        self.attempt += 1;
        self.give_back(self.growth_of(root));
        Ok(())
    }

    pub fn activate(&mut self, root: usize) -> Expected {
        require(!self.is_paused(2), "Paused")?;
        require(self.is_in_place(root), "WrongRoot")?;
        let activated = &self.roots[root];
        require(activated.status == Status::Pending, "NotPending")?;
        let (slot, second) = activated.opens;
        require(self.slot >= slot && self.second >= second, "WindowOpen")?;
        require(activated.attested.len() >= usize::from(self.threshold), "TooFewAttestations")?;
        let (epoch, overpaid) = (activated.epoch, activated.overpaid);
        self.roots[root].status = Status::Active;
        self.roots[root].served = true;
        self.pending = None;
        self.head = Some(root);
        self.allowance = overpaid;
        self.attempt = if epoch < self.highest { self.floor } else { 0 };
        self.highest = self.highest.max(epoch);
        Ok(())
    }

    /// Active roots built on one, up to the head.
    pub fn built_on(&self, root: usize) -> Vec<usize> {
        let mut chain = Vec::new();
        let mut at = self.head;
        while let Some(n) = at.filter(|n| *n != root) {
            chain.push(n);
            at = self.roots[n].parent;
        }
        chain.reverse();
        chain
    }

    pub fn disable(&mut self, by: Address, root: usize) -> Expected {
        require(self.is_in_place(root), "WrongRoot")?;
        require(self.serves(root), "NotActive")?;
        let is_governor = by == self.governor;
        require(is_governor || by == self.guardian || self.watchers.contains(&by), "NotWatcher")?;
        let epoch = self.roots[root].epoch;
        let is_kept = epoch <= self.oldest_live() || epoch <= self.highest.saturating_sub(LIVE - 1);
        require(is_governor || !is_kept, "OldestLive")?;
        let parent = self.roots[root].parent;
        require(parent.is_none_or(|parent| self.is_in_place(parent)), "")?;

        let mut struck = vec![root];
        struck.extend(self.built_on(root));
        let behind = self.head_epoch() + 1;
        let mut growth: [u64; 3] = self.pending.map_or([0; 3], |pending| self.growth_of(pending));
        let parents = parent.map_or([0; 3], |parent| self.roots[parent].totals());
        let before = self.head_totals();
        let mut paid = [0; 3];
        for class in 0..3 {
            growth[class] += before[class] - parents[class];
            paid[class] = struck.iter().map(|n| self.roots[*n].paid[class]).sum();
        }
        let mut used: Vec<(u64, u16)> =
            struck.iter().map(|n| (self.roots[*n].epoch, self.roots[*n].published.root.header.attempt + 1)).collect();
        used.push((behind, self.attempt + u16::from(self.pending.is_some())));
        for (epoch, next) in used.into_iter().filter(|(_, next)| *next > 0) {
            self.highest = self.highest.max(epoch);
            self.floor = self.floor.max(next);
        }
        struck.extend(self.pending.take());
        for n in struck {
            self.roots[n].status = Status::Disabled;
        }
        self.head = parent;
        self.attempt = self.floor;
        self.allowance = match parent {
            None => self.paid,
            Some(parent) => {
                let parent = &mut self.roots[parent];
                for class in 0..3 {
                    parent.overpaid[class] += paid[class];
                    parent.paid[class] += paid[class];
                }
                parent.overpaid
            }
        };
        self.give_back(growth);
        Ok(())
    }

    /// Claims a leaf of a root; what is paid.
    pub fn claim(&mut self, root: usize, leaf: &Leaf, proven: bool) -> Result<u64, &'static str> {
        require(self.serves(root), "NotClaimable")?;
        let oldest = self.roots[root].epoch == self.oldest_live();
        require(oldest || !self.is_paused(4), "Paused")?;
        require(proven, "BadProof")?;
        let class = leaf.class as usize;
        let account = (class, Address::new_from_array(leaf.claimant.0));
        let claimed = self.claimed.get(&account).copied().unwrap_or(0);
        let due = leaf.cumulative.0.saturating_sub(claimed);
        let pay = match &mut self.outflow {
            None => due,
            Some(outflow) => {
                outflow.fill(self.slot);
                let pay = due.min(outflow.saved);
                outflow.saved -= pay;
                pay
            }
        };
        self.paid[class] += pay;
        self.roots[root].paid[class] += pay;
        self.claimed.insert(account, claimed + pay);
        Ok(pay)
    }

    pub fn pause(&mut self, by: Address, flags: u8) -> Expected {
        require(by == self.guardian || by == self.governor, "NotGuardian")?;
        require(flags != 0 && flags < 8, "BadPause")?;
        require(self.second >= self.pause.2, "PausedRecently")?;
        self.pause = (flags, self.second + PAUSE, self.second + 2 * PAUSE);
        Ok(())
    }

    pub fn unpause(&mut self, by: Address) -> Expected {
        require(by == self.guardian || by == self.governor, "NotGuardian")?;
        require(self.pause.0 != 0 && self.second < self.pause.1, "NotPaused")?;
        self.pause = (0, self.second, self.second + PAUSE);
        Ok(())
    }
}
