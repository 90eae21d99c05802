#![allow(clippy::unwrap_used)]
//! The index against definitions applied letter by letter, and on real texts.

use super::corpus::{asset, documents, licences, seq};
use super::*;
use crate::sample::policy;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::ops::Range;
use tributary_core::event::{Evidence, PAIRS_MAX, TOKEN_WEIGHT, TOKENS_MAX};
use tributary_core::policy::PolicySet;

const EVER: Slot = Slot(u64::MAX);

fn verbatim_policy(span_min: u16) -> PolicySet {
    PolicySet { span_min, ..policy(0, [0, 0, 0, 10_000, 0]) }
}

/// The same weight for every token, however common its span.
fn flat_policy(span_min: u16) -> PolicySet {
    PolicySet { frequency_weights: [TOKEN_WEIGHT; 16], ..verbatim_policy(span_min) }
}

fn index<T: AsRef<str>>(texts: &[T]) -> SpanIndex {
    SpanIndex::build(&documents(texts)).unwrap()
}

/// Clusters that some documents share, and segments that came in any order.
fn segmented(texts: &[String], clusters: &[u32], sizes: &[usize], limit: usize) -> (SpanIndex, SpanIndex) {
    let mut all = documents(texts);
    for (document, cluster) in all.iter_mut().zip(clusters.iter().cycle()) {
        document.cluster = *cluster;
    }
    let whole = SpanIndex::build(&all).unwrap();
    let mut grown = SpanIndex::new(Vec::new()).unwrap();
    for size in sizes.iter().cycle() {
        // From both ends in turn: the order of arrival is not that of registration.
        let part: Vec<_> =
            (0..*size).filter_map(|n| if n % 2 == 0 { all.pop() } else { take_first(&mut all) }).collect();
        grown = grown.with(&part, limit).unwrap();
        if all.is_empty() {
            return (whole, grown);
        }
    }
    (whole, grown)
}

fn take_first<T>(from: &mut Vec<T>) -> Option<T> {
    (!from.is_empty()).then(|| from.remove(0))
}

fn occurs(text: &str, pattern: &[u8]) -> usize {
    if pattern.is_empty() {
        0
    } else {
        text.as_bytes().windows(pattern.len()).filter(|window| *window == pattern).count()
    }
}

/// The maximal match that a token belongs to.
fn owner_of<'m>(token: usize, maximal: &[&'m Range<usize>]) -> Option<&'m Range<usize>> {
    let covering = maximal.iter().filter(|found| found.contains(&token));
    covering.min_by_key(|found| (usize::MAX - found.len(), found.start)).copied()
}

/// What the index's documentation says, by brute force.
fn by_definition(texts: &[String], output: &[u8], policy: &PolicySet) -> VerbatimEvidence {
    let known = |range: &Range<usize>| texts.iter().any(|text| occurs(text, &output[range.clone()]) > 0);
    let least = usize::from(policy.span_min);
    let all = (0..output.len()).flat_map(|start| (start + 1..=output.len()).map(move |end| start..end));
    let matches: Vec<Range<usize>> = all.filter(known).collect();
    let inside = |inner: &Range<usize>, outer: &Range<usize>| {
        inner != outer && outer.start <= inner.start && inner.end <= outer.end
    };
    let maximal: Vec<_> = matches
        .iter()
        .filter(|found| found.len() >= least && !matches.iter().any(|other| inside(found, other)))
        .collect();
    let mut spans: Vec<Span> = Vec::new();
    let mut weights: BTreeMap<AssetId, u32> = BTreeMap::new();
    for token in 0..output.len() {
        let Some(best) = owner_of(token, &maximal) else { continue };
        let holders: Vec<usize> = (0..texts.len()).filter(|n| occurs(&texts[*n], &output[best.clone()]) > 0).collect();
        let (owner, clusters) = (holders[0], holders.len() as u32);
        *weights.entry(asset(owner)).or_default() += policy.token_weight(clusters);
        if token > 0 && owner_of(token - 1, &maximal) == Some(best) {
            if let Some(last) = spans.last_mut() {
                last.end += 1;
            }
            continue;
        }
        let place = texts[owner].as_bytes().windows(best.len()).position(|window| *window == output[best.clone()]);
        let source = (place.unwrap() + token - best.start) as u32;
        spans.push(Span { start: token as u32, end: token as u32 + 1, asset: asset(owner), source, clusters });
    }
    let pairs = weights.into_iter().collect();
    VerbatimEvidence { evidence: Evidence::verbatim(output.len() as u32, pairs), spans }
}

