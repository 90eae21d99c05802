//! What attackers do to texts. The same text comes out on every machine.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Words in a phrase that texts have in common.
const PHRASE_WORDS: usize = 8;
/// How many common phrases are worth registering.
const PHRASES: usize = 400;
/// Words up to this long have no part in a vector ([`super::vectors`]).
pub const SHORT: usize = 3;

/// The text with some words replaced by others of nobody's; white space stays.
fn replaced(text: &str, replacement: impl Fn(usize, &str) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut place = 0;
    for piece in text.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end();
        if word.is_empty() {
            out.push_str(piece);
            continue;
        }
        match replacement(place, word) {
            Some(other) => out.push_str(&other),
            None => out.push_str(word),
        }
        out.push_str(&piece[word.len()..]);
        place += 1;
    }
    out
}

/// The text with so many per cent of its words replaced, spread evenly.
pub fn edited(text: &str, percent: usize) -> String {
    let due = |words: usize| words * percent / 100;
    replaced(text, |place, _| (due(place + 1) > due(place)).then(|| format!("zq{place}")))
}

/// The text with every short word replaced, so that the vector of hashed words
/// stays what it was. Each variant replaces them differently.
pub fn disguised(text: &str, variant: usize) -> String {
    replaced(text, |place, word| {
        let letter = |n: usize| char::from(b'a' + (n % 26) as u8);
        let n = place + 7_919 * variant;
        // No English word of three letters begins with a q.
        (word.len() <= SHORT).then(|| ['q', letter(n), letter(n / 26)].into_iter().collect())
    })
}

/// The text in so many parts of about equal length.
pub fn cut(text: &str, parts: usize) -> Vec<String> {
    let words: Vec<&str> = text.split_inclusive(char::is_whitespace).collect();
    words.chunks(words.len().div_ceil(parts)).map(<[&str]>::concat).collect()
}

/// So many words from some place on, as a prompt.
pub fn excerpt(text: &str, from: usize, count: usize) -> String {
    let words: Vec<&str> = text.split_inclusive(char::is_whitespace).collect();
    words.iter().cycle().skip(from).take(count).copied().collect()
}

/// The phrases that stand in most texts, the most common first.
pub fn boilerplate<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    let mut texts_with: BTreeMap<Vec<&str>, usize> = BTreeMap::new();
    for text in texts {
        let words: Vec<&str> = text.split_whitespace().collect();
        let phrases: BTreeSet<Vec<&str>> = words.windows(PHRASE_WORDS).map(<[&str]>::to_vec).collect();
        for phrase in phrases {
            *texts_with.entry(phrase).or_default() += 1;
        }
    }
    let mut common: Vec<(usize, Vec<&str>)> =
        texts_with.into_iter().filter(|(_, texts)| *texts > 1).map(|(phrase, texts)| (texts, phrase)).collect();
    common.sort_by(|a, b| (Reverse(a.0), &a.1).cmp(&(Reverse(b.0), &b.1)));
    common.iter().take(PHRASES).map(|(_, phrase)| phrase.join(" ")).collect::<Vec<_>>().join("\n")
}
