#![allow(clippy::unwrap_used)]
//! The committed page, and what it must never say.

use super::income::{FEE_BPS, METHODS, OURS};
use super::report::{Kind, Row, page, rows};
use std::sync::LazyLock;

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| rows().unwrap());

fn of(kind: Kind) -> impl Iterator<Item = &'static Row> {
    let mut found = ROWS.iter().filter(move |row| row.kind == kind).peekable();
    assert!(found.peek().is_some(), "no attack of kind {kind:?}");
    found
}

fn one(kind: Kind) -> &'static Row {
    of(kind).next().unwrap()
}

/// The two methods that this project does not use.
fn others(row: &Row) -> &[u64] {
    &row.got[OURS..]
}

#[test]
fn the_committed_page_is_what_the_code_prints() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/attacks.md");
    let committed = std::fs::read_to_string(path).unwrap();
    assert!(committed == page(&ROWS), "docs/attacks.md is out of date: run `make attacks > docs/attacks.md`");
}

#[test]
fn what_is_at_stake_is_not_nothing() {
    assert!(one(Kind::Nothing).author.iter().all(|amount| *amount > 0));
    assert!(one(Kind::Honesty).got.iter().all(|amount| *amount > 0));
}

#[test]
fn an_exact_copy_is_paid_nothing_and_takes_nothing() {
    for row in of(Kind::Copy) {
        assert_eq!(row.got[..OURS], [0; OURS], "{}", row.attack);
        assert_eq!(row.author[..OURS], one(Kind::Nothing).author[..OURS], "{}", row.attack);
        assert!(others(row).iter().all(|amount| *amount > 0), "the other methods pay it: {}", row.attack);
    }
}

#[test]
fn many_identities_are_paid_what_one_is() {
    let honest = one(Kind::Honesty);
    for row in of(Kind::Split) {
        assert_eq!(row.got[..OURS], honest.got[..OURS], "{}", row.attack);
        assert!(others(row).iter().zip(others(honest)).all(|(split, once)| split > once), "{}", row.attack);
    }
}

#[test]
fn parts_of_a_text_are_paid_no_more_but_by_similarity() {
    let honest = one(Kind::Honesty).got;
    for row in of(Kind::Cut) {
        for policy in [0, 1, 3] {
            assert!(row.got[policy] <= honest[policy], "{} under {}", row.attack, METHODS[policy]);
        }
    }
}

#[test]
fn washing_never_returns_more_than_the_payment_less_the_fee() {
    let idle = one(Kind::Squatting);
    assert_eq!((idle.paid, idle.got[..OURS].iter().sum::<u64>()), (0, 0));
    for row in of(Kind::Wash).chain(of(Kind::Squatting)) {
        let most = row.paid * u64::from(10_000 - FEE_BPS) / 10_000;
        for (got, policy) in row.got.iter().zip(METHODS).take(OURS) {
            assert!(*got <= most, "{} under {policy}", row.attack);
        }
    }
    let flat = one(Kind::Wash);
    assert!(others(flat)[0] > flat.paid, "pooled shares pay for washing");
}

#[test]
fn a_contested_registration_pays_the_attacker_nothing() {
    let (mut disputed, mut displaced) = (0, 0);
    for row in of(Kind::FrontRun).filter(|row| row.got[..OURS] == [0; OURS]) {
        if row.author[..OURS] == [0; OURS] {
            disputed += 1;
        } else {
            displaced += 1;
            assert_eq!(row.author[..OURS], one(Kind::Nothing).author[..OURS]);
        }
    }
    assert_eq!((disputed, displaced), (1, 1));
}

#[test]
fn a_paraphrase_takes_nothing_under_the_policies_that_look_at_no_text() {
    for row in of(Kind::Paraphrase).chain(of(Kind::Stuffing)) {
        assert_eq!(row.got[..2], [0; 2], "{}", row.attack);
        assert_eq!(row.author[..2], one(Kind::Nothing).author[..2], "{}", row.attack);
    }
}