fn letters(length: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    prop::collection::vec(prop_oneof![4 => Just('a'), 4 => Just('b'), 1 => Just('é')], length)
        .prop_map(|letters| letters.into_iter().collect())
}

#[test]
fn a_famous_sentence_stands_forty_times_in_thirty_nine_licences() {
    let index = licences();
    assert_eq!(index.segments()[0].documents().len(), 701);
    let found = index.count(b"Permission is hereby granted, free of charge");
    assert_eq!(found, Count { occurrences: 40, clusters: 39 });
    let per_byte = index.bytes() as u64 * 100 / index.text_len() as u64;
    assert!(per_byte <= 600, "{per_byte} hundredths of a byte of the index a byte of text");
}

#[test]
fn a_segment_says_what_is_wrong_with_it() {
    let bytes = index(&["some text", "and more"]).segments()[0].bytes().to_vec();
    assert!(Segment::open(bytes.clone()).unwrap().check_body().is_ok());
    let changed = |at: usize| {
        let mut bytes = bytes.clone();
        bytes[at] ^= 1;
        Segment::open(bytes)
    };
    assert!(matches!(changed(0), Err(IndexError::NotASegment)));
    assert!(matches!(changed(4), Err(IndexError::OtherVersion(0))));
    assert!(matches!(changed(8), Err(IndexError::Damaged(_))));
    assert!(matches!(changed(70), Err(IndexError::Damaged(_))), "the table of documents is hashed too");
    let last = changed(bytes.len() - 1).unwrap().check_body();
    assert!(matches!(last, Err(IndexError::Damaged(_))));
    assert!(matches!(Segment::open(bytes[..40].to_vec()), Err(IndexError::Damaged(_))));
}

#[test]
fn a_match_never_spans_two_documents() {
    let index = index(&["the end", "the start"]);
    assert_eq!(index.count(b"end").occurrences, 1);
    assert_eq!(index.count(b"endthe").occurrences, 0);
    assert_eq!(index.count(b"end\xffthe"), Count::default());
    assert_eq!(index.count(b""), Count::default());
    let found = index.evidence("the endthe start".as_bytes(), &verbatim_policy(4), EVER).unwrap();
    let spans: Vec<_> = found.spans.iter().map(|span| (span.start, span.end, span.asset)).collect();
    assert_eq!(spans, [(0, 7, asset(0)), (7, 16, asset(1))]);
}

#[test]
fn bytes_that_are_no_text_match_nothing_and_end_a_match() {
    let index = index(&["abcdefgh"]);
    let found = index.evidence(b"\xffabcd\xff\xffefgh\xff", &verbatim_policy(2), EVER).unwrap();
    let spans: Vec<_> = found.spans.iter().map(|span| (span.start, span.end)).collect();
    assert_eq!(spans, [(1, 5), (7, 11)]);
}

#[test]
fn the_earliest_registrant_owns_a_span_whatever_the_order_of_input() {
    let texts = ["zzz common words zzz", "common words", "aaa common words"];
    let mut shuffled = documents(&texts);
    shuffled.rotate_left(1);
    let index = SpanIndex::build(&shuffled).unwrap();
    let found = index.evidence(b"common words", &verbatim_policy(5), EVER).unwrap();
    assert_eq!(found.spans.len(), 1);
    assert_eq!((found.spans[0].asset, found.spans[0].clusters, found.spans[0].source), (asset(0), 3, 4));
    // Three clusters: the weight of step 1.
    assert_eq!(found.evidence.pairs, [(asset(0), 12 * (TOKEN_WEIGHT >> 1))]);
}

#[test]
fn no_more_than_256_assets_are_paid_the_largest_and_of_equals_the_earliest() {
    let texts: Vec<String> = (0..300).map(|n| format!("w{n:03}")).collect();
    let mut output = String::new();
    // The last asset is quoted twice, all others once.
    texts.iter().chain(texts.last()).for_each(|text| output.push_str(text));
    let found = index(&texts).evidence(output.as_bytes(), &verbatim_policy(4), EVER).unwrap();
    assert_eq!(found.evidence.check(), Ok(()));
    assert_eq!(found.evidence.pairs.len(), PAIRS_MAX);
    let expected: Vec<_> = (0..255).map(asset).chain([asset(299)]).collect();
    let mut paid: Vec<_> = found.evidence.pairs.iter().map(|pair| pair.0).collect();
    paid.sort_by_key(|paid| expected.iter().position(|asset| asset == paid));
    assert_eq!(paid, expected);
    assert_eq!(found.spans.len(), 301, "the sidecar keeps all spans");
}

