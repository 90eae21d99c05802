//! Changes of the records in a made-up history, as the registry would tell them.

use super::history::{History, address, asset};
use solana_address::Address;
use tributary_attribution::graph::Terms;
use tributary_client::registry::*;

/// How many slots terms wait in these histories.
pub const DELAY: u64 = 10;

fn listed(co_owners: &[(&str, u16)]) -> Vec<CoOwner> {
    co_owners.iter().map(|(name, share_bps)| CoOwner { key: address(name), share_bps: *share_bps }).collect()
}

impl History {
    pub fn set_terms(&mut self, shard: u8, name: &str, owner: &str, co_owners: &[(&str, u16)]) {
        let (asset, owner, co_owners) = (address(name), address(owner), listed(co_owners));
        self.registry_in(shard, |sequence, slot| {
            let (mix_bps, effective_slot) = ([0; 5], slot + DELAY);
            let event = TermsSet { shard, sequence, asset, owner, mix_bps, effective_slot, co_owners, slot };
            RegistryEvent::TermsSet(Box::new(event))
        });
    }

    /// Hands an asset over; `co_owners` are those to follow.
    pub fn transfer(&mut self, shard: u8, name: &str, from: &str, to: &str, co_owners: &[(&str, u16)]) {
        let (asset, previous_owner, owner) = (address(name), address(from), address(to));
        let co_owners = listed(co_owners);
        self.registry_in(shard, |sequence, slot| {
            let (mix_bps, effective_slot) = ([0; 5], slot + DELAY);
            let event =
                Transferred { shard, sequence, asset, previous_owner, owner, mix_bps, effective_slot, co_owners, slot };
            RegistryEvent::Transferred(Box::new(event))
        });
    }

    pub fn set_uses(&mut self, name: &str, uses: u8, next_uses: u8) {
        let asset = address(name);
        self.registry(|sequence, slot| {
            let effective_slot = if uses == next_uses { slot } else { slot + DELAY };
            let event = UsesSet { shard: 0, sequence, asset, uses, next_uses, effective_slot, slot };
            RegistryEvent::UsesSet(Box::new(event))
        });
    }

    pub fn retire(&mut self, name: &str) {
        let (asset, owner) = (address(name), address(&format!("owner of {name}")));
        self.registry(|sequence, slot| {
            RegistryEvent::Retired(Box::new(Retired { shard: 0, sequence, asset, owner, slot }))
        });
    }

    pub fn join(&mut self, name: &str, share_bps: u16) {
        let (asset, collection, curator) = (address(name), address("collection"), address("curator"));
        self.registry(|sequence, slot| {
            let effective_slot = slot + DELAY;
            let event =
                CollectionJoined { shard: 0, sequence, asset, collection, curator, share_bps, effective_slot, slot };
            RegistryEvent::CollectionJoined(Box::new(event))
        });
    }

    pub fn leave(&mut self, name: &str) {
        let (asset, collection) = (address(name), address("collection"));
        self.registry(|sequence, slot| {
            let event = CollectionLeft { shard: 0, sequence, asset, collection, effective_slot: slot + DELAY, slot };
            RegistryEvent::CollectionLeft(Box::new(event))
        });
    }

    /// An older commitment of the squatter's victim takes a record over.
    pub fn displace(&mut self, shard: u8, name: &str, previous_owner: &str, by: &str, parents: &[&str]) {
        let (asset, previous_owner, owner) = (address(name), address(previous_owner), address(by));
        let known = self.sequence_of(name);
        self.registry_in(shard, |sequence, slot| {
            RegistryEvent::Displaced(Box::new(Displaced {
                shard,
                sequence,
                asset,
                kind: known.0,
                content_id: [0; 32],
                content_hash: [0; 32],
                content_length: 1,
                owner,
                metadata_hash: [0; 32],
                uri_hash: [0; 32],
                licence: [0; 32],
                uses: tributary_core::content::uses::ALL,
                royalty_mode: 0,
                mix_bps: [0; 5],
                asset_sequence: known.1,
                stack_bps: 0,
                effective_slot: slot,
                slot,
                parents: parents.iter().map(|name| Parent { asset: address(name), royalty_bps: 1_000 }).collect(),
                co_owners: listed(&[(by, 10_000)]),
                previous_owner,
                commit_slot: 1,
            }))
        });
    }

    /// Kind and sequence of a registered asset.
    fn sequence_of(&self, name: &str) -> (u8, u64) {
        let known = self.graph.get(&asset(name)).map(|asset| (asset.kind as u8, asset.seq.0));
        let registered = self.chain.iter().find_map(|row| match RegistryEvent::decode(&row.data) {
            Ok(RegistryEvent::Registered(event)) if event.asset == address(name) => {
                Some((event.kind, event.asset_sequence))
            }
            _ => None,
        });
        known.or(registered).unwrap()
    }

    pub fn dispute(&mut self, shard: u8, name: &str) {
        let (asset, challenger) = (address(name), address("challenger"));
        self.registry_in(shard, |sequence, slot| {
            let (evidence_hash, bond, deadline_slot) = ([0; 32], 1, slot + 100);
            let event = DisputeOpened { shard, sequence, asset, challenger, evidence_hash, bond, deadline_slot, slot };
            RegistryEvent::DisputeOpened(Box::new(event))
        });
    }

    pub fn rule(&mut self, shard: u8, name: &str, verdict: u8, owner: &str) {
        let (asset, challenger, owner) = (address(name), address("challenger"), address(owner));
        self.registry_in(shard, |sequence, slot| {
            let (bond, ripe_slot, ripe_second) = (1, u64::from(verdict) * (slot + DELAY), 0);
            let event =
                DisputeRuled { shard, sequence, asset, verdict, challenger, owner, bond, ripe_slot, ripe_second, slot };
            RegistryEvent::DisputeRuled(Box::new(event))
        });
    }

    pub fn end_dispute(&mut self, name: &str, owner: &str) {
        let (asset, challenger, owner) = (address(name), address("challenger"), address(owner));
        self.registry(|sequence, slot| {
            let event = DisputeEnded { shard: 0, sequence, asset, challenger, owner, bond: 1, slot };
            RegistryEvent::DisputeEnded(Box::new(event))
        });
    }

    pub fn cancel_reassignment(&mut self, name: &str) {
        let (asset, challenger) = (address(name), address("challenger"));
        self.registry(|sequence, slot| {
            let event = ReassignmentCancelled { shard: 0, sequence, asset, challenger, slot };
            RegistryEvent::ReassignmentCancelled(Box::new(event))
        });
    }

    pub fn reassign(&mut self, shard: u8, name: &str, previous_owner: &str) {
        let (asset, previous_owner, owner): (Address, Address, Address) =
            (address(name), address(previous_owner), address("challenger"));
        self.registry_in(shard, |sequence, slot| {
            let (mix_bps, effective_slot) = ([0; 5], slot);
            let event = Reassigned { shard, sequence, asset, previous_owner, owner, mix_bps, effective_slot, slot };
            RegistryEvent::Reassigned(Box::new(event))
        });
    }

    /// What counts now and in later slots of an asset's co-owners, as published.
    pub fn changes_of(&self, name: &str) -> Vec<Terms> {
        let changes = &self.graph.get(&asset(name)).unwrap().changes;
        changes.iter().map(|change| change.terms.clone()).collect()
    }
}
