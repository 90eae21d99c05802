//! What people call, at random: mostly something that could succeed, often by
//! somebody who may not, and what the model says will come of it.

use super::changes::of_vault;
use super::model::{Expected, Status};
use super::{World, expect};
use rand::Rng;
use solana_address::Address;
use solana_instruction::Instruction;
use tributary_client::rewards::{self, Change, Payout, Relatives, VetoReason};
use tributary_core::amount::BaseUnits;
use tributary_core::id::{Claimant, FileHash, VaultId};
use tributary_core::leaf::{Leaf, LeafClass};
use tributary_program_tests::claims::claim_of;
use tributary_program_tests::stage::Published;

/// Names of all calls; each must succeed now and then.
pub const NAMES: [&str; 19] = [
    "deposit",
    "request_refund",
    "withdraw_refund_request",
    "recapitalise",
    "post_root",
    "attest_root",
    "veto_root",
    "disable_root",
    "activate_root",
    "claim",
    "set_recipient",
    "pause",
    "unpause",
    "tighten",
    "propose_change",
    "apply_change",
    "cancel_change",
    "propose_governor",
    "accept_governor",
];
/// Numbers that tell proposed changes apart.
const NONCES: u64 = 6;

/// A call and what the model says will come of it.
pub struct Call {
    pub name: &'static str,
    pub instruction: Instruction,
    pub expected: Expected,
    /// Whether its event stands in the vault's sequence.
    pub of_vault: bool,
}

impl World {
    fn chance(&mut self, percent: u32) -> bool {
        self.rng.random_range(0..100) < percent
    }

    fn person(&mut self) -> Address {
        let n = self.rng.random_range(0..self.people.len());
        self.people[n]
    }

    /// Mostly who may, sometimes anybody.
    fn mostly(&mut self, who: Address) -> Address {
        if self.chance(85) { who } else { self.person() }
    }

    /// Slots and seconds that pass before the next call.
    pub fn wait(&mut self) -> (u64, i64) {
        match self.rng.random_range(0..100) {
            0..40 => (0, 0),
            40..80 => (self.rng.random_range(1..4), self.rng.random_range(0..3)),
            80..99 => (self.rng.random_range(4..60), self.rng.random_range(2..40)),
            // A pause ends by itself.
            _ => (self.rng.random_range(100..1_000), self.rng.random_range(0..40) * 60 * 60),
        }
    }

    /// Where a claimant's money goes.
    pub fn payout(&self, claimant: &Address) -> Payout {
        Payout { recipient: self.model.recipients.get(claimant).copied(), ..Payout::default() }
    }

    /// The next call; nothing when there is nothing to call it on.
    pub fn call(&mut self) -> Option<Call> {
        let vault = self.stage.vault;
        match self.rng.random_range(0..100) {
            0..10 => Some(self.deposit()),
            10..13 => Some(self.refund()),
            13..15 => Some(self.recapitalise()),
            15..28 => self.post(),
            28..42 => self.judge(&vault),
            42..52 => self.activate(&vault),
            52..56 => self.disable(&vault),
            56..82 => self.claim(),
            82..84 => Some(self.set_recipient()),
            84..87 => Some(self.pause(&vault)),
            87..98 => Some(self.change(&vault)),
            _ => Some(self.hand_over()),
        }
    }

    fn deposit(&mut self) -> Call {
        let (payer, amount) = (self.person(), self.rng.random_range(1..20_000));
        let holds = self.balances[&payer];
        let expected = self.model.deposit(payer, amount, holds);
        if expected.is_ok() {
            *self.balances.entry(payer).or_default() -= amount;
        }
        let instruction = rewards::deposit(&payer, &self.stage.mint, &self.stage.token_program, BaseUnits(amount));
        Call { name: "deposit", instruction, expected, of_vault: true }
    }

    fn refund(&mut self) -> Call {
        let (payer, open, vault) = (self.person(), self.chance(40), self.stage.vault);
        let expected = self.model.refund(payer, open);
        if open {
            let instruction = rewards::request_refund(&payer, &vault);
            return Call { name: "request_refund", instruction, expected, of_vault: true };
        }
        let instruction = rewards::withdraw_refund_request(&payer, &vault);
        Call { name: "withdraw_refund_request", instruction, expected, of_vault: true }
    }

    fn recapitalise(&mut self) -> Call {
        let (giver, amount) = (self.person(), self.rng.random_range(0..1_000));
        let expected = expect(amount > 0, "ZeroAmount");
        if expected.is_ok() {
            self.model.recapitalised += amount;
            *self.balances.entry(giver).or_default() -= amount;
        }
        let instruction = rewards::recapitalise(&giver, &self.stage.mint, &self.stage.token_program, BaseUnits(amount));
        Call { name: "recapitalise", instruction, expected, of_vault: true }
    }

