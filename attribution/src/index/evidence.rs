//! Maximal spans of an answer and the weights they give.

use super::{Horizon, IndexError, SEPARATOR, SpanIndex};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use tributary_core::event::{Evidence, PAIRS_MAX, TOKENS_MAX};
use tributary_core::id::AssetId;
use tributary_core::policy::PolicySet;
use tributary_core::position::Slot;

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
    /// In how many clusters the whole match occurs. Until there are clusters of
    /// near-duplicates, each asset is one of its own.
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

/// A match that no other match contains.
#[derive(Clone, Debug)]
struct Match {
    tokens: Range<usize>,
    /// The suffixes that start with it.
    suffixes: Range<usize>,
}

impl SpanIndex {
    /// The evidence for an answer among the documents registered up to
    /// `graph_slot`. A token is a byte ([`tributary_core::policy::Tokeniser::Bytes`]).
    ///
    /// Every maximal match of at least `policy.span_min` tokens is a span; each
    /// token belongs to the longest span that covers it, of equally long ones to
    /// the leftmost; the span's owner is the earliest registered document that
    /// contains it, and the number of documents that do sets the token's weight.
    pub fn evidence(
        &self,
        output: &[u8],
        policy: &PolicySet,
        graph_slot: Slot,
    ) -> Result<VerbatimEvidence, IndexError> {
        let tokens = u32::try_from(output.len())
            .ok()
            .filter(|tokens| *tokens <= TOKENS_MAX)
            .ok_or(IndexError::OutputTooLong(output.len()))?;
        let horizon = self.horizon(graph_slot);
        let matches = self.maximal_matches(output, usize::from(policy.span_min), horizon);
        let mut spans = Vec::new();
        let mut weights: BTreeMap<usize, u32> = BTreeMap::new();
        for (tokens, found) in assign(&matches) {
            let Some((document, match_start)) = self.earliest(found.suffixes.clone()) else { continue };
            // At most 2²² documents or so: far below 32 bits.
            let clusters = self.distinct(found.suffixes.clone(), horizon) as u32;
            // At most 65,535 tokens of 65,536 each: fits 32 bits.
            *weights.entry(document).or_default() += policy.token_weight(clusters) * tokens.len() as u32;
            spans.push(Span {
                start: tokens.start as u32,
                end: tokens.end as u32,
                asset: self.documents[document].0,
                // The match may begin before the tokens that it is credited with.
                source: match_start + (tokens.start - found.tokens.start) as u32,
                clusters,
            });
        }
        let pairs = self.largest_pairs(weights);
        Ok(VerbatimEvidence { evidence: Evidence::verbatim(tokens, pairs), spans })
    }

    /// The longest match at every token, without those that another contains:
    /// both their starts and their ends ascend.
    fn maximal_matches(&self, output: &[u8], least: usize, horizon: Horizon) -> Vec<Match> {
        let mut matches: Vec<Match> = Vec::new();
        let mut reached = 0;
        let mut segment_start = 0;
        // No text contains the separator, so no match does.
        for segment in output.split(|byte| *byte == SEPARATOR) {
            let segment_end = segment_start + segment.len();
            for start in segment_start..(segment_end + 1).saturating_sub(least) {
                if segment_end <= reached {
                    break;
                }
                let rest = &output[start..segment_end];
                let length = self.longest_match(rest, horizon);
                if length >= least && start + length > reached {
                    reached = start + length;
                    matches.push(Match { tokens: start..reached, suffixes: self.suffixes.range(&rest[..length]) });
                }
            }
            segment_start = segment_end + 1;
        }
        matches
    }

    /// How many bytes of `pattern` stand somewhere before the horizon.
    fn longest_match(&self, pattern: &[u8], horizon: Horizon) -> usize {
        let place = self.suffixes.insertion(pattern);
        if horizon == self.everything() {
            return place.common_before.max(place.common_at);
        }
        // What a suffix shares with the pattern only shrinks away from the
        // insertion, so the nearest ones before the horizon are the best.
        let positions = self.suffixes.positions();
        let before = self.minima.last_below(positions, place.at, horizon.0);
        let after = self.minima.first_below(positions, place.at, horizon.0);
        before.into_iter().chain(after).map(|nth| self.suffixes.common(pattern, nth, 0)).max().unwrap_or(0)
    }

    /// At most [`PAIRS_MAX`] non-zero weights: the largest, of equal ones those
    /// registered first; then ascending by asset, as events hold them.
    fn largest_pairs(&self, weights: BTreeMap<usize, u32>) -> Vec<(AssetId, u32)> {
        let mut pairs: Vec<(usize, u32)> = weights.into_iter().filter(|(_, weight)| *weight > 0).collect();
        pairs.sort_by_key(|(document, weight)| (Reverse(*weight), *document));
        pairs.truncate(PAIRS_MAX);
        let mut pairs: Vec<_> =
            pairs.into_iter().map(|(document, weight)| (self.documents[document].0, weight)).collect();
        pairs.sort();
        pairs
    }
}

/// Gives each token to the longest match that covers it, of equally long ones to
/// the leftmost. Ascending. Starts and ends of matches both ascend, so what the
/// longer ones on either side leave of a match is one stretch between the
/// nearest of them.
fn assign(matches: &[Match]) -> Vec<(Range<usize>, &Match)> {
    let mut order: Vec<usize> = (0..matches.len()).collect();
    order.sort_by_key(|n| (Reverse(matches[*n].tokens.len()), *n));
    let mut served: BTreeSet<usize> = BTreeSet::new();
    let mut stretches = Vec::new();
    for n in order {
        let Range { mut start, mut end } = matches[n].tokens.clone();
        if let Some(left) = served.range(..n).next_back() {
            start = start.max(matches[*left].tokens.end);
        }
        if let Some(right) = served.range(n..).next() {
            end = end.min(matches[*right].tokens.start);
        }
        served.insert(n);
        if start < end {
            stretches.push((start..end, &matches[n]));
        }
    }
    stretches.sort_by_key(|(tokens, _)| tokens.start);
    stretches
}