#[test]
fn an_answer_longer_than_an_event_covers_is_refused() {
    let index = index(&["a"]);
    let longest = vec![b'a'; TOKENS_MAX as usize];
    assert!(index.evidence(&longest, &verbatim_policy(2), EVER).is_ok());
    let refused = index.evidence(&vec![b'a'; TOKENS_MAX as usize + 1], &verbatim_policy(2), EVER);
    assert!(matches!(refused, Err(IndexError::OutputTooLong(_))));
}

#[test]
fn an_index_without_documents_answers_that_nothing_matches() {
    let empty = index::<&str>(&[]);
    assert_eq!(empty.count(b"a"), Count::default());
    let found = empty.evidence(b"some answer", &verbatim_policy(1), EVER).unwrap();
    assert_eq!((found.evidence.pairs.len(), found.spans.len(), found.evidence.tokens), (0, 0, 11));
    // So does one of documents without text, and one before the first registration.
    assert_eq!(index(&["", ""]).count(b"a"), Count::default());
    let later =
        SpanIndex::build(&[Document { asset: asset(0), seq: seq(9), cluster: 0, text: "some answer" }]).unwrap();
    assert!(later.evidence(b"some answer", &verbatim_policy(1), Slot(8)).unwrap().spans.is_empty());
    assert_eq!(later.evidence(b"some answer", &verbatim_policy(1), Slot(9)).unwrap().spans.len(), 1);
}

#[test]
fn an_asset_or_a_place_that_stands_twice_is_refused() {
    let document = |n: usize, place: usize| Document { asset: asset(n), seq: seq(place), cluster: 0, text: "x" };
    assert!(matches!(SpanIndex::build(&[document(1, 1), document(1, 2)]), Err(IndexError::Twice(..))));
    assert!(matches!(SpanIndex::build(&[document(1, 1), document(2, 1)]), Err(IndexError::Twice(..))));
}

