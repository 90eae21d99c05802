//! The real model: near texts are near, and its numbers are those that its makers
//! publish for it.
#![allow(clippy::unwrap_used)]

use std::path::PathBuf;
use tributary_embedding::{DIMENSIONS, Embedder};

fn embedder() -> Embedder {
    let folder = std::env::var_os("TRIBUTARY_EMBEDDING_MODEL").expect("run tools/embedding/test");
    Embedder::load(&PathBuf::from(folder)).unwrap()
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[test]
fn texts_that_mean_the_same_are_nearer_than_those_that_share_words() {
    let model = embedder();
    let [bank, money, river] =
        ["The bank lends money.", "A lender gives out loans.", "We sat on the bank of the river."]
            .map(|text| model.embed(text).unwrap().numbers);
    assert!(cosine(&bank, &money) > cosine(&bank, &river) + 0.1);
}

#[test]
fn an_embedding_has_length_one_and_is_the_same_each_time() {
    let model = embedder();
    let first = model.embed("the river").unwrap();
    assert_eq!(first.numbers.len(), DIMENSIONS);
    assert!((cosine(&first.numbers, &first.numbers) - 1.0).abs() < 1e-5);
    assert_eq!(model.embed("the river").unwrap(), first);
    // Two words between the two marks that begin and end every text.
    assert_eq!(first.tokens, 4);
}

#[test]
fn what_is_beyond_the_models_reach_changes_nothing() {
    let model = embedder();
    let long = "the river ".repeat(400);
    assert_eq!(model.embed(&long).unwrap(), model.embed(&format!("{long} and a stone")).unwrap());
}

#[test]
fn a_folder_without_a_model_says_what_to_do() {
    let error = Embedder::load(&PathBuf::from("/nonexistent")).unwrap_err();
    assert!(error.to_string().contains("tools/embedding/fetch"), "{error}");
}
