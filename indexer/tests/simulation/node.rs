//! A model of a provider: it answers from a view of the chain, late, wrongly or
//! not at all, and some lie.

use crate::chain::{Chain, Landed, View, event, vault};
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use solana_address::Address;
use solana_sdk::signature::Signature;
use std::rc::Rc;
use tributary_client::pda;
use tributary_core::position::Slot;
use tributary_indexer::decode::decode;
use tributary_indexer::event::IndexedEvent;
use tributary_indexer::machine::{Failure, FetchOutcome};
use tributary_indexer::source::{ChainTransaction, Head, ListRequest, Listed, Tip};

/// What a lying provider says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lie {
    /// Other bytes in an event.
    Forged,
    /// An event that nobody sent.
    Invented,
    /// A transaction is not there, and no account counts it.
    Hidden,
    /// A transaction has failed.
    Failed,
    /// It is a million slots ahead.
    FarAhead,
}

pub const LIES: [Lie; 5] = [Lie::Forged, Lie::Invented, Lie::Hidden, Lie::Failed, Lie::FarAhead];

/// A provider.
#[derive(Default)]
pub struct Node {
    /// Of a hundred answers, so many are none.
    pub fault_percent: u32,
    /// How many slots it is behind.
    pub lag: usize,
    /// It was restarted from a snapshot: it knows nothing of slots up to here.
    pub lost: Slot,
    /// Now and then a listing leaves a line out.
    pub forgetful: bool,
    pub lie: Option<Lie>,
    /// It lists each slot, and answers each batch, the other way round.
    pub reversed: bool,
}

impl Node {
    /// The reason why this question gets no answer, if so.
    pub fn fault(&self, random: &mut StdRng) -> Option<Failure> {
        let kinds = [Failure::NotYet, Failure::Unanswered, Failure::Never];
        (random.random_range(0..100) < self.fault_percent).then(|| kinds[random.random_range(0..3)])
    }

    fn view(&self, chain: &Chain) -> Rc<View> {
        chain.ago(self.lag)
    }

    pub fn tip(&self, chain: &Chain) -> Tip {
        let tip = self.view(chain).tip;
        let ahead = if self.lie == Some(Lie::FarAhead) { 1_000_000 } else { 0 };
        let first = if self.lost == Slot(0) { Slot(0) } else { Slot(self.lost.0 + 1) };
        Tip { confirmed: Slot(tip.confirmed.0 + ahead), finalised: Slot(tip.finalised.0 + ahead), first }
    }

    /// Heads, now and then of a slot that it does not call final yet.
    pub fn heads(&self, random: &mut StdRng, chain: &Chain, streams: &[Address]) -> Vec<Head> {
        let view = self.view(chain);
        let at = Slot(view.tip.finalised.0 + random.random_range(0..2));
        let hidden = self.lie == Some(Lie::Hidden);
        let head =
            |stream: &Address| Head { stream: *stream, next_sequence: if hidden { 0 } else { view.head(stream, at) } };
        streams.iter().map(head).collect()
    }

    fn shows(&self, landed: &Landed) -> bool {
        landed.slot > self.lost && !(self.lie == Some(Lie::Hidden) && lied_about(&landed.signature()))
    }

    fn failed(&self, landed: &Landed) -> bool {
        landed.failed || (self.lie == Some(Lie::Failed) && lied_about(&landed.signature()))
    }

