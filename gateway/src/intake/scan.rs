//! Looks for secrets and personal data in a text and reports what it found:
//! kinds, counts and the first places, never the finding itself. A net with
//! known meshes: what it does not find may still be there. Pure.

use regex::Regex;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// Places named for each kind.
const PLACES_MAX: usize = 5;
/// Characters of a finding that are shown.
const SHOWN: usize = 4;

/// What was found of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What it looks like.
    pub kind: String,
    /// How often.
    pub count: u64,
    /// The lines of the first ones, from 1.
    pub lines: Vec<u64>,
    /// How the first one begins.
    pub begins: String,
}

/// See the module's head.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Keys and passwords: nobody may publish these.
    pub secrets: Vec<Finding>,
    /// Data about people: only the owner knows whether it may be published.
    pub personal: Vec<Finding>,
}

impl Report {
    /// The kinds found, in a sentence.
    pub fn kinds(findings: &[Finding]) -> String {
        let kinds = findings.iter().map(|finding| {
            let line = finding.lines.first().copied().unwrap_or(0);
            format!("{} {} (first in line {line})", finding.count, finding.kind)
        });
        kinds.collect::<Vec<_>>().join(", ")
    }
}

struct Pattern {
    kind: &'static str,
    regex: Regex,
    holds: fn(&str) -> bool,
}

/// Patterns whose text is fixed: each compiles, as the tests show.
fn pattern(kind: &'static str, text: &str, holds: fn(&str) -> bool) -> Option<Pattern> {
    Regex::new(text).ok().map(|regex| Pattern { kind, regex, holds })
}

fn always(_: &str) -> bool {
    true
}

const SECRETS: [(&str, &str); 9] = [
    ("private key", r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    ("AWS access key", r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    ("GitHub token", r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{60,})\b"),
    ("Slack token", r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}"),
    ("Google API key", r"\bAIza[0-9A-Za-z_-]{35}"),
    ("model API key", r"\bsk-(?:[a-z]+-)?[A-Za-z0-9_-]{32,}"),
    ("JSON web token", r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"),
    ("Tributary key", r"\btr[bi]_[1-9A-HJ-NP-Za-km-z]{40,}"),
    ("Solana keypair", r"\[(?:\s*\d{1,3}\s*,){63}\s*\d{1,3}\s*\]"),
];

static SECRET_PATTERNS: LazyLock<Vec<Pattern>> =
    LazyLock::new(|| SECRETS.iter().filter_map(|(kind, text)| pattern(kind, text, always)).collect());

type Checked = (&'static str, &'static str, fn(&str) -> bool);

const PERSONAL: [Checked; 6] = [
    ("e-mail address", r"\b[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}\b", always),
    ("telephone number", r"\+\d{1,3}[ .-]?(?:\(?\d{1,4}\)?[ .-]?){2,4}\d{2,4}\b", always),
    ("bank account (IBAN)", r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b", is_iban),
    ("payment card", r"\b(?:\d[ -]?){12,18}\d\b", is_card),
    ("US social security number", r"\b\d{3}-\d{2}-\d{4}\b", always),
    ("IPv4 address", r"\b(?:\d{1,3}\.){3}\d{1,3}\b", is_ip),
];

static PERSONAL_PATTERNS: LazyLock<Vec<Pattern>> =
    LazyLock::new(|| PERSONAL.iter().filter_map(|(kind, text, holds)| pattern(kind, text, *holds)).collect());

/// Looks through a text.
pub fn scan(text: &str) -> Report {
    let starts: Vec<usize> = std::iter::once(0)
        .chain(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1))
        .collect();
    let look = |patterns: &[Pattern]| patterns.iter().filter_map(|pattern| find(pattern, text, &starts)).collect();
    Report { secrets: look(&SECRET_PATTERNS), personal: look(&PERSONAL_PATTERNS) }
}

fn find(pattern: &Pattern, text: &str, starts: &[usize]) -> Option<Finding> {
    let mut found: Option<Finding> = None;
    for matched in pattern.regex.find_iter(text).filter(|matched| (pattern.holds)(matched.as_str())) {
        let line = starts.partition_point(|start| *start <= matched.start()) as u64;
        let finding = found.get_or_insert_with(|| Finding {
            kind: pattern.kind.into(),
            count: 0,
            lines: Vec::new(),
            begins: matched.as_str().chars().take(SHOWN).chain(['…']).collect(),
        });
        finding.count += 1;
        if finding.lines.len() < PLACES_MAX && finding.lines.last() != Some(&line) {
            finding.lines.push(line);
        }
    }
    found
}

/// The remainder of an IBAN by 97 is 1, letters counted from 10.
fn is_iban(text: &str) -> bool {
    let compact: Vec<u8> = text.bytes().filter(|byte| *byte != b' ').collect();
    if compact.len() < 15 || compact.len() > 34 {
        return false;
    }
    let (head, tail) = compact.split_at(4);
    let remainder = tail.iter().chain(head).fold(0u32, |sum, byte| match byte {
        b'0'..=b'9' => (sum * 10 + u32::from(byte - b'0')) % 97,
        _ => (sum * 100 + u32::from(byte - b'A') + 10) % 97,
    });
    remainder == 1
}

/// A card's digits pass Luhn's check.
fn is_card(text: &str) -> bool {
    let digits: Vec<u32> = text.bytes().filter(u8::is_ascii_digit).map(|byte| u32::from(byte - b'0')).collect();
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| match place % 2 {
            0 => *digit,
            _ if *digit > 4 => digit * 2 - 9,
            _ => digit * 2,
        })
        .sum();
    digits.len() >= 13 && digits.iter().any(|digit| *digit != digits[0]) && sum.is_multiple_of(10)
}

fn is_ip(text: &str) -> bool {
    text.parse::<std::net::Ipv4Addr>().is_ok_and(|ip| !ip.is_loopback() && !ip.is_unspecified() && !ip.is_private())
}

#[cfg(test)]
mod tests;
