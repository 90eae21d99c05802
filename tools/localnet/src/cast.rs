//! Who is funded at the start.

use crate::error::LocalnetError;
use std::path::Path;
use surfpool_sdk::Pubkey;

/// The longest cast file that is read, in bytes.
const FILE_BYTES_MAX: u64 = 4 << 20;

/// One account to fund.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Whose.
    pub address: Pubkey,
    /// SOL, in lamports.
    pub lamports: u64,
    /// Tokens of the test mint, in base units; none creates no token account.
    pub tokens: u64,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    address: String,
    lamports: u64,
    #[serde(default)]
    tokens: u64,
}

/// Reads a cast file.
pub fn read(path: &Path) -> Result<Vec<Member>, LocalnetError> {
    let file_error = |source| LocalnetError::File { action: "read", path: path.to_owned(), source };
    if std::fs::metadata(path).map_err(file_error)?.len() > FILE_BYTES_MAX {
        return Err(file_error(std::io::Error::new(std::io::ErrorKind::FileTooLarge, "a cast file is at most 4 MiB")));
    }
    let bytes = std::fs::read(path).map_err(file_error)?;
    let entries: Vec<Entry> =
        serde_json::from_slice(&bytes).map_err(|source| LocalnetError::Cast { path: path.to_owned(), source })?;
    entries
        .into_iter()
        .map(|entry| match entry.address.parse() {
            Ok(address) => Ok(Member { address, lamports: entry.lamports, tokens: entry.tokens }),
            Err(_) => Err(LocalnetError::Address(entry.address)),
        })
        .collect()
}

/// All tokens of the cast together, in base units.
pub fn supply(cast: &[Member]) -> Result<u64, LocalnetError> {
    cast.iter().try_fold(0u64, |sum, member| sum.checked_add(member.tokens)).ok_or(LocalnetError::Supply)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn cast_of(text: &str) -> Result<Vec<Member>, LocalnetError> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        read(file.path())
    }

    #[test]
    fn a_cast_is_read_and_tokens_may_be_left_out() {
        let address = crate::keys::mint();
        let cast = cast_of(&format!(r#"[{{"address": "{address}", "lamports": 5}}]"#)).unwrap();
        assert_eq!(cast, [Member { address, lamports: 5, tokens: 0 }]);
    }

    #[test]
    fn a_bad_address_is_named() {
        let error = cast_of(r#"[{"address": "nobody", "lamports": 5}]"#).unwrap_err();
        assert!(error.to_string().contains("nobody"), "{error}");
    }

    #[test]
    fn a_cast_richer_than_a_mint_is_refused() {
        let member = |tokens| Member { address: crate::keys::mint(), lamports: 0, tokens };
        assert_eq!(supply(&[member(1), member(2)]).unwrap(), 3);
        assert!(matches!(supply(&[member(u64::MAX), member(1)]), Err(LocalnetError::Supply)));
    }
}