    /// The leaves of the newest root, some of them higher, some new.
    fn leaves(&mut self) -> Vec<Leaf> {
        let mut leaves = self.model.head_leaves().to_vec();
        let owed: u64 = leaves.iter().map(|leaf| leaf.cumulative.0).sum();
        let room = (self.model.deposited() + self.model.recapitalised).saturating_sub(owed);
        for _ in 0..self.rng.random_range(1..4) {
            let class = LeafClass::ALL[self.rng.random_range(0..3)];
            let claimant = Claimant(self.person().to_bytes());
            // Mostly within what there is, sometimes beyond.
            let beyond = if self.chance(5) { room } else { 0 };
            let more = self.rng.random_range(1..=(room / 4).max(1) + beyond);
            match leaves.iter_mut().find(|leaf| leaf.class == class && leaf.claimant == claimant) {
                Some(leaf) => leaf.cumulative.0 += more,
                None => leaves.push(Leaf { class, claimant, cumulative: BaseUnits(more) }),
            }
        }
        leaves
    }

    fn post(&mut self) -> Option<Call> {
        let leaves = self.leaves();
        let mut published: Published = self.stage.build(&leaves);
        published.root.overpaid = self.model.overpaid_beyond(&published.leaves);
        if self.chance(3) {
            published.root.overpaid[self.rng.random_range(0..3)] += 1_000_000;
        }
        if self.chance(3) {
            published.root.header.policy_set = FileHash([0xbb; 32]);
        }
        let by = self.mostly(self.model.poster);
        let instruction = rewards::post_root(&by, &self.stage.vault, &published.root);
        let is_poster = by == self.model.poster;
        let expected = self.model.post(by, published);
        // Who pays for the account of a place is checked at another moment.
        let expected = if is_poster { expected } else { expected.map_err(|_| "") };
        Some(Call { name: "post_root", instruction, expected, of_vault: true })
    }

    /// The pending root, mostly; any other, sometimes.
    fn root(&mut self) -> Option<usize> {
        let any = self.model.roots.len().checked_sub(1)?;
        let recent = any.saturating_sub(6);
        let other = self.rng.random_range(recent..=any);
        Some(if self.chance(90) { self.model.pending.unwrap_or(other) } else { other })
    }

    fn judge(&mut self, vault: &VaultId) -> Option<Call> {
        let root = self.root()?;
        let n = self.rng.random_range(0..self.model.watchers.len());
        let by = self.mostly(self.model.watchers[n]);
        let (place, id) = (self.model.roots[root].published.root.place, self.model.roots[root].published.id());
        if self.chance(8) {
            let instruction = rewards::veto_root(&by, vault, place, &id, VetoReason::Wrong);
            let expected = self.model.veto(by, root);
            return Some(Call { name: "veto_root", instruction, expected, of_vault: true });
        }
        let instruction = rewards::attest_root(&by, vault, place, &id);
        let expected = self.model.attest(by, root);
        Some(Call { name: "attest_root", instruction, expected, of_vault: true })
    }

    fn activate(&mut self, vault: &VaultId) -> Option<Call> {
        let root = self.root()?;
        let published = &self.model.roots[root].published;
        let instruction = rewards::activate_root(vault, published.root.place, &published.id());
        let expected = self.model.activate(root);
        Some(Call { name: "activate_root", instruction, expected, of_vault: true })
    }

    fn disable(&mut self, vault: &VaultId) -> Option<Call> {
        let active: Vec<usize> = (0..self.model.roots.len())
            .rev()
            .take(40)
            .filter(|root| self.model.roots[*root].status == Status::Active && self.model.is_in_place(*root))
            .collect();
        let root = *active.get(self.rng.random_range(0..active.len().max(1)).min(self.rng.random_range(0..4)))?;
        let by = match self.rng.random_range(0..4) {
            0 => self.model.governor,
            1 => self.model.guardian,
            2 => self.model.watchers[0],
            _ => self.person(),
        };
        if by == Address::default() {
            return None;
        }
        let place = |root: &usize| self.model.roots[*root].published.root.place;
        let mut later: Vec<u8> = self.model.built_on(root).iter().map(place).collect();
        later.truncate(3);
        let relatives = Relatives {
            later,
            pending: self.model.pending.as_ref().map(place),
            parent: self.model.roots[root].parent.as_ref().map(place),
        };
        let id = self.model.roots[root].published.id();
        let instruction = rewards::disable_root(&by, vault, place(&root), &id, VetoReason::Wrong, &relatives);
        // Accounts are looked at before anything else: the pending root may stand where the parent or a later one stood.
        let stands_twice = [relatives.parent, relatives.later.first().copied()]
            .iter()
            .any(|other| other.is_some() && *other == relatives.pending);
        let expected = if stands_twice { Err("") } else { self.model.disable(by, root) };
        Some(Call { name: "disable_root", instruction, expected, of_vault: true })
    }

