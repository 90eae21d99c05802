//! The chain file: decoded events of both programs in a range of slots, in the
//! order (slot, program, stream, sequence). It says what the chain said, not
//! what that means; [`crate::compute`] applies it.

use super::{FileError, lines};
use serde::{Deserialize, Serialize};
use solana_address::Address;
use tributary_core::position::Slot;

/// Name of the file in messages.
pub const FILE: &str = "chain";

/// An event that a program sent by self-CPI.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChainRow {
    /// In which slot.
    pub slot: Slot,
    /// Of which program.
    #[serde(with = "lines::address")]
    pub program: Address,
    /// In which dense sequence: the registry's shard, the vault, or the configuration.
    #[serde(with = "lines::address")]
    pub stream: Address,
    /// Its place there.
    pub sequence: u64,
    /// The transaction.
    #[serde(with = "lines::signature")]
    pub signature: [u8; 64],
    /// Which of the transaction's instructions.
    pub outer: u16,
    /// Which of that instruction's inner instructions.
    pub inner: u16,
    /// Discriminator and fields.
    #[serde(with = "lines::hexadecimal")]
    pub data: Vec<u8>,
}

impl ChainRow {
    /// Where it stands in the file.
    pub fn key(&self) -> (Slot, Address, Address, u64) {
        (self.slot, self.program, self.stream, self.sequence)
    }
}

/// Writes rows that are sorted by [`ChainRow::key`].
pub fn encode<'a>(rows: impl IntoIterator<Item = &'a ChainRow>) -> Result<Vec<u8>, FileError> {
    lines::encode(FILE, rows)
}

/// Reads rows and refuses unsorted ones.
pub fn decode(bytes: &[u8]) -> Result<Vec<ChainRow>, FileError> {
    let rows: Vec<ChainRow> = lines::decode(FILE, bytes)?;
    match rows.windows(2).position(|two| two[0].key() >= two[1].key()) {
        Some(n) => Err(FileError::Field { file: FILE, line: n + 2, field: "position" }),
        None => Ok(rows),
    }
}
