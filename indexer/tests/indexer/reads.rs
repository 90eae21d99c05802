//! What readers see of terms, owners, disputes and settings through the views.

use crate::cluster::Database;
use crate::events::Events;
use crate::projections::{commit, open};
use crate::truth::projections;
use crate::world::address;
use solana_sdk::pubkey::Pubkey;
use sqlx::PgPool;
use tributary_client::ChainEvent;
use tributary_client::registry::{
    CoOwner, CollectionJoined, CollectionLeft, DisputeEnded, DisputeOpened, Registered, RegistryEvent, Retired,
    TermsSet, Transferred, UsesSet,
};
use tributary_core::position::Slot;
use tributary_indexer::event::IndexedEvent;
use tributary_indexer::machine::Commit;
use tributary_indexer::store::Session;

fn alone(key: Pubkey) -> Vec<CoOwner> {
    vec![CoOwner { key, share_bps: 10_000 }]
}

/// Stores events; everything up to a slot is known, and up to another final.
async fn at(session: &mut Session, events: &[IndexedEvent], confirmed: u64, finalised: u64) {
    let through = Some(Slot(finalised));
    let confirmed_through = Some(Slot(confirmed));
    let events = events.to_vec();
    let commit = Commit { events, through, verified: through, confirmed_through, ..Commit::default() };
    assert_eq!(session.commit(&commit).await.unwrap().gaps, []);
}

struct Record {
    events: Events,
    asset: Registered,
}

impl Record {
    fn new() -> (Self, IndexedEvent) {
        let mut events = Events::default();
        let asset = events.registered(0, 10, address("alice"), alone(address("alice")));
        let placed = events.placed(10, ChainEvent::Registry(RegistryEvent::Registered(Box::new(asset.clone()))));
        (Self { events, asset }, placed)
    }

    fn event(&mut self, slot: u64, make: impl FnOnce(u64, Pubkey) -> RegistryEvent) -> IndexedEvent {
        let sequence = self.events.in_shard(0);
        self.events.placed(slot, ChainEvent::Registry(make(sequence, self.asset.asset)))
    }

    fn terms(&mut self, slot: u64, effective_slot: u64, to: &str) -> IndexedEvent {
        let co_owners = alone(address(to));
        self.event(slot, |sequence, asset| {
            RegistryEvent::TermsSet(Box::new(TermsSet {
                shard: 0,
                sequence,
                asset,
                owner: address("alice"),
                mix_bps: [2_000; 5],
                effective_slot,
                co_owners,
                slot,
            }))
        })
    }
}

/// States and first claimants of all announced terms, in the order of their slots.
async fn terms(pool: &PgPool) -> Vec<(String, Vec<u8>, String)> {
    sqlx::query_as("SELECT state, claimants[1], commitment FROM chain.terms_v1 ORDER BY announced_slot")
        .fetch_all(pool)
        .await
        .unwrap()
}

