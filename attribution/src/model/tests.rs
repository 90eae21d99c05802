#![allow(clippy::unwrap_used)]
//! The model over real texts: deterministic, mixed from many, quick.

use super::*;
use crate::index::SpanIndex;
use crate::index::corpus::{documents, licences};
use std::collections::BTreeSet;
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use tributary_core::policy::{Mix, PolicySet, Tokeniser};
use tributary_core::position::Slot;

const PROMPT: &str = "Permission is hereby granted";

fn licence_model() -> &'static InfiniGram {
    static MODEL: OnceLock<InfiniGram> = OnceLock::new();
    MODEL.get_or_init(|| InfiniGram::new(licences().segments()[0].clone()))
}

fn model(texts: &[&str]) -> InfiniGram {
    InfiniGram::new(Segment::build(&documents(texts)).unwrap())
}

#[test]
fn the_same_seed_gives_the_same_answer_and_another_seed_another() {
    let model = licence_model();
    let rebuilt = InfiniGram::new(licences().segments()[0].clone());
    let answers: Vec<_> = (0..8).map(|seed| model.complete(PROMPT, 40, seed, &[]).unwrap()).collect();
    for (seed, answer) in answers.iter().enumerate() {
        assert_eq!(&rebuilt.complete(PROMPT, 40, seed as u64, &[]).unwrap(), answer);
    }
    let different: BTreeSet<_> = answers.iter().map(|answer| &answer.text).collect();
    assert_eq!(different.len(), answers.len());
}

#[test]
fn a_long_answer_mixes_texts_instead_of_copying_one() {
    let model = licence_model();
    let index = SpanIndex::new(vec![model.texts.clone()]).unwrap();
    let policy = PolicySet {
        engine: 1,
        fee: Default::default(),
        fee_claimant: Default::default(),
        default_mix: Mix::from_bps([10_000, 0, 0, 0, 0]).unwrap(),
        tokeniser: Tokeniser::Bytes,
        span_min: 16,
        frequency_weights: [tributary_core::event::TOKEN_WEIGHT; 16],
        leaf_min: 0,
        similarity: None,
    };
    for seed in 0..5 {
        let answer = model.complete(PROMPT, 200, seed, &[]).unwrap();
        assert!(answer.tokens >= 50, "only {} pieces: {}", answer.tokens, answer.text);
        let found = index.evidence(answer.text.as_bytes(), &policy, Slot(u64::MAX)).unwrap();
        assert!(found.evidence.pairs.len() >= 5, "only {} owners in: {}", found.evidence.pairs.len(), answer.text);
        let credited: u64 = found.evidence.pairs.iter().map(|(_, weight)| u64::from(*weight)).sum();
        assert!(credited * 2 > found.evidence.whole(), "most of an answer stands in the texts");
    }
}

#[test]
fn sixty_pieces_over_four_megabytes_take_milliseconds() {
    let model = licence_model();
    // The quickest of many: the machine may be busy with something else.
    let quickest = (0..50)
        .map(|seed| {
            let start = Instant::now();
            assert!(model.complete(PROMPT, 60, seed, &[]).unwrap().tokens > 0);
            start.elapsed()
        })
        .min();
    assert!(quickest.unwrap() < Duration::from_millis(10), "{quickest:?}");
}

#[test]
fn a_fork_in_the_texts_is_taken_both_ways() {
    let model = model(&["the cat sat on a mat", "the cat ran up a tree"]);
    let answers: BTreeSet<_> = (0..64).map(|seed| model.complete("the cat", 1, seed, &[]).unwrap().text).collect();
    assert_eq!(answers, BTreeSet::from([" sat".to_owned(), " ran".to_owned()]));
}

#[test]
fn a_text_that_stands_alone_is_followed_to_its_end() {
    let answer = model(&["unheard melodies are sweeter"]).complete("unheard", 50, 3, &[]).unwrap();
    assert_eq!(answer.text, " melodies are sweeter");
    assert_eq!((answer.tokens, answer.finish_reason), (3, FinishReason::Stop));
}

#[test]
fn an_unknown_or_finished_context_starts_anywhere() {
    let model = model(&["one two three", "four five six"]);
    for prompt in ["", "xyzzy", "one two three", "日本語"] {
        let answer = model.complete(prompt, 1, 9, &[]).unwrap();
        assert!(!answer.text.is_empty(), "after {prompt:?}");
    }
}

#[test]
fn an_answer_ends_before_a_stop_text() {
    let answer = model(&["unheard melodies are sweeter"]).complete("unheard", 50, 3, &["sweet", "are s"]).unwrap();
    assert_eq!(answer.text, " melodies ");
    assert_eq!(answer.finish_reason, FinishReason::Stop);
}

#[test]
fn characters_of_any_length_stay_whole() {
    let text = "él niño comió piña; él niño comió… él niño vio 日本 y 東京 él niño";
    let model = model(&[text, "él niño vio Köln"]);
    for seed in 0..200 {
        let answer = model.complete("él niño", 12, seed, &[]).unwrap();
        assert!(!answer.text.contains('\u{fffd}') && answer.tokens <= 12);
    }
}

#[test]
fn requests_out_of_bounds_are_refused() {
    let model = model(&["some text"]);
    let long = "x".repeat(PROMPT_MAX + 1);
    assert_eq!(model.complete(&long, 1, 0, &[]), Err(ModelError::PromptTooLong(PROMPT_MAX + 1)));
    assert_eq!(model.complete("", PIECES_MAX + 1, 0, &[]), Err(ModelError::TooManyPieces(PIECES_MAX + 1)));
    assert_eq!(model.complete("", 1, 0, &[""]), Err(ModelError::Stops));
    assert_eq!(model.complete("", 0, 0, &[]).unwrap().text, "");
    let empty = InfiniGram::new(Segment::build(&documents::<&str>(&[])).unwrap());
    assert_eq!(empty.complete("", 1, 0, &[]), Err(ModelError::NoText));
}
