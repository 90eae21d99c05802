//! The owner's transactions: what a dataset's record will say, and the two
//! instructions that make it, commitment first. The owner signs and sends them;
//! this gateway holds no key of an owner and asks no node. Pure.

use super::declaration::Declaration;
use serde::Serialize;
use solana_instruction::Instruction;
use tributary_client::registry::{self, CoOwner, Register};
use tributary_core::amount::BasisPoints;
use tributary_core::content::AssetKind;
use tributary_core::hash::sha256;
use tributary_core::id::{AssetId, FileHash};

/// The vocabulary of the metadata.
const CONFORMS_TO: &str = "http://mlcommons.org/croissant/1.1";
/// The event sequence that registrations use.
const SHARD: u8 = 0;

/// What is known of a dataset once it is published.
#[derive(Clone, Copy, Debug)]
pub struct Content {
    /// SHA-256 of its text.
    pub hash: FileHash,
    /// Its length in bytes.
    pub bytes: u64,
    /// SHA-256 of its metadata.
    pub metadata: FileHash,
}

/// An account of an instruction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Account {
    /// Its address.
    pub address: String,
    /// Whether it signs.
    pub signer: bool,
    /// Whether it changes.
    pub writable: bool,
}

/// An instruction as any client can build it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Call {
    /// The program.
    pub program: String,
    /// In order.
    pub accounts: Vec<Account>,
    /// In hexadecimal digits.
    pub data: String,
}

/// Both transactions, for the owner to sign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Prepared {
    /// The record there will be.
    pub asset: AssetId,
    /// First: the commitment.
    pub commit: Call,
    /// Then, after the registry's minimum delay: what was committed to.
    pub register: Call,
}

/// The metadata of a dataset: Croissant's vocabulary with what the intake knows, and
/// the owner's own description in it, to the byte.
pub fn metadata(declaration: &Declaration, text: FileHash, records: u64) -> serde_json::Value {
    let mut metadata = serde_json::json!({
        "@context": {"@vocab": "https://schema.org/", "cr": "http://mlcommons.org/croissant/"},
        "@type": "Dataset",
        "conformsTo": CONFORMS_TO,
        "name": declaration.name,
        "creator": declaration.creator,
        "description": declaration.description,
        "license": declaration.licence,
        "usageInfo": crate::refusal::words(declaration.use_bits()),
        "hasSensitivePersonalInformation": declaration.personal_data,
        "distribution": [
            {
                "@type": "cr:FileObject",
                "name": "source",
                "encodingFormat": declaration.format.name(),
                "sha256": declaration.sha256,
                "contentSize": declaration.bytes.to_string(),
            },
            {
                "@type": "cr:FileObject",
                "name": "text",
                "encodingFormat": "text/plain; charset=utf-8",
                "sha256": text,
                "prov:wasDerivedFrom": "source",
                "cr:field": declaration.field(),
                "records": records,
            },
        ],
    });
    if let (Some(text), Some(hash)) = (&declaration.croissant, declaration.croissant_hash()) {
        metadata["subjectOf"] = serde_json::json!({
            "@type": "CreativeWork",
            "encodingFormat": "application/ld+json",
            "sha256": hash,
            "text": text,
        });
    }
    metadata
}

/// What the owner will reveal.
pub fn register(declaration: &Declaration, content: Content, salt: [u8; 32]) -> Register {
    let owner = solana_address::Address::new_from_array(declaration.owner.0);
    let uri = format!("sha256:{}", content.hash);
    Register {
        payer: owner,
        owner,
        commitment_payer: owner,
        shard: SHARD,
        kind: AssetKind::Dataset,
        content_hash: content.hash,
        content_length: content.bytes,
        salt,
        metadata_hash: content.metadata,
        uri_hash: FileHash(sha256(&[uri.as_bytes()])),
        licence: declaration.licence_bytes(),
        uses: declaration.use_bits(),
        royalty_mode: 0,
        mix_bps: [0; 5],
        parents: Vec::new(),
        co_owners: vec![CoOwner { key: owner, share_bps: BasisPoints::ONE.get() }],
    }
}

/// Both transactions.
pub fn prepare(declaration: &Declaration, content: Content, salt: [u8; 32]) -> Prepared {
    let reveal = register(declaration, content, salt);
    let commitment = reveal.commitment(&declaration.genesis);
    Prepared {
        asset: reveal.asset(),
        commit: call(&registry::commit(&reveal.payer, reveal.shard, &commitment)),
        register: call(&registry::register(&reveal, &declaration.genesis)),
    }
}

fn call(instruction: &Instruction) -> Call {
    let accounts = instruction.accounts.iter().map(|account| Account {
        address: account.pubkey.to_string(),
        signer: account.is_signer,
        writable: account.is_writable,
    });
    Call {
        program: instruction.program_id.to_string(),
        accounts: accounts.collect(),
        data: hex::encode(&instruction.data),
    }
}
