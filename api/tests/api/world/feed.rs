//! Events as the indexer stores them, for the feed.

use super::history::{asset, bytes, claimant, payer, vault};
use solana_address::Address;
use sqlx::PgConnection;
use tributary_client::pda;
use tributary_client::registry::{Registered, RegistryEvent};
use tributary_client::rewards::{Claimed, Deposited, RewardsEvent, RootActivated, RootPosted};

/// What one event is stored with.
pub enum Event {
    Registry(RegistryEvent),
    Rewards(RewardsEvent),
}

fn address(bytes: [u8; 32]) -> Address {
    Address::from(bytes)
}

/// Somebody is paid.
pub fn claimed(name: &str, sequence: u64, slot: u64) -> Event {
    Event::Rewards(RewardsEvent::Claimed(Box::new(Claimed {
        vault: address(vault().0),
        sequence,
        epoch: 1,
        class: 0,
        claimant: address(claimant(name).0),
        destination: address(bytes("destination")),
        paid: 7,
        claimed: 7 + sequence,
        slot,
    })))
}

/// A root is posted, activated a moment later.
pub fn posted(sequence: u64, slot: u64) -> Event {
    Event::Rewards(RewardsEvent::RootPosted(Box::new(RootPosted {
        vault: address(vault().0),
        sequence,
        place: 0,
        root_id: bytes("a root"),
        epoch: 4,
        attempt: 0,
        parent: [0; 32],
        finalised_slot: slot - 40,
        tree_hash: bytes("a tree"),
        class_totals: [1, 2, 3],
        overpaid: [0; 3],
        leaf_count: 3,
        manifest: bytes("a manifest"),
        policy_set: bytes("a policy"),
        opens_slot: slot + 20,
        opens_at: 30,
        slot,
    })))
}

/// It serves.
pub fn activated(sequence: u64, slot: u64) -> Event {
    let event = RootActivated { vault: address(vault().0), sequence, root_id: bytes("a root"), epoch: 4, slot };
    Event::Rewards(RewardsEvent::RootActivated(Box::new(event)))
}

/// A payer pays in.
pub fn deposited(sequence: u64, slot: u64) -> Event {
    Event::Rewards(RewardsEvent::Deposited(Box::new(Deposited {
        vault: address(vault().0),
        sequence,
        payer: address(payer().0),
        amount: 500,
        payer_total: 500,
        deposited: 500,
        slot,
    })))
}

/// An asset is registered by somebody.
pub fn registered(owner: &str, sequence: u64, slot: u64) -> Event {
    Event::Registry(RegistryEvent::Registered(Box::new(Registered {
        shard: 0,
        sequence,
        asset: address(asset("Rain").0),
        kind: 1,
        content_id: [1; 32],
        content_hash: [2; 32],
        content_length: 3,
        owner: address(claimant(owner).0),
        metadata_hash: [4; 32],
        uri_hash: [0; 32],
        licence: [0; 32],
        uses: 7,
        royalty_mode: 0,
        mix_bps: [0; 5],
        asset_sequence: 9,
        stack_bps: 0,
        effective_slot: slot,
        slot,
        parents: Vec::new(),
        co_owners: Vec::new(),
    })))
}

/// Stores events as the indexer does: final up to `finalised`.
pub async fn store(db: &mut PgConnection, finalised: i64, events: Vec<Event>) {
    for event in events {
        let (program, stream, sequence, name, data) = match &event {
            Event::Rewards(event) => {
                let (stream, sequence) = event.position();
                (pda::REWARDS, stream.to_bytes(), sequence, event.name(), event.encode())
            }
            Event::Registry(event) => {
                let (shard, sequence) = event.position();
                (pda::REGISTRY, bytes(&format!("shard {shard}")), sequence, event.name(), event.encode())
            }
        };
        let slot = slot_of(&event);
        sqlx::query(
            "INSERT INTO chain.events (signature, outer_index, inner_index, slot, block_time, program, stream, sequence,
                 name, data, decoder, commitment)
             VALUES (sha512($1), 0, 0, $2, 1000 + $2, $3, $4, $5, $6, $7, 1,
                 CASE WHEN $2 <= $8 THEN 'finalised' ELSE 'confirmed' END)",
        )
        .bind(format!("{name} {sequence}").into_bytes())
        .bind(slot)
        .bind(&program.to_bytes()[..])
        .bind(&stream[..])
        .bind(sequence as i64)
        .bind(name)
        .bind(data)
        .bind(finalised)
        .execute(&mut *db)
        .await
        .unwrap();
    }
}

fn slot_of(event: &Event) -> i64 {
    let slot = match event {
        Event::Rewards(RewardsEvent::Claimed(e)) => e.slot,
        Event::Rewards(RewardsEvent::RootPosted(e)) => e.slot,
        Event::Rewards(RewardsEvent::RootActivated(e)) => e.slot,
        Event::Rewards(RewardsEvent::Deposited(e)) => e.slot,
        Event::Registry(RegistryEvent::Registered(e)) => e.slot,
        _ => panic!("no test stores such an event"),
    };
    slot as i64
}

/// The chain goes on.
pub async fn reach(db: &mut PgConnection, confirmed: i64, finalised: i64) {
    sqlx::query("UPDATE chain.status SET confirmed_slot = $1, finalised_slot = $2, seen_slot = $1, updated_at = now()")
        .bind(confirmed)
        .bind(finalised)
        .execute(db)
        .await
        .unwrap();
}
