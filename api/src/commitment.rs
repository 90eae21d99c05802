//! How sure a row is. Rows that are only processed are not in the database at
//! all: docs/decisions/0020 says why.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How sure it is what the chain says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Commitment {
    /// It can no longer be undone, and nothing before it is missing: about 13 seconds after it happened.
    #[default]
    Finalised,
    /// Most of the network voted for it: sooner, and all but certain.
    Confirmed,
}

impl Commitment {
    /// Of an event of `slot`, when everything up to `finalised_slot` is final.
    pub fn at(slot: u64, finalised_slot: u64) -> Self {
        if slot <= finalised_slot { Self::Finalised } else { Self::Confirmed }
    }

    /// The one that the database writes so.
    pub fn of(text: &str) -> Option<Self> {
        match text {
            "confirmed" => Some(Self::Confirmed),
            "finalised" => Some(Self::Finalised),
            _ => None,
        }
    }
}
