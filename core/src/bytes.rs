//! Reading and writing little-endian encodings.

use std::vec::Vec;

/// Why bytes are not what they should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The bytes end too early.
    #[error("the bytes end before the {0} is complete")]
    Short(&'static str),
    /// Bytes are left over.
    #[error("{0} bytes are left over after the end")]
    Trailing(usize),
    /// The first bytes are not those of this format.
    #[error("this is not a {0}: its first bytes differ")]
    Magic(&'static str),
    /// A version this software does not know.
    #[error("version {0} is not known to this software")]
    Version(u16),
    /// A value outside what its field may hold.
    #[error("the {0} is outside its bounds")]
    Value(&'static str),
    /// Entries that must be sorted and unique are not.
    #[error("the {0} are not in strictly ascending order")]
    Order(&'static str),
}

/// Takes fields off the front of a slice.
#[derive(Clone, Debug)]
pub struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// Starts at the first byte.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The next `length` bytes.
    pub fn take(&mut self, length: usize, what: &'static str) -> Result<&'a [u8], DecodeError> {
        if length > self.0.len() {
            return Err(DecodeError::Short(what));
        }
        let (head, rest) = self.0.split_at(length);
        self.0 = rest;
        Ok(head)
    }

    /// The next `N` bytes as an array.
    pub fn array<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N], DecodeError> {
        let mut out = [0; N];
        out.copy_from_slice(self.take(N, what)?);
        Ok(out)
    }

    /// A byte.
    pub fn u8(&mut self, what: &'static str) -> Result<u8, DecodeError> {
        Ok(self.array::<1>(what)?[0])
    }

    /// A 16-bit integer.
    pub fn u16(&mut self, what: &'static str) -> Result<u16, DecodeError> {
        Ok(u16::from_le_bytes(self.array(what)?))
    }

    /// A 32-bit integer.
    pub fn u32(&mut self, what: &'static str) -> Result<u32, DecodeError> {
        Ok(u32::from_le_bytes(self.array(what)?))
    }

    /// A 64-bit integer.
    pub fn u64(&mut self, what: &'static str) -> Result<u64, DecodeError> {
        Ok(u64::from_le_bytes(self.array(what)?))
    }

    /// How many bytes are left.
    pub fn left(&self) -> usize {
        self.0.len()
    }

    /// Refuses left-over bytes.
    pub fn end(self) -> Result<(), DecodeError> {
        if self.0.is_empty() { Ok(()) } else { Err(DecodeError::Trailing(self.0.len())) }
    }

    /// Expects these bytes and then a version byte of [`crate::hash::VERSION`].
    pub fn magic(&mut self, magic: &[u8; 4], name: &'static str) -> Result<(), DecodeError> {
        match self.version_after(magic, name)? {
            crate::hash::VERSION => Ok(()),
            other => Err(DecodeError::Version(other.into())),
        }
    }

    /// Expects these bytes and returns the version byte behind them, for formats
    /// that have more than one version.
    pub fn version_after(&mut self, magic: &[u8; 4], name: &'static str) -> Result<u8, DecodeError> {
        if self.take(4, name)? != magic {
            return Err(DecodeError::Magic(name));
        }
        self.u8(name)
    }
}

/// Appends fields to a vector.
pub trait Put {
    /// Appends bytes and returns the vector for the next field.
    fn put(&mut self, bytes: &[u8]) -> &mut Self;
}

impl Put for Vec<u8> {
    fn put(&mut self, bytes: &[u8]) -> &mut Self {
        self.extend_from_slice(bytes);
        self
    }
}
