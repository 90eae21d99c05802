//! Keypair files: the Solana tools' format, a JSON array of 64 numbers. Secrets
//! are read, written and used, never shown.

use solana_sdk::signature::{Keypair, Signer};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Keypair files are a few hundred bytes long.
const FILE_BYTES_MAX: u64 = 4096;

/// Why a keypair file is of no use.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// It cannot be read.
    #[error("cannot read the keypair file {}: create one with `tributary keygen --out FILE`", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is not a keypair.
    #[error("{} is not a keypair file: it should be a JSON array of 64 numbers", .0.display())]
    Form(PathBuf),
    /// It cannot be written.
    #[error("cannot write the keypair file {}", path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// Reads a keypair file.
pub fn read(path: &Path) -> Result<Keypair, KeyError> {
    let failed = |source| KeyError::Read { path: path.into(), source };
    if std::fs::metadata(path).map_err(failed)?.len() > FILE_BYTES_MAX {
        return Err(KeyError::Form(path.into()));
    }
    let text = std::fs::read_to_string(path).map_err(failed)?;
    // The source of a parse error could quote the secret: it is left out.
    let bytes: Vec<u8> = serde_json::from_str(&text).map_err(|_| KeyError::Form(path.into()))?;
    Keypair::try_from(&bytes[..]).map_err(|_| KeyError::Form(path.into()))
}

/// Writes a new keypair file that only its owner reads; never over another.
pub fn write_new(path: &Path, key: &Keypair) -> Result<(), KeyError> {
    use std::os::unix::fs::OpenOptionsExt;
    let failed = |source| KeyError::Write { path: path.into(), source };
    let numbers = serde_json::to_vec(&key.to_bytes().to_vec()).map_err(|error| failed(error.into()))?;
    let mut file = std::fs::File::options().create_new(true).write(true).mode(0o600).open(path).map_err(failed)?;
    file.write_all(&numbers).and_then(|()| file.sync_all()).map_err(failed)
}

/// A key that everybody can make again, of the seed SHA-256 of "tributary
/// development key: `name`". Worth nothing outside a local network.
pub fn development(name: &str) -> Keypair {
    let seed = tributary_core::hash::sha256(&[b"tributary development key: ", name.as_bytes()]);
    Keypair::new_from_array(seed)
}

/// Something that only the key's owner can compute, and always computes alike:
/// the hash of its signature under a text.
pub fn secret_of(key: &Keypair, purpose: &str, about: &[u8]) -> [u8; 32] {
    let mut text = purpose.as_bytes().to_vec();
    text.push(b'\n');
    text.extend_from_slice(about);
    tributary_core::hash::sha256(&[key.sign_message(&text).as_ref()])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_written_key_is_read_back_and_only_its_owner_may_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.json");
        let key = development("somebody");
        write_new(&path, &key).unwrap();
        assert_eq!(read(&path).unwrap().pubkey(), key.pubkey());
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(matches!(write_new(&path, &key), Err(KeyError::Write { .. })), "an existing key must survive");
    }

    #[test]
    fn an_error_never_quotes_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.json");
        std::fs::write(&path, "[1,2,3,\"secret\"]").unwrap();
        let error = read(&path).err().unwrap();
        assert!(matches!(error, KeyError::Form(_)));
        assert!(!format!("{error} {error:?}").contains("secret\\"));
    }
}