    /// A page of signatures. The order inside a slot is another each time.
    pub fn list(&self, random: &mut StdRng, chain: &Chain, request: &ListRequest) -> Result<Vec<Listed>, Failure> {
        let view = self.view(chain);
        if request.min_context > self.tip(chain).confirmed {
            return Err(Failure::NotYet);
        }
        let mentions = |landed: &&Rc<Landed>| landed.mentions.contains(&request.address) && self.shows(landed);
        let mut lines: Vec<&Rc<Landed>> = view.landed.iter().filter(mentions).collect();
        // A slot that fills a page could not be listed at all in an order that changes.
        let full = lines.chunk_by(|a, b| a.slot == b.slot).any(|of_slot| of_slot.len() >= request.limit);
        if !self.reversed && !full {
            lines.shuffle(random);
        }
        lines.sort_by_key(|landed| std::cmp::Reverse(landed.slot));
        let place = |wanted: Signature| lines.iter().position(|landed| landed.signature() == wanted);
        // What a node does not know does not bound its answer; or there is none.
        let end = request.until.and_then(place).unwrap_or(lines.len());
        let start = match request.before.map(place) {
            None => 0,
            Some(Some(before)) => before + 1,
            Some(None) => random.random_range(0..2) * lines.len(),
        };
        let mut page: Vec<Listed> = lines
            .get(start..end)
            .unwrap_or_default()
            .iter()
            .take(request.limit)
            .map(|landed| Listed {
                signature: landed.signature(),
                slot: landed.slot,
                failed: self.failed(landed),
                confirmed: random.random_range(0..20) != 0 || landed.slot <= view.tip.finalised,
                finalised: landed.slot <= view.tip.finalised || self.lie == Some(Lie::FarAhead),
            })
            .collect();
        match random.random_range(0..100) {
            0..5 if self.forgetful && !page.is_empty() => {
                page.remove(random.random_range(0..page.len()));
            }
            5..8 if page.len() * 2 <= request.limit => page = page.iter().flat_map(|line| [*line, *line]).collect(),
            _ => {}
        }
        Ok(page)
    }

    pub fn fetch(&self, random: &mut StdRng, chain: &Chain, signatures: &[Signature]) -> Vec<FetchOutcome> {
        let view = self.view(chain);
        let mut outcomes: Vec<FetchOutcome> = signatures
            .iter()
            .map(|signature| {
                if let Some(failure) = self.fault(random) {
                    return FetchOutcome::Failed(*signature, failure);
                }
                let landed = view.landed.iter().rev().find(|landed| landed.signature() == *signature);
                match landed.filter(|landed| self.shows(landed)) {
                    Some(landed) => FetchOutcome::Found(self.transaction(landed)),
                    None => FetchOutcome::Null(*signature),
                }
            })
            .collect();
        if self.reversed {
            outcomes.reverse();
        } else {
            outcomes.shuffle(random);
        }
        outcomes
    }

    fn transaction(&self, landed: &Landed) -> ChainTransaction {
        let mut transaction = landed.transaction.clone();
        if !lied_about(&transaction.signature) || transaction.failed {
            return transaction;
        }
        match self.lie {
            Some(Lie::Forged) => {
                if let Some(instruction) = transaction.inner.iter_mut().find(|i| i.first_account != Some(vault(9)))
                    && let Some(last) = instruction.data.last_mut()
                {
                    *last ^= 1;
                }
            }
            Some(Lie::Invented) => {
                let mut invented = event(&vault(50), landed.slot.0, landed.slot.0);
                invented.outer = 7;
                transaction.inner.push(invented);
            }
            Some(Lie::Failed) => {
                transaction.failed = true;
                transaction.inner.clear();
            }
            _ => {}
        }
        transaction
    }

    /// All events of a range, as a witness collects them.
    pub fn events(&self, chain: &Chain, from: Slot, to: Slot) -> Vec<IndexedEvent> {
        let view = self.view(chain);
        let range = |landed: &&Rc<Landed>| landed.slot > from && landed.slot <= to && self.shows(landed);
        let mut events: Vec<_> = view
            .landed
            .iter()
            .filter(range)
            .filter(|landed| landed.mentions.contains(&pda::REWARDS) || landed.mentions.contains(&pda::REGISTRY))
            .flat_map(|landed| decode(&self.transaction(landed)).events)
            .collect();
        events.sort_by_key(IndexedEvent::canonical);
        events
    }
}

/// Liars lie about a third of all transactions, and always the same.
fn lied_about(signature: &Signature) -> bool {
    signature.as_ref()[0] % 3 == 0
}
