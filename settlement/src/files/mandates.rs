//! The mandates file: what payers signed, by mandate id. Form only; whether a
//! signature is the payer's is for [`crate::compute`] to say.

use super::{FileError, lines};
use serde::{Deserialize, Serialize};
use tributary_core::amount::BaseUnits;
use tributary_core::id::{GatewayId, Genesis, MandateId, PayerId, ProgramId, VaultId};
use tributary_core::mandate::Mandate;
use tributary_core::position::Slot;

/// Name of the file in messages.
pub const FILE: &str = "mandates";

/// A mandate with its payer's signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedMandate {
    /// What was signed.
    pub mandate: Mandate,
    /// Ed25519 over [`Mandate::text`].
    pub signature: [u8; 64],
}

impl SignedMandate {
    /// Whether the payer's key signed the text. Strict: weak keys and
    /// signatures that only some implementations accept are refused.
    pub fn is_signed(&self) -> bool {
        verify(&self.mandate.payer.0, self.mandate.text().as_bytes(), &self.signature)
    }
}

/// Whether `key` signed `message`, strictly.
pub(crate) fn verify(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    ed25519_dalek::VerifyingKey::from_bytes(key)
        .and_then(|key| key.verify_strict(message, &ed25519_dalek::Signature::from_bytes(signature)))
        .is_ok()
}

/// A line: the mandate's fields in its own order, then the signature.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    genesis: Genesis,
    program: ProgramId,
    vault: VaultId,
    payer: PayerId,
    gateway: GatewayId,
    #[serde(with = "tributary_core::mandate::decimal")]
    maximum: BaseUnits,
    expires: Slot,
    nonce: u64,
    #[serde(with = "lines::signature")]
    signature: [u8; 64],
}

/// Writes mandates that are sorted by id.
pub fn encode<'a>(mandates: impl IntoIterator<Item = &'a SignedMandate>) -> Result<Vec<u8>, FileError> {
    lines::encode(
        FILE,
        mandates.into_iter().map(|SignedMandate { mandate: m, signature }| Line {
            genesis: m.genesis,
            program: m.program,
            vault: m.vault,
            payer: m.payer,
            gateway: m.gateway,
            maximum: m.maximum,
            expires: m.expires,
            nonce: m.nonce,
            signature: *signature,
        }),
    )
}

/// Reads mandates and refuses unsorted ones.
pub fn decode(bytes: &[u8]) -> Result<Vec<SignedMandate>, FileError> {
    let mut mandates = Vec::new();
    let mut last: Option<MandateId> = None;
    for (n, l) in lines::decode::<Line>(FILE, bytes)?.into_iter().enumerate() {
        let mandate = Mandate {
            genesis: l.genesis,
            program: l.program,
            vault: l.vault,
            payer: l.payer,
            gateway: l.gateway,
            maximum: l.maximum,
            expires: l.expires,
            nonce: l.nonce,
        };
        let id = mandate.id();
        if last.is_some_and(|last| last >= id) {
            return Err(FileError::Field { file: FILE, line: n + 1, field: "mandate id" });
        }
        last = Some(id);
        mandates.push(SignedMandate { mandate, signature: l.signature });
    }
    Ok(mandates)
}