proptest! {
    #[test]
    fn counts_equal_a_scan_of_every_document(
        texts in prop::collection::vec(letters(0..40), 0..9), pattern in letters(1..6), upto in 0usize..10,
    ) {
        let index = index(&texts);
        let scan = |texts: &[String]| {
            let each: Vec<usize> = texts.iter().map(|text| occurs(text, pattern.as_bytes())).collect();
            Count { occurrences: each.iter().sum(), clusters: each.iter().filter(|count| **count > 0).count() }
        };
        prop_assert_eq!(index.count(pattern.as_bytes()), scan(&texts));
        let known = &texts[..texts.len().min(upto + 1)];
        prop_assert_eq!(index.count_as_of(pattern.as_bytes(), Slot(upto as u64)), scan(known));
    }

    #[test]
    fn an_index_that_grew_answers_as_one_over_everything(
        texts in prop::collection::vec(letters(0..40), 1..12), clusters in prop::collection::vec(0u32..5, 1..12),
        sizes in prop::collection::vec(1usize..4, 1..4), limit in 1usize..400,
        output in letters(0..40), pattern in letters(1..5), upto in 0usize..14,
    ) {
        let (whole, grown) = segmented(&texts, &clusters, &sizes, limit);
        for slot in [Slot(upto as u64), EVER] {
            let pattern = pattern.as_bytes();
            prop_assert_eq!(grown.count_as_of(pattern, slot), whole.count_as_of(pattern, slot));
            let found = grown.evidence(output.as_bytes(), &verbatim_policy(2), slot).unwrap();
            prop_assert_eq!(found, whole.evidence(output.as_bytes(), &verbatim_policy(2), slot).unwrap());
        }
        prop_assert_eq!(grown.text_len(), whole.text_len());
    }

    #[test]
    fn clusters_are_counted_once_however_many_of_their_members_match(
        texts in prop::collection::vec(letters(0..40), 1..12), clusters in prop::collection::vec(0u32..5, 1..12),
        pattern in letters(1..5), upto in 0usize..14,
    ) {
        let (whole, _) = segmented(&texts, &clusters, &[1], 1);
        let holding = texts.iter().take(upto + 1).zip(clusters.iter().cycle());
        let holding = holding.filter(|(text, _)| occurs(text, pattern.as_bytes()) > 0);
        let different: std::collections::BTreeSet<_> = holding.map(|(_, cluster)| cluster).collect();
        let found = whole.count_as_of(pattern.as_bytes(), Slot(upto as u64));
        prop_assert_eq!(found.clusters, different.len());
    }

    #[test]
    fn a_damaged_segment_is_refused_or_found_out_and_never_crashes(
        texts in prop::collection::vec(letters(0..40), 1..6), at in any::<prop::sample::Index>(), flip in 1u8..,
        output in letters(0..30), cut in any::<bool>(),
    ) {
        let mut bytes = index(&texts).segments()[0].bytes().to_vec();
        let at = at.index(bytes.len());
        if cut { bytes.truncate(at) } else { bytes[at] ^= flip }
        if let Ok(segment) = Segment::open(bytes) {
            prop_assert!(matches!(segment.check_body(), Err(IndexError::Damaged(_))));
            let damaged = SpanIndex::new(vec![segment]).unwrap();
            let _ = damaged.evidence(output.as_bytes(), &verbatim_policy(2), Slot(3));
            let _ = damaged.evidence(output.as_bytes(), &verbatim_policy(2), EVER);
        }
    }

    #[test]
    fn evidence_equals_its_definition_letter_by_letter(
        texts in prop::collection::vec(letters(0..24), 0..7), output in letters(0..24), span_min in 1u16..6,
    ) {
        let policy = verbatim_policy(span_min);
        let found = index(&texts).evidence(output.as_bytes(), &policy, EVER).unwrap();
        prop_assert_eq!(found.evidence.check(), Ok(()));
        prop_assert_eq!(found, by_definition(&texts, output.as_bytes(), &policy));
    }

    #[test]
    fn what_was_registered_later_changes_nothing_about_an_earlier_position(
        texts in prop::collection::vec(letters(0..30), 1..8), output in letters(0..30), upto in 0usize..8,
    ) {
        let known = &texts[..texts.len().min(upto + 1)];
        let then = index(known).evidence(output.as_bytes(), &verbatim_policy(2), EVER).unwrap();
        let now = index(&texts).evidence(output.as_bytes(), &verbatim_policy(2), Slot(upto as u64)).unwrap();
        prop_assert_eq!(now, then);
    }

    #[test]
    fn duplication_proofness_a_later_copy_earns_nothing_and_moves_no_token(
        texts in prop::collection::vec(letters(4..30), 1..6), output in letters(0..30),
        victim in any::<prop::sample::Index>(), from in 0usize..30, length in 1usize..30,
    ) {
        let before = index(&texts).evidence(output.as_bytes(), &flat_policy(2), EVER).unwrap();
        let victim: Vec<char> = victim.get(&texts).chars().collect();
        let from = from % victim.len();
        let copy: String = victim[from..].iter().take(length).collect();
        let mut copied = texts.clone();
        copied.push(copy);
        let after = index(&copied).evidence(output.as_bytes(), &flat_policy(2), EVER).unwrap();
        prop_assert_eq!(after.evidence.pairs, before.evidence.pairs);
    }

    #[test]
    fn split_proofness_a_text_registered_in_two_parts_earns_no_more(
        texts in prop::collection::vec(letters(2..30), 1..6), output in letters(0..30),
        split in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(),
    ) {
        let n = split.index(texts.len());
        let letters: Vec<char> = texts[n].chars().collect();
        let at = at.index(letters.len());
        let earned = |texts: &[String], mine: Range<usize>| -> u64 {
            let found = index(texts).evidence(output.as_bytes(), &verbatim_policy(2), EVER).unwrap();
            let mine: Vec<_> = mine.map(asset).collect();
            found.evidence.pairs.iter().filter(|pair| mine.contains(&pair.0)).map(|pair| u64::from(pair.1)).sum()
        };
        let whole = earned(&texts, n..n + 1);
        let mut parts = texts.clone();
        parts.splice(n..n + 1, [letters[..at].iter().collect(), letters[at..].iter().collect()]);
        prop_assert!(earned(&parts, n..n + 2) <= whole);
    }
}
