//! Registration: content and metadata are published, a commitment is recorded,
//! and after the minimum delay it is revealed. Each step can be repeated: what
//! was done before is found and left alone.

use crate::chain::{Care, Chain, ChainError, Landed};
use crate::keys;
use crate::store::{ContentStore, StoreError};
use serde::{Deserialize, Serialize};
use solana_sdk::pubkey::Pubkey;
use solana_sdk::signature::{Keypair, Signer};
use tributary_client::registry::{self, Asset, CoOwner, CommitmentRecord, Register, RegistryConfig};
use tributary_client::{errors, pda};
use tributary_core::amount::BasisPoints;
use tributary_core::content::AssetKind;
use tributary_core::id::{AssetId, Claimant, FileHash, Genesis};
use tributary_core::position::Slot;

/// Compute units of a commitment, with room.
const COMMIT_UNITS: u32 = 60_000;
/// Compute units of a reveal with 16 parents and 16 co-owners, with room.
const REGISTER_UNITS: u32 = 400_000;
/// What the secret salts of commitments are made for.
const SALT_PURPOSE: &str = "Tributary registration salt v1";
/// The vocabulary of the metadata.
const CONFORMS_TO: &str = "http://mlcommons.org/croissant/1.1";

/// Why something could not be registered.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// The chain.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// The content store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A licence that does not fit.
    #[error("{0:?} is not an SPDX identifier of at most 32 printable characters: use one from spdx.org/licenses")]
    Licence(String),
    /// The same content, registered by somebody else.
    #[error("this content is registered as {asset} by {owner}: name that asset as a parent instead")]
    Taken {
        /// The record.
        asset: AssetId,
        /// Its owner.
        owner: Pubkey,
    },
    /// Metadata that cannot be written as JSON.
    #[error("the metadata cannot be written")]
    Metadata(#[source] serde_json::Error),
}

/// What is published about an asset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// What people call it.
    pub name: String,
    /// Who made it.
    pub creator: String,
    /// SPDX identifier.
    pub license: String,
    /// A sentence or two.
    pub description: String,
    /// The vocabulary.
    #[serde(rename = "conformsTo")]
    pub conforms_to: String,
}

/// An asset to register.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What it is.
    pub kind: AssetKind,
    /// Its bytes.
    pub content: Vec<u8>,
    /// What people call it.
    pub name: String,
    /// Who made it.
    pub creator: String,
    /// A sentence or two.
    pub description: String,
    /// SPDX identifier.
    pub licence: String,
    /// Permitted uses as bits.
    pub uses: u8,
    /// How a model mixes the policies, in basis points; zeros for the default.
    pub mix_bps: [u16; 5],
    /// Parents with their royalties; at most 16.
    pub parents: Vec<(AssetId, BasisPoints)>,
    /// Co-owners with their shares; empty for the owner alone.
    pub co_owners: Vec<(Claimant, BasisPoints)>,
}

/// What happened to a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registered {
    /// It is on the chain now.
    Now(Landed),
    /// It was already.
    Before,
}

/// Publishes content and metadata and makes the registration of them.
pub fn publish(store: &ContentStore, plan: &Plan, owner: &Keypair, shard: u8) -> Result<Register, RegisterError> {
    let licence = licence_bytes(&plan.licence)?;
    let metadata = Metadata {
        name: plan.name.clone(),
        creator: plan.creator.clone(),
        license: plan.licence.clone(),
        description: plan.description.clone(),
        conforms_to: CONFORMS_TO.into(),
    };
    let metadata = serde_json::to_vec(&metadata).map_err(RegisterError::Metadata)?;
    let content_hash = store.publish(&plan.content)?;
    let metadata_hash = store.publish(&metadata)?;
    let uri = format!("sha256:{content_hash}");
    let address = owner.pubkey();
    let co_owners = match &plan.co_owners[..] {
        [] => vec![CoOwner { key: address, share_bps: BasisPoints::ONE.get() }],
        some => some.iter().map(|(key, share)| CoOwner { key: key.0.into(), share_bps: share.get() }).collect(),
    };
    Ok(Register {
        payer: address,
        owner: address,
        commitment_payer: address,
        shard,
        kind: plan.kind,
        content_hash,
        content_length: plan.content.len() as u64,
        salt: salt(owner, content_hash),
        metadata_hash,
        uri_hash: FileHash(tributary_core::hash::sha256(&[uri.as_bytes()])),
        licence,
        uses: plan.uses,
        royalty_mode: 0,
        mix_bps: plan.mix_bps,
        parents: plan.parents.iter().map(|(asset, royalty)| (*asset, royalty.get())).collect(),
        co_owners,
    })
}

/// What keeps an owner's commitment to this content from being guessed; the same
/// each time, so that a registration can be gone on with.
pub fn salt(owner: &Keypair, content: FileHash) -> [u8; 32] {
    keys::secret_of(owner, SALT_PURPOSE, &content.0)
}

/// The registry's settings.
pub async fn config(chain: &Chain) -> Result<RegistryConfig, ChainError> {
    let address = pda::registry_config();
    let data = chain.account(&address).await?.ok_or(ChainError::Missing {
        what: "registry",
        address,
        next: "set the programs up first (`tributary init`), or check --rpc",
    })?;
    RegistryConfig::decode(&data).map_err(|source| ChainError::Account { address, source })
}

