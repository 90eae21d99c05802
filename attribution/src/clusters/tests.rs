#![allow(clippy::unwrap_used)]
//! Clusters by their definition, on real texts, and as of any position.

use super::*;
use crate::index::corpus::licence_texts;
use proptest::prelude::*;
use tributary_core::amount::BasisPoints;

const RULES: Similarity = Similarity::STANDARD;

/// The module's definition without MinHash: every earlier text is compared.
fn by_definition(rules: &Similarity, texts: &[&str]) -> Vec<u32> {
    let sets: Vec<BTreeSet<u64>> =
        texts.iter().map(|text| Shingles::of(text, rules.shingle_words).hashes().iter().copied().collect()).collect();
    let mut clusters: Vec<u32> = Vec::new();
    let mut count = 0;
    for (n, set) in sets.iter().enumerate() {
        let like = sets[..n].iter().position(|other| {
            let common = set.intersection(other).count() as u64;
            let all = set.union(other).count() as u64;
            common > 0 && common * 10_000 >= all * u64::from(rules.threshold.get())
        });
        clusters.push(like.map_or(count, |earlier| clusters[earlier]));
        count += u32::from(like.is_none());
    }
    clusters
}

#[test]
fn the_licence_texts_make_590_clusters() {
    let texts = licence_texts();
    assert_eq!(texts.len(), 701);
    let clusters = Clusters::of(RULES, texts.iter().copied());
    assert_eq!(clusters.count(), 590);
    assert_eq!(clusters.cluster_of(), by_definition(&RULES, &texts), "MinHash missed a near-duplicate");
}

#[test]
fn an_exact_copy_joins_the_original_and_case_and_punctuation_do_not_matter() {
    let original = "The river rises in the hills, and falls to the sea.";
    let shouted = "THE RIVER RISES -- IN THE HILLS AND FALLS TO THE SEA";
    let clusters = Clusters::of(RULES, [original, "something else altogether and quite unlike it", shouted, original]);
    assert_eq!(clusters.cluster_of(), [0, 1, 0, 0]);
    assert_eq!(clusters.founder_of(), [0, 1, 0, 0]);
    assert_eq!(clusters.count(), 2);
}

#[test]
fn of_two_near_duplicates_the_earliest_one_decides_and_nobody_moves() {
    // The third text is like both others, which are not like each other.
    let words = |range: std::ops::Range<u32>| range.map(|n| format!("w{n}")).collect::<Vec<_>>().join(" ");
    let rules = Similarity { threshold: BasisPoints::new(6_000).unwrap(), ..RULES };
    let texts = [words(0..100), words(40..140), words(20..120)];
    let clusters = Clusters::of(rules, texts.iter().map(String::as_str));
    assert_eq!(clusters.cluster_of(), [0, 1, 0]);
    let turned = Clusters::of(rules, texts.iter().rev().map(String::as_str));
    assert_eq!(turned.cluster_of(), [0, 0, 0], "the order of registration decides, and only that");
}

#[test]
fn texts_without_words_are_like_nothing() {
    let clusters = Clusters::of(RULES, ["", "…", "", "one", "one"]);
    assert_eq!(clusters.cluster_of(), [0, 1, 2, 3, 3]);
}

#[test]
fn what_was_decided_is_restored_without_the_texts() {
    let original = "the river rises in the hills and falls to the sea at the end of a long and patient day";
    let copy = format!("{original} again");
    let mut clusters = Clusters::of(RULES, ["another text that is like nobody", original]);
    clusters.add(&copy);
    let mut restored = Clusters::new(RULES);
    for (text, founder) in ["another text that is like nobody", original, &copy].iter().zip(clusters.founder_of()) {
        let published = Shingles::decode(&clusters.shingles(text).encode()).unwrap();
        restored.join(published, Some(*founder));
    }
    assert_eq!(restored.cluster_of(), clusters.cluster_of());
    assert_eq!(restored.founder_of(), clusters.founder_of());
    assert_eq!(restored.add(original), clusters.add(original));
}

