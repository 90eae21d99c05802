//! Random lives of a registry against a model of it in plain Rust: honest and
//! hostile people call everything at any time, and a call is refused exactly
//! when the model says so. After every step the records are the model's, events
//! are dense, shares are whole, parents are older, and bonds are where they
//! belong. `SOAK_STEPS=1000000` runs longer.

mod calls;
mod model;
mod people;

use model::{Dispute, Model};
use people::People;
use rand::SeedableRng;
use rand::rngs::StdRng;
use solana_address::Address;
use solana_signer::Signer;
use std::collections::{BTreeMap, BTreeSet};
use tributary_client::registry::{self, Asset, Collection, Contest, Gateway, Shard};
use tributary_client::{ChainEvent, pda};
use tributary_core::id::AssetId;
use tributary_program_tests::chain::{Chain, Receipt};
use tributary_program_tests::registrations::*;

/// Steps of an ordinary test run, over all lives.
const STEPS: usize = 50_000;
/// Lives, each on a thread and a chain of its own.
const LIVES: usize = 2;
/// Steps between looks at everything.
const AUDIT_STEPS: usize = 500;

/// A registry, the model of it, and everybody around.
struct World {
    chain: Chain,
    model: Model,
    people: People,
    /// Lamports of people and of all accounts of the registry, which nothing creates or destroys.
    lamports: u64,
    refused: BTreeMap<String, u64>,
}

impl World {
    fn new(seed: u64) -> Self {
        let mut chain = Chain::new().without_signatures();
        open_registry(&mut chain);
        let governor = chain.admin.pubkey();
        let people = People::new(&mut chain, StdRng::seed_from_u64(seed));
        let model = Model {
            slot: chain.slot(),
            second: chain.second(),
            settings: people.settings(),
            governor,
            next_governor: None,
            next_settings: None,
            commitments: BTreeMap::new(),
            assets: BTreeMap::new(),
            disputes: BTreeMap::new(),
            collections: BTreeMap::new(),
            shards: vec![(1, 0, 0)],
            gateways: BTreeMap::new(),
        };
        let mut world = Self { chain, model, people, lamports: 0, refused: BTreeMap::new() };
        // The arbiter must be one of the people, and the governor one who pays no fees.
        world.set_up(governor);
        world.lamports = world.all_lamports();
        world
    }

    /// Makes the first of the people the governor.
    fn set_up(&mut self, admin: Address) {
        let next = self.people.keys[0];
        let settings = self.people.settings();
        let proposals =
            [registry::propose_settings(&admin, 0, &settings), registry::propose_governor(&admin, 0, &next)];
        self.chain.send_unsigned(&proposals).unwrap();
        self.chain.pass(TIMELOCK, TIMELOCK_SECONDS as i64);
        self.chain.send_unsigned(&[registry::apply_settings(&admin, 0)]).unwrap();
        self.chain.send_unsigned(&[registry::accept_governor(&next, 0)]).unwrap();
        self.model.governor = next;
        self.model.shards[0].0 += 4;
        self.model.slot = self.chain.slot();
        self.model.second = self.chain.second();
    }

    fn step(&mut self) {
        if let Some((slots, seconds)) = self.people.wait() {
            self.chain.pass(slots, seconds);
            self.model.slot += slots;
            self.model.second += seconds;
        }
        let (call, shard) = self.people.call(&self.model);
        let before = self.model.shards.clone();
        let expected = self.model.call(&call, shard);
        let outcome = self.chain.send_unsigned(&[call.instruction(shard)]);
        match (expected, outcome) {
            (Ok(()), Ok(receipt)) => self.check_event(&receipt, &before),
            (Err(reason), Err(refusal)) => {
                let found = refusal.name();
                assert!(reason.is_empty() || reason == found, "{call:?}: expected {reason}, found {refusal:#?}");
                *self.refused.entry(found).or_default() += 1;
            }
            (expected, outcome) => panic!("{call:?}: the model says {expected:?}, the program {outcome:#?}"),
        }
        for asset in self.people.touched(&call) {
            self.check_asset(&asset);
        }
    }

    /// The one event is the next of its sequence, and no other sequence has moved.
    fn check_event(&self, receipt: &Receipt, before: &[(u64, u64, u16)]) {
        let [ChainEvent::Registry(event)] = receipt.events.as_slice() else {
            panic!("expected one event, found {:?}", receipt.events);
        };
        let (shard, sequence) = event.position();
        let next = before.get(usize::from(shard)).map_or(0, |shard| shard.0);
        assert_eq!(sequence, next, "{event:?}");
        let found = Shard::decode(&self.chain.data(&pda::shard(shard))).unwrap();
        assert_eq!((found.sequence, next + 1), (self.model.shards[usize::from(shard)].0, found.sequence));
    }

