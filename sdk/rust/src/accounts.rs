//! Reads accounts of the programs: discriminator, then fields in the order of
//! `docs/programs.md`. What is reserved behind them is not looked at.

use crate::ClientError;
use solana_address::Address;
use tributary_core::bytes::{DecodeError, Reader};

/// Checks the discriminator of `name` and its first layout's version, and hands
/// the rest to `read`.
pub(crate) fn decode<T>(
    name: &'static str,
    data: &[u8],
    read: impl FnOnce(&mut Reader<'_>) -> Result<T, DecodeError>,
) -> Result<T, ClientError> {
    decode_version(name, 1, data, read)
}

/// The same with another version of the layout.
pub(crate) fn decode_version<T>(
    name: &'static str,
    expected: u8,
    data: &[u8],
    read: impl FnOnce(&mut Reader<'_>) -> Result<T, DecodeError>,
) -> Result<T, ClientError> {
    let body =
        data.strip_prefix(&crate::decode::discriminator("account", name)).ok_or(ClientError::WrongAccount(name))?;
    let mut reader = Reader::new(body);
    let version = reader.u8("version").map_err(|source| ClientError::Account { what: name, source })?;
    if version != expected {
        return Err(ClientError::Account { what: name, source: DecodeError::Version(version.into()) });
    }
    read(&mut reader).map_err(|source| ClientError::Account { what: name, source })
}

/// The next 32 bytes as an address.
pub(crate) fn address(reader: &mut Reader<'_>, what: &'static str) -> Result<Address, DecodeError> {
    reader.array(what).map(Address::new_from_array)
}

/// The next bytes as an array of 64-bit integers.
pub(crate) fn u64s<const N: usize>(reader: &mut Reader<'_>, what: &'static str) -> Result<[u64; N], DecodeError> {
    let mut out = [0; N];
    for value in &mut out {
        *value = reader.u64(what)?;
    }
    Ok(out)
}