/// The asset's record, when it is registered by this owner.
pub async fn existing(chain: &Chain, reveal: &Register) -> Result<Option<Asset>, RegisterError> {
    let id = reveal.asset();
    let address = Pubkey::from(id.0);
    let Some(data) = chain.account(&address).await? else { return Ok(None) };
    let asset = Asset::decode(&data).map_err(|source| ChainError::Account { address, source })?;
    if asset.owner != reveal.owner {
        return Err(RegisterError::Taken { asset: id, owner: asset.owner });
    }
    Ok(Some(asset))
}

/// The first slot at which the parents may be named: when no older commitment
/// can displace them any more. Parents that are not registered are not waited for.
pub async fn parents_ripe(chain: &Chain, reveal: &Register) -> Result<Slot, RegisterError> {
    let addresses: Vec<Pubkey> = reveal.parents.iter().map(|(parent, _)| Pubkey::from(parent.0)).collect();
    let mut ripe = Slot(0);
    for (address, data) in addresses.iter().zip(chain.accounts(&addresses).await?) {
        let Some(data) = data else { continue };
        let parent = Asset::decode(&data).map_err(|source| ChainError::Account { address: *address, source })?;
        ripe = ripe.max(Slot(parent.displaceable_until.0.saturating_add(1)));
    }
    Ok(ripe)
}

/// Records the commitment, unless it is there. Returns its slot.
pub async fn commit(
    chain: &Chain,
    reveal: &Register,
    owner: &Keypair,
    genesis: &Genesis,
) -> Result<Slot, RegisterError> {
    let commitment = reveal.commitment(genesis);
    let address = pda::commitment(&commitment.0);
    if let Some(data) = chain.account(&address).await? {
        let record = CommitmentRecord::decode(&data).map_err(|source| ChainError::Account { address, source })?;
        return Ok(record.slot);
    }
    let instruction = registry::commit(&reveal.payer, reveal.shard, &commitment);
    Ok(chain.submit(&[instruction], owner, &[], Care::Limit(COMMIT_UNITS)).await?.slot)
}

/// Reveals a commitment made at `committed`, once its minimum delay has passed
/// and nobody can displace the parents any more.
pub async fn reveal(
    chain: &Chain,
    reveal: &Register,
    owner: &Keypair,
    config: &RegistryConfig,
    committed: Slot,
) -> Result<Registered, RegisterError> {
    chain.reach(Slot(committed.0.saturating_add(config.settings.reveal_min_slots))).await?;
    chain.reach(parents_ripe(chain, reveal).await?).await?;
    let instruction = registry::register(reveal, &config.genesis);
    match chain.submit(&[instruction], owner, &[], Care::Limit(REGISTER_UNITS)).await {
        Ok(landed) => Ok(Registered::Now(landed)),
        // Another run of the same registration may have been quicker.
        Err(error) => match existing(chain, reveal).await? {
            Some(_) => Ok(Registered::Before),
            None => Err(error.into()),
        },
    }
}

/// The whole registration.
pub async fn register(chain: &Chain, registration: &Register, owner: &Keypair) -> Result<Registered, RegisterError> {
    if existing(chain, registration).await?.is_some() {
        return Ok(Registered::Before);
    }
    let config = config(chain).await?;
    let committed = commit(chain, registration, owner, &config.genesis).await?;
    reveal(chain, registration, owner, &config, committed).await
}

/// An SPDX identifier as it stands in a record.
fn licence_bytes(text: &str) -> Result<[u8; 32], RegisterError> {
    let fits = !text.is_empty() && text.len() <= 32 && text.bytes().all(|c| c.is_ascii_graphic());
    if !fits {
        return Err(RegisterError::Licence(text.into()));
    }
    let mut bytes = [0; 32];
    bytes[..text.len()].copy_from_slice(text.as_bytes());
    Ok(bytes)
}

/// What a program calls the error of this code; for tests and logs.
pub fn refusal_name(error: &ChainError) -> Option<&'static str> {
    match error {
        ChainError::Refused { refusal: Some(refusal), .. } => {
            errors::explain(&refusal.program, refusal.code).map(|known| known.name)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn plan(content: &str) -> Plan {
        Plan {
            kind: AssetKind::Dataset,
            content: content.into(),
            name: "A text".into(),
            creator: "Somebody".into(),
            description: "For a test".into(),
            licence: "CC0-1.0".into(),
            uses: tributary_core::content::uses::ALL,
            mix_bps: [0; 5],
            parents: Vec::new(),
            co_owners: Vec::new(),
        }
    }

    #[test]
    fn a_repeated_registration_commits_to_the_same_thing_and_another_owner_to_another() {
        let folder = tempfile::tempdir().unwrap();
        let store = ContentStore::new(folder.path());
        let genesis = Genesis([1; 32]);
        let of = |name: &str, text: &str| {
            publish(&store, &plan(text), &keys::development(name), 0).unwrap().commitment(&genesis)
        };
        assert_eq!(of("ann", "x"), of("ann", "x"));
        assert_ne!(of("ann", "x"), of("bob", "x"));
        assert_ne!(of("ann", "x"), of("ann", "y"));
    }

    #[test]
    fn the_owner_owns_everything_unless_co_owners_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let owner = keys::development("ann");
        let registration = publish(&ContentStore::new(folder.path()), &plan("x"), &owner, 0).unwrap();
        assert_eq!(registration.co_owners, [CoOwner { key: owner.pubkey(), share_bps: 10_000 }]);
    }

    #[test]
    fn a_licence_that_is_no_identifier_is_refused() {
        for text in ["", "two words", "x".repeat(33).as_str(), "Lizenz-für-alle"] {
            assert!(matches!(licence_bytes(text), Err(RegisterError::Licence(_))), "{text}");
        }
        assert_eq!(&licence_bytes("MIT").unwrap()[..4], b"MIT\0");
    }
}
