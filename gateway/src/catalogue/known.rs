//! Brings what is known of near-duplicates up to date: first what was decided
//! before, then the texts nobody has decided about, in the order of registration.
//! Reads and fills the content store; Postgres is [`super::decisions`].

use super::build::{BuildError, Decided};
use super::content::{self, ContentError};
use super::decisions::Decision;
use super::duplicates::KnownTexts;
use crate::chain::AssetRow;
use std::collections::BTreeMap;
use std::sync::Arc;
use tributary_attribution::clusters::{Shingles, ShinglesError};
use tributary_core::id::{AssetId, FileHash};
use tributary_core::policy::Similarity;
use tributary_core::position::AssetSeq;
use tributary_store::shelf::Shelf;

/// No shingles are longer: eight bytes for every other byte of the longest text.
const SHINGLES_BYTES_MAX: u64 = 1 << 30;

/// Why shingles cannot be compared with.
#[derive(Debug, thiserror::Error)]
enum Lost {
    #[error(transparent)]
    Content(#[from] ContentError),
    #[error(transparent)]
    Form(#[from] ShinglesError),
}

/// All datasets, each in its cluster, and what is new. `before` stays as it is
/// when nothing came to it.
pub(super) fn known_texts(
    rows: &[AssetRow],
    texts: &BTreeMap<AssetId, String>,
    store: &Shelf,
    decided: &Decided,
    before: Option<Arc<KnownTexts>>,
) -> Result<(Arc<KnownTexts>, Vec<Decision>), BuildError> {
    let before = before
        .filter(|before| before.rules() == decided.rules)
        .unwrap_or_else(|| Arc::new(KnownTexts::new(decided.rules)));
    let mut order: Vec<(AssetSeq, AssetId, &String)> =
        rows.iter().filter_map(|row| Some((row.seq, row.asset, texts.get(&row.asset)?))).collect();
    order.sort_unstable_by_key(|(seq, asset, _)| (*seq, *asset));
    if decided.decisions.is_empty() && order.iter().all(|(_, asset, _)| before.knows(asset)) {
        return Ok((before, Vec::new()));
    }
    let mut known = KnownTexts::clone(&before);
    for one in &decided.decisions {
        if known.len() != one.place as usize {
            return Err(BuildError::Decision { expected: known.len(), found: one.place });
        }
        let shingles = restored(store, decided.rules, one, texts.get(&one.asset));
        known.restore(one.asset, one.seq, one.founder, shingles);
    }
    let mut new = Vec::new();
    for (seq, asset, text) in order {
        if known.knows(&asset) {
            continue;
        }
        // At most 2²² assets.
        let place = known.len() as u32;
        let (founder, shingles) = known.decide(asset, seq, text);
        if decided.rules.is_some() {
            let bytes = shingles.encode();
            let shingles = content::publish(store, &bytes).map_err(BuildError::Shingles)?;
            new.push(Decision { place, asset, seq, founder, shingles, bytes: bytes.len() as u64 });
        }
    }
    Ok((Arc::new(known), new))
}

/// The shingles of a dataset: from the store, else from its text. Without both it
/// keeps its cluster, and later texts are compared with the others in it.
fn restored(store: &Shelf, rules: Option<Similarity>, one: &Decision, text: Option<&String>) -> Shingles {
    let error = match read(store, one.shingles, one.bytes) {
        Ok(shingles) => return shingles,
        Err(error) => error,
    };
    if let (Some(rules), Some(text)) = (rules, text) {
        return Shingles::of(text, rules.shingle_words);
    }
    tracing::warn!(
        asset = %one.asset,
        error = &error as &dyn std::error::Error,
        "later texts cannot be compared with a dataset: restore the content store"
    );
    Shingles::default()
}

fn read(store: &Shelf, hash: FileHash, bytes: u64) -> Result<Shingles, Lost> {
    Ok(Shingles::decode(&content::read(store, hash, bytes, SHINGLES_BYTES_MAX)?)?)
}
