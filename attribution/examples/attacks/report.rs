//! The attacks, one after the other, and the page they make.

use super::income::{Incomes, METHODS};
use super::market::{Market, PRICE};
use super::records::{ATTACKER, AttackError, Book, Record};
use super::words;
use std::fmt::Write;

/// Calls by which an attacker pays itself.
const WASHES: u64 = 200;

/// What an attack does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nothing: what there is to take.
    Nothing,
    /// Nothing either, with the own text.
    Honesty,
    /// Copies the text to the byte.
    Copy,
    /// Copies it and changes words.
    Paraphrase,
    /// The author registers the own text under several names.
    Split,
    /// The author cuts the own text.
    Cut,
    /// Registers phrases that many texts share.
    Stuffing,
    /// Names the popular model as a parent.
    Squatting,
    /// Pays itself.
    Wash,
    /// Registers the text before its author does.
    FrontRun,
}

/// One attack: what it cost and what came back, in base units.
#[derive(Clone, Debug)]
pub struct Row {
    /// What it is.
    pub kind: Kind,
    /// The same in words.
    pub attack: String,
    /// What the attacker paid, as a payer.
    pub paid: u64,
    /// What the attacker got, by [`METHODS`].
    pub got: [u64; METHODS.len()],
    /// What the author of the text got.
    pub author: [u64; METHODS.len()],
}

fn row(kind: Kind, attack: impl Into<String>, market: &Market) -> Result<Row, AttackError> {
    let incomes = Incomes::of(market)?;
    let paid = market.calls.iter().filter(|call| call.by_attacker).map(|call| call.price).sum();
    let (got, author) = (incomes.earned(ATTACKER), incomes.earned(market.author()));
    Ok(Row { kind, attack: attack.into(), paid, got, author })
}

/// All attacks. The first row says what is at stake.
pub fn rows() -> Result<Vec<Row>, AttackError> {
    let honest = Market::honest()?;
    let mut rows = vec![row(Kind::Nothing, "nobody attacks", &honest)?];
    rows.extend(copies(&honest)?);
    rows.extend(stuffing(&honest)?);
    rows.extend(self_dealing(&honest)?);
    rows.extend(front_running(&honest)?);
    rows.extend(splits(&honest)?);
    Ok(rows)
}

/// A stranger's text, copied or changed.
fn copies(honest: &Market) -> Result<Vec<Row>, AttackError> {
    let text = honest.victim()?.text.clone();
    let attack = |kind, name: String, copies: Vec<String>| {
        let books = copies.iter().zip(0..).map(|(copy, n)| Book::by_attacker(n, copy)).collect();
        row(kind, name, &honest.clone().with(books)?)
    };
    let mut rows = Vec::new();
    for copies in [1, 8] {
        rows.push(attack(Kind::Copy, format!("exact copy, {copies}×"), vec![text.to_string(); copies])?);
    }
    for percent in [1, 2, 5, 10, 20, 50] {
        let copy = vec![words::edited(&text, percent)];
        rows.push(attack(Kind::Paraphrase, format!("copy with {percent} % of its words replaced"), copy)?);
    }
    for copies in [1, 8] {
        let copy = (0..copies).map(|variant| words::disguised(&text, variant)).collect();
        rows.push(attack(Kind::Paraphrase, format!("copy that keeps its vector, {copies}×"), copy)?);
    }
    Ok(rows)
}

fn stuffing(honest: &Market) -> Result<[Row; 2], AttackError> {
    let text = words::boilerplate(honest.books.iter().map(|book| &*book.text));
    let book = || Book::by_attacker(0, &text);
    Ok([
        row(Kind::Stuffing, "boilerplate, registered last", &honest.clone().with(vec![book()])?)?,
        row(Kind::Stuffing, "boilerplate, registered first", &honest.with_first(book())?)?,
    ])
}

