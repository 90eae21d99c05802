//! Canonical JSON lines: one object a line, fields in the order of the struct,
//! no white space, each line ended by `\n`. No line says what file it is in.

use super::FileError;
use rayon::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// No line of a published file is longer, in bytes. The longest chain event
/// (16 parents, 16 co-owners) stays below an eighth of it.
pub const LINE_MAX: usize = 32 * 1024;

/// Appends a row.
pub fn push<T: Serialize>(out: &mut Vec<u8>, file: &'static str, row: &T) -> Result<(), FileError> {
    serde_json::to_writer(&mut *out, row).map_err(|source| FileError::Write { file, source })?;
    out.push(b'\n');
    Ok(())
}

/// Writes rows in the order given.
pub fn encode<T: Serialize>(file: &'static str, rows: impl IntoIterator<Item = T>) -> Result<Vec<u8>, FileError> {
    let mut out = Vec::new();
    for row in rows {
        push(&mut out, file, &row)?;
    }
    Ok(out)
}

/// Reads one line, which must be spelled as [`push`] spells it.
pub fn decode_line<T: Serialize + DeserializeOwned>(
    file: &'static str,
    line: usize,
    text: &[u8],
) -> Result<T, FileError> {
    if text.len() > LINE_MAX {
        return Err(FileError::Field { file, line, field: "length" });
    }
    let row: T = serde_json::from_slice(text).map_err(|source| FileError::Line { file, line, source })?;
    let mut again = Vec::with_capacity(text.len());
    push(&mut again, file, &row)?;
    if again != text {
        return Err(FileError::Canonical { file, line });
    }
    Ok(row)
}

/// The lines of a file with their numbers from 1, each with its `\n`.
pub fn numbered(bytes: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    bytes.split_inclusive(|byte| *byte == b'\n').enumerate().map(|(n, text)| (n + 1, text))
}

/// Reads all lines, on all threads of the current pool. Of several bad lines the
/// first is told.
pub fn decode<T: Serialize + DeserializeOwned + Send>(file: &'static str, bytes: &[u8]) -> Result<Vec<T>, FileError> {
    decode_from(file, numbered(bytes))
}

/// The same from some line on.
pub fn decode_from<'a, T: Serialize + DeserializeOwned + Send>(
    file: &'static str,
    lines: impl Iterator<Item = (usize, &'a [u8])>,
) -> Result<Vec<T>, FileError> {
    let lines: Vec<_> = lines.collect();
    let read: Vec<_> = lines.into_par_iter().map(|(line, text)| decode_line(file, line, text)).collect();
    read.into_iter().collect()
}

/// A Solana address in base58.
pub mod address {
    use serde::{Deserialize, Deserializer, Serializer};
    use solana_address::Address;

    /// As base58.
    pub fn serialize<S: Serializer>(address: &Address, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(address)
    }

    /// From base58.
    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Address, D::Error> {
        let text = String::deserialize(d)?;
        text.parse().map_err(|_| serde::de::Error::custom("expected an address in base58"))
    }
}

/// 64 bytes of a signature in base58.
pub mod signature {
    use serde::{Deserialize, Deserializer, Serializer};

    /// As base58.
    pub fn serialize<S: Serializer>(signature: &[u8; 64], s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&bs58::encode(signature).into_string())
    }

    /// From base58.
    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<[u8; 64], D::Error> {
        let text = String::deserialize(d)?;
        let mut bytes = [0; 64];
        match bs58::decode(text).onto(&mut bytes[..]) {
            Ok(64) => Ok(bytes),
            _ => Err(serde::de::Error::custom("expected a signature of 64 bytes in base58")),
        }
    }
}

/// Bytes as lower-case hexadecimal digits.
pub mod hexadecimal {
    use serde::{Deserialize, Deserializer, Serializer};

    /// As hexadecimal digits.
    pub fn serialize<S: Serializer>(bytes: &[u8], s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&hex::encode(bytes))
    }

    /// From hexadecimal digits.
    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<u8>, D::Error> {
        hex::decode(String::deserialize(d)?).map_err(serde::de::Error::custom)
    }
}

/// An amount in sub-units as a decimal string.
pub mod sub_units {
    use serde::{Deserialize, Deserializer, Serializer};
    use tributary_core::amount::SubUnits;

    /// As a decimal string.
    pub fn serialize<S: Serializer>(amount: &SubUnits, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(amount)
    }

    /// From a decimal string.
    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<SubUnits, D::Error> {
        let text = String::deserialize(d)?;
        text.parse().map(SubUnits).map_err(serde::de::Error::custom)
    }
}
