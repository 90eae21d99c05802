//! Claims: the newest root that serves is read from the chain, its leaf file
//! from the content store, checked against the root, and what is due is claimed.

use crate::chain::{Care, Chain, ChainError, Landed};
use crate::store::{ContentStore, StoreError};
use solana_sdk::pubkey::Pubkey;
use solana_sdk::signature::{Keypair, Signer};
use tributary_client::rewards::{self, Claim, Payout, ProvenLeaf, Recipient, Root, Vault};
use tributary_client::{ClientError, pda};
use tributary_core::amount::BaseUnits;
use tributary_core::bytes::DecodeError;
use tributary_core::id::{Claimant, FileHash, RootId, VaultId};
use tributary_core::leaf::LeafClass;
use tributary_core::leaf_file::LeafFile;
use tributary_core::manifest::Manifest;
use tributary_core::position::Epoch;
use tributary_core::tree::Tree;

/// Compute units of a claim that creates both accounts, with room.
const CLAIM_UNITS: u32 = 200_000;

/// Why a claim could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ClaimError {
    /// The chain.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// The content store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is nothing to claim from yet.
    #[error("no root serves yet in this vault: wait until the first epoch is settled and its challenge window passed")]
    NoRoot,
    /// A published file is not what it should be.
    #[error("the published file {hash} cannot be read")]
    File {
        /// Which.
        hash: FileHash,
        /// Why.
        source: DecodeError,
    },
    /// The published leaves do not make the root on the chain.
    #[error("the published leaves do not make the root on the chain: do not trust this content store")]
    OtherRoot,
    /// No leaf.
    #[error("{0} has nothing to claim under the newest root: see `tributary balance`")]
    Nothing(Claimant),
}

/// A root that serves, with its leaves.
pub struct Serving {
    /// The vault.
    pub vault: Vault,
    /// Its identity.
    pub root: RootId,
    /// Its place in the ring.
    pub place: u8,
    /// Its epoch.
    pub epoch: Epoch,
    /// The leaves.
    pub leaves: LeafFile,
    tree: Tree,
}

/// What a claimant has and gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entitlement {
    /// What for.
    pub class: LeafClass,
    /// Since the vault's beginning.
    pub cumulative: BaseUnits,
    /// Paid so far.
    pub claimed: BaseUnits,
}

impl Entitlement {
    /// What a claim would pay now.
    pub fn due(&self) -> BaseUnits {
        BaseUnits(self.cumulative.0.saturating_sub(self.claimed.0))
    }
}

/// A claim that was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// What for.
    pub class: LeafClass,
    /// What the chain has paid: less than was due when the vault's outflow is limited.
    pub paid: BaseUnits,
    /// The transaction.
    pub landed: Landed,
}

/// Reads the newest serving root of a mint's vault and its leaves.
pub async fn serving(chain: &Chain, store: &ContentStore, mint: &Pubkey) -> Result<Serving, ClaimError> {
    let (id, vault) = crate::vault::read(chain, mint).await?;
    if vault.head_epoch == Epoch(0) {
        return Err(ClaimError::NoRoot);
    }
    let address = pda::root(&id, vault.head_place);
    let data = chain.account(&address).await?.ok_or(ClaimError::NoRoot)?;
    let root = Root::decode(&data).map_err(|source| ChainError::Account { address, source })?;
    let manifest = store.read(&root.manifest)?;
    let manifest = Manifest::decode(&manifest).map_err(|source| ClaimError::File { hash: root.manifest, source })?;
    let file = store.read(&manifest.leaf_file)?;
    let (leaves, tree) =
        LeafFile::decode(&file).map_err(|source| ClaimError::File { hash: manifest.leaf_file, source })?;
    if tree.root().hash != root.tree_hash || leaves.class_totals() != root.class_totals || leaves.domain != vault.domain
    {
        return Err(ClaimError::OtherRoot);
    }
    Ok(Serving { vault, root: root.id, place: vault.head_place, epoch: root.epoch, leaves, tree })
}

impl Serving {
    /// The vault's address.
    pub fn vault_id(&self) -> VaultId {
        pda::vault(&self.vault.mint)
    }

    /// What a claimant has, in every class it has something in.
    pub async fn entitlements(&self, chain: &Chain, claimant: &Claimant) -> Result<Vec<Entitlement>, ClaimError> {
        let mut out = Vec::new();
        for class in LeafClass::ALL {
            let Some((_, leaf)) = self.leaves.find(class, claimant) else { continue };
            let claimed = claimed(chain, &self.vault_id(), class, claimant).await?;
            out.push(Entitlement { class, cumulative: leaf.cumulative, claimed });
        }
        Ok(out)
    }

    /// Claims what is due in a class; `payer` pays fee and rent.
    pub async fn claim(
        &self,
        chain: &Chain,
        payer: &Keypair,
        class: LeafClass,
        claimant: &Claimant,
    ) -> Result<Claimed, ClaimError> {
        let (index, leaf) = self.leaves.find(class, claimant).ok_or(ClaimError::Nothing(*claimant))?;
        let proof = self.tree.proof(index).ok_or(ClaimError::OtherRoot)?;
        let before = claimed(chain, &self.vault_id(), class, claimant).await?;
        let payout = Payout { recipient: recipient(chain, claimant).await?, ..Payout::default() };
        let instruction = rewards::claim(
            &payer.pubkey(),
            &self.vault.mint,
            &self.vault.token_program,
            &ProvenLeaf {
                place: self.place,
                class,
                claimant: *claimant,
                cumulative: leaf.cumulative,
                index,
                proof: &proof,
            },
            &payout,
        );
        let landed = chain.submit(&[instruction], payer, &[], Care::Limit(CLAIM_UNITS)).await?;
        let after = claimed(chain, &self.vault_id(), class, claimant).await?;
        Ok(Claimed { class, paid: BaseUnits(after.0.saturating_sub(before.0)), landed })
    }
}

/// What a claimant has been paid in a class, since the beginning.
pub async fn claimed(
    chain: &Chain,
    vault: &VaultId,
    class: LeafClass,
    claimant: &Claimant,
) -> Result<BaseUnits, ChainError> {
    let address = pda::claim(vault, class, &Pubkey::from(claimant.0));
    let Some(data) = chain.account(&address).await? else { return Ok(BaseUnits::ZERO) };
    Claim::decode(&data).map(|claim| claim.claimed).map_err(|source| ChainError::Account { address, source })
}

/// Whom a claimant has chosen to receive what it is owed.
pub async fn recipient(chain: &Chain, claimant: &Claimant) -> Result<Option<Pubkey>, ChainError> {
    let address = pda::recipient(&Pubkey::from(claimant.0));
    let Some(data) = chain.account(&address).await? else { return Ok(None) };
    match Recipient::decode(&data) {
        Ok(recipient) => Ok(recipient.chosen),
        // Lamports sent ahead make an account too, and so does a claimant who allocates it without choosing.
        Err(ClientError::WrongAccount(_)) => Ok(None),
        Err(source) => Err(ChainError::Account { address, source }),
    }
}
