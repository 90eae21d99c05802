//! The gateway's signing key. Reads a file once; never prints what is in it.

use ed25519_dalek::SigningKey;
use std::fs;
use std::path::{Path, PathBuf};

/// Keypair files are a few hundred bytes long.
const FILE_BYTES_MAX: u64 = 4096;

/// Why a key file is of no use.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// It cannot be read.
    #[error("cannot read the key file {}: create one with `tributary gateway-key`", .0.display())]
    Read(PathBuf, #[source] std::io::Error),
    /// It is not a keypair.
    #[error("{} is not a keypair file: it should be a JSON array of 64 numbers, the last 32 the public key", .0.display())]
    Form(PathBuf),
}

/// Reads a Solana-style keypair file.
pub fn read(path: &Path) -> Result<SigningKey, KeyError> {
    let failed = |source| KeyError::Read(path.into(), source);
    if fs::metadata(path).map_err(failed)?.len() > FILE_BYTES_MAX {
        return Err(KeyError::Form(path.into()));
    }
    let text = fs::read_to_string(path).map_err(failed)?;
    // The source of a parse error could quote the secret: it is left out.
    let bytes: Vec<u8> = serde_json::from_str(&text).map_err(|_| KeyError::Form(path.into()))?;
    let bytes = <[u8; 64]>::try_from(bytes).map_err(|_| KeyError::Form(path.into()))?;
    SigningKey::from_keypair_bytes(&bytes).map_err(|_| KeyError::Form(path.into()))
}
