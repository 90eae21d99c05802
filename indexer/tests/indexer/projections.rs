//! Projections are what the events say, whatever the order in which they became
//! known and whatever forks lost on the way; a rebuild proves it or mends them.

use crate::cluster::Database;
use crate::events::Events;
use crate::truth::projections;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use tributary_core::id::Genesis;
use tributary_core::position::Slot;
use tributary_indexer::event::IndexedEvent;
use tributary_indexer::machine::Commit;
use tributary_indexer::store::{Rebuilt, Session, Store};

pub async fn open(url: &str) -> (Store, Session) {
    let store = Store::new(url, Slot(0)).unwrap();
    let (session, _) = store.open(Genesis([1; 32])).await.unwrap().unwrap();
    (store, session)
}

pub async fn commit(session: &mut Session, events: &[IndexedEvent]) {
    session.commit(&Commit { events: events.to_vec(), ..Commit::default() }).await.unwrap();
}

async fn finalise(session: &mut Session, slot: u64) {
    let (through, verified) = (Some(Slot(slot)), Some(Slot(slot)));
    let committed = session.commit(&Commit { through, verified, ..Commit::default() }).await.unwrap();
    assert_eq!((committed.finalised, committed.gaps.len()), (Slot(slot), 0));
}

fn differing(report: &[Rebuilt]) -> Vec<(&'static str, u64, u64)> {
    let differ = |table: &&Rebuilt| table.wrong + table.missing > 0;
    report.iter().filter(differ).map(|table| (table.table, table.wrong, table.missing)).collect()
}

/// Commits a history piece by piece, shuffled, with forks that are seen and lost.
/// What is on the chain in the end.
async fn live(session: &mut Session, random: &mut StdRng) -> Vec<IndexedEvent> {
    let mut history = Events::default();
    let mut chain = Vec::new();
    for slot in (1..SLOTS).step_by(6) {
        let mut vanished = Vec::new();
        if random.random_range(0..3) == 0 {
            let mut fork = history.clone();
            fork.branch = slot;
            let lost: Vec<IndexedEvent> = (0..8).map(|nth| fork.any(slot + nth / 3, random)).collect();
            commit(session, &lost).await;
            vanished = lost.iter().map(|event| event.id.signature).collect();
            if random.random() {
                let vanished = std::mem::take(&mut vanished);
                session.commit(&Commit { vanished, ..Commit::default() }).await.unwrap();
            }
        }
        let mut piece: Vec<IndexedEvent> = (0..14).map(|nth| history.any(slot + nth / 3, random)).collect();
        chain.extend(piece.iter().cloned());
        piece.shuffle(random);
        let (first, second) = piece.split_at(random.random_range(0..piece.len()));
        // What takes a lost event's place withdraws it; the others vanish later.
        commit(session, first).await;
        session.commit(&Commit { vanished, events: second.to_vec(), ..Commit::default() }).await.unwrap();
    }
    chain
}

const SLOTS: u64 = 150;

async fn any_order_and_forks(seed: u64) {
    println!("seed {seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let database = Database::start().await;
    let (store, mut session) = open(database.url()).await;
    let chain = live(&mut session, &mut random).await;
    finalise(&mut session, SLOTS + 10).await;
    let stored: i64 = sqlx::query_scalar("SELECT count(*) FROM chain.events").fetch_one(&database.pool).await.unwrap();
    assert_eq!(stored as usize, chain.len());

    let another = database.another().await;
    let (url, pool) = (another.url(), &another.pool);
    let (_, mut at_once) = open(url).await;
    commit(&mut at_once, &chain).await;
    finalise(&mut at_once, SLOTS + 10).await;
    assert_eq!(projections(pool).await, projections(&database.pool).await);
    assert_eq!(differing(&store.rebuild().await.unwrap()), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn projections_depend_neither_on_the_order_of_arrival_nor_on_forks_that_lost() {
    any_order_and_forks(2_026).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nor_do_they_with_a_history_nobody_has_seen_before() {
    any_order_and_forks(rand::random::<u32>().into()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_finds_and_mends_every_row_that_is_wrong_while_commits_go_on() {
    let database = Database::start().await;
    let (store, mut session) = open(database.url()).await;
    let mut random = StdRng::seed_from_u64(7);
    let mut history = Events::default();
    let events: Vec<IndexedEvent> = (0..400).map(|nth| history.any(1 + nth / 10, &mut random)).collect();
    commit(&mut session, &events).await;
    finalise(&mut session, 45).await;
    let truth = projections(&database.pool).await;
    for damage in [
        "UPDATE chain.assets SET owner = sha256('thief') WHERE asset_sequence = 1",
        "DELETE FROM chain.terms WHERE sequence % 2 = 0",
        "INSERT INTO chain.claims SELECT vault, 9999, 1, 0, claimant, claimant, 1, 1, signature, 1 FROM chain.claims LIMIT 1",
        "UPDATE chain.roots SET status = 'active'",
    ] {
        sqlx::query(damage).execute(&database.pool).await.unwrap();
    }
    assert_ne!(projections(&database.pool).await, truth);
    let (report, ()) = tokio::join!(store.rebuild(), async {
        for slot in 46..55 {
            finalise(&mut session, slot).await;
        }
    });
    let found: Vec<&str> = differing(&report.unwrap()).iter().map(|(table, _, _)| *table).collect();
    assert_eq!(found, ["terms", "assets", "claims", "roots"]);
    assert_eq!(projections(&database.pool).await, truth);
    assert_eq!(differing(&store.rebuild().await.unwrap()), []);
}
