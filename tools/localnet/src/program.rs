//! The built programs: read from disk, compared with what is deployed, deployed
//! behind the upgradeable loader with the governor as upgrade authority.

use crate::error::LocalnetError;
use crate::{cheat, keys};
use sha2::{Digest, Sha256};
use std::path::Path;
use surfpool_sdk::{Pubkey, RpcClient};

/// The registry program, as in `sdk/rust`.
pub const REGISTRY: Pubkey = Pubkey::from_str_const("9gEB7cBeasraZZ9y6k9QYqEGvX3CxDprcF4RMDoC2T3d");
/// The rewards program, as in `sdk/rust`.
pub const REWARDS: Pubkey = Pubkey::from_str_const("HSQd2Pbj63qWAxyZ3ZLM9MEf5ayWw1TGSVGESAWHHB5v");

const UPGRADEABLE_LOADER: Pubkey = Pubkey::from_str_const("BPFLoaderUpgradeab1e11111111111111111111111");
/// Bytes of a ProgramData account before the program: its kind, slot and upgrade authority.
const METADATA_BYTES: usize = 45;

/// A built program.
pub struct Program {
    name: &'static str,
    id: Pubkey,
    bytes: Vec<u8>,
}

impl Program {
    /// Both programs of a folder.
    pub fn read_all(folder: &Path) -> Result<Vec<Self>, LocalnetError> {
        [("registry", REGISTRY), ("rewards", REWARDS)]
            .into_iter()
            .map(|(name, id)| Self::read(name, id, &folder.join(format!("{name}.so"))))
            .collect()
    }

    fn read(name: &'static str, id: Pubkey, path: &Path) -> Result<Self, LocalnetError> {
        let bytes = std::fs::read(path).map_err(|source| match source.kind() {
            std::io::ErrorKind::NotFound => LocalnetError::MissingProgram(path.to_owned()),
            _ => LocalnetError::File { action: "read", path: path.to_owned(), source },
        })?;
        if !bytes.starts_with(b"\x7fELF") {
            return Err(LocalnetError::NotAProgram(path.to_owned()));
        }
        Ok(Self { name, id, bytes })
    }

    /// `registry` or `rewards`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Its address.
    pub fn id(&self) -> Pubkey {
        self.id
    }

    /// SHA-256 of the built file, in hexadecimal.
    pub fn sha256(&self) -> String {
        hex::encode(Sha256::digest(&self.bytes))
    }

    /// Deploys it, in place of what was there.
    pub fn deploy(&self, rpc: &RpcClient) -> Result<(), LocalnetError> {
        // What was there may have been longer: zeros over its rest, as an upgrade leaves them.
        let mut bytes = self.bytes.clone();
        if let Some(deployed) = self.deployed(rpc)? {
            bytes.resize(bytes.len().max(deployed.len()), 0);
        }
        cheat::write_program(rpc, &self.id, &bytes, &keys::governor())?;
        if self.is_deployed(rpc)? { Ok(()) } else { Err(LocalnetError::NotDeployed(self.name)) }
    }

    /// Whether the network runs exactly these bytes.
    pub fn is_deployed(&self, rpc: &RpcClient) -> Result<bool, LocalnetError> {
        Ok(self.deployed(rpc)?.is_some_and(|deployed| same_program(&deployed, &self.bytes)))
    }

    /// The program's bytes on the network, with the zeros that may follow them.
    fn deployed(&self, rpc: &RpcClient) -> Result<Option<Vec<u8>>, LocalnetError> {
        let (address, _) = Pubkey::find_program_address(&[self.id.as_ref()], &UPGRADEABLE_LOADER);
        let account = rpc
            .get_account_with_commitment(&address, rpc.commitment())
            .map_err(cheat::rpc_error("getAccountInfo"))?
            .value;
        Ok(account.and_then(|account| account.data.get(METADATA_BYTES..).map(<[u8]>::to_vec)))
    }
}

/// A deployed program equals a built one when only zeros follow.
fn same_program(deployed: &[u8], built: &[u8]) -> bool {
    deployed.strip_prefix(built).is_some_and(|rest| rest.iter().all(|byte| *byte == 0))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_missing_program_says_how_to_build_it() {
        let folder = tempfile::tempdir().unwrap();
        let message = Program::read_all(folder.path()).err().unwrap().to_string();
        assert!(message.contains("registry.so is missing: run `make programs`"), "{message}");
    }

    #[test]
    fn a_file_that_is_no_program_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("registry.so"), "not a program").unwrap();
        assert!(matches!(Program::read_all(folder.path()), Err(LocalnetError::NotAProgram(_))));
    }

    #[test]
    fn zeros_behind_a_program_do_not_make_it_another() {
        assert!(same_program(&[1, 2, 0, 0], &[1, 2]));
        assert!(same_program(&[1, 2], &[1, 2]));
        assert!(!same_program(&[1, 2, 0, 3], &[1, 2]));
        assert!(!same_program(&[1], &[1, 2]));
    }
}
