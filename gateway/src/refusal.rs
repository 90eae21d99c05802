//! A use that a record forbids, refused in writing: which record, what it
//! permits, what was needed, as of which slot, signed with the gateway's key. A
//! caller can show it to the owner; whoever reads it can check it against the
//! chain. Decides nothing: [`crate::catalogue::build`] does.

use ed25519_dalek::{Signer, SigningKey};
use serde::Serialize;
use tributary_core::content::uses;
use tributary_core::id::{AssetId, GatewayId, GatewayKey};
use tributary_core::position::Slot;

/// What forbids a use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Forbidden {
    /// The record that does.
    pub record: AssetId,
    /// What it permits ([`uses`]).
    pub permitted: u8,
    /// What was needed.
    pub needed: u8,
}

/// See the module's head.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// Who refuses.
    pub gateway: GatewayId,
    /// What was asked for: an agent, or a dataset.
    pub asked: AssetId,
    /// The record that forbids it.
    pub record: AssetId,
    /// What it permits, in words.
    pub permitted: String,
    /// What was needed, in words.
    pub needed: String,
    /// The finalised slot as of which the record was read.
    pub slot: Slot,
    /// The key that signed.
    pub key: GatewayKey,
    /// Ed25519 over [`Self::text`], in base58.
    pub signature: String,
}

impl Refusal {
    /// Writes and signs one.
    pub fn sign(gateway: GatewayId, asked: AssetId, forbidden: Forbidden, slot: Slot, key: &SigningKey) -> Self {
        let mut refusal = Self {
            gateway,
            asked,
            record: forbidden.record,
            permitted: words(forbidden.permitted),
            needed: words(forbidden.needed),
            slot,
            key: GatewayKey(key.verifying_key().to_bytes()),
            signature: String::new(),
        };
        refusal.signature = bs58::encode(key.sign(refusal.text().as_bytes()).to_bytes()).into_string();
        refusal
    }

    /// What is signed, as UTF-8. Lines end in `\n` except the last.
    pub fn text(&self) -> String {
        format!(
            "Tributary refusal v1\n\
             This gateway refuses a use that a record does not permit.\n\
             Gateway: {}\nAsked for: {}\nRecord: {}\nPermitted: {}\nNeeded: {}\nAs of slot: {}\nKey: {}",
            self.gateway, self.asked, self.record, self.permitted, self.needed, self.slot, self.key,
        )
    }
}

/// Uses in words, in a fixed order; `none` for none.
pub fn words(bits: u8) -> String {
    let named = [(uses::TRAIN, "train"), (uses::GROUND, "ground"), (uses::DISPLAY, "display")];
    let words: Vec<&str> = named.iter().filter(|(bit, _)| bits & bit != 0).map(|(_, word)| *word).collect();
    if words.is_empty() { "none".into() } else { words.join(", ") }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use ed25519_dalek::Signature;

    #[test]
    fn a_refusal_names_the_record_and_its_signature_holds_for_nothing_else() {
        let key = SigningKey::from_bytes(&[7; 32]);
        let forbidden =
            Forbidden { record: AssetId([3; 32]), permitted: uses::GROUND, needed: uses::TRAIN | uses::DISPLAY };
        let refusal = Refusal::sign(GatewayId([1; 32]), AssetId([2; 32]), forbidden, Slot(9), &key);
        assert_eq!((refusal.permitted.as_str(), refusal.needed.as_str()), ("ground", "train, display"));
        let bytes: [u8; 64] = bs58::decode(&refusal.signature).into_vec().unwrap().try_into().unwrap();
        let holds =
            |text: String| key.verifying_key().verify_strict(text.as_bytes(), &Signature::from_bytes(&bytes)).is_ok();
        assert!(holds(refusal.text()));
        assert!(!holds(Refusal { record: AssetId([4; 32]), ..refusal.clone() }.text()));
        assert!(!holds(Refusal { slot: Slot(10), ..refusal }.text()));
        assert_eq!(words(0), "none");
    }
}
