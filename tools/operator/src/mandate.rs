//! Mandates on the payer's side: written, signed, posted.

use serde::Serialize;
use solana_sdk::signature::{Keypair, Signer};
use tributary_core::amount::BaseUnits;
use tributary_core::id::{GatewayId, Genesis, PayerId, ProgramId, VaultId};
use tributary_core::mandate::Mandate;
use tributary_core::position::Slot;

/// A mandate as it is posted to a gateway.
#[derive(Clone, Debug, Serialize)]
pub struct SignedMandate {
    /// Its fields.
    #[serde(flatten)]
    pub mandate: Mandate,
    /// The payer's signature of its text, in base58.
    pub signature: String,
}

/// What a payer decides on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// The cluster.
    pub genesis: Genesis,
    /// The vault that holds the deposit.
    pub vault: VaultId,
    /// Who may spend.
    pub gateway: GatewayId,
    /// The most it may spend.
    pub maximum: BaseUnits,
    /// The last slot it serves.
    pub expires: Slot,
    /// Told apart from the payer's other mandates by this.
    pub nonce: u64,
}

/// Writes and signs a mandate.
pub fn sign(payer: &Keypair, terms: &Terms) -> SignedMandate {
    let mandate = Mandate {
        genesis: terms.genesis,
        program: ProgramId(tributary_client::pda::REWARDS.to_bytes()),
        vault: terms.vault,
        payer: PayerId(payer.pubkey().to_bytes()),
        gateway: terms.gateway,
        maximum: terms.maximum,
        expires: terms.expires,
        nonce: terms.nonce,
    };
    let signature = payer.sign_message(mandate.text().as_bytes()).to_string();
    SignedMandate { mandate, signature }
}
