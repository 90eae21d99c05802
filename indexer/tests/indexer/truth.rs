//! Compares what is stored with what a chain says, asked directly.

use sqlx::PgPool;
use tributary_core::id::Commitment;
use tributary_core::position::Slot;
use tributary_indexer::collect::events_of_range;
use tributary_indexer::source::ChainSource;

/// Asserts that the events stored up to a slot are exactly those of the chain,
/// each final, once, with its bytes. How many.
pub async fn assert_same_events(pool: &PgPool, source: &impl ChainSource, to: Slot) -> usize {
    let stored = tributary_indexer::events_between(pool, Slot(0), to).await.unwrap();
    let chain = events_of_range(source, Slot(0), to).await.unwrap();
    let stored_keys: Vec<_> = stored
        .iter()
        .map(|e| (e.slot, e.program, e.stream, e.sequence, e.signature, e.outer, e.inner, e.data.clone()))
        .collect();
    let chain_keys: Vec<_> = chain
        .iter()
        .map(|e| (e.slot, e.program, e.stream, e.sequence, e.id.signature, e.id.outer, e.id.inner, e.data.clone()))
        .collect();
    assert_eq!(stored_keys, chain_keys);
    stored.len()
}

/// The digest over everything up to a slot.
pub async fn digest(pool: &PgPool, to: Slot) -> Commitment {
    tributary_indexer::digest_at(pool, to).await.unwrap()
}

/// Every projection as text, to compare two databases.
pub async fn projections(pool: &PgPool) -> Vec<String> {
    let mut all = Vec::new();
    for query in [
        "SELECT t::text FROM chain.assets t ORDER BY 1",
        "SELECT t::text FROM chain.parents t ORDER BY 1",
        "SELECT t::text FROM chain.co_owners t ORDER BY 1",
        "SELECT t::text FROM chain.registrations t ORDER BY 1",
        "SELECT t::text FROM chain.terms t ORDER BY 1",
        "SELECT t::text FROM chain.owners t ORDER BY 1",
        "SELECT t::text FROM chain.offers t ORDER BY 1",
        "SELECT t::text FROM chain.uses t ORDER BY 1",
        "SELECT t::text FROM chain.retirements t ORDER BY 1",
        "SELECT t::text FROM chain.disputes t ORDER BY 1",
        "SELECT t::text FROM chain.collections t ORDER BY 1",
        "SELECT t::text FROM chain.memberships t ORDER BY 1",
        "SELECT t::text FROM chain.gateways t ORDER BY 1",
        "SELECT t::text FROM chain.gateway_keys t ORDER BY 1",
        "SELECT t::text FROM chain.gateway_changes t ORDER BY 1",
        "SELECT t::text FROM chain.vaults t ORDER BY 1",
        "SELECT t::text FROM chain.deposits t ORDER BY 1",
        "SELECT t::text FROM chain.refund_requests t ORDER BY 1",
        "SELECT t::text FROM chain.roots t ORDER BY 1",
        "SELECT t::text FROM chain.root_changes t ORDER BY 1",
        "SELECT t::text FROM chain.claims t ORDER BY 1",
        "SELECT t::text FROM chain.changes t ORDER BY 1",
        "SELECT t::text FROM chain.policy_sets t ORDER BY 1",
        "SELECT t::text FROM chain.pauses t ORDER BY 1",
        "SELECT t::text FROM chain.recapitalisations t ORDER BY 1",
        "SELECT t::text FROM chain.recipients t ORDER BY 1",
        "SELECT t::text FROM chain.streams t ORDER BY 1",
        "SELECT t::text FROM chain.slot_digests t ORDER BY slot",
    ] {
        all.extend(sqlx::query_scalar::<_, String>(query).fetch_all(pool).await.unwrap());
    }
    all
}