fn seen(state: &str, who: &str, commitment: &str) -> (String, Vec<u8>, String) {
    (state.to_owned(), address(who).to_bytes().to_vec(), commitment.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn terms_are_pending_until_their_slot_and_a_later_announcement_replaces_them() {
    let database = Database::start().await;
    let (_, mut session) = open(database.url()).await;
    let (mut record, registered) = Record::new();
    let bob = record.terms(20, 50, "bob");
    at(&mut session, &[registered, bob], 30, 15).await;
    let pool = &database.pool;
    assert_eq!(terms(pool).await, [seen("in_force", "alice", "finalised"), seen("pending", "bob", "confirmed")]);

    // Announced before bob's count: bob's never do.
    let carol = record.terms(40, 60, "carol");
    at(&mut session, &[carol], 55, 45).await;
    let now = terms(pool).await;
    assert_eq!(now[0], seen("in_force", "alice", "finalised"));
    assert_eq!(now[1..], [seen("replaced", "bob", "finalised"), seen("pending", "carol", "finalised")]);

    at(&mut session, &[], 60, 50).await;
    let now = terms(pool).await;
    assert_eq!((now[0].0.as_str(), now[2].0.as_str()), ("past", "in_force"));
    for (slot, who) in [(10, "alice"), (45, "alice"), (59, "alice"), (60, "carol")] {
        let of: Vec<u8> = sqlx::query_scalar("SELECT claimants[1] FROM chain.terms_at_v1($1, $2)")
            .bind(record.asset.asset.as_ref())
            .bind(slot)
            .fetch_one(pool)
            .await
            .unwrap();
        assert_eq!(of, address(who).to_bytes(), "at slot {slot}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_oldest_commitment_stands_whichever_shard_is_known_first() {
    let database = Database::start().await;
    let (_, mut session) = open(database.url()).await;
    let (mut record, registered) = Record::new();
    let older = record.events.displaced(1, 12, &record.asset, address("older"), 5);
    let oldest = record.events.displaced(2, 12, &record.asset, address("oldest"), 4);
    let older = record.events.placed(12, ChainEvent::Registry(RegistryEvent::Displaced(Box::new(older))));
    let oldest = record.events.placed(12, ChainEvent::Registry(RegistryEvent::Displaced(Box::new(oldest))));
    for event in [oldest.clone(), registered, older] {
        commit(&mut session, &[event]).await;
    }
    let owner = async || -> Vec<u8> {
        sqlx::query_scalar("SELECT owner FROM chain.assets").fetch_one(&database.pool).await.unwrap()
    };
    assert_eq!(owner().await, address("oldest").to_bytes());
    // A fork without it: the next oldest stands.
    let vanished = vec![oldest.id.signature];
    session.commit(&Commit { vanished, ..Commit::default() }).await.unwrap();
    assert_eq!(owner().await, address("older").to_bytes());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fork_takes_back_what_it_undid_of_a_record_and_nothing_else() {
    let database = Database::start().await;
    let (_, mut session) = open(database.url()).await;
    let (mut record, registered) = Record::new();
    let kept = record.terms(20, 30, "bob");
    at(&mut session, &[registered, kept], 25, 0).await;
    let before = projections(&database.pool).await;
    let (alice, bob) = (address("alice"), address("bob"));
    let lost = [
        record.event(26, |sequence, asset| {
            RegistryEvent::Transferred(Box::new(Transferred {
                shard: 0,
                sequence,
                asset,
                previous_owner: alice,
                owner: bob,
                mix_bps: [0; 5],
                effective_slot: 40,
                co_owners: alone(bob),
                slot: 26,
            }))
        }),
        record.event(27, |sequence, asset| {
            RegistryEvent::UsesSet(Box::new(UsesSet {
                shard: 0,
                sequence,
                asset,
                uses: 1,
                next_uses: 5,
                effective_slot: 40,
                slot: 27,
            }))
        }),
        record.event(28, |sequence, asset| {
            RegistryEvent::DisputeOpened(Box::new(DisputeOpened {
                shard: 0,
                sequence,
                asset,
                challenger: bob,
                evidence_hash: [3; 32],
                bond: 5,
                deadline_slot: 90,
                slot: 28,
            }))
        }),
        record.event(29, |sequence, asset| {
            RegistryEvent::Retired(Box::new(Retired { shard: 0, sequence, asset, owner: bob, slot: 29 }))
        }),
    ];
    at(&mut session, &lost, 30, 0).await;
    let row: (Vec<u8>, i16, String, i64) =
        sqlx::query_as("SELECT owner, uses, status, dispute_deadline FROM chain.assets_v1")
            .fetch_one(&database.pool)
            .await
            .unwrap();
    assert_eq!(row, (bob.to_bytes().to_vec(), 1, "disputed".to_owned(), 90));
    let vanished = lost.iter().map(|event| event.id.signature).collect();
    session.commit(&Commit { vanished, ..Commit::default() }).await.unwrap();
    assert_eq!(projections(&database.pool).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn disputes_show_their_deadline_and_their_end_and_memberships_their_slots() {
    let database = Database::start().await;
    let (_, mut session) = open(database.url()).await;
    let (mut record, registered) = Record::new();
    let (alice, curator) = (address("alice"), address("curator"));
    let opened = |challenger: Pubkey, slot: u64| {
        move |sequence, asset| {
            let (evidence_hash, deadline_slot) = ([3; 32], slot + 20);
            let event =
                DisputeOpened { shard: 0, sequence, asset, challenger, evidence_hash, bond: 5, deadline_slot, slot };
            RegistryEvent::DisputeOpened(Box::new(event))
        }
    };
    let first = record.event(20, opened(address("first"), 20));
    let ended = record.event(45, |sequence, asset| {
        let challenger = address("first");
        let event = DisputeEnded { shard: 0, sequence, asset, challenger, owner: alice, bond: 5, slot: 45 };
        RegistryEvent::DisputeEnded(Box::new(event))
    });
    let second = record.event(50, opened(address("second"), 50));
    let joined = record.event(51, |sequence, asset| {
        let (collection, effective_slot) = (address("collection"), 70);
        let event = CollectionJoined {
            shard: 0,
            sequence,
            asset,
            collection,
            curator,
            share_bps: 100,
            effective_slot,
            slot: 51,
        };
        RegistryEvent::CollectionJoined(Box::new(event))
    });
    let left = record.event(52, |sequence, asset| {
        let (collection, effective_slot) = (address("collection"), 80);
        RegistryEvent::CollectionLeft(Box::new(CollectionLeft {
            shard: 0,
            sequence,
            asset,
            collection,
            effective_slot,
            slot: 52,
        }))
    });
    at(&mut session, &[registered, first, ended, second, joined, left], 60, 47).await;
    let disputes: Vec<(i64, i64, Option<String>, String)> = sqlx::query_as(
        "SELECT opened_slot, deadline_slot, outcome, commitment FROM chain.disputes_v1 ORDER BY opened_slot",
    )
    .fetch_all(&database.pool)
    .await
    .unwrap();
    let expected = [(20, 40, Some("expired".to_owned()), "finalised"), (50, 70, None, "confirmed")];
    assert_eq!(disputes, expected.map(|(opened, deadline, outcome, c)| (opened, deadline, outcome, c.to_owned())));
    let member: (i64, Option<i64>) =
        sqlx::query_as("SELECT from_slot, until_slot FROM chain.members_v1").fetch_one(&database.pool).await.unwrap();
    assert_eq!(member, (70, Some(80)));
}
