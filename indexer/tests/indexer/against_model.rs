//! The simulation's store is a model of what `store/` does in SQL. Here both are
//! given the same commits, and must answer and end the same.

use crate::chain::Chain;
use crate::cluster::{Database, eventually};
use crate::node::Node;
use crate::run::{Entry, Run};
use sqlx::PgPool;
use tributary_core::id::Genesis;
use tributary_core::position::Slot;
use tributary_indexer::machine::Trouble;
use tributary_indexer::store::{Session, Store};

/// Identity, slot, place in a stream, and commitment.
type Row = (Vec<u8>, i32, i32, i64, Vec<u8>, i64, String);

/// A run with everything that can happen, and what it did with its store.
fn stormy(seed: u64, providers: usize) -> Run {
    let mut chain = Chain::new(seed);
    chain.found();
    chain.pass(40, false, false);
    let nodes = (0..providers).map(|_| Node::default()).collect();
    let mut run = Run::new(seed, chain, nodes, 2);
    run.journal = Some(Vec::new());
    run.storm(60);
    run.until_final(run.chain.now().tip.confirmed);
    run
}

async fn opened(store: &Store) -> Session {
    let mut session = None;
    eventually("the lock to be free", async || {
        session = store.open(Genesis([1; 32])).await.unwrap();
        session.is_some()
    })
    .await;
    session.unwrap().0
}

async fn replayed(run: &Run, url: &str, pool: &PgPool) {
    let store = Store::new(url, Slot(0)).unwrap();
    let mut session = None;
    for entry in run.journal.as_ref().unwrap() {
        match entry {
            Entry::Opened => {
                drop(session.take());
                session = Some(opened(&store).await);
            }
            Entry::Rewound => drop(session.as_mut().unwrap().rewind().await.unwrap()),
            Entry::Committed(commit, expected) => {
                let found = session.as_mut().unwrap().commit(commit).await;
                let found = found.map_err(|error| {
                    assert_eq!(error.trouble(), Trouble::Contradiction, "{error:?}");
                    Trouble::Contradiction
                });
                assert_eq!(&found, expected);
            }
        }
    }
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT signature, outer_index, inner_index, slot, stream, sequence, commitment FROM chain.events
         ORDER BY slot, program, stream, sequence",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    let expected: Vec<Row> = run
        .store
        .events(Slot(u64::MAX))
        .iter()
        .map(|event| {
            let is_final = run.store.rows[&event.id].is_final;
            (
                event.id.signature.as_ref().to_vec(),
                i32::from(event.id.outer),
                i32::from(event.id.inner),
                event.slot.0 as i64,
                event.stream.to_bytes().to_vec(),
                event.sequence as i64,
                if is_final { "finalised" } else { "confirmed" }.to_owned(),
            )
        })
        .collect();
    assert_eq!(rows, expected);
    let digest = tributary_indexer::digest_at(pool, run.store.finalised).await.unwrap();
    assert_eq!(digest, run.store.digest.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_model_of_the_store_does_what_postgres_does() {
    let database = Database::start().await;
    for (seed, providers) in [(1, 1), (2, 2), (3, 3)] {
        let run = stormy(seed, providers);
        let another = database.another().await;
        let (url, pool) = (another.url(), &another.pool);
        replayed(&run, url, pool).await;
    }
}
