//! The people of a random life: whoever is honest calls what they may, whoever
//! is hostile what they may not. What either leads to is not decided here.

use super::calls::{Call, equally};
use super::model::Model;
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use solana_address::Address;
use std::collections::BTreeSet;
use tributary_client::pda;
use tributary_client::registry::{Parties, Register, RegistrySettings, SetTerms, Verdict};
use tributary_core::content::AssetKind;
use tributary_core::hash::sha256;
use tributary_core::id::{AssetId, FileHash};
use tributary_program_tests::chain::{Chain, GENESIS};
use tributary_program_tests::registrations::{licence, settings};

/// How many there are: the first governs at the beginning, the second rules.
const PEOPLE: usize = 6;
/// The newest assets, which most calls are about.
const RECENT: usize = 24;

/// Everybody, and what they have committed to.
pub struct People {
    pub keys: Vec<Address>,
    random: StdRng,
    /// Not revealed yet, or not known to have been.
    pending: Vec<Register>,
    /// Records in the order of their registration.
    known: Vec<AssetId>,
    seen: BTreeSet<AssetId>,
    contents: u64,
}

impl People {
    pub fn new(chain: &mut Chain, mut random: StdRng) -> Self {
        let keys: Vec<Address> = (0..PEOPLE).map(|_| Address::new_from_array(random.random())).collect();
        for key in &keys {
            for _ in 0..10 {
                chain.fund(key);
            }
        }
        Self { keys, random, pending: Vec::new(), known: Vec::new(), seen: BTreeSet::new(), contents: 0 }
    }

    /// With one of them as the arbiter.
    pub fn settings(&self) -> RegistrySettings {
        RegistrySettings { arbiter: self.keys[1], ..settings() }
    }

    /// How long nothing happens before the next call, if at all.
    pub fn wait(&mut self) -> Option<(u64, i64)> {
        let longest = if self.random.random_ratio(1, 60) { 120 } else { 4 };
        let (slots, seconds) = (self.random.random_range(1..=longest), self.random.random_range(0..=longest * 2));
        self.random.random_ratio(1, 2).then_some((slots, seconds as i64))
    }

    /// The assets whose records a call may have changed.
    pub fn touched(&self, call: &Call) -> Vec<AssetId> {
        match call {
            Call::Register(reveal) | Call::Displace(reveal) => vec![reveal.asset()],
            Call::SetTerms(terms) => vec![terms.asset],
            Call::Rule { parties, .. } | Call::End { parties } => vec![parties.asset],
            Call::Offer { asset, .. }
            | Call::Accept { asset, .. }
            | Call::SetUses { asset, .. }
            | Call::Retire { asset, .. }
            | Call::OpenDispute { asset, .. }
            | Call::Apply { asset, .. }
            | Call::CancelReassignment { asset, .. }
            | Call::Join { asset, .. }
            | Call::Leave { asset, .. } => vec![*asset],
            _ => Vec::new(),
        }
    }

    fn anybody(&mut self) -> Address {
        self.keys[self.random.random_range(0..PEOPLE)]
    }

    /// Mostly who may, sometimes somebody else.
    fn mostly(&mut self, who: Address) -> Address {
        if self.random.random_ratio(5, 6) { who } else { self.anybody() }
    }

    fn one_in(&mut self, n: u32) -> bool {
        self.random.random_ratio(1, n)
    }

    /// Mostly an asset of late, sometimes one of those that are in dispute.
    fn some_asset(&mut self, model: &Model) -> AssetId {
        if self.one_in(4)
            && let Some(asset) = model.disputes.keys().nth(self.random.random_range(0..=model.disputes.len() / 2))
        {
            return *asset;
        }
        if model.assets.len() != self.known.len() {
            self.known.extend(model.assets.keys().filter(|asset| !self.seen.contains(*asset)));
            self.seen.extend(&self.known);
        }
        if self.one_in(40) {
            return AssetId([7; 32]);
        }
        let first = self.known.len().saturating_sub(RECENT);
        self.known[first..].choose(&mut self.random).copied().unwrap_or(AssetId([7; 32]))
    }

