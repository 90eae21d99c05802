//! Finding registered datasets, and links under which one can be downloaded for a
//! while. A search is an exact one: how much of the question stands in a text,
//! word for word, as the evidence of an answer is found. Charges nothing; a link
//! is paid for as a use in [`crate::metered`].

use crate::catalogue::{Catalogue, Listed};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use std::cmp::Reverse;
use tributary_attribution::IndexError;
use tributary_core::bytes::{DecodeError, Put, Reader};
use tributary_core::event::TOKENS_MAX;
use tributary_core::id::{AssetId, FileHash};
use tributary_core::policy::PolicySet;
use tributary_core::position::Slot;

/// The agent whose prices and model downloads are sold under.
pub const AGENT: &str = "retrieval";
/// No question is longer, in bytes.
pub const QUESTION_BYTES_MAX: usize = 1_024;
/// The most datasets of an answer.
pub const FOUND_MAX: usize = 50;
/// How long a link can be used, in milliseconds.
pub const LINK_MS: u64 = 10 * 60 * 1_000;
/// What a piece of a download is, in bytes.
const PIECE_BYTES: u64 = 1_024;
/// Before what is signed.
const SIGNED_PREFIX: &[u8] = b"tributary:link:v1:";
const LINK_BYTES: usize = 32 + 32 + 8 + 8;

/// A dataset that was found.
#[derive(Clone, Debug)]
pub struct Found<'a> {
    /// Which.
    pub asset: AssetId,
    /// What is known of it.
    pub listed: &'a Listed,
    /// How much of the question stands in it, in the units of evidence.
    pub weight: u32,
}

/// Datasets in which something of the question stands, and those that are called
/// like it; the best first, ties by age.
pub fn search<'a>(
    catalogue: &'a Catalogue,
    question: &str,
    policy: &PolicySet,
    graph_slot: Slot,
) -> Result<Vec<Found<'a>>, IndexError> {
    let evidence = catalogue.evidence.evidence(question.as_bytes(), policy, graph_slot)?.evidence;
    let lower = question.to_lowercase();
    let words: Vec<&str> = lower.split_whitespace().collect();
    let mut found: Vec<Found<'_>> = catalogue
        .datasets
        .iter()
        .filter_map(|(asset, listed)| {
            let place = evidence.pairs.binary_search_by_key(asset, |(asset, _)| *asset);
            let weight = place.ok().and_then(|place| evidence.pairs.get(place)).map_or(0, |(_, weight)| *weight);
            let named = listed.name.as_ref().map(|name| name.to_lowercase());
            let called = named.is_some_and(|name| words.iter().all(|word| name.contains(word)));
            (weight > 0 || called || words.is_empty()).then_some(Found { asset: *asset, listed, weight })
        })
        .collect();
    found.sort_by_key(|found| (Reverse(found.weight), found.listed.seq));
    found.truncate(FOUND_MAX);
    Ok(found)
}

/// What a download counts: a piece for every KiB that has begun.
pub fn pieces(bytes: u64) -> Option<u32> {
    u32::try_from(bytes.div_ceil(PIECE_BYTES)).ok().filter(|pieces| *pieces <= TOKENS_MAX)
}

/// A permission to download one text until a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The dataset's record.
    pub asset: AssetId,
    /// SHA-256 of the text.
    pub text: FileHash,
    /// Its length in bytes.
    pub bytes: u64,
    /// Unix time in milliseconds after which it is over.
    pub until_ms: u64,
}

/// Why a link opens nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// It was not made here.
    #[error("this link was not made by this gateway: ask for one with POST /v1/links")]
    Forged,
    /// Its time is over.
    #[error("this link is over: ask for another with POST /v1/links")]
    Over,
}

impl From<DecodeError> for LinkError {
    fn from(_: DecodeError) -> Self {
        Self::Forged
    }
}

impl Link {
    fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(LINK_BYTES + 64);
        bytes.put(&self.asset.0).put(&self.text.0).put(&self.bytes.to_le_bytes()).put(&self.until_ms.to_le_bytes());
        bytes
    }

    /// As it stands in an address, signed.
    pub fn sign(&self, key: &SigningKey) -> String {
        let mut bytes = self.encode();
        let signature = key.sign(&[SIGNED_PREFIX, &bytes].concat());
        bytes.put(&signature.to_bytes());
        bs58::encode(bytes).into_string()
    }

    /// From an address, if this key signed it and its time is not over.
    pub fn open(text: &str, key: &VerifyingKey, now_ms: u64) -> Result<Self, LinkError> {
        let mut bytes = [0; LINK_BYTES + 64];
        match bs58::decode(text).onto(&mut bytes[..]) {
            Ok(length) if length == bytes.len() => {}
            _ => return Err(LinkError::Forged),
        }
        let (body, signature) = bytes.split_at(LINK_BYTES);
        let signature = Signature::from_slice(signature).map_err(|_| LinkError::Forged)?;
        key.verify_strict(&[SIGNED_PREFIX, body].concat(), &signature).map_err(|_| LinkError::Forged)?;
        let mut r = Reader::new(body);
        let link = Self {
            asset: AssetId(r.array("asset")?),
            text: FileHash(r.array("text")?),
            bytes: r.u64("length")?,
            until_ms: r.u64("end")?,
        };
        if now_ms > link.until_ms { Err(LinkError::Over) } else { Ok(link) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_link_opens_what_it_was_made_for_until_its_end_and_nothing_else() {
        let key = SigningKey::from_bytes(&[7; 32]);
        let link = Link { asset: AssetId([1; 32]), text: FileHash([2; 32]), bytes: 99, until_ms: 1_000 };
        let text = link.sign(&key);
        assert_eq!(Link::open(&text, &key.verifying_key(), 1_000), Ok(link));
        assert_eq!(Link::open(&text, &key.verifying_key(), 1_001), Err(LinkError::Over));
        let other = SigningKey::from_bytes(&[8; 32]);
        assert_eq!(Link::open(&text, &other.verifying_key(), 0), Err(LinkError::Forged));
        let later = Link { until_ms: 2_000, ..link }.sign(&other);
        for forged in [later.as_str(), "", "0OIl", &text[1..]] {
            assert_eq!(Link::open(forged, &key.verifying_key(), 0), Err(LinkError::Forged));
        }
    }

    #[test]
    fn a_download_counts_every_piece_that_has_begun() {
        assert_eq!((pieces(0), pieces(1), pieces(1_024), pieces(1_025)), (Some(0), Some(1), Some(1), Some(2)));
        assert_eq!(pieces(u64::from(TOKENS_MAX) * 1_024 + 1), None);
    }
}
