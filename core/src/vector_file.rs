//! The vectors of one registered dataset as they are published, so that anyone
//! repeats evidence of similarity without embedding the text again. Made once,
//! when the dataset was embedded; which of them are compared is decided elsewhere.

use crate::bytes::{DecodeError, Put, Reader};
use crate::id::AssetId;
use std::boxed::Box;
use std::string::String;
use std::vec::Vec;

/// First bytes of a vector file.
pub const MAGIC: &[u8; 4] = b"TRBV";
/// Numbers in a vector.
pub const DIMENSIONS: usize = 384;
/// No file has more vectors.
pub const VECTORS_MAX: usize = 1_024;
/// No name of a model is longer, in bytes.
pub const MODEL_BYTES_MAX: usize = 128;
/// No file is longer, in bytes.
pub const BYTES_MAX: usize = 4 + 1 + 32 + 1 + MODEL_BYTES_MAX + 2 + VECTORS_MAX * DIMENSIONS;

/// See the module's head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VectorFile {
    /// The dataset.
    pub asset: AssetId,
    /// What the model is called that embedded it.
    pub model: String,
    /// One for each passage, in their order.
    pub vectors: Vec<Box<[i8; DIMENSIONS]>>,
}

impl VectorFile {
    /// The bytes: magic, version, asset, length of the model's name u8, the name,
    /// number of vectors u16, their numbers as signed bytes. `None` for more than a
    /// file holds.
    pub fn encode(&self) -> Option<Vec<u8>> {
        let name = u8::try_from(self.model.len()).ok().filter(|length| usize::from(*length) <= MODEL_BYTES_MAX)?;
        let count = u16::try_from(self.vectors.len()).ok().filter(|count| usize::from(*count) <= VECTORS_MAX)?;
        let mut out = Vec::with_capacity(64 + self.vectors.len() * DIMENSIONS);
        out.put(MAGIC)
            .put(&[crate::hash::VERSION])
            .put(&self.asset.0)
            .put(&[name])
            .put(self.model.as_bytes())
            .put(&count.to_le_bytes());
        for vector in &self.vectors {
            out.put(&vector.map(i8::cast_unsigned));
        }
        Some(out)
    }

    /// Reads canonical bytes and nothing else.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut r = Reader::new(bytes);
        r.magic(MAGIC, "vector file")?;
        let asset = AssetId(r.array("asset")?);
        let length = usize::from(r.u8("length of the model's name")?);
        if length > MODEL_BYTES_MAX {
            return Err(DecodeError::Value("length of the model's name"));
        }
        let name = core::str::from_utf8(r.take(length, "model's name")?);
        let model = name.map_err(|_| DecodeError::Value("model's name"))?.into();
        let count = usize::from(r.u16("number of vectors")?);
        if count > VECTORS_MAX {
            return Err(DecodeError::Value("number of vectors"));
        }
        let mut vectors = Vec::with_capacity(count);
        for _ in 0..count {
            vectors.push(Box::new(r.array::<DIMENSIONS>("vector")?.map(u8::cast_signed)));
        }
        r.end()?;
        Ok(Self { asset, model, vectors })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn file() -> VectorFile {
        let mut numbers = Box::new([0; DIMENSIONS]);
        numbers[..3].copy_from_slice(&[127, -127, 1]);
        VectorFile { asset: AssetId([7; 32]), model: "minilm".into(), vectors: std::vec![numbers.clone(), numbers] }
    }

    #[test]
    fn a_vector_file_survives_being_written_and_nothing_else_is_read() {
        let bytes = file().encode().unwrap();
        assert_eq!(bytes.len(), 4 + 1 + 32 + 1 + 6 + 2 + 2 * DIMENSIONS);
        assert_eq!(VectorFile::decode(&bytes), Ok(file()));
        for length in [0, 4, 5, 40, 46, bytes.len() - 1] {
            assert!(VectorFile::decode(&bytes[..length]).is_err(), "{length} bytes");
        }
        assert_eq!(VectorFile::decode(&[&bytes[..], &[0]].concat()), Err(DecodeError::Trailing(1)));
        let mut other = bytes.clone();
        other[4] = 9;
        assert_eq!(VectorFile::decode(&other), Err(DecodeError::Version(9)));
    }

    #[test]
    fn what_is_too_long_is_not_written() {
        assert_eq!(VectorFile { model: "m".repeat(MODEL_BYTES_MAX + 1), ..file() }.encode(), None);
        let vectors = std::vec![Box::new([0; DIMENSIONS]); VECTORS_MAX + 1];
        assert_eq!(VectorFile { vectors, ..file() }.encode(), None);
        assert!(VectorFile { vectors: Vec::new(), ..file() }.encode().is_some());
    }
}