#[test]
fn who_comes_late_meets_only_those_before_it_in_the_order() {
    let text = "the river rises in the hills and falls to the sea";
    let clusters = Clusters::of(RULES, [text, text, text]);
    let shingles = clusters.shingles(text);
    assert_eq!(clusters.first_like(&shingles, |number| Some(9 - number)), Some(2), "the order decides");
    assert_eq!(clusters.first_like(&shingles, |number| (number == 1).then_some(0)), Some(1));
    assert_eq!(clusters.first_like(&shingles, |_| None::<u32>), None);
}

#[test]
fn shingles_that_are_cut_or_out_of_order_are_refused() {
    let bytes = Shingles::of("one two three four five six seven", 5).encode();
    assert_eq!(bytes.len(), 24);
    assert_eq!(Shingles::decode(&bytes[1..]), Err(ShinglesError::Length(23)));
    assert_eq!(Shingles::decode(&[&bytes[8..], &bytes[..8]].concat()), Err(ShinglesError::Order(2)));
    assert_eq!(Shingles::decode(&[&bytes[..8], &bytes[..8]].concat()), Err(ShinglesError::Order(1)));
    assert_eq!(Shingles::decode(&[]), Ok(Shingles::default()));
}

fn texts() -> impl Strategy<Value = Vec<String>> {
    // Few words and few edits, so that near-duplicates are frequent.
    let base = prop::collection::vec(0u8..4, 8..40);
    prop::collection::vec((base, prop::option::of((any::<prop::sample::Index>(), 0usize..60))), 1..14).prop_map(
        |parts| {
            let mut texts: Vec<Vec<String>> = Vec::new();
            for (n, (words, copy)) in parts.into_iter().enumerate() {
                let mut words: Vec<String> = words.iter().map(|word| format!("v{word}{}", n % 3)).collect();
                if let Some((of, edit)) = copy
                    && n > 0
                {
                    words = of.get(&texts).clone();
                    if let Some(word) = words.get_mut(edit) {
                        *word = "edited".into();
                    }
                }
                texts.push(words);
            }
            texts.iter().map(|words| words.join(" ")).collect()
        },
    )
}

proptest! {
    #[test]
    fn every_old_snapshot_is_a_prefix_of_the_clusters_of_today(texts in texts(), upto in any::<prop::sample::Index>()) {
        let upto = upto.index(texts.len());
        let today = Clusters::of(RULES, texts.iter().map(String::as_str));
        let then = Clusters::of(RULES, texts[..upto].iter().map(String::as_str));
        prop_assert_eq!(then.cluster_of(), &today.cluster_of()[..upto]);
        prop_assert_eq!(then.founder_of(), &today.founder_of()[..upto]);
    }

    #[test]
    fn a_clusters_founder_is_its_earliest_member_and_clusters_count_from_zero(texts in texts()) {
        let clusters = Clusters::of(RULES, texts.iter().map(String::as_str));
        let mut seen = 0;
        for (n, (cluster, founder)) in clusters.cluster_of().iter().zip(clusters.founder_of()).enumerate() {
            let first = clusters.cluster_of().iter().position(|other| other == cluster).unwrap();
            prop_assert_eq!(*founder as usize, first);
            if first == n {
                prop_assert_eq!(*cluster, seen);
                seen += 1;
            }
        }
        prop_assert_eq!(seen, clusters.count());
    }

    #[test]
    fn a_copy_never_founds_a_cluster(texts in texts(), of in any::<prop::sample::Index>()) {
        let mut clusters = Clusters::of(RULES, texts.iter().map(String::as_str));
        let of = of.index(texts.len());
        let before = clusters.count();
        let original = clusters.cluster_of()[of];
        let joined = clusters.add(&texts[of]);
        prop_assert_eq!(clusters.count(), before);
        // An even earlier text may be as like it as the original is to itself.
        prop_assert!(joined <= original);
    }
}
