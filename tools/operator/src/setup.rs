//! Setting up a network: both programs, vaults, gateways. Each step finds what
//! was done before and leaves it alone.

use crate::chain::{Care, Chain, ChainError, Landed};
use solana_sdk::pubkey::Pubkey;
use solana_sdk::signature::{Keypair, Signer};
use tributary_client::pda;
use tributary_client::registry::{self, Gateway, RegistrySettings};
use tributary_client::rewards::{self, Initialize, VaultSettings};
use tributary_core::id::{GatewayId, VaultId};
use tributary_core::position::Slot;

/// The slot by which a gateway's key is valid at once.
const NOW: Slot = Slot(0);

/// The roles and delays a network starts with.
#[derive(Clone, Debug)]
pub struct Roles {
    /// Who posts roots.
    pub poster: Pubkey,
    /// Who may pause.
    pub guardian: Pubkey,
    /// Who may attest and veto.
    pub watchers: Vec<Pubkey>,
    /// How many must attest.
    pub threshold: u8,
    /// How many slots loosening changes wait.
    pub timelock_slots: u64,
    /// How many seconds they wait; both must pass.
    pub timelock_seconds: u64,
    /// The registry's delays, windows and deposits.
    pub registry: RegistrySettings,
}

/// Sets both programs up; `authority` is their upgrade authority and becomes the
/// governor. Returns the transactions that were needed.
pub async fn initialize(chain: &Chain, authority: &Keypair, roles: &Roles) -> Result<Vec<Landed>, ChainError> {
    let genesis = chain.genesis().await?;
    let mut landed = Vec::new();
    if chain.account(&pda::registry_config()).await?.is_none() {
        let instruction = registry::initialize(&authority.pubkey(), &genesis, &roles.registry);
        landed.push(chain.submit(&[instruction], authority, &[], Care::Simulate).await?);
    }
    if chain.account(&pda::rewards_config()).await?.is_none() {
        let instruction = rewards::initialize(&Initialize {
            authority: authority.pubkey(),
            genesis,
            poster: roles.poster,
            guardian: roles.guardian,
            registry: pda::REGISTRY,
            threshold: roles.threshold,
            timelock_slots: roles.timelock_slots,
            timelock_seconds: roles.timelock_seconds,
            watchers: roles.watchers.clone(),
        });
        landed.push(chain.submit(&[instruction], authority, &[], Care::Simulate).await?);
    }
    Ok(landed)
}

/// Opens event sequences until there are `count`.
pub async fn open_shards(chain: &Chain, governor: &Keypair, count: u8) -> Result<(), ChainError> {
    for index in 0..count {
        if chain.account(&pda::shard(index)).await?.is_none() {
            let instruction = registry::open_shard(&governor.pubkey(), index);
            chain.submit(&[instruction], governor, &[], Care::Simulate).await?;
        }
    }
    Ok(())
}

/// Creates the vault of a mint. `None` when it was there.
pub async fn create_vault(
    chain: &Chain,
    governor: &Keypair,
    mint: &Pubkey,
    token_program: &Pubkey,
    settings: &VaultSettings,
) -> Result<(VaultId, Option<Landed>), ChainError> {
    let vault = pda::vault(mint);
    if chain.account(&Pubkey::from(vault.0)).await?.is_some() {
        return Ok((vault, None));
    }
    let instruction = rewards::create_vault(&governor.pubkey(), mint, token_program, settings);
    let landed = chain.submit(&[instruction], governor, &[], Care::Simulate).await?;
    Ok((vault, Some(landed)))
}

/// Opens a gateway's record and lets it sign with a key.
pub async fn register_gateway(
    chain: &Chain,
    operator: &Keypair,
    index: u32,
    key: &Pubkey,
) -> Result<(GatewayId, Option<Landed>), ChainError> {
    let gateway = pda::gateway(&operator.pubkey(), index);
    let address = Pubkey::from(gateway.0);
    let shard = 0;
    let mut instructions = Vec::new();
    match chain.account(&address).await? {
        None => instructions.push(registry::register_gateway(&operator.pubkey(), shard, index)),
        Some(data) => {
            let record = Gateway::decode(&data).map_err(|source| ChainError::Account { address, source })?;
            if record.keys.iter().any(|known| known.key == *key && known.revoked_from.is_none()) {
                return Ok((gateway, None));
            }
        }
    }
    instructions.push(registry::add_gateway_key(&operator.pubkey(), shard, index, key, NOW));
    let landed = chain.submit(&instructions, operator, &[], Care::Simulate).await?;
    Ok((gateway, Some(landed)))
}

/// Ends a key's validity.
pub async fn revoke_gateway_key(
    chain: &Chain,
    operator: &Keypair,
    index: u32,
    key: &Pubkey,
) -> Result<Landed, ChainError> {
    let instruction = registry::revoke_gateway_key(&operator.pubkey(), 0, index, key);
    chain.submit(&[instruction], operator, &[], Care::Simulate).await
}