    fn claim(&mut self) -> Option<Call> {
        let roots: Vec<usize> = self.model.ring.iter().flatten().copied().collect();
        let root = *roots.get(self.rng.random_range(0..roots.len().max(1)))?;
        let root = if self.chance(70) { self.model.head.unwrap_or(root) } else { root };
        if !self.model.is_in_place(root) {
            return None;
        }
        let published = &self.model.roots[root].published;
        let index = self.rng.random_range(0..published.leaves.len());
        let leaf = published.leaves[index];
        let (claimant, payer) = (Address::new_from_array(leaf.claimant.0), self.person());
        let published = &self.model.roots[root].published;
        let mut instruction = claim_of(&self.stage, &payer, published, index as u32, &self.payout(&claimant));
        let proven = !self.chance(8);
        if !proven {
            instruction.data[tributary_program_tests::claims::argument::CUMULATIVE] ^= 1;
        }
        let expected = self.model.claim(root, &leaf, proven).map(|paid| {
            let receiver = self.model.recipients.get(&claimant).copied().unwrap_or(claimant);
            *self.balances.entry(receiver).or_default() += paid;
        });
        Some(Call { name: "claim", instruction, expected, of_vault: true })
    }

    fn set_recipient(&mut self) -> Call {
        let (payer, claimant, recipient) = (self.person(), self.person(), self.person());
        let chosen = self.chance(70).then_some(recipient);
        match chosen {
            Some(recipient) => self.model.recipients.insert(claimant, recipient),
            None => self.model.recipients.remove(&claimant),
        };
        let instruction = rewards::set_recipient(&payer, &claimant, chosen.as_ref());
        Call { name: "set_recipient", instruction, expected: Ok(()), of_vault: false }
    }

    fn pause(&mut self, vault: &VaultId) -> Call {
        let who = if self.chance(50) { self.model.guardian } else { self.model.governor };
        let by = self.mostly(if who == Address::default() { self.model.governor } else { who });
        // Lifted more often than not, so that enough happens.
        if self.chance(60) {
            let expected = self.model.unpause(by);
            return Call { name: "unpause", instruction: rewards::unpause(&by, vault), expected, of_vault: true };
        }
        let flags = self.rng.random_range(0..9);
        let expected = self.model.pause(by, flags);
        Call { name: "pause", instruction: rewards::pause(&by, vault, flags), expected, of_vault: true }
    }

    fn some_change(&mut self) -> Change {
        let person = self.person();
        match self.rng.random_range(0..12) {
            0 => Change::Poster(person),
            1 => Change::Guardian(if self.chance(20) { Address::default() } else { person }),
            2 | 3 => Change::AddWatcher(person),
            4 => Change::RemoveWatcher(person),
            5 => Change::Threshold(self.rng.random_range(1..4)),
            6 => Change::Timelock { slots: self.rng.random_range(0..20), seconds: self.rng.random_range(0..20) },
            7 => Change::Window { slots: self.rng.random_range(1..20), seconds: self.rng.random_range(0..20) },
            8 | 9 => {
                let per_slot = std::array::from_fn(|_| self.rng.random_range(0..2_000));
                Change::Growth { per_slot, burst: std::array::from_fn(|_| self.rng.random_range(1_000..1 << 40)) }
            }
            10 => {
                let per_slot = self.rng.random_range(1..2_000);
                Change::Outflow { per_slot, burst: self.rng.random_range(1_000..1 << 40) }
            }
            _ => Change::PolicySet([self.rng.random_range(1..0x80); 32]),
        }
    }

    fn change(&mut self, vault: &VaultId) -> Call {
        let nonce = self.rng.random_range(0..NONCES);
        let by = self.mostly(self.model.governor);
        if let Some(waiting) = self.model.waiting.get(&nonce) {
            let (payer, at) = (waiting.payer, of_vault(&waiting.change));
            let target = at.then_some(vault);
            if self.chance(75) {
                let instruction = rewards::apply_change(target, nonce, &payer);
                return Call { name: "apply_change", instruction, expected: self.model.apply(nonce), of_vault: at };
            }
            let by =
                if self.chance(30) && self.model.guardian != Address::default() { self.model.guardian } else { by };
            let instruction = rewards::cancel_change(&by, target, nonce, &payer);
            return Call { name: "cancel_change", instruction, expected: self.model.cancel(by, nonce), of_vault: at };
        }
        let change = self.some_change();
        let at = of_vault(&change);
        let target = at.then_some(vault);
        if self.chance(40) {
            let instruction = rewards::tighten(&by, target, &change);
            return Call { name: "tighten", instruction, expected: self.model.tighten(by, &change), of_vault: at };
        }
        let instruction = rewards::propose_change(&by, target, nonce, &change);
        // The two targets number their changes apart; one at a time keeps the model simple.
        let expected = self.model.propose(by, nonce, change);
        Call { name: "propose_change", instruction, expected, of_vault: at }
    }

    fn hand_over(&mut self) -> Call {
        if self.chance(40) {
            let (by, next) = (self.mostly(self.model.governor), self.person());
            let expected = self.model.propose_governor(by, next);
            let instruction = rewards::propose_governor(&by, &next);
            return Call { name: "propose_governor", instruction, expected, of_vault: false };
        }
        let next = self.model.next_governor.map_or(self.people[0], |next| next.0);
        let by = self.mostly(next);
        let expected = self.model.accept_governor(by);
        Call { name: "accept_governor", instruction: rewards::accept_governor(&by), expected, of_vault: false }
    }
}
