//! The licence texts of the `spdx` crate as documents, for tests.
#![allow(clippy::unwrap_used)]

use super::{Document, SpanIndex};
use std::collections::BTreeSet;
use tributary_core::id::AssetId;
use tributary_core::position::{AssetSeq, Slot};

/// The nth asset of a test.
pub(crate) fn asset(n: usize) -> AssetId {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&(n as u64).to_be_bytes());
    AssetId(bytes)
}

/// The sequence of the nth asset: registered at slot n.
pub(crate) fn seq(n: usize) -> AssetSeq {
    AssetSeq::compose(Slot(n as u64), 0, 0).unwrap()
}

/// Documents registered one a slot, from slot 0, each a cluster of its own.
pub(crate) fn documents<T: AsRef<str>>(texts: &[T]) -> Vec<Document<'_>> {
    texts
        .iter()
        .enumerate()
        .map(|(n, text)| Document { asset: asset(n), seq: seq(n), cluster: n as u32, text: text.as_ref() })
        .collect()
}

/// The different licence texts: 701 documents, 4.2 MB.
pub(crate) fn licences() -> SpanIndex {
    SpanIndex::build(&documents(&licence_texts())).unwrap()
}

/// The different licence texts, in the order of their names.
pub(crate) fn licence_texts() -> Vec<&'static str> {
    let mut seen = BTreeSet::new();
    spdx::text::LICENSE_TEXTS.iter().map(|(_, text)| *text).filter(|text| seen.insert(*text)).collect()
}
