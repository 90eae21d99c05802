//! Development keys, the same on every machine. Everybody knows them: they are
//! worth nothing outside a local network.

use sha2::{Digest, Sha256};
use surfpool_sdk::{Keypair, Pubkey, Signer};

/// The key whose seed is SHA-256 of "tributary development key: `name`".
pub fn development_key(name: &str) -> Keypair {
    let seed: [u8; 32] = Sha256::digest(format!("tributary development key: {name}")).into();
    Keypair::new_from_array(seed)
}

/// Upgrade authority of both programs and mint authority of the test mint.
pub fn governor() -> Pubkey {
    development_key("governor").pubkey()
}

/// Address of the test mint.
pub fn mint() -> Pubkey {
    development_key("mint").pubkey()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::{REGISTRY, REWARDS};

    #[test]
    fn the_programs_addresses_are_those_of_their_development_keys() {
        assert_eq!(development_key("registry program").pubkey(), REGISTRY);
        assert_eq!(development_key("rewards program").pubkey(), REWARDS);
    }
}