    fn owner(&self, model: &Model, asset: &AssetId) -> Address {
        model.assets.get(asset).map_or(self.keys[2], |record| record.owner)
    }

    fn some_keys(&mut self) -> Vec<Address> {
        let count = self.random.random_range(1..=4);
        self.keys.choose_multiple(&mut self.random, count).copied().collect()
    }

    /// Something new, or what somebody else has committed to of late.
    fn content(&mut self, model: &Model) -> Register {
        if self.one_in(2) || self.contents == 0 {
            self.contents += 1;
        }
        let content = self.random.random_range(self.contents.saturating_sub(3)..=self.contents);
        let kind = match content % 4 {
            0 | 1 => AssetKind::Dataset,
            2 => AssetKind::Model,
            _ => AssetKind::Agent,
        };
        let owner = self.anybody();
        let mut parents = Vec::new();
        for _ in 0..self.random.random_range(0..=3) {
            parents.push((self.some_asset(model), self.random.random_range(0..=3_500)));
        }
        let keys = self.some_keys();
        let mut co_owners = equally(&keys);
        if self.one_in(20) {
            co_owners[0].share_bps -= 1;
        }
        Register {
            payer: owner,
            owner,
            commitment_payer: owner,
            shard: 0,
            kind,
            content_hash: FileHash(sha256(&[&content.to_le_bytes()])),
            content_length: 8,
            salt: self.random.random(),
            metadata_hash: FileHash(self.random.random()),
            uri_hash: FileHash([3; 32]),
            licence: licence("MIT"),
            uses: self.random.random_range(0..=7),
            royalty_mode: if self.one_in(30) { 2 } else { self.random.random_range(0..=1) },
            mix_bps: [0; 5],
            parents,
            co_owners,
        }
    }

    fn reveal(&mut self, model: &Model) -> Option<Register> {
        let first = self.pending.len().saturating_sub(RECENT);
        if first == self.pending.len() {
            return None;
        }
        let at = self.random.random_range(first..self.pending.len());
        let reveal = self.pending[at].clone();
        // What was revealed, or can no longer be, is tried once more at most.
        let committed = model.commitments.get(&reveal.commitment(&GENESIS).0);
        if committed.is_none_or(|(slot, _)| model.slot > slot + model.settings.reveal_max_slots) {
            self.pending.swap_remove(at);
        }
        Some(reveal)
    }

    /// The next call, and the shard of its event.
    pub fn call(&mut self, model: &Model) -> (Call, u8) {
        let shard = self.random.random_range(0..model.shards.len()) as u8;
        (self.some_call(model), shard)
    }

    fn some_call(&mut self, model: &Model) -> Call {
        let asset = self.some_asset(model);
        let owner = self.owner(model, &asset);
        let who = self.mostly(owner);
        match self.random.random_range(0..100) {
            0..16 => {
                let content = self.content(model);
                let (who, hash) = (content.owner, content.commitment(&GENESIS));
                self.pending.push(content);
                Call::Commit { who, hash }
            }
            16..46 => match self.reveal(model) {
                None => Call::Retire { who, asset },
                Some(reveal) if model.assets.contains_key(&reveal.asset()) && !self.one_in(10) => {
                    Call::Displace(Box::new(reveal))
                }
                Some(reveal) => Call::Register(Box::new(reveal)),
            },
            46..54 => self.set_terms(model, who, asset),
            54..58 => {
                let to = if self.one_in(6) { Address::default() } else { self.anybody() };
                Call::Offer { who, asset, to }
            }
            58..62 => {
                let offered = model.assets.get(&asset).and_then(|record| record.offered_to).unwrap_or(who);
                Call::Accept { who: self.mostly(offered), asset }
            }
            62..66 => Call::SetUses { who, asset, uses: self.random.random_range(0..=8) },
            66 => Call::Retire { who, asset },
            67..72 => Call::OpenDispute { who: self.anybody(), asset },
            72..82 => self.dispute(model, asset),
            82..88 => self.membership(model, who, asset),
            88..96 => self.govern(model),
            _ => self.gateway(model),
        }
    }