/// Records and calls of the attacker's own.
fn self_dealing(honest: &Market) -> Result<Vec<Row>, AttackError> {
    // Only words that no other text has.
    let own_text = words::edited(&honest.victim()?.text, 100);
    let washed = |price: u64| {
        let (mut market, answer) = honest.clone().with_own_model(&own_text)?;
        market.wash(price, &answer, WASHES)?;
        row(Kind::Wash, format!("own agent, called {WASHES}× at {price}"), &market)
    };
    let idle = honest.clone().with_squatter()?;
    let answer = idle.calls.first().map(|call| call.answer.clone());
    let mut busy = idle.clone();
    if let Some(answer) = answer {
        busy.wash(PRICE / WASHES, &answer, WASHES)?;
    }
    Ok(vec![
        row(Kind::Squatting, "model that names the popular one as its parent", &idle)?,
        row(Kind::Squatting, format!("the same, called {WASHES}× at {} by its owner", PRICE / WASHES), &busy)?,
        washed(PRICE / WASHES)?,
        washed(PRICE)?,
    ])
}

/// The attacker is the earlier registrant.
fn front_running(honest: &Market) -> Result<Vec<Row>, AttackError> {
    let author = honest.author();
    let registered = |name: &str, record| row(Kind::FrontRun, name, &honest.with_front_runner(record));
    let edited = words::edited(&honest.victim()?.text, 10);
    Ok(vec![
        registered("registers the text first; the author never committed", Record::Undisputed)?,
        registered("the same; the author disputes it", Record::Disputed)?,
        registered("the same; the author's older commitment displaces it", Record::DisplacedBy(author))?,
        row(
            Kind::FrontRun,
            "registers a copy with 10 % of its words replaced first",
            &honest.with_first(Book::by_attacker(0, &edited))?,
        )?,
    ])
}

/// An author who becomes many. The first row is what honesty pays.
fn splits(honest: &Market) -> Result<Vec<Row>, AttackError> {
    let text = honest.victim()?.text.clone();
    let attack = |kind, name: String, texts: Vec<String>, named: usize| {
        let books = texts.iter().zip(0..).map(|(text, n)| Book::by_attacker(n, text)).collect();
        row(kind, name, &honest.with_instead(books, named)?)
    };
    let mut rows =
        vec![attack(Kind::Honesty, "own text, registered last, once".to_owned(), vec![text.to_string()], 1)?];
    for identities in [2, 8] {
        let texts = vec![text.to_string(); identities];
        rows.push(attack(Kind::Split, format!("own text under {identities} identities"), texts, 1)?);
    }
    for parts in [2, 8] {
        rows.push(attack(Kind::Cut, format!("own text cut into {parts} parts"), words::cut(&text, parts), parts)?);
    }
    Ok(rows)
}

/// `docs/attacks.md`.
pub fn page(rows: &[Row]) -> String {
    let (strangers, own): (Vec<&Row>, Vec<&Row>) =
        (rows.iter().collect(), rows.iter().filter(|row| matters_to_the_author(row.kind)).collect());
    [
        include_str!("head.md"),
        &table("What the attacker got", &strangers, true),
        include_str!("between.md"),
        &table("What the author got", &own, false),
        include_str!("tail.md"),
    ]
    .concat()
}

/// Where author and attacker are two.
fn matters_to_the_author(kind: Kind) -> bool {
    !matches!(kind, Kind::Wash | Kind::Honesty | Kind::Split | Kind::Cut)
}

fn table(title: &str, rows: &[&Row], attacker: bool) -> String {
    let mut table = format!("| {title} | paid |");
    for method in METHODS {
        // Writing to a string does not fail.
        let _ = write!(table, " {method} |");
    }
    let _ = writeln!(table, "\n|---|--:|{}", "--:|".repeat(METHODS.len()));
    for row in rows {
        let _ = write!(table, "| {} | {} |", row.attack, row.paid);
        for amount in if attacker { row.got } else { row.author } {
            let _ = write!(table, " {amount} |");
        }
        table.push('\n');
    }
    table
}
