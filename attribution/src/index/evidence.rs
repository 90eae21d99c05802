//! Maximal spans of an answer and the weights they give.

use super::format::Entry;
use super::{IndexError, Part, SEPARATOR, SpanIndex, clusters_with};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use tributary_core::event::{Evidence, PAIRS_MAX, TOKENS_MAX};
use tributary_core::id::AssetId;
use tributary_core::policy::PolicySet;
use tributary_core::position::{AssetSeq, Slot};

/// A stretch of an answer that is credited to one asset. Goes into the sidecar,
/// never into public evidence: with the texts it would rebuild the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Span {
    /// First token credited.
    pub start: u32,
    /// One past the last token credited.
    pub end: u32,
    /// The earliest registered asset that contains the match.
    pub asset: AssetId,
    /// Where in that asset's text, in bytes, the first credited token stands, so
    /// that a receipt can show the owner what was used.
    pub source: u32,
    /// In how many clusters of near-duplicates the whole match occurs.
    pub clusters: u32,
}

/// Public weights and private positions of one answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerbatimEvidence {
    /// What the event publishes.
    pub evidence: Evidence,
    /// Where the weights come from, ascending, none overlapping another.
    pub spans: Vec<Span>,
}

impl SpanIndex {
    /// The evidence for an answer among the documents registered up to
    /// `graph_slot`. A token is a byte ([`tributary_core::policy::Tokeniser::Bytes`]).
    ///
    /// Every maximal match of at least `policy.span_min` tokens is a span; each
    /// token belongs to the longest span that covers it, of equally long ones to
    /// the leftmost; the span's owner is the earliest registered document that
    /// contains it, and the number of clusters that do sets the token's weight.
    pub fn evidence(
        &self,
        output: &[u8],
        policy: &PolicySet,
        graph_slot: Slot,
    ) -> Result<VerbatimEvidence, IndexError> {
        let tokens = token_count(output)?;
        let parts = self.as_of(graph_slot);
        let matches = maximal_matches(&parts, output, usize::from(policy.span_min));
        let mut spans = Vec::new();
        let mut weights: BTreeMap<AssetSeq, (AssetId, u32)> = BTreeMap::new();
        for (tokens, found) in assign(&matches) {
            let pattern = &output[found.clone()];
            let Some((owner, match_start)) = earliest(&parts, pattern) else { continue };
            // At most 2³² documents' clusters.
            let clusters = clusters_with(&parts, pattern) as u32;
            // At most 65,535 tokens of 65,536 each: fits 32 bits.
            weights.entry(owner.seq).or_insert((owner.asset, 0)).1 +=
                policy.token_weight(clusters) * tokens.len() as u32;
            spans.push(Span {
                start: tokens.start as u32,
                end: tokens.end as u32,
                asset: owner.asset,
                // The match may begin before the tokens that it is credited with.
                source: match_start + (tokens.start - found.start) as u32,
                clusters,
            });
        }
        let pairs = largest_pairs(weights.into_values().collect());
        Ok(VerbatimEvidence { evidence: Evidence::verbatim(tokens, pairs), spans })
    }

    /// The matches of at least `least` tokens that no other match contains:
    /// ascending, by their starts and by their ends.
    pub fn maximal_spans(
        &self,
        output: &[u8],
        least: usize,
        graph_slot: Slot,
    ) -> Result<Vec<Range<usize>>, IndexError> {
        token_count(output)?;
        Ok(maximal_matches(&self.as_of(graph_slot), output, least.max(1)))
    }
}

fn token_count(output: &[u8]) -> Result<u32, IndexError> {
    let tokens = u32::try_from(output.len()).ok().filter(|tokens| *tokens <= TOKENS_MAX);
    tokens.ok_or(IndexError::OutputTooLong(output.len()))
}

/// See [`SpanIndex::maximal_spans`]. Looks where a match could begin only: none
/// of at least `least` tokens begins before the longest known end of the next
/// `least` tokens, and none that goes on after the last match before the longest
/// known end of what goes one token further.
fn maximal_matches(parts: &[Part<'_>], output: &[u8], least: usize) -> Vec<Range<usize>> {
    let mut matches: Vec<Range<usize>> = Vec::new();
    let mut segment_start = 0;
    // No text contains the separator, so no match does.
    for segment in output.split(|byte| *byte == SEPARATOR) {
        let segment_end = segment_start + segment.len();
        let (mut from, mut reached) = (segment_start, segment_start);
        loop {
            let end = (from + least).max(reached + 1);
            if end > segment_end {
                break;
            }
            let start = first_known(parts, output, from..end);
            if end - start < least {
                // Progress: `end` is at least `least` after `from`.
                from = start;
                continue;
            }
            reached = start + longest_match(parts, &output[start..segment_end]);
            matches.push(start..reached);
            from = start + 1;
        }
        segment_start = segment_end + 1;
    }
    matches
}

/// The first start in `within` from which the output up to its end is known: the
/// later, the shorter and so the better known, up to the end, where nothing is
/// left to know.
fn first_known(parts: &[Part<'_>], output: &[u8], within: Range<usize>) -> usize {
    let (mut low, mut high) = (within.start, within.end);
    while low < high {
        let middle = low + (high - low) / 2;
        let pattern = &output[middle..within.end];
        if longest_match(parts, pattern) == pattern.len() {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

/// How many bytes of `pattern` stand in a text.
fn longest_match(parts: &[Part<'_>], pattern: &[u8]) -> usize {
    let mut longest = 0;
    for part in parts {
        longest = longest.max(part.view.longest_match(pattern, part.horizon));
        if longest == pattern.len() {
            break;
        }
    }
    longest
}

/// The earliest registered document that contains `pattern`, and where.
fn earliest(parts: &[Part<'_>], pattern: &[u8]) -> Option<(Entry, u32)> {
    let each = parts.iter().filter_map(|part| part.view.earliest(part.view.suffixes.range(pattern), part.horizon));
    each.min_by_key(|(entry, _)| entry.seq)
}

/// At most [`PAIRS_MAX`] non-zero weights, given in the order of registration:
/// the largest, of equal ones those registered first; then ascending by asset, as
/// events hold them.
fn largest_pairs(mut pairs: Vec<(AssetId, u32)>) -> Vec<(AssetId, u32)> {
    pairs.retain(|(_, weight)| *weight > 0);
    // Stable, so that equal weights stay in the order of registration.
    pairs.sort_by_key(|(_, weight)| Reverse(*weight));
    pairs.truncate(PAIRS_MAX);
    pairs.sort();
    pairs
}

/// Gives each token to the longest match that covers it, of equally long ones to
/// the leftmost. Ascending. Starts and ends of matches both ascend, so what the
/// longer ones on either side leave of a match is one stretch between the
/// nearest of them.
fn assign(matches: &[Range<usize>]) -> Vec<(Range<usize>, &Range<usize>)> {
    let mut order: Vec<usize> = (0..matches.len()).collect();
    order.sort_by_key(|n| (Reverse(matches[*n].len()), *n));
    let mut served: BTreeSet<usize> = BTreeSet::new();
    let mut stretches = Vec::new();
    for n in order {
        let Range { mut start, mut end } = matches[n].clone();
        if let Some(left) = served.range(..n).next_back() {
            start = start.max(matches[*left].end);
        }
        if let Some(right) = served.range(n..).next() {
            end = end.min(matches[*right].start);
        }
        served.insert(n);
        if start < end {
            stretches.push((start..end, &matches[n]));
        }
    }
    stretches.sort_by_key(|(tokens, _)| tokens.start);
    stretches
}