    /// The record is the model's, and what must hold of any record does.
    fn check_asset(&self, asset: &AssetId) {
        let data = self.chain.data(&address_of(asset));
        let Some(expected) = self.model.assets.get(asset) else {
            assert!(data.is_empty());
            return;
        };
        let found = Asset::decode(&data).unwrap();
        assert_eq!(&found, expected);
        for shares in [Some(&found.co_owners), found.next_terms.as_ref().map(|next| &next.co_owners)] {
            let sum = shares.map_or(10_000, |shares| shares.iter().map(|share| u32::from(share.share_bps)).sum());
            assert_eq!(sum, 10_000);
        }
        assert!(found.stack_bps <= 9_000 && found.depth <= 32);
        for parent in &found.parents {
            let parent = &self.model.assets[&AssetId(parent.asset.to_bytes())];
            assert!(parent.sequence < found.sequence && parent.depth < found.depth);
        }
        let dispute = self.model.disputes.get(asset);
        let contest = match dispute {
            None => Contest::None,
            Some(Dispute { upheld: None, .. }) => Contest::Disputed,
            Some(_) => Contest::Reassigning,
        };
        assert_eq!(found.contest, contest);
        let address = pda::dispute(asset);
        let held = dispute.map_or(0, |dispute| {
            let bond = if dispute.upheld.is_none() { dispute.bond } else { 0 };
            self.chain.rent(self.chain.data(&address).len()) + bond
        });
        assert_eq!(self.chain.lamports(&address), held);
        assert_eq!(self.chain.lamports(&address_of(asset)), self.chain.rent(data.len()));
    }

    /// Everything at once.
    fn audit(&self) {
        for asset in self.model.assets.keys() {
            self.check_asset(asset);
        }
        for (address, collection) in &self.model.collections {
            assert_eq!(Collection::decode(&self.chain.data(address)).unwrap(), *collection);
        }
        for ((operator, index), keys) in &self.model.gateways {
            let data = self.chain.data(&Address::new_from_array(pda::gateway(operator, *index).0));
            let found = Gateway::decode(&data).unwrap().keys;
            let found: Vec<_> = found
                .iter()
                .map(|key| (key.key, key.valid_from.0, key.revoked_from.map_or(0, |slot| slot.0)))
                .collect();
            assert_eq!(&found, keys);
        }
        let config = config(&self.chain);
        assert_eq!((config.governor, config.settings), (self.model.governor, self.model.settings));
        assert_eq!(config.next_governor.map(|next| next.what), self.model.next_governor.map(|next| next.0));
        assert_eq!(config.next_settings.map(|next| next.what), self.model.next_settings.map(|next| next.0));
        assert_eq!(usize::from(config.shards), self.model.shards.len());
        assert_eq!(self.all_lamports(), self.lamports);
    }

    fn all_lamports(&self) -> u64 {
        let model = &self.model;
        let mut accounts: BTreeSet<Address> = self.people.keys.iter().copied().collect();
        accounts.extend(model.assets.keys().flat_map(|asset| [address_of(asset), pda::dispute(asset)]));
        accounts.extend(model.commitments.keys().map(pda::commitment));
        accounts.extend(model.collections.keys());
        accounts.extend(
            model.gateways.keys().map(|(operator, index)| Address::new_from_array(pda::gateway(operator, *index).0)),
        );
        accounts.extend((0..model.shards.len()).map(|index| pda::shard(index as u8)));
        accounts.iter().map(|account| self.chain.lamports(account)).sum()
    }
}

#[test]
fn whatever_people_call_the_registry_does_what_its_model_does() {
    let steps = std::env::var("SOAK_STEPS").map_or(STEPS, |steps| steps.parse().unwrap());
    let live = |seed: u64| {
        let mut world = World::new(seed);
        for step in 0..steps / LIVES {
            world.step();
            if step % AUDIT_STEPS == 0 {
                world.audit();
            }
        }
        world.audit();
        println!("life {seed}: {} assets; refused {:?}", world.model.assets.len(), world.refused);
        assert!(world.model.assets.len() * 50 > steps / LIVES, "too little happened to have tested anything");
        assert!(world.refused.len() > 30, "too little was refused: {:?}", world.refused);
    };
    std::thread::scope(|scope| {
        for seed in 0..LIVES as u64 {
            scope.spawn(move || live(seed));
        }
    });
}
