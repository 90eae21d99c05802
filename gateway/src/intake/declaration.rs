//! What an owner declares about a dataset, and signs: the file by its hash, how
//! to read it, the licence and the permitted uses. Pure.

use super::croissant::{self, CroissantError};
use super::format::{FILE_BYTES_MAX, Format};
use crate::refusal::words;
use ed25519_dalek::{Signature, VerifyingKey};
use serde::{Deserialize, Serialize};
use tributary_core::content::uses;
use tributary_core::hash::sha256;
use tributary_core::id::{Claimant, FileHash, GatewayId, Genesis};

/// No name, creator or field is longer, in bytes.
const LINE_BYTES_MAX: usize = 128;
/// No description is longer, in bytes.
const DESCRIPTION_BYTES_MAX: usize = 1_000;
/// A record holds this many bytes of a licence.
const LICENCE_BYTES_MAX: usize = 32;

/// Why a declaration is not taken.
#[derive(Debug, thiserror::Error)]
pub enum DeclarationError {
    /// It is for another gateway or cluster.
    #[error("the declaration is for another {0}: sign one for {1}")]
    Foreign(&'static str, String),
    /// A line is empty, too long, or not a line.
    #[error("its {0} must be one line of 1 to {LINE_BYTES_MAX} bytes without control characters")]
    Line(&'static str),
    /// The description is too long.
    #[error("its description must be one line of at most {DESCRIPTION_BYTES_MAX} bytes")]
    Description,
    /// Not an SPDX identifier.
    #[error(
        "{0:?} is not an SPDX licence identifier of at most {LICENCE_BYTES_MAX} characters: use one from spdx.org/licenses, or LicenseRef-<name>"
    )]
    Licence(String),
    /// No use is permitted, or one that does not exist.
    #[error("its uses must be some of train, ground and display, none twice")]
    Uses,
    /// The file is empty or too large.
    #[error("the file has {0} bytes; 1 to {FILE_BYTES_MAX} are taken: split it into several datasets")]
    Size(u64),
    /// The owner's own description is not about this.
    #[error(transparent)]
    Croissant(#[from] CroissantError),
    /// The owner's key did not sign this.
    #[error(
        "the signature is not the owner's under this declaration's text: sign exactly the text with the owner's key"
    )]
    Signature,
}

/// See the module's head.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declaration {
    /// The cluster it will be registered on.
    pub genesis: Genesis,
    /// The gateway that takes it in.
    pub gateway: GatewayId,
    /// Who owns it and signs.
    pub owner: Claimant,
    /// What people call it.
    pub name: String,
    /// Who made it.
    pub creator: String,
    /// A sentence or two.
    #[serde(default)]
    pub description: String,
    /// SHA-256 of the file.
    pub sha256: FileHash,
    /// Its length.
    pub bytes: u64,
    /// How to read it.
    pub format: Format,
    /// Which field or column holds the text; `text` by default.
    #[serde(default)]
    pub field: Option<String>,
    /// SPDX identifier.
    pub licence: String,
    /// What is permitted: `train`, `ground`, `display`.
    pub uses: Vec<String>,
    /// Whether the owner knows of personal data in it and may publish that.
    #[serde(default)]
    pub personal_data: bool,
    /// The owner's own description of it, a Croissant file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub croissant: Option<String>,
}

impl Declaration {
    /// What the owner's wallet signs, as UTF-8. Lines end in `\n` except the last.
    pub fn text(&self) -> String {
        format!(
            "Tributary dataset v1\n\
             I offer this dataset for registration through this gateway.\n\
             Gateway: {}\nName: {}\nCreator: {}\nDescription: {}\nFile SHA-256: {}\nFile bytes: {}\nFormat: {}\n\
             Text field: {}\nLicence: {}\nPermitted uses: {}\nPersonal data: {}\nOwner: {}\nGenesis: {}{}",
            self.gateway,
            self.name,
            self.creator,
            self.description,
            self.sha256,
            self.bytes,
            self.format.name(),
            self.field(),
            self.licence,
            words(self.use_bits()),
            if self.personal_data { "yes, and I may publish it" } else { "none that I know of" },
            self.owner,
            self.genesis,
            self.croissant_hash().map_or_else(String::new, |hash| format!("\nCroissant SHA-256: {hash}")),
        )
    }

    /// Its identity: SHA-256 of the text.
    pub fn id(&self) -> [u8; 32] {
        sha256(&[self.text().as_bytes()])
    }

    /// SHA-256 of the owner's own description.
    pub fn croissant_hash(&self) -> Option<FileHash> {
        self.croissant.as_ref().map(|text| FileHash(sha256(&[text.as_bytes()])))
    }

    /// The field or column that holds the text.
    pub fn field(&self) -> &str {
        self.field.as_deref().unwrap_or("text")
    }

    /// The permitted uses as bits.
    pub fn use_bits(&self) -> u8 {
        self.uses.iter().filter_map(|word| use_bit(word)).fold(0, |bits, bit| bits | bit)
    }

    /// The licence as a record holds it.
    pub fn licence_bytes(&self) -> [u8; LICENCE_BYTES_MAX] {
        let mut bytes = [0; LICENCE_BYTES_MAX];
        for (byte, given) in bytes.iter_mut().zip(self.licence.bytes()) {
            *byte = given;
        }
        bytes
    }

