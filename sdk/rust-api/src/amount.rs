//! Amounts: decimal strings in JSON, whose numbers can't hold them.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// Base units of a token; divide by 10^decimals to show them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(pub u64);

/// Sub-units: 2⁻³² of a base unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubAmount(pub u128);

macro_rules! decimal_string {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map(Self).map_err(|_| D::Error::custom(format_args!("{text:?} is no amount")))
            }
        }
    };
}

decimal_string!(Amount);
decimal_string!(SubAmount);

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_largest_amount_stays_exact_and_nothing_else_is_one() {
        let text = format!("\"{}\"", u64::MAX);
        let amount: Amount = serde_json::from_str(&text).unwrap();
        assert_eq!((amount.0, serde_json::to_string(&amount).unwrap()), (u64::MAX, text));
        for wrong in ["7", "\"-1\"", "\"1.5\"", "\"18446744073709551616\"", "\"\""] {
            assert!(serde_json::from_str::<Amount>(wrong).is_err(), "{wrong}");
        }
    }
}
