//! What the net catches, what it lets through, and that it keeps what it found.
#![allow(clippy::unwrap_used)]

use super::*;

#[test]
fn every_pattern_compiles() {
    assert_eq!(SECRET_PATTERNS.len(), SECRETS.len());
    assert_eq!(PERSONAL_PATTERNS.len(), PERSONAL.len());
}

#[test]
fn secrets_of_every_kind_are_found_with_their_line_and_not_repeated_in_the_report() {
    let keypair = format!("[{}]", vec!["17"; 64].join(","));
    let samples = [
        ("private key", "-----BEGIN OPENSSH PRIVATE KEY-----".to_string()),
        ("AWS access key", ["AKIA", "IOSFODNN7EXAMPLE"].concat()),
        ("GitHub token", ["ghp_", &"a1B2".repeat(9)].concat()),
        ("Slack token", ["xoxb-", "123456789012-abcdefghij"].concat()),
        ("Google API key", ["AIza", &"a1B2-".repeat(7)].concat()),
        ("model API key", ["sk-", &"a1B2".repeat(9)].concat()),
        ("JSON web token", ["eyJhbGciOiJIUzI1", ".eyJzdWIiOiIxMjM0NTY", ".abcdefghijklmnop"].concat()),
        ("Tributary key", ["trb_", &"a1B2c".repeat(9)].concat()),
        ("Solana keypair", keypair),
    ];
    for (kind, sample) in samples {
        let report = scan(&format!("one line\nand here: {sample}\n"));
        let finding = report.secrets.iter().find(|finding| finding.kind == kind);
        let finding = finding.unwrap_or_else(|| panic!("no {kind}: {report:?}"));
        assert_eq!((finding.count, finding.lines.as_slice()), (1, &[2][..]));
        assert!(!serde_json::to_string(&report).unwrap().contains(&sample));
    }
}

#[test]
fn personal_data_is_counted_and_numbers_that_only_look_like_it_are_not() {
    let report =
        scan("ann@example.org, bob@example.org\nDE89 3704 0044 0532 0130 00\n4111 1111 1111 1111\n+49 30 1234 5678\n");
    let counts: Vec<(&str, u64)> =
        report.personal.iter().map(|finding| (finding.kind.as_str(), finding.count)).collect();
    assert!(counts.contains(&("e-mail address", 2)), "{counts:?}");
    assert!(counts.contains(&("bank account (IBAN)", 1)), "{counts:?}");
    assert!(counts.contains(&("payment card", 1)), "{counts:?}");
    assert!(counts.contains(&("telephone number", 1)), "{counts:?}");
    let clean =
        scan("In 1984 the mill made 4111 1111 1111 1112 turns, version 1.2.3.400 of DE00 3704 0044 0532 0130 00.");
    assert_eq!(clean, Report::default());
}

#[test]
fn an_ordinary_text_is_clean() {
    let text = "The river carries a stone to the sea. \"Who asks?\" said the lantern; nobody did.\n".repeat(200);
    assert_eq!(scan(&text), Report::default());
}
