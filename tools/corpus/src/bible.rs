//! The King James Bible, by the companies of translators who made it.

use crate::{CorpusError, Family, Text, read};
use std::path::Path;

/// Title, company, and the books by the names that verses begin with.
const PARTS: &[(&str, &str, &[&str])] = &[
    ("Genesis", "First Westminster Company", &["Ge"]),
    ("Exodus", "First Westminster Company", &["Exo"]),
    ("Job", "First Cambridge Company", &["Job"]),
    ("Psalms", "First Cambridge Company", &["Psa"]),
    ("Proverbs, Ecclesiastes and the Song of Solomon", "First Cambridge Company", &["Prv", "Eccl", "SSol"]),
    ("Isaiah", "First Oxford Company", &["Isa"]),
    (
        "The Minor Prophets",
        "First Oxford Company",
        &["Hos", "Joel", "Amos", "Obad", "Jonah", "Mic", "Nahum", "Hab", "Zep", "Hag", "Zec", "Mal"],
    ),
    ("The Gospels", "Second Oxford Company", &["Mat", "Mark", "Luke", "John"]),
    ("Acts and Revelation", "Second Oxford Company", &["Acts", "Rev"]),
    (
        "The Epistles",
        "Second Westminster Company",
        &[
            "Rom", "1Cor", "2Cor", "Gal", "Eph", "Phi", "Col", "1Th", "2Th", "1Tim", "2Tim", "Titus", "Phmn", "Heb",
            "Jas", "1Pet", "2Pet", "1Jn", "2Jn", "3Jn", "Jude",
        ],
    ),
];

pub(crate) fn load(data: &Path) -> Result<Vec<Text>, CorpusError> {
    let all = read(data.join("kjv.txt"))?;
    PARTS
        .iter()
        .map(|(title, company, books)| {
            let body: String =
                all.lines().filter_map(|line| verse(line, books)).flat_map(|text| [text, "\n"]).collect();
            if body.is_empty() {
                return Err(CorpusError::Missing((*title).into()));
            }
            Ok(Text {
                title: format!("{title} (King James Bible)"),
                family: Family::Scripture,
                authors: vec![(*company, 10_000)],
                licence: "CC-PDDC",
                body,
            })
        })
        .collect()
}

/// The text of a line such as `1Cor2:3 And I was with you…` of one of the books.
fn verse<'a>(line: &'a str, books: &[&str]) -> Option<&'a str> {
    let (place, text) = line.split_once(' ')?;
    let (chapter, _) = place.split_once(':')?;
    let book = chapter.trim_end_matches(|c: char| c.is_ascii_digit());
    books.contains(&book).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verses_are_found_by_book_and_lose_their_numbers() {
        assert_eq!(verse("Ge1:1 In the beginning", &["Ge"]), Some("In the beginning"));
        assert_eq!(verse("1Cor13:4 Charity", &["1Cor"]), Some("Charity"));
        assert_eq!(verse("2Cor13:4 For though", &["1Cor"]), None);
        assert_eq!(verse("no verse", &["Ge"]), None);
    }
}
