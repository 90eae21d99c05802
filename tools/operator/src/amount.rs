//! Amounts as people write them: decimal tokens to base units and back, exactly.

use tributary_core::amount::BaseUnits;

/// Why a text is not an amount.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Not digits with at most one point.
    #[error("{0:?} is not an amount: write tokens as digits with at most one point, such as 12.5")]
    Form(String),
    /// More decimals than the mint has.
    #[error("{text:?} has more than {decimals} decimals, the most this token has")]
    TooFine {
        /// As given.
        text: String,
        /// The mint's.
        decimals: u8,
    },
    /// More than 64 bits of base units.
    #[error("{0:?} is more than a token account can hold")]
    TooLarge(String),
}

/// Reads tokens, such as `1.5` or `1_000`, as base units.
pub fn parse(text: &str, decimals: u8) -> Result<BaseUnits, AmountError> {
    let form = || AmountError::Form(text.into());
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|c| c.is_ascii_digit() || c == b'_');
    if !digits(whole) || !digits(fraction) || !text.bytes().any(|c| c.is_ascii_digit()) {
        return Err(form());
    }
    let whole = whole.replace('_', "");
    let fraction = fraction.replace('_', "");
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > decimals.into() {
        return Err(AmountError::TooFine { text: text.into(), decimals });
    }
    let all = format!("{whole}{fraction:0<width$}", width = usize::from(decimals));
    // Only digits: what can go wrong is the size.
    all.parse().map(BaseUnits).map_err(|_| AmountError::TooLarge(text.into()))
}

/// Writes base units as tokens, thousands apart: `1,234.5`.
pub fn format(amount: BaseUnits, decimals: u8) -> String {
    let digits = format!("{:0>width$}", amount.0, width = usize::from(decimals) + 1);
    let (whole, fraction) = digits.split_at(digits.len() - usize::from(decimals));
    let mut out = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    let fraction = fraction.trim_end_matches('0');
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn tokens_are_read_exactly() {
        for (text, expected) in
            [("1.5", 1_500_000), ("0.000001", 1), ("1_000", 1_000_000_000), (".5", 500_000), ("2.", 2_000_000)]
        {
            assert_eq!(parse(text, 6).unwrap(), BaseUnits(expected), "{text}");
        }
        assert_eq!(parse("7", 0).unwrap(), BaseUnits(7));
        assert_eq!(parse("1.500000000", 6).unwrap(), BaseUnits(1_500_000));
    }

    #[test]
    fn what_is_no_amount_is_refused_by_cause() {
        for text in ["", ".", "-1", "1e6", "1.2.3", "one", "1,5", "_"] {
            assert!(matches!(parse(text, 6), Err(AmountError::Form(_))), "{text}");
        }
        assert!(matches!(parse("0.0000001", 6), Err(AmountError::TooFine { .. })));
        assert!(matches!(parse("18446744073710", 6), Err(AmountError::TooLarge(_))));
    }

    #[test]
    fn amounts_are_written_for_people() {
        assert_eq!(format(BaseUnits(1_234_567_500_000), 6), "1,234,567.5");
        assert_eq!(format(BaseUnits(1), 6), "0.000001");
        assert_eq!(format(BaseUnits(0), 6), "0");
        assert_eq!(format(BaseUnits(1_000), 0), "1,000");
    }

    proptest::proptest! {
        #[test]
        fn what_is_written_is_read_back(amount: u64, decimals in 0u8..=18) {
            let text = format(BaseUnits(amount), decimals).replace(',', "");
            proptest::prop_assert_eq!(parse(&text, decimals), Ok(BaseUnits(amount)));
        }
    }
}
