//! A recorded chain in memory, as a source: what it costs to ask a node is left
//! out, so that what remains is the indexer's own time.

use crate::history::History;
use async_trait::async_trait;
use solana_address::Address;
use solana_sdk::signature::Signature;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use tributary_client::{EVENT_TAG, pda};
use tributary_core::id::Genesis;
use tributary_core::position::Slot;
use tributary_indexer::source::{
    ChainSource, ChainTransaction, Head, InnerInstruction, ListRequest, Listed, SourceError, Tip,
};

pub struct Recorded {
    transactions: BTreeMap<Signature, ChainTransaction>,
    /// By program, newest first.
    listings: BTreeMap<Address, Vec<Listed>>,
    /// Where a signature stands in its program's listing.
    places: BTreeMap<Signature, usize>,
    heads: BTreeMap<Address, u64>,
    pub last: Slot,
    /// How often the tip was asked for.
    asked: AtomicU64,
}

impl Recorded {
    /// A chain of so many transactions with an event each.
    pub fn of(transactions: u64) -> Self {
        let mut history = History::default();
        let events = history.take(transactions);
        let authorities = BTreeMap::from([
            (pda::REGISTRY, pda::registry_event_authority()),
            (pda::REWARDS, pda::rewards_event_authority()),
        ]);
        let mut chain = Self {
            transactions: BTreeMap::new(),
            listings: BTreeMap::new(),
            places: BTreeMap::new(),
            heads: BTreeMap::new(),
            last: history.slot(),
            asked: AtomicU64::new(0),
        };
        for event in events.into_iter().rev() {
            let (signature, slot) = (event.id.signature, event.slot);
            let listing = chain.listings.entry(event.program).or_default();
            chain.places.insert(signature, listing.len());
            listing.push(Listed { signature, slot, failed: false, confirmed: true, finalised: true });
            let head = chain.heads.entry(event.stream).or_default();
            *head = (*head).max(event.sequence + 1);
            let inner = InnerInstruction {
                outer: event.id.outer,
                inner: event.id.inner,
                program: event.program,
                first_account: authorities.get(&event.program).copied(),
                data: [&EVENT_TAG[..], &event.data].concat(),
            };
            let transaction =
                ChainTransaction { signature, slot, block_time: event.block_time, failed: false, inner: vec![inner] };
            chain.transactions.insert(signature, transaction);
        }
        chain
    }
}

#[async_trait]
impl ChainSource for Recorded {
    async fn genesis(&self) -> Result<Genesis, SourceError> {
        Ok(Genesis([1; 32]))
    }

    async fn tip(&self) -> Result<Tip, SourceError> {
        // Slots pass, or heads read in one sweep would not count in a later one.
        let passed = 10 * self.asked.fetch_add(1, Ordering::Relaxed);
        Ok(Tip { confirmed: Slot(self.last.0 + passed), finalised: self.last, first: Slot(0) })
    }

    async fn heads(&self, streams: &[Address]) -> Result<Vec<Head>, SourceError> {
        let next = |stream: &Address| self.heads.get(stream).copied().unwrap_or(0);
        Ok(streams.iter().map(|stream| Head { stream: *stream, next_sequence: next(stream) }).collect())
    }

    async fn list(&self, request: &ListRequest) -> Result<Vec<Listed>, SourceError> {
        let listing = self.listings.get(&request.address).map_or(&[][..], Vec::as_slice);
        let from = request.before.and_then(|before| self.places.get(&before)).map_or(0, |place| place + 1);
        let rest = &listing[from.min(listing.len())..];
        let newer = |line: &&Listed| Some(line.signature) != request.until;
        Ok(rest.iter().take_while(newer).take(request.limit).copied().collect())
    }

    async fn transaction(&self, signature: &Signature) -> Result<Option<ChainTransaction>, SourceError> {
        Ok(self.transactions.get(signature).cloned())
    }
}