    /// Refuses what cannot be registered. Returns the signature's bytes.
    pub fn check(&self, genesis: Genesis, gateway: GatewayId, signature: &str) -> Result<[u8; 64], DeclarationError> {
        if self.genesis != genesis {
            return Err(DeclarationError::Foreign("cluster", genesis.to_string()));
        }
        if self.gateway != gateway {
            return Err(DeclarationError::Foreign("gateway", gateway.to_string()));
        }
        for (line, what) in [(self.name.as_str(), "name"), (&self.creator, "creator"), (self.field(), "text field")] {
            if line.trim().is_empty() || line.len() > LINE_BYTES_MAX || line.chars().any(char::is_control) {
                return Err(DeclarationError::Line(what));
            }
        }
        if self.description.len() > DESCRIPTION_BYTES_MAX || self.description.chars().any(char::is_control) {
            return Err(DeclarationError::Description);
        }
        if self.licence.len() > LICENCE_BYTES_MAX || !is_licence(&self.licence) {
            return Err(DeclarationError::Licence(self.licence.clone()));
        }
        let bits = self.use_bits();
        if bits == 0 || bits.count_ones() as usize != self.uses.len() {
            return Err(DeclarationError::Uses);
        }
        if self.bytes == 0 || self.bytes > FILE_BYTES_MAX {
            return Err(DeclarationError::Size(self.bytes));
        }
        if let Some(text) = &self.croissant {
            croissant::check(text, &self.licence, &self.sha256)?;
        }
        let mut bytes = [0; 64];
        match bs58::decode(signature).onto(&mut bytes[..]) {
            Ok(64) => {}
            _ => return Err(DeclarationError::Signature),
        }
        VerifyingKey::from_bytes(&self.owner.0)
            .and_then(|key| key.verify_strict(self.text().as_bytes(), &Signature::from_bytes(&bytes)))
            .map_err(|_| DeclarationError::Signature)?;
        Ok(bytes)
    }
}

/// The bit of a use by its name.
pub fn use_bit(word: &str) -> Option<u8> {
    match word {
        "train" => Some(uses::TRAIN),
        "ground" => Some(uses::GROUND),
        "display" => Some(uses::DISPLAY),
        _ => None,
    }
}

/// One identifier of the SPDX list, or a reference of the owner's own.
fn is_licence(text: &str) -> bool {
    let own = text.strip_prefix("LicenseRef-").is_some_and(|name| {
        !name.is_empty() && name.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-' || c == b'.')
    });
    own || spdx::license_id(text).is_some_and(|known| known.name == text)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use ed25519_dalek::{Signer, SigningKey};

    fn declared() -> (Declaration, SigningKey) {
        let key = SigningKey::from_bytes(&[5; 32]);
        let declaration = Declaration {
            genesis: Genesis([1; 32]),
            gateway: GatewayId([2; 32]),
            owner: Claimant(key.verifying_key().to_bytes()),
            name: "Songs of the river".into(),
            creator: "Ann".into(),
            description: String::new(),
            sha256: FileHash([3; 32]),
            bytes: 10,
            format: Format::Text,
            field: None,
            licence: "CC-BY-4.0".into(),
            uses: vec!["train".into(), "display".into()],
            personal_data: false,
            croissant: None,
        };
        (declaration, key)
    }

    fn check(declaration: &Declaration, key: &SigningKey) -> Result<[u8; 64], DeclarationError> {
        let signature = bs58::encode(key.sign(declaration.text().as_bytes()).to_bytes()).into_string();
        declaration.check(Genesis([1; 32]), GatewayId([2; 32]), &signature)
    }

    #[test]
    fn only_the_owner_declares_and_only_what_was_signed() {
        let (declaration, key) = declared();
        let signature = bs58::encode(check(&declaration, &key).unwrap()).into_string();
        assert!(matches!(check(&declaration, &SigningKey::from_bytes(&[6; 32])), Err(DeclarationError::Signature)));
        let other = Declaration { uses: vec!["train".into()], ..declaration };
        let stolen = other.check(Genesis([1; 32]), GatewayId([2; 32]), &signature);
        assert!(matches!(stolen, Err(DeclarationError::Signature)));
    }

    #[test]
    fn what_cannot_be_registered_is_refused_with_what_to_do() {
        let (good, key) = declared();
        let cases = [
            (Declaration { genesis: Genesis([9; 32]), ..good.clone() }, "another cluster"),
            (Declaration { gateway: GatewayId([9; 32]), ..good.clone() }, "another gateway"),
            (Declaration { name: "two\nlines".into(), ..good.clone() }, "name must be one line"),
            (Declaration { creator: " ".into(), ..good.clone() }, "creator must be"),
            (Declaration { licence: "Do what you want".into(), ..good.clone() }, "SPDX"),
            (Declaration { licence: "cc-by-4.0".into(), ..good.clone() }, "SPDX"),
            (Declaration { uses: vec![], ..good.clone() }, "train, ground and display"),
            (Declaration { uses: vec!["train".into(), "train".into()], ..good.clone() }, "none twice"),
            (Declaration { uses: vec!["sell".into()], ..good.clone() }, "train, ground and display"),
            (Declaration { bytes: 0, ..good.clone() }, "0 bytes"),
            (Declaration { croissant: Some("{}".into()), ..good.clone() }, "must be a Dataset"),
            (Declaration { bytes: FILE_BYTES_MAX + 1, ..good.clone() }, "split it"),
            (Declaration { description: "x".repeat(1_001), ..good }, "description"),
        ];
        for (declaration, words) in cases {
            let error = check(&declaration, &key).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
    }

    #[test]
    fn own_licences_are_named_as_spdx_has_it() {
        assert!(is_licence("LicenseRef-river-1") && is_licence("CC0-1.0"));
        assert!(!is_licence("LicenseRef-") && !is_licence("LicenseRef-a b"));
    }
}
