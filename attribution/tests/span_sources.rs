//! Whether a span says truthfully where it stands in its owner's text.
#![allow(clippy::unwrap_used)]

use tributary_attribution::{Document, SpanIndex};
use tributary_core::amount::BasisPoints;
use tributary_core::id::{AssetId, Claimant};
use tributary_core::policy::{FREQUENCY_STEPS, Mix, PolicySet, Tokeniser};
use tributary_core::position::{AssetSeq, Slot};

const FIRST: &str = "the river rises in the hills and falls to the sea";
const SECOND: &str = "nobody counts the rain; the river rises in the hills of the north";

fn policy() -> PolicySet {
    PolicySet {
        engine: 1,
        fee: BasisPoints::ZERO,
        fee_claimant: Claimant([9; 32]),
        default_mix: Mix::from_bps([0, 0, 0, 10_000, 0]).unwrap(),
        tokeniser: Tokeniser::Bytes,
        span_min: 8,
        frequency_weights: [65_536; FREQUENCY_STEPS],
        leaf_min: 0,
        similarity: None,
    }
}

#[test]
fn the_text_at_a_spans_source_is_what_the_answer_says() {
    let texts = [(AssetId([1; 32]), FIRST), (AssetId([2; 32]), SECOND)];
    let documents: Vec<_> = texts
        .iter()
        .zip(1u16..)
        .map(|((asset, text), nth)| Document {
            asset: *asset,
            seq: AssetSeq::compose(Slot(1), 0, nth).unwrap(),
            cluster: nth.into(),
            text,
        })
        .collect();
    let index = SpanIndex::build(&documents).unwrap();
    // Two matches that overlap: the shorter one keeps only its second part.
    let answer = "so nobody counts the rain; the river rises in the hills and falls to the sea";
    let found = index.evidence(answer.as_bytes(), &policy(), Slot(9)).unwrap();
    assert_eq!(found.spans.len(), 2);
    for span in found.spans {
        let (start, end, source) = (span.start as usize, span.end as usize, span.source as usize);
        let (_, text) = texts.iter().find(|(asset, _)| *asset == span.asset).unwrap();
        assert_eq!(&text[source..source + (end - start)], &answer[start..end]);
    }
}
