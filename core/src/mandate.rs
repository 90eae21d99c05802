//! Mandates: a payer's signed permission for a gateway to spend.
//!
//! What the payer signs is a text, so that a wallet can show it; the text is a
//! function of the fields and the other way round.

use crate::amount::BaseUnits;
use crate::hash::{VERSION, sha256, tag};
use crate::id::{GatewayId, Genesis, MandateId, PayerId, ProgramId, VaultId};
use crate::position::Slot;
use std::format;
use std::string::String;

/// How much a gateway may spend for a payer, until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Mandate {
    /// The cluster.
    pub genesis: Genesis,
    /// The rewards program.
    pub program: ProgramId,
    /// The vault that holds the deposit.
    pub vault: VaultId,
    /// Who pays and signs.
    pub payer: PayerId,
    /// Who may spend.
    pub gateway: GatewayId,
    /// The most it may spend under this mandate, in base units.
    #[serde(with = "decimal")]
    pub maximum: BaseUnits,
    /// The last slot at which an event may cite it.
    pub expires: Slot,
    /// Told apart from the payer's other mandates by this.
    pub nonce: u64,
}

/// Amounts in JSON are decimal strings.
pub mod decimal {
    use crate::amount::BaseUnits;
    use serde::{Deserialize, Deserializer, Serializer};
    use std::string::String;

    /// As a decimal string.
    pub fn serialize<S: Serializer>(amount: &BaseUnits, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(amount)
    }

    /// From a decimal string.
    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<BaseUnits, D::Error> {
        let text = String::deserialize(d)?;
        text.parse().map(BaseUnits).map_err(serde::de::Error::custom)
    }
}

impl Mandate {
    /// The text that the payer's wallet signs, as UTF-8. Lines end in `\n`
    /// except the last.
    pub fn text(&self) -> String {
        format!(
            "Tributary mandate v1\n\
             I let this gateway spend from my deposit.\n\
             Gateway: {}\nMaximum (base units): {}\nExpires at slot: {}\nVault: {}\n\
             Payer: {}\nProgram: {}\nGenesis: {}\nNonce: {}",
            self.gateway, self.maximum, self.expires, self.vault, self.payer, self.program, self.genesis, self.nonce,
        )
    }

    /// `H(0x05 ‖ version ‖ genesis ‖ program ‖ vault ‖ payer ‖ gateway ‖ maximum
    /// u64 ‖ expiry slot u64 ‖ nonce u64)`.
    pub fn id(&self) -> MandateId {
        MandateId(sha256(&[
            &[tag::MANDATE, VERSION],
            &self.genesis.0,
            &self.program.0,
            &self.vault.0,
            &self.payer.0,
            &self.gateway.0,
            &self.maximum.0.to_le_bytes(),
            &self.expires.0.to_le_bytes(),
            &self.nonce.to_le_bytes(),
        ]))
    }
}
