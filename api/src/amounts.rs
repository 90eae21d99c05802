//! Amounts as they stand in answers: decimal strings, so that no reader's
//! floating point can touch them.

use serde::{Serialize, Serializer};
use tributary_core::amount::{BaseUnits, SubUnits};
use tributary_core::id::{MintId, VaultId};
use utoipa::ToSchema;

/// Base units of the token as a decimal string; divide by 10^decimals to show it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, ToSchema)]
#[schema(value_type = String, pattern = r"^(0|[1-9][0-9]{0,19})$", example = "1500000")]
pub struct Amount(pub BaseUnits);

/// Sub-units (2^-32 of a base unit) as a decimal string.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, ToSchema)]
#[schema(value_type = String, pattern = r"^(0|[1-9][0-9]{0,38})$", example = "6442450944000000")]
pub struct SubAmount(pub SubUnits);

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(&self.0)
    }
}

impl Serialize for SubAmount {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(&self.0)
    }
}

/// What amounts beside it are counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Token {
    /// The vault that holds the tokens.
    #[schema(value_type = String)]
    pub vault: VaultId,
    /// The token's mint.
    #[schema(value_type = String)]
    pub mint: MintId,
    /// Decimal places of one token.
    pub decimals: u8,
}