    fn set_terms(&mut self, model: &Model, who: Address, asset: AssetId) -> Call {
        let keys = self.some_keys();
        let mut co_owners = equally(&keys);
        if self.one_in(10) {
            co_owners.push(co_owners[0]);
        }
        let now = model.assets.get(&asset).map(|record| record.clone().settled(model.slot_now()));
        let mut consenting: Vec<_> = now.iter().flat_map(|record| record.co_owners.iter().map(|now| now.key)).collect();
        if self.one_in(3) {
            consenting.pop();
        }
        if self.one_in(12) {
            consenting.push(consenting.first().copied().unwrap_or(who));
        }
        Call::SetTerms(Box::new(SetTerms {
            payer: who,
            owner: who,
            shard: 0,
            asset,
            co_owners,
            mix_bps: [0; 5],
            consenting,
        }))
    }

    fn dispute(&mut self, model: &Model, asset: AssetId) -> Call {
        let challenger = model.disputes.get(&asset).map_or(self.keys[3], |dispute| dispute.challenger);
        let challenger = if self.one_in(12) { self.anybody() } else { challenger };
        let parties = Parties { asset, challenger, owner: self.owner(model, &asset) };
        match self.random.random_range(0..4) {
            0 => {
                let verdict = if self.one_in(2) { Verdict::ForOwner } else { Verdict::ForChallenger };
                Call::Rule { who: self.mostly(model.settings.arbiter), parties, verdict }
            }
            1 => Call::End { parties },
            2 => Call::Apply { asset, challenger },
            _ => Call::CancelReassignment { who: self.mostly(model.governor), asset, challenger },
        }
    }

    fn membership(&mut self, model: &Model, who: Address, asset: AssetId) -> Call {
        let (curator, index) = (self.anybody(), self.random.random_range(0..4));
        let collection = pda::collection(&curator, index);
        match self.random.random_range(0..5) {
            0 => Call::CreateCollection { who: curator, index, share_bps: self.random.random_range(0..=6_000) },
            1..3 => Call::Join { who, curator: self.mostly(curator), collection, asset },
            _ => {
                let member = model.assets.get(&asset).and_then(|record| record.membership);
                let collection = member.map_or(collection, |member| member.collection);
                Call::Leave { who, collection, asset }
            }
        }
    }

    fn govern(&mut self, model: &Model) -> Call {
        let who = self.mostly(model.governor);
        match self.random.random_range(0..8) {
            0 => Call::ProposeGovernor { who, next: self.anybody() },
            1 | 2 => {
                let next = model.next_governor.map_or(who, |next| next.0);
                Call::AcceptGovernor { who: self.mostly(next) }
            }
            3 => Call::CancelGovernor { who },
            4 => {
                // Never far from the start, so that windows keep meeting each other.
                let settings = RegistrySettings {
                    displace_slots: self.random.random_range(8..=14),
                    terms_delay_slots: self.random.random_range(15..=25),
                    timelock_slots: self.random.random_range(20..=30),
                    dispute_slots: self.random.random_range(40..=60),
                    dispute_bond: self.random.random_range(1_000_000..=6_000_000),
                    arbiter: if self.one_in(4) { self.anybody() } else { model.settings.arbiter },
                    ..model.settings
                };
                Call::ProposeSettings { who, settings }
            }
            5 | 6 => Call::ApplySettings { who },
            _ if self.one_in(3) => {
                let index = self.random.random_range(0..=model.shards.len().min(3)) as u8;
                Call::OpenShard { who, index }
            }
            _ => Call::CancelSettings { who },
        }
    }

    fn gateway(&mut self, model: &Model) -> Call {
        let operator = self.anybody();
        let who = self.mostly(operator);
        let key = Address::new_from_array([self.random.random_range(1..=20); 32]);
        match self.random.random_range(0..4) {
            0 => Call::RegisterGateway { who, index: self.random.random_range(0..3) },
            1 => Call::RevokeKey { who, operator, key },
            _ => {
                let from = [0, model.slot, model.slot - 1, model.slot + 9][self.random.random_range(0..4)];
                Call::AddKey { who, operator, key, from }
            }
        }
    }
}
